"""How results are printed: for people and for scripts, and without what is secret."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from monitor.cli.options import settings

if TYPE_CHECKING:
    from rich.console import Console

#: Columns of a table that is not printed on a terminal: as many as it needs.
PIPE_WIDTH = 10_000

#: Cells between two columns.
_GAP = 2


#: What could steer a terminal or turn the order of letters around: control and format characters.
#: JSON means the same where they are escaped (RFC 8259 §7).
_STEERING = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def print_json(answer: object, *, timezone: str | None = None, as_is: bool = False) -> None:
    """Print an answer as a line of JSON: times in ISO 8601, durations in seconds.

    Args:
        answer: a value of `monitor.service`, or a dictionary.
        timezone: an IANA name, for times within its words; None for the machine's own.
        as_is: change nothing: it is all of the user's own making, and offsets must stay right.
            Otherwise addresses in it lose their secrets.
    """
    from monitor.service.json_values import blanked, json_value, plain

    value = plain(answer, timezone=timezone)
    if not as_is:
        value = blanked(value, shown)
    line = _STEERING.sub(_escaped, json.dumps(value, ensure_ascii=False, default=json_value))
    try:
        line.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        # Half a character from somebody's page, or a terminal that knows few of them.
        line = json.dumps(value, default=json_value)
    typer.echo(line)


def print_each(answers: Iterable[object], *, timezone: str | None = None) -> None:
    """Print answers as `print_json` does, one a line."""
    for answer in answers:
        print_json(answer, timezone=timezone)


def shown(text: str) -> str:
    """A text without logins in addresses, nor what the configuration refers to as `${…}`."""
    from monitor.config.secrets import redactor

    return (settings.redact or redactor(()))(text)


def console() -> Console:
    """Where people read results: as wide as their terminal, and in a pipe as wide as they are."""
    from rich.console import Console

    made = Console(highlight=False)
    # A pipe has no width of its own; lines broken at 80 columns would be no use to `grep`.
    return made if made.is_terminal else Console(highlight=False, width=PIPE_WIDTH)


def print_table(headings: Iterable[str], rows: Iterable[Iterable[str]], *, empty: str) -> None:
    """Print rows as a table, or a sentence when there are none.

    No word is cut: what makes a table too wide for its terminal, such as headlines, stands below
    each row, the widest columns first.
    """
    from rich.text import Text

    titles = tuple(headings)
    cells = [tuple(safe(cell) for cell in row) for row in rows]
    if not cells:
        typer.echo(empty)
        return
    out = console()
    beside, widths = _columns(titles, cells, out.width)
    out.print(Text(_line(titles, beside, widths), style="bold"))
    for row in cells:
        out.print(Text(_line(row, beside, widths)))
        for column, cell in enumerate(row):
            if column not in beside and cell.strip():
                _print_below(out, titles[column], cell)


def _columns(
    titles: Sequence[str], cells: Sequence[Sequence[str]], width: int
) -> tuple[list[int], list[int]]:
    """Which columns stand beside each other, and how wide each column is, in cells."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(titles, *cells, strict=True)]
    beside = list(range(len(titles)))
    while len(beside) > 1 and sum(widths[each] + _GAP for each in beside) - _GAP > width:
        # The first says what a row is of.
        beside.remove(max(beside[1:], key=lambda each: widths[each]))
    return beside, widths


def _line(row: Sequence[str], beside: Iterable[int], widths: Sequence[int]) -> str:
    from rich.cells import cell_len

    padded = (row[each] + " " * (widths[each] - cell_len(row[each])) for each in beside)
    return (" " * _GAP).join(padded).rstrip()


def _print_below(out: Console, title: str, cell: str) -> None:
    from rich.padding import Padding
    from rich.text import Text

    out.print(Padding(Text.assemble((f"{title}: ", "dim"), cell), (0, 0, 0, 2), expand=False))


def safe(text: str) -> str:
    """Text from the network without what could steer a terminal, and without secrets."""
    return shown("".join(char if char.isprintable() else " " for char in text))


def say(text: str, *, err: bool = False, breaks: bool = True) -> None:
    """Print words that may hold others' text: as `safe`, with their line breaks or without."""
    lines = text.split("\n") if breaks else [text]
    typer.echo("\n".join(map(safe, lines)), err=err)


def local_time(moment: datetime | None) -> str:
    """A time as people here write it, or nothing."""
    return "" if moment is None else moment.astimezone().strftime("%Y-%m-%d %H:%M")

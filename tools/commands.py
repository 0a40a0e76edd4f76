"""Writes docs/reference/commands.md and deploy/monitor.1 from the commands themselves.

python -m tools.commands          # write both
python -m tools.commands --check  # exit with 1 when they are not what would be written
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import typer.main
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from monitor.cli.help_examples import EXAMPLES
from monitor.cli.main import app

ROOT = Path(__file__).parent.parent
MARKDOWN = ROOT / "docs" / "reference" / "commands.md"
MAN_PAGE = ROOT / "deploy" / "monitor.1"

_INTRODUCTION = """\
# Every command

Written by `make reference` from the commands themselves. `--config PATH` names the configuration,
before or after the command; without it `$MONITOR_CONFIG`, `./config.toml` and
`$XDG_CONFIG_HOME/monitor/config.toml` are tried, in this order. Results go to standard output,
logs and progress to standard error.

Exit codes: 0 done · 1 the operation failed · 2 usage or configuration error.
"""


@dataclass(frozen=True, slots=True)
class Described:
    """A command, as its own help describes it."""

    path: str
    """With the program's name: "monitor feeds add"."""
    usage: str
    help: str
    arguments: tuple[tuple[str, str], ...]
    options: tuple[tuple[str, str], ...]
    examples: tuple[str, ...]


def described() -> Iterator[Described]:
    """All commands, in alphabetical order of their paths."""
    yield from _walk(typer.main.get_command(app), "monitor")


def _walk(command: object, path: str) -> Iterator[Described]:
    if isinstance(command, TyperGroup):
        for name, each in sorted(command.commands.items()):
            yield from _walk(each, f"{path} {name}")
    if not isinstance(command, TyperCommand) or command.hidden:
        return
    context = typer.Context(command, info_name=path)
    arguments, options = [], []
    for parameter in command.params:
        if isinstance(parameter, TyperOption) and "--help" not in parameter.opts:
            if record := parameter.get_help_record(context):
                options.append((record[0], _plain(record[1])))
        elif isinstance(parameter, TyperArgument):
            name = " ".join(parameter.get_usage_pieces(context))
            arguments.append((name, _plain(parameter.help or "")))
    usage = " ".join((path, *command.collect_usage_pieces(context)))
    examples = EXAMPLES.get(path.removeprefix("monitor "), ())
    yield Described(
        path, usage, _plain(command.help or ""), tuple(arguments), tuple(options), examples
    )


def _plain(text: str) -> str:
    """Help as running text: paragraphs stay, line breaks within them go."""
    paragraphs = re.split(r"\n\s*\n", text.replace("\b", "").strip())
    return "\n\n".join(" ".join(each.split()) for each in paragraphs)


def markdown() -> str:
    """The reference page."""
    parts = [_INTRODUCTION]
    for each in described():
        parts.append(f"## {each.path}\n\n{each.help}\n\n```text\n{each.usage}\n```\n")
        rows = [*each.arguments, *each.options]
        if rows:
            table = "\n".join(f"| `{_cell(name)}` | {_cell(text)} |" for name, text in rows)
            parts.append(f"| argument or option | meaning |\n|---|---|\n{table}\n")
        if each.examples:
            lines = "\n".join(each.examples)
            parts.append(f"```sh\n{lines}\n```\n")
    return "\n".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n\n", " ")


def man_page() -> str:
    """The same as a manual page (man(7))."""
    lines = [
        '.TH MONITOR 1 "" "monitor" "User Commands"',
        ".SH NAME",
        "monitor \\- watches the news for the people, groups and institutions you name",
        ".SH SYNOPSIS",
        ".B monitor",
        "[\\-\\-config PATH] [\\-\\-debug] COMMAND [ARGUMENTS]",
        ".SH COMMANDS",
    ]
    for each in described():
        lines += [".SS " + _roff(each.usage), *_explained(each)]
    return "\n".join((*lines, *_MANUAL_END)) + "\n"


def man_pages() -> Iterator[tuple[str, str]]:
    """A manual page of each command by itself: "monitor-feeds-add" and its text."""
    for each in described():
        name = each.path.replace(" ", "-")
        first = re.split(r"(?<=[.:])\s", each.help)[0].rstrip(".:")
        lines = [
            f'.TH {name.upper()} 1 "" "monitor" "User Commands"',
            ".SH NAME",
            f"{_roff(name)} \\- {_roff(first)}",
            ".SH SYNOPSIS",
            ".B " + _roff(each.usage),
            ".SH DESCRIPTION",
            *_explained(each),
            *_MANUAL_END,
            ".SH SEE ALSO",
            "monitor(1)",
        ]
        yield name, "\n".join(lines) + "\n"


_MANUAL_END = (
    ".SH ENVIRONMENT",
    ".TP",
    ".B MONITOR_CONFIG",
    "The configuration file, where \\-\\-config names none.",
    ".SH EXIT STATUS",
    "0: done; 1: the operation failed; 2: usage or configuration error.",
)


def _explained(each: Described) -> Iterator[str]:
    yield _roff(each.help).replace("\n\n", "\n.PP\n")
    for name, text in (*each.arguments, *each.options):
        yield from (".TP", ".B " + _roff(name), _roff(text).replace("\n\n", " "))
    if each.examples:
        yield from (".PP", "Examples:", ".PP", ".nf", *map(_roff, each.examples), ".fi")


def _roff(text: str) -> str:
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"(?m)^([.'])", r"\\&\1", escaped)


def main() -> None:
    """Write both, or check them."""
    stale = []
    for path, text in ((MARKDOWN, markdown()), (MAN_PAGE, man_page())):
        if not path.exists() or path.read_text() != text:
            stale.append(path.relative_to(ROOT))
            if "--check" not in sys.argv:
                path.write_text(text)
    for path in stale:
        print(f"{path}: {'is not up to date' if '--check' in sys.argv else 'written'}")
    if stale and "--check" in sys.argv:
        raise SystemExit("run `make reference`")


if __name__ == "__main__":
    main()

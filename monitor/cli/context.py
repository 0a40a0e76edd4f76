"""What every command shares: where the configuration is, and how results are printed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from monitor.config.load import LoadedConfig
    from monitor.store.database import Database

CONTEXT_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


#: Columns of a table that is not printed on a terminal: as many as it needs.
PIPE_WIDTH = 10_000

LARGEST_ID = 2**63 - 1
"""What the database numbers go up to."""

MOST_CHARACTERS = 500
"""Of a reason or a name: they stand in every line that says who has done what."""


@dataclass(slots=True)
class Settings:
    """Options given before the command."""

    config: Path | None = None
    debug: bool = False
    redact: Callable[[str], str] | None = None
    """Blanks out what nothing may show; None until a configuration was read."""


settings = Settings()


ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", metavar="PATH", help="The configuration file."),
]
"""`--config` after the command too, where people expect it."""

JsonOption = Annotated[
    bool, typer.Option("--json", help="Print JSON, one object a line, for scripts.")
]


def config_path(given: Path | None) -> Path:
    """The configuration file in force: the one given, or found where the contract says.

    Raises:
        ConfigError: there is none.
    """
    from monitor.config.load import find_config

    return find_config(given or settings.config, env=os.environ, cwd=Path.cwd())


def load(given: Path | None) -> LoadedConfig:
    """The configuration in force.

    Raises:
        ConfigError: it has faults.
    """
    from monitor.config.load import load_config
    from monitor.config.secrets import redactor

    loaded = load_config(config_path(given))
    settings.redact = redactor(loaded.references)
    return loaded


def database(given: Path | None) -> Database:
    """The configured database, which must exist and be of this version.

    Raises:
        StoreError: it does not, or is not.
    """
    db = _opened(given)
    db.require_current()
    return db


def database_if_any(given: Path | None) -> Database | None:
    """As `database`, but None before the first run has made one."""
    db = _opened(given)
    if not db.path.exists():
        return None
    db.require_current()
    return db


def _opened(given: Path | None) -> Database:
    from monitor.config.load import InvalidConfig
    from monitor.config.salvage import salvage
    from monitor.config.secrets import redactor
    from monitor.store.database import Database

    try:
        url = load(given).config.storage.url
    except InvalidConfig as error:
        url, references = salvage(config_path(given), error)
        settings.redact = redactor(references)
    return Database(url)


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 feed`, `2,000 feeds`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def print_json(value: Any, *, as_is: bool = False) -> None:
    """Print one JSON object as a line on stdout: times in ISO 8601, durations in seconds.

    Args:
        value: what to print; addresses in it lose their secrets.
        as_is: change nothing: it is all of the user's own making, and offsets must stay right.
    """
    if not as_is:
        value = _without_secrets(value)
    line = json.dumps(value, ensure_ascii=False, default=_plain)
    try:
        line.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        # Half a character from somebody's page, or a terminal that knows few of them.
        line = json.dumps(value, default=_plain)
    typer.echo(line)


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return str(value)


def _without_secrets(value: Any) -> Any:
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, Mapping):
        return {key: _without_secrets(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_secrets(each) for each in value]
    return value


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
    """Print rows as a table, or a sentence when there are none."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        # Text, not str: what comes from feeds must not be taken for markup.
        table.add_row(*(Text(safe(cell)) for cell in row))
    if table.row_count:
        console().print(table)
    else:
        typer.echo(empty)


def safe(text: str) -> str:
    """Text from the network without what could steer a terminal, and without secrets."""
    return shown("".join(char if char.isprintable() else " " for char in text))


def require_words(option: str, value: str | None) -> None:
    """Raises UsageError for what says nothing, or cannot be kept or shown."""
    if value is None:
        return
    if not value.strip():
        raise UsageError(f"{option} says nothing")
    if len(value) > MOST_CHARACTERS:
        raise UsageError(f"{option} has more than {MOST_CHARACTERS} characters")
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise UsageError(f"{option} is not UTF-8")

"""What every command shares: where the configuration is, and how results are printed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from monitor.errors import ConfigError

if TYPE_CHECKING:
    from monitor.config.load import LoadedConfig
    from monitor.store.database import Database

CONTEXT_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


#: Columns of a table that is not printed on a terminal.
PIPE_WIDTH = 240


@dataclass(slots=True)
class Settings:
    """Options given before the command."""

    config: Path | None = None
    debug: bool = False
    hidden: frozenset[str] = frozenset()
    """What the configuration refers to as `${…}` and nothing may show."""


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

    loaded = load_config(config_path(given))
    settings.hidden = loaded.references
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
    from monitor.config.load import load_storage
    from monitor.store.database import Database

    try:
        storage = load(given).config.storage
    except ConfigError:
        # The daemon goes on while its configuration is broken, and just then people ask.
        storage = load_storage(config_path(given))
    return Database(storage.url)


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
        return shown(value) if value.startswith(("http://", "https://")) else _blanked(value)
    if isinstance(value, Mapping):
        return {key: _without_secrets(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_secrets(each) for each in value]
    return value


def shown(url: str) -> str:
    """An address without user name and password, nor what the configuration keeps elsewhere."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    login, at, host = host.rpartition("@")
    return _blanked(f"{scheme}://***@{host}{slash}{path}" if login and at else url)


def _blanked(text: str) -> str:
    for secret in sorted(settings.hidden, key=len, reverse=True):
        for form in (secret, quote(secret, safe=""), quote(secret)):
            text = text.replace(form, "***")
    return text


def print_table(headings: Iterable[str], rows: Iterable[Iterable[str]], *, empty: str) -> None:
    """Print rows as a table, or a sentence when there are none."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        # Text, not str: what comes from feeds must not be taken for markup.
        table.add_row(*(Text(safe(_without_secrets(cell))) for cell in row))
    if table.row_count:
        console = Console()
        # A file or a pipe has no width of its own; folded cells would be no use to `grep`.
        Console(width=None if console.is_terminal else PIPE_WIDTH).print(table)
    else:
        typer.echo(empty)


def safe(text: str) -> str:
    """Text from the network without what could steer a terminal, and without secrets."""
    return _blanked("".join(char if char.isprintable() else " " for char in text))

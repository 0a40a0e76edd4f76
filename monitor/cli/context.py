"""What every command shares: where the configuration is, and how results are printed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

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

    return load_config(config_path(given))


def database(given: Path | None) -> Database:
    """The configured database, which must exist and be of this version.

    Raises:
        StoreError: it does not, or is not.
    """
    from monitor.config.load import load_storage
    from monitor.store.database import Database

    db = Database(load_storage(config_path(given)).url)
    db.require_current()
    return db


def print_json(value: Any) -> None:
    """Print one JSON object as a line on stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=str))


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
        table.add_row(*(Text(safe(cell)) for cell in row))
    if table.row_count:
        console = Console()
        # A file or a pipe has no width of its own; folded cells would be no use to `grep`.
        Console(width=None if console.is_terminal else PIPE_WIDTH).print(table)
    else:
        typer.echo(empty)


def safe(text: str) -> str:
    """Text from the network without what could steer a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)

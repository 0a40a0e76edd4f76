"""What every command shares: its options, and the configuration and database they lead to."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.config.load import LoadedConfig
    from monitor.config.schema import Config
    from monitor.service.database import Database

CONTEXT_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


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
    """The configuration in force: this machine's file, or the version that machines share.

    Raises:
        ConfigError: it has faults.
    """
    from monitor.config.load import load_config
    from monitor.config.secrets import redactor

    loaded = load_config(config_path(given))
    if loaded.config.storage.url.startswith("postgresql"):
        from monitor.service.config_versions import in_force

        loaded = in_force(loaded)
    settings.redact = redactor(loaded.references)
    return loaded


def database(given: Path | None) -> Database:
    """The configured database, which must exist and be of this version.

    Raises:
        StoreError: it does not, or is not.
    """
    from monitor.service.database import opened

    return opened(_database_url(given))


def database_if_any(given: Path | None) -> Database | None:
    """As `database`, but None before the first run has made one."""
    from monitor.service.database import opened_if_any

    return opened_if_any(_database_url(given))


def _database_url(given: Path | None) -> str:
    from monitor.config.load import InvalidConfig

    try:
        return load(given).config.storage.url
    except InvalidConfig as error:
        from monitor.config.salvage import salvage
        from monitor.config.secrets import wary_redactor

        url, references = salvage(config_path(given), error)
        settings.redact = wary_redactor(references)
        return url


def config_if_readable(given: Path | None) -> Config | None:
    """The configuration in force; None when it has faults."""
    from monitor.config.load import InvalidConfig

    try:
        return load(given).config
    except InvalidConfig:
        return None


def start_of(since: str | None) -> datetime | None:
    """When the span that `--since` names began.

    Raises:
        BadParameter: it is no span.
    """
    from monitor.config.values import parse_duration

    if since is None:
        return None
    try:
        return datetime.now(UTC) - parse_duration(since)
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(str(error), param_hint="--since") from None


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


def login() -> str:
    """Who runs the command, as far as the machine knows."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container's user may have no name.
        return "somebody"

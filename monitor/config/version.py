"""A version of the configuration, as a machine reads it: its own secrets, its own database."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from monitor.config.load import LoadedConfig, read_config
from monitor.config.merge import Reader
from monitor.config.schema import Config
from monitor.config.secrets import Substitution
from monitor.config.source import Source
from monitor.model.config_version import ConfigText

#: Nothing of this name is ever found (RFC 6761 §6.4).
_NOWHERE = "json://secret.invalid/"


def load_version(
    said: ConfigText,
    number: int,
    own: Path,
    database: str,
    *,
    env: Mapping[str, str] = os.environ,
) -> LoadedConfig:
    """A version as this machine reads it.

    A channel whose secrets it lacks is among the result's `lacking`; a page whose password it
    lacks has one that nobody knows. Any other reference that it cannot resolve is a fault.

    Args:
        said: what the version says.
        number: the version's number.
        own: this machine's own file: what is relative is so to its folder.
        database: where the database is, as this machine reaches it.
        env: this machine's environment.

    Raises:
        InvalidConfig: this machine, or this version of the program, cannot use it.
    """
    folder = own.absolute().parent
    path = folder / f"version {number}"
    given = {folder / name: content.encode() for name, content in said.files.items()}
    substitution = _Elsewhere(env)
    reader = Reader(substitution, {**given, path: said.text.encode()}, no_database=True)
    loaded = read_config(path, reader)
    config = loaded.config
    storage = config.storage.model_copy(update={"url": database})
    # What the page would write is this machine's file, which does not count.
    web = config.web.model_copy(update={"write_config": False})
    return replace(
        loaded,
        config=config.model_copy(update={"storage": storage, "web": web}),
        version=number,
        lacking=substitution.lacking(config),
    )


def load_to_share(path: Path, *, env: Mapping[str, str] = os.environ) -> LoadedConfig:
    """As `load_config`, on a machine that may lack channels' secrets: others have them.

    Raises:
        InvalidConfig: it has faults; all of them are told.
        ConfigError: the file cannot be read.
    """
    substitution = Lenient(env)
    loaded = read_config(path.absolute(), Reader(substitution))
    return replace(loaded, lacking=substitution.lacking(loaded.config))


class Lenient(Substitution):
    """One that leaves out the secrets of channels, and of the page, which a machine lacks."""

    def lacking(self, config: Config) -> frozenset[str]:
        """The names of those channels."""
        return frozenset(
            channel.name
            for channel in config.channels
            if channel.url.get_secret_value() == _NOWHERE
        )

    def apply(self, source: Source) -> None:
        """Replace the references in a file's values; what cannot be resolved is a fault."""
        for table in _tables(source.data.get("channels")):
            for key in ("url", "signing_secret", "endpoint"):
                if self._lacks(table, key, source):
                    table.pop(key)
                    table["url"] = _NOWHERE
        web = source.data.get("web")
        if isinstance(web, dict) and self._lacks(web, "password", source):
            web["password"] = secrets.token_urlsafe()
        super().apply(source)

    def _lacks(self, table: Mapping[str, Any], key: str, source: Source) -> bool:
        value = table.get(key)
        if not isinstance(value, str) or "${" not in value:
            return False
        trial = Source(source.path, source.order, data={key: value})
        Substitution(self._env).apply(trial)
        return bool(trial.faults)


class _Elsewhere(Lenient):
    """As that, for a text of another machine."""

    def apply(self, source: Source) -> None:
        """Replace the references in a file's values; what cannot be resolved is a fault."""
        for watchlist in _tables(source.data.get("watchlists")):
            # Their files are on that machine, and were tried there.
            watchlist["examples"] = [
                each for each in _tables(watchlist.get("examples")) if "file" not in each
            ]
        super().apply(source)


def _tables(value: object) -> list[dict[str, Any]]:
    # What was checked before it was pushed has nothing else here.
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []

"""What can still be told of a broken configuration: where the database is, and what is secret.

The daemon goes on with the last good version, and just then people ask how it is.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from monitor.config.load import InvalidConfig, load_config
from monitor.config.merge import Merged, Reader, absolute_sqlite, resolve_paths
from monitor.config.schema import Storage
from monitor.config.secrets import Substitution, worth_hiding

_TABLE = re.compile(r"^[ \t]*\[\s*storage\s*\].*?(?=^[ \t]*\[|\Z)", re.MULTILINE | re.DOTALL)
#: What may say where the database is, readable or not: a table or key of this name, other files.
_MAY_NAME_ONE = re.compile(r"""^[ \t]*\[?\s*["']?(?:storage|include)\b""", re.MULTILINE)


class Salvaged(NamedTuple):
    """What a broken configuration still says."""

    database: str
    """Its `storage.url`."""
    references: frozenset[str]
    """The values of its `${…}`, which nothing may show."""


def database_url(path: Path, *, env: Mapping[str, str] = os.environ) -> str:
    """Where the database is, whatever else is wrong with a configuration.

    Raises:
        InvalidConfig: that cannot be read.
        ConfigError: the file cannot be.
    """
    try:
        return load_config(path, env=env).config.storage.url
    except InvalidConfig as error:
        return salvage(path, error, env=env).database


def salvage(path: Path, error: InvalidConfig, *, env: Mapping[str, str] = os.environ) -> Salvaged:
    """Read the `[storage]` table and the references of a configuration past its faults.

    Args:
        path: the main file.
        error: why it could not be loaded.
        env: environment variables it may refer to.

    Raises:
        InvalidConfig: `error`, when the table cannot be read: the default may be another's.
    """
    path = Path.cwd() / path
    substitution = Substitution(env)
    reader = Reader(substitution)
    reader.read(path)
    unsure = False
    for source in reader.sources:
        if not source.has_gaps:
            continue
        text = source.path.read_bytes().decode("utf-8-sig", "replace")
        # Also those in lines that could not be parsed: they were shown to be in use before.
        substitution.look(text, source)
        if not source.data:
            source.data = _storage_table(text)
            substitution.apply(source)
            resolve_paths(source)
        named = source.data.get("storage")
        if not (isinstance(named, dict) and "url" in named):
            unsure = unsure or _MAY_NAME_ONE.search(text) is not None
    storage = Merged(reader.sources).data.get("storage", {})
    url = storage.get("url") if isinstance(storage, dict) else None
    if not isinstance(url, str) and (unsure or url is not None or not isinstance(storage, dict)):
        raise error
    if url and "${" in url:
        raise error
    url = absolute_sqlite(url or Storage().url, path.parent)
    return Salvaged(url, worth_hiding(substitution.values))


def _storage_table(text: str) -> dict[str, Any]:
    """The `[storage]` table of a file that is beyond parsing, if it has one that is not."""
    found = _TABLE.search(text)
    try:
        return tomllib.loads(found[0]) if found else {}
    except tomllib.TOMLDecodeError:
        return {}

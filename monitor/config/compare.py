"""Whether the files of several machines say the same, told by digests: nothing is shown of them."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from monitor.config.load import LoadedConfig
from monitor.config.one_text import put_together
from monitor.config.secrets import literal_secrets

Digests = Mapping[str, str]
"""By key (`polling.interval`, `feeds`) or name of a file."""

#: Hexadecimal digits of a digest: two that differ are told apart, and a text is not found by one.
_DIGITS = 12
#: Each machine reaches the database in a way of its own.
_OWN = {"storage.url"}


def digests(loaded: LoadedConfig) -> Digests:
    """A digest of each setting as it is written, of all feeds, watchlists and so on, of each file.

    References to secrets count as they are written; secrets that are written out do not count.

    Raises:
        ConfigError: a file was changed meanwhile.
    """
    said = put_together(loaded)
    data = tomllib.loads(said.text)
    for path in literal_secrets(data):
        _blank(data, path)
    values = dict(_values(data)) | dict(said.files)
    return {key: _digest(value) for key, value in values.items() if key not in _OWN}


def differing(one: Digests, other: Digests) -> tuple[str, ...]:
    """The keys and files of which two machines say different things, or of which one says none."""
    return tuple(sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key)))


def _values(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _values(value, f"{above}{key}.")
        elif value != []:
            yield f"{above}{key}", value


def _digest(value: object) -> str:
    # In which order feeds stand, or files are included, does not matter.
    parts = sorted(map(_canonical, value)) if isinstance(value, list) else [_canonical(value)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_DIGITS]


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _blank(data: Any, path: tuple[str | int, ...]) -> None:
    for key in path[:-1]:
        data = data[key]
    data[path[-1]] = ""

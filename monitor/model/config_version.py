"""A version of the configuration, as machines share it, and what workers say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ConfigText:
    """What a configuration says, whatever the files it stands in: secrets only by reference."""

    text: str
    """TOML, with what was included."""
    files: Mapping[str, str] = field(default_factory=dict)
    """What other files that it names hold, by their names as they stand in the text."""
    sha256: str = ""
    """Of both, in hexadecimal; without other files, of the text alone."""


@dataclass(frozen=True, slots=True)
class ConfigVersion:
    """A version that was pushed."""

    number: int
    """From 1; a later one is higher."""
    created: datetime
    author: str
    sha256: str
    note: str | None = None
    """What its author said of it."""
    restores: int | None = None
    """The earlier version whose text it has."""
    effective: datetime | None = None
    """From when on all workers use it; None until they have agreed on that."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What a worker says of a version."""

    worker: str
    version: int
    at: datetime
    problem: str | None = None
    """Why it cannot use it; None for one that can, and is ready to."""
    lacking: tuple[str, ...] = ()
    """Channels whose secrets its machine does not have: it delivers nothing there."""
    file_sha256: str | None = None
    """Of what its own file says, if that says more than where the database is."""

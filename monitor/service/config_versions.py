"""Versions of the configuration that machines share: pushed, listed, compared, brought back."""

from __future__ import annotations

import difflib
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from monitor.config.in_force import PATIENCE
from monitor.config.load import LoadedConfig
from monitor.config.one_text import one_text
from monitor.config.version import load_to_share, load_version
from monitor.errors import ConfigError, MonitorError, StoreError, UsageError
from monitor.model.config_version import Acknowledgement, ConfigText, ConfigVersion
from monitor.service.check import Checked, check_loaded
from monitor.service.database import Database
from monitor.store import config_versions as store
from monitor.store import fleet
from monitor.store.write_queue import retried

#: So much longer than workers may take, one waits for them.
_GRACE = timedelta(seconds=5)
_LOOK_EVERY = 0.5
#: A file's name in a comparison that is not a version's.
THIS_FILE = "this machine's file"


@dataclass(frozen=True, slots=True)
class WorkerState:
    """What a worker says of a version."""

    worker: str
    at: datetime
    ready: bool
    problem: str | None
    lacking: tuple[str, ...]
    """Channels whose secrets its machine does not have."""


@dataclass(frozen=True, slots=True)
class ListedVersion:
    """A version, and how far workers are with it."""

    version: int
    created: datetime
    author: str
    note: str | None
    sha256: str
    restores: int | None
    effective: datetime | None
    in_force: bool
    """Never where one machine alone uses the database: there its file is."""
    workers: tuple[WorkerState, ...]


@dataclass(frozen=True, slots=True)
class Pushed:
    """A version that was entered, unless the newest one says the same."""

    version: int
    pushed: bool
    created: datetime
    author: str
    note: str | None
    sha256: str
    restores: int | None
    feeds: int
    watchlists: int
    channels: int
    shared: bool
    """Whether machines take it over; False for a database of one machine."""


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A version and what it says."""

    version: int
    created: datetime
    author: str
    note: str | None
    sha256: str
    restores: int | None
    text: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two versions, or between one and this machine's file."""

    old: int
    new: int | None
    """None for this machine's file."""
    same: bool
    diff: str
    """In the unified format."""


@retried
def push(db: Database, path: Path, *, author: str, note: str | None) -> tuple[Pushed, Checked]:
    """Check this machine's configuration, and enter it as a version.

    Args:
        db: the database that it names.
        path: its main file.
        author: who pushes it.
        note: what they say of it.

    Raises:
        ConfigError: it has faults, an example fails, or a secret stands in it.
    """
    checked = check_loaded(load_to_share(path))
    _refuse_failures(checked, path)
    said = one_text(checked.loaded)
    _require_same(checked.loaded, said, path)
    with db.write() as connection:
        newest = store.newest(connection)
        if newest is not None and newest.sha256 == said.sha256:
            return _pushed(newest, checked.loaded, db, pushed=False), checked
        version = _entered(connection, db, said, author, note)
    return _pushed(version, checked.loaded, db, pushed=True), checked


def _entered(
    connection: Connection,
    db: Database,
    said: ConfigText,
    author: str,
    note: str | None,
    *,
    restores: int | None = None,
) -> ConfigVersion:
    version = store.push(connection, said, author=author, note=note, restores=restores)
    if db.is_shared:
        # Where nobody works there is nobody to wait for.
        store.settle(connection, version.number, fleet.live(connection), version.created)
    return version


def _refuse_failures(checked: Checked, path: Path) -> None:
    if checked.failed_examples:
        raise ConfigError(
            "examples in the watchlists fail", where=str(path), faults=checked.failed_examples
        )


def _require_same(loaded: LoadedConfig, said: ConfigText, path: Path) -> None:
    """Make sure that what is shared means what was checked."""
    again = load_version(said, 0, path, loaded.config.storage.url)
    here: Any = {"watchlists": {"__all__": {"examples"}}, "web": {"write_config"}}
    if again.config.model_dump(exclude=here) != loaded.config.model_dump(exclude=here):
        raise ConfigError(
            "the files cannot be put together without changing what they say",
            where=str(path),
            hint="Write all of it into one file.",
        )


def _pushed(version: ConfigVersion, loaded: LoadedConfig, db: Database, *, pushed: bool) -> Pushed:
    config = loaded.config
    return Pushed(
        version.number,
        pushed,
        version.created,
        version.author,
        version.note,
        version.sha256,
        version.restores,
        len(config.feeds),
        len(config.watchlists),
        len(config.channels),
        db.is_shared,
    )


def listed(db: Database, *, limit: int = 50) -> list[ListedVersion]:
    """Versions, the newest first."""
    with db.read() as connection:
        used = store.in_force(connection, store.time_of(connection)) if db.is_shared else None
        return [
            _listed(each, used, store.acknowledgements(connection, each.number))
            for each in store.recent(connection, limit=limit)
        ]


def _listed(
    version: ConfigVersion, used: ConfigVersion | None, said: list[Acknowledgement]
) -> ListedVersion:
    return ListedVersion(
        version.number,
        version.created,
        version.author,
        version.note,
        version.sha256,
        version.restores,
        version.effective,
        used is not None and used.number == version.number,
        tuple(
            WorkerState(each.worker, each.at, each.problem is None, each.problem, each.lacking)
            for each in said
        ),
    )


def shown(db: Database, number: int | None) -> ShownVersion:
    """A version; by default the newest.

    Raises:
        UsageError: there is none.
    """
    version, said = _read(db, number)
    return ShownVersion(
        version.number,
        version.created,
        version.author,
        version.note,
        version.sha256,
        version.restores,
        said.text,
        said.files,
    )


def difference(db: Database, path: Path, old: int | None, new: int | None) -> Difference:
    """What a version changed.

    Args:
        db: the database.
        path: this machine's file.
        old: a version; by default the newest.
        new: what it is compared with; by default this machine's file, as it would be pushed.

    Raises:
        UsageError: there is no such version.
        ConfigError: the file has faults.
    """
    version, before = _read(db, old)
    after = one_text(load_to_share(path)) if new is None else _read(db, new)[1]
    name = THIS_FILE if new is None else f"version {new}"
    lines = "".join(_unified(before, after, f"version {version.number}", name))
    return Difference(version.number, new, before.sha256 == after.sha256, lines)


def _unified(before: ConfigText, after: ConfigText, old: str, new: str) -> Iterator[str]:
    names = ("", *sorted({*before.files, *after.files}))
    for name in names:
        one = before.text if not name else before.files.get(name, "")
        two = after.text if not name else after.files.get(name, "")
        said = f": {name}" if name else ""
        for line in difflib.unified_diff(
            one.splitlines(keepends=True), two.splitlines(keepends=True), old + said, new + said
        ):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


@retried
def rollback(
    db: Database, path: Path, number: int, *, author: str, note: str | None
) -> tuple[Pushed, Checked]:
    """Enter the text of an earlier version as a new one, if it is still one that can run.

    Raises:
        UsageError: there is no such version, or one machine alone uses the database.
        ConfigError: this version of the program, or this machine, cannot use it.
    """
    if not db.is_shared:
        raise UsageError(
            "on SQLite the configuration's file is in force, and no version",
            hint=f"Put the old text into the file: `monitor config show {number} > config.toml`.",
        )
    _, said = _read(db, number)
    checked = check_loaded(load_version(said, number, path, db.url), fetch_examples=False)
    _refuse_failures(checked, path)
    with db.write() as connection:
        newest = store.newest(connection)
        if newest is not None and newest.sha256 == said.sha256:
            return _pushed(newest, checked.loaded, db, pushed=False), checked
        version = _entered(connection, db, said, author, note, restores=number)
    return _pushed(version, checked.loaded, db, pushed=True), checked


def _read(db: Database, number: int | None) -> tuple[ConfigVersion, ConfigText]:
    with db.read() as connection:
        version = (
            store.newest(connection) if number is None else store.by_number(connection, number)
        )
        if version is None:
            some = store.newest(connection)
            raise UsageError(
                "there is no version of the configuration yet"
                if some is None
                else f"there is no version {number} of the configuration",
                hint="`monitor config push` makes one."
                if some is None
                else f"The newest is {some.number}; `monitor config list` shows them.",
            )
        said = store.text_of(connection, version.number)
    assert said is not None, "read in the same transaction"
    return version, said


def in_force(own: LoadedConfig) -> LoadedConfig:
    """The configuration that counts on this machine: the version in force, else its own file.

    Args:
        own: what its own file says.

    Raises:
        ConfigError: this machine cannot use the version.
    """
    if not own.config.storage.url.startswith("postgresql"):
        return own
    with closing(Database(own.config.storage.url)) as db:
        try:
            with db.read() as connection:
                used = store.in_force(connection, store.time_of(connection))
                said = None if used is None else store.text_of(connection, used.number)
        except StoreError:
            # Who needs the database says what is wrong with it.
            return own
    if used is None or said is None:
        return own
    return load_version(said, used.number, own.path, own.config.storage.url)


def wait_until_in_force(db: Database, number: int) -> ListedVersion:
    """Wait until workers use a version, or a later one; at the longest until they must.

    Raises:
        MonitorError: neither is in force by then.
    """
    deadline = time.monotonic() + (PATIENCE + _GRACE).total_seconds()
    while True:
        with db.read() as connection:
            now = store.time_of(connection)
            used = store.in_force(connection, now)
            version = store.by_number(connection, number)
            said = store.acknowledgements(connection, number)
        assert version is not None, "versions are not deleted"
        if used is not None and used.number >= number:
            return _listed(version, used, said)
        if time.monotonic() > deadline:
            raise MonitorError(f"version {number} did not take effect in time")
        time.sleep(_LOOK_EVERY)

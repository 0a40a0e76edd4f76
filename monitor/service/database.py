"""The database: opened for those who ask, and kept in order."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal

from monitor.config.schema import Storage
from monitor.errors import StoreError, UsageError
from monitor.store import text_days, upkeep
from monitor.store.database import READING_CACHE_KIB, Database
from monitor.store.pruning import NOUNS, Pruning
from monitor.store.write_queue import done

__all__ = ["READING_CACHE_KIB", "Database", "opened", "opened_if_any"]


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What an upgrade came to."""

    database: str
    upgraded: bool


@dataclass(frozen=True, slots=True)
class Soundness:
    """Whether a database is whole."""

    database: str
    ok: bool
    problems: list[str]


@dataclass(frozen=True, slots=True)
class Copied:
    """A backup that was made."""

    database: str
    copy: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Mended:
    """Values in which stood what is no text to PostgreSQL: NUL, or half of a character."""

    table: str
    column: str
    values: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A database that was copied to another."""

    source: str
    target: str
    rows: dict[str, int]
    """By table; each was compared."""
    mended: tuple[Mended, ...]
    due_again: int
    """Deliveries that were under way when the daemon stopped."""


def opened(url: str) -> Database:
    """A database, which must exist and be of this version.

    Raises:
        ConfigError: its address cannot be understood.
        StoreError: it does not exist, or is of another version.
    """
    return _current(Database(url))


def _current(db: Database) -> Database:
    try:
        db.require_current()
    except BaseException:
        db.close()
        raise
    return db


def opened_if_any(url: str) -> Database | None:
    """As `opened`, but None before the first run has made one."""
    db = Database(url)
    if not db.exists():
        db.close()
        return None
    return _current(db)


def upgrade(url: str, alone: Callable[[Database], AbstractContextManager[object]]) -> Upgraded:
    """Create the database or bring its schema up to date.

    Args:
        url: its address.
        alone: keeps daemons away from a file: one of the earlier version could record no answer
            any more, and would send again.

    Raises:
        ConfigError: its address cannot be understood.
        StoreError: it is no database of ours, or a newer one, or a daemon runs on it.
    """
    with closing(Database(url)) as db:
        try:
            db.require_current()
        except StoreError:
            with alone(db):
                changed = db.upgrade()
        else:
            # Of a server's schema the last step may have had to wait.
            changed = db.is_shared and db.upgrade()
        return Upgraded(db.where, changed)


def soundness(db: Database) -> Soundness:
    """Look for damage, and for a schema that is not this program's."""
    problems = db.damage() + db.differences()
    return Soundness(db.where, not problems, problems)


def backup(db: Database, target: Path) -> Copied:
    """Copy the database while a daemon uses it.

    Raises:
        StoreError: the file exists, or cannot be written.
    """
    db.backup(target)
    return Copied(db.where, str(target), target.stat().st_size)


def prune(db: Database, storage: Storage, now: datetime) -> dict[str, int]:
    """Delete what is older than its settings allow; how much of each went."""

    def before(keep: timedelta | Literal["forever"]) -> datetime | None:
        return None if keep == "forever" else now - keep

    total: Counter[str] = Counter()
    while True:
        pruning = Pruning(before(storage.keep_articles), before(storage.keep_matches))
        gone = _pass(db, pruning)
        total += gone
        if not gone.total():
            text_days.drop(db, before(storage.keep_articles))
            kept = {"notices"} if storage.keep_matches == "forever" else set()
            return {noun: total[noun] for noun in NOUNS if noun not in kept}


def _pass(db: Database, pruning: Pruning) -> Counter[str]:
    gone: Counter[str] = Counter()
    while True:
        with db.read() as view:
            doomed = pruning.look(view)
        if doomed is None:
            return gone
        for piece in doomed:
            begun = time.monotonic()
            gone.update(done(db, partial(pruning.delete, doomed=piece)))
            # A daemon may be at work on it.
            time.sleep(time.monotonic() - begun)


def shrink(db: Database) -> int:
    """Let the file be no larger than what is in it needs; how many bytes it is smaller.

    One that was made by a version which could not do that is rewritten as a whole first.

    Raises:
        StoreError: there is no room for the copy, or another program has the database open.
    """
    before = db.size()
    db.shrink()
    return before - db.size()


def statistics(db: Database) -> dict[str, int]:
    """How many rows each table has, and the database's size in bytes."""
    with db.read() as connection:
        numbers = upkeep.statistics(connection)
    return {**numbers, "bytes": db.size()}


def copy(
    source: str,
    target: str,
    alone: Callable[[Database], AbstractContextManager[object]],
    progress: Callable[[str, int], None],
) -> Moved:
    """Copy a SQLite database to an empty one on PostgreSQL; the former is only read.

    Args:
        source: where it is.
        target: where it is to be.
        alone: keeps daemons away from a file: what one tells meanwhile would be told again.
        progress: told of a table and how many of its rows are copied.

    Raises:
        ConfigError: an address cannot be understood.
        UsageError: they are not of these kinds.
        StoreError: a daemon runs on the former, the latter is not empty, or something is not the
            same afterwards; then nothing was changed.
    """
    old, new = Database(source), Database(target)
    with closing(old), closing(new):
        if old.is_shared or not new.is_shared:
            raise UsageError(
                "it is copied from SQLite to PostgreSQL, and no other way",
                hint="Such as: monitor db copy sqlite:///monitor.db"
                " postgresql+psycopg://monitor@db.example/monitor",
            )
        old.require_current()
        from monitor.store import copying

        new.upgrade()
        # One transaction on either side: what is seen stays as it is, and what is copied is all.
        with alone(old), old.read() as view, new.altering() as changed:
            copying.require_empty(changed, new.where)
            done = copying.copy(view, changed, datetime.now(UTC), progress)
    mended = (Mended(*where, values) for where, values in sorted(done.mended.items()))
    return Moved(old.where, new.where, done.tables, tuple(mended), done.due_again)

"""A database in a file: SQLite's settings, what it needs at a change of its schema, its faults."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from monitor.errors import ConfigError, StoreError
from monitor.store import search_index, shrinking

#: How long a statement waits for another writer before it fails, in milliseconds.
BUSY_TIMEOUT_MS = 10_000
#: Connections that are kept; more are opened for a moment.
CONNECTIONS = 8


class SqliteFile:
    """A database in a file, which one process at a time works on.

    Args:
        url: its address.

    Raises:
        ConfigError: it names no file, or an unknown driver.
        StoreError: its folder does not exist.
    """

    migrations = "versions"
    is_shared = False
    path: Path | None

    def __init__(self, url: URL, cache_kib: int) -> None:
        if url.database in {None, "", ":memory:"}:
            raise ConfigError(
                "a database in memory would forget what was seen at every stop",
                where="storage.url",
                hint='Name a file, such as "sqlite:///monitor.db".',
            )
        self._file = self.path = Path(str(url.database))
        self.where = str(self._file)
        if not self._file.parent.is_dir():
            raise StoreError(
                "its folder does not exist", where=self.where, hint="Create the folder first."
            )
        try:
            # Each has a cache of its own: few are filled where the one used last is used again.
            self.engine: Engine = create_engine(url, pool_size=CONNECTIONS, pool_use_lifo=True)
        except NoSuchModuleError:
            raise ConfigError(
                "the database address names an unknown driver", where="storage.url"
            ) from None
        event.listen(self.engine, "connect", partial(_configure, cache_kib))
        event.listen(self.engine, "begin", _begin)
        self._inode: tuple[int, int] | None = None

    def exists(self) -> bool:
        """Whether the file is there."""
        return self._file.exists()

    def require_usable(self) -> None:
        """A file is used as it is."""

    def target(self, connection: Connection, head: str) -> str:
        """Its own: nobody else is at work on the file."""
        return head

    def allows(self, current: str, head: str) -> bool:
        """No other revision than its own: nobody else is at work on the file."""
        return False

    def require_same(self) -> None:
        """Make sure that the file is still the one that was there when this was first called.

        SQLite goes on writing to a file that was deleted, and all of it would be lost.

        Raises:
            StoreError: it was deleted, moved or replaced.
        """
        try:
            found = self._file.stat()
        except FileNotFoundError:
            inode = None
        else:
            inode = (found.st_dev, found.st_ino)
        if self._inode is None:
            self._inode = inode
        if inode is None or inode != self._inode:
            raise StoreError(
                "the database was deleted or replaced while it was in use",
                where=self.where,
                hint="Start again; what was recorded since is lost.",
            )

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Have what SQLite says of a fault said so that it helps: raises StoreError."""
        try:
            yield
        except DatabaseError as error:
            raise self._as_store_error(error.orig) from error
        except sqlite3.Error as error:
            raise self._as_store_error(error) from error

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A view that blocks no writer."""
        with self.engine.connect() as connection:
            yield connection.execution_options(monitor_read_only=True)

    @contextmanager
    def altering(self) -> Iterator[Connection]:
        """A write transaction in which a table may be copied and its original dropped.

        With foreign keys enforced SQLite would first delete all that points to the original
        (https://sqlite.org/lang_altertable.html, section 7); it can be told only in between
        transactions.
        """
        self._make()
        with self.engine.connect() as connection:
            raw = _raw(connection)
            raw.execute("PRAGMA foreign_keys = OFF")
            try:
                with connection.begin():
                    yield connection
            finally:
                raw.execute("PRAGMA foreign_keys = ON")

    def settle(self, connection: Connection) -> None:
        """Make what comes with the schema, and see that nothing was lost. Raises StoreError."""
        search_index.set_triggers(connection)
        search_index.begin_anew_if_outdated(connection)
        orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
        if orphans:
            raise StoreError(
                f"the upgrade would lose what {len(orphans)} rows of {orphans[0][0]} point to",
                where=self.where,
                hint="Nothing was changed. Run `monitor db check` on the database.",
            )

    def _make(self) -> None:
        # Feeds' addresses may hold passwords; SQLite gives its other files the same rights.
        with contextlib.suppress(OSError):
            _create_private(self._file)
        if self._file.exists() and not self._file.stat().st_size:
            # What is begun without it cannot shrink (`shrinking`).
            with closing(sqlite3.connect(self._file)) as new:
                new.execute("PRAGMA auto_vacuum = INCREMENTAL")
                new.execute("PRAGMA journal_mode = WAL")

    def damage(self, connection: Connection) -> list[str]:
        """What SQLite's own checks find wrong: integrity and foreign keys; empty when sound."""
        found = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check"))]
        orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
        problems = [line for line in found if line != "ok"]
        return problems + [f"row {row[1]} of {row[0]} points to nothing" for row in orphans]

    def size(self) -> int:
        """How large the file is, in bytes."""
        return self._file.stat().st_size

    def backup(self, target: Path) -> None:
        """Copy the database while it is in use, with SQLite's online backup.

        Raises:
            StoreError: the target exists, or the copy failed.
        """
        if target.exists():
            raise StoreError("already exists", where=str(target), hint="Name a new file.")
        with self.engine.connect() as connection:
            source = _raw(connection)
            try:
                _create_private(target)
            except OSError as error:
                raise StoreError(f"cannot be made: {error.strerror}", where=str(target)) from error
            try:
                with contextlib.closing(sqlite3.connect(target)) as copy:
                    source.backup(copy)
            except sqlite3.Error as error:
                target.unlink(missing_ok=True)
                raise StoreError(f"the backup failed: {error}", where=str(target)) from error

    def shrink(self) -> None:
        """Let the file be no larger than what is in it needs.

        One that was made by a version which could not do that is rewritten as a whole first.
        """
        with self.reading() as view:
            more = shrinking.can_shrink(view)
        if not more:
            self._rewrite()
        while more:
            with self.engine.begin() as connection:
                more = shrinking.step(connection)
        self.checkpoint()

    def _rewrite(self) -> None:
        """Write the file anew, without what is free in it, so that it can shrink from then on."""
        with self.engine.connect() as connection:
            raw = _raw(connection)
            raw.execute("PRAGMA auto_vacuum = INCREMENTAL")
            raw.execute("VACUUM")

    def checkpoint(self) -> None:
        """Bring what was written lately into the file itself, as far as nobody reads it."""
        with self.engine.connect() as connection:
            _raw(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _as_store_error(self, error: object) -> StoreError:
        code = str(getattr(error, "sqlite_errorname", ""))
        for prefix, (what, hint) in _HINTS.items():
            if code.startswith(prefix):
                return StoreError(what, where=self.where, hint=hint)
        return StoreError(f"the database failed: {error}", where=self.where)


def _raw(connection: Connection) -> sqlite3.Connection:
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


def _create_private(path: Path) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _configure(cache_kib: int, connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    # We say BEGIN ourselves (see `_begin`); the driver's own idea of when a transaction
    # starts would take the write lock late and fail where waiting was possible.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    # A power cut must not undo "sent": that would repeat a message.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA cache_size = -{cache_kib}")
    # Pages of 4 KiB. One commit of many articles changes more than the usual 1000.
    cursor.execute("PRAGMA wal_autocheckpoint = 4000")
    cursor.close()
    search_index.register_functions(connection)


def _begin(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("monitor_read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


_HINTS: dict[str, tuple[str, str]] = {
    "SQLITE_BUSY": (
        "the database is locked by another program",
        "Close what else has it open: `fuser -v` with its path says what does.",
    ),
    "SQLITE_FULL": (
        "the database cannot grow: the disk is full",
        "Free space; nothing stored is lost.",
    ),
    "SQLITE_NOTADB": ("the file is not a database", "Name another file in storage.url."),
    "SQLITE_CORRUPT": (
        "the database is damaged",
        "Restore a backup; `monitor db check` says more.",
    ),
    "SQLITE_READONLY": (
        "the database cannot be written",
        "Check the file's and its folder's permissions.",
    ),
    "SQLITE_CANTOPEN": (
        "the database cannot be opened",
        "Check the file's and its folder's permissions.",
    ),
    "SQLITE_IOERR": ("the database cannot be read or written", "Check the disk."),
}

"""Opening the database: SQLite's settings, transactions, and bringing the schema up to date."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from monitor.errors import ConfigError, StoreError
from monitor.resources import resource
from monitor.store import (
    earlier_tables,
    feed_days,
    fleet_tables,
    search_index,
    site_lines,
    verdict_tables,
)
from monitor.store.access_tables import sessions

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

#: Every table; each module of tables adds its own to the same.
METADATA = sessions.metadata
assert METADATA is verdict_tables.verdicts.metadata is site_lines.hosts.metadata
assert METADATA is feed_days.feed_days.metadata is earlier_tables.earlier_offers.metadata
assert METADATA is fleet_tables.config_versions.metadata
#: How long a statement waits for another writer before it fails, in milliseconds.
BUSY_TIMEOUT_MS = 10_000
_REVISION = re.compile(r'^((?:down_)?revision)[ \w:|]*= *"(\w+)"', re.MULTILINE)


class Database:
    """One database, opened once for the process; safe to use from several threads.

    Args:
        url: an SQLAlchemy URL, such as `sqlite:///monitor.db`.

    Raises:
        ConfigError: the URL cannot be understood or names a database not supported.
        StoreError: its folder does not exist.
    """

    def __init__(self, url: str) -> None:
        try:
            self._url = make_url(url)
        except ArgumentError:
            raise ConfigError(
                "not a database address",
                where="storage.url",
                hint='Write one such as "sqlite:///monitor.db".',
            ) from None
        if self._url.get_backend_name() != "sqlite":
            raise ConfigError(
                f"{self._url.get_backend_name()} databases are not supported yet",
                where="storage.url",
                hint='Use SQLite, such as "sqlite:///monitor.db".',
            )
        if self._url.database in {None, "", ":memory:"}:
            raise ConfigError(
                "a database in memory would forget what was seen at every stop",
                where="storage.url",
                hint='Name a file, such as "sqlite:///monitor.db".',
            )
        if not self.path.parent.is_dir():
            raise StoreError(
                "its folder does not exist", where=str(self.path), hint="Create the folder first."
            )
        try:
            self.engine: Engine = create_engine(self._url)
        except NoSuchModuleError:
            raise ConfigError(
                "the database address names an unknown driver", where="storage.url"
            ) from None
        self._inode: tuple[int, int] | None = None
        event.listen(self.engine, "connect", _configure_sqlite)
        event.listen(self.engine, "begin", _begin)

    @property
    def url(self) -> str:
        """Its address, to open it once more."""
        return self._url.render_as_string(hide_password=False)

    @property
    def path(self) -> Path:
        """The database file."""
        return Path(str(self._url.database))

    def require_file(self) -> None:
        """Make sure that the file is still the one that was there when this was first called.

        SQLite goes on writing to a file that was deleted, and all of it would be lost.

        Raises:
            StoreError: it was deleted, moved or replaced.
        """
        try:
            found = self.path.stat()
        except FileNotFoundError:
            inode = None
        else:
            inode = (found.st_dev, found.st_ino)
        if self._inode is None:
            self._inode = inode
        if inode is None or inode != self._inode:
            raise StoreError(
                "the database was deleted or replaced while it was in use",
                where=str(self.path),
                hint="Start again; what was recorded since is lost.",
            )

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that takes the write lock at once and commits at the end.

        Raises:
            StoreError: the file is locked, full, damaged or not to be written.
        """
        with _translated(self.path), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view that blocks no writer. Raises StoreError as `write` does."""
        with _translated(self.path), self.engine.connect() as connection:
            yield connection.execution_options(monitor_read_only=True)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    # --- schema ------------------------------------------------------------------------------

    def upgrade(self) -> bool:
        """Bring the schema up to date; True when something changed.

        Raises:
            StoreError: the database is newer than this program, or damaged.
        """
        from alembic import command
        from alembic.script import ScriptDirectory

        self._make_file()
        config = self._alembic()
        script = ScriptDirectory.from_config(config)
        head = script.get_current_head()
        current = self.revision()
        if current == head:
            return False
        self._refuse_foreign(current, {revision.revision for revision in script.walk_revisions()})
        with self._altering() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            search_index.set_triggers(connection)
            search_index.begin_anew_if_outdated(connection)
            orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
            if orphans:
                raise StoreError(
                    f"the upgrade would lose what {len(orphans)} rows of {orphans[0][0]} point to",
                    where=str(self.path),
                    hint="Nothing was changed. Run `monitor db check` on the database.",
                )
        return True

    @contextmanager
    def _altering(self) -> Iterator[Connection]:
        """A write transaction in which a table may be copied and its original dropped.

        With foreign keys enforced SQLite would first delete all that points to the original
        (https://sqlite.org/lang_altertable.html, section 7); it can be told only in between
        transactions.
        """
        with _translated(self.path), self.engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            raw.execute("PRAGMA foreign_keys = OFF")
            try:
                with connection.begin():
                    yield connection
            finally:
                raw.execute("PRAGMA foreign_keys = ON")

    def _make_file(self) -> None:
        # Feeds' addresses may hold passwords; SQLite gives its other files the same rights.
        with contextlib.suppress(OSError):
            _create_private(self.path)
        if self.path.exists() and not self.path.stat().st_size:
            # What is begun without it cannot shrink (`shrinking`).
            with _translated(self.path), closing(sqlite3.connect(self.path)) as new:
                new.execute("PRAGMA auto_vacuum = INCREMENTAL")
                new.execute("PRAGMA journal_mode = WAL")

    def require_current(self) -> None:
        """Make sure that the schema is this program's, for commands that only look.

        Raises:
            StoreError: there is no database yet, or it needs an upgrade, or it is newer.
        """
        if not self.path.exists():
            raise StoreError(
                "there is no database yet",
                where=str(self.path),
                hint="Start `monitor run` once, or create it with `monitor db upgrade`.",
            )
        before = _revisions()
        current = self.revision()
        if current in before.keys() - set(before.values()):
            return
        self._refuse_foreign(current, set(before))
        raise StoreError(
            "the database was made by an older version of monitor",
            where=str(self.path),
            hint="Run `monitor db upgrade`.",
        )

    def revision(self) -> str | None:
        """The schema's revision, or None for an empty database."""
        with self.read() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    def differences(self) -> list[str]:
        """What the database's tables and the program's differ in; empty when they agree."""
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext

        with self.read() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "include_name": _is_ours}
            )
            return [str(change) for change in compare_metadata(context, METADATA)]

    def damage(self) -> list[str]:
        """What SQLite's own checks find wrong: integrity and foreign keys; empty when sound."""
        with self.read() as connection:
            found = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check"))]
            orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
        problems = [line for line in found if line != "ok"]
        return problems + [f"row {row[1]} of {row[0]} points to nothing" for row in orphans]

    def backup(self, target: Path) -> None:
        """Copy the database while it is in use, with SQLite's online backup.

        Raises:
            StoreError: the target exists, or the copy failed.
        """
        if target.exists():
            raise StoreError("already exists", where=str(target), hint="Name a new file.")
        with _translated(self.path), self.engine.connect() as connection:
            source = connection.connection.driver_connection
            assert isinstance(source, sqlite3.Connection)
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

    def rewrite(self) -> None:
        """Write the file anew, without what is free in it, so that it can shrink from then on.

        Raises:
            StoreError: there is no room for the copy, or another program has the database open.
        """
        with _translated(self.path), self.engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            raw.execute("PRAGMA auto_vacuum = INCREMENTAL")
            raw.execute("VACUUM")

    def checkpoint(self) -> None:
        """Bring what was written lately into the file itself, as far as nobody reads it."""
        with _translated(self.path), self.engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _alembic(self) -> AlembicConfig:
        from alembic.config import Config as AlembicConfig

        config = AlembicConfig()
        config.set_main_option("script_location", str(resource("migrations")).replace("%", "%%"))
        return config

    def _refuse_foreign(self, current: str | None, known: set[str]) -> None:
        if current is not None and current not in known:
            raise StoreError(
                f"the database was made by a newer version of monitor (schema {current})",
                where=str(self.path),
                hint="Upgrade monitor, or restore a backup made by this version.",
            )


@cache
def _revisions() -> dict[str, str | None]:
    """The schema's revisions, each with the one before it.

    As Alembic reads them; to import it takes half a second that no command has which only looks.
    """
    found: dict[str, str | None] = {}
    for file in (resource("migrations") / "versions").glob("*.py"):
        names = dict(_REVISION.findall(file.read_text("utf-8")))
        found[names["revision"]] = names.get("down_revision")
    return found


def _is_ours(name: str | None, kind: str, _: Any) -> bool:
    """Whether a table is described by the program, and not made by SQLite for the index."""
    return not (kind == "table" and (name or "").startswith(search_index.INDEX))


def _create_private(path: Path) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _configure_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    # We say BEGIN ourselves (see `_begin`); the driver's own idea of when a transaction
    # starts would take the write lock late and fail where waiting was possible.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    # A power cut must not undo "sent": that would repeat a message.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # Kibibytes. What an article is found by again lies all over its table: with the usual 2 MiB,
    # entering its keys takes half as long again.
    cursor.execute("PRAGMA cache_size = -8000")
    # Pages of 4 KiB. One commit of many articles changes more than the usual 1000.
    cursor.execute("PRAGMA wal_autocheckpoint = 4000")
    cursor.close()
    search_index.register_functions(connection)


def _begin(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("monitor_read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        raise _as_store_error(error.orig, path) from error
    except sqlite3.Error as error:
        raise _as_store_error(error, path) from error


_HINTS: dict[str, tuple[str, str]] = {
    "SQLITE_BUSY": ("the database is locked by another program", "Close what else has it open."),
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


def _as_store_error(error: Any, path: Path) -> StoreError:
    code = str(getattr(error, "sqlite_errorname", ""))
    for prefix, (what, hint) in _HINTS.items():
        if code.startswith(prefix):
            return StoreError(what, where=str(path), hint=hint)
    return StoreError(f"the database failed: {error}", where=str(path))

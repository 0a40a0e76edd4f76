"""Opening the database: transactions, and bringing the schema up to date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from monitor.errors import ConfigError, StoreError
from monitor.resources import resource
from monitor.store import (
    earlier_report_tables,
    feed_days,
    fleet_tables,
    search_index,
    site_lines,
    verdict_tables,
)
from monitor.store.access_tables import sessions
from monitor.store.backend import Backend
from monitor.store.columns import say_for_postgresql

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

#: Every table; each module of tables adds its own to the same.
METADATA = sessions.metadata
assert METADATA is verdict_tables.verdicts.metadata is site_lines.hosts.metadata
assert METADATA is feed_days.feed_days.metadata is earlier_report_tables.earlier_offers.metadata
assert METADATA is fleet_tables.config_versions.metadata
#: An article is found again by what lies all over its table: with SQLite's own 2 MiB, entering its
#: keys takes half as long again.
WRITING_CACHE_KIB = 8_000
#: Who only looks has all of it from the system's cache in the same time.
READING_CACHE_KIB = 500
_REVISION = re.compile(r'^((?:down_)?revision)[ \w:|]*= *"(\w+)"', re.MULTILINE)


class Database:
    """One database, opened once for the process; safe to use from several threads.

    Args:
        url: an SQLAlchemy URL, such as `sqlite:///monitor.db` or
            `postgresql+psycopg://monitor@db.example/monitor`.
        cache_kib: what each connection to a file may keep of it, in kibibytes.

    Raises:
        ConfigError: the URL cannot be understood or names a database not supported.
        StoreError: its folder does not exist.
    """

    def __init__(self, url: str, *, cache_kib: int = WRITING_CACHE_KIB) -> None:
        try:
            self._url = make_url(url)
        except ArgumentError:
            raise ConfigError(
                "not a database address",
                where="storage.url",
                hint='Write one such as "sqlite:///monitor.db".',
            ) from None
        self._backend = self._backend_of(cache_kib)
        self.engine: Engine = self._backend.engine
        self._single = (
            self.engine.execution_options(isolation_level="AUTOCOMMIT") if self.is_shared else None
        )

    def _backend_of(self, cache_kib: int) -> Backend:
        # Imported when needed: nobody needs both.
        match self._url.get_backend_name():
            case "sqlite":
                from monitor.store.sqlite_file import SqliteFile

                return SqliteFile(self._url, cache_kib)
            case "postgresql":
                from monitor.store.postgresql import PostgresqlServer

                return PostgresqlServer(self._url)
            case other:
                raise ConfigError(
                    f"{other} databases are not supported",
                    where="storage.url",
                    hint='Use SQLite, such as "sqlite:///monitor.db", or for many machines'
                    ' PostgreSQL, such as "postgresql+psycopg://monitor@db.example/monitor".',
                )

    @property
    def url(self) -> str:
        """Its address, to open it once more."""
        return self._url.render_as_string(hide_password=False)

    @property
    def where(self) -> str:
        """What people know it by: its file, or its address without the password."""
        return self._backend.where

    @property
    def file(self) -> Path | None:
        """The database's file; None if it is on a server."""
        return self._backend.path

    @property
    def path(self) -> Path:
        """The database's file, where it is known to be in one."""
        assert self._backend.path is not None, "a database on a server is no file"
        return self._backend.path

    @property
    def is_shared(self) -> bool:
        """Whether other processes, on other machines too, may be at work on it as this one is."""
        return self._backend.is_shared

    def exists(self) -> bool:
        """Whether anything was made there yet. Raises StoreError if that cannot be told."""
        with self._backend.translated():
            return self._backend.exists()

    def require_same(self) -> None:
        """Make sure that the database is still the one that was there when first asked.

        Raises:
            StoreError: it was deleted, moved or replaced.
        """
        self._backend.require_same()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that commits at the end; SQLite's takes the write lock at once.

        Raises:
            StoreError: it is locked, full, damaged, not to be written or not to be reached.
        """
        with self._backend.translated(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def single(self) -> Iterator[Connection]:
        """For statements that each stand for themselves; a file's only look.

        A server is not told of the beginning and the end of each, which would cost as much as it.

        Raises:
            StoreError: as `write` does.
        """
        if self._single is None:
            with self.read() as connection:
                yield connection
            return
        with self._backend.translated(), self._single.connect() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view that blocks no writer. Raises StoreError as `write` does."""
        with self._backend.translated(), self._backend.reading() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    # --- schema ------------------------------------------------------------------------------

    def upgrade(self) -> bool:
        """Bring the schema up to date; True when something changed.

        Where others are at work that could not go along with the last step, that one is left out:
        this program works without it, and whoever calls it when they are gone makes it.

        Raises:
            StoreError: the database is newer than this program, or damaged.
        """
        with self._backend.translated():
            self._backend.require_usable()
        if self._is_last(self.revision()):
            return False
        with self.altering() as connection:
            # Somebody else may have done it meanwhile.
            current = _revision(connection)
            target = self._backend.target(connection, self.head)
            if self._is_last(current) or (current or "") >= target:
                return False
            # Kept for as long as the process lives: 15 MB, for what is done once a version.
            from alembic import command

            config = self._alembic()
            config.attributes["connection"] = connection
            command.upgrade(config, target)
            self._backend.settle(connection)
        return True

    @contextmanager
    def altering(self) -> Iterator[Connection]:
        """A write transaction in which the schema may be changed. Raises StoreError."""
        with self._backend.translated(), self._backend.altering() as connection:
            yield connection

    def require_current(self) -> None:
        """Make sure that the schema is this program's, for commands that only look.

        Raises:
            StoreError: there is no database yet, or it needs an upgrade, or it is newer.
        """
        with self._backend.translated():
            self._backend.require_usable()
            exists = self._backend.exists()
        if not exists:
            raise StoreError(
                "there is no database yet",
                where=self.where,
                hint="Start `monitor run` once, or create it with `monitor db upgrade`.",
            )
        if not self._is_known(self.revision()):
            raise StoreError(
                "the database was made by an older version of monitor",
                where=self.where,
                hint="Run `monitor db upgrade`.",
            )

    def revision(self) -> str | None:
        """The schema's revision, or None for an empty database."""
        if self.file is not None and not self.file.exists():
            return None
        with self.read() as connection:
            return _revision(connection)

    def refusal(self, connection: Connection) -> StoreError | None:
        """Why this program may not work on the schema as it is by now; None if it may."""
        try:
            known = self._is_known(_revision(connection))
        except StoreError as error:
            return error
        return None if known else StoreError("the schema is gone, or older", where=self.where)

    @property
    def head(self) -> str:
        """The revision that this program makes."""
        before = self._revisions()
        (head,) = before.keys() - set(before.values())
        return head

    def _revisions(self) -> dict[str, str | None]:
        return _revisions(resource("migrations") / self._backend.migrations)

    def _is_last(self, current: str | None) -> bool:
        """Whether there is nothing to be done to a database of a revision."""
        is_before = current in self._revisions() and current != self.head
        return self._is_known(current) and not is_before

    def _is_known(self, current: str | None) -> bool:
        """Whether this program works on a database of a revision; False if that is older."""
        before, head = self._revisions(), self.head
        if current is None:
            return False
        if current == head or self._backend.allows(current, head):
            return True
        if current in before:
            return False
        if current.isdecimal() and int(current) < int(head):
            raise StoreError(
                f"the database has a schema of an older version ({current}) that this one does not"
                " know how to bring up to date",
                where=self.where,
                hint="Nothing was changed. Restore a backup that a released version made, or begin"
                " with a new database: see docs/upgrading.md.",
            )
        raise StoreError(
            f"the database was made by a newer version of monitor (schema {current})",
            where=self.where,
            hint="Upgrade monitor, or restore a backup made by this version.",
        )

    def differences(self) -> list[str]:
        """What the database's tables and the program's differ in; empty when they agree."""
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext

        chosen = _is_of_both if self.is_shared else _is_ours
        if self.is_shared:
            say_for_postgresql(METADATA)
        with self.read() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "include_object": chosen}
            )
            return [str(change) for change in compare_metadata(context, METADATA)]

    def _alembic(self) -> AlembicConfig:
        from alembic.config import Config as AlembicConfig

        config = AlembicConfig()
        folder = resource("migrations")
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        versions = str(folder / self._backend.migrations).replace("%", "%%")
        config.set_main_option("path_separator", "newline")
        config.set_main_option("version_locations", versions)
        return config

    # --- upkeep ------------------------------------------------------------------------------

    def damage(self) -> list[str]:
        """What the database's own checks find wrong; empty when it is sound."""
        with self.read() as connection:
            return self._backend.damage(connection)

    def size(self) -> int:
        """How large it is, in bytes."""
        with self._backend.translated():
            return self._backend.size()

    def backup(self, target: Path) -> None:
        """Copy the database to a file while it is in use.

        Raises:
            StoreError: the target exists, or the copy failed, or its server's own tools do that.
        """
        with self._backend.translated():
            self._backend.backup(target)

    def checkpoint(self) -> None:
        """Bring what was written lately into the file itself, as far as nobody reads it."""
        with self._backend.translated():
            self._backend.checkpoint()

    def shrink(self) -> None:
        """Let it be no larger than what is in it needs.

        Raises:
            StoreError: there is no room for that, or another program has the database open.
        """
        with self._backend.translated():
            self._backend.shrink()


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


@cache
def _revisions(folder: Path) -> dict[str, str | None]:
    """The schema's revisions that a folder holds, each with the one before it.

    As Alembic reads them; to import it takes half a second that no command has which only looks.
    """
    found: dict[str, str | None] = {}
    for file in folder.glob("*.py"):
        names = dict(_REVISION.findall(file.read_text("utf-8")))
        found[names["revision"]] = names.get("down_revision")
    return found


def _is_ours(_: Any, name: str | None, kind: str, is_stored: bool, described: Any) -> bool:
    """Whether the program describes a table, of those that it should: all that are in a file.

    Some of them SQLite makes for the index. Of a server's it describes what both have.
    """
    if kind == "table" and is_stored and described is None:
        return not (name or "").startswith(search_index.INDEX)
    return True


def _is_of_both(_: Any, __: Any, kind: str, is_stored: bool, described: Any) -> bool:
    return not (kind == "table" and is_stored and described is None)

"""A database on a PostgreSQL server, on which many machines may work at the same time."""

from __future__ import annotations

import json
import re
import secrets
import select
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as NoneFreeError

from monitor.errors import ConfigError, StoreError
from monitor.store import fleet, search_index
from monitor.store.postgresql_faults import as_store_error

#: Connections that a process has at the most.
CONNECTIONS = 8
#: Statements that a connection keeps ready to be run.
PREPARED = 300
#: How long to wait for one that another thread of the process uses, in seconds.
POOL_TIMEOUT = 30
#: How long to wait for the server to answer, in seconds.
CONNECT_TIMEOUT = 10
#: How long a statement waits for another's lock before it fails.
LOCK_TIMEOUT = "30s"
#: A transaction that its process leaves alone for so long is ended: it was frozen, and others wait.
IDLE_TIMEOUT = "60s"
#: What the planner reckons with for a page found by an index, where one in order is 1. By default
#: 4, as if disks had arms: until tables have grown they would be read as a whole for a few rows.
PAGE_COST = "1.1"
#: The last revision that programs of before go along with; the next waits until none is at work.
SHARED = "0004"
#: The lock (see `locks`) under which the schema is changed: "monitor" in ASCII.
UPGRADE_LOCK = 0x6D6F6E69746F72

_HINT = 'Write one such as "postgresql+psycopg://monitor@db.example/monitor".'
# JSON writes what is no text as escapes; a backslash before them is escaped itself.
_ESCAPED = re.compile(
    r"(?<!\\)((?:\\\\)*)"
    r"(?:\\u0000|(\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2})|\\ud[89a-f][0-9a-f]{2})"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


class PostgresqlServer:
    """A database on a server.

    Args:
        url: its address.

    Raises:
        ConfigError: it names no database or another driver, or the driver is not installed.
    """

    migrations = "postgresql"
    is_shared = True
    path: Path | None = None

    def __init__(self, url: URL) -> None:
        if url.drivername not in {"postgresql", "postgresql+psycopg"}:
            raise ConfigError(
                "PostgreSQL is reached by psycopg only", where="storage.url", hint=_HINT
            )
        if not url.database:
            raise ConfigError(
                "the address names no database on the server", where="storage.url", hint=_HINT
            )
        self._url = url.set(drivername="postgresql+psycopg")
        self.where = self._url.set(drivername="postgresql", query={}).render_as_string()
        try:
            self.engine: Engine = create_engine(
                self._url,
                pool_size=CONNECTIONS,
                max_overflow=0,
                pool_timeout=POOL_TIMEOUT,
                # The same few again and again: they have their statements ready.
                pool_use_lifo=True,
                json_serializer=storable_json,
                # Else nothing says whether an INSERT met with a row that was there.
                execution_options={"preserve_rowcount": True},
                connect_args={
                    "connect_timeout": CONNECT_TIMEOUT,
                    "application_name": "monitor",
                    "client_encoding": "utf8",
                    # A server that is gone without a word is noticed within a minute. Seconds.
                    "keepalives_idle": 20,
                    "keepalives_interval": 10,
                    "keepalives_count": 3,
                    "tcp_user_timeout": 60_000,
                }
                | dict(url.query),
            )
        except ImportError:
            raise ConfigError(
                "PostgreSQL needs a driver that is not installed",
                where="storage.url",
                hint="Install the extra `postgres`, as docs/how-to/many-machines.md says.",
            ) from None
        event.listen(self.engine, "connect", _configure)
        event.listen(self.engine, "checkout", _refuse_if_cut)

    def exists(self) -> bool:
        """Whether a schema was made in it."""
        with self.reading() as connection:
            return inspect(connection).has_table("alembic_version")

    def require_usable(self) -> None:
        """Make sure that it keeps all texts, and that what a session sets stays set."""
        with self.reading() as connection:
            encoding = connection.scalar(text("SHOW server_encoding"))
        if encoding != "UTF8":
            raise StoreError(
                f"the database keeps texts as {encoding}, which has not all characters",
                where=self.where,
                hint="Create one with: createdb --encoding=UTF8 --template=template0 NAME",
            )
        self._refuse_pooler()

    def _refuse_pooler(self) -> None:
        """Refuse a pooler that gives each transaction another session: locks would protect nothing.

        It makes up the number of the server's process that it tells, as it stands for many; what
        one session sets is then seen by the next.
        """
        mark = secrets.token_hex(8)
        with self.engine.connect() as one:
            driver: Any = one.connection.driver_connection
            own = driver.info.backend_pid
            if one.scalar(text("SELECT pg_backend_pid()")) == own:
                return
            one.execute(text("SELECT set_config('monitor.mark', :mark, false)"), {"mark": mark})
            one.commit()
            with self.engine.connect() as other:
                seen = other.scalar(text("SELECT current_setting('monitor.mark', true)"))
            kept = one.scalar(text("SELECT current_setting('monitor.mark', true)"))
        if seen == mark or kept != mark:
            raise StoreError(
                "a connection pooler such as PgBouncer gives every transaction another session",
                where=self.where,
                hint="Name the server itself in storage.url, or set pool_mode = session there:"
                " monitor has a small pool of its own.",
            )

    def require_same(self) -> None:
        """A server sees to that itself."""

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Have what PostgreSQL says of a fault said so that it helps: raises StoreError."""
        try:
            yield
        except DBAPIError as error:
            raise as_store_error(error.orig, self.where) from error
        except NoneFreeError as error:
            raise as_store_error(error, self.where) from error

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state throughout and changes nothing."""
        with self.engine.connect() as connection:
            yield connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            # The driver forgets at a roll-back which statements it has ready: whoever used the
            # connection next would have each planned anew.
            connection.commit()

    @contextmanager
    def altering(self) -> Iterator[Connection]:
        """A transaction that no other changes the schema beside."""
        with self.engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
            yield connection

    def settle(self, connection: Connection) -> None:
        """Have the index hold this program's tokens; the rest a migration enforces itself."""
        search_index.begin_anew_if_outdated(connection)

    def target(self, connection: Connection, head: str) -> str:
        """The shared one, as long as a program is at work that could not go along with the next."""
        return SHARED if fleet.is_any_before(connection, int(SHARED)) else head

    def allows(self, current: str, head: str) -> bool:
        """One revision ahead: workers of two versions work side by side while they are replaced.

        So each revision only adds to the schema; what is not needed any more goes with the next.
        And at the shared one, where the next has to wait for that.
        """
        if current == SHARED:
            return True
        return current.isdecimal() and int(current) == int(head) + 1

    def damage(self, connection: Connection) -> list[str]:
        """Pages whose checksums were wrong, and indexes and constraints that hold for nothing."""
        wrong = connection.scalar(
            text(
                "SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()"
            )
        )
        found = [f"{wrong} pages were not as they had been written"] if wrong else []
        invalid = text(
            "SELECT 'index ' || indexrelid::regclass FROM pg_index WHERE NOT indisvalid "
            "UNION ALL SELECT 'constraint ' || conname FROM pg_constraint WHERE NOT convalidated"
        )
        return found + [f"{name} was not finished" for name in connection.scalars(invalid)]

    def size(self) -> int:
        """How large the database is on the server, in bytes."""
        with self.reading() as connection:
            return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)

    def backup(self, target: Path) -> None:
        """Say how: the server's own tools copy it. Raises StoreError."""
        address = self._url.set(drivername="postgresql", password=None, query={})
        raise StoreError(
            "a PostgreSQL database is copied by PostgreSQL's own tools",
            where=self.where,
            hint=f"Run: pg_dump --format=custom --file={target} {address.render_as_string()}\n"
            "It can be restored to a new database: createdb --encoding=UTF8 NAME, then "
            f"pg_restore --dbname=NAME {target}",
        )

    def checkpoint(self) -> None:
        """The server does that by itself."""

    def shrink(self) -> None:
        """Let the server use again what is free; it gives back what is free at a table's end."""
        with self.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM"))


def storable_json(value: object) -> str:
    """JSON without what PostgreSQL cannot take out of it: NUL, and halves of characters."""
    return storable_json_text(json.dumps(value))


def storable_json_text(found: str) -> str:
    """The same for JSON that is written already."""
    if "\\u0000" not in found and "\\ud" not in found:
        return found
    return _ESCAPED.sub(lambda each: each[1] + (each[2] or "\\ufffd"), found)


def storable(words: str) -> bytes:
    """UTF-8 without what PostgreSQL takes for no text: NUL, and halves of characters.

    Each becomes one character, so that what is known by its place in the text stays there.
    """
    try:
        found = words.encode()
    except UnicodeEncodeError:
        found = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", words).encode()
    return found.replace(b"\0", b"\xef\xbf\xbd") if b"\0" in found else found


def _refuse_if_cut(connection: Any, *_: object) -> None:
    """Hand out no connection that a restart of the server has cut.

    To ask the server each time takes as long as a statement. But one that ends a session says so,
    or its system does: there is something to read where nobody has asked anything.
    """
    if not connection.closed and not is_readable(connection.fileno()):
        return
    from psycopg import Error

    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except Error as error:
        # All others were cut with it, most likely.
        raise InvalidatePoolError from error


def is_readable(number: int) -> bool:
    """Whether a socket has something to read, or was closed by the other side."""
    waiting = select.poll()
    waiting.register(number, select.POLLIN)
    return bool(waiting.poll(0))


def _configure(connection: Any, _: object) -> None:
    from psycopg.adapt import Dumper

    class Storable(Dumper):
        """Whatever is sent as text goes through here."""

        def dump(self, obj: str) -> bytes:
            return storable(obj)

    connection.adapters.register_dumper(str, Storable)
    # More than there are statements on the way of an article: else each is planned every time.
    connection.prepared_max = PREPARED
    connection.autocommit = True
    for name, value in (
        ("TimeZone", "UTC"),
        ("lock_timeout", LOCK_TIMEOUT),
        ("idle_in_transaction_session_timeout", IDLE_TIMEOUT),
        ("random_page_cost", PAGE_COST),
    ):
        connection.execute("SELECT set_config(%s, %s, false)", (name, value))
    connection.autocommit = False

"""Everything of a SQLite file, to PostgreSQL: table by table, in one transaction, and compared.

Both sides are looked at as they store it, not as the program reads it, so that nothing is lost
that this version does not understand.
"""

from __future__ import annotations

import enum
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Table,
    exists,
    inspect,
    select,
    text,
)

from monitor.errors import StoreError
from monitor.store import (
    feed_days,
    fleet_tables,
    leases,
    search_index,
    site_lines,
    verdict_tables,
)
from monitor.store.access_tables import sessions
from monitor.store.article_texts import on_server
from monitor.store.columns import Developments, UtcDateTime
from monitor.store.deliveries import transitions
from monitor.store.postgresql import storable, storable_json_text
from monitor.store.tables import articles, feeds, heartbeats

METADATA = sessions.metadata
assert METADATA is verdict_tables.verdicts.metadata is site_lines.hosts.metadata
assert METADATA is feed_days.feed_days.metadata

LEFT_OUT = frozenset(
    {
        # Of a daemon that has stopped.
        heartbeats.name,
        # How far SQLite's own index has come.
        search_index.article_words.name,
        search_index.search_state.name,
        # One machine's history: on PostgreSQL the newest would be in force at once.
        fleet_tables.config_versions.name,
        fleet_tables.config_acknowledgements.name,
    }
)
"""Tables of which nothing is taken along."""
_ROWS = 1000

Progress = Callable[[str, int], None]
"""Told of a table and how many of its rows are copied."""


class _Kind(enum.Enum):
    JSON = "json"
    TIME = "time"
    FLAG = "flag"
    OTHER = "other"


@dataclass(slots=True)
class Copy:
    """What was copied, and what could not stay as it was."""

    tables: dict[str, int] = field(default_factory=dict)
    """Rows, by table."""
    mended: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Values in which something stood that is no text to PostgreSQL, by table and column."""
    due_again: int = 0
    """Deliveries that were under way when the daemon stopped, and are tried again."""


def tables() -> list[Table]:
    """What is copied, those first to which others point."""
    return [each for each in METADATA.sorted_tables if each.name not in LEFT_OUT]


def require_empty(target: Connection, where: str) -> None:
    """Make sure that nothing is in a database yet.

    Raises:
        StoreError: something is.
    """
    for table in tables():
        if target.scalar(select(exists().select_from(table))):
            raise StoreError(
                f"the database is not empty: there are {table.name} in it",
                where=where,
                hint="Copy to a new database: createdb --encoding=UTF8 NAME. Nothing was changed.",
            )


def copy(
    source: Connection, target: Connection, now: datetime, progress: Progress = lambda *_: None
) -> Copy:
    """Copy everything, and compare.

    Args:
        source: a SQLite database's view that stays as it is; only read.
        target: a transaction on an empty PostgreSQL database of the same version.
        now: the time.
        progress: told how far it is.

    Raises:
        StoreError: something could not be stored, or is not the same afterwards.
    """
    done = Copy()
    for table in tables():
        columns = _columns(source, table)
        digest = _put(target, table, columns, _read(source, table, columns, done), progress)
        done.tables[table.name] = digest.rows
        if (found := _stored(target, table, columns)) != digest:
            raise StoreError(
                f"{table.name} is not the same after copying: {found.rows} of {digest.rows} rows",
                hint="Nothing was changed. This is a fault of monitor's: please report it.",
            )
        _number_on(source, target, table)
    done.due_again = transitions.recover(target, now)
    for claimed in (feeds, articles):
        leases.hand_back_all(target, claimed)
    return done


# --- what stands in a row ---------------------------------------------------------------------


@dataclass(slots=True)
class _Digest:
    """Of rows in whatever order."""

    rows: int = 0
    total: int = 0

    def add(self, row: Sequence[Any]) -> None:
        self.rows += 1
        said = blake2b(repr(tuple(row)).encode("utf-8", "surrogatepass"), digest_size=16)
        self.total = (self.total + int.from_bytes(said.digest())) % 2**128


def _columns(source: Connection, table: Table) -> list[Column[Any]]:
    """Those that the source has; the others begin with what they are by default."""
    there = {each["name"] for each in inspect(source).get_columns(table.name)}
    return [each for each in table.columns if each.name in there]


def _kind(column: Column[Any]) -> _Kind:
    if isinstance(column.type, UtcDateTime):
        return _Kind.TIME
    if isinstance(column.type, JSON | Developments):
        return _Kind.JSON
    return _Kind.FLAG if isinstance(column.type, Boolean) else _Kind.OTHER


def _read(
    source: Connection, table: Table, columns: Sequence[Column[Any]], done: Copy
) -> Iterator[list[Any]]:
    raw = source.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    names = ", ".join(f'"{each.name}"' for each in columns)
    kinds = [_kind(each) for each in columns]
    before, raw.text_factory = raw.text_factory, _text
    try:
        cursor = raw.execute(f'SELECT {names} FROM "{table.name}"')  # noqa: S608 - our own names
        while rows := cursor.fetchmany(_ROWS):
            for row in rows:
                mended = [_mended(*each) for each in zip(row, kinds, strict=True)]
                for column, kind, old, new in zip(columns, kinds, row, mended, strict=True):
                    if old != new and isinstance(old, str) and kind is not _Kind.TIME:
                        done.mended[table.name, column.name] += 1
                yield mended
    finally:
        raw.text_factory = before


def _text(raw: bytes) -> str:
    # What is no UTF-8 is to be found and mended, not to stop the reading.
    return raw.decode("utf-8", "surrogateescape")


def _mended(value: Any, kind: _Kind) -> Any:
    """A value as PostgreSQL can store it."""
    match kind:
        case _Kind.JSON if value is not None:
            # Numbers alone are numbers to SQLite, whatever column they stand in.
            said = storable_json_text(storable(str(value)).decode())
            if "NaN" in said or "Infinity" in said:
                return json.dumps(json.loads(said, parse_constant=lambda _: None))
            return said
        case _Kind.TIME if isinstance(value, str):
            return value if "." in value else f"{value}.000000"
        case _ if isinstance(value, str):
            return storable(value).decode()
    return value


# --- PostgreSQL -------------------------------------------------------------------------------


def _put(
    target: Connection,
    table: Table,
    columns: Sequence[Column[Any]],
    rows: Iterator[list[Any]],
    progress: Progress,
) -> _Digest:
    import psycopg

    digest = _Digest()
    names = ", ".join(f'"{each.name}"' for each in columns)
    driver: Any = target.connection.driver_connection
    statement = f'COPY "{table.name}" ({names}) FROM STDIN'
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as to:
            for row in rows:
                digest.add(row)
                to.write_row(row)
                if digest.rows % _ROWS == 0:
                    progress(table.name, digest.rows)
    except (psycopg.DataError, psycopg.IntegrityError, psycopg.ProgrammingError) as error:
        raise _as_store_error(error, table) from error
    progress(table.name, digest.rows)
    return digest


def _as_store_error(error: Any, table: Table) -> StoreError:
    """What cannot be stored, and in which row."""
    where = error.diag.context or error.diag.message_detail or table.name
    return StoreError(
        f"{table.name} cannot be copied: {error.diag.message_primary or error}",
        where=where.splitlines()[0][:200],
        hint="Nothing was changed. `monitor db check` looks for damage in the old database.",
    )


def _stored(target: Connection, table: Table, columns: Sequence[Column[Any]]) -> _Digest:
    """What stands in a table now, written as SQLite writes it."""
    digest = _Digest()
    said = ", ".join(_as_sqlite(each) for each in columns)
    driver: Any = target.connection.driver_connection
    with driver.cursor(name="compared") as cursor:
        cursor.itersize = _ROWS
        cursor.execute(f'SELECT {said} FROM "{table.name}"')  # noqa: S608 - our own names
        for row in cursor:
            digest.add(row)
    return digest


def _as_sqlite(column: Column[Any]) -> str:
    name = f'"{column.name}"'
    if column is articles.c.body or column is articles.c.content:
        return on_server(column.name, articles.name)
    match _kind(column):
        case _Kind.TIME:
            return f"to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        case _Kind.FLAG:
            return f"{name}::int"
        case _Kind.JSON:
            return f"{name}::text"
        case _:
            return name


def _number_on(source: Connection, target: Connection, table: Table) -> None:
    """Have new rows numbered from where the source would have gone on."""
    [key, *more] = table.primary_key.columns
    owned = "SELECT pg_get_serial_sequence(:table, :column)"
    parts = {"table": table.name, "column": key.name}
    sequence = None if more else target.scalar(text(owned), parts)
    if sequence is None:
        return
    highest = source.scalar(select(key).order_by(key.desc()).limit(1)) or 0
    if inspect(source).has_table("sqlite_sequence"):
        given = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
        highest = max(highest, source.scalar(given, {"table": table.name}) or 0)
    if highest:
        target.execute(text("SELECT setval(:name, :at)"), {"name": sequence, "at": highest})

"""Many rows of one table at once, where SQLAlchemy would take longer for each than SQLite does.

What it does for a row (defaults, parameters by name, types) is done once for all of them, as far
as it is the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, text

from monitor.store.dialects import insert, is_shared

Row = Mapping[str, Any]
_Processor = Callable[[Any], Any] | None


def insert_all(conn: Connection, table: Table, rows: Sequence[Row], same: Row) -> None:
    """Insert rows.

    Args:
        conn: an open write transaction.
        table: whose defaults are plain values for all columns that are not given.
        rows: what differs, of the same columns each.
        same: the columns that all rows have alike.
    """
    if not rows:
        return
    if is_shared(conn):
        conn.execute(insert(table), [{**same, **row} for row in rows])
        return
    alike = {**_defaults(table), **same}
    names = tuple(rows[0])
    told = tuple(name for name in alike if name not in names)
    statement, processors = _statement(table, (*names, *told), conn.dialect)
    own = [(name, processors[name]) for name in names]
    rest = tuple(_as_stored(alike[name], processors[name]) for name in told)
    conn.exec_driver_sql(
        statement,
        [(*(_as_stored(row[name], each) for name, each in own), *rest) for row in rows],
    )


def insert_numbered(
    conn: Connection, table: Table, rows: Sequence[Row], same: Row
) -> Sequence[int]:
    """The same for a table whose rows are numbered in their order; their numbers.

    Args:
        conn: an open write transaction: in a file there is no other at the same time.
        table: of which SQLite remembers the last number (`sqlite_autoincrement`).
        rows: see `insert_all`.
        same: see `insert_all`.
    """
    if not rows:
        return ()
    if is_shared(conn):
        statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
        return conn.execute(statement, [{**same, **row} for row in rows]).scalars().all()
    # SQLite would be asked for each of them.
    last = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    first = (conn.scalar(last, {"name": table.name}) or 0) + 1
    numbers = range(first, first + len(rows))
    insert_all(
        conn,
        table,
        [{**row, "id": number} for row, number in zip(rows, numbers, strict=True)],
        same,
    )
    return numbers


def _as_stored(value: Any, processor: _Processor) -> Any:
    return value if processor is None else processor(value)


@cache
def _defaults(table: Table) -> Row:
    return {
        each.name: each.default.arg  # type: ignore[attr-defined]  # a scalar one has it
        for each in table.columns
        if each.default is not None and each.default.is_scalar
    }


@cache
def _statement(
    table: Table, names: tuple[str, ...], dialect: Dialect
) -> tuple[str, Mapping[str, _Processor]]:
    columns, marks = ", ".join(names), ", ".join("?" * len(names))
    processors = {
        name: table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names
    }
    return f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", processors  # noqa: S608 - ours

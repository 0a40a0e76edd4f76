"""Statements that are run for every article, where SQLAlchemy would take longer than SQLite does.

What it does each time (looking the statement up, naming parameters, making rows) takes some 15 µs,
and to run such a statement often less than two. On a file it is done once for all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql.expression import Executable

from monitor.store.dialects import is_shared


class _Parameter(NamedTuple):
    """What stands for a question mark."""

    name: str
    processor: Callable[[Any], Any] | None
    """Makes of a value what is stored."""


class Prepared:
    """A statement with a fixed text.

    Args:
        statement: without lists of parameters that expand, and without columns whose defaults
            Python makes.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._drawn: tuple[str, Sequence[_Parameter], Mapping[str, Any]] | None = None

    def rows(self, conn: Connection, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """Run it; the rows that it returns, as the database has them.

        Args:
            conn: an open connection.
            values: of its parameters, by their names.
        """
        # Outside a transaction SQLAlchemy begins one, and sees to its end.
        if is_shared(conn) or not conn.in_transaction():
            result = conn.execute(self._statement, values)
            return result.all() if result.returns_rows else ()
        text, parameters, given = self._drawn or self._draw(conn.dialect)
        known = {**given, **values} if given else values
        raw = conn.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        marks = [
            known[name] if processor is None else processor(known[name])
            for name, processor in parameters
        ]
        return raw.execute(text, marks).fetchall()

    def _draw(self, dialect: Dialect) -> tuple[str, Sequence[_Parameter], Mapping[str, Any]]:
        compiled: Any = self._statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # all have it
        assert not compiled.insert_prefetch
        assert not compiled.update_prefetch
        parameters = [
            _Parameter(
                name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)
            )
            for name in compiled.positiontup
        ]
        given = {
            name: each.effective_value for name, each in compiled.binds.items() if not each.required
        }
        self._drawn = str(compiled), parameters, given
        return self._drawn

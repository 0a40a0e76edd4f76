"""What SQLite and PostgreSQL say differently, said once: upserts, lists in JSON, a few functions.

A statement made of these is built once and means the same on both; each is drawn for the database
on which it runs.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Integer,
    Text,
    bindparam,
    column,
    literal_column,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite.dml import OnConflictClause
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.types import JSON

Insert = sqlite.Insert
insert = sqlite.insert
"""INSERT with ON CONFLICT, which both databases write alike."""

# PostgreSQL's can name a constraint, too; that of SQLite never does.
OnConflictClause.constraint_target = None  # type: ignore[attr-defined]


def is_shared(conn: Connection) -> bool:
    """Whether other processes, on other machines too, may be at work on the same database."""
    return conn.dialect.name == "postgresql"


class _Elements(FunctionElement[Any]):
    """The elements of a list in JSON, as rows."""

    inherit_cache = True


class _Numbers(_Elements):
    inherit_cache = True


class _Texts(_Elements):
    inherit_cache = True


class _Objects(_Elements):
    inherit_cache = True


def numbers(of: ColumnElement[Any]) -> TableValuedAlias:
    """The whole numbers of a list, as rows with a `value`.

    Args:
        of: a column of JSON, or a parameter with its text.
    """
    return _Numbers(of).table_valued(column("value", BigInteger))


def texts(of: ColumnElement[Any]) -> TableValuedAlias:
    """The same for texts."""
    return _Texts(of).table_valued(column("value", Text))


def objects(of: ColumnElement[Any]) -> TableValuedAlias:
    """The same for lists and objects, whose parts `field` takes out."""
    return _Objects(of).table_valued(column("value", JSON))


@compiles(_Elements)
def _each(element: _Elements, compiler: Any, **kw: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **kw)})"


def _list(element: _Elements, compiler: Any, **kw: Any) -> str:
    text = f"CAST({compiler.process(element.clauses, **kw)} AS JSON)"
    # Null, which has no elements, is no list to PostgreSQL.
    return f"CASE json_typeof({text}) WHEN 'array' THEN {text} END"


@compiles(_Numbers, "postgresql")
def _each_number(element: _Numbers, compiler: Any, **kw: Any) -> str:
    found = f"json_array_elements_text({_list(element, compiler, **kw)})"
    return f"(SELECT CAST(each.value AS BIGINT) AS value FROM {found} AS each)"  # noqa: S608 - ours


@compiles(_Texts, "postgresql")
def _each_text(element: _Texts, compiler: Any, **kw: Any) -> str:
    return f"json_array_elements_text({_list(element, compiler, **kw)})"


@compiles(_Objects, "postgresql")
def _each_object(element: _Objects, compiler: Any, **kw: Any) -> str:
    return f"json_array_elements({_list(element, compiler, **kw)})"


class _Field(FunctionElement[Any]):
    """A part of an object or a list in JSON: its clauses are that, and both ways to name it."""

    inherit_cache = True


class _TextField(_Field):
    inherit_cache = True
    type = Text()


class _NumberField(_Field):
    inherit_cache = True
    type = BigInteger()


class _FlagField(_Field):
    inherit_cache = True
    type = Boolean()


def text_field(of: ColumnElement[Any], name: str) -> ColumnElement[str | None]:
    """A text of an object in JSON, by its name; null if it has none."""
    return _TextField(of, *_named(name))


def flag_field(of: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether something is said of an object in JSON, by its name."""
    return _FlagField(of, *_named(name))


def number_field(of: ColumnElement[Any], name: str | int) -> ColumnElement[int]:
    """A whole number of an object in JSON by its name, or of a list by its place."""
    return _NumberField(of, *_named(name))


def _named(name: str | int) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    if isinstance(name, int):
        return literal_column(f"'$[{name}]'"), literal_column(str(name))
    return literal_column(f"'$.{name}'"), literal_column(f"'{name}'")


@compiles(_Field)
def _field(element: _Field, compiler: Any, **kw: Any) -> str:
    of, path, _ = (compiler.process(each, **kw) for each in element.clauses)
    return f"json_extract({of}, {path})"


@compiles(_Field, "postgresql")
def _field_of(element: _Field, compiler: Any, **kw: Any) -> str:
    of, _, name = (compiler.process(each, **kw) for each in element.clauses)
    kind = compiler.dialect.type_compiler_instance.process(element.type)
    return f"CAST(({of} ->> {name}) AS {kind})"


class greatest(FunctionElement[Any]):  # noqa: N801 - it stands where functions do
    """The greater of two values, neither of which is null; of the type of the first."""

    inherit_cache = True

    def __init__(self, first: ColumnElement[Any], second: Any) -> None:
        self.type = first.type
        super().__init__(first, bindparam(None, second, type_=first.type))


@compiles(greatest)
def _max(element: greatest, compiler: Any, **kw: Any) -> str:
    return f"max({compiler.process(element.clauses, **kw)})"


@compiles(greatest, "postgresql")
def _greatest(element: greatest, compiler: Any, **kw: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **kw)})"


class position(FunctionElement[int]):  # noqa: N801 - it stands where functions do
    """Where in a text another begins, from 1 on; 0 if nowhere."""

    inherit_cache = True
    type = Integer()


@compiles(position)
def _instr(element: position, compiler: Any, **kw: Any) -> str:
    return f"instr({compiler.process(element.clauses, **kw)})"


@compiles(position, "postgresql")
def _strpos(element: position, compiler: Any, **kw: Any) -> str:
    within, what = (compiler.process(each, **kw) for each in element.clauses)
    return f"strpos(CAST({within} AS TEXT), {what})"

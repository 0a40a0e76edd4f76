"""Kinds of columns: what stands in a row is in Python what the model calls it."""

from __future__ import annotations

import enum
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    Enum,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    null,
)
from sqlalchemy.types import TypeEngine

from monitor.model.development import Development, from_json, to_json
from monitor.model.hold import Hold, HoldReason

NO_VALUE = null()
"""For a JSON column, in which None is a value: JSON's null."""

# PostgreSQL's own Integer ends at two thousand million; SQLite's has 64 bits.
NUMBER = Integer().with_variant(BigInteger(), "postgresql")
"""A whole number of up to 64 bits."""

# Compared and ordered byte by byte, as SQLite does, whatever language a server was set up for.
WORDS = Text().with_variant(Text(collation="C"), "postgresql")
"""Text of any length."""


def short(length: int) -> String:
    """Text that is not expected to be longer; PostgreSQL, which would refuse it, is not told."""
    return String(length).with_variant(Text(collation="C"), "postgresql")


#: Bytes of a text that every index of PostgreSQL takes.
_INDEXED = 2_000


def is_storable(key: str) -> bool:
    """Whether PostgreSQL stores and indexes a text as it stands."""
    try:
        return "\0" not in key and len(key.encode()) <= _INDEXED
    except UnicodeEncodeError:
        return False


def only(where: ColumnElement[bool]) -> dict[str, Any]:
    """What makes an index one of some rows only; PostgreSQL's part is for `say_for_postgresql`."""
    return {"sqlite_where": where, "info": {"where": where}}


def say_for_postgresql(metadata: MetaData) -> None:
    """Tell SQLAlchemy what the indexes' `info` says of them on PostgreSQL.

    Not where they are defined, since that loads all of PostgreSQL's dialect: 0.07 s of CPU.
    """
    for table in metadata.tables.values():
        for index in table.indexes:
            index.dialect_kwargs.update(
                {f"postgresql_{name}": value for name, value in index.info.items()}
            )


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC times in Python; naive UTC in SQLite, which keeps no zone."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL keeps the moment, and compares it with its own clock."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times: they would be off by the local zone without anyone noticing."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Attach the zone that was taken off, or go over to it."""
        if value is None or value.tzinfo is UTC:
            return value
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class AsJson(TypeDecorator[Any]):
    """A dataclass of the model, as JSON text: `pydantic.TypeAdapter` writes and reads it.

    Args:
        kind: the dataclass.
    """

    impl = WORDS
    cache_ok = True

    def __init__(self, kind: type[Any]) -> None:
        super().__init__()
        self.kind = kind

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.kind)

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:
        """What equals its default is left out, so that a new field changes nothing stored."""
        if value is None:
            return None
        return self._adapter.dump_json(value, exclude_defaults=True).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any | None:
        """The value; unknown keys, which a newer version may have written, are ignored."""
        return None if value is None else self._adapter.validate_json(value)


class Developments(TypeDecorator[tuple[Development, ...]]):
    """What is new in a story, as a list of kinds with their arguments; null if nothing is."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(
        self, value: tuple[Development, ...] | None, dialect: Dialect
    ) -> list[dict[str, Any]] | None:
        """Make it plain."""
        return [to_json(each) for each in value] if value else None

    def process_result_value(
        self, value: list[dict[str, Any]] | None, dialect: Dialect
    ) -> tuple[Development, ...]:
        """Read what was made plain."""
        return tuple(map(from_json, value or ()))


def choice(kind: type[enum.StrEnum], length: int) -> Enum:
    """A column of an enum's values, of at most so many characters; members in Python."""
    return Enum(
        kind,
        native_enum=False,
        length=length,
        values_callable=lambda members: [member.value for member in members],
    )


def hold_of(reason: HoldReason | None, ref: str | None) -> Hold | None:
    """What a delivery waits for, or has waited for, of its row's columns."""
    return None if reason is None else Hold(reason, ref)


def hold_values(hold: Hold | None) -> dict[str, Any]:
    """The same as values of the row's columns."""
    if hold is None:
        return {"hold": None, "hold_ref": None}
    return {"hold": hold.reason, "hold_ref": hold.ref}

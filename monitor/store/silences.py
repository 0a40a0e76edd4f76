"""Silences: who has muted what, until when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from monitor.model.alert import Silence
from monitor.store.tables import silences


def add(conn: Connection, silence: Silence) -> Silence:
    """Enter a silence; the same with its number."""
    number = conn.execute(
        insert(silences)
        .values(
            author=silence.author,
            reason=silence.reason,
            created=silence.created,
            ends=silence.ends,
            watchlists=list(silence.watchlists),
            entities=list(silence.entities),
            feeds=list(silence.feeds),
            text=silence.text,
            max_severity=silence.max_severity,
            drop=silence.drop,
        )
        .returning(silences.c.id)
    ).scalar_one()
    return _silence(conn.execute(select(silences).where(silences.c.id == number)).one())


def in_force(conn: Connection, now: datetime) -> list[Silence]:
    """Those that mute something at that time."""
    query = select(silences).where(silences.c.ends > now).order_by(silences.c.id)
    return [_silence(row) for row in conn.execute(query)]


def everything(conn: Connection) -> list[Silence]:
    """All there ever were, the newest first."""
    return [_silence(row) for row in conn.execute(select(silences).order_by(silences.c.id.desc()))]


def by_id(conn: Connection, number: int) -> Silence | None:
    """One silence."""
    row = conn.execute(select(silences).where(silences.c.id == number)).one_or_none()
    return None if row is None else _silence(row)


def end(conn: Connection, number: int, now: datetime) -> None:
    """Have a silence end at another time than was said."""
    conn.execute(update(silences).where(silences.c.id == number).values(ends=now))


def _silence(row: Row[Any]) -> Silence:
    return Silence(
        id=row.id,
        author=row.author,
        reason=row.reason,
        created=row.created,
        ends=row.ends,
        watchlists=tuple(row.watchlists),
        entities=tuple(row.entities),
        feeds=tuple(row.feeds),
        text=row.text,
        max_severity=row.max_severity,
        drop=row.drop,
    )

"""Silences, and the deliveries that may have to be planned anew for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from monitor.model import Alert, DeliveryStatus, Severity, Silence
from monitor.store import alerts as store_alerts
from monitor.store.tables import deliveries, matches, silences

_WAITING = (DeliveryStatus.PENDING.value, DeliveryStatus.FAILED.value)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery of an alert, or of what followed it, that is still to be sent."""

    id: int
    channel: str
    alert: Alert
    match_id: int
    next_attempt: datetime
    waits_for: str | None


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
            max_severity=silence.max_severity and silence.max_severity.value,
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
    """End a silence before its time."""
    conn.execute(update(silences).where(silences.c.id == number).values(ends=now))


def waiting(conn: Connection) -> list[Waiting]:
    """The deliveries of alerts that were not sent yet and are not being sent, oldest first."""
    rows = conn.execute(
        select(deliveries)
        .where(deliveries.c.status.in_(_WAITING), deliveries.c.alert_id.is_not(None))
        .order_by(deliveries.c.id)
    ).all()
    found = store_alerts.contents(conn, {row.alert_id for row in rows})
    match_ids = store_alerts.match_ids(conn, found)
    return [
        Waiting(
            row.id, row.channel, found[row.alert_id], match_ids[row.alert_id],
            row.next_attempt, row.waits_for,
        )
        for row in rows
    ]  # fmt: skip


def plan(
    conn: Connection, delivery_id: int, at: datetime, waits_for: str | None, now: datetime
) -> None:
    """Send a delivery not before that time; its day of tries begins then."""
    conn.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id)
        .values(
            status=DeliveryStatus.PENDING.value,
            waits_for=waits_for,
            due=at,
            since=at,
            next_attempt=at,
            planned=now,
            summary=None,
        )
    )


def drop(conn: Connection, waits: Sequence[Waiting], why: str) -> None:
    """Never send these; their matches say why."""
    conn.execute(delete(deliveries).where(deliveries.c.id.in_([each.id for each in waits])))
    conn.execute(
        update(matches).where(matches.c.id.in_({each.match_id for each in waits})).values(held=why)
    )


def held_by(conn: Connection) -> dict[str, int]:
    """How many deliveries wait for what."""
    found: dict[str, int] = dict(
        conn.execute(
            select(deliveries.c.waits_for, func.count())
            .where(deliveries.c.status.in_(_WAITING), deliveries.c.waits_for.is_not(None))
            .group_by(deliveries.c.waits_for)
        ).all()
    )
    return found


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
        max_severity=None if row.max_severity is None else Severity(row.max_severity),
        drop=row.drop,
    )

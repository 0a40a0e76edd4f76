"""Messages that are there and change: who else has reported a story, without another message.

A delivery of a follow-up becomes a change of the story's latest message on its channel where that
has a receipt. A change sets the whole text, so that one made twice does no harm; once it is made
its delivery is gone, and the message covers what the delivery covered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, case, delete, func, select, update

from monitor.model.delivery import DeliveryStatus
from monitor.model.hold import Hold
from monitor.store.columns import hold_of, hold_values
from monitor.store.tables import alerts, deliveries

_sent = deliveries.alias()
_told = alerts.alias()


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest message that a channel got about a story."""

    delivery: int
    alert_id: str
    follow_up: int
    receipt: str | None
    """None if it cannot be changed."""
    hold: Hold | None
    """What it had waited for."""
    sent: datetime
    edited: datetime | None
    """When it was last changed."""


def _messages(thread: Any, channel: Any) -> Select[Any]:
    """What a channel got about a story, the latest first."""
    return (
        select(_sent)
        .join(_told, _told.c.id == _sent.c.alert_id)
        .where(
            _told.c.thread == thread,
            _sent.c.channel == channel,
            _sent.c.status == DeliveryStatus.SENT,
        )
        .order_by(_sent.c.covered.desc(), _sent.c.id.desc())
    )


def edits() -> ColumnElement[Any]:
    """Whether a row of `deliveries`, joined with its alert, changes a message, as a column."""
    latest = (
        _messages(alerts.c.thread, deliveries.c.channel)
        .with_only_columns(_sent.c.receipt)
        .limit(1)
        .correlate(alerts, deliveries)
        .scalar_subquery()
    )
    alone = (deliveries.c.follow_up > 0) & deliveries.c.summary.is_(None)
    return case((alone, latest.is_not(None)), else_=False)


def latest(conn: Connection, thread: str, channel: str) -> Latest | None:
    """The latest message that a channel got about a story, if it got one.

    Args:
        conn: an open connection.
        thread: the story's first alert for the watchlist.
        channel: its name.
    """
    row: Row[Any] | None = conn.execute(_messages(thread, channel).limit(1)).one_or_none()
    if row is None:
        return None
    kept = row.receipt, hold_of(row.hold, row.hold_ref), row.sent, row.edited
    return Latest(row.id, row.alert_id, row.follow_up, *kept)


def first_receipt(conn: Connection, thread: str, channel: str) -> str | None:
    """The receipt of the first message about a story that a channel got and still has."""
    found: str | None = conn.scalar(
        _messages(thread, channel)
        .with_only_columns(_sent.c.receipt)
        .where(_sent.c.receipt.is_not(None))
        .order_by(None)
        .order_by(_sent.c.covered, _sent.c.id)
        .limit(1)
    )
    return found


def record_edited(conn: Connection, ids: Sequence[int], message: int, now: datetime) -> None:
    """The service has changed a message; what was to be told stands in it now.

    Args:
        conn: an open write transaction.
        ids: the delivery that the change was.
        message: the delivery that the message was.
        now: the time.
    """
    covered = select(func.max(_sent.c.covered)).where(_sent.c.id.in_(ids)).scalar_subquery()
    conn.execute(
        update(deliveries)
        .where(deliveries.c.id == message)
        .values(covered=func.coalesce(covered, deliveries.c.covered), edited=now)
    )
    conn.execute(delete(deliveries).where(deliveries.c.id.in_(ids)))


def record_gone(
    conn: Connection,
    ids: Sequence[int],
    message: int,
    error: str,
    due: datetime,
    hold: Hold | None,
    now: datetime,
) -> None:
    """The service will not change a message: another one tells what was to stand in it.

    Args:
        conn: an open write transaction.
        ids: the delivery that the change was.
        message: the delivery that the message was.
        error: what the service said.
        due: when the other message is sent.
        hold: what holds it until then, if anything.
        now: the time.
    """
    conn.execute(update(deliveries).where(deliveries.c.id == message).values(receipt=None))
    conn.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(ids))
        .values(
            status=DeliveryStatus.PENDING,
            attempts=0,
            due=due,
            since=due,
            next_attempt=due,
            planned=now,
            claimed_until=None,
            **hold_values(hold),
            last_error=error,
        )
    )

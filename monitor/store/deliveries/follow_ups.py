"""Messages that are there and change: who else has reported a story, without another message.

A delivery of a follow-up becomes a change of the story's latest message on its channel where that
has a receipt, unless it lists what may be other news: nobody's phone rings for a change. A change
sets the whole text, so that one made twice does no harm; once it is made its delivery is gone, and
the message covers what the delivery covered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, case, func, select, true

from monitor.model.delivery import DeliveryStatus
from monitor.model.hold import Hold
from monitor.store.columns import hold_of
from monitor.store.deliveries import transitions
from monitor.store.deliveries.messages import StoryKey, is_of
from monitor.store.dialects import flag_field
from monitor.store.tables import alerts, deliveries, matches, reports

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


def _may_be_news(thread: Any) -> ColumnElement[bool]:
    """Whether a report of a story that came after a message may be other news."""
    return (
        select(matches.c.id)
        .join(reports, reports.c.article_id == matches.c.article_id)
        .where(
            matches.c.thread == thread,
            matches.c.joined > _sent.c.covered,
            ~func.coalesce(flag_field(reports.c.correlation, "certain"), true()),
        )
        .correlate(_sent, alerts, deliveries)
        .exists()
    )


def edited_receipt() -> ColumnElement[Any]:
    """The receipt of the message that a row of `deliveries`, joined with its alert, changes."""
    latest = (
        _messages(alerts.c.thread, deliveries.c.channel)
        .where(~_may_be_news(alerts.c.thread))
        .with_only_columns(_sent.c.receipt)
        .limit(1)
        .correlate(alerts, deliveries)
        .scalar_subquery()
    )
    alone = (deliveries.c.follow_up > 0) & deliveries.c.summary.is_(None)
    return case((alone, latest), else_=None)


def latest(conn: Connection, thread: str, channel: str) -> Latest | None:
    """The latest message that a channel got about a story, if it got one.

    Args:
        conn: an open connection.
        thread: the story's first alert for the watchlist.
        channel: its name.
    """
    return _latest(conn, _messages(thread, channel))


def editable(conn: Connection, thread: str, channel: str) -> Latest | None:
    """The message that may become what is to be told; None if nothing may.

    Args:
        conn: an open connection.
        thread: the story's first alert for the watchlist.
        channel: its name.
    """
    found = _latest(conn, _messages(thread, channel).where(~_may_be_news(thread)))
    return None if found is None or found.receipt is None else found


def _latest(conn: Connection, query: Select[Any]) -> Latest | None:
    row: Row[Any] | None = conn.execute(query.limit(1)).one_or_none()
    if row is None:
        return None
    kept = row.receipt, hold_of(row.hold, row.hold_ref), row.sent, row.edited
    return Latest(row.id, row.alert_id, row.follow_up, *kept)


def first_receipt(conn: Connection, key: StoryKey, channel: str) -> str | None:
    """The receipt of the first message about a story that a channel got and still has."""
    found: str | None = conn.scalar(
        select(_sent.c.receipt)
        .join(_told, _told.c.id == _sent.c.alert_id)
        .where(
            is_of(key, _told),
            _sent.c.channel == channel,
            _sent.c.status == DeliveryStatus.SENT,
            _sent.c.receipt.is_not(None),
        )
        .order_by(_sent.c.covered, _sent.c.id)
        .limit(1)
    )
    return found


def record_edited(conn: Connection, ids: Sequence[int], message: int, now: datetime) -> None:
    """The service has changed a message; what was to be told stands in it now.

    Args:
        conn: an open write transaction.
        ids: the deliveries that the change was, of a watchlist each.
        message: a delivery that the message was.
        now: the time.
    """
    query = (
        select(_told.c.thread, func.max(_sent.c.covered).label("covered"))
        .join(_told, _told.c.id == _sent.c.alert_id)
        .where(_sent.c.id.in_(ids))
        .group_by(_told.c.thread)
    )
    covered = {row.thread: row.covered for row in conn.execute(query)}
    # Each of them bears what the whole message says.
    also = conn.scalar(select(_sent.c.also).where(_sent.c.id.in_(ids)).limit(1))
    parts = _parts(conn, message)
    for part, thread in parts:
        transitions.edited(conn, part, covered.get(thread), now)
    transitions.say(conn, [part for part, _ in parts], also or ())
    transitions.withdraw(conn, ids)


def _parts(conn: Connection, message: int) -> list[tuple[int, str]]:
    """The deliveries that a message was, with their threads."""
    one = conn.execute(select(_sent.c.channel, _sent.c.receipt).where(_sent.c.id == message)).one()
    query = (
        select(_sent.c.id, _told.c.thread)
        .join(_told, _told.c.id == _sent.c.alert_id)
        .where(
            _sent.c.channel == one.channel,
            (_sent.c.receipt == one.receipt) | (_sent.c.id == message),
        )
    )
    return [(row.id, row.thread) for row in conn.execute(query)]


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
    for part, _ in _parts(conn, message):
        transitions.uneditable(conn, part)
    transitions.replan(conn, ids, due, hold, now, error=error)

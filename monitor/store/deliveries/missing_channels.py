"""What waits for channels, and for channels that do not exist (any more)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, or_, select

from monitor.model.delivery import Backlog, DeliveryStatus
from monitor.model.hold import HoldReason
from monitor.store.deliveries import claimable
from monitor.store.tables import alerts, deliveries, matches

_UNSENT = (*claimable.UNSENT, DeliveryStatus.SENDING)
_DEAD = deliveries.c.status == DeliveryStatus.DEAD


def stranded(
    conn: Connection, known: Collection[str], *, alert_id: str | None = None
) -> list[Backlog]:
    """What waits for channels that do not exist, by their names.

    Args:
        conn: an open connection.
        known: the channels that there are.
        alert_id: only of this alert.
    """
    which: list[ColumnElement[bool]] = [deliveries.c.status.in_(_UNSENT)]
    if alert_id is not None:
        which.append(deliveries.c.alert_id == alert_id)
    found = _backlogs(conn, *which)
    return [each for each in found if each.channel not in known]


def backlog(conn: Connection, channel: str) -> Backlog:
    """What one channel has not taken."""
    theirs = deliveries.c.status.in_(_UNSENT), deliveries.c.channel == channel
    return next(iter(_backlogs(conn, *theirs)), Backlog(channel, 0, 0, 0))


def _backlogs(conn: Connection, *which: ColumnElement[bool]) -> list[Backlog]:
    query = (
        select(
            deliveries.c.channel,
            func.sum(case((_DEAD, 0), else_=1)),
            func.sum(case((_DEAD, 1), else_=0)),
            func.min(deliveries.c.id),
        )
        .where(*which)
        .group_by(deliveries.c.channel)
        .order_by(deliveries.c.channel)
    )
    return [Backlog(*row) for row in conn.execute(query)]


def channels(conn: Connection) -> list[str]:
    """The names of all channels that anything was ever to be sent to, rerouted or not."""
    named = select(deliveries.c.channel).union(select(deliveries.c.instead_of))
    return sorted(each for each in conn.scalars(named) if each is not None)


def unsent(conn: Connection, channel: str, now: datetime) -> Sequence[Row[Any]]:
    """What a channel has not taken and nobody sends now, the oldest first.

    Each with its status, what holds it, and its severity (none for a notice). What is not told
    because of a graver alert is among it: it is told should that not be.
    """
    abandoned = and_(
        deliveries.c.status == DeliveryStatus.SENDING, deliveries.c.claimed_until <= now
    )
    inhibited = and_(
        deliveries.c.status == DeliveryStatus.REPLACED, deliveries.c.hold == HoldReason.INHIBITED
    )
    query = (
        select(
            *deliveries.c["id", "status", "hold", "hold_ref", "next_attempt"],
            matches.c.severity,
        )
        .outerjoin(alerts, alerts.c.id == deliveries.c.alert_id)
        .outerjoin(matches, matches.c.id == alerts.c.match_id)
        .where(
            deliveries.c.channel == channel,
            or_(deliveries.c.status.in_(claimable.UNSENT), abandoned, inhibited),
        )
        .order_by(deliveries.c.id)
    )
    return list(conn.execute(query))


def known_to(conn: Connection, ids: Sequence[int], channel: str) -> frozenset[int]:
    """Those deliveries whose message another channel is told, or was, by one of its own."""
    other = deliveries.alias()
    same = select(other.c.id).where(
        other.c.channel == channel,
        or_(
            and_(
                other.c.alert_id == deliveries.c.alert_id,
                other.c.follow_up == deliveries.c.follow_up,
            ),
            other.c.notice_id == deliveries.c.notice_id,
        ),
    )
    query = select(deliveries.c.id).where(deliveries.c.id.in_(ids), same.exists())
    return frozenset(conn.scalars(query))

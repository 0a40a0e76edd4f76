"""What one channel is told in place of another that takes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, FromClause, and_, or_, select

from monitor.model.delivery import DeliveryStatus
from monitor.model.hold import Hold
from monitor.model.match import Severity
from monitor.store.deliveries import claimable, follow_ups, transitions
from monitor.store.tables import alerts, deliveries, matches

_MOST = 500


@dataclass(frozen=True, slots=True)
class Untold:
    """A delivery that its channel has not taken."""

    id: int
    due: datetime
    """When it was first due."""
    severity: Severity | None
    """The alert's; None for a notice."""


def untold(
    conn: Connection,
    channel: str,
    fallback: str,
    now: datetime,
    *,
    fails: bool,
    refused_before: datetime | None,
    dead_since: datetime,
) -> list[Untold]:
    """What a channel should have taken by now, and its fallback has not been told.

    Args:
        conn: an open connection.
        channel: which one.
        fallback: the channel that stands in for it.
        now: the time.
        fails: the channel takes nothing at all: everything that is due counts.
        refused_before: of a channel that takes others, a single one counts that it goes on
            refusing since before then.
        dead_since: those that it has refused for good count if that was since then.
    """
    other = deliveries.alias()
    known = select(other.c.id).where(other.c.channel == fallback, _same_content(other))
    dead = and_(deliveries.c.status == DeliveryStatus.DEAD, deliveries.c.planned >= dead_since)
    counted = [dead]
    if refused_before is not None:
        refused = and_(
            deliveries.c.status == DeliveryStatus.FAILED,
            deliveries.c.due <= refused_before,
            # A refusal before a night switched off says nothing of today.
            deliveries.c.planned >= refused_before,
            # What is tried again now may be taken, and then two would have been told: so it is
            # with what a process that died had in hand.
            deliveries.c.next_attempt > now,
        )
        counted.append(refused)
    if fails:
        pending = deliveries.c.status == DeliveryStatus.PENDING
        counted.append(and_(pending, deliveries.c.next_attempt <= now))
        counted.append(deliveries.c.status == DeliveryStatus.FAILED)
    query = (
        select(deliveries.c.id, deliveries.c.due, matches.c.severity)
        .outerjoin(alerts, alerts.c.id == deliveries.c.alert_id)
        .outerjoin(matches, matches.c.id == alerts.c.match_id)
        .where(
            deliveries.c.status.in_(claimable.UNSENT),
            deliveries.c.channel == channel,
            or_(*counted),
            ~known.exists(),
            # The story was told; who else has it is no reason to tell it elsewhere.
            follow_ups.edited_receipt().is_(None),
        )
        .order_by(deliveries.c.id)
        .limit(_MOST)
    )
    return [Untold(row.id, row.due, row.severity) for row in conn.execute(query)]


def stand_in(
    conn: Connection,
    delivery_id: int,
    channel: str,
    at: datetime,
    now: datetime,
    *,
    hold: Hold,
) -> None:
    """Have a channel told at that time what another has not taken."""
    columns = deliveries.c["alert_id", "notice_id", "follow_up"]
    content = conn.execute(
        select(*columns, deliveries.c.channel).where(deliveries.c.id == delivery_id)
    ).one()
    transitions.add(
        conn,
        channel,
        at,
        now,
        alert_id=content.alert_id,
        notice_id=content.notice_id,
        follow_up=content.follow_up,
        hold=hold,
        instead_of=content.channel,
    )


def in_hand(conn: Connection, ids: Sequence[int], now: datetime) -> frozenset[int]:
    """Those that another channel is being told at this moment, in whose place or which replace it.

    If both were sent at once both might be taken, and two would have been told.

    Args:
        conn: an open connection.
        ids: due deliveries.
        now: the time.
    """
    other = deliveries.alias()
    taken = select(other.c.id).where(
        other.c.status == DeliveryStatus.SENDING,
        other.c.claimed_until > now,
        or_(
            other.c.instead_of == deliveries.c.channel,
            deliveries.c.instead_of == other.c.channel,
        ),
        _same_content(other),
    )
    query = select(deliveries.c.id).where(deliveries.c.id.in_(ids), taken.exists())
    return frozenset(conn.scalars(query))


def _same_content(other: FromClause) -> ColumnElement[bool]:
    """Whether another delivery is of the same alert, follow-up or notice."""
    return or_(
        and_(
            other.c.alert_id == deliveries.c.alert_id,
            other.c.follow_up == deliveries.c.follow_up,
        ),
        other.c.notice_id == deliveries.c.notice_id,
    )


def settle(conn: Connection, ids: Sequence[int]) -> frozenset[int]:
    """Take back what need not be sent any more, before or after an attempt at these deliveries.

    Once one channel has taken it, neither those that it stands in for nor those that stand in
    for it are to be told.

    Returns:
        What was taken back, of these and others.
    """
    found = (_settle(conn, delivery_id) for delivery_id in _replaceable(conn, ids))
    return frozenset(each for settled in found for each in settled)


def _replaceable(conn: Connection, ids: Sequence[int]) -> Iterable[int]:
    """Those of which there is a substitute, or that are one."""
    other = deliveries.alias()
    query = select(deliveries.c.id).where(
        deliveries.c.id.in_(ids),
        or_(
            deliveries.c.instead_of.is_not(None),
            select(other.c.id)
            .where(
                other.c.instead_of == deliveries.c.channel,
                or_(
                    other.c.alert_id == deliveries.c.alert_id,
                    other.c.notice_id == deliveries.c.notice_id,
                ),
            )
            .exists(),
        ),
    )
    return list(conn.scalars(query))


def _settle(conn: Connection, delivery_id: int) -> list[int]:
    tried = conn.execute(select(deliveries).where(deliveries.c.id == delivery_id)).one()
    same = (
        deliveries.c.notice_id == tried.notice_id
        if tried.alert_id is None
        else and_(
            deliveries.c.alert_id == tried.alert_id, deliveries.c.follow_up == tried.follow_up
        )
    )
    rows = conn.execute(select(deliveries).where(same)).all()
    chain = {tried.channel}
    # A fallback may have one of its own.
    for _ in rows:
        chain |= {row.channel for row in rows if row.instead_of in chain}
        chain |= {row.instead_of for row in rows if row.channel in chain and row.instead_of}
    linked = [row for row in rows if row.channel in chain]
    if not any(row.status is DeliveryStatus.SENT for row in linked):
        return []
    unsent = [
        row.id
        for row in linked
        if row.status in claimable.UNSENT
        # Its own sender's claim has run out; the others' may be at work.
        or (row.id == delivery_id and row.status is DeliveryStatus.SENDING)
    ]
    transitions.replaced(conn, unsent)
    return unsent

"""The outbox: alerts, notices, and their deliveries to channels.

A delivery is committed together with what it tells of, so that a crash at any instant loses
none. A sender claims it, sends, and records the answer; a claim outlives its sender by a lease
only, after which another may send.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, delete, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from monitor.model import Alert, Delivery, DeliveryStatus, FollowUp, Notice
from monitor.store import alerts as store_alerts
from monitor.store import matches as store_matches
from monitor.store import threads
from monitor.store.tables import alerts, deliveries, notices

#: How long a claimed delivery is left to its sender before it counts as abandoned.
LEASE = timedelta(minutes=5)

#: Due for so long and not tried: nobody was there to try, and the day of tries begins anew.
OVERDUE = timedelta(hours=1)

_WAITING = (DeliveryStatus.PENDING.value, DeliveryStatus.FAILED.value)


@dataclass(frozen=True, slots=True)
class Destination:
    """A channel that is told, and when."""

    channel: str
    not_before: datetime
    waits_for: str | None = None
    """What holds it until then, if anything: "quiet hours", "digest", "silence 3"."""


def add_alert(
    conn: Connection,
    alert_id: str,
    match_id: int,
    destinations: Iterable[Destination],
    now: datetime,
    *,
    graver: bool = False,
    story_id: int | None = None,
    thread: str | None = None,
    development: str | None = None,
) -> bool:
    """Put an alert into the outbox for each destination.

    Args:
        conn: an open write transaction.
        alert_id: the alert.
        match_id: what it tells of.
        destinations: who is told, and when.
        now: the time.
        graver: the match turned out more severe than at an earlier reading: channels that
            were not told then, as it was not grave enough for them, are told now.
        story_id: the story.
        thread: the story's first alert for the watchlist; by default this one.
        development: what is new in a story that was told of before.

    Returns:
        False when nobody is to be told who was not before.
    """
    added = conn.execute(
        insert(alerts)
        .values(
            id=alert_id,
            match_id=match_id,
            created=now,
            story_id=story_id,
            thread=thread or alert_id,
            development=development,
        )
        .on_conflict_do_nothing()
    )
    if added.rowcount == 0 and not graver:
        return False
    told = sum(_add(conn, alert_id, each, now) for each in destinations)
    if added.rowcount > 0:
        store_matches.join(conn, match_id, thread or alert_id, now, development=development)
    return added.rowcount > 0 or told > 0


def _add(
    conn: Connection, alert_id: str, destination: Destination, now: datetime, follow_up: int = 0
) -> int:
    return conn.execute(
        insert(deliveries)
        .values(
            alert_id=alert_id,
            channel=destination.channel,
            follow_up=follow_up,
            waits_for=destination.waits_for,
            since=destination.not_before,
            next_attempt=destination.not_before,
            planned=now,
            created=now,
        )
        .on_conflict_do_nothing()
    ).rowcount


def is_told(conn: Connection, alert_id: str) -> bool:
    """Whether there is an alert of this id already."""
    return conn.scalar(select(alerts.c.id).where(alerts.c.id == alert_id)) is not None


def add_notice(conn: Connection, notice: Notice, channels: Iterable[str]) -> bool:
    """Put a notice into the outbox for each channel; False when it is there already."""
    added = conn.execute(
        insert(notices)
        .values(
            id=notice.id,
            kind=notice.kind,
            title=notice.title,
            text=notice.text,
            created=notice.created,
        )
        .on_conflict_do_nothing()
    )
    if added.rowcount == 0:
        return False
    for channel in channels:
        conn.execute(
            insert(deliveries).values(
                notice_id=notice.id,
                channel=channel,
                since=notice.created,
                next_attempt=notice.created,
                planned=notice.created,
                created=notice.created,
            )
        )
    return True


def claim(
    conn: Connection,
    now: datetime,
    limit: int,
    *,
    known: Sequence[str] | None = None,
    due_by: datetime | None = None,
) -> list[Delivery]:
    """Take due deliveries for sending, oldest first.

    Args:
        conn: an open write transaction.
        now: the time.
        limit: how many at the most.
        known: names of the channels that can be sent to now; others keep waiting, for a
            channel taken out of the configuration by mistake may come back.
        due_by: only what was due by then, if that is earlier than now.
    """
    due_by = now if due_by is None else min(now, due_by)
    due = (
        select(deliveries.c.id)
        .where(
            or_(
                deliveries.c.status.in_(_WAITING)
                & or_(
                    deliveries.c.next_attempt <= due_by,
                    # Planned by a clock that was ahead: its next attempt means nothing.
                    deliveries.c.planned > now,
                ),
                (deliveries.c.status == DeliveryStatus.SENDING.value)
                & (deliveries.c.claimed_until <= now),
            )
        )
        .order_by(deliveries.c.next_attempt, deliveries.c.id)
        .limit(limit)
    )
    if known is not None:
        due = due.where(deliveries.c.channel.in_(list(known)))
    ids = list(conn.scalars(due))
    if not ids:
        return []
    rows = conn.execute(
        select(deliveries).where(deliveries.c.id.in_(ids)).order_by(deliveries.c.id)
    ).all()
    told = store_alerts.contents(conn, {row.alert_id for row in rows if row.alert_id is not None})
    noticed = store_alerts.notices_by_id(
        conn, {row.notice_id for row in rows if row.notice_id is not None}
    )
    contents: dict[int, Alert | FollowUp | Notice] = {
        row.id: (
            noticed[row.notice_id]
            if row.alert_id is None
            else _with_coverage(conn, told[row.alert_id], row.channel, row.follow_up)
        )
        for row in rows
    }
    # Another message, sent meanwhile, has told of all that a follow-up was to tell of.
    said = [
        row_id
        for row_id, each in contents.items()
        if isinstance(each, FollowUp) and not each.alert.also
    ]
    conn.execute(delete(deliveries).where(deliveries.c.id.in_(said)))
    claimed = [
        Delivery(
            id=row.id,
            channel=row.channel,
            content=contents[row.id],
            attempts=row.attempts,
            since=now if row.next_attempt < now - OVERDUE else row.since,
            claimed_until=now + LEASE,
            waits_for=row.waits_for,
        )
        for row in rows
        if row.id not in said
    ]
    conn.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(ids))
        .values(
            status=DeliveryStatus.SENDING.value,
            attempts=deliveries.c.attempts + 1,
            since=case((deliveries.c.next_attempt < now - OVERDUE, now), else_=deliveries.c.since),
            claimed_until=now + LEASE,
            covered=now,
        )
    )
    return claimed


def _with_coverage(
    conn: Connection, alert: Alert, channel: str, follow_up: int
) -> Alert | FollowUp:
    """What a channel is told: the alert, or that others have reported it; both with who has."""
    also = threads.coverage(conn, alert.thread or alert.id, channel=channel)
    full = replace(alert, also=also)
    return FollowUp(full, follow_up) if follow_up else full


def renew(conn: Connection, claimed: Sequence[Delivery], until: datetime) -> list[Delivery]:
    """Extend claims until then; those that still are their claimant's.

    A claim that ran out may have been taken over by another sender.
    """
    ours = []
    for delivery in claimed:
        held = conn.execute(
            update(deliveries)
            .where(
                deliveries.c.id == delivery.id,
                deliveries.c.status == DeliveryStatus.SENDING.value,
                deliveries.c.claimed_until == delivery.claimed_until,
            )
            .values(claimed_until=until)
        )
        if held.rowcount:
            ours.append(replace(delivery, claimed_until=until))
    return ours


def record_sent(conn: Connection, delivery_id: int, now: datetime) -> None:
    """The service accepted it."""
    _record(conn, delivery_id, DeliveryStatus.SENT, sent=now, next_attempt=None, last_error=None)


def record_failed(
    conn: Connection,
    delivery_id: int,
    error: str,
    next_attempt: datetime | None,
    now: datetime,
) -> None:
    """The service did not accept it; without a next attempt it is dead until replayed."""
    status = DeliveryStatus.DEAD if next_attempt is None else DeliveryStatus.FAILED
    _record(conn, delivery_id, status, next_attempt=next_attempt, planned=now, last_error=error)


def release(conn: Connection, claimed: Sequence[Delivery], now: datetime) -> None:
    """Give back deliveries that were claimed and never tried, as on shutdown."""
    ours = renew(conn, claimed, now)
    conn.execute(
        update(deliveries)
        .where(deliveries.c.id.in_([delivery.id for delivery in ours]))
        .values(
            status=DeliveryStatus.PENDING.value,
            attempts=deliveries.c.attempts - 1,
            next_attempt=now,
            planned=now,
            claimed_until=None,
        )
    )


def recover(conn: Connection, now: datetime) -> int:
    """Make claims of a dead process due again; how many there were.

    Only for the holder of the daemon lock, who knows that no other sender lives. Whether the
    service had accepted such a message cannot be known, so it is sent again: a repeat is the
    lesser evil.
    """
    found = conn.execute(
        update(deliveries)
        .where(deliveries.c.status == DeliveryStatus.SENDING.value)
        .values(
            status=DeliveryStatus.FAILED.value, next_attempt=now, planned=now, claimed_until=None
        )
    )
    return found.rowcount


def retry(
    conn: Connection, now: datetime, *, alert_id: str | None = None, dead_only: bool = True
) -> int:
    """Make dead deliveries (or all unsent ones of an alert) due at once; how many."""
    statuses = [DeliveryStatus.DEAD.value]
    if not dead_only:
        statuses.append(DeliveryStatus.FAILED.value)
    query = (
        update(deliveries)
        .where(deliveries.c.status.in_(statuses))
        # A replay starts a new day of patience, or it would die again at its first failure.
        .values(
            status=DeliveryStatus.PENDING.value,
            next_attempt=now,
            planned=now,
            attempts=0,
            since=now,
        )
    )
    if alert_id is not None:
        query = query.where(deliveries.c.alert_id == alert_id)
    return conn.execute(query).rowcount


def _record(conn: Connection, delivery_id: int, status: DeliveryStatus, **values: Any) -> None:
    conn.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id)
        .values(status=status.value, claimed_until=None, **values)
    )

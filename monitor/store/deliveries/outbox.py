"""The outbox: alerts, notices, and their deliveries to channels.

A delivery is committed together with what it tells of, so that a crash at any instant loses
none. A sender claims it (`monitor.store.deliveries.claims`), sends, and records the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from monitor.model.alert import Notice
from monitor.model.delivery import DeliveryStatus
from monitor.model.development import Development
from monitor.model.hold import Hold, HoldReason
from monitor.store import channels
from monitor.store import matches as store_matches
from monitor.store.columns import hold_values
from monitor.store.tables import alerts, deliveries, notices


@dataclass(frozen=True, slots=True)
class Destination:
    """A channel that is told, and when."""

    channel: str
    not_before: datetime
    hold: Hold | None = None
    """What holds it until then, if anything."""
    inhibited_by: str | None = None
    """The graver alert of the same story that the channel is told in its place."""


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
    development: tuple[Development, ...] = (),
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
    values = {
        **hold_values(destination.hold),
        "due": destination.not_before,
        "since": destination.not_before,
        "next_attempt": destination.not_before,
        "planned": now,
        "status": DeliveryStatus.PENDING,
    }
    if destination.inhibited_by is not None:
        values |= {
            **hold_values(Hold(HoldReason.INHIBITED, destination.inhibited_by)),
            "next_attempt": None,
            "status": DeliveryStatus.REPLACED,
        }
    added = insert(deliveries).values(
        alert_id=alert_id,
        channel=destination.channel,
        follow_up=follow_up,
        created=now,
        **values,
    )
    if destination.hold is not None and destination.hold.reason is HoldReason.ACKNOWLEDGEMENT:
        acknowledged = select(alerts.c.acknowledged).where(alerts.c.id == alert_id)
        if conn.scalar(acknowledged) is not None:
            return 0
        return conn.execute(added.on_conflict_do_nothing()).rowcount
    # Who was to be told only if nobody acknowledged may turn out to be told anyway.
    escalation = and_(
        deliveries.c.status == DeliveryStatus.PENDING,
        deliveries.c.hold == HoldReason.ACKNOWLEDGEMENT,
    )
    keys = [deliveries.c.alert_id, deliveries.c.channel, deliveries.c.follow_up]
    return conn.execute(
        added.on_conflict_do_update(index_elements=keys, set_=values, where=escalation)
    ).rowcount


def is_told(conn: Connection, alert_id: str) -> bool:
    """Whether there is an alert of this id already."""
    return conn.scalar(select(alerts.c.id).where(alerts.c.id == alert_id)) is not None


def developments_of(conn: Connection, match_id: int) -> set[tuple[Development, ...]]:
    """What people have been told as news of a match."""
    query = select(alerts.c.development).where(
        alerts.c.match_id == match_id, alerts.c.development.is_not(None)
    )
    return set(conn.scalars(query))


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
                due=notice.created,
                since=notice.created,
                next_attempt=notice.created,
                planned=notice.created,
                created=notice.created,
            )
        )
    return True


def record_sent(
    conn: Connection, ids: Sequence[int], now: datetime, *, receipt: str | None = None
) -> None:
    """The service accepted the message that these deliveries make.

    Args:
        conn: an open write transaction.
        ids: the deliveries.
        now: the time.
        receipt: what the service finds the message by, if it can be changed.
    """
    sent = {"sent": now, "next_attempt": None, "last_error": None, "receipt": receipt}
    _record(conn, ids, DeliveryStatus.SENT, **sent)


def record_failed(
    conn: Connection,
    ids: Sequence[int],
    error: str,
    next_attempt: datetime | None,
    now: datetime,
    *,
    give_up_before: datetime | None = None,
) -> None:
    """The service did not accept it.

    Args:
        conn: an open write transaction.
        ids: the deliveries that the message makes.
        error: what the service said.
        next_attempt: when they are tried again; None: they are dead until replayed.
        now: the time.
        give_up_before: those whose time of tries began before then are dead, too.
    """
    status = DeliveryStatus.DEAD if next_attempt is None else DeliveryStatus.FAILED
    _record(conn, ids, status, next_attempt=next_attempt, planned=now, last_error=error)
    if give_up_before is not None:
        conn.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(ids), deliveries.c.since <= give_up_before)
            .values(status=DeliveryStatus.DEAD, next_attempt=None)
        )
    dead = deliveries.c.status == DeliveryStatus.DEAD
    let_go(conn, conn.scalars(select(deliveries.c.id).where(deliveries.c.id.in_(ids), dead)), now)


def let_go(conn: Connection, ids: Iterable[int], now: datetime) -> None:
    """Have told what was left to alerts that are not told now: lesser ones of their stories.

    Args:
        conn: an open write transaction.
        ids: the deliveries of these alerts.
        now: the time.
    """
    shadows = conn.execute(
        select(deliveries.c.channel, deliveries.c.alert_id).where(
            deliveries.c.id.in_([*ids]),
            deliveries.c.alert_id.is_not(None),
            deliveries.c.follow_up == 0,
        )
    ).all()
    for shadow in shadows:
        at = func.max(deliveries.c.due, now)
        conn.execute(
            update(deliveries)
            .where(
                deliveries.c.channel == shadow.channel,
                deliveries.c.status == DeliveryStatus.REPLACED,
                deliveries.c.hold == HoldReason.INHIBITED,
                deliveries.c.hold_ref == shadow.alert_id,
            )
            .values(
                status=DeliveryStatus.PENDING,
                **hold_values(None),
                since=at,
                next_attempt=at,
                planned=now,
            )
        )


def acknowledge(conn: Connection, thread: str, by: str, now: datetime) -> tuple[str, ...]:
    """Note that somebody sees to a story; nobody else need be told that nobody does.

    Args:
        conn: an open write transaction.
        thread: the story's first alert for the watchlist.
        by: who.
        now: the time.

    Returns:
        The channels that would have been told.
    """
    open_ = alerts.c.thread == thread, alerts.c.acknowledged.is_(None)
    ids = list(conn.scalars(select(alerts.c.id).where(*open_)))
    conn.execute(update(alerts).where(*open_).values(acknowledged=now, acknowledged_by=by))
    called_off = and_(
        deliveries.c.alert_id.in_(ids),
        deliveries.c.hold == HoldReason.ACKNOWLEDGEMENT,
        deliveries.c.status.in_([DeliveryStatus.PENDING, DeliveryStatus.FAILED]),
    )
    channels_ = conn.scalars(select(deliveries.c.channel).distinct().where(called_off)).all()
    conn.execute(delete(deliveries).where(called_off))
    return tuple(sorted(channels_))


def hurry(conn: Connection, channel: str, now: datetime) -> None:
    """Make due what a channel has refused and is to be tried again later: since it was refused."""
    conn.execute(
        update(deliveries)
        .where(
            deliveries.c.channel == channel,
            deliveries.c.status == DeliveryStatus.FAILED,
            deliveries.c.next_attempt > now,
            deliveries.c.planned <= now,
        )
        .values(next_attempt=deliveries.c.planned)
    )


def retry(
    conn: Connection, now: datetime, *, alert_id: str | None = None, dead_only: bool = True
) -> int:
    """Make dead deliveries (or all unsent ones of an alert) due at once; how many.

    Channels that are left alone as they fail are tried again: whoever asks has mended something.
    """
    channels.wake(conn)
    statuses = [DeliveryStatus.DEAD]
    if not dead_only:
        statuses.append(DeliveryStatus.FAILED)
    query = (
        update(deliveries)
        .where(deliveries.c.status.in_(statuses))
        # A replay starts a new day of patience, or it would die again at its first failure.
        .values(
            status=DeliveryStatus.PENDING,
            next_attempt=now,
            planned=now,
            attempts=0,
            due=now,
            since=now,
        )
    )
    if alert_id is not None:
        # By itself: it may have been part of a summary that is refused for another's sake.
        query = query.where(deliveries.c.alert_id == alert_id)
        query = query.values(summary=None, **hold_values(None))
    return conn.execute(query).rowcount


def _record(conn: Connection, ids: Sequence[int], status: DeliveryStatus, **values: Any) -> None:
    conn.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(ids))
        .values(status=status, claimed_until=None, **values)
    )

"""The outbox: alerts, notices, and their deliveries to channels.

A delivery is committed together with what it tells of, so that a crash at any instant loses
none. A sender claims it (`monitor.store.deliveries.claims`), sends, and records the answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, select, update

from monitor.model.alert import Notice
from monitor.model.delivery import DeliveryStatus, PartlyAccepted
from monitor.model.development import Development
from monitor.model.hold import Hold, HoldReason
from monitor.model.plan import Destination, JoinThread
from monitor.store import channels
from monitor.store import matches as store_matches
from monitor.store.deliveries import transitions
from monitor.store.dialects import insert
from monitor.store.tables import alerts, deliveries, notices


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
    earlier: bool = False,
    config_version: int | None = None,
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
        earlier: its report came before its name was watched.
        config_version: the version of the configuration that says so, if it has one.

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
            earlier=earlier,
            config_version=config_version,
        )
        .on_conflict_do_nothing()
    )
    if added.rowcount == 0 and not graver:
        return False
    told = sum(_add(conn, alert_id, each, now) for each in destinations)
    if added.rowcount > 0:
        first = thread or alert_id
        joining = JoinThread(match_id, first, None, development)
        store_matches.join(conn, [joining], now, begun={alert_id})
    return added.rowcount > 0 or told > 0


def _add(conn: Connection, alert_id: str, destination: Destination, now: datetime) -> bool:
    channel, at, hold = destination.channel, destination.not_before, destination.hold
    if destination.inhibited_by is not None:
        hold = Hold(HoldReason.INHIBITED, destination.inhibited_by)
    is_escalation = hold is not None and hold.reason is HoldReason.ACKNOWLEDGEMENT
    if is_escalation:
        acknowledged = select(alerts.c.acknowledged).where(alerts.c.id == alert_id)
        if conn.scalar(acknowledged) is not None:
            return False
    if transitions.add(conn, channel, at, now, alert_id=alert_id, hold=hold):
        return True
    # Who was to be told only if nobody acknowledged may turn out to be told anyway.
    return not is_escalation and transitions.tell_anyway(conn, alert_id, channel, at, hold, now)


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
        transitions.add(conn, channel, notice.created, notice.created, notice_id=notice.id)
    return True


def record_failed(
    conn: Connection,
    ids: Sequence[int],
    error: str,
    next_attempt: datetime | None,
    now: datetime,
    *,
    give_up_before: datetime | None = None,
    accepted: PartlyAccepted | None = None,
) -> None:
    """The service did not accept it.

    Args:
        conn: an open write transaction.
        ids: the deliveries that the message makes.
        error: what the service said.
        next_attempt: when they are tried again; None: they are dead until replayed.
        now: the time.
        give_up_before: those whose time of tries began before then are dead, too.
        accepted: who has it all the same.
    """
    if accepted is not None:
        transitions.accepted(conn, ids, accepted)
    if next_attempt is None:
        transitions.dead(conn, ids, error, now)
    else:
        transitions.failed(conn, ids, error, next_attempt, now)
        if give_up_before is not None:
            transitions.dead(conn, ids, error, now, since=give_up_before)
    dead = deliveries.c.status == DeliveryStatus.DEAD
    let_go(conn, conn.scalars(select(deliveries.c.id).where(deliveries.c.id.in_(ids), dead)), now)


def let_go(conn: Connection, ids: Iterable[int], now: datetime) -> None:
    """Have told what was left to alerts that are not told now: lesser ones of their stories.

    Args:
        conn: an open write transaction.
        ids: the deliveries of these alerts.
        now: the time.
    """
    graver = conn.execute(
        select(deliveries.c.channel, deliveries.c.alert_id).where(
            deliveries.c.id.in_([*ids]),
            deliveries.c.alert_id.is_not(None),
            deliveries.c.follow_up == 0,
        )
    ).all()
    for each in graver:
        transitions.free(conn, each.alert_id, each.channel, now)


def acknowledge(conn: Connection, thread: str, by: str, now: datetime) -> tuple[str, ...]:
    """Note that somebody sees to a story; nobody else need be told that nobody does.

    Whoever sees to one of the alerts that a message told sees to all that it told.

    Args:
        conn: an open write transaction.
        thread: the story's first alert for a watchlist.
        by: who.
        now: the time.

    Returns:
        The channels that would have been told.
    """
    seen = [thread, *_told_with(conn, thread)]
    open_ = alerts.c.thread.in_(seen), alerts.c.acknowledged.is_(None)
    ids = list(conn.scalars(select(alerts.c.id).where(*open_)))
    conn.execute(update(alerts).where(*open_).values(acknowledged=now, acknowledged_by=by))
    return transitions.call_off(conn, ids)


def thread_of(conn: Connection, alert_id: str) -> str:
    """The first alert of an alert's story and watchlist; itself, if it is that."""
    return conn.scalar(select(alerts.c.thread).where(alerts.c.id == alert_id)) or alert_id


def unacknowledge(conn: Connection, alert_ids: Sequence[str]) -> None:
    """Note that nobody sees to alerts after all."""
    conn.execute(
        update(alerts)
        .where(alerts.c.id.in_(list(alert_ids)))
        .values(acknowledged=None, acknowledged_by=None)
    )


def escalate_again(
    conn: Connection, alert_id: str, channel: str, due: datetime, now: datetime
) -> None:
    """Have a channel told of an alert after all if nobody acknowledges it until then."""
    hold = Hold(HoldReason.ACKNOWLEDGEMENT)
    transitions.add(conn, channel, due, now, alert_id=alert_id, hold=hold)


def _told_with(conn: Connection, thread: str) -> list[str]:
    """The threads of other watchlists whose alerts stood in a message with one of this."""
    ours, theirs, our_alerts = deliveries.alias(), deliveries.alias(), alerts.alias()
    query = (
        select(alerts.c.thread)
        .distinct()
        .join(theirs, theirs.c.alert_id == alerts.c.id)
        .join(
            ours,
            and_(ours.c.channel == theirs.c.channel, ours.c.message == theirs.c.message),
        )
        .join(our_alerts, our_alerts.c.id == ours.c.alert_id)
        .where(
            our_alerts.c.thread == thread,
            ours.c.follow_up == 0,
            theirs.c.follow_up == 0,
            # What both were told, or are being told, in.
            ours.c.sent.is_not_distinct_from(theirs.c.sent),
        )
    )
    return list(conn.scalars(query))


def retry(
    conn: Connection,
    now: datetime,
    *,
    alert_id: str | None = None,
    dead_only: bool = True,
    known: Collection[str] | None = None,
) -> int:
    """Make dead deliveries (or all unsent ones of an alert) due at once; how many.

    Channels that are left alone as they fail are tried again: whoever asks has mended something.

    Args:
        conn: an open write transaction.
        now: the time.
        alert_id: only of this alert.
        dead_only: only what was given up, not what is tried again anyway.
        known: the channels that there are: nobody would ever send what is for others.
    """
    channels.wake(conn)
    statuses = [DeliveryStatus.DEAD] if dead_only else [DeliveryStatus.DEAD, DeliveryStatus.FAILED]
    return transitions.retry(conn, now, statuses, alert_id=alert_id, channels=known)

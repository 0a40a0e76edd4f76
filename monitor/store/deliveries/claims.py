"""Taking deliveries out of the outbox for sending.

A claim outlives its sender by a lease only, after which another may send.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, false, func, or_, select

from monitor.model.alert import Alert, FollowUp, Notice
from monitor.model.delivery import Delivery, Due, Parcel, Posted, Summary
from monitor.model.hold import HoldReason
from monitor.store import alerts as store_alerts
from monitor.store.columns import hold_of
from monitor.store.deliveries import bursts, claimable, coverage, follow_ups, messages, transitions
from monitor.store.deliveries.messages import MESSAGE, StoryKey, key_of
from monitor.store.tables import alerts, articles, deliveries, matches

#: How long a claimed delivery is left to its sender before it counts as abandoned.
LEASE = timedelta(minutes=5)

_LOOKED_AT = 2000
"""Of one channel at a time; more than go out as one message."""


def channels_due(
    conn: Connection, now: datetime, known: Sequence[str], *, due_by: datetime | None = None
) -> list[str]:
    """Those of the known channels for which the time of a delivery has come.

    Others keep waiting: one taken out of the configuration by mistake may come back. With
    `due_by` that is what was due by then, if that is earlier than now, and what is still being
    gathered of feeds that tell much at once, as nothing more comes.
    """
    come = _come(now, known, due_by)
    query = select(deliveries.c.channel).distinct().where(come).order_by(deliveries.c.channel)
    return list(conn.scalars(query))


def ids_due(
    conn: Connection, now: datetime, channel: str, *, due_by: datetime | None = None
) -> list[int]:
    """The numbers alone of what `due_on` answers with."""
    query = select(deliveries.c.id).where(_come(now, [channel], due_by))
    return list(conn.scalars(_longest_waiting(query)))


def _come(now: datetime, known: Sequence[str], due_by: datetime | None) -> ColumnElement[bool]:
    gathered = (
        false()
        if due_by is None
        else (deliveries.c.hold == HoldReason.BURST)
        & (deliveries.c.attempts == 0)
        & (deliveries.c.created <= due_by)
    )
    due_by = now if due_by is None else min(now, due_by)
    return deliveries.c.channel.in_(list(known)) & or_(
        deliveries.c.status.in_(claimable.WAITING)
        & or_(
            deliveries.c.next_attempt <= due_by,
            # Planned by a clock that was ahead: its next attempt means nothing.
            deliveries.c.planned > now,
            gathered,
            bursts.is_listed_elsewhere(),
        ),
        claimable.is_abandoned(now),
    )


def _longest_waiting(query: Select[Any]) -> Select[Any]:
    return query.order_by(deliveries.c.next_attempt, deliveries.c.id).limit(_LOOKED_AT)


def due_on(
    conn: Connection,
    now: datetime,
    channel: str,
    *,
    due_by: datetime | None = None,
    merge: bool = True,
    only: int | None = None,
) -> list[Due]:
    """The deliveries whose time has come on a channel, the longest waiting first.

    `due_by` is as for `channels_due`; with `merge` a story's watchlists make one message; of
    `only`, a number, nothing but that one is looked at.
    """
    come = _come(now, [channel], due_by)
    if only is not None:
        come &= deliveries.c.id == only
    query = _longest_waiting(
        select(
            *deliveries.c["id", "due", "hold", "hold_ref", "summary", "alert_id"],
            *deliveries.c["follow_up", "message", "attempts", "created"],
            *alerts.c["story_id", "thread"],
            *matches.c["severity", "article_id"],
            articles.c.feed_id,
            follow_ups.edited_receipt().label("edits"),
        )
        .outerjoin(alerts, alerts.c.id == deliveries.c.alert_id)
        .outerjoin(matches, matches.c.id == alerts.c.match_id)
        .outerjoin(articles, articles.c.id == matches.c.article_id)
        .where(come)
    )
    rows = conn.execute(query).all()
    listed = bursts.listed_by(conn, {row.article_id: row.feed_id for row in rows if row.alert_id})
    return [
        Due(
            id=row.id,
            due=row.due,
            severity=row.severity,
            hold=hold_of(row.hold, row.hold_ref),
            summary=row.summary,
            edits=row.edits,
            story=None
            if row.alert_id is None
            else str(key_of(row.story_id, row.thread or row.alert_id, merge=merge)),
            thread=row.thread or row.alert_id,
            alert_id=row.alert_id,
            follow_up=row.follow_up,
            message=row.message,
            tried=row.attempts > 0,
            feeds=listed.get(row.article_id, ()),
            event=str(row.story_id or row.thread or row.alert_id),
            created=row.created,
        )
        for row in rows
    ]


def sent_since(conn: Connection, channel: str, since: datetime) -> list[datetime]:
    """When a channel got its messages about alerts, a summary or a story being one."""
    return list(
        conn.scalars(
            select(func.max(deliveries.c.sent))
            .where(
                deliveries.c.channel == channel,
                deliveries.c.sent > since,
                deliveries.c.alert_id.is_not(None),
            )
            .group_by(MESSAGE, deliveries.c.sent)
        )
    )


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What is sent now, and what stands in the rows of it."""

    parcels: Sequence[Parcel]
    rows: Mapping[int, Row[Any]]
    told: Mapping[str, Alert]
    keys: Mapping[str, StoryKey]
    """The stories that alerts belong to."""

    def thread(self, row: Row[Any]) -> str:
        """The story's first alert for the watchlist, for a delivery that tells of one."""
        return self.told[row.alert_id].thread or row.alert_id


@dataclass(frozen=True, slots=True)
class _Covered:
    """What each delivery says, by its number."""

    contents: Mapping[int, Alert | FollowUp]
    notices: Mapping[int, Notice]
    until: Mapping[int, datetime]
    """Up to when what came of its story is part of it."""
    changed: Mapping[int, follow_ups.Latest]
    """The message that becomes what it says, where there is one that can."""
    said: frozenset[int]
    """Those that have nothing left to say."""


def claim(
    conn: Connection,
    now: datetime,
    parcels: Sequence[Parcel],
    *,
    merge: bool = True,
    lease: timedelta = LEASE,
) -> list[Delivery]:
    """Take due deliveries for sending; those of a parcel make one message.

    Who shares the database with others must have taken the channel's lock before it looked what
    is due (`locks.take_channel`). Of several parcels that tell of one story only the first is
    taken: what it tells of decides on what is left for the next.

    Args:
        conn: an open write transaction.
        now: the time.
        parcels: what goes out with what, in the order in which it goes out.
        merge: whether the watchlists of a story make one message.
        lease: how long they are left to the caller before they count as abandoned.
    """
    chosen = _choose(conn, parcels, now, merge=merge)
    covered = _cover(conn, chosen, now)
    return _mark(conn, chosen, covered, now, now + lease)


def _choose(conn: Connection, parcels: Sequence[Parcel], now: datetime, *, merge: bool) -> _Chosen:
    """The parcels that are taken, without what somebody has taken or called off meanwhile."""
    ids = [each for parcel in parcels for each in parcel.ids]
    query = select(deliveries).where(deliveries.c.id.in_(ids), claimable.is_free(now))
    rows = {row.id: row for row in conn.execute(query.order_by(deliveries.c.id).with_for_update())}
    parcels = [
        replace(parcel, ids=left)
        for parcel in parcels
        if (left := tuple(each for each in parcel.ids if each in rows))
    ]
    wanted = {row.alert_id for row in rows.values() if row.alert_id}
    told = store_alerts.contents(conn, wanted)
    query = select(alerts.c.id, alerts.c.story_id, alerts.c.thread).where(alerts.c.id.in_(wanted))
    keys = {
        row.id: key_of(row.story_id, row.thread or row.id, merge=merge)
        for row in conn.execute(query)
    }
    first = []
    taken: set[tuple[str, StoryKey]] = set()
    for parcel in parcels:
        about = [rows[id_] for id_ in parcel.ids if rows[id_].alert_id is not None]
        stories = {(row.channel, keys[row.alert_id]) for row in about}
        if not stories & taken:
            first.append(parcel)
        taken |= stories
    return _Chosen(first, {id_: rows[id_] for each in first for id_ in each.ids}, told, keys)


def _cover(conn: Connection, chosen: _Chosen, now: datetime) -> _Covered:
    """What the messages say: of a story, all that its channel has not been told of yet."""
    rows = chosen.rows.values()
    notices = store_alerts.notices_by_id(conn, {row.notice_id for row in rows if row.notice_id})
    contents: dict[int, Alert | FollowUp] = {}
    changed: dict[int, follow_ups.Latest] = {}
    alone = {id_ for each in chosen.parcels if each.summary is None for id_ in each.ids}
    until: dict[tuple[str, str], datetime] = {}
    # Somebody has acknowledged it while it was being sent in vain.
    said = {
        row.id
        for row in rows
        if row.hold is HoldReason.ACKNOWLEDGEMENT and chosen.told[row.alert_id].acknowledged
    }
    about_stories = [row for row in rows if row.alert_id is not None and row.id not in said]
    reports = coverage.reports_of(conn, {chosen.thread(row) for row in about_stories})
    for row in about_stories:
        alert, thread = chosen.told[row.alert_id], chosen.thread(row)
        story = row.channel, thread
        # Of two alerts of a story in one summary the first tells who else has reported it.
        if story not in until:
            count, last = reports.get(thread, (0, None))
            # What is told itself is the only one of most stories, and need not be looked up again.
            if count > 1 or row.follow_up:
                merge = isinstance(chosen.keys[row.alert_id], int)
                also = coverage.coverage(conn, thread, channel=row.channel, merge=merge)
                alert = replace(alert, also=also)
            # Whatever the clock says, what a message tells of has come before it.
            until[story] = max(now, last or now)
        contents[row.id] = FollowUp(alert, row.follow_up) if row.follow_up else alert
        if row.follow_up and row.id in alone and alert.also:
            message = follow_ups.editable(conn, thread, row.channel)
            if message is not None:
                changed[row.id] = message
    # Another message, sent meanwhile, has told of all that a follow-up was to tell of.
    said |= {
        id_ for id_, each in contents.items() if isinstance(each, FollowUp) and not each.alert.also
    }
    return _Covered(
        contents,
        {row.id: notices[row.notice_id] for row in rows if row.notice_id is not None},
        {row.id: until[row.channel, chosen.thread(row)] for row in about_stories},
        changed,
        frozenset(said),
    )


def _mark(
    conn: Connection, chosen: _Chosen, covered: _Covered, now: datetime, until: datetime
) -> list[Delivery]:
    """Make the parcels a sender's own."""
    transitions.withdraw(conn, covered.said)
    claimed = []
    for parcel in chosen.parcels:
        rows = [chosen.rows[each] for each in parcel.ids if each not in covered.said]
        if not rows:
            continue
        if parcel.summary is not None:
            transitions.batch(conn, [row.id for row in rows], parcel.summary, parcel.hold)
        content = _content(conn, parcel, rows, chosen, covered)
        delivery = _claimed(rows, content, now, until)
        if isinstance(content, Alert | FollowUp):
            _identify(conn, rows, content)
            alert = content.alert if isinstance(content, FollowUp) else content
            also = [int(each.article.id) for each in alert.also]
            if any(row.also != also for row in rows):
                transitions.say(conn, [row.id for row in rows], also)
            key, changed = chosen.keys[rows[0].alert_id], covered.changed.get(rows[0].id)
            delivery = _addressed(conn, delivery, key, changed)
        claimed.append(delivery)
    transitions.claim(conn, [*chosen.rows], until, now)
    transitions.cover(conn, covered.until)
    return claimed


def _identify(conn: Connection, rows: Sequence[Row[Any]], content: Alert | FollowUp) -> None:
    """Have what makes one message known by one alert, now and whenever it is tried again."""
    lead = content.alert.id if isinstance(content, FollowUp) else content.id
    message = lead if len(rows) > 1 else None
    if any(row.message != message for row in rows):
        transitions.merge(conn, [row.id for row in rows], message)


def _content(
    conn: Connection,
    parcel: Parcel,
    rows: Sequence[Row[Any]],
    chosen: _Chosen,
    covered: _Covered,
) -> Alert | FollowUp | Notice | Summary:
    """What a parcel says."""
    if rows[0].id in covered.notices:
        return covered.notices[rows[0].id]
    channel = rows[0].channel
    if parcel.summary is None:
        key, message = chosen.keys[rows[0].alert_id], covered.changed.get(rows[0].id)
        if message is not None and message.receipt is not None:
            threads = map(chosen.thread, rows)
            return messages.whole(conn, key, channel, message.receipt, threads)
        return messages.merged(
            conn, rows, covered.contents, messages.told_before(conn, key, channel)
        )
    stories: dict[object, list[Row[Any]]] = {}
    threads_: set[str] = set()
    for row in rows:
        # Of two alerts of one watchlist each stands for itself, as do follow-ups.
        again = row.id if chosen.thread(row) in threads_ else 0
        threads_.add(chosen.thread(row))
        stories.setdefault((chosen.keys[row.alert_id], row.follow_up > 0, again), []).append(row)
    items = []
    for members in stories.values():
        key = chosen.keys[members[0].alert_id]
        before = messages.told_before(conn, key, channel)
        items.append((key, messages.merged(conn, members, covered.contents, before)))
    once = tuple(messages.said_once(items))
    return Summary(parcel.summary, once, parcel.hold, max(row.due for row in rows))


def _addressed(
    conn: Connection, delivery: Delivery, key: StoryKey, message: follow_ups.Latest | None
) -> Delivery:
    """With the message that it changes, or that it follows."""
    if message is None or message.receipt is None:
        return replace(delivery, answers=follow_ups.first_receipt(conn, key, delivery.channel))
    there = Posted(message.delivery, message.receipt)
    return replace(delivery, edits=there, hold=message.hold)


def _claimed(
    rows: Sequence[Row[Any]],
    content: Alert | FollowUp | Notice | Summary,
    now: datetime,
    until: datetime,
) -> Delivery:
    overdue = now - transitions.OVERDUE
    return Delivery(
        ids=tuple(row.id for row in rows),
        channel=rows[0].channel,
        content=content,
        attempts=max(row.attempts for row in rows),
        # Of several each is given up when its own time is over.
        since=max(now if row.next_attempt < overdue else row.since for row in rows),
        claimed_until=until,
        hold=hold_of(rows[0].hold, rows[0].hold_ref),
        # Whoever had it before one of them joined has it no more.
        accepted=rows[0].accepted if len({row.accepted for row in rows}) == 1 else None,
    )


def renew(conn: Connection, claimed: Sequence[Delivery], until: datetime) -> list[Delivery]:
    """Extend claims until then; those that still are their claimant's.

    A claim that ran out may have been taken over by another sender.
    """
    return [
        replace(delivery, claimed_until=until)
        for delivery in claimed
        if transitions.renew(conn, delivery.ids, delivery.claimed_until, until)
    ]


def release(conn: Connection, claimed: Sequence[Delivery], now: datetime) -> None:
    """Give back deliveries that were claimed and never tried, as on shutdown."""
    ours = renew(conn, claimed, now)
    transitions.release(conn, [each for delivery in ours for each in delivery.ids], now)

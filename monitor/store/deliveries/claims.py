"""Taking deliveries out of the outbox for sending.

A claim outlives its sender by a lease only, after which another may send.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, case, delete, func, or_, select, update

from monitor.model.alert import Alert, FollowUp, Notice
from monitor.model.delivery import Delivery, DeliveryStatus, Due, Parcel, Posted, Summary
from monitor.model.hold import Hold, HoldReason
from monitor.store import alerts as store_alerts
from monitor.store.columns import hold_of, hold_values
from monitor.store.deliveries import coverage, edits
from monitor.store.tables import alerts, deliveries, matches

#: How long a claimed delivery is left to its sender before it counts as abandoned.
LEASE = timedelta(minutes=5)

#: Due for so long and not tried: nobody was there to try, and the day of tries begins anew.
OVERDUE = timedelta(hours=1)

_WAITING = (DeliveryStatus.PENDING, DeliveryStatus.FAILED)
_LOOKED_AT = 2000
"""Of one channel at a time; more than go out as one message."""


def due(
    conn: Connection, now: datetime, *, known: Sequence[str], due_by: datetime | None = None
) -> dict[str, list[Due]]:
    """The deliveries whose time has come, by channel, the longest waiting first.

    Args:
        conn: an open connection.
        now: the time.
        known: names of the channels that can be sent to now; others keep waiting, for a
            channel taken out of the configuration by mistake may come back.
        due_by: only what was due by then, if that is earlier than now.
    """
    due_by = now if due_by is None else min(now, due_by)
    come = deliveries.c.channel.in_(list(known)) & or_(
        deliveries.c.status.in_(_WAITING)
        & or_(
            deliveries.c.next_attempt <= due_by,
            # Planned by a clock that was ahead: its next attempt means nothing.
            deliveries.c.planned > now,
        ),
        (deliveries.c.status == DeliveryStatus.SENDING) & (deliveries.c.claimed_until <= now),
    )
    return {
        channel: [
            Due(
                id=row.id,
                due=row.due,
                severity=row.severity,
                hold=hold_of(row.hold, row.hold_ref),
                summary=row.summary,
                edits=bool(row.edits),
            )
            for row in conn.execute(
                select(
                    *deliveries.c["id", "due", "hold", "hold_ref", "summary"],
                    matches.c.severity,
                    edits.edits().label("edits"),
                )
                .outerjoin(alerts, alerts.c.id == deliveries.c.alert_id)
                .outerjoin(matches, matches.c.id == alerts.c.match_id)
                .where(come, deliveries.c.channel == channel)
                .order_by(deliveries.c.next_attempt, deliveries.c.id)
                .limit(_LOOKED_AT)
            )
        ]
        for channel in conn.scalars(
            select(deliveries.c.channel).distinct().where(come).order_by(deliveries.c.channel)
        )
    }


def sent_since(conn: Connection, channel: str, since: datetime) -> list[datetime]:
    """When a channel got its messages about alerts, a summary being one."""
    return list(
        conn.scalars(
            select(func.max(deliveries.c.sent))
            .where(
                deliveries.c.channel == channel,
                deliveries.c.sent > since,
                deliveries.c.alert_id.is_not(None),
            )
            .group_by(func.coalesce(deliveries.c.summary, deliveries.c.id))
        )
    )


def hold(conn: Connection, ids: Sequence[int], until: datetime, hold: Hold, now: datetime) -> None:
    """Put deliveries off.

    Those of a summary still bear what brought them together, and those that are made only if
    nobody acknowledges can still be called off.
    """
    is_free = deliveries.c.summary.is_(None) & deliveries.c.hold.is_distinct_from(
        HoldReason.ACKNOWLEDGEMENT
    )
    conn.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(ids))
        .values(
            status=DeliveryStatus.PENDING,
            next_attempt=until,
            planned=now,
            claimed_until=None,
            **{
                name: case((is_free, value), else_=deliveries.c[name])
                for name, value in hold_values(hold).items()
            },
        )
    )


def claim(conn: Connection, now: datetime, parcels: Sequence[Parcel]) -> list[Delivery]:
    """Take due deliveries for sending; those of a parcel make one message.

    Of several parcels that tell of one story only the first is taken: what it tells of decides
    on what is left for the next.

    Args:
        conn: an open write transaction.
        now: the time.
        parcels: what goes out with what, in the order in which it goes out.
    """
    ids = [each for parcel in parcels for each in parcel.ids]
    rows = {row.id: row for row in conn.execute(select(deliveries).where(deliveries.c.id.in_(ids)))}
    told = store_alerts.contents(conn, {row.alert_id for row in rows.values() if row.alert_id})
    parcels = _one_a_story(parcels, rows, told)
    for parcel in parcels:
        if parcel.summary is not None:
            conn.execute(
                update(deliveries)
                .where(deliveries.c.id.in_(parcel.ids))
                .values(summary=parcel.summary, **hold_values(parcel.hold))
            )
    ids = [each for parcel in parcels for each in parcel.ids]
    rows = {each: rows[each] for each in ids}
    noticed = store_alerts.notices_by_id(
        conn, {row.notice_id for row in rows.values() if row.notice_id}
    )
    contents: dict[int, Alert | FollowUp | Notice] = {
        row.id: noticed[row.notice_id] for row in rows.values() if row.notice_id is not None
    }
    about_stories = [row for row in rows.values() if row.alert_id is not None]
    changed: dict[int, edits.Latest] = {}
    alone = {parcel.ids[0] for parcel in parcels if parcel.summary is None}
    covered: dict[tuple[str, str], datetime] = {}
    for row in about_stories:
        alert = told[row.alert_id]
        story = _story(row, told)
        # Of two alerts of a story in one summary the first tells who else has reported it.
        if story not in covered:
            channel, thread = story
            alert = replace(alert, also=coverage.coverage(conn, thread, channel=channel))
            # Whatever the clock says, what a message tells of has come before it.
            covered[story] = max(now, coverage.latest(conn, thread) or now)
        contents[row.id] = FollowUp(alert, row.follow_up) if row.follow_up else alert
        if row.follow_up and row.id in alone and alert.also:
            message = edits.latest(conn, story[1], story[0])
            if message is not None and message.receipt is not None:
                changed[row.id] = message
                contents[row.id] = _with_all(conn, message, story)
    # Another message, sent meanwhile, has told of all that a follow-up was to tell of.
    said = {
        row_id
        for row_id, each in contents.items()
        if isinstance(each, FollowUp) and not each.alert.also
    }
    conn.execute(delete(deliveries).where(deliveries.c.id.in_(said)))
    conn.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(ids))
        .values(
            status=DeliveryStatus.SENDING,
            attempts=deliveries.c.attempts + 1,
            since=case((deliveries.c.next_attempt < now - OVERDUE, now), else_=deliveries.c.since),
            claimed_until=now + LEASE,
        )
    )
    for row in about_stories:
        conn.execute(
            update(deliveries)
            .where(deliveries.c.id == row.id)
            .values(covered=covered[_story(row, told)])
        )
    claimed = []
    for parcel in parcels:
        left = [rows[each] for each in parcel.ids if each not in said]
        if left:
            delivery = _claimed(parcel, left, contents, now)
            if isinstance(delivery.content, Alert | FollowUp):
                story = _story(left[0], told)
                delivery = _addressed(conn, delivery, story, changed.get(left[0].id))
            claimed.append(delivery)
    return claimed


def _addressed(
    conn: Connection, delivery: Delivery, story: tuple[str, str], message: edits.Latest | None
) -> Delivery:
    """With the message that it changes, or that it follows."""
    if message is None or message.receipt is None:
        return replace(delivery, answers=edits.first_receipt(conn, story[1], story[0]))
    posted = Posted(message.delivery, message.receipt)
    return replace(delivery, edits=posted, hold=message.hold)


def _with_all(conn: Connection, message: edits.Latest, story: tuple[str, str]) -> Alert | FollowUp:
    """What a message told, with all who have reported the story since the message before it."""
    channel, thread = story
    alert = store_alerts.contents(conn, {message.alert_id})[message.alert_id]
    also = coverage.coverage(conn, thread, channel=channel, but=message.delivery)
    alert = replace(alert, also=also)
    return FollowUp(alert, message.follow_up) if message.follow_up else alert


def _claimed(
    parcel: Parcel,
    rows: Sequence[Row[Any]],
    contents: Mapping[int, Alert | FollowUp | Notice],
    now: datetime,
) -> Delivery:
    content: Alert | FollowUp | Notice | Summary = contents[rows[0].id]
    if parcel.summary is not None:
        content = Summary(
            parcel.summary,
            tuple(item for row in rows if not isinstance(item := contents[row.id], Notice)),
            parcel.hold,
            max(row.due for row in rows),
        )
    return Delivery(
        ids=tuple(row.id for row in rows),
        channel=rows[0].channel,
        content=content,
        attempts=max(row.attempts for row in rows),
        # Of a summary each is given up when its own time is over.
        since=max(now if row.next_attempt < now - OVERDUE else row.since for row in rows),
        claimed_until=now + LEASE,
        hold=hold_of(rows[0].hold, rows[0].hold_ref),
    )


def _story(row: Row[Any], told: Mapping[str, Alert]) -> tuple[str, str]:
    """The channel and the story's first alert, for a delivery that tells of one."""
    return row.channel, told[row.alert_id].thread or row.alert_id


def _one_a_story(
    parcels: Sequence[Parcel], rows: Mapping[int, Row[Any]], told: Mapping[str, Alert]
) -> list[Parcel]:
    first = []
    taken: set[tuple[str, str]] = set()
    for parcel in parcels:
        stories = {
            _story(row, told)
            for row in map(rows.__getitem__, parcel.ids)
            if row.alert_id is not None
        }
        if not stories & taken:
            first.append(parcel)
        taken |= stories
    return first


def renew(conn: Connection, claimed: Sequence[Delivery], until: datetime) -> list[Delivery]:
    """Extend claims until then; those that still are their claimant's.

    A claim that ran out may have been taken over by another sender.
    """
    ours = []
    for delivery in claimed:
        held = conn.execute(
            update(deliveries)
            .where(
                deliveries.c.id.in_(delivery.ids),
                deliveries.c.status == DeliveryStatus.SENDING,
                deliveries.c.claimed_until == delivery.claimed_until,
            )
            .values(claimed_until=until)
        )
        if held.rowcount:
            ours.append(replace(delivery, claimed_until=until))
    return ours


def release(conn: Connection, claimed: Sequence[Delivery], now: datetime) -> None:
    """Give back deliveries that were claimed and never tried, as on shutdown."""
    ours = renew(conn, claimed, now)
    conn.execute(
        update(deliveries)
        .where(deliveries.c.id.in_([each for delivery in ours for each in delivery.ids]))
        .values(
            status=DeliveryStatus.PENDING,
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
        .where(deliveries.c.status == DeliveryStatus.SENDING)
        .values(status=DeliveryStatus.FAILED, next_attempt=now, planned=now, claimed_until=None)
    )
    return found.rowcount

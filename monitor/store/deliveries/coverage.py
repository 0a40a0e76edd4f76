"""What follows an alert on each channel: who else has reported its story, and what is new in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, func, or_, select
from sqlalchemy.dialects.sqlite import insert

from monitor.model.alert import Coverage
from monitor.model.delivery import DeliveryStatus
from monitor.model.hold import Hold, HoldReason
from monitor.model.match import Match, Severity
from monitor.store import matches as store_matches
from monitor.store.articles import article_of
from monitor.store.columns import hold_values
from monitor.store.deliveries import edits
from monitor.store.tables import alerts, articles, deliveries, feeds, matches, reports

_WAITING = (DeliveryStatus.PENDING, DeliveryStatus.FAILED)
_MOST = 500
"""Reports that one message tells of at the most; a list of more helps nobody."""


@dataclass(frozen=True, slots=True)
class ChannelThread:
    """What one channel got, and is about to get, of a story."""

    waits: bool
    """A message is still to be sent, or sent again, and will tell of all that came by then."""
    waiting: Severity | None
    """How grave that message is if it is an alert, not one about who else has reported."""
    last: datetime | None
    """When the last message was sent; None while there was none."""
    later: int
    """Messages after the first, sent or not."""
    inhibited: bool
    """It is told of the story by a graver alert of another watchlist only."""
    told: bool
    """It got a message, or is to get one that no silence keeps back; the above is about these."""
    silenced: bool
    """A message waits for the end of a silence, and will tell of all that came by then."""
    silenced_waiting: Severity | None
    """How grave the gravest alert among those is."""
    editable: bool
    """The latest message can be changed."""
    changed: datetime | None
    """When that was sent, or last changed."""


_NOTHING = ChannelThread(
    waits=False,
    waiting=None,
    last=None,
    later=0,
    inhibited=False,
    told=False,
    silenced=False,
    silenced_waiting=None,
    editable=False,
    changed=None,
)


def channels(conn: Connection, thread: str) -> dict[str, ChannelThread]:
    """The channels that are told of a story, by name.

    Args:
        conn: an open connection.
        thread: the story's first alert for the watchlist.
    """
    found: dict[str, ChannelThread] = {}
    for row in conn.execute(
        select(
            *deliveries.c["channel", "status", "follow_up", "sent", "hold"],
            matches.c.severity,
        )
        .join(alerts, alerts.c.id == deliveries.c.alert_id)
        .join(matches, matches.c.id == alerts.c.match_id)
        # Who is told because nobody has acknowledged an alert is told nothing else.
        .where(alerts.c.thread == thread, _is_no_escalation())
        .order_by(deliveries.c.id)
    ):
        was = found.get(row.channel, _NOTHING)
        waits = row.status in _WAITING
        grave = row.severity if row.follow_up == 0 else None
        if waits and row.hold is HoldReason.SILENCE:
            gravest = _gravest(was.silenced_waiting, grave)
            found[row.channel] = replace(was, silenced=True, silenced_waiting=gravest)
            continue
        inhibited = row.hold is HoldReason.INHIBITED
        found[row.channel] = replace(
            was,
            waits=was.waits or waits,
            waiting=_gravest(was.waiting, grave) if waits else was.waiting,
            last=max(filter(None, (row.sent, was.last)), default=None),
            later=was.later + 1 if was.told else 0,
            inhibited=inhibited and (was.inhibited or not was.told),
            told=True,
        )
    for name, known in found.items():
        if known.last is not None:
            found[name] = replace(known, **_change(conn, thread, name))
    return found


def _gravest(one: Severity | None, other: Severity | None) -> Severity | None:
    return max(filter(None, (one, other)), key=lambda each: each.rank, default=None)


def _change(conn: Connection, thread: str, channel: str) -> dict[str, Any]:
    message = edits.latest(conn, thread, channel)
    if message is None:
        return {}
    return {"editable": message.receipt is not None, "changed": message.edited or message.sent}


def inhibitors(conn: Connection, story_id: int, watchlist: str, since: datetime) -> dict[str, str]:
    """The critical alerts of a story by other watchlists since then, by channel that is told."""
    return {
        row.channel: row.id
        for row in conn.execute(
            select(deliveries.c.channel, alerts.c.id)
            .join(alerts, alerts.c.id == deliveries.c.alert_id)
            .join(matches, matches.c.id == alerts.c.match_id)
            .where(
                alerts.c.story_id == story_id,
                alerts.c.created >= since,
                matches.c.watchlist != watchlist,
                matches.c.severity == Severity.CRITICAL,
                deliveries.c.follow_up == 0,
                # What the channel refused for good is told by nothing.
                deliveries.c.status.not_in([DeliveryStatus.DEAD, DeliveryStatus.REPLACED]),
                _is_no_escalation(),
                # What is silenced is not told yet, perhaps for days.
                or_(
                    deliveries.c.sent.is_not(None),
                    deliveries.c.hold.is_distinct_from(HoldReason.SILENCE),
                ),
            )
            .order_by(alerts.c.created.desc())
        )
    }


def _is_no_escalation() -> ColumnElement[bool]:
    return deliveries.c.hold.is_distinct_from(HoldReason.ACKNOWLEDGEMENT)


def add_follow_up(
    conn: Connection,
    thread: str,
    channel: str,
    due: datetime,
    now: datetime,
    *,
    hold: Hold | None = None,
) -> None:
    """Have a channel told who else has reported what the thread's first alert told."""
    number = conn.scalar(
        select(func.coalesce(func.max(deliveries.c.follow_up), 0) + 1).where(
            deliveries.c.alert_id == thread, deliveries.c.channel == channel
        )
    )
    conn.execute(
        insert(deliveries).values(
            alert_id=thread,
            channel=channel,
            follow_up=number,
            **hold_values(hold),
            due=due,
            since=due,
            next_attempt=due,
            planned=now,
            created=now,
        )
    )


def drop_follow_ups(conn: Connection, thread: str, channel: str) -> None:
    """Take back what a channel is about to be told by a message that comes before it."""
    conn.execute(
        delete(deliveries).where(
            deliveries.c.alert_id == thread,
            deliveries.c.channel == channel,
            deliveries.c.follow_up > 0,
            deliveries.c.status == DeliveryStatus.PENDING,
            deliveries.c.attempts == 0,
        )
    )


def latest(conn: Connection, thread: str) -> datetime | None:
    """When the last report of a story came, as it was entered."""
    found: datetime | None = conn.scalar(
        select(func.max(matches.c.joined)).where(matches.c.thread == thread)
    )
    return found


def coverage(
    conn: Connection, thread: str, *, channel: str | None = None, but: int | None = None
) -> tuple[Coverage, ...]:
    """Who has reported a story, in order of time.

    Args:
        conn: an open connection.
        thread: the story's first alert for the watchlist.
        channel: leave out what this channel has been told of, or is told by an alert of its own.
        but: a message of the channel's, as a delivery, whose reports are not left out.
    """
    return tuple(
        Coverage(
            article=article_of(row),
            why=row.why,
            mentions=store_matches.mentions_of(row),
            development=row.development,
        )
        for row in conn.execute(_reported(thread, channel, but))
    )


def untold(conn: Connection, thread: str, channel: str) -> list[tuple[int, Match]]:
    """What a channel is still to be told of a story by a follow-up, each after its article."""
    return [
        (row.id, store_matches.match_of(row)) for row in conn.execute(_reported(thread, channel))
    ]


def _reported(thread: str, channel: str | None, but: int | None = None) -> Select[Any]:
    query: Select[Any] = (
        select(*store_matches.COLUMNS)
        .select_from(matches)
        .join(articles, articles.c.id == matches.c.article_id)
        .outerjoin(reports, reports.c.article_id == articles.c.id)
        .join(feeds, feeds.c.id == articles.c.feed_id)
        .where(matches.c.thread == thread)
        .order_by(matches.c.joined, matches.c.id)
        .limit(_MOST)
    )
    if channel is not None:
        since = (
            select(func.max(deliveries.c.covered))
            .join(alerts, alerts.c.id == deliveries.c.alert_id)
            .where(
                alerts.c.thread == thread,
                deliveries.c.channel == channel,
                deliveries.c.status == DeliveryStatus.SENT,
                deliveries.c.id != (but or 0),
            )
            .scalar_subquery()
        )
        by_itself = (
            select(deliveries.c.id)
            .join(alerts, alerts.c.id == deliveries.c.alert_id)
            .where(
                alerts.c.match_id == matches.c.id,
                deliveries.c.channel == channel,
                deliveries.c.follow_up == 0,
            )
        )
        query = query.where(or_(since.is_(None), matches.c.joined > since), ~by_itself.exists())
    return query

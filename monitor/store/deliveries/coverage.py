"""What follows an alert on each channel: who else has reported its story, and what is new in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, or_, select, true

from monitor.model.alert import Coverage
from monitor.model.delivery import DeliveryStatus
from monitor.model.hold import Hold, HoldReason
from monitor.model.match import Match, Severity
from monitor.model.situation import Inhibitor
from monitor.store import matches as store_matches
from monitor.store.articles import article_of
from monitor.store.correlations import correlation_of
from monitor.store.deliveries import transitions
from monitor.store.dialects import flag_field, numbers
from monitor.store.tables import alerts, articles, deliveries, feeds, matches, reports

_first = alerts.alias()

_MOST = 500
"""Reports that one message tells of at the most; a list of more helps nobody."""


@dataclass(frozen=True, slots=True)
class Inhibitors:
    """The critical alerts of a story."""

    _found: Sequence[tuple[str, str, Inhibitor]]
    """The watchlist that each is for, a channel that is told, and what it is; the newest first."""

    def for_others_than(self, watchlist: str) -> dict[str, Inhibitor]:
        """The first of them by another watchlist, by channel that is told."""
        return {channel: each for by, channel, each in self._found if by != watchlist}


def inhibitors(conn: Connection, story_id: int, since: datetime) -> Inhibitors:
    """The critical alerts of a story since then."""
    return Inhibitors(
        [
            (
                row.watchlist,
                row.channel,
                Inhibitor(row.id, waits=row.status is DeliveryStatus.PENDING and row.attempts == 0),
            )
            for row in conn.execute(_CRITICAL, {"story": story_id, "since": since})
        ]
    )


def _is_no_escalation() -> ColumnElement[bool]:
    return deliveries.c.hold.is_distinct_from(HoldReason.ACKNOWLEDGEMENT)


# Built once: to build a statement takes longer than to run it.
_CRITICAL = (
    select(*deliveries.c["channel", "status", "attempts"], alerts.c.id, matches.c.watchlist)
    .join(alerts, alerts.c.id == deliveries.c.alert_id)
    .join(matches, matches.c.id == alerts.c.match_id)
    .where(
        alerts.c.story_id == bindparam("story"),
        alerts.c.created >= bindparam("since"),
        matches.c.severity == Severity.CRITICAL,
        deliveries.c.follow_up == 0,
        # What the channel refused for good is told by nothing.
        deliveries.c.status.not_in([DeliveryStatus.DEAD, DeliveryStatus.REPLACED]),
        _is_no_escalation(),
        # What is silenced is not told yet, perhaps for days.
        or_(deliveries.c.sent.is_not(None), deliveries.c.hold.is_distinct_from(HoldReason.SILENCE)),
    )
    .order_by(alerts.c.created.desc())
)


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
    transitions.add(conn, channel, due, now, alert_id=thread, follow_up=number or 1, hold=hold)


def follow_ups_after(conn: Connection, thread: str, channel: str, at: datetime) -> list[int]:
    """What a channel is about to be told of a story after a given time, if nothing holds it."""
    query = select(deliveries.c.id).where(
        deliveries.c.alert_id == thread,
        deliveries.c.channel == channel,
        deliveries.c.follow_up > 0,
        deliveries.c.status == DeliveryStatus.PENDING,
        deliveries.c.attempts == 0,
        deliveries.c.hold.is_(None),
        deliveries.c.next_attempt > at,
    )
    return list(conn.scalars(query))


def drop_follow_ups(conn: Connection, thread: str, channel: str) -> None:
    """Take back what a channel is about to be told by a message that comes before it."""
    untried = select(deliveries.c.id).where(
        deliveries.c.alert_id == thread,
        deliveries.c.channel == channel,
        deliveries.c.follow_up > 0,
        deliveries.c.status == DeliveryStatus.PENDING,
        deliveries.c.attempts == 0,
    )
    transitions.withdraw(conn, conn.scalars(untried))


def latest(conn: Connection, thread: str) -> datetime | None:
    """When the last report of a story came, as it was entered."""
    found: datetime | None = conn.scalar(
        select(func.max(matches.c.joined)).where(matches.c.thread == thread)
    )
    return found


def reports_of(
    conn: Connection, threads: Collection[str]
) -> dict[str, tuple[int, datetime | None]]:
    """How many reports each of some stories has for its watchlist, and when the last came."""
    query = (
        select(matches.c.thread, func.count(), func.max(matches.c.joined))
        .where(matches.c.thread.in_(threads))
        .group_by(matches.c.thread)
    )
    return {thread: (count, last) for thread, count, last in conn.execute(query)}


def coverage(
    conn: Connection,
    thread: str,
    *,
    channel: str | None = None,
    but: int | None = None,
    said: Collection[int] = (),
    until: datetime | None = None,
    merge: bool = False,
) -> tuple[Coverage, ...]:
    """Who has reported a story, in order of time.

    Args:
        conn: an open connection.
        thread: the story's first alert for the watchlist.
        channel: leave out what this channel has been told of, or is told by an alert of its own.
        but: a message of the channel's, as a delivery, whose reports are not left out.
        said: articles that it says have the story, whoever has told of them since.
        until: leave out what came later.
        merge: leave out, too, what the channel is told by an alert of another watchlist.
    """
    query = _reported(thread, channel, but, said, merge=merge)
    if until is not None:
        # What has become an alert since has joined the story anew.
        query = query.where((matches.c.joined <= until) | matches.c.article_id.in_([*said]))
    return tuple(
        Coverage(
            article=article_of(row),
            correlation=correlation_of(row.correlation),
            mentions=store_matches.mentions_of(row),
            development=row.development,
        )
        for row in _in_order(conn, query)
    )


def untold(conn: Connection, thread: str, channel: str) -> list[tuple[int, Match]]:
    """What a channel is still to be told of a story by a follow-up, each after its article."""
    return [
        (row.id, store_matches.match_of(row)) for row in _in_order(conn, _reported(thread, channel))
    ]


def _in_order(conn: Connection, query: Select[Any]) -> list[Any]:
    return sorted(conn.execute(query), key=lambda row: (row.joined, row.match_id))


def _reported(
    thread: str,
    channel: str | None,
    but: int | None = None,
    said: Collection[int] = (),
    *,
    merge: bool = False,
) -> Select[Any]:
    query: Select[Any] = (
        select(*store_matches.COLUMNS, matches.c.joined)
        .select_from(matches)
        .join(articles, articles.c.id == matches.c.article_id)
        .outerjoin(reports, reports.c.article_id == articles.c.id)
        .join(feeds, feeds.c.id == articles.c.feed_id)
        .where(matches.c.thread == thread)
        # What may be other news is never left out.
        .order_by(
            func.coalesce(flag_field(reports.c.correlation, "certain"), true()),
            matches.c.joined,
            matches.c.id,
        )
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
        untold = or_(since.is_(None), matches.c.joined > since) & ~by_itself.exists()
        if merge:
            untold &= matches.c.article_id.not_in(_told_for_another(thread, channel))
            untold &= matches.c.article_id.not_in(_covered_for_another(thread, channel, but))
        query = query.where(untold | matches.c.article_id.in_([*said]))
    return query


def _told_for_another(thread: str, channel: str) -> Select[Any]:
    """The articles that a channel is, or was, told by alerts of other watchlists."""
    other = matches.alias()
    return (
        select(other.c.article_id)
        .join(alerts, alerts.c.match_id == other.c.id)
        .join(deliveries, deliveries.c.alert_id == alerts.c.id)
        .where(
            alerts.c.story_id.in_(select(_first.c.story_id).where(_first.c.id == thread)),
            alerts.c.thread != thread,
            deliveries.c.channel == channel,
            deliveries.c.follow_up == 0,
            deliveries.c.status.not_in([DeliveryStatus.DEAD, DeliveryStatus.REPLACED]),
            # What was not tried yet may be told in days, or never: somebody may silence it.
            deliveries.c.sent.is_not(None) | (deliveries.c.attempts > 0),
        )
    )


def _covered_for_another(thread: str, channel: str, but: int | None) -> Select[Any]:
    """The articles that a channel has been told of, besides, by messages for other watchlists."""
    other, one = matches.alias(), deliveries.alias()
    named = numbers(deliveries.c.also)
    is_named = select(named.c.value).where(named.c.value == other.c.article_id).exists()
    query = (
        select(other.c.article_id)
        .join(alerts, alerts.c.thread == other.c.thread)
        .join(deliveries, deliveries.c.alert_id == alerts.c.id)
        .where(
            alerts.c.story_id.in_(select(_first.c.story_id).where(_first.c.id == thread)),
            alerts.c.thread != thread,
            deliveries.c.channel == channel,
            deliveries.c.status == DeliveryStatus.SENT,
            other.c.joined <= deliveries.c.covered,
            # What a silence has dropped counts as covered for the one whose it was, and was not
            # told to the other. A summary does not name what it says.
            deliveries.c.also.is_(None) | is_named,
        )
    )
    if but is None:
        return query
    # The message itself goes on saying what it has said for any of them.
    receipt = select(one.c.receipt).where(one.c.id == but).scalar_subquery()
    return query.where(deliveries.c.receipt.is_distinct_from(receipt))

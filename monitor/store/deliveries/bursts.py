"""What channels were told of each feed lately, and what is being gathered of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Integer, and_, case, cast, func, select

from monitor.model.burst import FeedKey, Gathering, Told
from monitor.model.delivery import DeliveryStatus
from monitor.model.hold import HoldReason
from monitor.model.match import Severity
from monitor.store.deliveries.messages import MESSAGE
from monitor.store.tables import alerts, articles, deliveries, entries, matches

_other = entries.alias()
_told, _found = alerts.alias(), matches.alias()


def listed_by(conn: Connection, first: Mapping[int, int]) -> dict[int, tuple[int, ...]]:
    """The feeds that list some articles, by the article, the first one first.

    Args:
        conn: an open connection.
        first: the articles, each with the feed that listed it first.
    """
    found = {article: {feed: None} for article, feed in first.items()}
    query = (
        select(entries.c.article_id, entries.c.feed_id)
        .distinct()
        .where(entries.c.article_id.in_(first))
        .order_by(entries.c.feed_id)
    )
    for article, feed in conn.execute(query) if first else ():
        found[article].setdefault(feed)
    return {article: tuple(feeds) for article, feeds in found.items()}


def is_listed_elsewhere() -> ColumnElement[bool]:
    """Whether a delivery waits for the end of a feed's burst, and another feed has its article.

    Then it does not have to: nobody is to keep another's report waiting by listing it, too.
    """
    elsewhere = (
        select(_other.c.id)
        .join(_found, _found.c.article_id == _other.c.article_id)
        .join(_told, _told.c.match_id == _found.c.id)
        .where(
            _told.c.id == deliveries.c.alert_id,
            _other.c.feed_id != cast(deliveries.c.hold_ref, Integer),
        )
    )
    # Nothing is looked up for what waits for nothing: a comparison with NULL would not spare that.
    burst = deliveries.c.hold.is_not_distinct_from(HoldReason.BURST)
    waits = burst, deliveries.c.attempts == 0
    return and_(*waits, elsewhere.exists())


_is_follow_up = deliveries.c.follow_up > 0


def told(conn: Connection, channel: str, since: datetime) -> dict[FeedKey, list[Told]]:
    """The messages that a channel got since then, by the feed of which they tell.

    A message counts once for each feed that lists an article of which it tells, as one of what
    was gathered only for the feed for whose burst it waited.
    """
    message = MESSAGE
    gathered: dict[tuple[FeedKey, object, datetime], bool] = {}
    # Who listed an article first may have ceased to list it.
    for feed, article in (
        (articles.c.feed_id, articles.c.id),
        (entries.c.feed_id, entries.c.article_id),
    ):
        is_gathered = and_(
            deliveries.c.hold == HoldReason.BURST,
            deliveries.c.summary.is_not(None),
            cast(deliveries.c.hold_ref, Integer) == feed,
        )
        query = (
            select(
                feed.label("feed_id"),
                _is_follow_up.label("follow_up"),
                message.label("message"),
                deliveries.c.sent,
                func.max(case((is_gathered, 1), else_=0)).label("gathered"),
            )
            .select_from(deliveries)
            .join(alerts, alerts.c.id == deliveries.c.alert_id)
            .join(matches, matches.c.id == alerts.c.match_id)
            .join(feed.table, article == matches.c.article_id)
            .where(deliveries.c.channel == channel, deliveries.c.sent > since)
            .group_by(feed, _is_follow_up, message, deliveries.c.sent)
        )
        for row in conn.execute(query):
            key = (row.feed_id, bool(row.follow_up)), row.message, row.sent
            gathered[key] = gathered.get(key, False) or bool(row.gathered)
    found: dict[FeedKey, list[Told]] = {}
    for (feed_key, _, sent), is_one in gathered.items():
        found.setdefault(feed_key, []).append(Told(sent, is_one))
    return found


def gathering(conn: Connection, channel: str) -> dict[FeedKey, Gathering]:
    """What waits on a channel for the end of a feed's burst, by the feed."""
    query = (
        select(
            deliveries.c.hold_ref,
            _is_follow_up.label("follow_up"),
            func.min(deliveries.c.created).label("first"),
            func.max(deliveries.c.created).label("latest"),
            func.min(deliveries.c.next_attempt).label("until"),
        )
        .where(
            deliveries.c.status == DeliveryStatus.PENDING,
            deliveries.c.channel == channel,
            deliveries.c.hold == HoldReason.BURST,
            deliveries.c.attempts == 0,
            deliveries.c.summary.is_(None),
        )
        .group_by(deliveries.c.hold_ref, _is_follow_up)
    )
    return {
        (int(row.hold_ref), bool(row.follow_up)): Gathering(row.first, row.latest, row.until)
        for row in conn.execute(query)
    }


@dataclass(frozen=True, slots=True)
class Escalation:
    """A delivery that is made only if nobody acknowledges."""

    delivery: int
    channel: str
    watchlist: str
    severity: Severity
    next_attempt: datetime


def escalations(conn: Connection, ids: Sequence[int]) -> list[Escalation]:
    """What waits for an acknowledgement of alerts that no channel has been told of yet.

    Args:
        conn: an open connection.
        ids: the alerts' deliveries that are held.
    """
    told_of, sent = deliveries.alias(), deliveries.alias()
    about = select(told_of.c.alert_id).where(told_of.c.id.in_(ids), told_of.c.follow_up == 0)
    is_told = select(sent.c.id).where(
        sent.c.alert_id == deliveries.c.alert_id, sent.c.status == DeliveryStatus.SENT
    )
    query = (
        select(*deliveries.c["id", "channel", "next_attempt"], *matches.c["watchlist", "severity"])
        .join(alerts, alerts.c.id == deliveries.c.alert_id)
        .join(matches, matches.c.id == alerts.c.match_id)
        .where(
            deliveries.c.alert_id.in_(about),
            deliveries.c.follow_up == 0,
            deliveries.c.status == DeliveryStatus.PENDING,
            deliveries.c.hold == HoldReason.ACKNOWLEDGEMENT,
            deliveries.c.attempts == 0,
            ~is_told.exists(),
        )
        .order_by(deliveries.c.id)
    )
    return [
        Escalation(row.id, row.channel, row.watchlist, row.severity, row.next_attempt)
        for row in conn.execute(query)
    ]

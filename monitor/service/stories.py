"""One story: its reports, what proves it, what happened with it, and earlier ones like it."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from monitor.errors import UsageError
from monitor.model.article import Article
from monitor.model.delivery import DeliveryStatus
from monitor.model.development import Development
from monitor.model.hold import Hold
from monitor.model.match import Match
from monitor.service import deliveries, regrouping
from monitor.service.database import Database
from monitor.service.deliveries import Delivery, Silences
from monitor.service.inbox import StoryRow, rows_of
from monitor.service.json_values import CorrelationInWords, DevelopmentInWords, HoldInWords, picked
from monitor.store import articles as store_articles
from monitor.store import inbox as store_inbox
from monitor.store import matches as store_matches
from monitor.store import reports as store_reports
from monitor.store.inbox import StoryAlert

#: Earlier stories that are shown.
LIKE_IT = 4


class EventKind(enum.StrEnum):
    """What happened to a story."""

    SEEN = "seen"
    READ = "read"
    TOLD = "told"
    FOLLOWED_UP = "followed-up"
    DEVELOPMENT = "development"
    WAITS = "waits"
    DEAD = "dead"
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a story."""

    kind: EventKind
    at: datetime
    who: str
    """The feed, the outlet, the channel or the person."""
    watchlist: str | None = None
    development: DevelopmentInWords = ()
    hold: HoldInWords = None
    error: str | None = None
    after: float | None = None
    """Seconds since the report that it tells of was published."""


@dataclass(frozen=True, slots=True)
class StoryReport:
    """One report of a story."""

    article_id: int
    at: datetime
    outlet: str
    title: str
    url: str | None
    language: str | None
    entities: tuple[str, ...]
    correlation: CorrelationInWords
    development: DevelopmentInWords
    score: float | None


@dataclass(frozen=True, slots=True)
class EarlierStory:
    """A story like it, that came before."""

    id: int
    at: datetime
    title: str
    entities: tuple[str, ...]
    """Those that both name."""


@dataclass(frozen=True, slots=True)
class ShownStory:
    """A story, and one of its reports in full."""

    story: StoryRow
    article: Article
    """The report that is read: its first, unless another was asked for."""
    matches: tuple[Match, ...]
    """What was found in it, the gravest first."""
    reports: tuple[StoryReport, ...]
    events: tuple[Event, ...]
    """In the order of time."""
    deliveries: tuple[Delivery, ...]
    earlier: tuple[EarlierStory, ...]
    alert_ids: tuple[str, ...]


def shown(db: Database, story_id: int, *, article_id: int | None = None) -> ShownStory:
    """One story.

    Args:
        db: the database.
        story_id: its number.
        article_id: the report that is to be read; by default the gravest, of those the first.

    Raises:
        UsageError: there is no such story, or the report is not of it.
    """
    story_id = regrouping.resolved(db, story_id)
    with db.read() as connection:
        listed = store_inbox.one(connection, story_id)
        if listed is None:
            raise UsageError(f"there is no story {story_id}")
        [row] = rows_of(connection, [listed])
        reports = store_reports.of_story(connection, story_id)
        chosen = article_id if article_id is not None else row.article_id
        if chosen != row.article_id and all(each.article_id != chosen for each in reports):
            raise UsageError(f"article {chosen} is no report of story {story_id}")
        article, found = _read(connection, chosen)
        alerts = store_inbox.alerted(connection, [story_id])[story_id]
        theirs = deliveries.of_alerts(
            connection, [each.id for each in alerts], Silences(connection), limit=1000
        )
        seen = store_reports.seen(connection, row.article_id)
        before = store_reports.before(connection, story_id, listed.found, row.watchlists)
    events = [Event(EventKind.SEEN, each.first_seen, each.feed) for each in seen[:3]]
    if article.fetched is not None and chosen == row.article_id:
        events.append(Event(EventKind.READ, article.fetched, article.outlet))
    for alert in alerts:
        events += _of_alert(alert, theirs[alert.id], row)
    return ShownStory(
        story=row,
        article=article,
        matches=tuple(sorted(found, key=lambda each: (not each.alert, -each.score))),
        reports=tuple(picked(StoryReport, each) for each in reports),
        events=_each_once(events),
        deliveries=tuple(each for found in theirs.values() for each in reversed(found)),
        earlier=_like(row, before),
        alert_ids=tuple(alert.id for alert in alerts),
    )


def _each_once(events: Sequence[Event]) -> tuple[Event, ...]:
    """In the order of time; what one message told for several watchlists happened once."""
    found: dict[tuple[EventKind, str, datetime, tuple[Development, ...]], Event] = {}
    for each in sorted(events, key=lambda event: event.at):
        minute = each.at.replace(second=0, microsecond=0)
        found.setdefault((each.kind, each.who, minute, each.development), each)
    return tuple(found.values())


def _read(connection: Connection, article_id: int) -> tuple[Article, list[Match]]:
    stored = store_matches.of_article(connection, article_id)
    if stored:
        return stored[0].article, [each.match for each in stored]
    found = store_articles.by_id(connection, article_id)
    if found is None:
        raise UsageError(f"there is no article {article_id}")
    return found.article, []


def _of_alert(alert: StoryAlert, theirs: Sequence[Delivery], row: StoryRow) -> list[Event]:
    events = [
        event for each in theirs if (event := _of_delivery(each, alert.watchlist, row)) is not None
    ]
    if alert.development:
        kind = EventKind.DEVELOPMENT
        events.append(Event(kind, alert.created, row.outlet, alert.watchlist, alert.development))
    if alert.acknowledged is not None:
        who = alert.acknowledged_by or ""
        events.append(Event(EventKind.ACKNOWLEDGED, alert.acknowledged, who, alert.watchlist))
    return events


def _of_delivery(delivery: Delivery, watchlist: str, row: StoryRow) -> Event | None:
    hold: Hold | None = delivery.waits_for
    if delivery.status is DeliveryStatus.SENT and delivery.sent is not None:
        kind = EventKind.FOLLOWED_UP if delivery.follow_up else EventKind.TOLD
        since = row.published or row.at
        after = (delivery.sent - since).total_seconds() if kind is EventKind.TOLD else None
        return Event(kind, delivery.sent, delivery.channel, watchlist, after=after)
    if delivery.status is DeliveryStatus.DEAD:
        return Event(EventKind.DEAD, delivery.created, delivery.channel, watchlist,
                     error=delivery.last_error)  # fmt: skip
    if delivery.status is DeliveryStatus.REPLACED:
        return None
    return Event(EventKind.WAITS, delivery.next_attempt or delivery.created, delivery.channel,
                 watchlist, hold=hold, error=delivery.last_error)  # fmt: skip


def _like(row: StoryRow, before: Sequence[store_reports.Like]) -> tuple[EarlierStory, ...]:
    named = frozenset(row.entities)
    found = [
        EarlierStory(each.story_id, each.at, each.title, tuple(sorted(named & each.entities)))
        for each in before
        if named & each.entities
    ]
    # Those that share most; of these the latest.
    found.sort(key=lambda each: len(each.entities), reverse=True)
    return tuple(found[:LIKE_IT])

"""Why was I (not) told? An article's whole way, from the feed that listed it to each delivery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field
from sqlalchemy import Connection

from monitor.alerts import routing
from monitor.articles.urls import canonical_url, is_url
from monitor.config.schema import Config, Watchlist
from monitor.errors import UsageError
from monitor.messages.fates import never_listed_words
from monitor.model.article import TextSource
from monitor.model.delivery import DeliveryStatus
from monitor.model.fate import Fate, FateKind, FirstTold
from monitor.model.feed import FeedState
from monitor.model.match import Match, Mention, Reason, Severity
from monitor.pipeline.configured import with_feeds
from monitor.pipeline.site_lines import page_lines, without_common_lines
from monitor.service.database import Database
from monitor.service.deliveries import Delivery, Silences, of_alerts
from monitor.service.fates import fate_of, first_told, held_back
from monitor.service.json_values import (
    DevelopmentInWords,
    FateInWords,
    HeldBackInWords,
    HoldInWords,
    PollReasonInWords,
    SilenceInWords,
    in_words,
    picked,
)
from monitor.store import alerts as store_alerts
from monitor.store import feeds as store_feeds
from monitor.store import listings
from monitor.store import matches as store_matches
from monitor.store.articles import StoredArticle
from monitor.store.matches import StoredMatch

if TYPE_CHECKING:
    from monitor.matching.matcher import Matcher

TellsFrom = Annotated[Severity, in_words(lambda least: f"it is told from severity {least} on")]


@dataclass(frozen=True, slots=True)
class TracedFeed:
    """A feed that lists an article, or is of its site."""

    name: str
    url: str
    last_polled: datetime | None
    last_ok: datetime | None
    failures: int
    error: str | None
    """Why it cannot be read, if it cannot."""
    next_poll: datetime | None
    next_reason: PollReasonInWords


@dataclass(frozen=True, slots=True)
class ListingFeed(TracedFeed):
    """A feed that lists an article, and since when."""

    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class TracedArticle:
    """An article, and how it was read."""

    id: int
    title: str
    url: str | None
    page_url: str | None
    outlet: str
    published: datetime | None
    fetched: datetime | None
    language: str | None
    text_source: TextSource
    text_note: str | None
    characters: int
    reads: int
    next_read: datetime | None
    backfill: bool


@dataclass(frozen=True, slots=True)
class TracedDelivery:
    """How a delivery of its alert, or of its story's, is getting on."""

    channel: str
    follow_up: int
    instead_of: str | None
    waits_for: HoldInWords
    silenced: SilenceInWords
    status: DeliveryStatus
    attempts: int
    created: datetime
    sent: datetime | None
    next_attempt: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was found when the article was read."""

    score: float
    severity: Severity
    alert: bool
    held: HeldBackInWords
    created: datetime
    alert_id: str | None


@dataclass(frozen=True, slots=True)
class FirstArticle:
    """The article that first told of a story."""

    outlet: str
    title: str
    url: str | None


@dataclass(frozen=True, slots=True)
class TracedStory:
    """The alert that told of the story before."""

    alert_id: str
    development: DevelopmentInWords
    """What the article adds to it."""
    first: tuple[FirstArticle, ...]
    """Empty once it was pruned."""
    deliveries: tuple[TracedDelivery, ...]
    told: Annotated[FirstTold, Field(exclude=True)]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A channel of the watchlist that the match is not severe enough for."""

    channel: str
    why: TellsFrom
    """The least severity it is told of."""


@dataclass(frozen=True, slots=True)
class TracedWatchlist:
    """What a watchlist finds in an article, and what became of that."""

    name: str
    alert_at: float
    score: float
    severity: Severity | None
    alert: bool
    mentions: tuple[Mention, ...]
    reasons: tuple[Reason, ...]
    recorded: Recorded | None
    deliveries: tuple[TracedDelivery, ...]
    story: TracedStory | None
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class NeverListed:
    """No subscribed feed has listed an address."""

    url: str
    canonical_url: str
    found: Literal[False]
    verdict: str
    feeds: tuple[TracedFeed, ...]
    """Those of its site."""


@dataclass(frozen=True, slots=True)
class Trace:
    """An article's whole way."""

    url: str
    canonical_url: str
    found: Literal[True]
    verdict: FateInWords
    """What became of it, all watchlists taken together."""
    feeds: tuple[ListingFeed, ...]
    article: TracedArticle
    watchlists: tuple[TracedWatchlist, ...]


def trace(
    db: Database, url: str, config: Config, matcher: Matcher | None = None
) -> Trace | NeverListed:
    """Everything known of the article at an address.

    Args:
        db: the database.
        url: the article's address, in any of its guises.
        config: the configuration in force.
        matcher: compiled from its watchlists, where there is one already.

    Raises:
        UsageError: it is no web address.
    """
    if not is_url(url):
        raise UsageError(f"{url!r} is not the address of an article")
    with db.read() as connection:
        return traced(connection, url, config, matcher)


def traced(
    connection: Connection, url: str, config: Config, matcher: Matcher | None = None
) -> Trace | NeverListed:
    """As `trace`, in a transaction.

    The names and scores are those of the watchlists as they are now; under `recorded` stands
    what was found when the article was read.

    Args:
        connection: an open connection.
        url: the article's address, in any of its guises.
        config: the configuration in force.
        matcher: compiled from its watchlists, where there is one already.
    """
    key = canonical_url(url)
    states = {state.id: state for state in store_feeds.everything(connection)}
    found = listings.at_address(connection, url.strip(), key)
    if not found:
        near = [state for state in states.values() if _host(state.url) == _host(key)]
        failing = sum(bool(state.failures or state.stopped) for state in near)
        return NeverListed(
            url,
            key,
            found=False,
            verdict=never_listed_words(len(near), failing),
            feeds=tuple(map(_feed, near)),
        )
    stored = found[0]
    listed = tuple(
        picked(ListingFeed, _feed(states[each.feed_id]), each)
        for each in listings.of_article(connection, stored.id)
        if each.feed_id in states
    )
    recorded = {
        each.match.watchlist: each for each in store_matches.of_article(connection, stored.id)
    }
    article = with_feeds(stored, {feed.url: feed for feed in config.feeds})
    page = page_lines(article)
    about = article if page is None else without_common_lines(connection, article, page)[0]
    matcher = matcher or _compiled(config)
    now_found = {match.watchlist: match for match in matcher.match(about)}
    silences = Silences(connection)
    ids = {name for each in recorded.values() for name in (each.alert_id, each.thread) if name}
    deliveries = {
        alert_id: tuple(reversed(theirs))
        for alert_id, theirs in of_alerts(connection, ids, silences).items()
    }
    watchlists = tuple(
        _watchlist(
            connection,
            each,
            now_found.get(each.name),
            recorded.get(each.name),
            deliveries,
            silences,
            config,
        )
        for each in config.watchlists
    )
    own = [
        delivery
        for each in watchlists
        if each.recorded and each.recorded.alert_id
        for delivery in deliveries[each.recorded.alert_id]
    ]
    # What was matched beside the headline: the text, or what stands in its place.
    characters = len(stored.article.body or stored.article.summary)
    return Trace(
        url,
        key,
        found=True,
        verdict=_verdict(stored, watchlists, own),
        feeds=listed,
        article=picked(TracedArticle, stored, stored.article, characters=characters),
        watchlists=watchlists,
    )


def _compiled(config: Config) -> Matcher:
    # Not needed for what no feed has listed, and dear.
    from monitor.matching.matcher import Matcher

    return Matcher(config.watchlists)


def _feed(state: FeedState) -> TracedFeed:
    error = state.last_error if state.failures or state.stopped else None
    return picked(TracedFeed, state, error=error)


def _watchlist(
    connection: Connection,
    watchlist: Watchlist,
    match: Match | None,
    recorded: StoredMatch | None,
    deliveries: Mapping[str, tuple[Delivery, ...]],
    silences: Silences,
    config: Config,
) -> TracedWatchlist:
    own = deliveries[recorded.alert_id] if recorded and recorded.alert_id else ()
    return TracedWatchlist(
        name=watchlist.name,
        alert_at=watchlist.alert_at,
        score=match.score if match else 0.0,
        severity=match.severity if match else None,
        alert=bool(match and match.alert),
        mentions=match.mentions if match else (),
        reasons=match.reasons if match else (),
        recorded=None
        if recorded is None
        else picked(Recorded, recorded, recorded.match, held=held_back(recorded, silences)),
        deliveries=tuple(map(_delivery, own)),
        story=_story(connection, recorded, deliveries),
        left_out=_left_out(recorded.match if recorded else match, watchlist, config),
    )


def _story(
    connection: Connection,
    recorded: StoredMatch | None,
    deliveries: Mapping[str, tuple[Delivery, ...]],
) -> TracedStory | None:
    """The alert that told of the story before, for a match that joined it."""
    if recorded is None or recorded.thread is None or recorded.thread == recorded.alert_id:
        return None
    theirs = deliveries[recorded.thread]
    alerts = store_alerts.by_id(connection, [recorded.thread])
    return TracedStory(
        alert_id=recorded.thread,
        development=recorded.development,
        first=tuple(picked(FirstArticle, each.article) for each in alerts),
        deliveries=tuple(map(_delivery, theirs)),
        told=first_told(recorded.thread, alerts[0] if alerts else None, theirs),
    )


def _delivery(state: Delivery) -> TracedDelivery:
    return picked(TracedDelivery, state, error=state.last_error)


def _left_out(match: Match | None, watchlist: Watchlist, config: Config) -> tuple[LeftOut, ...]:
    """The watchlist's channels that a match is not severe enough for."""
    if match is None or not match.alert:
        return ()
    worst = Match(watchlist.name, 100.0, Severity.CRITICAL, True, (), ())
    told = routing.channels_for(match, watchlist, config)
    least = {channel.name: channel.min_severity for channel in config.channels}
    return tuple(
        LeftOut(name, least[name])
        for name in routing.channels_for(worst, watchlist, config)
        if name not in told
    )


def _verdict(
    stored: StoredArticle, watchlists: Sequence[TracedWatchlist], deliveries: Sequence[Delivery]
) -> Fate:
    if deliveries:
        return fate_of(deliveries)
    if stored.next_read is not None and not stored.reads:
        return Fate(FateKind.UNREAD)
    if story := next((each.story for each in watchlists if each.story), None):
        return Fate(FateKind.STORY, story=story.told)
    return _why_not(watchlists)


def _why_not(watchlists: Sequence[TracedWatchlist]) -> Fate:
    recorded = [each.recorded for each in watchlists if each.recorded]
    if held := next((each.held for each in recorded if each.held), None):
        return Fate(FateKind.HELD, held=held)
    if any(each.alert for each in recorded):
        return Fate(FateKind.NO_CHANNEL)
    if any(each.alert for each in watchlists):
        return Fate(FateKind.CHANGED)
    if best := max((each.score for each in watchlists), default=0.0):
        return Fate(FateKind.BELOW, score=best)
    return Fate(FateKind.NOTHING)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")

"""What something would do before it is done: nothing here is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.alerts.silences import silenced_by
from monitor.config.schema import Config, Feed
from monitor.model.alert import Silence
from monitor.model.article import Article
from monitor.model.match import Match
from monitor.service.database import Database
from monitor.service.discovery import with_network
from monitor.service.feed_trials import try_feeds
from monitor.store import matches as store_matches
from monitor.store.deliveries import replanning

if TYPE_CHECKING:
    from monitor.matching.matcher import Matcher

#: How far back it is looked what a silence would have muted.
LOOKED_BACK = timedelta(days=7)
#: Matches that are looked at, and that are shown.
MOST, SHOWN = 2_000, 8


@dataclass(frozen=True, slots=True)
class Muted:
    """A report that a silence would have muted."""

    at: datetime
    watchlist: str
    score: float
    title: str
    entities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SilencePreview:
    """What a silence would do now, and would have done lately."""

    waiting: int
    """Messages that wait to be sent and that it would hold back."""
    muted: int
    """Of the matches of the last days that reached their threshold, those it would have muted."""
    looked_at: int
    examples: tuple[Muted, ...]
    """The gravest of them: what one would have missed."""


@dataclass(frozen=True, slots=True)
class FeedPreview:
    """What of a feed's entries would match, by what the feed itself says of them."""

    entries: int
    found: tuple[tuple[str, Match], ...]
    """Headlines, each with its gravest match."""
    error: str | None


def of_silence(db: Database, silence: Silence, config: Config) -> SilencePreview:
    """What a silence would mute, from when it was created on and in the days before.

    Args:
        db: the database.
        silence: in force from when it was created.
        config: for what it says of feeds.
    """
    now = silence.created
    feeds = {feed.url: feed for feed in config.feeds}
    with db.read() as connection:
        found = store_matches.search(
            connection, since=now - LOOKED_BACK, alerts_only=True, limit=MOST
        )
        waiting = sum(
            any(
                silenced_by(match, _known(stored.article, feeds), [silence], now) is not None
                for match, stored in each.tells_of
            )
            for each in replanning.waiting(connection)
        )
    muted = [
        each
        for each in found
        if silenced_by(each.match, _known(each.article, feeds), [silence], now) is not None
    ]
    gravest = sorted(muted, key=lambda each: -each.match.score)[:SHOWN]
    return SilencePreview(
        waiting,
        len(muted),
        len(found),
        tuple(
            Muted(
                each.created,
                each.match.watchlist,
                each.match.score,
                each.article.title,
                tuple(dict.fromkeys(mention.entity for mention in each.match.mentions)),
            )
            for each in gravest
        ),
    )


def _known(article: Article, feeds: dict[str, Feed]) -> Article:
    """The article with what the configuration says of its feed."""
    feed = feeds.get(article.feed or "")
    return article if feed is None else replace(
        article, feed_tags=feed.tags, feed_name=feed.label
    )  # fmt: skip


def of_feed(url: str, config: Config, matcher: Matcher, seconds: float) -> FeedPreview:
    """What a feed lists now, and what of it would match.

    Args:
        url: its address.
        config: how to fetch.
        matcher: of the watchlists in force.
        seconds: how long the feed may take to answer.
    """
    feed = Feed(url=url)
    try:
        [trial] = with_network(
            config.polling,
            lambda fetcher, workers: asyncio.wait_for(try_feeds([feed], fetcher, workers), seconds),
        )
    except TimeoutError:
        return FeedPreview(0, (), f"it does not answer within {seconds:g} seconds")
    if trial.parsed is None:
        return FeedPreview(0, (), None if trial.error is None else trial.error.what)
    found = []
    for entry in trial.parsed.entries:
        article = Article("", title=entry.title, summary=entry.summary, body=entry.content)
        best = gravest(matcher.match(article))
        if best is not None:
            found.append((entry.title, best))
    return FeedPreview(len(trial.parsed.entries), tuple(found[:SHOWN]), None)


def gravest(matches: Sequence[Match]) -> Match | None:
    """The match that scores highest."""
    return max(matches, key=lambda each: each.score, default=None)

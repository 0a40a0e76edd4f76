"""When a story breaks: which feeds may tell more of it soon, and are asked more often. Pure.

Confirmations, denials and what else becomes known stand in other outlets within the hour. A feed
that publishes twice a day would be asked for them once in that hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.config.schema import Feed, Polling
from monitor.model.article import Article
from monitor.model.feed import FeedState, PollReason, PollReasonKind, host_of

MOST = 200
"""So many feeds are asked more often for one story: the closest to it."""
_SPREAD = timedelta(minutes=1)
# How much tells that a feed will have it, too.
_SHARED_TAG, _SAME_LANGUAGE, _SAME_OUTLET = 2, 1, 3
# What decided the next poll of a feed that is asked by our own choice. The others wait because
# their publishers or servers asked for it, or because they failed.
_OURS = {PollReasonKind.INTERVAL, PollReasonKind.RHYTHM, PollReasonKind.HOURS}
# Another story broke just before: nothing would change much.
_AS_GOOD_AS = 0.9


@dataclass(frozen=True, slots=True)
class Closely:
    """A feed to be asked as often as allowed for a while."""

    feed_id: int
    until: datetime
    at: datetime
    """When to ask it next, unless it was to be asked before."""
    reason: PollReason | None
    """Why then; None when its next poll is not ours to move."""


def fresh_from(polling: Polling, now: datetime) -> datetime:
    """A feed that is asked more often until then, or for longer, need not be looked at."""
    return now + polling.breaking_for * _AS_GOOD_AS


def watched_closely(
    states: Iterable[FeedState],
    settings: Mapping[str, Feed],
    told: Article,
    polling: Polling,
    now: datetime,
) -> list[Closely]:
    """The feeds that may tell more of what an article told first.

    They share tags, the language or the outlet's domain with it. A feed whose interval the user
    set is left alone, and what publishers and servers ask for is kept.

    Args:
        states: all feeds.
        settings: those of the configuration, by address.
        told: the article.
        polling: the configured limits.
        now: the time.
    """
    lasts = polling.breaking_for
    fresh = fresh_from(polling, now)
    close: list[tuple[int, FeedState]] = []
    for state in states if lasts > timedelta(0) else ():
        feed = settings.get(state.url)
        if feed is None or feed.interval is not None or state.stopped or state.failures:
            continue
        if state.breaking_until is not None and state.breaking_until >= fresh:
            continue
        if points := _closeness(state, feed, told):
            close.append((points, state))
    close.sort(key=lambda each: -each[0])
    chosen = [state for _, state in close[:MOST]]
    step = _SPREAD / max(len(chosen), 1)
    return [_closely(each, number * step, polling, now) for number, each in enumerate(chosen)]


def _closely(state: FeedState, spread: timedelta, polling: Polling, now: datetime) -> Closely:
    until = now + polling.breaking_for
    at = max(now, (state.last_polled or now) + polling.min_interval) + spread
    planned, why = state.next_poll, state.next_reason
    movable = why.kind in _OURS and why.not_before is None and planned is not None and at < planned
    every = polling.min_interval
    reason = PollReason(PollReasonKind.BREAKING, every=every, until=until) if movable else None
    return Closely(state.id, until, at, reason)


def _closeness(state: FeedState, feed: Feed, told: Article) -> int:
    shared = len(set(feed.tags) & set(told.feed_tags))
    points = _SHARED_TAG * shared
    if state.language and told.language and _base(state.language) == _base(told.language):
        points += _SAME_LANGUAGE
    if told.feed and _outlet(state.url) == _outlet(told.feed):
        points += _SAME_OUTLET
    return points


def _base(language: str) -> str:
    return language.partition("-")[0].lower()


def _outlet(url: str) -> str:
    """The part of a host's name that is an outlet's own: bbc.co.uk of feeds.bbci.bbc.co.uk."""
    labels = host_of(url).partition(":")[0].split(".")
    # "co.uk", "com.au": a short label before a country's, which nobody can have.
    two = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3 if two else -2 :])

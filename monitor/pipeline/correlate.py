"""Which story an article belongs to, and who is told of it.

Find the story, read what is known of it, plan, apply: all of it in the transaction that stores the
article's matches.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.alerts.plan import plan
from monitor.config.schema import Config
from monitor.model.alert import Alert
from monitor.model.hold import Held, HeldReason
from monitor.model.match import Match
from monitor.model.situation import RecordedMatch, Situation
from monitor.store import matches as store_matches
from monitor.store import stories as store_stories
from monitor.store.articles import StoredArticle
from monitor.store.deliveries import situation as store_situation
from monitor.store.matches import StoredMatch
from monitor.store.stories import StoredReport
from monitor.stories.correlate import TRANSLATION_WINDOW, WINDOW, Joined, Known, Report, find_story
from monitor.stories.fingerprint import SHARED_KEYS, unpack

#: A report may say that it was published some time before it was read.
_MARGIN = timedelta(days=1)
#: Old news already when its feed was first polled.
BACKFILL = Held(HeldReason.BACKFILL)


@dataclass(frozen=True, slots=True)
class Place:
    """An article's place in a story."""

    story: int
    why: str | None
    """Why it belongs to it; None if it began it."""


def place(connection: Connection, article_id: int, report: Report, *, alone: bool = False) -> Place:
    """Find the story that an article belongs to, or begin one, and enter it there.

    Args:
        connection: an open write transaction.
        article_id: the article.
        report: what is kept of it.
        alone: let it be a story of its own, whatever it is like.
    """
    before = store_stories.story_of(connection, article_id)
    joined = None if alone or before is not None else find(connection, article_id, report)
    why = None if joined is None else joined.why
    story = store_stories.record(
        connection,
        article_id,
        story_id=before if joined is None else joined.story,
        why=why,
        at=report.at,
        outlet=report.outlet,
        language=report.language,
        entities=report.entities,
        fingerprint=report.packed,
        keys=(*report.keys, *report.keys_abroad),
        again=before is not None,
    )
    return Place(story, why)


def find(connection: Connection, article_id: int, report: Report) -> Joined | None:
    """The story that an article belongs to, among those in the database; None if to none.

    Args:
        connection: an open connection.
        article_id: the article, which is not like itself.
        report: what is kept of it.
    """
    found = store_stories.alike(connection, report.keys, article_id, shared=SHARED_KEYS)
    joined = find_story(report, _known(found))
    if joined is None and (ranges := report.ranges_abroad):
        found = store_stories.alike_abroad(
            connection,
            ranges,
            article_id,
            since=report.at - TRANSLATION_WINDOW,
            until=report.at + TRANSLATION_WINDOW,
        )
        joined = find_story(report, _known(found, whole=False))
    return joined


def _known(found: Iterable[StoredReport], *, whole: bool = True) -> list[Known]:
    """The reports as they can be compared; those that another version packed cannot."""
    return [
        Known(
            each.story_id,
            each.began,
            Report(each.outlet, each.at, each.entities, fingerprint, each.language),
        )
        for each in found
        if (fingerprint := unpack(each.fingerprint, whole=whole)) is not None
    ]


def close_stories(connection: Connection, now: datetime, limit: int = 1000) -> int:
    """Give up what is kept to recognise reports of stories that take no more; how much."""
    return store_stories.close(connection, now - WINDOW - _MARGIN, limit)


def tell(
    connection: Connection,
    config: Config,
    situation: Situation,
    found: Sequence[tuple[Match, RecordedMatch]],
    gone: Sequence[StoredMatch],
    now: datetime,
) -> dict[str, Alert]:
    """Put into the outbox what people are to be told of one article's matches.

    Args:
        connection: the write transaction that stores the matches.
        config: the configuration in force.
        situation: the article, as it is and as it was before this reading, and its story.
        found: what reached its threshold, and what became of it.
        gone: what an earlier reading found and this one does not.
        now: the time.

    Returns:
        What is told, by watchlist.
    """
    if not found and not gone:
        return {}
    since = now - config.alerts.inhibit_for
    known = store_situation.read(connection, situation, found, gone, inhibited_since=since, now=now)
    told = store_situation.apply(connection, plan(known, config, now), known.story, now)
    return {alert.match.watchlist: alert for alert in told}


def held_as_backfill(
    connection: Connection, stored: StoredArticle, found: Sequence[Match]
) -> dict[str, Held]:
    """Why nobody is told of matches of an article that was old when it was first listed.

    Once a feed has changed its words, only what was held before is still held: a name that
    came since is news.
    """
    if not stored.edited:
        return {match.watchlist: BACKFILL for match in found}
    before = {
        each.match.watchlist: _named(each.match)
        for each in store_matches.of_article(connection, stored.id)
        if each.held == BACKFILL
    }
    return {
        match.watchlist: BACKFILL
        for match in found
        if match.watchlist in before and _named(match) <= before[match.watchlist]
    }


def _named(match: Match) -> frozenset[str]:
    return frozenset(mention.entity for mention in match.mentions)

"""Which story an article belongs to, and who is told of it.

Find the story, read what is known of it, plan, apply: all of it in the transaction that stores the
article's matches.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from monitor.alerts.plan import plan
from monitor.config.schema import Config
from monitor.model.alert import Alert
from monitor.model.hold import Held, HeldReason
from monitor.model.match import Match
from monitor.model.situation import RecordedMatch, Situation
from monitor.store import matches as store_matches
from monitor.store.articles import StoredArticle
from monitor.store.deliveries import situation as store_situation
from monitor.store.matches import StoredMatch

#: Old news already when its feed was first polled.
BACKFILL = Held(HeldReason.BACKFILL)


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

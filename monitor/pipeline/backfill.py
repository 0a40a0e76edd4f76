"""What is no news: what was old when its feed was first polled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from monitor.feeds.reconcile import news_since, older
from monitor.model.article import Article
from monitor.model.hold import Held, HeldReason
from monitor.model.match import Match
from monitor.pipeline.runtime import Runtime
from monitor.store import matches as store_matches
from monitor.store.articles import StoredArticle

#: Old news already when its feed was first polled.
BACKFILL = Held(HeldReason.BACKFILL)


def is_old_news(stored: StoredArticle, article: Article, runtime: Runtime, now: datetime) -> bool:
    """Whether nobody is told of an article, which its feed held when it was first polled.

    Args:
        stored: the article as it is stored.
        article: the same, with the time of publication that its page may have given it.
        runtime: the configuration in force.
        now: the time.
    """
    since = news_since(stored.feed_added, runtime.config.polling, article.fetched or now)
    return stored.backfill and older(article.published, since)


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

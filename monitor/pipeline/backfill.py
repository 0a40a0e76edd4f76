"""What is no news: what was old when a feed was first read, or comes all at once after a move."""

from __future__ import annotations

from datetime import datetime

from monitor.model.article import Article
from monitor.model.feed import Entry, FeedState
from monitor.pipeline.runtime import Runtime
from monitor.store.articles import StoredArticle

#: So many entries at once that were not known are no day's news of one feed.
STORM = 500


def news_since(added: datetime | None, runtime: Runtime, now: datetime) -> datetime:
    """From when on what a feed lists when it is first read is news.

    Counted from when it was added, not from now: a feed that could not be had for days still
    owes the news of those days.
    """
    return min(added or now, now) - runtime.config.polling.backfill


def older(published: datetime | None, since: datetime) -> bool:
    """Whether an entry is no news; without a date nothing says that it is."""
    return published is None or published < since


def is_old_news(stored: StoredArticle, article: Article, runtime: Runtime, now: datetime) -> bool:
    """Whether nobody is told of an article, which its feed held when it was first polled.

    Args:
        stored: the article as it is stored.
        article: the same, with the time of publication that its page may have given it.
        runtime: the configuration in force.
        now: the time.
    """
    since = news_since(stored.feed_added, runtime, article.fetched or now)
    return stored.backfill and older(article.published, since)


def is_storm(feed: FeedState, unknown: int, entry: Entry | None = None) -> bool:
    """Whether a feed that has been read before suddenly lists very much that it did not.

    It was moved to another system, gives its entries other ids, or dumps its archive. What of it
    has a date and is older than our acquaintance with the feed is no news, then.

    Args:
        feed: as it was before the poll.
        unknown: how many of its entries are not known.
        entry: one of them; one without a date may be news all the same.
    """
    storm = feed.last_ok is not None and unknown >= STORM
    return storm and (entry is None or entry.published is not None)

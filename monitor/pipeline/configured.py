"""What the configuration says of an article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from monitor.config.schema import Feed
from monitor.model.article import Article
from monitor.store.articles import StoredArticle


def with_feeds(stored: StoredArticle, feeds: Mapping[str, Feed]) -> Article:
    """The article with what the configuration says of the feeds that list it.

    A watchlist may look at some feeds only, by tag or name: it must see the article when any
    feed that lists it is one of them.
    """
    listing = [feeds[url] for url in stored.feed_urls if url in feeds]
    labels = [label for feed in listing for label in (*feed.tags, feed.label)]
    return replace(
        stored.article,
        feed_tags=tuple(dict.fromkeys(labels)),
        feed_weight=max((feed.weight for feed in listing), default=1.0),
    )

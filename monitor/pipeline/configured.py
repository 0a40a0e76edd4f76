"""What the configuration says of an article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from monitor.config.schema import Feed
from monitor.feeds.headline import headline_of
from monitor.model.article import Article
from monitor.model.feed import Entry, FeedState
from monitor.store.articles import StoredArticle


def with_feeds(stored: StoredArticle, feeds: Mapping[str, Feed]) -> Article:
    """The article with what the configuration says of the feeds that list it.

    A watchlist may look at some feeds only, by tag or name: it must see the article when any
    feed that lists it is one of them.
    """
    return _listed_by(stored.article, [feeds[url] for url in stored.feed_urls if url in feeds])


def as_listed(entry: Entry, feed: FeedState, feeds: Mapping[str, Feed]) -> Article:
    """The article that an entry will be, as far as its feed tells of it."""
    article = Article(
        "",
        entry.title or headline_of(entry.summary or entry.content),
        entry.summary,
        entry.content,
        url=entry.link,
        outlet=feed.name,
        authors=entry.authors,
        published=entry.published,
        language=entry.language,
        feed=feed.url,
        feed_name=feed.name,
    )
    return _listed_by(article, [feeds[feed.url]] if feed.url in feeds else [])


def _listed_by(article: Article, listing: Sequence[Feed]) -> Article:
    labels = [label for feed in listing for label in (*feed.tags, feed.label)]
    return replace(
        article,
        feed_tags=tuple(dict.fromkeys(labels)),
        feed_weight=max((feed.weight for feed in listing), default=1.0),
    )

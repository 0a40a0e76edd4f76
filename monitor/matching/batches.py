"""Articles in batches that are worth setting arrays up for, and hold nobody up for long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.model.article import Article

_AT_ONCE = 50
_MUCH = 250_000
"""Articles, and characters of them, that are matched together at most."""


def batches(articles: Iterable[Article]) -> Iterator[list[Article]]:
    """Articles in batches, in their order."""
    some: list[Article] = []
    size = 0
    for article in articles:
        some.append(article)
        size += len(article.title) + len(article.summary) + len(article.body)
        if len(some) >= _AT_ONCE or size >= _MUCH:
            yield some
            some, size = [], 0
    if some:
        yield some

"""What an article is about, apart from what its site puts on page after page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import Connection

from monitor.articles.site_lines import Line, Memory, Seen, furniture, lines, to_remember, without
from monitor.model.article import Article, TextSource
from monitor.store import site_lines

#: A line that no page has had for so long is on the site's pages no more.
_KEEP = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class PageLines:
    """The lines of an article's page, and whose page it is."""

    host: str
    found: tuple[Line, ...]

    @property
    def digests(self) -> frozenset[int]:
        """Of all its lines."""
        return frozenset(line.digest for line in self.found)


def page_lines(article: Article) -> PageLines | None:
    """The lines of an article whose text is its page's; None for one that a feed gave."""
    if article.text_source is not TextSource.PAGE or not article.url:
        return None
    host = urlsplit(article.url).hostname
    return PageLines(host, lines(article.body)) if host else None


Spans = tuple[tuple[int, int], ...]
"""Offsets of the body at which each begins and ends."""


def without_common_lines(
    connection: Connection, article: Article, page: PageLines
) -> tuple[Article, Spans]:
    """The article with blanks for what the site's pages have in common, and where those are.

    It is what is matched. Offsets stay what they are in the article itself.
    """
    known, articles = _memory(connection, page)
    common = furniture(page.found, known, articles)
    return replace(article, body=without(article.body, common)), common


def remember_lines(connection: Connection, page: PageLines, now: datetime) -> None:
    """Enter a page that was read for the first time; in a write transaction."""
    known, articles = _memory(connection, page)
    digests, is_different = to_remember(page.found, known)
    site_lines.remember(
        connection,
        page.host,
        digests,
        since=articles if is_different else max(0, articles - 1),
        is_different=is_different,
        now=now,
    )


def forget_lines(connection: Connection, now: datetime, limit: int = 1000) -> bool:
    """Forget some lines that no page has had for long; whether there may be more."""
    return site_lines.forget(connection, now, _KEEP, limit)


def _memory(connection: Connection, page: PageLines) -> tuple[Memory, int]:
    found = site_lines.memory(connection, page.host, page.digests)
    return {digest: Seen(*seen) for digest, seen in found.lines.items()}, found.articles

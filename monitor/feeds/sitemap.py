"""News sitemaps: lists of a site's latest articles, made for search engines.

https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap and
https://www.sitemaps.org/protocol.html. Many large sites that have given up their feeds still
have one. It names address, title and time of each article of the last two days; a plain sitemap
names all pages a site ever had, and says nothing of what is new.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from lxml import etree

from monitor.errors import ParseError
from monitor.feeds.dates import parse_date
from monitor.feeds.entries import (
    MAX_ENTRIES,
    identified,
    language_tag,
    too_many,
    web_link,
)
from monitor.model.feed import Entry, ParsedFeed
from monitor.wording import one_line

ROOTS = {"urlset", "sitemapindex"}
"""Names of the first element of a sitemap, and of a list of sitemaps."""

_LISTED_IN_HINT = 3
_OLDEST = datetime.min.replace(tzinfo=UTC)


def parse_sitemap(body: bytes, *, url: str) -> ParsedFeed:
    """Read a news sitemap.

    Args:
        body: the document.
        url: where it came from, to resolve relative links.

    Raises:
        ParseError: it is a list of sitemaps, a sitemap without news, or cannot be read.
    """
    root = _tree(body, url)
    if _local(root) == "sitemapindex":
        several = news_sitemaps(body, url=url)
        hint = f"Use one of those it lists, such as {' or '.join(several[:_LISTED_IN_HINT])}."
        raise ParseError(
            "this is a list of sitemaps, not one itself", where=url, hint=hint if several else None
        )
    items = [each for each in _children(root, "url") if _child(each, "news") is not None]
    if not items and len(root):
        raise ParseError(
            "this sitemap lists pages, not news", where=url,
            hint="A site's news sitemap is mostly named in its robots.txt.",
        )  # fmt: skip
    # Not in any order that could be relied upon.
    entries = sorted((_entry(each, url) for each in items), key=_when, reverse=True)
    kept, problems = identified(entries[:MAX_ENTRIES])
    if len(entries) > MAX_ENTRIES:
        problems.insert(0, too_many(len(entries)))
    names = [name for each in items if (name := _text(each, "news", "publication", "name"))]
    return ParsedFeed(
        title=names[0] if names else "",
        link=None,
        language=kept[0].language if kept else None,
        entries=kept,
        problems=tuple(problems),
    )


def news_sitemaps(body: bytes, *, url: str) -> tuple[str, ...]:
    """The sitemaps that a list of them names: those that seem to be of news, if any does.

    Empty when it is no such list.
    """
    try:
        root = _tree(body, url)
    except ParseError:
        return ()
    if _local(root) != "sitemapindex":
        return ()
    found = [
        link
        for each in _children(root, "sitemap")
        # Compressed files are not read as feeds.
        if (link := web_link(_text(each, "loc"), url)) and not link.endswith(".gz")
    ]
    of_news = [link for link in found if "news" in urlsplit(link).path.lower()]
    return tuple(dict.fromkeys(of_news or found))


def _tree(body: bytes, url: str) -> etree._Element:
    # Entities stay unread and nothing is fetched; libxml2's own limits on depth and size stand.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, remove_comments=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ParseError("the sitemap cannot be read", where=url) from error
    if root is None or _local(root) not in ROOTS:
        raise ParseError("this is XML but not a sitemap", where=url)
    return root


def _entry(item: etree._Element, url: str) -> Entry:
    return Entry(
        identity="",
        link=web_link(_text(item, "loc"), url),
        title=_text(item, "news", "title"),
        published=parse_date(_text(item, "news", "publication_date")),
        updated=parse_date(_text(item, "lastmod")),
        language=language_tag(_text(item, "news", "publication", "language")),
    )


def _when(entry: Entry) -> datetime:
    return entry.published or entry.updated or _OLDEST


def _local(element: etree._Element) -> str:
    # Comments and entities have functions for tags.
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (each for each in element if _local(each) == name)


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next(_children(element, name), None)


def _text(element: etree._Element, *way: str) -> str:
    """The text at the end of a way through elements; empty when it leads nowhere."""
    for name in way:
        found = _child(element, name)
        if found is None:
            return ""
        element = found
    return one_line("".join(str(part) for part in element.itertext()))

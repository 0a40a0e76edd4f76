"""Feeds in formats that `tree` does not know, such as CDF, as feedparser reads them.

feedparser knows every format there ever was, and reads what is no XML at all. It is asked only
where nothing else finds a feed: it takes a millisecond an item, and an element of an item's
subtree for the item's own (docs/decisions/0006-feeds-are-read-from-a-tree.md).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

from monitor.feeds.dates import parse_date
from monitor.feeds.entries import MAX_ENTRIES, identified, language_tag, web_link
from monitor.feeds.markup import from_either
from monitor.model.feed import Entry, ParsedFeed
from monitor.wording import one_line

#: Characters of a document. feedparser takes 0.4 s of CPU for a million.
LONGEST = 1_000_000
_CDF = re.compile(r"<CHANNEL\s[^>]*\bHREF\s*=", re.IGNORECASE)


def is_cdf(text: str) -> bool:
    """Whether a document is in the Channel Definition Format (1997), an RSS channel but by name."""
    return _CDF.search(text[:4096]) is not None


def read_by_feedparser(text: str, url: str) -> ParsedFeed | None:
    """What feedparser makes of a document; None if it finds no entry in it, or it is too long.

    Args:
        text: the document, decoded.
        url: where it came from, to resolve relative links.
    """
    if len(text) > LONGEST:
        return None
    import feedparser

    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    body = io.BytesIO(text.encode("utf-8", "replace"))
    document = feedparser.parse(body, response_headers=headers, sanitize_html=False)
    if not document.entries:
        return None
    about = document.feed
    language = language_tag(about.get("language"))
    entries = [_entry(each, url) for each in document.entries[:MAX_ENTRIES]]
    kept, problems = identified(entries)
    return ParsedFeed(
        title=one_line(from_either(about.get("title", ""))),
        link=web_link(about.get("link"), url),
        language=language,
        entries=kept,
        problems=tuple(problems),
    )


def _entry(item: Mapping[str, Any], url: str) -> Entry:
    summary = from_either(item.get("summary", ""))
    content = "\n\n".join(_values(item.get("content", ())))
    return Entry(
        identity="",
        guid=one_line(str(item.get("id", ""))) or None,
        link=web_link(item.get("link"), url),
        title=one_line(from_either(item.get("title", ""))),
        summary=summary,
        content=content,
        authors=tuple(filter(None, (one_line(str(item.get("author", ""))),))),
        published=parse_date(str(item.get("published", "") or item.get("updated", ""))),
        updated=parse_date(str(item.get("updated", ""))),
    )


def _values(contents: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    return (said for each in contents if (said := from_either(each.get("value", ""))))

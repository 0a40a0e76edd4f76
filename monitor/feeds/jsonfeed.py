"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from monitor.errors import ParseError
from monitor.feeds.entries import (
    MAX_ENTRIES,
    identified,
    language_tag,
    plausible,
    too_many,
    web_link,
)
from monitor.feeds.text import clean, from_html
from monitor.feeds.websub import announced_in_links
from monitor.model.feed import Announcement, Entry, ParsedFeed
from monitor.wording import one_line

_VERSIONS = ("https://jsonfeed.org/version/", "http://jsonfeed.org/version/")


def parse_json_feed(body: bytes, *, url: str) -> ParsedFeed:
    """Read a JSON Feed.

    Args:
        body: the document.
        url: where it came from, to resolve relative links.

    Raises:
        ParseError: it is not a JSON Feed.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ParseError("this looks like JSON but cannot be read as such", where=url) from error
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list) or not _text(document, "version").startswith(_VERSIONS):
        raise ParseError("this is JSON but not a JSON Feed", where=url)
    language = language_tag(_text(document, "language"))
    entries = [
        _entry(each, url, language) for each in items[:MAX_ENTRIES] if isinstance(each, dict)
    ]
    kept, problems = identified(entries)
    if len(items) > MAX_ENTRIES:
        problems.insert(0, too_many(len(items)))
    return ParsedFeed(
        title=one_line(_text(document, "title")),
        link=web_link(_text(document, "home_page_url"), url),
        language=language,
        entries=kept,
        problems=tuple(problems),
        announced=_announced(document, url),
    )


def _announced(document: Mapping[str, Any], url: str) -> Announcement:
    hubs = document.get("hubs")
    links = [
        ("hub", _text(each, "url"))
        for each in (hubs if isinstance(hubs, list) else [])
        if isinstance(each, dict) and _text(each, "type").casefold() == "websub"
    ]
    return announced_in_links([*links, ("self", _text(document, "feed_url"))], url)


def _entry(item: Mapping[str, Any], url: str, language: str | None) -> Entry:
    authors = item.get("authors") or [item.get("author")]
    names = [
        one_line(_text(each, "name"))
        for each in (authors if isinstance(authors, list) else [])
        if isinstance(each, dict)
    ]
    return Entry(
        identity="",
        guid=one_line(_text(item, "id")) or None,
        link=web_link(_text(item, "url") or _text(item, "external_url"), url),
        title=one_line(_text(item, "title")),
        summary=clean(_text(item, "summary")),
        content=from_html(_text(item, "content_html")) or clean(_text(item, "content_text")),
        authors=tuple(dict.fromkeys(name for name in names if name)),
        published=_moment(_text(item, "date_published")),
        updated=_moment(_text(item, "date_modified")),
        language=language_tag(_text(item, "language")) or language,
    )


def _text(mapping: Mapping[str, Any], key: str) -> str:
    # Feeds in the wild have numbers for ids.
    value = mapping.get(key)
    return str(value) if isinstance(value, str | int | float) else ""


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return plausible(moment if moment.tzinfo else moment.replace(tzinfo=UTC))

"""Feeds of a few items."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.feeds.parse import parse
from monitor.model.feed import Entry, ParsedFeed

URL = "https://paper.test/feeds/all.xml"


DAY = datetime(2026, 11, 29, 8, tzinfo=UTC)


NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
)


def rss(*items: str, head: str = "") -> ParsedFeed:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return parse(
        f'<rss version="2.0" {NAMESPACES}><channel>{head}{inner}</channel></rss>'.encode(), url=URL
    )


def atom(*entries: str, attributes: str = "") -> ParsedFeed:
    inner = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return parse(
        f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>{inner}</feed>'.encode(), url=URL
    )


def only(feed: ParsedFeed) -> Entry:
    assert len(feed.entries) == 1
    return feed.entries[0]

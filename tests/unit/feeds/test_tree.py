"""A document with more tags than can be read in time is read in part, if it can be parted."""

from __future__ import annotations

from monitor.feeds.entries import MAX_ENTRIES
from monitor.feeds.parse import parse
from monitor.feeds.tree import MOST_TAGS


def test_of_an_archive_with_too_many_tags_the_beginning_and_the_end_are_read() -> None:
    old = "".join(f"<item><title>{n}</title></item>" for n in range(MOST_TAGS // 4 + 100))
    items = f"<item><title>APT31 named</title></item>{old}"
    document = f"<rss version='2.0'><channel><title>t</title>{items}</channel></rss>"
    feed = parse(document.encode(), url="https://news.test/feed")
    assert any("only those at its beginning and end" in each for each in feed.problems)
    assert not any("not well-formed" in each for each in feed.problems)
    assert (feed.entries[0].title, len(feed.entries)) == ("APT31 named", MAX_ENTRIES)

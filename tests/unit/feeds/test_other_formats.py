"""Formats that hardly anybody uses any more are read all the same."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.errors import ParseError
from monitor.feeds.other_formats import LONGEST
from monitor.feeds.parse import parse

URL = "https://news.example/channel.cdf"
CDF = """<?xml version="1.0"?>
<CHANNEL HREF="https://news.example/" LASTMOD="2024-03-25T10:00">
<TITLE>The Ledger</TITLE><ABSTRACT>All the news</ABSTRACT>
<ITEM HREF="/hack" LASTMOD="2024-03-25T12:00:00Z"><TITLE>Parliament was hacked</TITLE>
<ABSTRACT>Officials blame APT31.</ABSTRACT></ITEM>
<ITEM HREF="https://news.example/cup"><TITLE>Cup drawn &amp; quartered</TITLE></ITEM>
</CHANNEL>"""


def test_a_channel_definition_is_read() -> None:
    feed = parse(CDF.encode(), url=URL)
    assert feed.title == "The Ledger"
    first, second = feed.entries
    assert (first.title, first.link) == ("Parliament was hacked", "https://news.example/hack")
    assert first.summary == "Officials blame APT31."
    assert first.published == datetime(2024, 3, 25, 12, tzinfo=UTC)
    assert second.title == "Cup drawn & quartered"
    assert first.identity != second.identity


@pytest.mark.parametrize(
    "document",
    [
        "<note><to>you</to></note>",
        "<report><section>No items</section></report>",
        f"<note>{'x' * LONGEST}</note>",
    ],
)
def test_what_is_no_feed_in_any_format_is_refused(document: str) -> None:
    with pytest.raises(ParseError, match="not a feed"):
        parse(document.encode(), url=URL)

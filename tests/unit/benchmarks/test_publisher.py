"""The feeds that the poller is measured with are what they are said to be."""

from __future__ import annotations

from benchmarks.publisher import FRESH, LISTED, Feeds, Publisher
from monitor.feeds.parse import parse

URL = "http://127.1.0.1/feed/3"


def test_each_turn_lists_as_many_of_which_two_are_new() -> None:
    feeds = Feeds()
    before = parse(feeds.body(3), url=URL)
    feeds.turn += 1
    body = feeds.body(3)
    after = parse(body, url=URL)
    assert len(before.entries) == len(after.entries) == LISTED
    known = {entry.identity for entry in before.entries}
    assert sum(entry.identity not in known for entry in after.entries) == FRESH
    assert len(parse(body, url=URL, memory=before.memory).entries) == FRESH
    # As large as real feeds with full texts.
    assert 100_000 < len(body) < 180_000


def test_every_feed_has_a_host_of_its_own() -> None:
    urls = Publisher(port=80, feeds=10_000, pid=0).urls()
    assert len({url.split("/")[2] for url in urls}) == 10_000

"""Which items of a document are as they were, and which documents are always read whole."""

from __future__ import annotations

import time
import zlib
from datetime import UTC, datetime

import pytest

from monitor.feeds.parse import parse
from monitor.feeds.unchanged_items import Mark, recalled, remembered, split
from monitor.model.feed import ParsedFeed
from tests.support.documents import item, rss

URL = "https://x.test/feed"


def feed(*items: str, head: str = "<title>Outlet</title>") -> bytes:
    return f"<rss version='2.0'><channel>{head}{''.join(items)}</channel></rss>".encode()


def one(number: int, words: str = "words") -> str:
    return f"<item><guid>g{number}</guid><title>{words} {number}</title></item>"


def after(before: bytes, body: bytes) -> ParsedFeed:
    return parse(body, url=URL, memory=parse(before, url=URL).memory)


def test_only_what_is_new_or_edited_is_read() -> None:
    news = after(feed(one(1), one(2), one(3)), feed(one(4), one(3), one(2, "other words")))
    assert [entry.title for entry in news.entries] == ["words 4", "other words 2"]
    assert news.unchanged == ("https://x.test/g3",)


def test_what_is_known_costs_a_fraction() -> None:
    known = [one(number, "words " * 200) for number in range(600)]
    memory = parse(feed(*known), url=URL).memory

    def seconds(memory: bytes) -> float:
        begun = time.process_time()
        parse(feed(one(600), *known), url=URL, memory=memory)
        return time.process_time() - begun

    # A neighbour can treble one measurement; the least of several is the work alone.
    new, whole = (min(seconds(kept) for _ in range(5)) for kept in (memory, b""))
    assert new < whole / 4


def test_a_changed_head_alone_brings_no_entry() -> None:
    news = after(feed(one(1)), feed(one(1), head="<title>Renamed</title>"))
    assert (news.title, news.entries, news.unchanged) == ("Renamed", (), ("https://x.test/g1",))


def test_two_items_under_one_guid_are_told_apart_as_ever() -> None:
    body = feed(one(1), one(1, "another story"))
    news = after(feed(one(1)), body)
    assert news == parse(body, url=URL)
    assert len(news.entries) == 2


def test_a_document_with_faults_is_read_whole_next_time() -> None:
    assert parse(feed(one(1), one(1, "another story")), url=URL).memory == b""
    assert parse(feed(one(1), "<item/>"), url=URL).memory == b""
    assert parse(feed(one(1)) + b"<", url=URL).memory == b""


@pytest.mark.parametrize(
    "body",
    [
        b'<?xml version="1.0"?><!DOCTYPE rss><rss><channel><item/></channel></rss>',
        b'<?xml version="1.0" encoding="iso-8859-1"?><rss><channel/></rss>',
        "<rss><channel><title>naïve</title></channel></rss>".encode("latin-1"),
        b"<rss><channel><item></channel></rss>",
        b"<rss><channel><item/></channel></rss>",
        b"<rss><channel/><channel/></rss>",
        b"<rss><channel><x><item></item></x></channel></rss>",
        b"<rss><item></item></rss>",
        b"<rss><channel><item><x:entry xmlns:x='y'/></item></channel></rss>",
        b"<rss><channel><x:y/></channel></rss>",
        b"<html><item></item></html>",
        b"<feed><item></item></feed>",
        b"",
    ],
)
def test_what_is_unusual_is_not_split(body: bytes) -> None:
    assert split(body) is None


def test_an_encoding_named_by_the_server_counts() -> None:
    assert split(feed(one(1)), "utf-8") is not None
    assert split(feed(one(1)), "windows-1252") is None


def test_a_flood_is_read_whole() -> None:
    body = rss([item(f"Item {number}", guid=str(number)) for number in range(2500)])
    assert parse(body, url=URL).memory == b""


def test_memory_is_small_and_survives() -> None:
    noon = datetime(2024, 3, 25, 12, tzinfo=UTC)
    marks = [
        Mark(f"https://x.test/articles/2024/03/{n}", noon if n % 2 else None) for n in range(30)
    ]
    digests = [f"{n * 0x9E3779B97F4A7C15 % 2**64:016x}" for n in range(30)]
    memory = remembered(digests, marks)
    assert recalled(memory) == dict(zip(digests, marks, strict=True))
    assert len(memory) < 1000


@pytest.mark.parametrize(
    "memory", [b"", b"nonsense", zlib.compress(b"[0, []]"), zlib.compress(b'[1, [["x"]]]'),
               zlib.compress(b"[1"), zlib.compress(b" " * 10_000_000)],
)  # fmt: skip
def test_memory_of_another_version_or_damaged_is_none(memory: bytes) -> None:
    assert recalled(memory) == {}
    body = feed(one(1))
    assert parse(body, url=URL, memory=memory) == parse(body, url=URL)

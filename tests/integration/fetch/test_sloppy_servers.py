"""Servers that break the rules of HTTP where browsers and curl do not mind."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime

import pytest

from monitor.config.schema import Feed, Polling
from monitor.errors import FetchError
from monitor.fetch.client import FEED_ACCEPT, PAGE_ACCEPT, Fetcher
from monitor.fetch.lenient import lenient_head
from monitor.model.feed import Validators
from tests.support.web import WebWorld, item, rss

FEED = rss([item("One"), item("Two")])
LENGTH = f"Content-Length: {len(FEED)}\r\n"
CHUNKED = b"%x\r\n%b\r\n0\r\n\r\n" % (len(FEED), FEED)


# --- headers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        "HTTP/1.1 200 OK\r\nX Powered By: x\r\n" + LENGTH,
        "HTTP/1.1 200 OK\r\nX-Powered-By : x\r\nContent-Type : text/xml\r\n" + LENGTH,
        "HTTP/1.1 200 OK\r\nno colon at all\r\n" + LENGTH,
        "HTTP/1.1 200 OK\r\n: no name\r\n" + LENGTH,
        "HTTP/1.1 200 OK\r\n" + LENGTH + LENGTH,
        "HTTP/1.1 200 OK\r\n" + LENGTH + LENGTH.lower(),
        "HTTP/1.1 200 OK\r\nX: a\0b\x01\r\n" + LENGTH,
        "HTTP/1.1 200 OK\r\nX: one\r\n two\r\n" + LENGTH,
        "HTTP/1.1 200 OK\r\n" + LENGTH.replace("\r", f", {len(FEED)}\r"),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n" + LENGTH,
        "HTTP/1.1 200 OK\r\nContent-Length: \r\nConnection: close\r\n",
        "http/1.1 200 ok\r\n" + LENGTH,
        "HTTP/1.1 200\r\n" + LENGTH,
        "HTTP/1.1 200OK\r\n" + LENGTH,
        "HTTP/2 200\r\n" + LENGTH,
        "HTTP/1.0  200 OK\r\n" + LENGTH,
        "HTTP/1.1\t200 OK\r\n" + LENGTH,
        "ICY 200 OK\r\n" + LENGTH,
        "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nBad Name: x\r\n" + LENGTH,
        "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nBad Name: x\r\n",
    ],
)
@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
async def test_odd_headers_are_read_past(
    web: WebWorld, fetcher: Fetcher, head: str, line_end: str
) -> None:
    web.raw("/feed", (head + "\r\n").replace("\r\n", line_end).encode("latin-1") + FEED)
    assert (await fetcher.fetch(web.url("/feed"))).body == FEED


async def test_chunks_count_where_a_length_is_given_too(web: WebWorld, fetcher: Fetcher) -> None:
    for length in (LENGTH, "Content-Length: 3\r\n"):
        head = f"HTTP/1.1 200 OK\r\n{length}Transfer-Encoding: chunked\r\n\r\n"
        web.raw("/feed", head.encode() + CHUNKED)
        assert (await fetcher.fetch(web.url("/feed"))).body == FEED


async def test_what_follows_a_length_that_is_too_short_is_no_answer(
    web: WebWorld, fetcher: Fetcher
) -> None:
    # Characters were counted, not bytes.
    web.raw("/feed", f"HTTP/1.1 200 OK\r\nContent-Length: {len(FEED) - 9}\r\n\r\n".encode() + FEED)
    for _ in range(2):
        assert (await fetcher.fetch(web.url("/feed"))).body == FEED[:-9]


async def test_a_head_that_comes_byte_by_byte_is_one_head(web: WebWorld, fetcher: Fetcher) -> None:
    whole = f"HTTP/1.1 200 OK\r\nBad Name: x\r\n{LENGTH}\r\n".encode() + FEED
    web.trickle("/feed", [whole[n : n + 1] for n in range(120)] + [whole[120:]])
    assert (await fetcher.fetch(web.url("/feed"))).body == FEED


async def test_lengths_that_contradict_each_other_are_not_guessed(
    web: WebWorld, fetcher: Fetcher
) -> None:
    head = f"HTTP/1.1 200 OK\r\n{LENGTH}Content-Length: 7\r\n\r\n"
    web.raw("/feed", head.encode() + FEED)
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(web.url("/feed"))
    assert caught.value.kind == "protocol"


def test_nothing_is_changed_that_is_as_it_should_be() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 3\r\nX: a b\r\n\r\n"
    assert lenient_head(head) is head
    garbage = b"SSH-2.0-OpenSSH_9.6\r\n\r\n"
    assert lenient_head(garbage) is garbage


def test_a_connection_whose_head_was_mended_is_not_used_again() -> None:
    mended = lenient_head(b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nBad Name: x\r\n\r\n")
    assert mended == b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"


# --- codings --------------------------------------------------------------------------------


@pytest.mark.parametrize("coding", ["utf-8", "none", "aws-chunked", "gzip", "br"])
async def test_a_coding_that_is_none_is_read_past(
    web: WebWorld, fetcher: Fetcher, coding: str
) -> None:
    web.serve("/feed", FEED, headers={"Content-Encoding": coding})
    assert (await fetcher.fetch(web.url("/feed"))).body == FEED


async def test_compression_that_nobody_announced_is_undone(web: WebWorld, fetcher: Fetcher) -> None:
    web.serve("/feed", gzip.compress(FEED))
    assert (await fetcher.fetch(web.url("/feed"))).body == FEED


# --- bodies without their end ---------------------------------------------------------------

ZIPPED = gzip.compress(FEED)
HEAD = b"HTTP/1.1 200 OK\r\n"


def chunks(body: bytes, *, size: int = 50) -> bytes:
    """Chunks of a body, without the last, which is empty."""
    pieces = (body[at : at + size] for at in range(0, len(body), size))
    return b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in pieces)


def spoilt(packed: bytes, at: int) -> bytes:
    """The same with another bit."""
    changed = bytearray(packed)
    changed[at] ^= 1
    return bytes(changed)


@pytest.mark.parametrize(
    "wire",
    [
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks(FEED),
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks(FEED) + b"0\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks(FEED)[:-2],
        HEAD + b"Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n" + chunks(ZIPPED),
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks(FEED) + b"none\r\n",
        HEAD + b"Content-Length: 99999\r\n\r\n" + FEED,
        HEAD + b"Content-Length: 99999\r\nContent-Encoding: gzip\r\n\r\n" + ZIPPED,
    ],
)
async def test_what_is_all_there_is_read_though_its_end_is_not_said(
    web: WebWorld, fetcher: Fetcher, wire: bytes
) -> None:
    web.raw("/feed", wire)
    for accept in (FEED_ACCEPT, PAGE_ACCEPT):
        answer = await fetcher.fetch(web.url("/feed"), accept=accept)
        assert (answer.body, answer.is_cut) == (FEED, False)


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", ZIPPED[:-8]),
        ("gzip", ZIPPED[:-3]),
        ("gzip", spoilt(ZIPPED, -6)),
        ("gzip", spoilt(ZIPPED, -2)),
        ("gzip", spoilt(ZIPPED, -6) + bytes(20)),
        ("deflate", zlib.compress(FEED)[:-4]),
        ("deflate", spoilt(zlib.compress(FEED), -1)),
    ],
)
async def test_a_checksum_that_is_wrong_or_missing_hides_nothing(
    web: WebWorld, fetcher: Fetcher, coding: str, packed: bytes
) -> None:
    web.serve("/feed", packed, headers={"Content-Encoding": coding})
    answer = await fetcher.fetch(web.url("/feed"))
    assert (answer.body, answer.is_cut) == (FEED, False)


@pytest.mark.parametrize(
    "wire",
    [
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks(FEED[:-60]),
        HEAD + b"Content-Length: 99999\r\n\r\n" + FEED[:-60],
        HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(FEED[:-60])[:-8],
    ],
)
async def test_of_a_feed_that_breaks_off_there_is_what_came(
    web: WebWorld, fetcher: Fetcher, wire: bytes
) -> None:
    web.raw("/feed", wire)
    answer = await fetcher.fetch(web.url("/feed"))
    assert (answer.body, answer.is_cut) == (FEED[:-60], True)
    # Half a page would be taken for all of it.
    with pytest.raises(FetchError, match="broke off before its end"):
        await fetcher.fetch(web.url("/feed"), accept=PAGE_ACCEPT)


async def test_what_came_before_a_body_broke_off_is_bounded_too(web: WebWorld) -> None:
    bomb = gzip.compress(bytes(50_000_000))[:-8]
    web.serve("/feed", bomb, headers={"Content-Encoding": "gzip"})
    web.cut("/long", b"x" * 200_000, 300_000)
    polling = Polling(allow_private_networks=True, max_bytes=100_000)
    async with Fetcher(polling) as fetcher:
        for path in ("/feed", "/long"):
            with pytest.raises(FetchError, match="larger than"):
                await fetcher.fetch(web.url(path))


# --- validators -----------------------------------------------------------------------------


async def test_a_time_in_the_future_is_not_asked_by(web: WebWorld, fetcher: Fetcher) -> None:
    future, past = "Wed, 27 Mar 2041 12:00:00 GMT", "Mon, 25 Mar 2024 12:00:00 GMT"
    web.serve("/feed", FEED, last_modified=future)
    for _ in range(2):
        answer = await fetcher.fetch(
            web.url("/feed"), validators=Validators(etag=None, last_modified=future)
        )
        assert answer.body == FEED
    await fetcher.fetch(web.url("/feed"), validators=Validators('"v1"', future))
    await fetcher.fetch(web.url("/feed"), validators=Validators(None, past))
    sent = [
        (each.headers["If-None-Match"], each.headers["If-Modified-Since"])
        for each in web.requests("/feed")
    ]
    assert sent == [(None, None), (None, None), ('"v1"', None), (None, past)]


async def test_what_was_the_future_may_be_the_past_later(web: WebWorld) -> None:
    then = "Wed, 27 Mar 2041 12:00:00 GMT"
    web.serve("/feed", FEED, last_modified=then)
    polling = Polling(allow_private_networks=True)
    async with Fetcher(polling, clock=lambda: datetime(2042, 1, 1, tzinfo=UTC)) as fetcher:
        answer = await fetcher.fetch(web.url("/feed"), validators=Validators(None, then))
    assert answer.not_modified


# --- cookies --------------------------------------------------------------------------------


async def test_who_shows_the_cookie_that_was_set_gets_the_feed(
    web: WebWorld, fetcher: Fetcher
) -> None:
    web.redirect("/feed", "/set", times=1)
    web.serve("/feed", FEED)
    web.redirect("/set", "/feed", set_cookie="seen=1; Path=/; HttpOnly")
    assert (await fetcher.fetch(web.url("/feed"))).body == FEED
    assert [each.headers["Cookie"] for each in web.requests("/feed")] == [None, "seen=1"]
    # The next fetch knows nothing of it.
    await fetcher.fetch(web.url("/feed"))
    assert web.requests("/feed")[-1].headers["Cookie"] is None


async def test_a_cookie_stays_with_its_host_and_beside_the_feeds_own(
    web: WebWorld, fetcher: Fetcher
) -> None:
    elsewhere = web.url("/there", host="localhost")
    web.redirect("/feed", "/set", times=1)
    web.redirect("/set", "/feed", set_cookie="seen=1; Path=/")
    web.redirect("/feed", elsewhere)
    web.serve("/there", FEED)
    feed = Feed(url=web.url("/feed"), cookie="login=7", allow_private_networks=True)
    assert (await fetcher.fetch(web.url("/feed"), feed=feed)).body == FEED
    assert web.requests("/feed")[-1].headers["Cookie"] == "login=7; seen=1"
    assert web.requests("/there")[0].headers["Cookie"] is None


async def test_a_cookie_that_leads_nowhere_is_still_a_circle(
    web: WebWorld, fetcher: Fetcher
) -> None:
    web.redirect("/feed", "/set")
    web.redirect("/set", "/feed", set_cookie="seen=1; Path=/")
    with pytest.raises(FetchError, match="in a circle"):
        await fetcher.fetch(web.url("/feed"))

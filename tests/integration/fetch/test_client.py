"""Fetching from a real server: what it may answer, and what it may do to us."""

from __future__ import annotations

import asyncio
import base64
import socket
import threading
import tracemalloc
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat

import pytest

from monitor.config.schema import Polling
from monitor.errors import FetchError
from monitor.fetch.client import FEED_ACCEPT, PAGE_ACCEPT, Fetcher
from monitor.model.feed import Validators
from tests.support.web import Encoding, WebWorld, item, rss

FEED = rss([item("One"), item("Two")])


def impatient() -> Polling:
    """Gives up soon, for servers that never finish."""
    return Polling(timeout=timedelta(seconds=0.3), allow_private_networks=True)


async def failure(
    fetcher: Fetcher, url: str, *, max_bytes: int | None = None, accept: str = FEED_ACCEPT
) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(url, max_bytes=max_bytes, accept=accept)
    assert caught.value.where
    return caught.value


# --- ordinary answers -----------------------------------------------------------------------


async def test_a_document_is_fetched_with_its_validators(web: WebWorld, fetcher: Fetcher) -> None:
    web.serve("/feed", FEED, etag='W/"v1"', last_modified="Mon, 25 Mar 2024 12:00:00 GMT")
    response = await fetcher.fetch(web.url("/feed"))
    assert (response.status, response.body) == (200, FEED)
    assert response.url == web.url("/feed")
    assert response.content_type == "application/rss+xml; charset=utf-8"
    assert response.validators == Validators('W/"v1"', "Mon, 25 Mar 2024 12:00:00 GMT")
    assert response.permanent_url is None
    assert not response.not_modified
    sent = web.requests("/feed")[0].headers
    assert sent["User-Agent"].startswith("monitor/")
    assert "application/rss+xml" in sent["Accept"]
    assert sent["If-None-Match"] is None
    assert sent["Cookie"] is None


async def test_the_user_agent_and_the_kind_wanted_are_as_asked(web: WebWorld) -> None:
    web.serve("/page", "<p>hello")
    polling = Polling(user_agent="newsroom/1 (press@example.test)", allow_private_networks=True)
    async with Fetcher(polling) as fetcher:
        await fetcher.fetch(web.url("/page"), accept=PAGE_ACCEPT)
    sent = web.requests("/page")[0].headers
    assert sent["User-Agent"] == "newsroom/1 (press@example.test)"
    assert sent["Accept"].startswith("text/html")


@pytest.mark.parametrize("etag", ['"v1"', 'W/"a,b"', "unquoted", '"with space "', '"naïve"', '""'])
async def test_validators_go_back_byte_for_byte(web: WebWorld, fetcher: Fetcher, etag: str) -> None:
    # As bytes on the wire: the test server's own header functions know only latin-1.
    web.raw(
        "/feed",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nETag: " + etag.encode() + b"\r\n"
        b"Last-Modified: yesterday, or so\r\nContent-Length: 0\r\n\r\n",
    )
    first = await fetcher.fetch(web.url("/feed"))
    await fetcher.fetch(web.url("/feed"), validators=first.validators)
    sent = web.requests("/feed")[1].headers
    assert sent["If-None-Match"].encode("latin-1") == etag.encode()
    assert sent["If-Modified-Since"] == "yesterday, or so"


async def test_an_unchanged_document_costs_no_body_and_keeps_its_validators(
    web: WebWorld, fetcher: Fetcher
) -> None:
    web.serve("/feed", FEED, etag='"v1"')
    known = Validators('"v1"', "Mon, 25 Mar 2024 12:00:00 GMT")
    response = await fetcher.fetch(web.url("/feed"), validators=known)
    assert response.not_modified
    assert response.body == b""
    assert response.validators == known
    web.serve("/feed", FEED, etag='"v2"')
    changed = await fetcher.fetch(web.url("/feed"), validators=known)
    assert changed.body == FEED
    assert changed.validators == Validators('"v2"')


async def test_not_modified_without_having_asked_is_a_failure(
    web: WebWorld, fetcher: Fetcher
) -> None:
    web.raw("/feed", b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n")
    assert (await failure(fetcher, web.url("/feed"))).status == 304


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
async def test_compressed_bodies_are_unpacked(
    web: WebWorld, fetcher: Fetcher, encoding: Encoding
) -> None:
    web.serve("/feed", FEED * 50, encoding=encoding)
    assert (await fetcher.fetch(web.url("/feed"))).body == FEED * 50
    assert encoding in web.requests("/feed")[0].headers["Accept-Encoding"]


async def test_no_cookie_is_kept(web: WebWorld, fetcher: Fetcher) -> None:
    web.serve("/feed", FEED, headers={"Set-Cookie": "who=you; Path=/"})
    await fetcher.fetch(web.url("/feed"))
    await fetcher.fetch(web.url("/feed"))
    assert [seen.headers["Cookie"] for seen in web.requests("/feed")] == [None, None]


# --- redirects ------------------------------------------------------------------------------


async def test_permanent_redirects_are_reported_and_temporary_ones_are_not(
    web: WebWorld, fetcher: Fetcher
) -> None:
    web.serve("/new", FEED)
    web.redirect("/moved", "/new", status=301)
    web.redirect("/older", web.url("/moved"), status=308)
    web.redirect("/today", "/moved", status=302)
    moved = await fetcher.fetch(web.url("/older"))
    assert moved.url == moved.permanent_url == web.url("/new")
    today = await fetcher.fetch(web.url("/today"))
    assert (today.url, today.permanent_url) == (web.url("/new"), None)


async def test_a_circle_of_redirects_ends(web: WebWorld, fetcher: Fetcher) -> None:
    web.redirect("/a", "/b")
    web.redirect("/b", "/a#elsewhere")
    error = await failure(fetcher, web.url("/a"))
    assert error.kind == "redirects"
    assert "redirected in a circle" in str(error)
    assert len(web.requests()) == 2


async def test_a_long_chain_of_redirects_ends(web: WebWorld, fetcher: Fetcher) -> None:
    for step in range(20):
        web.redirect(f"/{step}", f"/{step + 1}")
    error = await failure(fetcher, web.url("/0"))
    assert error.kind == "redirects"
    assert "more than 5 times" in str(error)
    assert len(web.requests()) == 6
    web.serve("/20", FEED)
    assert (await fetcher.fetch(web.url("/15"))).body == FEED


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.test/", "http://[::1/"])
async def test_a_redirect_to_anything_but_http_is_refused(
    web: WebWorld, fetcher: Fetcher, target: str
) -> None:
    web.redirect("/feed", target)
    error = await failure(fetcher, web.url("/feed"))
    assert error.kind in {"bad-url", "protocol"}
    assert "redirected to something that is not a web address" in str(error)


async def test_credentials_stay_with_their_own_host(web: WebWorld, fetcher: Fetcher) -> None:
    with WebWorld() as other:
        web.redirect("/feed", "/here", times=1)
        web.redirect("/here", other.url("/there", userinfo="evil:twin"))
        other.serve("/there", FEED)
        response = await fetcher.fetch(web.url("/feed", userinfo="press:p%40ss"))
        own = [seen.headers["Authorization"] for seen in web.requests()]
        assert own == ["Basic " + base64.b64encode(b"press:p@ss").decode()] * 2
        assert other.requests("/there")[0].headers["Authorization"] is None
        assert "evil" not in response.url


async def test_no_error_shows_credentials(web: WebWorld, fetcher: Fetcher) -> None:
    web.fail("/feed", 403)
    error = await failure(fetcher, web.url("/feed", userinfo="press:secret"))
    assert "secret" not in str(error)
    assert "secret" not in repr(error.args)
    for odd in ("gopher://press:secret@x.test/", "http://p:secret@[::1", "http://p:sec/ret@x"):
        shown = str(await failure(fetcher, odd))
        assert "secret" not in shown
        assert "not a web address" in shown


# --- refusals -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (403, "refuses access"),
        (404, "nothing at this address"),
        (410, "gone for good"),
        (429, "too often"),
        (500, "the server failed (500 Internal Server Error)"),
        (503, "the server failed"),
        (599, "the server failed (599)"),
    ],
)
async def test_an_error_status_is_told_in_words(
    web: WebWorld, fetcher: Fetcher, status: int, words: str
) -> None:
    web.fail("/feed", status)
    error = await failure(fetcher, web.url("/feed"))
    assert (error.kind, error.status, error.retry_after) == ("http", status, None)
    assert words in str(error)


async def test_retry_after_is_understood_as_seconds_and_as_a_date(web: WebWorld) -> None:
    web.fail("/seconds", 429, retry_after=120)
    web.fail("/date", 503, retry_after="Mon, 25 Mar 2024 12:05:00 GMT")
    polling = Polling(allow_private_networks=True)
    noon = datetime(2024, 3, 25, 12, tzinfo=UTC)
    async with Fetcher(polling, clock=lambda: noon) as fetcher:
        assert (await failure(fetcher, web.url("/seconds"))).retry_after == 120
        # By another name, for the host itself is left alone until then.
        date = web.url("/date", host="localhost")
        assert (await failure(fetcher, date)).retry_after == 300


async def test_a_closed_port_refuses(fetcher: Fetcher) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    error = await failure(fetcher, f"http://127.0.0.1:{port}/")
    assert error.kind == "connect"
    assert "the server refused the connection" in str(error)


async def test_a_server_without_tls_is_told_apart(web: WebWorld, fetcher: Fetcher) -> None:
    error = await failure(fetcher, web.url("/").replace("http:", "https:"))
    assert error.kind == "tls"


@pytest.mark.parametrize(
    "url",
    ["", "feed.xml", "http://", "http:///x", "file:///etc/passwd", "http://a b/", "http://[::1"],
)
async def test_what_is_no_web_address_is_refused(fetcher: Fetcher, url: str) -> None:
    with pytest.raises(FetchError, match="not a web address") as caught:
        await fetcher.fetch(url)
    assert caught.value.kind == "bad-url"


async def test_a_host_name_longer_than_dns_allows_is_refused(fetcher: Fetcher) -> None:
    assert (await failure(fetcher, f"http://{'a' * 70}.test/")).kind in {"bad-url", "dns"}


# --- misbehaviour ---------------------------------------------------------------------------


async def test_a_silent_server_is_given_up(web: WebWorld) -> None:
    web.silent("/feed")
    async with Fetcher(impatient()) as fetcher:
        error = await failure(fetcher, web.url("/feed"))
    assert error.kind == "timeout"
    assert "no complete answer within 0.3 seconds" in str(error)


async def test_a_body_that_drips_is_given_up_although_bytes_keep_coming(web: WebWorld) -> None:
    web.drip("/feed", b"x" * 100_000)
    async with Fetcher(impatient()) as fetcher:
        assert (await failure(fetcher, web.url("/feed"))).kind == "timeout"


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["status", "one header", "headers", "chunks", "chunk extension", "interim answers"],
)
async def test_a_trickle_in_any_part_of_an_answer_is_given_up(
    web: WebWorld, start: bytes, piece: bytes
) -> None:
    web.trickle("/feed", chain([start], repeat(piece)), interval=0.02)
    async with Fetcher(impatient()) as fetcher:
        error = await failure(fetcher, web.url("/feed"))
    assert error.kind in {"timeout", "protocol"}


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\nX-Long: ", b"x" * 65536),
        (b"HTTP/1.1 200 OK\r\n", b"X-Many: y\r\n" * 1000),
        (b"HTTP/1.1 200 OK\r\n", b"X-Large: " + b"y" * 8000 + b"\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"x" * 65536),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n" * 1000),
        (b"", b"x" * 65536),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    ],
    ids=["header", "many headers", "large headers", "chunk extension", "trailers", "status",
         "interim answers"],
)  # fmt: skip
async def test_an_endless_part_of_an_answer_costs_no_memory(
    web: WebWorld, start: bytes, piece: bytes
) -> None:
    web.trickle("/feed", chain([start], repeat(piece)))
    polling = Polling(timeout=timedelta(seconds=3), allow_private_networks=True)
    tracemalloc.start()
    try:
        async with Fetcher(polling) as fetcher:
            error = await failure(fetcher, web.url("/feed"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert error.kind in {"timeout", "protocol", "too-large"}
    assert peak < 40 * 2**20


async def test_slow_redirects_share_one_deadline(web: WebWorld) -> None:
    web.redirect("/feed", "/slow")
    web.silent("/slow")
    async with Fetcher(impatient()) as fetcher:
        error = await failure(fetcher, web.url("/feed"))
    assert error.kind == "timeout"
    assert "redirected to" in str(error)
    assert error.where == web.url("/feed")


@pytest.mark.parametrize("declared", [True, False])
async def test_a_body_of_50_mb_is_too_large(
    web: WebWorld, fetcher: Fetcher, declared: bool
) -> None:
    web.huge("/feed", 50_000_000, declared=declared)
    error = await failure(fetcher, web.url("/feed"))
    assert error.kind == "too-large"
    assert "the answer was larger than 10 MiB" in str(error)


async def test_an_endless_body_is_too_large(web: WebWorld, fetcher: Fetcher) -> None:
    web.endless("/feed")
    assert (await failure(fetcher, web.url("/feed"), max_bytes=200_000)).kind == "too-large"


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
async def test_a_bomb_is_too_large_however_small_on_the_wire(
    web: WebWorld, fetcher: Fetcher, encoding: Encoding
) -> None:
    web.huge("/feed", 50_000_000, encoding=encoding)
    assert (await failure(fetcher, web.url("/feed"))).kind == "too-large"


async def test_a_body_of_just_the_limit_is_read(web: WebWorld, fetcher: Fetcher) -> None:
    web.serve("/feed", b"x" * 1000)
    assert len((await fetcher.fetch(web.url("/feed"), max_bytes=1000)).body) == 1000
    assert (await failure(fetcher, web.url("/feed"), max_bytes=999)).kind == "too-large"


async def test_a_promise_of_more_than_is_sent_is_a_broken_answer(
    web: WebWorld, fetcher: Fetcher
) -> None:
    web.cut("/page", b"<html><p>Half", 99)
    error = await failure(fetcher, web.url("/page"), accept=PAGE_ACCEPT)
    assert error.kind == "protocol"
    assert "broke off" in str(error)


@pytest.mark.parametrize("body", [b"", b"<html><p>Half"])
async def test_a_reset_connection_is_a_failure(
    web: WebWorld, fetcher: Fetcher, body: bytes
) -> None:
    web.reset("/page", body)
    error = await failure(fetcher, web.url("/page"), accept=PAGE_ACCEPT)
    assert error.kind in {"connect", "protocol"}


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
async def test_damaged_and_truncated_compression_is_a_failure(
    web: WebWorld, fetcher: Fetcher, encoding: str
) -> None:
    web.serve("/damaged", b"this was never compressed", headers={"Content-Encoding": encoding})
    assert (await failure(fetcher, web.url("/damaged"))).kind == "encoding"
    whole = {
        "gzip": "1f8b08000000000000ff4b4c4a0600c2412435",
        "br": "0b01806162630 3".replace(" ", ""),
        "zstd": "28b52ffd0403190000616263",
    }[encoding]
    part = bytes.fromhex(whole)[:-4]
    web.serve("/part", part, headers={"Content-Encoding": encoding})
    error = await failure(fetcher, web.url("/part"), accept=PAGE_ACCEPT)
    assert error.kind in {"protocol", "encoding"}


async def test_an_unknown_compression_is_named(web: WebWorld, fetcher: Fetcher) -> None:
    web.serve("/feed", b"not a document", headers={"Content-Encoding": "rot13"})
    error = await failure(fetcher, web.url("/feed"))
    assert (error.kind, "rot13" in str(error)) == ("encoding", True)


@pytest.mark.parametrize(
    "answer",
    [
        b"this is not HTTP at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X-Many: y\r\n" * 5000 + b"\r\n",
        b"",
    ],
    ids=["garbage", "long header", "many headers", "nothing"],
)
async def test_what_is_not_http_is_a_failure(
    web: WebWorld, fetcher: Fetcher, answer: bytes
) -> None:
    web.raw("/feed", answer)
    assert (await failure(fetcher, web.url("/feed"))).kind in {"protocol", "connect"}


async def test_one_bad_answer_spoils_nothing_for_the_next(web: WebWorld, fetcher: Fetcher) -> None:
    web.reset("/bad")
    web.serve("/good", FEED)
    bad, good = await asyncio.gather(
        fetcher.fetch(web.url("/bad")), fetcher.fetch(web.url("/good")), return_exceptions=True
    )
    assert isinstance(bad, FetchError)
    assert not isinstance(good, BaseException)
    assert good.body == FEED


# --- concurrency ----------------------------------------------------------------------------


async def test_a_host_is_asked_for_no_more_at_once_than_configured(web: WebWorld) -> None:
    gate = threading.Event()
    for number in range(8):
        web.serve(f"/{number}", FEED, hold=gate)
    polling = Polling(per_host=2, allow_private_networks=True)
    async with Fetcher(polling) as fetcher:
        running = [asyncio.create_task(fetcher.fetch(web.url(f"/{n}"))) for n in range(8)]
        await asyncio.to_thread(web.wait_for, "/0")
        await asyncio.to_thread(web.wait_for, "/1")
        gate.set()
        await asyncio.gather(*running)
    assert web.peak == 2


async def test_a_slow_host_holds_up_no_other(web: WebWorld) -> None:
    gate = threading.Event()
    for number in range(4):
        web.serve(f"/slow{number}", FEED, hold=gate)
    web.serve("/fast", FEED)
    polling = Polling(concurrency=2, per_host=1, allow_private_networks=True)
    async with Fetcher(polling) as fetcher:
        slow = [asyncio.create_task(fetcher.fetch(web.url(f"/slow{n}"))) for n in range(4)]
        await asyncio.to_thread(web.wait_for, "/slow0")
        fast = await fetcher.fetch(web.url("/fast", host="localhost"))
        assert fast.body == FEED
        gate.set()
        await asyncio.gather(*slow)


async def test_waiting_for_a_slot_does_not_use_up_the_time(web: WebWorld) -> None:
    web.silent("/never")
    web.serve("/feed", FEED)
    polling = impatient().model_copy(update={"per_host": 1})
    async with Fetcher(polling) as fetcher:
        stuck = asyncio.create_task(fetcher.fetch(web.url("/never")))
        await asyncio.to_thread(web.wait_for, "/never")
        # Queued behind a request that takes the whole of the limit, and then some.
        assert (await fetcher.fetch(web.url("/feed"))).body == FEED
        with pytest.raises(FetchError):
            await stuck


async def test_a_host_that_says_later_is_left_alone_until_then(web: WebWorld) -> None:
    web.fail("/busy", 503, retry_after=120)
    web.serve("/feed", FEED)
    web.redirect("/old", "/feed")
    now = datetime(2024, 3, 25, 12, tzinfo=UTC)
    polling = Polling(allow_private_networks=True)
    async with Fetcher(polling, clock=lambda: now) as fetcher:
        assert (await failure(fetcher, web.url("/busy"))).status == 503
        held = await failure(fetcher, web.url("/feed"))
        assert (held.kind, held.status, held.retry_after) == ("held", 503, 120)
        assert "asked us to wait" in str(held)
        assert len(web.requests()) == 1
        now += timedelta(seconds=120)
        assert (await fetcher.fetch(web.url("/old"))).body == FEED


async def test_a_redirect_to_a_held_host_is_not_followed(web: WebWorld, fetcher: Fetcher) -> None:
    with WebWorld() as other:
        other.fail("/busy", 429, retry_after=120)
        await failure(fetcher, other.url("/busy"))
        web.redirect("/feed", other.url("/feed"))
        held = await failure(fetcher, web.url("/feed"))
        assert (held.kind, held.where) == ("held", web.url("/feed"))
        assert other.requests("/feed") == []
        # Only the host that said so: the one that sent us there may still be asked.
        web.serve("/here", FEED)
        assert (await fetcher.fetch(web.url("/here"))).body == FEED

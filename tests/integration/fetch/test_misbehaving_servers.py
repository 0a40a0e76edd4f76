"""Servers that are silent, drip, never end or answer nonsense, and how many are asked at once."""

from __future__ import annotations

import asyncio
import threading
import tracemalloc
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat

import pytest

from monitor.config.schema import Polling
from monitor.errors import FetchError
from monitor.fetch.client import PAGE_ACCEPT, Fetcher
from tests.support.fetching import FEED, failure
from tests.support.web import Encoding, WebWorld


def impatient() -> Polling:
    """Gives up soon, for servers that never finish."""
    return Polling(timeout=timedelta(seconds=0.3), allow_private_networks=True)


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

"""Fetching from a real server: what it may answer, and what it may do to us."""

from __future__ import annotations

import base64
import socket
from datetime import UTC, datetime

import pytest

from monitor.config.schema import Polling
from monitor.errors import FetchError
from monitor.fetch.client import PAGE_ACCEPT, Fetcher
from monitor.model.feed import Validators
from tests.support.fetching import FEED, failure
from tests.support.web import Encoding, WebWorld

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

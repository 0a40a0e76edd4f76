"""Posting a form, as to a hub: what is sent, where redirects lead, and what a refusal says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from monitor.config.schema import Feed, Polling
from monitor.errors import FetchError
from monitor.fetch.client import Fetcher
from tests.support.web import WebWorld

FORM = {"hub.mode": "subscribe", "hub.topic": "https://example.org/?a=b&c=ü"}


@pytest.fixture
async def careful() -> AsyncIterator[Fetcher]:
    async with Fetcher(Polling(timeout=timedelta(seconds=20))) as made:
        yield made


async def refusal(fetcher: Fetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetcher.post(url, FORM)
    return caught.value


async def test_a_form_arrives(web: WebWorld, fetcher: Fetcher) -> None:
    web.serve("/hub", "accepted", status=202)
    await fetcher.post(web.url("/hub"), FORM)
    [request] = web.requests("/hub")
    assert request.method == "POST"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert dict(parse_qsl(request.body.decode())) == FORM
    assert "monitor" in request.headers["User-Agent"]


async def test_the_feeds_user_agent_goes_along_and_its_login_does_not(
    web: WebWorld, fetcher: Fetcher
) -> None:
    web.serve("/hub", "", status=202)
    feed = Feed.model_validate(
        {"url": "https://example.org/feed", "user_agent": "Newsroom", "cookie": "session=1"}
    )
    await fetcher.post(web.url("/hub"), FORM, feed=feed)
    [request] = web.requests("/hub")
    assert request.headers["User-Agent"] == "Newsroom"
    assert "Cookie" not in request.headers


@pytest.mark.parametrize("status", [307, 308])
async def test_a_redirect_that_keeps_the_form_is_followed(
    web: WebWorld, fetcher: Fetcher, status: int
) -> None:
    web.redirect("/old", "/hub", status=status)
    web.serve("/hub", "", status=202)
    await fetcher.post(web.url("/old"), FORM)
    [request] = web.requests("/hub")
    assert request.method == "POST"
    assert dict(parse_qsl(request.body.decode())) == FORM


@pytest.mark.parametrize("status", [301, 302, 303])
async def test_a_redirect_that_forgets_it_is_a_refusal(
    web: WebWorld, fetcher: Fetcher, status: int
) -> None:
    web.redirect("/old", "/hub", status=status)
    error = await refusal(fetcher, web.url("/old"))
    assert (error.kind, error.status) == ("http", status)
    assert web.requests("/hub") == []


async def test_a_refusal_says_why_in_the_hubs_words(web: WebWorld, fetcher: Fetcher) -> None:
    web.serve("/hub", "The callback\ncannot be reached", status=400, content_type="text/plain")
    error = await refusal(fetcher, web.url("/hub"))
    assert error.status == 400
    assert error.what.endswith(": The callback cannot be reached")
    assert error.where == web.url("/hub")


async def test_a_refusal_in_markup_or_without_end_is_not_quoted(
    web: WebWorld, fetcher: Fetcher
) -> None:
    web.serve("/page", "<h1>No</h1>", status=404)
    web.serve("/endless", "no " * 100_000, status=500, content_type="text/plain")
    web.serve("/long", "no " * 1000, status=500, content_type="text/plain")
    assert "<h1>" not in (await refusal(fetcher, web.url("/page"))).what
    assert "no no" not in (await refusal(fetcher, web.url("/endless"))).what
    assert len((await refusal(fetcher, web.url("/long"))).what) < 300


async def test_when_to_come_back_is_heard(web: WebWorld, fetcher: Fetcher) -> None:
    web.fail("/hub", 503, retry_after=120)
    error = await refusal(fetcher, web.url("/hub"))
    assert error.retry_after == 120
    assert (await refusal(fetcher, web.url("/hub"))).kind == "held"


async def test_what_is_said_to_an_accepted_form_is_not_read(
    web: WebWorld, fetcher: Fetcher
) -> None:
    web.endless("/hub")
    await fetcher.post(web.url("/hub"), FORM)


async def test_a_hub_on_a_private_network_is_not_reached(web: WebWorld, careful: Fetcher) -> None:
    web.serve("/hub", "", status=202)
    for address in (web.url("/hub"), web.url("/hub", host="localhost"), "http://169.254.169.254/"):
        assert (await refusal(careful, address)).kind == "forbidden-address"
    assert web.requests("/hub") == []


async def test_nor_by_a_redirect(web: WebWorld) -> None:
    web.redirect("/hub", "http://169.254.169.254/", status=307)
    feed = Feed.model_validate({"url": web.url("/feed"), "allow_private_networks": True})
    async with Fetcher(Polling(timeout=timedelta(seconds=20))) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.post(web.url("/hub"), FORM, feed=feed)
    assert caught.value.kind == "forbidden-address"


async def test_a_secret_told_over_https_is_not_told_over_http(
    web: WebWorld, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    secure = f"https://127.0.0.1:{web.port}"
    web.redirect("/open", web.url("/hub"), status=307)
    web.redirect("/moved", f"{secure}/hub", status=307)
    web.serve("/hub", "", status=202)
    polling = Polling(timeout=timedelta(seconds=20), allow_private_networks=True)
    async with Fetcher(polling) as fetcher:
        assert (await refusal(fetcher, f"{secure}/open")).kind == "redirects"
        assert web.requests("/hub") == []
        await fetcher.post(f"{secure}/moved", FORM)
    assert len(web.requests("/hub")) == 1

"""Feeds that want a login, a cookie, a user agent or a proxy, with real servers and proxies."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.config.schema import Feed, Polling
from monitor.errors import FetchError
from monitor.fetch.client import PAGE_ACCEPT, Fetcher
from tests.support.names import Names
from tests.support.proxy import Proxy
from tests.support.web import WebWorld, item, rss

FEED = rss([item("One"), item("Two")])


def feed(url: str, **keys: Any) -> Feed:
    return Feed.model_validate({"url": url, **keys})


def basic(login: str) -> str:
    return "Basic " + base64.b64encode(login.encode()).decode()


# --- headers and cookies --------------------------------------------------------------------


async def test_headers_cookie_and_user_agent_are_sent(web: WebWorld, fetcher: Fetcher) -> None:
    web.serve("/feed", FEED)
    wanted = feed(
        web.url("/feed"),
        headers={"Authorization": "Bearer t0ken", "accept": "application/atom+xml"},
        cookie="session=abc; seen=1",
        user_agent="newsroom/1 (press@example.test)",
    )
    await fetcher.fetch(wanted.url, feed=wanted)
    sent = web.requests("/feed")[0].headers
    assert sent.get_all("Authorization") == ["Bearer t0ken"]
    assert sent.get_all("Accept") == ["application/atom+xml"]
    assert sent.get_all("Cookie") == ["session=abc; seen=1"]
    assert sent.get_all("User-Agent") == ["newsroom/1 (press@example.test)"]


async def test_nothing_of_one_feed_is_sent_for_another(web: WebWorld, fetcher: Fetcher) -> None:
    web.serve("/feed", FEED)
    wanted = feed(web.url("/feed"), headers={"X-Key": "k"}, cookie="a=b", user_agent="mine")
    await fetcher.fetch(wanted.url, feed=wanted)
    await fetcher.fetch(wanted.url, feed=feed(web.url("/feed")))
    sent = web.requests("/feed")[1].headers
    assert (sent["X-Key"], sent["Cookie"]) == (None, None)
    assert sent["User-Agent"].startswith("monitor/")


async def test_secrets_stay_on_their_own_host(web: WebWorld, fetcher: Fetcher) -> None:
    with WebWorld() as other:
        web.redirect("/feed", "/here", times=1)
        web.redirect("/here", other.url("/there"))
        other.serve("/there", FEED)
        wanted = feed(
            web.url("/feed"),
            headers={"Authorization": "Bearer t0ken"},
            cookie="a=b",
            user_agent="u",
        )
        await fetcher.fetch(wanted.url, feed=wanted)
        assert [seen.headers["Cookie"] for seen in web.requests()] == ["a=b"] * 2
        there = other.requests("/there")[0].headers
        assert (there["Authorization"], there["Cookie"]) == (None, None)
        # The user agent is no secret, and the other host would be told a different one else.
        assert there["User-Agent"] == "u"


async def test_another_port_or_name_of_the_host_is_another_host(
    web: WebWorld, fetcher: Fetcher
) -> None:
    web.redirect("/feed", web.url("/there", host="localhost"))
    web.serve("/there", FEED)
    wanted = feed(web.url("/feed"), cookie="a=b")
    await fetcher.fetch(wanted.url, feed=wanted)
    assert web.requests("/there")[0].headers["Cookie"] is None


async def test_articles_on_the_feeds_host_are_read_with_its_login_and_others_without(
    web: WebWorld, fetcher: Fetcher
) -> None:
    with WebWorld() as other:
        web.serve("/page", "<p>ours")
        other.serve("/page", "<p>theirs")
        wanted = feed(web.url("/feed", userinfo="press:p%40ss"), cookie="a=b")
        for world in (web, other):
            await fetcher.fetch(world.url("/page"), accept=PAGE_ACCEPT, feed=wanted)
        ours = web.requests("/page")[0].headers
        theirs = other.requests("/page")[0].headers
        assert (ours["Authorization"], ours["Cookie"]) == (basic("press:p@ss"), "a=b")
        assert (theirs["Authorization"], theirs["Cookie"]) == (None, None)


async def test_a_feeds_permission_for_private_networks_counts(web: WebWorld) -> None:
    web.serve("/feed", FEED)
    async with Fetcher(Polling()) as fetcher:
        wanted = feed(web.url("/feed"), allow_private_networks=True)
        assert (await fetcher.fetch(wanted.url, feed=wanted)).body == FEED
        with pytest.raises(FetchError, match="unless allow_private_networks is set"):
            await fetcher.fetch(wanted.url, feed=feed(web.url("/feed")))


async def test_no_error_shows_a_secret(web: WebWorld, fetcher: Fetcher) -> None:
    web.fail("/feed", 401)
    with Proxy(login="me:right") as proxy:
        for way in (
            {},
            {"proxy": proxy.url("me:s3cret")},
            {"proxy": "http://me:s3cret@127.0.0.1:1"},
        ):
            wanted = feed(web.url("/feed"), headers={"X-Key": "s3cret"}, cookie="id=s3cret", **way)
            with pytest.raises(FetchError) as caught:
                await fetcher.fetch(wanted.url, feed=wanted)
            said = (str(caught.value), repr(caught.value.args), repr(caught.value.__cause__))
            assert "s3cret" not in "".join(said)
            assert (
                "s3cret" not in repr(wanted) + str(wanted.model_dump()) + wanted.model_dump_json()
            )


# --- proxies --------------------------------------------------------------------------------


async def test_a_feed_and_its_pages_are_fetched_through_its_proxy(
    web: WebWorld, fetcher: Fetcher
) -> None:
    web.serve("/feed", FEED, etag='"1"')
    web.redirect("/old", "/feed")
    web.serve("/page", "<p>text")
    with Proxy(login="me:p@ss") as proxy:
        wanted = feed(web.url("/old"), proxy=proxy.url("me:p%40ss"), cookie="a=b")
        assert (await fetcher.fetch(wanted.url, feed=wanted)).body == FEED
        page = await fetcher.fetch(web.url("/page"), accept=PAGE_ACCEPT, feed=wanted)
        assert page.body == b"<p>text"
        asked = [web.url(path) for path in ("/old", "/feed", "/page")]
        assert [each.target for each in proxy.passed] == asked
        # Without a proxy of its own a feed is asked directly.
        await fetcher.fetch(web.url("/feed"), feed=feed(web.url("/feed")))
        assert len(proxy.passed) == 3
    assert all(seen.headers["Proxy-Authorization"] is None for seen in web.requests())
    assert web.requests("/feed")[0].headers["Cookie"] == "a=b"


async def test_a_proxy_that_refuses_or_is_not_there_is_told(
    web: WebWorld, fetcher: Fetcher
) -> None:
    with Proxy(login="me:right") as proxy:
        wanted = feed(web.url("/feed"), proxy=proxy.url("me:wrong"))
        with pytest.raises(FetchError) as refused:
            await fetcher.fetch(wanted.url, feed=wanted)
        assert refused.value.status == 407
        secure = feed("https://127.0.0.1:9/feed", proxy=proxy.url("me:wrong"))
        with pytest.raises(FetchError, match=r"the proxy did not connect to 127.0.0.1 \(407\)"):
            await fetcher.fetch(secure.url, feed=secure)
        closed = proxy.url()
    gone = feed(web.url("/feed"), proxy=closed)
    with pytest.raises(FetchError, match="the proxy could not be reached"):
        await fetcher.fetch(gone.url, feed=gone)


async def test_https_is_tunnelled_and_the_server_must_prove_itself(
    web: WebWorld, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.serve("/feed", FEED)
    names = dict.fromkeys(("secure.test", "other.test"), f"127.0.0.1:{web.port}")
    with Proxy(login="me:pass", names=names) as proxy:
        wanted = feed("https://secure.test/feed", proxy=proxy.url("me:pass"), cookie="a=b")
        async with Fetcher(Polling(), resolver=Names()) as fetcher:
            with pytest.raises(FetchError, match="certificate is not trusted"):
                await fetcher.fetch(wanted.url, feed=wanted)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        async with Fetcher(Polling(), resolver=Names()) as fetcher:
            assert (await fetcher.fetch(wanted.url, feed=wanted)).body == FEED
            with pytest.raises(FetchError, match="certificate is not trusted"):
                await fetcher.fetch("https://other.test/feed", feed=wanted)
        assert {(each.method, each.target) for each in proxy.passed} == {
            ("CONNECT", "secure.test:443"), ("CONNECT", "other.test:443")}  # fmt: skip
        assert all(each.headers["Cookie"] is None for each in proxy.passed)
    (seen,) = web.requests()
    assert (seen.headers["Cookie"], seen.headers["Proxy-Authorization"]) == ("a=b", None)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]",
        "127.0.0.1.", "169.254.169.254", "10.0.0.7", "localhost", "intranet", "printer.local",
        "db.internal", "inside.test", "half.test",
    ],
)  # fmt: skip
async def test_a_proxy_does_not_lead_round_the_guard(web: WebWorld, host: str) -> None:
    web.serve("/", "the page of an internal service")
    names = Names(inside_test=[["10.0.0.1"]], half_test=[["93.184.215.14", "127.0.0.1"]],
                  localhost=[["127.0.0.1"]])  # fmt: skip
    with Proxy() as proxy:
        wanted = feed(web.url("/", host=host), proxy=proxy.url())
        async with Fetcher(Polling(), resolver=names) as fetcher:
            with pytest.raises(FetchError) as caught:
                await fetcher.fetch(wanted.url, feed=wanted)
        assert caught.value.kind in {"forbidden-address", "bad-url"}
        assert proxy.passed == []


async def test_redirects_through_a_proxy_are_judged_too(web: WebWorld) -> None:
    web.redirect("/feed", "http://169.254.169.254/latest/meta-data/")
    with Proxy(names={"public.test": f"127.0.0.1:{web.port}"}) as proxy:
        wanted = feed("http://public.test/feed", proxy=proxy.url())
        async with Fetcher(Polling(), resolver=Names(public_test=[["93.184.215.14"]])) as fetcher:
            with pytest.raises(FetchError) as caught:
                await fetcher.fetch(wanted.url, feed=wanted)
        assert caught.value.kind == "forbidden-address"
        assert len(proxy.passed) == 1


async def test_a_name_that_only_the_proxy_knows_is_left_to_it(web: WebWorld) -> None:
    web.serve("/feed", FEED)
    with Proxy(names={"public.test": f"127.0.0.1:{web.port}"}) as proxy:
        wanted = feed("http://public.test/feed", proxy=proxy.url())
        async with Fetcher(Polling(), resolver=Names()) as fetcher:
            assert (await fetcher.fetch(wanted.url, feed=wanted)).body == FEED


# --- what is refused in the configuration ---------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"headers": {"Host": "x"}}, "monitor sets this header itself"),
        ({"headers": {"Cookie": "x"}}, "write `cookie` instead"),
        ({"headers": {"X Y": "x"}}, "not the name of a header"),
        ({"headers": {"X-Y": "s3cret\r\nZ: 1"}}, "must stand on one line"),
        ({"headers": {"X-Y": " "}}, "must not be empty"),
        ({"headers": {"X-Y": "1", "x-y": "2"}}, "names a header twice"),
        ({"url": "http://s3cret:s3cret@h/", "headers": {"authorization": "1"}}, "two logins"),
        ({"cookie": ""}, "must not be empty"),
        ({"user_agent": "a\nb"}, "must stand on one line"),
        ({"proxy": "socks5://s3cret@h:1"}, "not a proxy's address"),
        ({"proxy": "http://s3cret:s3cret@h:99999"}, "not a proxy's address"),
        ({"proxy": "http://"}, "not a proxy's address"),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_refused(keys: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words) as caught:
        Feed.model_validate({"url": "http://h/", **keys})
    assert "s3cret" not in str(caught.value)

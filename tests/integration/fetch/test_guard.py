"""The guard against being used to reach inside a network, through a real client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from monitor.config.schema import Feed, Polling
from monitor.errors import FetchError
from monitor.fetch.client import PAGE_ACCEPT, Fetcher
from monitor.fetch.requests import Reach
from tests.support.names import Names
from tests.support.proxy import Proxy
from tests.support.web import WebWorld


@pytest.fixture
async def guarded() -> AsyncIterator[Fetcher]:
    async with Fetcher(Polling()) as made:
        yield made


async def refusal(fetcher: Fetcher, url: str, *, allow_private: bool | None = None) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(url, allow_private=allow_private)
    return caught.value


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "localhost.",
        "127.0.0.1.",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[::]",
        "0.0.0.0",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "127.1",
        "127.0.1",
        "127。0。0。1",
        "①②⑦.⓪.⓪.①",
        "%31%32%37.0.0.1",
    ],
)
async def test_no_spelling_of_this_machine_is_reached(
    web: WebWorld, guarded: Fetcher, host: str
) -> None:
    web.serve("/secret", "the page of an internal service")
    error = await refusal(guarded, web.url("/secret", host=host))
    assert error.kind in {"forbidden-address", "bad-url", "dns"}
    assert web.requests() == []


async def test_the_refusal_says_what_to_do(web: WebWorld, guarded: Fetcher) -> None:
    error = await refusal(guarded, web.url("/"))
    assert error.kind == "forbidden-address"
    assert "unless allow_private_networks is set" in str(error)
    assert error.where == web.url("/")


async def test_a_feed_may_be_allowed_what_others_are_not(web: WebWorld, guarded: Fetcher) -> None:
    web.serve("/feed", "inside")
    assert (await guarded.fetch(web.url("/feed"), allow_private=True)).body == b"inside"
    # The connection just used is still open; it must not serve a feed without the permission.
    assert (await refusal(guarded, web.url("/feed"))).kind == "forbidden-address"
    assert (await guarded.fetch(web.url("/feed"), allow_private=True)).body == b"inside"
    assert len(web.requests()) == 2


async def test_permission_for_all_can_be_withdrawn_for_one(web: WebWorld) -> None:
    async with Fetcher(Polling(allow_private_networks=True)) as fetcher:
        error = await refusal(fetcher, web.url("/"), allow_private=False)
    assert error.kind == "forbidden-address"


@pytest.mark.parametrize("target", ["169.254.169.254", "[fd00:ec2::254]", "[::ffff:a9fe:a9fe]"])
async def test_a_redirect_to_cloud_metadata_is_refused_even_inside(
    web: WebWorld, target: str
) -> None:
    web.redirect("/feed", f"http://{target}/latest/meta-data/")
    async with Fetcher(Polling(allow_private_networks=True)) as fetcher:
        error = await refusal(fetcher, web.url("/feed"))
    assert error.kind == "forbidden-address"
    assert "redirected to" in str(error)


async def test_a_name_for_a_private_address_is_refused(web: WebWorld) -> None:
    names = Names(
        rebound_test=[["127.0.0.1"]], six_test=[["::1"]], mapped_test=[["::ffff:10.0.0.1"]]
    )
    async with Fetcher(Polling(), resolver=names) as fetcher:
        for host in ("rebound.test", "six.test", "mapped.test"):
            error = await refusal(fetcher, web.url("/", host=host))
            assert error.kind == "forbidden-address"
    assert web.requests() == []


async def test_a_name_that_changes_its_address_is_judged_each_time(web: WebWorld) -> None:
    names = Names(moving_test=[["127.0.0.1"], ["169.254.169.254"]])
    web.serve("/", "ok", headers={"Connection": "close"})
    async with Fetcher(Polling(allow_private_networks=True), resolver=names) as fetcher:
        assert (await fetcher.fetch(web.url("/", host="moving.test"))).body == b"ok"
        error = await refusal(fetcher, web.url("/", host="moving.test"))
    assert error.kind == "forbidden-address"
    assert len(web.requests()) == 1


async def test_the_name_is_looked_up_once_for_each_connection(web: WebWorld) -> None:
    # A second look-up between judging and connecting is what rebinding lives on.
    names = Names(feed_test=[["127.0.0.1"], ["10.0.0.1"]])
    web.serve("/", "ok")
    async with Fetcher(Polling(allow_private_networks=True), resolver=names) as fetcher:
        await fetcher.fetch(web.url("/", host="feed.test"))
    assert names.asked == ["feed.test"]


async def test_a_bad_address_among_good_ones_is_passed_over(web: WebWorld) -> None:
    names = Names(both_test=[["169.254.169.254", "127.0.0.1"]])
    web.serve("/", "ok")
    async with Fetcher(Polling(allow_private_networks=True), resolver=names) as fetcher:
        assert (await fetcher.fetch(web.url("/", host="both.test"))).body == b"ok"


async def test_a_name_nobody_knows(web: WebWorld) -> None:
    async with Fetcher(Polling(), resolver=Names()) as fetcher:
        error = await refusal(fetcher, web.url("/", host="unknown.test"))
    assert error.kind == "dns"
    assert "the name unknown.test could not be found" in str(error)


async def test_a_proxy_in_the_environment_does_not_lead_round_the_guard(
    web: WebWorld, guarded: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.serve("/", "through the proxy")
    monkeypatch.setenv("http_proxy", web.url(""))
    monkeypatch.setenv("HTTP_PROXY", web.url(""))
    monkeypatch.setenv("ALL_PROXY", web.url(""))
    assert (await refusal(guarded, "http://10.0.0.1/")).kind == "forbidden-address"
    assert web.requests() == []


@pytest.fixture
def neighbour() -> Iterator[WebWorld]:
    """Another host of the same private network, with something to hide."""
    with WebWorld("127.0.0.2") as web:
        web.serve("/secret", "the page of an internal service")
        yield web


def inside(web: WebWorld, path: str = "/feed", **more: object) -> Feed:
    """A feed on a private network whose operator allows that."""
    return Feed.model_validate({"url": web.url(path), "allow_private_networks": True} | more)


async def test_a_feeds_permission_is_for_its_own_host_only(
    web: WebWorld, neighbour: WebWorld, guarded: Fetcher
) -> None:
    web.serve("/page", "ours")
    web.redirect("/moved", "/page")
    feed = inside(web)
    for path in ("/page", "/moved"):
        assert (await guarded.fetch(web.url(path), accept=PAGE_ACCEPT, feed=feed)).body == b"ours"
    # As a hostile entry's link would have it.
    for target in (
        neighbour.url("/secret"),
        neighbour.url("/secret", host="0x7f.2"),
        neighbour.url("/secret", host="127.0.0.1"),
        web.url("/page", host="localhost"),
    ):
        with pytest.raises(FetchError, match="unless allow_private_networks is set") as caught:
            await guarded.fetch(target, accept=PAGE_ACCEPT, feed=feed)
        assert caught.value.kind == "forbidden-address"
        assert "its own host (127.0.0.1) only" in (caught.value.hint or "")
    assert neighbour.requests() == []
    assert [seen.path for seen in web.requests()] == ["/page", "/moved", "/page"]


async def test_a_redirect_must_not_leave_the_host_that_is_allowed(
    web: WebWorld, neighbour: WebWorld, guarded: Fetcher
) -> None:
    web.redirect("/feed", neighbour.url("/secret"))
    with pytest.raises(FetchError, match=r"redirected to http://127\.0\.0\.2") as caught:
        await guarded.fetch(web.url("/feed"), feed=inside(web))
    assert caught.value.kind == "forbidden-address"
    # Nor come to it from outside with more than its own permission.
    neighbour.redirect("/there", web.url("/page"))
    with pytest.raises(FetchError):
        await guarded.fetch(neighbour.url("/there"), feed=inside(web))
    assert neighbour.requests() == []


async def test_a_permission_for_all_covers_what_feeds_link_to(
    web: WebWorld, neighbour: WebWorld
) -> None:
    neighbour.serve("/page", "theirs")
    for allowed in (None, True):
        async with Fetcher(Polling(allow_private_networks=True)) as fetcher:
            feed = inside(web, allow_private_networks=allowed)
            answer = await fetcher.fetch(neighbour.url("/page"), accept=PAGE_ACCEPT, feed=feed)
            assert answer.body == b"theirs"
    async with Fetcher(Polling(allow_private_networks=True)) as fetcher:
        with pytest.raises(FetchError):
            await fetcher.fetch(web.url("/feed"), feed=inside(web, allow_private_networks=False))


async def test_a_proxy_is_handed_nothing_beyond_the_feeds_own_host(
    web: WebWorld, neighbour: WebWorld, guarded: Fetcher
) -> None:
    web.serve("/feed", "ours")
    with Proxy() as proxy:
        feed = inside(web, proxy=proxy.url())
        assert (await guarded.fetch(feed.url, feed=feed)).body == b"ours"
        with pytest.raises(FetchError, match="unless allow_private_networks is set"):
            await guarded.fetch(neighbour.url("/secret"), accept=PAGE_ACCEPT, feed=feed)
        assert len(proxy.passed) == 1


def test_a_feeds_own_name_may_be_secure_but_at_no_other_port() -> None:
    home = Reach(everywhere=False, home=httpx.URL("http://wiki.lan/feed"))
    for address, covered in (
        ("http://WIKI.lan/page", True),
        ("https://wiki.lan/page", True),
        ("https://wiki.lan:443/", True),
        ("http://wiki.lan:8080/", False),
        ("http://wiki.lan.evil.example/", False),
        ("http://evil.example@other.lan/", False),
        ("http://user@wiki.lan/", True),
    ):
        assert home.covers(httpx.URL(address)) is covered

"""Feeds that move for good, or are gone for good."""

from __future__ import annotations

from monitor.model.feed import FeedState
from monitor.pipeline.events import Noticed
from monitor.pipeline.poll import poll
from monitor.store import feeds
from tests.support.databases import BOTH
from tests.support.feed_words import why
from tests.support.product import Product
from tests.support.web import WebWorld, item, rss

database = BOTH


async def state(product: Product) -> FeedState:
    (only,) = await product.ctx.look(feeds.everything)
    assert isinstance(only, FeedState)
    return only


def asked(web: WebWorld, since: int = 0) -> list[str]:
    return [seen.path for seen in web.requests()[since:]]


async def confirmed(product: Product, web: WebWorld) -> int:
    """A feed at /old that has been at /new for long enough; how many requests that took."""
    web.redirect("/old", "/new", status=301)
    web.serve("/new", rss([item("One")]), etag='"1"')
    await product.start(web.url("/old"))
    for _ in range(3):
        assert (await state(product)).address == web.url("/old")
        await product.round()
        product.clock.advance(hours=12)
    return len(web.requests())


def moves_told(product: Product) -> list[str]:
    notices = [step.notice for step in product.steps if isinstance(step, Noticed)]
    return [notice.text for notice in notices if notice.kind == "feed-moved"]


async def test_a_feed_that_moved_is_asked_at_its_new_address(
    product: Product, web: WebWorld
) -> None:
    before = await confirmed(product, web)
    assert asked(web) == ["/old", "/new"] * 3
    (told,) = moves_told(product)
    assert web.url("/new") in told
    await product.round()
    assert asked(web, before) == ["/new"]
    assert web.requests()[-1].headers["If-None-Match"] == '"1"'
    moved = await state(product)
    assert (moved.url, moved.address) == (web.url("/old"), web.url("/new"))
    assert len(moves_told(product)) == 1


async def test_a_feed_that_moved_on_is_followed(product: Product, web: WebWorld) -> None:
    before = await confirmed(product, web)
    web.redirect("/new", "/newer", status=308)
    web.serve("/newer", rss([item("One"), item("Two")]))
    await product.round()
    assert asked(web, before) == ["/new", "/newer"]
    moved = await state(product)
    assert moved.move is not None
    assert (moved.move.to, moved.move.confirmed) == (web.url("/newer"), None)
    assert moved.address == web.url("/old")
    await product.round()
    assert asked(web, before + 2) == ["/old", "/new", "/newer"]


async def test_when_the_new_address_fails_the_old_one_is_asked(
    product: Product, web: WebWorld
) -> None:
    before = await confirmed(product, web)
    web.fail("/new", 410)
    web.serve("/old", rss([item("One"), item("Back")]))
    await product.round()
    assert asked(web, before) == ["/new", "/old"]
    back = await state(product)
    assert (back.failures, back.stopped, back.move) == (0, False, None)
    await product.round()
    assert asked(web, before + 2) == ["/old"]


async def test_a_login_page_is_never_believed(product: Product, web: WebWorld) -> None:
    web.redirect("/old", "/login", status=301)
    web.serve("/login", "<!doctype html><title>Welcome to the hotel</title>")
    await product.start(web.url("/old"))
    for _ in range(4):
        await product.round()
        product.clock.advance(hours=12)
    failing = await state(product)
    assert (failing.failures, failing.move) == (4, None)


async def test_a_feed_that_is_gone_is_stopped_and_says_so(product: Product, web: WebWorld) -> None:
    web.serve("/feed", rss([item("One")]))
    await product.start(web.url("/feed"))
    await product.round()
    web.fail("/feed", 410)
    await product.round()
    gone = await state(product)
    assert gone.stopped
    assert "gone for good (410" in why(gone)
    before = len(web.requests())
    product.clock.advance(days=3)
    await product.round()
    assert len(web.requests()) == before


async def test_a_feed_whose_host_is_held_has_not_failed(product: Product, web: WebWorld) -> None:
    web.fail("/busy", 503, retry_after=600)
    web.serve("/feed", rss([item("One")]))
    await product.start(web.url("/busy"), web.url("/feed"))
    await poll(product.ctx, (await states(product))["busy"].id)
    await poll(product.ctx, (await states(product))["feed"].id)
    held = (await states(product))["feed"]
    assert (held.failures, why(held)) == (0, "its host asked to wait until 15:40 UTC")
    assert "asked us to wait" in (held.last_error or "")
    assert asked(web) == ["/busy"]
    product.clock.advance(minutes=11)
    await product.round()
    assert (await states(product))["feed"].last_error is None


async def states(product: Product) -> dict[str, FeedState]:
    found = await product.ctx.look(feeds.everything)
    return {each.url.rpartition("/")[2]: each for each in found}

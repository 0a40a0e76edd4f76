"""A feed that has changed is read only as far as it has, and nothing is lost or repeated by it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from monitor.pipeline.events import Polled
from monitor.store import feeds
from monitor.store.tables import entries
from tests.support.databases import BOTH
from tests.support.product import Product
from tests.support.web import WebWorld, item, rss

database = BOTH


async def poll_only(product: Product) -> Polled:
    product.clock.advance(minutes=15)
    await product.round()
    step = product.polled[-1]
    assert isinstance(step, Polled)
    return step


async def start(product: Product, web: WebWorld, *titles: str) -> None:
    serve(web, *titles)
    await product.start(web.url("/feed"))
    first = await poll_only(product)
    assert (first.entries, first.new) == (len(titles), len(titles))


def serve(web: WebWorld, *titles: str, **options: Any) -> None:
    items = [item(title.partition(":")[2], guid=title.partition(":")[0]) for title in titles]
    web.serve("/feed", rss(items), **options)


async def seen(product: Product) -> dict[str, Any]:
    rows = await product.ctx.look(lambda c: c.execute(select(entries)).all())
    return {row.identity: row.last_seen for row in rows}


async def memory(product: Product) -> bytes:
    (state,) = await product.ctx.look(feeds.everything)
    found = await product.ctx.look(lambda c: feeds.memory(c, state.id))
    assert isinstance(found, bytes)
    return found


async def test_new_and_edited_items_are_found_among_known_ones(
    product: Product, web: WebWorld
) -> None:
    await start(product, web, "a:Alpha", "b:Beta", "c:Gamma")
    serve(web, "d:Delta", "a:Alpha", "b:Beta has changed", "c:Gamma")
    step = await poll_only(product)
    assert (step.entries, step.new, step.problems) == (4, 1, ())
    assert {read.article.title for read in product.reads[3:]} == {"Delta", "Beta has changed"}
    # What is still listed counts as seen, so that it is not forgotten for its age.
    assert set((await seen(product)).values()) == {product.clock.now}
    serve(web, "d:Delta", "a:Alpha", "c:Gamma")
    assert (await poll_only(product)).new == 0
    gone = {
        identity for identity, when in (await seen(product)).items() if when < product.clock.now
    }
    assert gone == {"b"}


async def test_what_leaves_and_comes_back_is_no_news(product: Product, web: WebWorld) -> None:
    await start(product, web, "a:Alpha", "b:Beta")
    serve(web, "b:Beta")
    await poll_only(product)
    serve(web, "a:Alpha", "b:Beta")
    assert (await poll_only(product)).new == 0


async def test_a_feed_that_rolled_over_is_noticed(product: Product, web: WebWorld) -> None:
    await start(product, web, "a:Alpha", "b:Beta")
    serve(web, "c:Gamma", "b:Beta")
    assert not any("unseen" in problem for problem in (await poll_only(product)).problems)
    serve(web, "d:Delta", "e:Epsilon")
    assert any("unseen" in problem for problem in (await poll_only(product)).problems)


async def test_what_is_remembered_but_not_known_is_read_again(
    product: Product, web: WebWorld
) -> None:
    await start(product, web, "a:Alpha", "b:Beta")
    await product.ctx.store(lambda c: c.execute(delete(entries)))
    assert await memory(product)
    serve(web, "c:Gamma", "a:Alpha", "b:Beta", etag='"1"')
    assert (await poll_only(product)).new == 1
    assert await memory(product) == b""
    # Although nothing has changed on the server.
    assert (await poll_only(product)).new == 2
    assert await memory(product)
    assert (await poll_only(product)).outcome == "unchanged"


async def test_faults_stay_known_while_they_last(product: Product, web: WebWorld) -> None:
    await start(product, web, "a:Alpha")
    twice = ["b:Beta", "b:Beta as well"]
    serve(web, "a:Alpha", *twice)
    assert len((await poll_only(product)).problems) == 1
    assert await memory(product) == b""
    serve(web, "a:Alpha", *twice, "c:Gamma")
    assert len((await poll_only(product)).problems) == 1
    serve(web, "a:Alpha", "c:Gamma")
    assert (await poll_only(product)).problems == ()
    assert await memory(product)

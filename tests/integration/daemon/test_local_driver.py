"""Work is claimed in one way, whoever does it, and given back by whoever does not do it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Connection, select

from monitor.daemon.local_driver import Driver, Tasks, Work
from monitor.errors import StoreError
from monitor.matching.matcher import Matcher
from monitor.model.feed import FeedState
from monitor.pipeline.concurrency import Bounds, Room, Slots
from monitor.pipeline.context import Context
from monitor.pipeline.poll import poll
from monitor.pipeline.read import read
from monitor.store import feeds as store_feeds
from monitor.store.leases import LEASE
from monitor.store.tables import articles, feeds
from tests.support.product import Product
from tests.support.program import wait_until
from tests.support.story import STORY, publish
from tests.support.web import WebWorld, article_html


@asynccontextmanager
async def another(product: Product) -> AsyncIterator[Driver]:
    """A second process at work on the same database."""
    ctx = Context(
        product.db, product.ctx.runtime, product.workers,
        observe=product.steps.append, clock=product.clock,
    )  # fmt: skip
    tasks = Tasks()
    try:
        driver = Driver(ctx, start=tasks.start)
        yield driver
        await tasks.finish()
    finally:
        await tasks.cancel()
        ctx.close()


async def claims(product: Product) -> set[datetime | None]:
    def claimed(connection: Connection) -> set[datetime | None]:
        found = [select(table.c.claimed_until) for table in (feeds, articles)]
        return {each for query in found for each in connection.scalars(query)}

    return set(await product.ctx.look(claimed))


async def test_what_one_is_at_no_other_begins(product: Product, web: WebWorld) -> None:
    web.silent("/hangs")
    await product.start(web.url("/hangs"))
    tasks = Tasks()
    driver = Driver(product.ctx, start=tasks.start)
    await driver.poll_due()
    await asyncio.to_thread(
        wait_until, lambda: bool(web.requests("/hangs")), 30, lambda: "it is not asked for"
    )
    assert await claims(product) == {product.clock() + LEASE}
    for _ in range(3):
        async with another(product) as other:
            await other.poll_due()
        assert len(web.requests("/hangs")) == 1
        # However long it takes.
        product.clock.advance(seconds=LEASE.total_seconds() - 1)
        await driver.renew()
        assert await claims(product) == {product.clock() + LEASE}
    # What is given up in good order is begun by whoever comes next.
    await tasks.cancel()
    await driver.hand_back()
    assert await claims(product) == {None}
    assert [feed.url for feed in await product.ctx.look(due)] == [web.url("/hangs")]


async def test_what_is_left_by_one_that_was_killed_waits_for_its_lease(
    product: Product, web: WebWorld
) -> None:
    await product.start(publish(web, "one", "two"))
    # Claimed, and nothing more: as if it was killed then.
    killed = Driver(product.ctx, start=lambda _what, work, /, **_: work.close())
    await killed.poll_due()
    async with another(product) as other:
        await other.poll_due()
    assert not product.polled
    product.clock.advance(seconds=LEASE.total_seconds())
    async with another(product) as other:
        await other.poll_due()
    assert [step.new for step in product.polled] == [2]
    assert len(product.reads) == 2
    assert await claims(product) == {None}


async def test_whoever_holds_the_lock_waits_for_no_lease(product: Product, web: WebWorld) -> None:
    await product.start(publish(web, "one"))
    killed = Driver(product.ctx, start=lambda _what, work, /, **_: work.close())
    await killed.poll_due()
    async with another(product) as other:
        await other.take_up()
        await other.poll_due()
    assert [step.new for step in product.polled] == [1]


async def test_what_the_database_refused_is_begun_again(product: Product, web: WebWorld) -> None:
    await product.start(web.url("/feed"))
    tries: list[int] = []
    slots = Slots(lambda: Bounds(4, 2))

    async def step(feed: FeedState) -> bool:
        tries.append(feed.id)
        raise StoreError("the disk is full")

    tasks = Tasks()
    work = Work[FeedState](
        product.ctx,
        feeds,
        slots,
        due=due,
        take=lambda feed: slots.take(feed.id, feed.host),
        step=step,
        after=work_is_over,
        start=lambda feed, doing: tasks.start("poll", doing, where=feed.url),
        stopping=asyncio.Event(),
    )
    for count in (1, 2):
        await work.begin()
        with pytest.raises(StoreError):
            await tasks.finish()
        assert len(tries) == count
    await work.hand_back()
    assert await claims(product) == {None}


async def test_a_slot_that_is_freed_during_a_look_is_taken(product: Product, web: WebWorld) -> None:
    await product.start(*(web.url(f"/{number}") for number in range(4)))
    slots = Slots(lambda: Bounds(9, 2))
    looks: list[Room] = []
    go_on = threading.Event()
    may_end = {number: asyncio.Event() for number in range(1, 5)}

    def look(connection: Connection, now: datetime, room: Room) -> list[FeedState]:
        looks.append(room)
        if len(looks) == 2:
            go_on.wait(60)
        return store_feeds.due(connection, now, room.free, per_host=2, hosts=room.hosts)

    async def step(feed: FeedState) -> bool:
        begun.append(feed.id)
        await may_end[feed.id].wait()
        return False

    begun: list[int] = []
    tasks = Tasks()
    work = Work[FeedState](
        product.ctx,
        feeds,
        slots,
        due=look,
        take=lambda feed: slots.take(feed.id, feed.host),
        step=step,
        after=work_is_over,
        start=lambda feed, doing: tasks.start("poll", doing, where=feed.url),
        stopping=asyncio.Event(),
    )
    await work.begin()
    await until(lambda: len(begun) == 2)
    first, second = begun
    may_end[first].set()
    await until(lambda: len(looks) == 2)
    # The look has seen a host with which one more may begin; when it ends it may be two.
    for event in may_end.values():
        event.set()
    await until(lambda: second not in slots.room().under_way)
    go_on.set()
    await tasks.finish()
    assert sorted(begun) == [1, 2, 3, 4]


async def until(condition: Callable[[], bool]) -> None:
    await asyncio.to_thread(wait_until, condition, 30, lambda: "nothing more is begun or ended")


async def work_is_over() -> None:
    """Nothing follows."""


def due(
    connection: Connection, now: datetime | None = None, room: Room | None = None
) -> list[FeedState]:
    everything = store_feeds.everything(connection)
    at = now or max(feed.next_poll for feed in everything if feed.next_poll)
    return store_feeds.due(connection, at, 9 if room is None else room.free)


async def test_a_step_keeps_the_configuration_with_which_it_began(
    product: Product, web: WebWorld
) -> None:
    await product.start(publish(web, "story"))
    page = article_html("Headline story", STORY)
    answer = threading.Event()

    def pieces() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page[:100]
        answer.wait(60)
        yield page[100:]

    web.trickle("/story", pieces())
    [feed] = await product.ctx.look(store_feeds.everything)
    await poll(product.ctx, feed.id)
    reading = asyncio.create_task(read(product.ctx, 1))
    await asyncio.to_thread(web.wait_for, "/story")
    runtime = product.ctx.runtime
    product.ctx.runtime = replace(runtime, matcher=Matcher(()), watchlists={})
    answer.set()
    await reading
    assert [match.alert for step in product.reads for match in step.matches] == [True]

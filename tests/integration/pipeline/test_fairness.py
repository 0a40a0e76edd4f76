"""A host that hangs, or has hundreds of pages to read, keeps nobody else waiting."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from monitor.articles.page import read_page
from monitor.daemon.daemon import Daemon
from monitor.daemon.local_driver import READERS
from monitor.errors import ParseError
from monitor.model.feed import NOT_POLLED_YET
from monitor.pipeline.poll import poll
from monitor.pipeline.workers import Share, Workers
from monitor.store import articles, feeds, tables
from tests.support.product import Product
from tests.support.program import config_toml, wait_until
from tests.support.story import news, serve_story
from tests.support.web import WebWorld, rss

CONCURRENCY = 6
PER_HOST = 2
PATIENCE = 60
# Whatever hangs hangs for longer than any test: only who need not wait for it comes through.
POLLING = f"""
[polling]
concurrency = {CONCURRENCY}
per_host = {PER_HOST}
timeout = "10m"
allow_private_networks = true
"""


MANY_REQUESTS = POLLING.replace(f"concurrency = {CONCURRENCY}", f"concurrency = {3 * READERS}")


@pytest.fixture
def slow() -> Iterator[WebWorld]:
    with WebWorld("127.0.0.2") as web:
        yield web


@pytest.fixture
def quick() -> Iterator[WebWorld]:
    with WebWorld("127.0.0.3") as web:
        yield web


@asynccontextmanager
async def running(product: Product, *hanging: WebWorld) -> AsyncIterator[None]:
    """The daemon at work; at the end, what hangs is let go so that it need not be waited for."""
    daemon = Daemon(product.ctx, product._folder / "config.toml", watch=False)
    work = asyncio.create_task(daemon.run())
    try:
        yield
    finally:
        daemon.stop()
        for web in hanging:
            await asyncio.to_thread(web.close)
        await work


async def until(condition: Callable[[], bool], patience: float = PATIENCE) -> None:
    await asyncio.to_thread(wait_until, condition, patience, lambda: "somebody has to wait")


def hang(web: WebWorld, count: int) -> list[str]:
    for number in range(count):
        web.silent(f"/{number}")
    return [web.url(f"/{number}") for number in range(count)]


async def start(
    product: Product, *addresses: str, slack: str | None = None, polling: str = POLLING
) -> None:
    await product.start(toml=config_toml(list(addresses), polling=polling, slack=slack))


async def test_feeds_on_a_host_that_hangs_hold_up_no_other(
    product: Product, slow: WebWorld, quick: WebWorld
) -> None:
    stuck = hang(slow, 5 * CONCURRENCY)
    names = [f"/feed{number}" for number in range(5 * CONCURRENCY)]
    for name in names:
        quick.serve(name, rss([]))
    await start(product, *stuck, *map(quick.url, names))
    # Those that hang have waited for longest.
    with product.db.write() as connection:
        for feed in feeds.everything(connection):
            if feed.url in stuck:
                earlier = product.clock() - timedelta(hours=1)
                feeds.reschedule(connection, feed.id, earlier, NOT_POLLED_YET)
    async with running(product, slow):
        await until(lambda: len(product.polled) == len(names))
        assert {step.feed.host for step in product.polled} == {f"127.0.0.3:{quick.port}"}
        assert len(slow.requests()) == PER_HOST
    assert quick.peak <= PER_HOST


async def test_many_hosts_that_hang_again_hold_up_no_other(
    product: Product, quick: WebWorld
) -> None:
    names = [f"/feed{number}" for number in range(2 * CONCURRENCY)]
    for name in names:
        quick.serve(name, rss([]))
    with WebWorld("0.0.0.0") as dead:
        hang(dead, 5 * CONCURRENCY)
        stuck = [dead.url(f"/{n}", host=f"127.0.1.{n + 1}") for n in range(5 * CONCURRENCY)]
        await start(product, *stuck, *map(quick.url, names))
        with product.db.write() as connection:
            earlier = product.clock() - timedelta(hours=1)
            connection.execute(
                update(tables.feeds)
                .where(tables.feeds.c.url.in_(stuck))
                .values(failures=3, last_polled=earlier, next_poll=earlier)
            )
        async with running(product, dead):
            await until(lambda: len(product.polled) == len(names))
            assert len(dead.requests()) == CONCURRENCY // 2


async def test_the_feeds_of_one_host_follow_each_other_without_a_pause(
    product: Product, quick: WebWorld
) -> None:
    # So many that the looks at what is due, one a second, would be too few for them.
    names = [f"/feed{number}" for number in range(PATIENCE * PER_HOST + 10)]
    for name in names:
        quick.serve(name, rss([]))
    await start(product, *map(quick.url, names))
    async with running(product):
        await until(lambda: len(product.polled) == len(names))


async def test_pages_of_a_host_that_hangs_hold_up_no_other(
    product: Product, slow: WebWorld, quick: WebWorld, slack: Any
) -> None:
    pages = [str(number) for number in range(2 * READERS)]
    hang(slow, len(pages))
    slow.serve("/feed", rss([news(slow, page) for page in pages]))
    serve_story(quick, "story")
    quick.serve("/feed", rss([]))
    await start(product, slow.url("/feed"), quick.url("/feed"), slack=slack.endpoint)
    async with running(product, slow):
        await asyncio.to_thread(slow.wait_for, "/1")
        with product.db.read() as connection:
            assert articles.unread(connection) == len(pages)
        product.clock.advance(hours=2)
        quick.serve("/feed", rss([news(quick, "story")]))
        await until(lambda: len(slack.messages) == 1)
        aside = len(slow.requests("/feed")) + len(slow.requests("/robots.txt"))
        assert len(slow.requests()) - aside <= PER_HOST


class Slow:
    """Workers that take as long over the pages of one host as a file is there."""

    def __init__(self, workers: Workers | Share, host: str, file: Path) -> None:
        self.run_first = workers.run_first
        self._workers = workers
        self._host = host
        self._file = file

    def of(self, host: str, feed: int | None = None) -> Slow:
        assert isinstance(self._workers, Workers)
        return Slow(self._workers.of(host, feed), self._host, self._file)

    async def run(self, seconds: float, function: Callable[..., Any], *args: Any, **kw: Any) -> Any:
        if function is read_page and self._host in kw["url"]:
            return await self._workers.run(600, wait_while, self._file)
        return await self._workers.run(seconds, function, *args, **kw)


def wait_while(file: Path) -> None:
    while file.exists():
        time.sleep(0.02)
    raise ParseError("it took too long")


async def test_pages_that_take_long_to_read_hold_up_no_other_hosts(
    product: Product, slow: WebWorld, quick: WebWorld, slack: Any, tmp_path: Path
) -> None:
    pages = [str(number) for number in range(2 * PER_HOST)]
    for page in pages:
        serve_story(slow, page)
    slow.serve("/feed", rss([news(slow, page) for page in pages]))
    quick.serve("/feed", rss([]))
    serve_story(quick, "story")
    stuck = tmp_path / "stuck"
    stuck.touch()
    with closing(Workers(2)) as workers:
        product.workers = Slow(workers, slow.url(""), stuck)
        polling = POLLING + 'page_gap = "0s"\n'
        feeds = [slow.url("/feed"), quick.url("/feed")]
        await product.start(toml=config_toml(feeds, polling=polling, slack=slack.endpoint))
        async with running(product):
            await asyncio.to_thread(slow.wait_for, "/1")
            await until(lambda: len(product.polled) == 2)
            product.clock.advance(hours=2)
            quick.serve("/feed", rss([news(quick, "story")]))
            # Processes that have read no page yet have much to load.
            await until(lambda: len(slack.messages) == 1, patience=60)
            stuck.unlink()


def list_on_many_hosts(dead: WebWorld, feed: int, count: int) -> str:
    """Serve a feed whose entries have a page each, on a host of its own, that never answers."""
    hang(dead, count)
    hosts = [f"127.0.{feed + 1}.{number + 1}" for number in range(count)]
    items = [
        news(dead, str(number), link=dead.url(f"/{number}", host=host), guid=host)
        for number, host in enumerate(hosts)
    ]
    dead.serve(f"/feed{feed}", rss(items))
    return dead.url(f"/feed{feed}", host="127.0.0.9")


def pages(web: WebWorld) -> int:
    return sum(request.path.strip("/").isdigit() for request in web.requests())


async def test_pages_on_many_hosts_that_hang_leave_slots_to_other_feeds(
    product: Product, quick: WebWorld, slack: Any
) -> None:
    with WebWorld("0.0.0.0") as dead:
        hostile = list_on_many_hosts(dead, 0, 2 * READERS)
        serve_story(quick, "story")
        quick.serve("/feed", rss([]))
        feeds = hostile, quick.url("/feed")
        await start(product, *feeds, slack=slack.endpoint, polling=MANY_REQUESTS)
        async with running(product, dead):
            await until(lambda: pages(dead) >= READERS // 4)
            product.clock.advance(hours=2)
            quick.serve("/feed", rss([news(quick, "story")]))
            await until(lambda: len(slack.messages) == 1)
            assert pages(dead) == READERS // 4


async def test_what_a_feed_says_is_told_while_no_page_at_all_can_be_read(
    product: Product, quick: WebWorld, slack: Any
) -> None:
    with WebWorld("0.0.0.0") as dead:
        hostile = [list_on_many_hosts(dead, number, READERS // 2) for number in range(5)]
        quick.serve("/feed", rss([]))
        quick.silent("/story")
        feeds = *hostile, quick.url("/feed")
        await start(product, *feeds, slack=slack.endpoint, polling=MANY_REQUESTS)
        async with running(product, dead, quick):
            await until(lambda: pages(dead) >= READERS)
            product.clock.advance(hours=2)
            headline = news(quick, "story", title="APT31 blamed for the breach")
            quick.serve("/feed", rss([headline]))
            await until(lambda: len(slack.messages) == 1)
            assert "APT31 blamed for the breach" in str(slack.messages[0].payload)
            assert quick.requests("/story") == []


async def test_a_page_that_hangs_holds_up_what_its_feed_says_for_a_moment_only(
    product: Product, slow: WebWorld, slack: Any
) -> None:
    slow.silent("/story")
    slow.serve("/feed", rss([news(slow, "story", title="APT31 blamed for the breach")]))
    await start(product, slow.url("/feed"), slack=slack.endpoint)
    async with running(product, slow):
        await until(lambda: len(slack.messages) == 1)
        assert len(slow.requests("/story")) == 1


async def test_what_a_killed_daemon_had_not_told_yet_is_told_by_the_next(
    product: Product, slow: WebWorld, slack: Any
) -> None:
    slow.silent("/story")
    slow.serve("/feed", rss([news(slow, "story", title="APT31 blamed for the breach")]))
    await start(product, slow.url("/feed"), slack=slack.endpoint)
    [feed] = await product.ctx.look(feeds.everything)
    assert await poll(product.ctx, feed.id)
    product.ctx.early.close()
    async with running(product, slow):
        await until(lambda: len(slack.messages) == 1)


async def test_one_round_reads_with_all_requests_once_every_feed_is_asked(product: Product) -> None:
    with WebWorld("0.0.0.0") as dead:
        await start(
            product,
            *(list_on_many_hosts(dead, number, CONCURRENCY) for number in range(CONCURRENCY)),
        )
        work = asyncio.create_task(product.round())
        await until(lambda: pages(dead) == CONCURRENCY)
        work.cancel()
        await asyncio.wait([work])


async def test_one_round_sends_what_feeds_say_while_pages_hang(
    product: Product, slow: WebWorld, slack: Any
) -> None:
    slow.silent("/story")
    slow.serve("/feed", rss([news(slow, "story", title="APT31 blamed for the breach")]))
    await start(product, slow.url("/feed"), slack=slack.endpoint)
    work = asyncio.create_task(product.round())
    await until(lambda: len(slack.messages) == 1)
    work.cancel()
    await asyncio.wait([work])


async def test_pages_that_hang_leave_requests_to_the_feeds(
    product: Product, quick: WebWorld, slack: Any
) -> None:
    with WebWorld("0.0.0.0") as dead:
        hostile = [list_on_many_hosts(dead, number, CONCURRENCY) for number in range(5)]
        quick.serve("/feed", rss([]))
        await start(product, *hostile, quick.url("/feed"), slack=slack.endpoint)
        async with running(product, dead):
            await until(lambda: pages(dead) >= CONCURRENCY // 2)
            product.clock.advance(hours=2)
            quick.serve("/feed", rss([news(quick, "story", title="APT31 blamed")]))
            await until(lambda: len(slack.messages) == 1)
            assert pages(dead) == CONCURRENCY // 2


async def test_an_article_without_a_page_to_ask_for_waits_for_no_host(
    product: Product, slow: WebWorld, slack: Any
) -> None:
    hang(slow, 4)
    full = "<p>Officials said that APT31 was behind the attack on Parliament. </p>" * 60
    items = [news(slow, "0", content=full), news(slow, "1", content=full), news(slow, "2")]
    slow.serve("/feed", rss(items))
    await start(product, slow.url("/feed"), slack=slack.endpoint)
    async with running(product, slow):
        await until(lambda: len(product.reads) == 2 and bool(slow.requests("/2")))
        paths = [request.path for request in slow.requests()]
        assert paths == ["/feed", "/robots.txt", "/2"]


async def test_one_round_reads_pages_of_other_hosts_while_one_hangs(
    product: Product, slow: WebWorld, quick: WebWorld
) -> None:
    pages = [str(number) for number in range(3 * READERS)]
    hang(slow, len(pages))
    slow.serve("/feed", rss([news(slow, page) for page in pages]))
    serve_story(quick, "story")
    quick.serve("/feed", rss([news(quick, "story")]))
    await start(product, slow.url("/feed"), quick.url("/feed"))
    work = asyncio.create_task(product.round())
    await until(lambda: len(product.reads) == 1)
    assert product.reads[0].article.url == quick.url("/story")
    work.cancel()
    await asyncio.wait([work])

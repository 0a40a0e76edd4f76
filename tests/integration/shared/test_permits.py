"""What hosts are spared by several processes together."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager

import httpx
import pytest
from sqlalchemy import text

from monitor.config.schema import Polling
from monitor.errors import FetchError, StoreError
from monitor.fetch.client import PAGE_ACCEPT, Fetcher
from monitor.fetch.hosts import is_put_off
from monitor.fetch.robots import Robots
from monitor.pipeline.permits import SharedHosts, SharedPermits, SharedRobots
from monitor.store import permits
from monitor.store.database import Database
from monitor.store.permits import Given, Held, Wanted
from monitor.store.server_clock import server_clock
from tests.support.postgresql import Server
from tests.support.web import WebWorld, article_html

URL = httpx.URL("https://paper.example/page")


def wanted(host: str = "a", most: int = 2, gap: float = 0.0, burst: int = 1) -> Wanted:
    return Wanted(host, most, gap, gap, burst, 30.0)


@contextmanager
def shared_permits(db: Database) -> Iterator[SharedPermits]:
    found = SharedPermits(db)
    try:
        yield found
    finally:
        found.close()


def polling(**values: object) -> Polling:
    return Polling.model_validate({"allow_private_networks": True, **values})


def test_no_more_than_so_many_at_once(shared: Database) -> None:
    with shared.write() as connection:
        turns = permits.take(connection, [wanted(), wanted("b"), wanted(), wanted()])
    assert [turn.until is not None for turn in turns] == [True, True, True, False]
    assert turns[3].wait > 0
    with shared.write() as connection:
        assert turns[0].until is not None
        permits.give(connection, [Given("a", turns[0].until)])
        assert permits.take(connection, [wanted()])[0].until is not None


def test_one_that_is_given_back_is_no_other(shared: Database) -> None:
    """Whoever gives back late, as his permit has ended, must not give back another's."""
    with shared.write() as connection:
        late = permits.take(connection, [Wanted("a", 1, 0.0, 0.0, 1, 0.0)])[0].until
        current = permits.take(connection, [wanted(most=1)])[0].until
        assert late is not None
        assert current is not None
        permits.give(connection, [Given("a", late)])
        assert permits.take(connection, [wanted(most=1)])[0].until is None


def test_pages_are_asked_for_with_pauses_after_the_first_few(shared: Database) -> None:
    with shared.write() as connection:
        turns = permits.take(connection, [wanted(most=9, gap=60.0, burst=3) for _ in range(5)])
    assert [turn.until is not None for turn in turns] == [True, True, True, False, False]
    assert 50 < turns[3].wait <= 60


def test_who_asks_for_time_is_asked_by_nobody_and_the_longest_counts(shared: Database) -> None:
    with shared.write() as connection:
        permits.hold(connection, [Held("a", 700.0, 429), Held("a", 105.0, 503)], now=100.0)
    with shared.write() as connection:
        [turn] = permits.take(connection, [wanted()])
    assert turn.until is None
    assert turn.status == 429
    assert 590 < turn.wait <= 600


def test_threads_never_have_more_than_the_limit(shared: Database) -> None:
    lock, under_way, most = threading.Lock(), 0, 0

    def ask() -> None:
        nonlocal under_way, most
        for _ in range(25):
            with shared.write() as connection:
                [turn] = permits.take(connection, [wanted()])
            if turn.until is None:
                continue
            with lock:
                under_way += 1
                most = max(most, under_way)
            with lock:
                under_way -= 1
            with shared.write() as connection:
                permits.give(connection, [Given("a", turn.until)])

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= most <= 2


async def test_what_is_refused_for_long_is_put_off(shared: Database) -> None:
    with shared_permits(shared) as one, shared_permits(shared) as two:
        waited: list[float] = []

        async def pause(seconds: float) -> None:
            waited.append(seconds)

        first = SharedHosts(polling(per_host=1), one)
        second = SharedHosts(polling(per_host=1), two, pause=pause, jitter=lambda: 0.0)
        with held_by_somebody():
            async with first.take(URL, page=False):
                with pytest.raises(FetchError) as caught:
                    async with second.take(URL, page=False):
                        pass
        assert is_put_off(caught.value)
        assert 0 < sum(waited) <= 2
        # Nothing waits any more to be given back.
        one.close()
        async with second.take(URL, page=False):
            pass


@contextmanager
def held_by_somebody() -> Iterator[None]:
    from monitor.pipeline.lease import Lease
    from monitor.store.tables import feeds

    with Lease(feeds, 1, 1).held():
        yield


@asynccontextmanager
async def fetching(db: Database, **values: object) -> AsyncIterator[Fetcher]:
    clock = server_clock(db)
    with shared_permits(db) as found:
        settings = polling(**values)
        robots = Robots(clock, SharedRobots(db))
        hosts = SharedHosts(settings, found)
        async with Fetcher(settings, clock=clock, permits=hosts, robots=robots) as fetcher:
            yield fetcher


async def test_a_hold_and_a_robots_txt_are_known_to_other_processes(
    shared: Database,
) -> None:
    with closing(Database(shared.url)) as other, WebWorld() as web:
        web.serve("/robots.txt", "User-agent: *\nDisallow: /private", content_type="text/plain")
        web.serve("/page", article_html("Title", ["Words."]))
        web.fail("/busy", 429, retry_after="120")
        async with fetching(shared) as here, fetching(other) as there:
            for fetcher in (here, there):
                await fetcher.fetch(web.url("/page"), accept=PAGE_ACCEPT, robots=True)
                with pytest.raises(FetchError) as refused:
                    await fetcher.fetch(web.url("/private"), accept=PAGE_ACCEPT, robots=True)
                assert refused.value.kind == "robots"
            assert len(web.requests("/robots.txt")) == 1
            with pytest.raises(FetchError):
                await here.fetch(web.url("/busy"))
            with pytest.raises(FetchError) as held:
                await there.fetch(web.url("/page"))
        assert held.value.kind == "held"
        assert held.value.retry_after is not None
        assert 100 < held.value.retry_after <= 120
        assert len(web.requests("/page")) == 2


async def test_pages_come_as_quickly_as_their_host_allows(shared: Database) -> None:
    """A host that wants a pause between two pages is not left alone for two."""
    pages, gap = 5, 1.5
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)
        with shared.single() as connection:
            passed = text("UPDATE host_permits SET next_page = next_page - make_interval(secs=>:s)")
            connection.execute(passed, {"s": seconds})

    with shared_permits(shared) as found, held_by_somebody():
        hosts = SharedHosts(polling(), found, pause=pause, jitter=lambda: 1.0)
        for _ in range(pages):
            async with hosts.take(URL, page=True, gap=gap):
                pass
    # Less if this machine is slow: the database's own clock goes on meanwhile.
    assert sum(waited) <= 1.2 * gap * (pages - 1)


async def test_what_a_host_asked_for_while_the_database_was_away_holds_afterwards(
    shared: Database, postgresql: Server
) -> None:
    with shared_permits(shared) as found:
        hosts = SharedHosts(polling(), found)
        async with hosts.take(URL, page=False):
            await asyncio.to_thread(postgresql.stop, "fast")
            busy = FetchError("too often", kind="http", status=429, retry_after=600.0)
            await hosts.answered(URL, busy)
            with pytest.raises(StoreError):
                await found.take(wanted())
            await asyncio.to_thread(postgresql.start)
        with pytest.raises(FetchError) as held:
            async with hosts.take(URL, page=False):
                pass
    assert held.value.kind == "held"


async def test_nobody_is_kept_from_a_host_by_who_gave_up(shared: Database) -> None:
    with shared_permits(shared) as found:
        hosts = SharedHosts(polling(per_host=1), found)

        has_it = asyncio.Event()

        async def ask() -> None:
            async with hosts.take(URL, page=False):
                has_it.set()
                await asyncio.Event().wait()

        asking = asyncio.create_task(ask())
        await has_it.wait()
        asking.cancel()
        await asyncio.wait([asking])
        async with hosts.take(URL, page=False):
            pass

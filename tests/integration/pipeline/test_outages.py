"""The network goes away and comes back: no feed waits out what it did not earn."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from monitor.daemon.local_driver import Driver, Tasks
from monitor.errors import StoreError
from monitor.fetch.uplink import Uplink
from monitor.pipeline.events import Noticed, Polled
from monitor.pipeline.poll import poll
from monitor.store import feeds as store_feeds
from monitor.store.tables import feeds
from tests.support.databases import BOTH
from tests.support.product import Product
from tests.support.web import WebWorld, rss

database = BOTH

POLLING = """
[storage]
url = "sqlite:///monitor.db"
[polling]
interval = "10m"
min_interval = "5m"
allow_private_networks = true
[operations]
channels = ["console"]
"""


class Outage:
    """Seven feeds on hosts that refuse connections until a web is there."""

    def __init__(self, product: Product) -> None:
        self.product = product
        with WebWorld("0.0.0.0") as web:
            self.port = web.port
        self.tasks = Tasks()

    async def begin(self, hosts: int) -> None:
        self.urls = [f"http://127.0.0.{n}:{self.port}/feed" for n in range(1, hosts + 1)]
        feeds = "".join(f'[[feeds]]\nurl = "{url}"\n' for url in self.urls)
        await self.product.start(toml=POLLING + feeds)
        await self.restart()

    async def restart(self) -> None:
        """What a new process does first."""
        self.product.ctx.uplink = Uplink()
        self.driver = Driver(self.product.ctx, start=self.tasks.start)
        await self.driver.take_up()
        await self.wait(0)

    async def wait(self, seconds: int) -> None:
        for _ in range(seconds + 1):
            await self.driver.poll_due()
            await self.tasks.finish()
            self.product.clock.advance(seconds=1)

    @property
    def told(self) -> list[str]:
        return [each.notice.title for each in self.product.steps if isinstance(each, Noticed)]

    def failed(self) -> list[Polled]:
        return [each for each in self.product.polled if each.outcome == "failed"]

    def read(self) -> set[str]:
        return {each.feed.url for each in self.product.polled if each.outcome == "ok"}


@pytest.mark.parametrize("restarted", [False, True])
async def test_all_feeds_are_read_within_a_minute_of_the_networks_return(
    product: Product, restarted: bool
) -> None:
    outage = Outage(product)
    await outage.begin(7)
    assert outage.told == ["The network cannot be reached"]
    # The line about the network comes before those about its feeds, which are quiet from then on.
    # On a server several are recorded at once, in whatever order.
    assert sorted(each.ours for each in outage.failed()) == [False] * 4 + [True] * 3
    before = len(product.polled)
    await outage.wait(40)
    # One in its turn, and no host over and over.
    tried = [each.feed.url for each in product.polled[before:]]
    assert 3 <= len(tried) == len(set(tried)) <= 5
    if restarted:
        await outage.restart()
        await outage.wait(5)
        assert len(product.polled) == before + len(tried) + 7
        assert product.ctx.uplink.down
    assert outage.told == ["The network cannot be reached"]
    with WebWorld("0.0.0.0", outage.port) as web:
        web.serve("/feed", rss([]))
        await outage.wait(60)
        assert outage.read() == set(outage.urls)
        assert len(web.requests("/feed")) == 7
    assert outage.told == ["The network cannot be reached", "The network is back"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_feeds_that_could_not_be_brought_back_at_once_are_with_the_next_answer(
    product: Product,
) -> None:
    outage = Outage(product)
    await outage.begin(7)
    with product.db.write() as connection:
        refused = "WHEN NEW.next_poll < OLD.next_poll AND NEW.failures > 0"
        connection.exec_driver_sql(
            f"CREATE TRIGGER full BEFORE UPDATE OF next_poll ON feeds {refused} "
            "BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )
    with WebWorld("0.0.0.0", outage.port) as web:
        web.serve("/feed", rss([]))
        with product.db.read() as connection:
            first, second = [each.id for each in store_feeds.everything(connection)][:2]
        with pytest.raises(StoreError):
            await poll(product.ctx, first)
        assert product.ctx.uplink.down
        with product.db.write() as connection:
            connection.exec_driver_sql("DROP TRIGGER full")
        await poll(product.ctx, second)
        await outage.wait(60)
        # Nobody was told of the first, which is not asked again yet.
        assert outage.read() == set(outage.urls[1:])
    assert outage.told == ["The network cannot be reached", "The network is back"]


async def test_where_few_hosts_are_asked_all_of_them_are_the_network(product: Product) -> None:
    outage = Outage(product)
    await outage.begin(3)
    assert outage.told == ["The network cannot be reached"]
    with WebWorld("0.0.0.0", outage.port) as web:
        web.serve("/feed", rss([]))
        await outage.wait(60)
    assert outage.read() == set(outage.urls)


async def test_two_hosts_that_are_down_are_no_network(product: Product) -> None:
    outage = Outage(product)
    await outage.begin(2)
    before = len(product.polled)
    await outage.wait(60)
    assert (outage.told, len(product.polled)) == ([], before)


async def test_hosts_that_were_dead_before_are_not_brought_back(product: Product) -> None:
    outage = Outage(product)
    await outage.begin(7)
    with product.db.write() as connection:
        dead = update(feeds).where(feeds.c.url == outage.urls[-1])
        connection.execute(dead.values(failures=9))
    with WebWorld("0.0.0.0", outage.port) as web:
        web.serve("/feed", rss([]))
        await outage.wait(60)
    assert outage.read() == set(outage.urls[:-1])

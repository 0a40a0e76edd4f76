"""A feed that is pushed is polled less, until its hub changes or fails."""

from __future__ import annotations

import asyncio
import socket
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from monitor.store import hub_subscriptions as websub
from monitor.websub.subscriber import Subscriber
from tests.support.feed_words import why
from tests.support.hub import Hub, send
from tests.support.pushed_feed import DAY, HOUR, World
from tests.support.sockets import free_port


class TestPollingLess:
    async def test_a_hub_that_pushes_is_relied_upon(self, world: World) -> None:
        await world.start()
        await world.agree()
        usual = timedelta(minutes=57)
        assert world.feed.next_poll == world.product.clock() + usual
        await world.push("hack")
        assert world.feed.next_poll == world.product.clock() + 4 * usual
        assert why(world.feed) == "its hub pushes, so it is only polled every 4 hours"
        # Pushes do not put off for ever the poll that makes sure of them.
        world.product.clock.advance(hours=2)
        await world.push("road")
        assert world.feed.next_poll == world.product.clock() + 4 * usual - 2 * HOUR
        world.product.clock.advance(hours=2)
        world.lists("hack", "road", "old")
        await world.poll()
        assert world.feed.next_poll == world.product.clock() + 4 * usual
        assert world.agreed.missed is None

    async def test_until_its_lease_ends(self, world: World) -> None:
        world.hub.lease = 7200
        await world.start()
        await world.agree()
        await world.push("hack")
        polled = world.product.clock()
        world.hub.answer = 500
        world.product.clock.advance(hours=2)
        await world.mind()
        assert world.feed.next_poll == polled + timedelta(minutes=57)
        assert why(world.feed) == "every hour"
        assert world.agreed.lease_end is None
        await world.poll()
        assert why(world.feed) == "every hour"

    async def test_a_lease_is_renewed_in_time(self, world: World) -> None:
        await world.start()
        await world.agree()
        first = world.agreed
        await world.push("hack")
        world.product.clock.advance(days=8)
        await world.mind()
        assert len(world.hub.asked) == 1
        world.product.clock.advance(days=1)
        await world.agree()
        renewed = world.agreed
        assert len(world.hub.asked) == 2
        assert world.hub.asked[0] == world.hub.asked[1]
        assert renewed.lease_end == world.product.clock() + 10 * DAY
        assert (renewed.agreed, renewed.secret) == (first.agreed, first.secret)
        assert renewed.active(world.product.clock())

    async def test_a_hub_that_fails_at_renewal_is_relied_upon_to_the_end(
        self, world: World
    ) -> None:
        await world.start()
        await world.agree()
        await world.push("hack")
        world.hub.answer = 503
        world.product.clock.advance(days=9)
        await world.mind()
        assert world.agreed.failures == 1
        assert world.agreed.active(world.product.clock())
        world.hub.answer = 202
        world.product.clock.advance(hours=1)
        await world.agree()
        assert world.agreed.lease_end == world.product.clock() + 10 * DAY

    async def test_a_hub_that_loses_news_is_not_relied_upon(self, world: World) -> None:
        await world.start()
        await world.agree()
        await world.push("hack")
        world.product.clock.advance(hours=4)
        world.lists("lost", "hack", "old")
        await world.poll()
        assert world.agreed.missed == world.product.clock()
        assert why(world.feed) == "every hour"
        world.product.clock.advance(hours=1)
        await world.push("road")
        assert why(world.feed) == "every hour"
        world.product.clock.advance(days=1)
        await world.push("bridge")
        assert why(world.feed).startswith("its hub pushes")

    async def test_a_poll_that_was_only_faster_is_no_loss(self, world: World) -> None:
        await world.start()
        await world.agree()
        await world.push("hack")
        world.product.clock.advance(hours=4)
        world.lists("new", "hack", "old")
        await world.poll()
        assert why(world.feed) == "every hour"
        world.product.clock.advance(minutes=1)
        await world.push("new")
        assert world.agreed.missed is None
        assert why(world.feed).startswith("its hub pushes")

    async def test_what_came_before_the_hub_agreed_is_no_loss(self, world: World) -> None:
        await world.start()
        await world.mind()
        world.product.clock.advance(minutes=10)
        await asyncio.to_thread(world.hub.confirm)
        world.product.clock.advance(hours=1)
        world.lists("new", "old")
        await world.poll()
        assert world.agreed.missed is None

    async def test_after_a_stop_feeds_are_polled_soon(self, world: World) -> None:
        await world.start()
        await world.agree()
        await world.push("hack")
        polled = world.product.clock()
        await world.subscriber.close()
        world.product.clock.advance(hours=2)
        world.subscriber = Subscriber(world.product.ctx, start=world.begin, arrived=world.arrive)
        await world.mind()
        assert world.feed.next_poll is not None
        assert polled < world.feed.next_poll <= polled + HOUR
        # What was published meanwhile the hub could not push to us.
        world.lists("meanwhile", "hack", "old")
        await world.poll()
        assert world.agreed.missed is None


class TestChanges:
    async def test_a_removed_feed_is_ended(self, world: World) -> None:
        await world.start()
        await world.agree()
        address = world.address
        await world.product.start(toml=world.toml.replace("/feed", "/other"))
        await world.mind()
        assert world.hub.asked[-1] == {
            "hub.mode": "unsubscribe",
            "hub.topic": world.topic,
            "hub.callback": address,
            "hub.verify": "async",
        }
        # Until that is confirmed, pushes are refused already.
        [answer] = await world.push("hack")
        assert answer.status == 410
        [answer] = await asyncio.to_thread(world.hub.confirm)
        assert answer.status == 200
        assert world.hub.subscribers == {}
        with world.product.db.read() as connection:
            assert websub.by_id(connection, 1) is None
        await world.mind()
        assert len(world.hub.asked) == 2

    async def test_an_end_that_nobody_confirms_comes_all_the_same(self, world: World) -> None:
        await world.start()
        await world.agree()
        await world.product.start(toml=world.toml.replace("/feed", "/other"))
        for _ in range(10):
            await world.mind()
            world.product.clock.advance(days=1)
        assert [form["hub.mode"] for form in world.hub.asked] == ["subscribe", *["unsubscribe"] * 4]
        with world.product.db.read() as connection:
            assert websub.by_id(connection, 1) is None

    async def test_another_hub(self, world: World) -> None:
        await world.start()
        await world.agree()
        with Hub() as other:
            world.lists("new", "old", headers=dict(other.links(world.topic)))
            await world.poll()
            assert world.agreed.hub == world.hub.url
            world.product.clock.advance(days=1)
            world.lists("newer", "new", "old", headers=dict(other.links(world.topic)))
            await world.poll()
            await world.mind()
            assert [form["hub.mode"] for form in other.asked] == ["subscribe"]
            assert world.hub.asked[-1]["hub.mode"] == "unsubscribe"
            assert world.agreed.hub == other.url

    async def test_a_hub_that_is_not_named_any_more(self, world: World) -> None:
        world.hub.answer = 500
        await world.start()
        await world.mind()
        world.lists("new", "old", headers={"X-None": "0"})
        await world.poll()
        assert world.known is None

    async def test_one_that_pushes_is_kept_although_it_is_not_named(self, world: World) -> None:
        await world.start()
        await world.agree()
        world.lists("new", "old", headers={"X-None": "0"})
        await world.poll()
        assert world.agreed.active(world.product.clock())

    async def test_another_address_of_ours(self, world: World) -> None:
        await world.start()
        await world.agree()
        await world.push("hack")
        await world.product.start(toml=world.toml.replace("/websub", "/elsewhere"))
        await world.mind()
        assert "/elsewhere/" in world.address
        assert not world.agreed.active(world.product.clock())
        assert why(world.feed) == "every hour"
        [answer] = await asyncio.to_thread(world.hub.confirm)
        assert answer.status == 200
        assert world.agreed.active(world.product.clock())

    async def test_another_port(self, world: World) -> None:
        await world.start()
        old, world.port = world.port, free_port()
        world.configure()
        await world.product.start(toml=world.toml)
        await world.mind()
        assert world.subscriber.port == world.port
        with pytest.raises(OSError, match="refused"):
            await asyncio.to_thread(send, "GET", f"http://127.0.0.1:{old}/")

    async def test_switched_off(self, world: World) -> None:
        await world.start()
        await world.agree()
        await world.push("hack")
        world.configure(websub=False)
        await world.product.start(toml=world.toml)
        await world.mind()
        assert world.subscriber.port is None
        assert why(world.feed) == "every hour"
        await world.poll()
        assert why(world.feed) == "every hour"
        assert len(world.hub.asked) == 1

    async def test_a_port_that_is_taken_is_told_once_and_tried_again(self, world: World) -> None:
        taken = socket.create_server(("127.0.0.1", world.port))
        with capture_logs() as logs:
            await world.start()
            await world.mind()
        assert [entry["log_level"] for entry in logs
                if "cannot listen" in entry["event"]] == ["error"]  # fmt: skip
        assert world.hub.asked == []
        taken.close()
        await world.mind()
        assert len(world.hub.asked) == 1

"""Hubs are agreed with, and asked anew where they fail."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from monitor.websub.subscriber import Subscriber
from tests.support.feed_words import fault
from tests.support.hub import Answer, get, send
from tests.support.pushed_feed import DAY, POLLING, World
from tests.support.sockets import free_port


class TestAgreeing:
    async def test_without_an_address_of_ours_no_hub_is_asked(self, world: World) -> None:
        await world.start(websub=False)
        await world.mind()
        assert world.known is None
        assert world.hub.asked == []
        with pytest.raises(OSError, match="refused"):
            await asyncio.to_thread(send, "GET", world.callback)

    async def test_a_hub_is_asked_and_told_that_it_was(self, world: World) -> None:
        await world.start()
        await world.mind()
        [form] = world.hub.asked
        token = form["hub.callback"].removeprefix(f"{world.callback}/")
        assert form == {
            "hub.mode": "subscribe",
            "hub.topic": world.topic,
            "hub.callback": f"{world.callback}/{token}",
            "hub.verify": "async",
            "hub.lease_seconds": "604800",
            "hub.secret": form["hub.secret"],
        }
        assert len(token) >= 40
        assert 40 <= len(form["hub.secret"]) < 200
        assert not world.agreed.active(world.product.clock())
        [answer] = await asyncio.to_thread(world.hub.confirm)
        assert answer == Answer(200, "challenge/<1&2>")
        assert world.agreed.lease_end == world.product.clock() + 10 * DAY
        await world.mind()
        assert len(world.hub.asked) == 1

    async def test_a_hub_that_asks_back_before_it_answers(self, world: World) -> None:
        world.hub.eager = True
        await world.start()
        await world.mind()
        assert world.agreed.active(world.product.clock())
        assert list(world.hub.subscribers) == [(world.topic, world.address)]

    async def test_one_that_confirms_and_then_fails_to_say_so_is_agreed_with(
        self, world: World
    ) -> None:
        world.hub.eager, world.hub.answer = True, 500
        await world.start()
        await world.mind()
        assert world.agreed.active(world.product.clock())
        assert world.agreed.failures == 0

    async def test_a_feed_that_names_no_hub(self, world: World) -> None:
        world.lists("old", headers={"X-None": "0"})
        await world.start(announce=False)
        assert world.known is None

    async def test_the_secret_and_the_address_are_in_no_log(self, world: World) -> None:
        with capture_logs() as logs:
            world.hub.answer = 500
            await world.start()
            await world.mind()
            world.hub.answer = 202
            world.product.clock.advance(hours=1)
            await world.agree()
            await world.push("hack", secret="wrong")
            await world.push("hack")
            await asyncio.to_thread(world.hub.deny)
        text = str(logs)
        [form] = world.hub.asked[:1]
        assert "a hub failed" in text
        assert form["hub.secret"] not in text
        assert form["hub.callback"].rpartition("/")[2] not in text
        assert form["hub.secret"] not in repr(world.agreed)

    async def test_two_feeds_have_secrets_of_their_own(self, world: World) -> None:
        world.web.serve("/other", world.document("old"), headers=world.links())
        await world.start(more=f'[[feeds]]\nurl = "{world.web.url("/other")}"\n')
        await world.product.round()
        await world.mind()
        first, second = world.hub.asked
        assert first["hub.secret"] != second["hub.secret"]
        assert first["hub.callback"] != second["hub.callback"]


class TestWhatIsNotConfirmed:
    async def test_what_nobody_asked_for(self, world: World) -> None:
        await world.start()
        await world.mind()
        [form] = world.hub.asked

        async def answer(address: str = form["hub.callback"], **said: str | None) -> int:
            usual = {"mode": "subscribe", "topic": world.topic, "challenge": "c",
                     "lease_seconds": "60"}  # fmt: skip
            return (await asyncio.to_thread(get, address, {**usual, **said})).status

        assert await answer(topic="https://elsewhere.example.org/") == 404
        assert await answer(topic=None) == 404
        assert await answer(mode="unsubscribe") == 404
        assert await answer(mode="publish") == 404
        assert await answer(mode=None) == 404
        assert await answer(challenge=None) == 404
        assert await answer(f"{world.callback}/{'a' * 43}") == 404
        assert await answer(world.callback) == 404
        assert world.agreed.awaits_confirmation()
        assert await answer() == 200

    async def test_what_is_repeated_changes_nothing(self, world: World) -> None:
        await world.start()
        await world.agree()
        before = world.agreed
        # At once the hub may only have missed our answer; but the lease stays what it was.
        world.product.clock.advance(minutes=1)
        form = world.hub.asked[0]
        answer = await asyncio.to_thread(lambda: world.hub.verify(form, lease_seconds="99999999"))
        assert answer.status == 200
        assert world.agreed == before
        world.product.clock.advance(hours=1)
        assert (await asyncio.to_thread(world.hub.verify, form)).status == 404
        assert world.agreed == before

    async def test_an_answer_that_comes_too_late(self, world: World) -> None:
        await world.start()
        await world.mind()
        world.product.clock.advance(minutes=16)
        await world.mind()
        assert "did not confirm" in (fault(world.agreed) or "")
        [answer] = await asyncio.to_thread(world.hub.confirm)
        assert answer.status == 404
        world.product.clock.advance(minutes=20)
        await world.agree()
        assert world.agreed.active(world.product.clock())
        assert fault(world.agreed) is None
        assert len(world.hub.asked) == 2


class TestHubsThatFail:
    @pytest.mark.parametrize(
        ("status", "hours"), [(500, 0.25), (302, 24.0), (400, 24.0), (404, 24.0), (429, 0.25)]
    )
    async def test_a_hub_that_refuses(self, world: World, status: int, hours: float) -> None:
        world.hub.answer, world.hub.reason = status, "Not today"
        world.hub.headers = {"Location": "/elsewhere"}
        await world.start()
        await world.mind()
        assert "Not today" in (fault(world.agreed) or "")
        assert world.agreed.next_try == world.product.clock() + timedelta(hours=hours)
        await world.mind()
        assert len(world.hub.asked) == 1
        world.hub.answer = 202
        world.product.clock.advance(hours=hours)
        await world.agree()
        assert world.agreed.active(world.product.clock())

    async def test_an_address_that_no_hub_reaches_is_told_once(self, world: World) -> None:
        await world.start(more='[operations]\nchannels = ["slack"]\n')
        for _ in range(40):
            await world.mind()
            world.product.clock.advance(minutes=16)
        await world.read()
        assert len(world.hub.asked) > 3
        [post] = world.slack.messages
        assert "Hubs do not reach monitor" in str(post.payload)
        assert world.callback in str(post.payload)

    async def test_one_that_does_not_confirm_among_others_is_not_told(self, world: World) -> None:
        world.web.serve("/other", world.document("old"), headers=world.links())
        own = f'[[feeds]]\nurl = "{world.web.url("/other")}"\n'
        await world.start(more=own + '[operations]\nchannels = ["slack"]\n')
        await world.agree()
        await world.product.round()
        for _ in range(10):
            await world.mind()
            world.product.clock.advance(minutes=16)
        await world.read()
        assert len(world.hub.asked) > 2
        assert world.slack.messages == []

    async def test_a_hub_that_has_moved(self, world: World) -> None:
        world.web.redirect("/hub", world.hub.url, status=308)
        old = f"<{world.web.url('/hub')}>; rel=hub, <{world.topic}>; rel=self"
        world.lists("old", headers={"Link": old})
        await world.start(announce=False)
        await world.agree()
        assert world.agreed.active(world.product.clock())

    async def test_a_hub_that_is_down_and_another(self, world: World) -> None:
        down = f"http://127.0.0.1:{free_port()}/"
        header = f"<{down}>; rel=hub, {world.links()['Link']}"
        world.lists("old", headers={"Link": header})
        await world.start(announce=False)
        for _ in range(3):
            await world.mind()
            assert world.agreed.hub == down
            world.product.clock.advance(hours=2)
        assert world.agreed.failures == 3
        await world.poll()
        await world.agree()
        assert world.agreed.hub == world.hub.url
        assert world.agreed.active(world.product.clock())

    async def test_a_hub_on_our_own_network_is_not_asked(self, world: World) -> None:
        polling = POLLING.replace("true", "false")
        world.lists("old")
        world.configure(polling=polling)
        own = f'url = "{world.topic}"\nallow_private_networks = true\n'
        toml = world.toml.replace(f'url = "{world.topic}"\n', own)
        await world.product.start(toml=toml)
        world.subscriber = Subscriber(world.product.ctx, start=world.begin, arrived=world.arrive)
        await world.mind()
        await world.poll()
        await world.mind()
        assert world.hub.asked == []
        assert "private" in (fault(world.agreed) or "")

    async def test_a_denial(self, world: World) -> None:
        await world.start()
        await world.agree()
        await world.push("hack")
        answer = await asyncio.to_thread(world.hub.deny, "\x1b[31mNo longer\nserved " + "x" * 500)
        assert answer.status == 200
        known = world.agreed
        assert not known.active(world.product.clock())
        assert (fault(known) or "").startswith("it refused: ")
        assert len(fault(known) or "") < 300
        assert known.next_try == world.product.clock() + DAY
        assert world.feed.next_poll == world.feed.last_polled + timedelta(minutes=57)  # type: ignore[operator]

    async def test_a_denial_of_something_else(self, world: World) -> None:
        await world.start()
        await world.agree()
        answer = await asyncio.to_thread(
            lambda: world.hub.deny("No", topic="https://elsewhere.example.org/")
        )
        assert answer.status == 404
        assert world.agreed.active(world.product.clock())

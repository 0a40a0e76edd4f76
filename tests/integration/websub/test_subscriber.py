"""Hubs that push: agreed with, relied upon, and not believed more than they deserve."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from structlog.testing import capture_logs

from monitor.daemon.once import run_once
from monitor.model.feed import FeedState, HubSubscription
from monitor.pipeline.events import Pushed, Tally
from monitor.pipeline.poll import poll
from monitor.pipeline.read import read
from monitor.store import feeds
from monitor.store import hub_subscriptions as websub
from monitor.store.articles import to_read
from monitor.websub.subscriber import Subscriber
from tests.support.feed_words import fault, why
from tests.support.hub import Answer, Hub, get, send
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.slack import SlackServer
from tests.support.story import QUIET, news, serve_story
from tests.support.web import WebWorld, rss

T = TypeVar("T")

POLLING = '[polling]\ninterval = "1h"\nmin_interval = "10m"\nallow_private_networks = true\n'
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@dataclass
class World:
    """A product that hubs can reach, a hub, and a site that names it."""

    product: Product
    web: WebWorld
    hub: Hub
    slack: SlackServer
    port: int = field(default_factory=free_port)
    tasks: list[asyncio.Task[Any]] = field(default_factory=list)
    arrived: int = 0
    toml: str = ""

    @property
    def topic(self) -> str:
        return self.web.url("/feed")

    @property
    def callback(self) -> str:
        return f"http://127.0.0.1:{self.port}/websub"

    async def start(self, *, announce: bool = True, more: str = "", **settings: Any) -> None:
        """Subscribe to the feed, which lists one old item, and poll it."""
        if announce:
            self.lists("old")
        self.configure(more=more, **settings)
        await self.product.start(toml=self.toml)
        self.subscriber = Subscriber(
            self.product.ctx, start=self.begin, arrived=self.arrive, jitter=lambda: 0.5
        )
        await self.mind()
        await self.poll()

    def configure(self, *, websub: bool = True, more: str = "", polling: str = POLLING) -> None:
        section = f'[websub]\ncallback = "{self.callback}"\nlisten = "127.0.0.1:{self.port}"\n'
        toml = config_toml([self.topic], slack=self.slack.endpoint, polling=polling)
        # Of its own, so that what the feed is used to does not matter.
        toml = toml.replace(f'"{self.topic}"', f'"{self.topic}"\ninterval = "1h"')
        self.toml = toml + (section if websub else "") + more

    def lists(self, *names: str, headers: dict[str, str] | None = None) -> None:
        """Let the feed list these, each with a page that names APT31 (but for "old")."""
        for name in names:
            serve_story(self.web, name, *((QUIET,) if name == "old" else ()))
        self.web.serve("/feed", self.document(*names), headers=headers or self.links())

    def links(self) -> dict[str, str]:
        return dict(self.hub.links(self.topic))

    def document(self, *names: str) -> bytes:
        return rss([news(self.web, name) for name in names])

    async def agree(self) -> None:
        """Let the hub be asked, and let it ask for confirmation."""
        await self.mind()
        for answer in await asyncio.to_thread(self.hub.confirm):
            assert answer.status == 200, answer

    async def push(self, *names: str, **how: Any) -> list[Answer]:
        for name in names:
            serve_story(self.web, name)
        body = how.pop("body", None) or self.document(*names)
        answers = await asyncio.to_thread(lambda: self.hub.push(self.topic, body, **how))
        await self.settle()
        return answers

    async def mind(self) -> None:
        await self.subscriber.mind()
        await self.settle()

    async def settle(self) -> None:
        tasks, self.tasks[:] = self.tasks[:], []
        await asyncio.gather(*tasks)

    def begin(self, what: str, work: Coroutine[Any, Any, Any]) -> None:
        self.tasks.append(asyncio.create_task(work))

    async def arrive(self) -> None:
        self.arrived += 1

    async def poll(self) -> None:
        await poll(self.product.ctx, self.feed.id)

    async def read(self) -> None:
        """Read and deliver what is there, without a poll."""
        now = self.product.clock()
        for stored in await self.look(lambda c: to_read(c, now, 100, ())):
            await read(self.product.ctx, stored.id)
        claimed = await self.product.ctx.deliverer.claim()
        for name, each in claimed.items():
            await self.product.ctx.deliverer.deliver(name, each)

    async def look(self, query: Callable[[Any], T]) -> T:
        return await self.product.ctx.look(query)

    @property
    def feed(self) -> FeedState:
        with self.product.db.read() as connection:
            states = feeds.everything(connection)
        return next(state for state in states if state.url == self.topic)

    @property
    def known(self) -> HubSubscription | None:
        with self.product.db.read() as connection:
            return websub.everything(connection).get(1)

    @property
    def agreed(self) -> HubSubscription:
        known = self.known
        assert known is not None
        return known

    @property
    def address(self) -> str:
        """Where the hub was told to push to."""
        return self.hub.asked[-1]["hub.callback"]


@pytest.fixture
async def world(product: Product, web: WebWorld, slack: SlackServer) -> AsyncIterator[World]:
    with Hub() as hub:
        world = World(product, web, hub, slack)
        yield world
        if hasattr(world, "subscriber"):
            await world.subscriber.close()
            await world.settle()


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


class TestPushes:
    async def test_a_push_becomes_an_alert_without_a_poll(self, world: World) -> None:
        await world.start()
        await world.agree()
        polls = len(world.web.requests("/feed"))
        [answer] = await world.push("hack")
        assert answer == Answer(202, "")
        assert world.arrived == 1
        await world.read()
        [post] = world.slack.messages
        assert "Headline hack" in str(post.payload)
        assert len(world.web.requests("/feed")) == polls
        assert [(step.entries, step.new) for step in world.product.steps
                if isinstance(step, Pushed)] == [(1, 1)]  # fmt: skip

    async def test_what_was_pushed_is_not_told_again_when_it_is_polled(self, world: World) -> None:
        await world.start()
        await world.agree()
        await world.push("hack")
        await world.push("hack")
        await world.read()
        world.lists("hack", "old")
        await run_once(world.product.ctx, Tally())
        await world.read()
        assert len(world.slack.messages) == 1
        assert world.feed.times_dropped == 0
        assert world.feed.problems == ()

    async def test_nothing_is_learned_from_what_a_push_leaves_out(self, world: World) -> None:
        world.lists(*(f"old{n}" for n in range(5)))
        await world.start(announce=False)
        await world.agree()
        before = world.feed
        await world.push("hack")
        await world.push("road")
        after = world.feed
        assert after.times_dropped == 0
        assert after.last_new == world.product.clock()
        for name in ("validators", "body_digest", "rhythm", "wishes", "last_ok", "last_polled"):
            assert getattr(after, name) == getattr(before, name)

    @pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
    async def test_signed_in_any_way(self, world: World, method: str) -> None:
        await world.start()
        await world.agree()
        await world.push("hack", method=method)
        assert world.agreed.pushes == 1

    @pytest.mark.parametrize(
        "how", [{"secret": "wrong"}, {"signature": ""}, {"signature": "sha1="}, {"method": "md5"}]
    )
    async def test_what_is_not_signed_is_ignored_and_counted(
        self, world: World, how: dict[str, str]
    ) -> None:
        await world.start()
        await world.agree()
        [answer] = await world.push("hack", **how)
        assert answer == Answer(202, "")
        await world.read()
        assert world.slack.messages == []
        assert world.feed.entries_seen == 1
        known = world.agreed
        assert (known.refused, known.pushes, known.last_push) == (1, 0, None)

    async def test_to_an_address_nobody_was_told(self, world: World) -> None:
        await world.start()
        await world.agree()
        for address, status in (
            (f"{world.callback}/{'a' * 43}", 410),
            (world.callback, 404),
            (f"{world.callback}/", 404),
            (f"{world.callback}/..%2f..%2fetc", 404),
        ):
            answer = await asyncio.to_thread(send, "POST", address, b"news")
            assert answer.status == status
        answer = await asyncio.to_thread(send, "PUT", world.address, b"news")
        assert answer.status == 405

    async def test_what_cannot_be_read_is_asked_for(self, world: World) -> None:
        await world.start()
        await world.agree()
        world.product.clock.advance(minutes=30)
        for body in (b"<html>Error</html>", b"\0", b" "):
            [answer] = await world.push(body=body)
            assert answer.status == 202
        assert "cannot be read" in (fault(world.agreed) or "")
        assert world.feed.next_poll == world.product.clock()
        assert "cannot be read" in why(world.feed)
        await world.push("hack")
        assert fault(world.agreed) is None

    async def test_a_compressed_push_is_refused(self, world: World) -> None:
        await world.start()
        await world.agree()
        [answer] = await world.push("hack", headers={"Content-Encoding": "gzip"})
        assert answer.status == 415

    async def test_behind_a_proxy_that_changes_the_path(self, world: World) -> None:
        await world.start()
        await world.agree()
        token = world.address.rpartition("/")[2]
        moved = f"http://127.0.0.1:{world.port}/{token}"
        world.hub.subscribers[world.topic, moved] = world.hub.subscribers.popitem()[1]
        await world.push("hack")
        assert world.agreed.pushes == 1

    async def test_a_huge_body(self, world: World) -> None:
        await world.start(polling=POLLING + 'max_bytes = "64KiB"\n')
        await world.agree()
        [declared] = await world.push(body=b"x" * 65_537)
        assert declared.status == 413

        def endless() -> bytes:
            host = ("127.0.0.1", world.port)
            with socket.create_connection(host, timeout=20) as link:
                path = world.address.partition(f":{world.port}")[2]
                head = f"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                link.sendall(head.encode())
                sent = 0
                try:
                    while sent < 10 * 2**20:
                        link.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")
                        sent += 4096
                except OSError:
                    return b""
                return link.recv(100)

        assert not (await asyncio.to_thread(endless)).startswith(b"HTTP/1.1 2")
        await world.push("hack")
        assert world.agreed.pushes == 1

    async def test_a_hub_that_waits_to_be_told_to_go_on(self, world: World) -> None:
        await world.start()
        await world.agree()
        path = world.address.partition(f":{world.port}")[2]

        def ask() -> list[bytes]:
            with socket.create_connection(("127.0.0.1", world.port), timeout=20) as link:
                head = (
                    f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
                    "Expect: 100-continue\r\n\r\n"
                )
                link.sendall(head.encode())
                first = link.recv(1000)
                link.sendall(b"news")
                return [first, link.recv(1000)]

        first, second = await asyncio.to_thread(ask)
        assert first == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert second.startswith(b"HTTP/1.1 202")
        assert world.agreed.refused == 1

    @pytest.mark.parametrize("much", [0, 20, 200])
    async def test_a_slow_sender_is_cut_off(
        self, world: World, monkeypatch: pytest.MonkeyPatch, much: int
    ) -> None:
        monkeypatch.setattr("monitor.websub.server.RECEIVE_SECONDS", 0.2)
        await world.start()
        await world.mind()
        path = world.address.partition(f":{world.port}")[2]
        request = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nnews"
        request = request.ljust(300, "x")

        def ask() -> bytes:
            with socket.create_connection(("127.0.0.1", world.port), timeout=20) as link:
                link.sendall(request[:much].encode())
                try:
                    return link.recv(1000)
                except ConnectionResetError:
                    return b""

        assert await asyncio.to_thread(ask) == b""
        assert world.agreed.refused == 0

    async def test_too_many_at_once_are_told_to_come_back(self, world: World) -> None:
        await world.start()
        await world.agree()
        path = world.address.partition(f":{world.port}")[2]
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n".encode()

        async def begin() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
            reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
            writer.write(head)
            return reader, writer

        links = [await begin() for _ in range(3)]
        readings = [asyncio.create_task(reader.read(100)) for reader, _ in links]
        done, _ = await asyncio.wait(readings, timeout=20, return_when=asyncio.FIRST_COMPLETED)
        [refused] = done
        assert refused.result().startswith(b"HTTP/1.1 503")
        for _, writer in links:
            writer.close()
        await asyncio.gather(*readings, return_exceptions=True)

    async def test_when_the_database_fails_the_hub_is_told_to_come_back(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import sqlite3

        monkeypatch.setattr("monitor.store.sqlite_file.BUSY_TIMEOUT_MS", 1)
        world.product.db.close()
        await world.start()
        await world.agree()
        other = sqlite3.connect(world.product.db.path, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            [answer] = await world.push("hack")
            assert answer.status == 503
            other.execute("ROLLBACK")
        finally:
            other.close()
        [answer] = await world.push("hack")
        assert answer.status == 202
        await world.read()
        assert len(world.slack.messages) == 1


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

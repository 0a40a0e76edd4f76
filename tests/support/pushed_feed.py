"""A product that hubs can reach, a hub, and a site whose feed names it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from monitor.model.feed import FeedState, HubSubscription
from monitor.pipeline.poll import poll
from monitor.pipeline.read import read
from monitor.store import feeds
from monitor.store import hub_subscriptions as websub
from monitor.store.articles import to_read
from monitor.websub.subscriber import Subscriber
from tests.support.hub import Answer, Hub
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.slack import SlackServer
from tests.support.sockets import free_port
from tests.support.story import QUIET, news, serve_story
from tests.support.web import WebWorld, rss

T = TypeVar("T")

POLLING = '[polling]\ninterval = "1h"\nmin_interval = "10m"\nallow_private_networks = true\n'
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


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

"""A newsroom whose outlets report one event, as far as they are told to."""

from __future__ import annotations

import asyncio
from typing import Any

from monitor.pipeline.poll import poll
from monitor.pipeline.read import read
from monitor.store import articles, feeds
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.slack import SlackServer
from tests.support.story import news
from tests.support.web import Item, WebWorld, article_html, rss


async def poll_and_read(product: Product, url: str) -> None:
    source = next(each for each in await product.ctx.look(feeds.everything) if each.url == url)
    await poll(product.ctx, source.id)
    now = product.clock()
    for stored in await product.ctx.look(lambda c: articles.to_read(c, now, 99, set())):
        await read(product.ctx, stored.id)


async def deliver(product: Product) -> None:
    """What the daemon does every second."""
    claimed = await product.ctx.deliverer.claim()
    await asyncio.gather(
        *(product.ctx.deliverer.deliver(name, each) for name, each in claimed.items())
    )


WATCHED = """
[[watchlists]]
name = "Westminster"
channels = [{channels}]
severity = {{high = 90, critical = 100}}

  [[watchlists.entities]]
  name = "APT31"
  kind = "threat-actor"

  [[watchlists.entities]]
  name = "Ni Gaobin"
  kind = "person"

  [[watchlists.entities]]
  name = "Zhao Guangzong"
  kind = "person"
"""
OPENING = (
    "London has accused hackers working for a foreign state of attacks on members of parliament, "
    "and of copying the data of 40 million voters.",
    "Oliver Dowden, the deputy prime minister, told the House of Commons that the ambassador had "
    "been summoned, and that sanctions would follow against a firm in Wuhan.",
)
GROUP = "Officials named the group as APT31 and called its conduct wholly unacceptable."
MEN = {
    name: f"One of the men under sanctions is {name}, who lives in Wuhan, the officials said."
    for name in ("Ni Gaobin", "Zhao Guangzong")
}
EMBASSY = "The embassy rejected the accusation and called for evidence to be shown in public."


class Newsroom:
    """A product whose feed carries what it is told to."""

    def __init__(self, product: Product, web: WebWorld, slack: SlackServer) -> None:
        self.product, self.web, self.slack = product, web, slack
        self.items: list[Item] = []

    async def open(self, *, group_by: str = "story", **options: Any) -> None:
        self.web.serve("/feed", rss([]))
        await self.product.start(toml=self.toml(group_by=group_by, **options))
        await poll_and_read(self.product, self.web.url("/feed"))

    def toml(
        self, *, group_by: str = "story", slack_endpoint: str | None = None, **options: Any
    ) -> str:
        return config_toml(
            [self.web.url("/feed")], slack=slack_endpoint or self.slack.endpoint,
            watchlist=WATCHED, group_by=group_by, **options,
        )  # fmt: skip

    async def print(self, name: str, *paragraphs: str, **changes: Any) -> None:
        """Have an article appear, or change, and be read and told."""
        self.web.serve(f"/{name}", article_html(f"Headline {name}", (*paragraphs, EMBASSY)))
        mine = news(self.web, name, published=self.product.clock(), **changes)
        self.items = [mine, *(each for each in self.items if each.guid != mine.guid)]
        self.web.serve("/feed", rss(self.items))
        await poll_and_read(self.product, self.web.url("/feed"))
        await deliver(self.product)

    async def wait(self, **parts: float) -> None:
        self.product.clock.advance(**parts)
        await deliver(self.product)

    @property
    def told(self) -> list[str]:
        return [str(post.payload) for post in self.slack.messages]

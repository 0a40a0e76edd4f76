"""The product's steps at work on a real database, as most tests need them."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import Any

from monitor.config.load import load_config
from monitor.daemon.once import run_once
from monitor.matching.matcher import Matcher
from monitor.pipeline.context import Context
from monitor.pipeline.events import Delivered, Polled, Read, Step, Tally
from monitor.pipeline.poll import poll
from monitor.pipeline.read import read
from monitor.pipeline.runtime import compose, subscribe
from monitor.pipeline.workers import Workers
from monitor.store import articles, feeds
from monitor.store.database import Database
from tests.support.clock import Clock
from tests.support.program import config_toml
from tests.support.slack import SlackServer


class Product:
    """A pipeline on a real database, with a clock that stands still, and what it did."""

    def __init__(
        self, folder: Path, workers: Workers, slack: SlackServer, database_url: str
    ) -> None:
        self.clock = Clock()
        self.steps: list[Step] = []
        self.console = io.StringIO()
        self.ctx: Context
        self._folder = folder
        self.workers: Any = workers
        """Or what stands in for them: processes that die, or are slow."""
        self._slack = slack
        self.endpoint = slack.endpoint
        self.db = Database(database_url)
        self.db.upgrade()

    async def start(self, *feeds: str, toml: str | None = None) -> None:
        """Begin with these feeds (or a whole configuration), or go on with others."""
        path = self._folder / "config.toml"
        path.write_text(toml or config_toml(list(feeds), slack=self._slack.endpoint))
        loaded = load_config(path, env={})
        runtime = compose(loaded, Matcher(loaded.config.watchlists), self.console, clock=self.clock)
        if hasattr(self, "ctx"):
            await self.ctx.runtime.fetcher.aclose()
            self.ctx.runtime = runtime
        else:
            self.ctx = Context(
                self.db, runtime, self.workers,
                observe=self.steps.append, clock=self.clock, jitter=lambda: 0.5,
            )  # fmt: skip
        with self.db.write() as connection:
            subscribe(connection, runtime.config, now=self.clock())

    async def round(self) -> dict[str, object]:
        """Poll, read, match and deliver everything once."""
        tally = Tally()
        before = len(self.steps)
        await run_once(self.ctx, tally)
        for step in self.steps[before:]:
            tally(step)
        return await run_once_summary(tally)

    async def read(self) -> None:
        """Poll the feeds and read what is new; nothing is sent yet."""
        for feed in await self.ctx.look(feeds.everything):
            await poll(self.ctx, feed.id)
        now = self.clock()
        for stored in await self.ctx.look(lambda c: articles.to_read(c, now, 999, set())):
            await read(self.ctx, stored.id)

    async def deliver(self) -> None:
        """What the daemon does every second."""
        claimed = await self.ctx.deliverer.claim()
        await asyncio.gather(
            *(self.ctx.deliverer.deliver(name, each) for name, each in claimed.items())
        )

    @property
    def polled(self) -> list[Polled]:
        return [step for step in self.steps if isinstance(step, Polled)]

    @property
    def reads(self) -> list[Read]:
        return [step for step in self.steps if isinstance(step, Read)]

    @property
    def delivered(self) -> list[Delivered]:
        return [step for step in self.steps if isinstance(step, Delivered)]


async def run_once_summary(tally: Tally) -> dict[str, object]:
    return {"feeds": dict(tally.feeds), "new": tally.entries_new, "alerts": tally.alerts}

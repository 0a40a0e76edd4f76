from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from monitor.config.load import load_config
from monitor.daemon.compose import run_once
from monitor.matching.matcher import Matcher
from monitor.pipeline.events import Delivered, Polled, Read, Step, Tally
from monitor.pipeline.pipeline import Pipeline
from monitor.pipeline.runtime import compose, subscribe
from monitor.pipeline.workers import Workers
from monitor.store import articles, feeds
from monitor.store.database import Database
from tests.support.clock import Clock
from tests.support.program import config_toml
from tests.support.slack import SlackServer


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    workers = Workers(1)
    yield workers
    workers.close()


class Product:
    """A pipeline on a real database, with a clock that stands still, and what it did."""

    def __init__(self, folder: Path, workers: Workers, slack: SlackServer) -> None:
        self.clock = Clock()
        self.steps: list[Step] = []
        self.console = io.StringIO()
        self.pipeline: Pipeline
        self._folder = folder
        self.workers = workers
        self._slack = slack
        self.db = Database(f"sqlite:///{folder / 'monitor.db'}")
        self.db.upgrade()

    async def start(self, *feeds: str, toml: str | None = None) -> None:
        """Begin with these feeds (or a whole configuration), or go on with others."""
        path = self._folder / "config.toml"
        path.write_text(toml or config_toml(list(feeds), slack=self._slack.endpoint))
        loaded = load_config(path, env={})
        runtime = compose(loaded, Matcher(loaded.config.watchlists), self.console, clock=self.clock)
        if hasattr(self, "pipeline"):
            await self.pipeline.runtime.fetcher.aclose()
            self.pipeline.runtime = runtime
        else:
            self.pipeline = Pipeline(
                self.db, runtime, self.workers,
                observe=self.steps.append, clock=self.clock, jitter=lambda: 0.5,
            )  # fmt: skip
        with self.db.write() as connection:
            subscribe(connection, runtime.config, now=self.clock())

    async def round(self) -> dict[str, object]:
        """Poll, read, match and deliver everything once."""
        tally = Tally()
        before = len(self.steps)
        await run_once(self.pipeline, tally)
        for step in self.steps[before:]:
            tally(step)
        return await run_once_summary(tally)

    async def read(self) -> None:
        """Poll the feeds and read what is new; nothing is sent yet."""
        for feed in await self.pipeline.look(feeds.everything):
            await self.pipeline.poll(feed)
        now = self.clock()
        for stored in await self.pipeline.look(lambda c: articles.to_read(c, now, 999, set())):
            await self.pipeline.read(stored)

    async def deliver(self) -> None:
        """What the daemon does every second."""
        claimed = await self.pipeline.deliverer.claim()
        await asyncio.gather(
            *(self.pipeline.deliverer.deliver(name, each) for name, each in claimed.items())
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


@pytest.fixture
async def product(tmp_path: Path, workers: Workers, slack: SlackServer) -> AsyncIterator[Product]:
    product = Product(tmp_path, workers, slack)
    yield product
    if hasattr(product, "pipeline"):
        await product.pipeline.runtime.fetcher.aclose()
        product.pipeline.close()
    product.db.close()

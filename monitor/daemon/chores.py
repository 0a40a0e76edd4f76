"""What is done now and then, once for a database: by its one daemon, or by all workers together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from monitor.daemon.housekeeping import keep_house, make_days
from monitor.daemon.indexing import LOOK_SECONDS as INDEXED_EVERY
from monitor.daemon.indexing import index_history
from monitor.pipeline.context import Context
from monitor.pipeline.notices import (
    channels_missing,
    feed_bounds,
    feed_incidents,
    proof_of_life,
)
from monitor.store import fleet, permits, shared_robots

#: How often to look whether something waits for a channel that does not exist, in seconds.
MISSING_EVERY = 30
INCIDENTS_EVERY = 600
HOUSE_EVERY = 6 * 3600

Chore = Callable[[], Coroutine[Any, Any, None]]


class Chores:
    """Keeps a database and those who look after it up to date.

    Args:
        ctx: what all steps share.
        stopping: set when the process is to end; what is left is done another time.
    """

    def __init__(self, ctx: Context, stopping: asyncio.Event) -> None:
        self._ctx = ctx
        self._stopping = stopping

    def regular(self) -> dict[Chore, float]:
        """What a daemon does by itself, and how often, in seconds."""
        return {
            self.keep_house: HOUSE_EVERY,
            self.index_history: INDEXED_EVERY,
            self.report_incidents: INCIDENTS_EVERY,
            self.report_missing: MISSING_EVERY,
        }

    def shared(self) -> dict[str, tuple[str, Callable[[int], Coroutine[Any, Any, None]]]]:
        """The same and more for many workers: when, as cron says it, and what, by names."""
        return {
            "keep_house": ("17 */6 * * *", lambda _: self.keep_house()),
            # Seconds stand last.
            "index_history": ("* * * * * */10", lambda _: self.index_history()),
            "report_incidents": ("*/10 * * * *", lambda _: self.report_incidents()),
            "report_missing": ("* * * * *", lambda _: self.report_missing()),
            "prove_life": ("* * * * *", self._prove_life_if_due),
            "fall_back": ("* * * * * */10", lambda _: self._fall_back()),
            "tidy": ("7 * * * *", lambda _: self._tidy()),
        }

    async def keep_house(self) -> None:
        """Delete what is too old. Nothing waits for it, and it waits for nothing."""
        await keep_house(self._ctx, self._stopping)

    async def index_history(self) -> None:
        """Enter into the search index what is missing in it."""
        await index_history(self._ctx, self._stopping)

    async def report_incidents(self) -> None:
        """Tell operators of feeds that got into trouble, or out of it."""
        now = self._ctx.clock()
        await self._ctx.notify_of(lambda c: feed_incidents(c, now))
        await self._ctx.notify_of(lambda c: feed_bounds(c, now))

    async def report_missing(self) -> None:
        """Tell operators of what waits for channels that do not exist."""
        config, now = self._ctx.runtime.config, self._ctx.clock()
        # Hardly ever is there any: nothing is written for it.
        if await self._ctx.look(lambda c: channels_missing(c, config, now)) is not None:
            await self._ctx.notify_of(lambda c: channels_missing(c, config, now))

    async def prove_life(self) -> None:
        """Tell operators that all is well, and what was done."""
        now = self._ctx.clock()
        notice = await self._ctx.look(lambda c: proof_of_life(c, now))
        await self._ctx.notify(notice)

    async def _prove_life_if_due(self, timestamp: int) -> None:
        config = self._ctx.runtime.config
        at = config.operations.heartbeat if config.operations.channels else None
        local = datetime.fromtimestamp(timestamp, ZoneInfo(config.alerts.timezone))
        if at is not None and (local.hour, local.minute) == (at.hour, at.minute):
            await self.prove_life()

    async def _fall_back(self) -> None:
        """Have others told in place of channels that take nothing, though nothing is due there."""
        await self._ctx.deliverer.claim(channels=())

    async def _tidy(self) -> None:
        """Forget workers that died long ago, hosts that nobody asks, what sites said long ago."""
        for forget in (fleet.forget, permits.forget):
            await self._ctx.store(forget)
        await self._ctx.store(partial(shared_robots.forget, now=self._ctx.clock()))
        await make_days(self._ctx)

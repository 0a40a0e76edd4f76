"""What the daemon does for its database now and then: retention, and giving back what is free."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Literal, TypeVar

from sqlalchemy import Connection

from monitor.config.file_changes import stopped_within
from monitor.errors import StoreError
from monitor.logs import get_logger
from monitor.pipeline.context import Context
from monitor.pipeline.place import close_stories
from monitor.pipeline.site_lines import forget_lines
from monitor.store import feed_days, shrinking, text_days
from monitor.store.postgresql_faults import is_passing
from monitor.store.pruning import Pruning

#: After each transaction others have the database for so many times as long as it took.
PAUSES = 3.0
#: And for at least so long, in seconds.
SHORTEST_PAUSE = 0.01

log = get_logger(__name__)

T = TypeVar("T")


async def keep_house(ctx: Context, stopping: asyncio.Event) -> None:
    """Delete what is older than its settings allow, and let the file shrink.

    Args:
        ctx: what all steps share.
        stopping: set when the daemon is to end; what is left is done another time.

    Raises:
        StoreError: the database failed.
    """
    storage, now = ctx.runtime.config.storage, ctx.clock()
    house = _House(ctx, stopping)
    while not stopping.is_set():
        pass_ = Pruning(before(storage.keep_articles, now), before(storage.keep_matches, now))
        gone = await house.prune(pass_)
        if not gone.total():
            break
        log.info("pruned what is older than storage.keep_* allows", **gone)
    await house.drop_days(before(storage.keep_articles, now))
    while await house.in_turn(lambda c: forget_lines(c, now)):
        pass
    while await house.in_turn(lambda c: close_stories(c, now)):
        pass
    await house.in_turn(lambda c: feed_days.forget(c, now))
    while await house.in_turn(shrinking.step):
        pass


async def make_days(ctx: Context) -> None:
    """On a server, make tables for the texts of the days to come; see `monitor.store.text_days`.

    Raises:
        StoreError: the database failed.
    """
    if ctx.db.is_shared:
        await asyncio.to_thread(_make_days, ctx)


def _make_days(ctx: Context) -> None:
    try:
        if ctx.db.upgrade():
            log.info("no program of before is at work any more: texts go to tables by day")
        if ctx.runtime.config.storage.keep_articles != "forever":
            text_days.make_ahead(ctx.db, ctx.clock())
    except StoreError as error:
        # Somebody is in its way. Until it is done texts are in the rows.
        if not is_passing(error):
            raise
        log.info("tables for the texts of the days to come are made later", error=str(error))


def before(keep: timedelta | Literal["forever"], now: datetime) -> datetime | None:
    """Up to when what is kept for so long is too old; None: it never is."""
    return None if keep == "forever" else now - keep


class _House:
    def __init__(self, ctx: Context, stopping: asyncio.Event) -> None:
        self._ctx = ctx
        self._stopping = stopping

    async def prune(self, pruning: Pruning) -> Counter[str]:
        """One pass over what is too old; how much of each noun went."""
        gone: Counter[str] = Counter()
        while not self._stopping.is_set():
            doomed = await self._ctx.look(pruning.look)
            if doomed is None:
                break
            for piece in doomed:
                gone += Counter(await self.in_turn(partial(pruning.delete, doomed=piece)) or {})
        return gone

    async def drop_days(self, before: datetime | None) -> None:
        """Drop the texts of days of which only those are left that are still needed."""
        if self._ctx.db.is_shared and before is not None:
            db, is_stopping = self._ctx.db, self._stopping.is_set

            def later(day: date, why: str) -> None:
                log.info("the texts of a day go later", day=str(day), reason=why)

            if gone := await asyncio.to_thread(text_days.drop, db, before, is_stopping, later):
                log.info("dropped the texts of days that are too old", days=gone)

    async def in_turn(self, work: Callable[[Connection], T]) -> T | None:
        """Run a short write transaction, and give others their turn; None when it is the end."""
        if self._stopping.is_set():
            return None
        took = 0.0

        def timed(connection: Connection) -> T:
            nonlocal took
            begun = time.monotonic()
            try:
                return work(connection)
            finally:
                took = time.monotonic() - begun

        done = await self._ctx.store(timed)
        await stopped_within(self._stopping, max(SHORTEST_PAUSE, PAUSES * took))
        return done

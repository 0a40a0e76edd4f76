"""The composition root: from a checked configuration to steps ready to run."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import datetime
from typing import TextIO

from monitor.config.schema import Polling
from monitor.daemon.lock import alone
from monitor.errors import ConfigError
from monitor.fetch.client import Fetcher
from monitor.fetch.robots import Robots
from monitor.pipeline.allocator import keep_little
from monitor.pipeline.context import Context, utc_now
from monitor.pipeline.events import Observer
from monitor.pipeline.permits import SharedHosts, SharedPermits, SharedRobots
from monitor.pipeline.runtime import compose, subscribe
from monitor.pipeline.workers import Workers
from monitor.service.check import Checked
from monitor.store.database import Database
from monitor.store.server_clock import server_clock

#: Threads for name look-ups.
RESOLVERS = 64
#: Objects that have come and not gone before the collector looks for cycles among them. It looks
#: at what a thousand polls hold for a moment, and finds next to nothing: a tenth of the daemon's
#: time with Python's own 700.
COLLECTED_AFTER = 10_000


def collect_seldom() -> None:
    """Have the garbage collector look less often than it would."""
    gc.set_threshold(COLLECTED_AFTER, *gc.get_threshold()[1:])


@asynccontextmanager
async def opened(
    checked: Checked,
    *,
    observe: Observer,
    console: TextIO,
    clock: Callable[[], datetime] = utc_now,
) -> AsyncIterator[Context]:
    """What the steps share, on the configured database, upgraded; a file for this process alone.

    On a server others may work, too: its clock is everybody's, and all spare hosts together.

    Raises:
        StoreError: another daemon runs on the database, or it cannot be used.
    """
    keep_little()
    collect_seldom()
    db = Database(checked.loaded.config.storage.url)
    with ExitStack() as stack:
        stack.callback(db.close)
        stack.enter_context(alone(db))
        await asyncio.to_thread(db.upgrade)
        fetching = None
        if db.is_shared:
            clock = await asyncio.to_thread(server_clock, db)
            fetching = stack.enter_context(_fetching_together(db, clock))
        runtime = compose(checked.loaded, checked.matcher, console, clock=clock, fetching=fetching)
        workers = Workers()
        stack.callback(workers.close)
        # The system's name look-ups block a thread each; a handful of slow name servers must not
        # hold up every other feed.
        asyncio.get_running_loop().set_default_executor(
            ThreadPoolExecutor(RESOLVERS, thread_name_prefix="look")
        )
        ctx = Context(db, runtime, workers, observe=observe, clock=clock)
        stack.callback(ctx.close)
        await ctx.store(lambda c: subscribe(c, runtime.config, now=clock()))
        try:
            yield ctx
        finally:
            await ctx.runtime.fetcher.aclose()


def require_shared(checked: Checked) -> None:
    """Make sure that others can work on the configured database, too.

    Raises:
        ConfigError: it is a file.
    """
    if not checked.loaded.config.storage.url.startswith("postgresql"):
        raise ConfigError(
            "workers need a PostgreSQL database; on a file one `monitor run` does all",
            where="storage.url",
            hint='Name one such as "postgresql+psycopg://monitor@db.example/monitor".',
        )


@contextmanager
def _fetching_together(
    db: Database, clock: Callable[[], datetime]
) -> Iterator[Callable[[Polling], Fetcher]]:
    """Makes fetchers that ask the database before every request."""
    permits, robots = SharedPermits(db), SharedRobots(db)

    def fetching(polling: Polling) -> Fetcher:
        hosts = SharedHosts(polling, permits)
        return Fetcher(polling, clock=clock, permits=hosts, robots=Robots(clock, robots))

    try:
        yield fetching
    finally:
        permits.close()

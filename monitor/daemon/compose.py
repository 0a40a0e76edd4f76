"""The composition root: from a checked configuration to steps ready to run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from datetime import datetime
from typing import TextIO

from monitor.daemon.lock import alone
from monitor.pipeline.allocator import keep_little
from monitor.pipeline.context import Context, utc_now
from monitor.pipeline.events import Observer
from monitor.pipeline.runtime import compose, subscribe
from monitor.pipeline.workers import Workers
from monitor.service.check import Checked
from monitor.store.database import Database

#: Threads for name look-ups and for queries that only read.
RESOLVERS = 64


@asynccontextmanager
async def opened(
    checked: Checked,
    *,
    observe: Observer,
    console: TextIO,
    clock: Callable[[], datetime] = utc_now,
) -> AsyncIterator[Context]:
    """What the steps share, on the configured database, upgraded; a file for this process alone.

    Raises:
        StoreError: another daemon runs on the database, or it cannot be used.
    """
    keep_little()
    db = Database(checked.loaded.config.storage.url)
    with ExitStack() as stack:
        stack.callback(db.close)
        stack.enter_context(alone(db))
        await asyncio.to_thread(db.upgrade)
        runtime = compose(checked.loaded, checked.matcher, console, clock=clock)
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

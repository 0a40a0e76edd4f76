"""The composition root: from a checked configuration to a pipeline ready to run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from datetime import datetime
from functools import partial
from typing import TextIO

from sqlalchemy import Connection

from monitor.model import DeliveryStatus, FeedState
from monitor.service.check import Checked
from monitor.service.lock import DaemonLock
from monitor.service.pipeline import Pipeline, utc_now
from monitor.service.runtime import compose, subscribe
from monitor.service.steps import Observer, Tally
from monitor.service.workers import Workers
from monitor.store import articles as store_articles
from monitor.store import feeds as store_feeds
from monitor.store import outbox
from monitor.store.articles import StoredArticle
from monitor.store.database import Database

#: Articles read at the same time by `run_once`, and how many are looked up in one go.
READERS = 64
LOOKED_UP = 512
#: Threads for name look-ups and for queries that only read.
RESOLVERS = 64


@asynccontextmanager
async def opened(
    checked: Checked,
    *,
    observe: Observer,
    console: TextIO,
    clock: Callable[[], datetime] = utc_now,
) -> AsyncIterator[Pipeline]:
    """A pipeline on the configured database, upgraded and locked for this process alone.

    Raises:
        StoreError: another daemon runs on the database, or it cannot be used.
    """
    db = Database(checked.loaded.config.storage.url)
    with ExitStack() as stack:
        stack.callback(db.close)
        stack.enter_context(DaemonLock(db.path))
        await asyncio.to_thread(db.upgrade)
        runtime = compose(checked.loaded, checked.matcher, console, clock=clock)
        workers = Workers()
        stack.callback(workers.close)
        # The system's name look-ups block a thread each; a handful of slow name servers must not
        # hold up every other feed.
        asyncio.get_running_loop().set_default_executor(
            ThreadPoolExecutor(RESOLVERS, thread_name_prefix="look")
        )
        pipeline = Pipeline(db, runtime, workers, observe=observe, clock=clock)
        stack.callback(pipeline.close)
        await pipeline.store(lambda c: subscribe(c, runtime.config, now=clock()))
        try:
            yield pipeline
        finally:
            await pipeline.runtime.fetcher.aclose()


async def run_once(pipeline: Pipeline, tally: Tally) -> dict[str, object]:
    """Poll every feed now, read and match what is new, deliver what is due.

    Args:
        pipeline: the steps.
        tally: must observe the pipeline.

    Returns:
        The summary that `monitor run --once --json` prints (see the contract).
    """
    await pipeline.store(lambda c: outbox.recover(c, pipeline.clock()))
    states = await pipeline.look(store_feeds.everything)
    polling = asyncio.Semaphore(pipeline.runtime.config.polling.concurrency)

    async def poll(feed: FeedState) -> None:
        async with polling:
            await pipeline.poll(feed)

    await asyncio.gather(*(poll(state) for state in states if not state.stopped))
    await _read_everything(pipeline)
    # What fails now is due again in a moment, but not this time.
    due_by = pipeline.clock()
    while claimed := await pipeline.deliverer.claim(due_by=due_by):
        await asyncio.gather(
            *(pipeline.deliverer.deliver(name, each) for name, each in claimed.items())
        )
    counts = await pipeline.look(outbox.counts)
    waiting = (DeliveryStatus.PENDING, DeliveryStatus.FAILED, DeliveryStatus.SENDING)
    return {
        "feeds": {
            "polled": tally.feeds.total(),
            **{outcome: tally.feeds[outcome] for outcome in ("ok", "unchanged", "failed")},
        },
        "entries": {"seen": tally.entries_seen, "new": tally.entries_new},
        "articles": tally.articles,
        "matches": tally.matches,
        "alerts": tally.alerts,
        "deliveries": {
            "sent": tally.sent,
            "pending": sum(counts[status] for status in waiting),
            "dead": counts[DeliveryStatus.DEAD],
        },
    }


def _to_read(connection: Connection, now: datetime, exclude: set[int]) -> list[StoredArticle]:
    return store_articles.to_read(connection, now, LOOKED_UP, exclude)


async def _read_everything(pipeline: Pipeline) -> None:
    slots = asyncio.Semaphore(READERS)
    under_way: dict[asyncio.Task[None], int] = {}

    async def read(stored: StoredArticle) -> None:
        async with slots:
            await pipeline.read(stored)

    try:
        while True:
            ids = set(under_way.values())
            now = pipeline.clock()
            batch = await pipeline.look(partial(_to_read, now=now, exclude=ids))
            under_way |= {asyncio.create_task(read(stored)): stored.id for stored in batch}
            # The next are looked up while some are still read, so that nobody waits for the
            # slowest of a batch.
            while len(under_way) > (READERS if batch else 0):
                done, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    del under_way[task]
                    task.result()
            if not under_way:
                return
    finally:
        for task in under_way:
            task.cancel()

"""The composition root: from a checked configuration to a pipeline ready to run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from datetime import datetime
from functools import partial
from typing import Any, TextIO

from monitor.config.watch import stopped_within
from monitor.daemon.lock import DaemonLock
from monitor.model.delivery import DeliveryStatus
from monitor.pipeline.allocator import keep_little
from monitor.pipeline.context import utc_now
from monitor.pipeline.events import Observer, Tally
from monitor.pipeline.pipeline import Pipeline
from monitor.pipeline.read import host_to_ask, to_read
from monitor.pipeline.runtime import compose, subscribe
from monitor.pipeline.slots import Bounds, Slots, for_pages
from monitor.pipeline.workers import Workers
from monitor.service.check import Checked
from monitor.store import feeds as store_feeds
from monitor.store.database import Database
from monitor.store.deliveries import lookups as deliveries

#: Articles read at the same time by `run_once`.
READERS = 64
#: How often `run_once` delivers while it still reads, in seconds: most pages are read before.
DELIVER_SECONDS = 5.0
#: Threads for name look-ups and for queries that only read.
RESOLVERS = 64

Work = Coroutine[Any, Any, bool]


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
    keep_little()
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
    await pipeline.deliverer.begin()
    await _poll_everything(pipeline)
    all_read = asyncio.Event()
    delivering = asyncio.create_task(_deliver_until(all_read, pipeline))
    try:
        await _read_everything(pipeline)
    finally:
        all_read.set()
        await delivering
    # What fails now is due again in a moment, but not this time.
    due_by = pipeline.clock()
    while await _deliver(pipeline, due_by):
        pass
    counts = await pipeline.look(deliveries.counts)
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


async def _deliver_until(done: asyncio.Event, pipeline: Pipeline) -> None:
    """Deliver what is due meanwhile: pages may take long, and what feeds said is told before."""
    while not await stopped_within(done, DELIVER_SECONDS):
        await _deliver(pipeline, pipeline.clock())


async def _deliver(pipeline: Pipeline, due_by: datetime) -> bool:
    claimed = await pipeline.deliverer.claim(due_by=due_by)
    await asyncio.gather(
        *(pipeline.deliverer.deliver(name, each) for name, each in claimed.items())
    )
    return bool(claimed)


async def _poll_everything(pipeline: Pipeline) -> None:
    polling = pipeline.runtime.config.polling
    states = await pipeline.look(store_feeds.everything)
    waiting = {feed.id: feed for feed in states if not feed.stopped}
    slots = Slots(lambda: Bounds(polling.concurrency, polling.per_host))

    async def begin() -> dict[int, Work]:
        begun: dict[int, Work] = {}
        free = slots.room().free
        for feed in list(waiting.values()):
            if len(begun) == free:
                break
            if slots.take(feed.id, feed.host):
                begun[feed.id] = pipeline.poll(waiting.pop(feed.id))
        return begun

    await _until_done(slots, begin)


async def _read_everything(pipeline: Pipeline) -> None:
    per_host = pipeline.runtime.config.polling.per_host
    slots = Slots(lambda: for_pages(READERS, per_host))
    pipeline.early.has_room = lambda stored: slots.room().admits(
        host_to_ask(stored, pipeline.runtime), stored.feed_id
    )

    async def begin() -> dict[int, Work]:
        now = pipeline.clock()
        begun: dict[int, Work] = {}
        while (room := slots.room()).free:
            due = await pipeline.look(partial(to_read, now=now, room=room))
            some = {
                stored.id: pipeline.read(stored)
                for stored in due
                if slots.take(stored.id, host_to_ask(stored, pipeline.runtime), feed=stored.feed_id)
            }
            begun |= some
            if not some or len(due) < room.free:
                break
        return begun

    await _until_done(slots, begin)


async def _until_done(slots: Slots, begin: Callable[[], Awaitable[dict[int, Work]]]) -> None:
    """Begin what there is room for whenever something is done, until there is nothing left."""
    under_way: dict[asyncio.Task[bool], int] = {}
    try:
        while True:
            begun = await begin()
            under_way |= {asyncio.create_task(work): number for number, work in begun.items()}
            if not under_way:
                return
            done, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                slots.release(under_way.pop(task))
                task.result()
    finally:
        for task in under_way:
            task.cancel()

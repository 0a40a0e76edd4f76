"""`monitor run --once`: every feed is polled now, what is new is read, what is due is delivered."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime

from monitor.config.file_changes import stopped_within
from monitor.daemon.local_driver import Driver, Tasks
from monitor.errors import StoreError
from monitor.model.delivery import DeliveryStatus
from monitor.pipeline.context import Context
from monitor.pipeline.events import Tally
from monitor.pipeline.notices import channels_missing
from monitor.store import feeds as store_feeds
from monitor.store import search_index
from monitor.store.deliveries import lookups as deliveries
from monitor.store.leases import RENEWED_EVERY

#: Articles read at the same time.
READERS = 96
#: Steps by which the index over the history grows, if any of it is missing.
INDEX_STEPS = 50
#: How often to deliver while articles are read, in seconds: most pages are read before.
DELIVER_SECONDS = 5.0


async def run_once(ctx: Context, tally: Tally) -> dict[str, object]:
    """Poll every feed now, read and match what is new, deliver what is due.

    Args:
        ctx: what all steps share; the holder of the daemon lock.
        tally: must observe the steps.

    Returns:
        The summary that `monitor run --once --json` prints (see the contract).

    Raises:
        StoreError: the database failed.
    """
    tasks = Tasks()
    driver = Driver(ctx, start=tasks.start, readers=READERS)
    # All is listed before anything is read: an article that several feeds list is read once.
    driver.reads_what_comes = False
    await driver.take_up()
    now = ctx.clock()
    await ctx.store(lambda c: store_feeds.make_due(c, now))
    await ctx.notify_of(lambda c: channels_missing(c, ctx.runtime.config, now))
    renewing = asyncio.create_task(_renew(driver))
    try:
        await driver.poll_due()
        await tasks.finish()
        await _read_everything(driver, tasks)
        # What fails now is due again in a moment, but not this time.
        due_by = ctx.clock()
        while await driver.deliver_due(due_by=due_by):
            await tasks.finish()
    finally:
        renewing.cancel()
        await tasks.cancel()
        with suppress(StoreError):
            await driver.hand_back()
    # Some of the history, if any is missing in the index: the rest the next time.
    for _ in range(INDEX_STEPS):
        if not await ctx.store(search_index.index_more):
            break
    return await _summary(ctx, tally, now)


async def _renew(driver: Driver) -> None:
    while True:
        await asyncio.sleep(RENEWED_EVERY.total_seconds())
        with suppress(StoreError):
            await driver.renew()


async def _read_everything(driver: Driver, tasks: Tasks) -> None:
    """Read, and deliver meanwhile: pages may take long, and what feeds said is told before."""
    all_read = asyncio.Event()

    async def deliver() -> None:
        while not await stopped_within(all_read, DELIVER_SECONDS):
            await driver.deliver_due()

    delivering = asyncio.create_task(deliver())
    try:
        await driver.read_due()
        await tasks.finish()
    finally:
        all_read.set()
        await delivering


async def _summary(ctx: Context, tally: Tally, began: datetime) -> dict[str, object]:
    counts = await ctx.look(deliveries.counts)
    left = await ctx.look(lambda c: deliveries.counts(c, since=began))
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
            "this_run": {
                "sent": tally.sent,
                "pending": sum(left[status] for status in waiting),
                "dead": tally.dead,
            },
        },
    }

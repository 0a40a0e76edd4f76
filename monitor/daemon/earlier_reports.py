"""After an edit of the watchlists: what is stored already is offered to be told."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from monitor.config.schema import Config
from monitor.errors import MonitorError, StoreError
from monitor.logs import get_logger
from monitor.pipeline.context import Context
from monitor.service import earlier_reports
from monitor.store import earlier_reports as store_earlier

#: How long readings that began before the edit are waited for, in seconds: what they find is
#: found by the watchlists as they were.
UNDER_WAY_SECONDS = 60.0

log = get_logger(__name__)


async def offer_earlier(
    ctx: Context,
    old: Config,
    new: Config,
    under_way: Collection[asyncio.Task[None]],
    stopping: asyncio.Event,
) -> None:
    """Look what of today's articles an edit would have told, and offer it.

    Args:
        ctx: what all steps share.
        old: the configuration before the edit.
        new: the one in force.
        under_way: what was under way when it came into force.
        stopping: set when the daemon is to end; nothing is offered then.

    Raises:
        StoreError: the database failed.
    """
    # What was told under a watchlist's old name is not to be offered under the new one.
    old = earlier_reports.under_new_names(old, new)
    changed = earlier_reports.edited(old, new)
    if ctx.db.is_shared and not await _remember(ctx):
        # Where several machines take over the same edit, the first of them looks.
        return
    if not changed:
        await _remember(ctx)
        return
    watched = {each.name: earlier_reports.watched(each) for each in new.watchlists}
    now = ctx.clock()
    for name in changed:
        await ctx.store(partial(store_earlier.withdraw, watchlist=name, watched=watched[name],
                                now=now))  # fmt: skip
    if under_way:
        await asyncio.wait(under_way, timeout=UNDER_WAY_SECONDS)
    try:
        found = await asyncio.to_thread(
            earlier_reports.find, ctx.db.url, old, new, now, stopping.is_set
        )
    except StoreError:
        raise
    except MonitorError as error:
        log.warning("what the edit would have told of today is not known", error=str(error))
        return
    for each in found:
        number = await ctx.store(partial(_offer, each=each, now=now))
        if number is not None:
            log.info(
                "earlier reports can be told",
                watchlist=each.watchlist,
                reports=len(each.reports),
                names=list(each.names[:10]),
                show=f"monitor earlier show {number}",
            )
    await _remember(ctx)


async def offer_since_last(ctx: Context, stopping: asyncio.Event) -> None:
    """Look what of today's articles an edit would have told that was made while nobody watched.

    Args:
        ctx: what all steps share.
        stopping: set when the daemon is to end; nothing is offered then.

    Raises:
        StoreError: the database failed.
    """
    kept = await ctx.look(store_earlier.last_watchlists)
    config = ctx.runtime.config
    old = earlier_reports.as_it_was(config, kept) if kept else config
    await offer_earlier(ctx, old, config, (), stopping)


async def _remember(ctx: Context) -> bool:
    """Keep what is in force now, even if it is not what was looked at; whether that is new."""
    kept = earlier_reports.definitions(ctx.runtime.config)
    return await ctx.store(partial(store_earlier.remember_watchlists, definitions=kept))


def _offer(connection: Connection, *, each: earlier_reports.Earlier, now: datetime) -> int | None:
    return store_earlier.offer(
        connection, each.watchlist, each.names, each.reports, now, earlier_reports.MOST
    )

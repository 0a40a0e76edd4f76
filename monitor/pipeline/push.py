"""A push: what a feed's hub sends goes the way of what a poll finds."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from monitor.errors import MonitorError
from monitor.feeds.parse import parse
from monitor.model.feed import FeedState, HubSubscription, host_of
from monitor.model.reconciliation import Recorded
from monitor.pipeline.daily_limit import keep
from monitor.pipeline.events import Faulted, Pushed
from monitor.pipeline.full_text import PARSE_SECONDS
from monitor.pipeline.hubs import hubs_after_push
from monitor.pipeline.poll import tell_of_entries
from monitor.pipeline.store_entries import record_entries
from monitor.store import feeds as store_feeds
from monitor.store import hub_subscriptions

if TYPE_CHECKING:
    from monitor.pipeline.context import Context


async def push(ctx: Context, subscription_id: int, body: bytes, content_type: str | None) -> bool:
    """Remember the new entries of a document that a feed's hub has pushed.

    The document may hold no more than what is new, so nothing is learned from what it leaves
    out; for the rest it goes the way of one that was polled.

    Args:
        ctx: what all steps share.
        subscription_id: what was agreed with the hub.
        body: the document.
        content_type: as the hub named it.

    Returns:
        Whether there is something to read now.

    Raises:
        MonitorError: it is no feed that can be read, or the database failed (StoreError).
    """
    found = await ctx.look(partial(_subscribed, subscription_id=subscription_id))
    if found is None:
        return False
    try:
        return await _push(ctx, *found, body, content_type)
    except MonitorError:
        raise
    except Exception as error:
        ctx.observe(Faulted("a push", found[0].topic, error))
        raise MonitorError(f"monitor itself failed at it: {type(error).__name__}") from error


def _subscribed(
    connection: Connection, subscription_id: int
) -> tuple[HubSubscription, FeedState] | None:
    known = hub_subscriptions.by_id(connection, subscription_id)
    feeds = [] if known is None else store_feeds.by_ids(connection, [known.feed_id])
    return (known, feeds[0]) if known is not None and feeds else None


async def _push(
    ctx: Context,
    subscription: HubSubscription,
    feed: FeedState,
    body: bytes,
    content_type: str | None,
) -> bool:
    runtime = ctx.runtime
    parsed = await ctx.workers.of(host_of(subscription.topic)).run_first(
        PARSE_SECONDS, parse, body, url=subscription.topic, content_type=content_type
    )
    kept = await keep(ctx, runtime, feed, parsed)
    now = ctx.clock()

    def record(connection: Connection) -> Recorded:
        recorded = record_entries(connection, feed, kept, runtime, now)
        hubs_after_push(
            connection, subscription.id, recorded,
            runtime=runtime, now=now, jitter=ctx.jitter(),
        )  # fmt: skip
        return recorded

    recorded = await ctx.store(record)
    ctx.observe(Pushed(feed, len(parsed.entries), recorded.new, parsed.problems))
    return await tell_of_entries(ctx, runtime, feed, recorded, now)

"""What polls and pushes mean for the agreement with a feed's hub, and for when it is polled next.

Each function is a part of the transaction that records the poll or the push.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from monitor.config.schema import Feed
from monitor.feeds.politeness import NextPoll, drops_entries, next_poll, waits_for_pushes
from monitor.feeds.websub import (
    PUSHED_SOON,
    announced_in_header,
    has_missed,
    hub_to_ask,
    is_relied_upon,
    merged,
    unwanted,
    usable_hubs,
)
from monitor.model.feed import (
    Announcement,
    FeedState,
    HubSubscription,
    ParsedFeed,
    PollReason,
    PollReasonKind,
    Response,
)
from monitor.model.reconciliation import Recorded
from monitor.pipeline.runtime import Runtime
from monitor.store import feeds as store_feeds
from monitor.store import hub_subscriptions

_NOTHING_ANNOUNCED = Announcement()


def hubs_after_poll(
    connection: Connection,
    feed: FeedState,
    response: Response,
    parsed: ParsedFeed | None,
    recorded: Recorded,
    *,
    runtime: Runtime,
    now: datetime,
    listening_since: datetime | None,
) -> bool:
    """Take over what a feed says of hubs, and notice what its hub should have pushed.

    Args:
        connection: an open write transaction.
        feed: as it was before the poll.
        response: the answer, changed or not.
        parsed: its document; None when that had not changed.
        recorded: what was new in it.
        runtime: the configuration.
        now: the time.
        listening_since: since when hubs can reach us; None when they cannot.

    Returns:
        Whether its hub can be relied upon, so that it need not be polled as often.
    """
    if runtime.config.websub.callback is None:
        return False
    known = hub_subscriptions.of_feed(connection, feed.id)
    said = parsed.announced if parsed else _NOTHING_ANNOUNCED
    announced = merged(announced_in_header(response.link, response.url), said)
    hubs = usable_hubs(announced, response.url)
    if _is_another_asked(connection, feed.id, hubs, announced.topic or "", known, now):
        return False
    if known is None or _is_given_up(connection, parsed, hubs, known, now):
        return False
    if recorded.new and has_missed(known, feed.last_ok, listening_since):
        known = replace(known, missed=now)
        hub_subscriptions.save(connection, known)
    return listening_since is not None and is_relied_upon(known, now)


def _is_given_up(
    connection: Connection,
    parsed: ParsedFeed | None,
    hubs: Sequence[str],
    known: HubSubscription,
    now: datetime,
) -> bool:
    """What nobody pushes is not asked for any longer than its publisher says so."""
    if parsed is None or hubs or known.active(now):
        return False
    hub_subscriptions.forget(connection, known.id)
    return True


def _is_another_asked(
    connection: Connection,
    feed_id: int,
    hubs: Sequence[str],
    topic: str,
    known: HubSubscription | None,
    now: datetime,
) -> bool:
    """Have a hub asked that was not, or no more, instead of the one that is known."""
    hub = hub_to_ask(hubs, topic, known, now)
    if hub is None:
        return False
    if known is not None:
        hub_subscriptions.save(connection, unwanted(known, now))
    hub_subscriptions.add(
        connection,
        feed_id,
        hub=hub,
        topic=topic,
        token=secrets.token_urlsafe(32),
        secret=secrets.token_urlsafe(48),
        now=now,
    )
    return True


def hubs_after_push(
    connection: Connection,
    subscription_id: int,
    recorded: Recorded,
    *,
    runtime: Runtime,
    now: datetime,
    jitter: float,
) -> None:
    """Remember that a hub has pushed, and let its feed be polled less often if that suffices."""
    known = hub_subscriptions.by_id(connection, subscription_id)
    if known is None:
        return
    if recorded.new:
        store_feeds.record_news(connection, known.feed_id, now)
    missed = known.missed
    # A poll was a moment faster than the hub.
    if missed is not None and now - missed <= PUSHED_SOON:
        missed = None
    known = replace(known, last_push=now, pushes=known.pushes + 1, fault=None, missed=missed)
    hub_subscriptions.save(connection, known)
    if not is_relied_upon(known, now):
        return
    for feed in store_feeds.by_ids(connection, [known.feed_id]):
        plan = _plan(feed, runtime, now, jitter, pushed=True)
        well = feed.failures == 0 and not feed.stopped and feed.next_poll is not None
        if well and feed.next_poll and plan.at and plan.at > feed.next_poll:
            store_feeds.reschedule(connection, feed.id, plan.at, plan.reason)


def poll_as_usual(
    connection: Connection, feed_id: int, runtime: Runtime, now: datetime, jitter: float
) -> None:
    """Let a feed be polled again as often as if it had no hub."""
    for feed in store_feeds.by_ids(connection, [feed_id]):
        if not waits_for_pushes(feed):
            continue
        plan = _plan(feed, runtime, now, jitter, pushed=False)
        if plan.at and feed.next_poll and plan.at < feed.next_poll:
            store_feeds.reschedule(connection, feed.id, plan.at, plan.reason)


def poll_soon(connection: Connection, feed_id: int, runtime: Runtime, now: datetime) -> None:
    """Ask a feed itself for what its hub pushed in a form that cannot be read."""
    for feed in store_feeds.by_ids(connection, [feed_id]):
        at = max(now, (feed.last_polled or now) + runtime.config.polling.min_interval)
        if feed.failures == 0 and not feed.stopped and feed.next_poll and at < feed.next_poll:
            reason = PollReason(PollReasonKind.UNREADABLE_PUSH)
            store_feeds.reschedule(connection, feed.id, at, reason)


def _plan(
    feed: FeedState, runtime: Runtime, now: datetime, jitter: float, *, pushed: bool
) -> NextPoll:
    """When a feed would be polled, counted from its last poll."""
    settings = runtime.feeds.get(feed.url) or Feed(url=feed.url)
    return next_poll(
        now=feed.last_polled or now,
        polling=runtime.config.polling,
        interval=settings.interval,
        rhythm=feed.rhythm,
        hours=feed.hours,
        breaking_until=feed.breaking_until,
        drops_entries=drops_entries(feed, now, dropped=False),
        wishes=feed.wishes,
        pushed=pushed,
        jitter=jitter,
    )

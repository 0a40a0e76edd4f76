"""A poll: a feed is asked for its document, and what is new in it is remembered.

The entries are stored together with the validators that would hide them from the next poll, and
with when that is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypedDict

from sqlalchemy import Connection

from monitor.config.schema import Feed
from monitor.errors import FetchError, MonitorError, StoreError
from monitor.feeds.parse import parse
from monitor.feeds.permanent_redirects import move_after
from monitor.feeds.politeness import NextPoll, drops_entries, next_poll, rhythm_of, was_held
from monitor.feeds.publishing_hours import learn as learn_hours
from monitor.feeds.reconcile import is_storm
from monitor.fetch.hosts import is_put_off
from monitor.fetch.uplink import is_unreachable
from monitor.messages.notices import entry_storm, feed_moved, network_trouble
from monitor.model.feed import (
    DEAD_AFTER,
    FeedState,
    Move,
    ParsedFeed,
    Response,
    Validators,
    host_of,
)
from monitor.model.reconciliation import Recorded
from monitor.pipeline.daily_limit import Kept, keep
from monitor.pipeline.events import Faulted, Polled
from monitor.pipeline.full_text import PARSE_SECONDS
from monitor.pipeline.hubs import hubs_after_poll
from monitor.pipeline.lease import HELD, Lease, put_off
from monitor.pipeline.runtime import Runtime
from monitor.pipeline.store_entries import record_entries
from monitor.pipeline.unchanged import NothingNew
from monitor.store import feeds as store_feeds
from monitor.store import outages
from monitor.store.feeds import Habits

if TYPE_CHECKING:
    from monitor.pipeline.context import Context

POSSIBLY_MISSED = (
    "nothing that it listed at the last poll is listed any more: entries may have come and gone "
    "unseen, so it is polled more often from now on"
)


async def poll(ctx: Context, feed_id: int, *, claimed: FeedState | None = None) -> bool:
    """Ask a feed for news and remember its new entries.

    Args:
        ctx: what all steps share.
        feed_id: which feed.
        claimed: the feed as whoever claimed it found it, who need not have it looked up again.

    Returns:
        Whether there is something to read now.

    Raises:
        StoreError: the database failed.
    """
    runtime = ctx.runtime
    feed = claimed or await _subscribed(ctx, feed_id)
    if feed is None:
        return False
    try:
        return await _poll(ctx, runtime, feed)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours with one feed stops no other
        ctx.observe(Faulted("a poll", feed.url, error))
        fault = MonitorError(f"monitor itself failed at it: {type(error).__name__}")
        await _record_failure(ctx, runtime, feed, fault)
        return False


async def _subscribed(ctx: Context, feed_id: int) -> FeedState | None:
    return next(iter(await ctx.look_once(partial(store_feeds.by_ids, ids=[feed_id]))), None)


async def _poll(ctx: Context, runtime: Runtime, feed: FeedState) -> bool:
    try:
        response, parsed = await fetch_feed(ctx, runtime, feed)
    except MonitorError as error:
        if is_put_off(error):
            await put_off(ctx, error)
        else:
            await _record_failure(ctx, runtime, feed, error)
        return False
    kept = None if parsed is None else await keep(ctx, runtime, feed, parsed)
    now = ctx.clock()
    move = move_after(feed.move, response.permanent_url, now)
    answer = _Answer(feed, _settings(runtime, feed), runtime, response, kept, move, now)
    recorded = await _recorded(ctx, answer)
    await _note_uplink(ctx, lambda: ctx.uplink.reached(feed.url))
    if move is not None and move.confirmed == now:
        await ctx.notify(feed_moved(feed, move, now))
    ctx.observe(answer.polled(recorded))
    return await tell_of_entries(ctx, runtime, feed, recorded, now)


async def _recorded(ctx: Context, answer: _Answer) -> Recorded:
    jitter, lease = ctx.jitter(), HELD.get()
    if ctx.unchanged is not None and lease is not None and answer.is_nothing_new:
        await ctx.unchanged.record(answer.nothing_new(lease, jitter))
        return Recorded()
    return await ctx.store(
        partial(answer.record, listening_since=ctx.listening_since, jitter=jitter)
    )


async def tell_of_entries(
    ctx: Context, runtime: Runtime, feed: FeedState, recorded: Recorded, now: datetime
) -> bool:
    """Tell at once what a feed itself says in its new entries; whether there is more to read."""
    if is_storm(feed.last_ok is not None, recorded.unknown):
        await ctx.notify(entry_storm(feed, recorded.unknown, recorded.new, now))
    await ctx.early.tell(runtime, recorded.wanted, old=recorded.old)
    return bool(recorded.wanted)


# --- the document ----------------------------------------------------------------------------


async def fetch_feed(
    ctx: Context, runtime: Runtime, feed: FeedState
) -> tuple[Response, ParsedFeed | None]:
    """Fetch a feed and parse it, unless it is unchanged: then there is nothing parsed.

    Raises:
        MonitorError: it could not be fetched, or is no feed.
    """
    response = await _ask(feed, _settings(runtime, feed), runtime)
    if response.not_modified or body_digest(response.body) == feed.body_digest:
        return response, None
    memory = b""
    # What was wrong with the whole cannot be told from a part.
    if feed.last_ok is not None and not feed.problems:
        memory = await ctx.look_once(partial(store_feeds.memory, feed_id=feed.id))
    parsed = await ctx.workers.of(host_of(response.url)).run_first(
        PARSE_SECONDS,
        parse,
        response.body,
        url=response.url,
        content_type=response.content_type,
        memory=memory,
        is_cut=response.is_cut,
    )
    return response, parsed


async def _ask(feed: FeedState, settings: Feed, runtime: Runtime) -> Response:
    if feed.address == feed.url:
        return await runtime.fetcher.fetch(feed.url, validators=feed.validators, feed=settings)
    try:
        response = await runtime.fetcher.fetch(
            feed.address, validators=feed.validators, feed=settings
        )
    except FetchError as error:
        if is_put_off(error):
            raise
        # It may have moved on, or back: the configured address knows.
        return await runtime.fetcher.fetch(feed.url, validators=feed.validators, feed=settings)
    return replace(response, permanent_url=response.permanent_url or feed.address)


def _settings(runtime: Runtime, feed: FeedState) -> Feed:
    return runtime.feeds.get(feed.url) or Feed(url=feed.url)


# --- what it tells ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Answer:
    """A feed that answered, and what it said."""

    feed: FeedState
    """As it was before."""
    settings: Feed
    runtime: Runtime
    response: Response
    kept: Kept | None
    """None when it had not changed."""
    move: Move | None
    now: datetime

    @property
    def parsed(self) -> ParsedFeed | None:
        return None if self.kept is None else self.kept.parsed

    @property
    def problems(self) -> tuple[str, ...]:
        return self.feed.problems if self.parsed is None else self.parsed.problems

    @property
    def is_nothing_new(self) -> bool:
        """Whether nothing is to be remembered but that it was polled, and when it is next."""
        is_pushed = self.runtime.config.websub.callback is not None
        return self.kept is None and self.move == self.feed.move and not is_pushed

    def nothing_new(self, lease: Lease, jitter: float) -> NothingNew:
        """What is remembered then."""

        def plan(closely_until: datetime | None) -> NextPoll:
            return plan_next(
                replace(self.feed, breaking_until=closely_until), self.settings, self.runtime,
                now=self.now, response=self.response, recorded=Recorded(), habits=None,
                pushed=False, jitter=jitter,
            )  # fmt: skip

        known = remembered(self.feed, self.response, Recorded(), None)
        return NothingNew(lease, known["validators"], known["body_digest"], self.now, plan)

    def record(
        self, connection: Connection, *, listening_since: datetime | None, jitter: float
    ) -> Recorded:
        """Remember its entries, and when it is polled next; in a write transaction."""
        recorded = record_entries(connection, self.feed, self.kept, self.runtime, self.now)
        pushed = hubs_after_poll(
            connection, self.feed, self.response, self.parsed, recorded,
            runtime=self.runtime, now=self.now, listening_since=listening_since,
        )  # fmt: skip
        habits = learn(self.feed, self.parsed, recorded, self.now)
        # A story may have broken since it was claimed.
        closely_until = store_feeds.breaking_until(connection, self.feed.id)
        feed = replace(self.feed, breaking_until=closely_until)
        plan = plan_next(
            feed, self.settings, self.runtime, now=self.now, response=self.response,
            recorded=recorded, habits=habits, pushed=pushed, jitter=jitter,
        )  # fmt: skip
        store_feeds.record_success(
            connection,
            self.feed,
            now=self.now,
            **remembered(self.feed, self.response, recorded, self.parsed),
            problems=self.problems,
            next_poll=plan.at,
            next_reason=plan.reason,
            move=self.move,
            habits=habits,
        )
        return recorded

    def polled(self, recorded: Recorded) -> Polled:
        """What observers are told of it."""
        if self.parsed is None:
            return Polled(self.feed, "unchanged", new=recorded.new)
        problems = self.parsed.problems
        if recorded.dropped:
            problems = (*problems, POSSIBLY_MISSED)
        listed = len(self.parsed.entries) + len(self.parsed.unchanged)
        return Polled(self.feed, "ok", entries=listed, new=recorded.new, problems=problems)


def learn(
    feed: FeedState, parsed: ParsedFeed | None, recorded: Recorded, now: datetime
) -> Habits | None:
    """What a changed document tells of the feed's habits."""
    if parsed is None:
        return None
    dates = parsed.dates or [entry.published for entry in parsed.entries]
    return Habits(
        parsed.wishes,
        rhythm_of(dates, now),
        recorded.new > 0,
        recorded.dropped,
        learn_hours(feed.hours, dates, now),
        parsed.language,
        b"" if recorded.forgotten else parsed.memory,
    )


def plan_next(
    feed: FeedState,
    settings: Feed,
    runtime: Runtime,
    *,
    now: datetime,
    response: Response,
    recorded: Recorded,
    habits: Habits | None,
    pushed: bool,
    jitter: float,
) -> NextPoll:
    """When a feed that answered is polled again, from all that is known of it."""
    return next_poll(
        now=now,
        polling=runtime.config.polling,
        interval=settings.interval,
        rhythm=habits.rhythm if habits else feed.rhythm,
        hours=habits.hours if habits else feed.hours,
        breaking_until=feed.breaking_until,
        drops_entries=drops_entries(feed, now, dropped=recorded.dropped),
        wishes=habits.wishes if habits else feed.wishes,
        fresh_for=response.fresh_for,
        pushed=pushed,
        jitter=jitter,
    )


class Remembered(TypedDict):
    """How an unchanged document is known at the next poll."""

    validators: Validators
    body_digest: str | None


def remembered(
    feed: FeedState, response: Response, recorded: Recorded, parsed: ParsedFeed | None
) -> Remembered:
    """What tells at the next poll that nothing has changed; nothing, if all is to be read again."""
    if recorded.forgotten or (parsed is not None and parsed.is_cut):
        return Remembered(validators=Validators(), body_digest=None)
    known = body_digest(response.body) if response.body else feed.body_digest
    return Remembered(validators=response.validators, body_digest=known)


def body_digest(body: bytes) -> str:
    """Of a document, to know it again."""
    return hashlib.sha256(body).hexdigest()


# --- a failure -------------------------------------------------------------------------------


async def _record_failure(
    ctx: Context, runtime: Runtime, feed: FeedState, error: MonitorError
) -> None:
    now = ctx.clock()
    await _note_uplink(
        ctx, lambda: ctx.uplink.failed(feed.url, error, runtime.hosts, feed.failures)
    )
    ours = ctx.uplink.down and feed.failures < DEAD_AFTER
    unreachable = is_unreachable(error)
    plan = next_poll(
        now=now,
        polling=runtime.config.polling,
        interval=_settings(runtime, feed).interval,
        failures=1 if ours else feed.failures + 1,
        error=error,
        silent=now - feed.last_ok if feed.last_ok else timedelta(days=1),
        jitter=ctx.jitter(),
    )
    detail = f"{error.what}. {error.hint}" if error.hint else error.what

    def record(connection: Connection) -> None:
        store_feeds.record_failure(
            connection,
            feed,
            now=now,
            error=detail,
            next_poll=plan.at,
            next_reason=plan.reason,
            counted=not ours and not was_held(error),
            unreachable=unreachable,
        )
        if ours:
            outages.probe(connection, now)

    await ctx.store(record)
    ours = ours and unreachable
    ctx.observe(Polled(feed, "failed", detail=detail, ours=ours, unreachable=unreachable))


async def _note_uplink(ctx: Context, learn: Callable[[], None]) -> None:
    was_down, before = ctx.uplink.down, ctx.uplink.unreachable
    learn()
    if ctx.uplink.down == was_down:
        return
    now = ctx.clock()
    if was_down:
        # None is to wait out the pauses that its failures have earned it.
        try:
            await ctx.store(lambda c: outages.bring_back(c, now))
        except StoreError:
            # Whoever is reached next must find them still to be brought back.
            ctx.uplink.not_back(before)
            raise
    await ctx.notify(network_trouble(down=not was_down, now=now))

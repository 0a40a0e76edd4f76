"""What a poll brings: the feed's document, if it has changed, and what to learn from it."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import TypedDict

from sqlalchemy import Connection

from monitor.articles.unwrap import unwrapped
from monitor.articles.urls import canonical_url
from monitor.config.schema import Feed
from monitor.errors import FetchError
from monitor.feeds.parse import parse
from monitor.feeds.politeness import NextPoll, drops_entries, next_poll, rhythm_of
from monitor.feeds.reconcile import acquaintance, digest, reconcile
from monitor.model.feed import Entry, FeedState, ParsedFeed, Response, Validators, host_of
from monitor.model.reconciliation import Listed, Recorded
from monitor.pipeline.read import LATEST_AHEAD, PARSE_SECONDS
from monitor.pipeline.runtime import Runtime
from monitor.pipeline.workers import Workers
from monitor.store import entries as store_entries
from monitor.store.feeds import Habits

POSSIBLY_MISSED = (
    "nothing that it listed at the last poll is listed any more: entries may have come and gone "
    "unseen, so it is polled more often from now on"
)


async def fetch_feed(
    feed: FeedState,
    settings: Feed,
    runtime: Runtime,
    workers: Workers,
    recall: Callable[[], Awaitable[bytes]],
) -> tuple[Response, ParsedFeed | None]:
    """Fetch a feed and parse it, unless it is unchanged: then there is nothing parsed.

    Args:
        feed: what is remembered of it.
        settings: what is configured for it.
        runtime: for the fetcher.
        workers: where the document is parsed.
        recall: finds what the last reading left for this one.

    Raises:
        MonitorError: it could not be fetched, or is no feed.
    """
    response = await _ask(feed, settings, runtime)
    if response.not_modified or body_digest(response.body) == feed.body_digest:
        return response, None
    async with workers.share(host_of(response.url)):
        parsed = await workers.run_first(
            PARSE_SECONDS,
            parse,
            response.body,
            url=response.url,
            content_type=response.content_type,
            # What was wrong with the whole cannot be told from a part.
            memory=b"" if feed.problems else await recall(),
        )
    return response, parsed


async def _ask(feed: FeedState, settings: Feed, runtime: Runtime) -> Response:
    if feed.address == feed.url:
        return await runtime.fetcher.fetch(feed.url, validators=feed.validators, feed=settings)
    try:
        response = await runtime.fetcher.fetch(
            feed.address, validators=feed.validators, feed=settings
        )
    except FetchError:
        # It may have moved on, or back: the configured address knows.
        return await runtime.fetcher.fetch(feed.url, validators=feed.validators, feed=settings)
    return replace(response, permanent_url=response.permanent_url or feed.address)


def record_entries(
    connection: Connection,
    feed: FeedState,
    parsed: ParsedFeed | None,
    runtime: Runtime,
    now: datetime,
) -> Recorded:
    """Remember a document's entries, polled or pushed; none when it had not changed."""
    if parsed is None:
        return Recorded()
    listed = [_listed(plausible(entry, now)) for entry in parsed.entries]
    known = store_entries.known(connection, feed.id, listed, parsed.unchanged)
    limited = runtime.some_watchlist_is_limited
    about = acquaintance(feed, runtime.config.polling, now, reread_shared=limited)
    reconciled = reconcile(listed, parsed.unchanged, known, about)
    return store_entries.carry_out(connection, feed.id, reconciled, outlet=feed.name, now=now)


def _listed(entry: Entry) -> Listed:
    return Listed(entry, canonical_url(entry.link) if entry.link else None, digest(entry))


def learn(parsed: ParsedFeed | None, recorded: Recorded, now: datetime) -> Habits | None:
    """What a changed document tells of the feed's habits."""
    if parsed is None:
        return None
    dates = parsed.dates or [entry.published for entry in parsed.entries]
    return Habits(
        parsed.wishes,
        rhythm_of(dates, now),
        recorded.new > 0,
        recorded.dropped,
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
        drops_entries=drops_entries(feed, now, dropped=recorded.dropped),
        wishes=habits.wishes if habits else feed.wishes,
        fresh_for=response.fresh_for,
        pushed=pushed,
        jitter=jitter,
    )


def plausible(entry: Entry, now: datetime) -> Entry:
    """The entry without a publication time that cannot be, and with its page's own address.

    Search alerts and the like link to a page of theirs that leads on to the article.
    """
    if entry.published is not None and entry.published > now + LATEST_AHEAD:
        entry = replace(entry, published=None)
    if entry.link and (link := unwrapped(entry.link)) != entry.link:
        entry = replace(entry, link=link)
    return entry


class Remembered(TypedDict):
    """How an unchanged document is known at the next poll."""

    validators: Validators
    body_digest: str | None


def remembered(feed: FeedState, response: Response, recorded: Recorded) -> Remembered:
    """What tells at the next poll that nothing has changed; nothing, if all is to be read again."""
    if recorded.forgotten:
        return Remembered(validators=Validators(), body_digest=None)
    known = body_digest(response.body) if response.body else feed.body_digest
    return Remembered(validators=response.validators, body_digest=known)


def body_digest(body: bytes) -> str:
    """Of a document, to know it again."""
    return hashlib.sha256(body).hexdigest()

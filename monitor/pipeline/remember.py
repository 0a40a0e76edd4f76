"""A feed's document becomes entries and articles: what is new in it, and what has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.articles.unwrap import unwrapped
from monitor.articles.urls import canonical_url
from monitor.model.feed import Entry, FeedState, ParsedFeed
from monitor.pipeline.backfill import is_storm, news_since, older
from monitor.pipeline.runtime import Runtime
from monitor.store import entries as store_entries
from monitor.store.entries import Recorded

#: A publication time further ahead than this is a mistake or a trick, not a time zone.
LATEST_AHEAD = timedelta(hours=24)


def record_entries(
    connection: Connection,
    feed: FeedState,
    parsed: ParsedFeed | None,
    runtime: Runtime,
    now: datetime,
) -> Recorded:
    """Remember a document's entries, polled or pushed; none when it had not changed."""
    entries, unchanged = ((), ()) if parsed is None else (parsed.entries, parsed.unchanged)
    since = news_since(feed.added, runtime, now)
    return store_entries.record(
        connection,
        feed.id,
        [plausible(entry, now) for entry in entries],
        outlet=feed.name,
        now=now,
        is_backfill=lambda entry, unknown: (
            (feed.last_ok is None or is_storm(feed, unknown, entry))
            and older(entry.published, since)
        ),
        url_key=canonical_url,
        reread_shared=runtime.some_watchlist_is_limited,
        unchanged=unchanged,
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

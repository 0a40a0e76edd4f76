"""A feed's document becomes entries and articles: what is new in it, and what has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.articles.unwrap import unwrapped
from monitor.articles.urls import canonical_url
from monitor.feeds.reconcile import acquaintance, digest, reconcile
from monitor.model.feed import Entry, FeedState, ParsedFeed
from monitor.model.reconciliation import Listed, Recorded
from monitor.pipeline.runtime import Runtime
from monitor.store import entries as store_entries

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


def plausible(entry: Entry, now: datetime) -> Entry:
    """The entry without a publication time that cannot be, and with its page's own address.

    Search alerts and the like link to a page of theirs that leads on to the article.
    """
    if entry.published is not None and entry.published > now + LATEST_AHEAD:
        entry = replace(entry, published=None)
    if entry.link and (link := unwrapped(entry.link)) != entry.link:
        entry = replace(entry, link=link)
    return entry

"""A feed's document becomes entries and articles: what is new in it, and what has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.articles.redirectors import unwrapped
from monitor.articles.urls import canonical_url
from monitor.feeds.bounds import within
from monitor.feeds.edits import digest
from monitor.feeds.reconcile import acquaintance, reconcile
from monitor.feeds.relisted import strangers, titles, twins
from monitor.model.feed import Entry, FeedState
from monitor.model.reconciliation import Create, Edit, Intent, Listed, Reconciled, Recorded
from monitor.pipeline.daily_limit import LONGEST_SUMMARY, Kept, entry_size
from monitor.pipeline.runtime import Runtime
from monitor.store import entries as store_entries
from monitor.store import feed_days

#: A publication time further ahead than this is a mistake or a trick, not a time zone.
LATEST_AHEAD = timedelta(hours=24)


def record_entries(
    connection: Connection,
    feed: FeedState,
    kept: Kept | None,
    runtime: Runtime,
    now: datetime,
) -> Recorded:
    """Remember a document's entries, polled or pushed; none when it had not changed."""
    if kept is None:
        return Recorded()
    parsed = kept.parsed
    listed = [_listed(plausible(entry, now), kept) for entry in parsed.entries]
    known = store_entries.known(connection, feed.id, listed, parsed.unchanged)
    if found := strangers(listed, parsed.unchanged, known, feed.last_ok):
        names = {title for each in found for title in titles(each.entry)}
        here = [*(each.entry.identity for each in listed), *parsed.unchanged]
        gone = store_entries.listed_before(connection, feed.id, names, here)
        known = replace(known, before=twins(found, gone))
    limited = runtime.some_watchlist_is_limited
    about = acquaintance(feed, runtime.config.polling, now, reread_shared=limited)
    reconciled = reconcile(listed, parsed.unchanged, known, about)
    left_out = 0
    if kept.allowance is not None:
        reconciled, left_out = within(reconciled, kept.allowance)
    _count(connection, feed, reconciled, kept, left_out, now)
    return store_entries.carry_out(connection, feed.id, reconciled, outlet=feed.name, now=now)


def _count(
    connection: Connection,
    feed: FeedState,
    reconciled: Reconciled,
    kept: Kept,
    left_out: int,
    now: datetime,
) -> None:
    """Note what is kept of a feed today."""
    intents = reconciled.intents
    entries = sum(isinstance(each, Create) and each.entry_id is None for each in intents)
    if intents:
        size = sum(map(_new_bytes, intents))
        listed = (each.listed.entry.identity for each in intents if kept.is_full)
        shortened = sum(identity in kept.digests for identity in listed)
        feed_days.add(connection, feed.id, now, entries=entries, size=size, shortened=shortened)
    if left_out:
        feed_days.leave_out(connection, feed.id, now, left_out)


def _new_bytes(intent: Intent) -> int:
    """About how many bytes of text an intent stores."""
    said = entry_size(intent.listed.entry)
    # An edit takes the place of what was there; nobody knows how long that was.
    return max(said - LONGEST_SUMMARY, 0) if isinstance(intent, Edit) else said


def _listed(entry: Entry, kept: Kept) -> Listed:
    identity = entry.identity
    said = kept.digests.get(identity) or kept.parsed.digests.get(identity) or digest(entry)
    return Listed(entry, canonical_url(entry.link) if entry.link else None, said)


def plausible(entry: Entry, now: datetime) -> Entry:
    """The entry without a publication time that cannot be, and with its page's own address.

    Search alerts and the like link to a page of theirs that leads on to the article.
    """
    if entry.published is not None and entry.published > now + LATEST_AHEAD:
        entry = replace(entry, published=None)
    if entry.link and (link := unwrapped(entry.link)) != entry.link:
        entry = replace(entry, link=link)
    return entry

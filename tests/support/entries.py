"""Handing entries to the database as a poll does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from monitor.articles.urls import canonical_url
from monitor.feeds.edits import digest
from monitor.feeds.reconcile import Acquaintance, reconcile
from monitor.model.feed import Entry
from monitor.model.reconciliation import Listed, Recorded
from monitor.store import entries as store_entries


def record(
    conn: Connection,
    feed_id: int,
    entries: Sequence[Entry],
    now: datetime,
    *,
    reread_shared: bool = False,
) -> Recorded:
    """What a poll of a feed that was read before makes of its entries, all of them news."""
    listed = [
        Listed(each, canonical_url(each.link) if each.link else None, digest(each))
        for each in entries
    ]
    about = Acquaintance(feed_id, read_before=True, news_since=now, reread_shared=reread_shared)
    known = store_entries.known(conn, feed_id, listed, ())
    reconciled = reconcile(listed, (), known, about)
    return store_entries.carry_out(conn, feed_id, reconciled, outlet="Outlet", now=now)

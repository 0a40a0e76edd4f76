"""What keeps the database healthy: heartbeats of the daemon's loops, retention, statistics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, or_, select
from sqlalchemy.dialects.sqlite import insert

from monitor.store.deliveries import transitions
from monitor.store.tables import (
    alerts,
    articles,
    deliveries,
    entries,
    heartbeats,
    matches,
    metadata,
    notices,
    reports,
    stories,
)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The last sign of life of one of the daemon's loops."""

    name: str
    at: datetime
    late_after: datetime
    detail: dict[str, Any]


def beat(
    conn: Connection,
    name: str,
    now: datetime,
    patience: timedelta,
    detail: dict[str, Any] | None = None,
) -> None:
    """Record that a loop is alive and when it will have to be missed."""
    values = {"at": now, "late_after": now + patience, "detail": detail or {}}
    conn.execute(
        insert(heartbeats)
        .values(name=name, **values)
        .on_conflict_do_update(index_elements=[heartbeats.c.name], set_=values)
    )


def stop_beating(conn: Connection) -> None:
    """Forget all signs of life: the daemon has stopped in good order."""
    conn.execute(delete(heartbeats))


def beats(conn: Connection) -> list[Heartbeat]:
    """The last sign of life of every loop."""
    rows = conn.execute(select(heartbeats).order_by(heartbeats.c.name))
    return [Heartbeat(row.name, row.at, row.late_after, dict(row.detail)) for row in rows]


def prune(
    conn: Connection,
    *,
    articles_before: datetime | None,
    matches_before: datetime | None,
    limit: int = 1000,
) -> dict[str, int]:
    """Delete what is older than the retention allows; how many of each noun went.

    An article goes together with its matches, their alerts and deliveries, once it and they are
    all old enough and nothing of it is still on its way: what was told is remembered for as
    long as the article can be read again. Entries stay as long as their feed still lists them,
    or old news would come back as new.

    Args:
        conn: an open write transaction.
        articles_before: delete articles (and forgotten entries) older than this.
        matches_before: delete matches and notices older than this.
        limit: at most so many articles, notices and entries, to keep the write lock short; call
            again for more.
    """
    gone: dict[str, int] = {}
    if articles_before is not None:
        gone |= _prune_articles(conn, articles_before, matches_before, limit)
        gone["stories"] = _prune_stories(conn, articles_before, limit)
        gone["entries"] = _prune_entries(conn, articles_before, limit)
    if matches_before is not None:
        gone["notices"] = _prune_notices(conn, matches_before, limit)
    return gone


_ON_ITS_WAY = deliveries.c.status.in_(("pending", "sending", "failed"))


def _prune_articles(
    conn: Connection, before: datetime, matches_before: datetime | None, limit: int
) -> dict[str, int]:
    needed = (
        select(matches.c.id)
        .outerjoin(alerts, alerts.c.match_id == matches.c.id)
        .outerjoin(deliveries, deliveries.c.alert_id == alerts.c.id)
        .where(matches.c.article_id == articles.c.id)
    )
    if matches_before is not None:
        needed = needed.where(or_(matches.c.created >= matches_before, _ON_ITS_WAY))
    # What others of its story refer to goes after them.
    first, other = alerts.alias(), matches.alias()
    own = matches.alias()
    begun = (
        select(other.c.id)
        .join(first, first.c.id == other.c.thread)
        .join(own, own.c.id == first.c.match_id)
        .where(own.c.article_id == articles.c.id, other.c.article_id != articles.c.id)
    )
    doomed = list(
        conn.scalars(
            select(articles.c.id)
            .where(articles.c.fetched < before, articles.c.next_read.is_(None), ~needed.exists())
            .where(~begun.exists())
            .limit(limit)
        )
    )
    found = select(matches.c.id).where(matches.c.article_id.in_(doomed))
    told = select(alerts.c.id).where(alerts.c.match_id.in_(found))
    transitions.forget(conn, deliveries.c.alert_id.in_(told))
    conn.execute(delete(alerts).where(alerts.c.match_id.in_(found)))
    deleted = conn.execute(delete(matches).where(matches.c.article_id.in_(doomed)))
    conn.execute(delete(articles).where(articles.c.id.in_(doomed)))
    return {"matches": deleted.rowcount, "articles": len(doomed)}


def _prune_stories(conn: Connection, before: datetime, limit: int) -> int:
    """Those of which neither a report nor an alert is left."""
    reported = select(reports.c.article_id).where(reports.c.story_id == stories.c.id)
    told = select(alerts.c.id).where(alerts.c.story_id == stories.c.id)
    doomed = (
        select(stories.c.id)
        .where(stories.c.began < before, ~reported.exists(), ~told.exists())
        .limit(limit)
    )
    return conn.execute(delete(stories).where(stories.c.id.in_(doomed))).rowcount


def _prune_notices(conn: Connection, before: datetime, limit: int) -> int:
    waiting = select(deliveries.c.id).where(deliveries.c.notice_id == notices.c.id, _ON_ITS_WAY)
    doomed = list(
        conn.scalars(
            select(notices.c.id).where(notices.c.created < before, ~waiting.exists()).limit(limit)
        )
    )
    transitions.forget(conn, deliveries.c.notice_id.in_(doomed))
    conn.execute(delete(notices).where(notices.c.id.in_(doomed)))
    return len(doomed)


def _prune_entries(conn: Connection, before: datetime, limit: int) -> int:
    # What the feed listed when it last changed it still lists, however long ago that was.
    newest = (
        select(entries.c.feed_id, func.max(entries.c.last_seen).label("last_seen"))
        .group_by(entries.c.feed_id)
        .subquery()
    )
    forgotten = (
        select(entries.c.id)
        .join(newest, newest.c.feed_id == entries.c.feed_id)
        .where(
            entries.c.article_id.is_(None),
            entries.c.last_seen < before,
            entries.c.last_seen < newest.c.last_seen,
        )
        .limit(limit)
    )
    return conn.execute(delete(entries).where(entries.c.id.in_(forgotten))).rowcount


def statistics(conn: Connection) -> dict[str, int]:
    """The number of rows of each table."""
    return {
        table.name: int(conn.scalar(select(func.count()).select_from(table)) or 0)
        for table in metadata.sorted_tables
    }

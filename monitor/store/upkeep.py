"""What keeps the database healthy: heartbeats of the daemon's loops, retention, statistics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from monitor.store.tables import (
    alerts,
    articles,
    deliveries,
    entries,
    feeds,
    heartbeats,
    matches,
    metadata,
    notices,
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

    Matches go with their alerts and deliveries, unless one is still on its way. An article
    stays as long as a match needs it. Entries stay as long as their feed still lists them, or
    old news would come back as new.

    Args:
        conn: an open write transaction.
        articles_before: delete articles (and forgotten entries) older than this.
        matches_before: delete matches older than this.
        limit: at most so many of each, to keep the write lock short; call again for more.
    """
    gone: dict[str, int] = {}
    if matches_before is not None:
        unsent = (
            select(deliveries.c.id)
            .join(alerts, alerts.c.id == deliveries.c.alert_id)
            .where(
                alerts.c.match_id == matches.c.id,
                deliveries.c.status.in_(("pending", "sending", "failed")),
            )
        )
        doomed = list(
            conn.scalars(
                select(matches.c.id)
                .where(matches.c.created < matches_before, ~unsent.exists())
                .limit(limit)
            )
        )
        told = select(alerts.c.id).where(alerts.c.match_id.in_(doomed))
        conn.execute(delete(deliveries).where(deliveries.c.alert_id.in_(told)))
        conn.execute(delete(alerts).where(alerts.c.match_id.in_(doomed)))
        conn.execute(delete(matches).where(matches.c.id.in_(doomed)))
        gone["matches"] = len(doomed)
        old = list(
            conn.scalars(
                select(notices.c.id)
                .where(
                    notices.c.created < matches_before,
                    ~select(deliveries.c.id)
                    .where(
                        deliveries.c.notice_id == notices.c.id,
                        deliveries.c.status.in_(("pending", "sending", "failed")),
                    )
                    .exists(),
                )
                .limit(limit)
            )
        )
        conn.execute(delete(deliveries).where(deliveries.c.notice_id.in_(old)))
        conn.execute(delete(notices).where(notices.c.id.in_(old)))
        gone["notices"] = len(old)
    if articles_before is not None:
        matched = select(matches.c.id).where(matches.c.article_id == articles.c.id)
        doomed = list(
            conn.scalars(
                select(articles.c.id)
                .where(
                    articles.c.fetched < articles_before,
                    articles.c.next_read.is_(None),
                    ~matched.exists(),
                )
                .limit(limit)
            )
        )
        conn.execute(delete(articles).where(articles.c.id.in_(doomed)))
        gone["articles"] = len(doomed)
        # A feed that answers is known to list what it lists; one that fails may still do.
        last_ok = select(feeds.c.last_ok).where(feeds.c.id == entries.c.feed_id).scalar_subquery()
        forgotten = conn.execute(
            delete(entries).where(
                entries.c.id.in_(
                    select(entries.c.id)
                    .where(
                        entries.c.article_id.is_(None),
                        entries.c.last_seen < articles_before,
                        last_ok > entries.c.last_seen,
                    )
                    .limit(limit)
                )
            )
        )
        gone["entries"] = forgotten.rowcount
    return gone


def statistics(conn: Connection) -> dict[str, int]:
    """The number of rows of each table."""
    return {
        table.name: int(conn.scalar(select(func.count()).select_from(table)) or 0)
        for table in metadata.sorted_tables
    }

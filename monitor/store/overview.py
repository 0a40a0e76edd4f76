"""A few numbers of how everything is doing, for the edge of every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, case, func, or_, select

from monitor.model.delivery import DeliveryStatus
from monitor.store.tables import articles, deliveries, feeds, heartbeats, silences


@dataclass(frozen=True, slots=True)
class Numbers:
    """How everything is doing."""

    feeds: int
    feeds_failing: int
    last_article: datetime | None
    articles_today: int
    undelivered: int
    """Deliveries that a channel has refused."""
    silences: int
    on_time: bool
    """Whether a daemon runs and none of its loops is late."""


def numbers(conn: Connection, now: datetime, today: datetime) -> Numbers:
    """How everything is doing.

    Args:
        conn: an open connection.
        now: the time.
        today: when the day began.
    """
    fails = or_(feeds.c.failures > 0, feeds.c.stopped)
    of_feeds = conn.execute(
        select(func.count(), func.coalesce(func.sum(case((fails, 1), else_=0)), 0)).where(
            feeds.c.subscribed
        )
    ).one()
    refused = [DeliveryStatus.FAILED, DeliveryStatus.DEAD]
    beats = conn.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((heartbeats.c.late_after < now, 1), else_=0)), 0),
        )
    ).one()
    return Numbers(
        feeds=of_feeds[0],
        feeds_failing=of_feeds[1],
        last_article=conn.scalar(select(func.max(articles.c.fetched))),
        articles_today=_count(conn, articles.c.fetched >= today),
        undelivered=_count(conn, deliveries.c.status.in_(refused)),
        silences=_count(conn, silences.c.ends > now),
        on_time=beats[0] > 0 and beats[1] == 0,
    )


def _count(conn: Connection, condition: ColumnElement[bool]) -> int:
    return int(conn.scalar(select(func.count()).where(condition)) or 0)

"""Alerts and notices, as they were put into the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select

from monitor.model.alert import Alert, Notice
from monitor.model.delivery import AlertFilter
from monitor.store import matches as store_matches
from monitor.store.dialects import objects, text_field
from monitor.store.tables import alerts, articles, deliveries, feeds, matches, notices, reports


def recent(
    conn: Connection,
    *,
    limit: int = 50,
    alert_id: str | None = None,
    before: tuple[datetime, str] | None = None,
) -> list[Alert]:
    """Alerts, newest first, or the one whose id begins with `alert_id`.

    Of `before`, the time and id of an alert, only those that come after it in that order.
    """
    query = _content_of_alerts().order_by(alerts.c.created.desc(), alerts.c.id).limit(limit)
    if alert_id is not None:
        query = query.where(alerts.c.id.startswith(alert_id, autoescape=True))
    if before is not None:
        query = query.where(_after(before))
    return [_alert(row) for row in conn.execute(query)]


def _after(before: tuple[datetime, str]) -> ColumnElement[bool]:
    created, last = before
    same = (alerts.c.created == created) & (alerts.c.id > last)
    return or_(alerts.c.created < created, same)


def search(
    conn: Connection,
    wanted: AlertFilter,
    *,
    before: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> list[Alert]:
    """Alerts, newest first, that fulfil every condition given; `before` as for `recent`."""
    query = _content_of_alerts().order_by(alerts.c.created.desc(), alerts.c.id).limit(limit)
    if before is not None:
        query = query.where(_after(before))
    if wanted.watchlist is not None:
        query = query.where(matches.c.watchlist == wanted.watchlist)
    if wanted.entity is not None:
        named = objects(matches.c.mentions)
        is_it = text_field(named.c.value, "entity") == wanted.entity
        query = query.where(select(named.c.value).where(is_it).exists())
    if wanted.severities:
        query = query.where(matches.c.severity.in_(wanted.severities))
    if wanted.since is not None:
        query = query.where(alerts.c.created >= wanted.since)
    if wanted.channel is not None or wanted.statuses:
        delivered = deliveries.c.alert_id == alerts.c.id
        if wanted.channel is not None:
            delivered &= deliveries.c.channel == wanted.channel
        if wanted.statuses:
            delivered &= deliveries.c.status.in_(wanted.statuses)
        query = query.where(select(deliveries.c.id).where(delivered).exists())
    return [_alert(row) for row in conn.execute(query)]


def by_id(conn: Connection, ids: Iterable[str]) -> list[Alert]:
    """The alerts with these ids, newest first."""
    found = contents(conn, set(ids)).values()
    return sorted(found, key=lambda alert: alert.created, reverse=True)


def count(conn: Connection, since: datetime) -> int:
    """How many alerts were made since a time."""
    query = select(func.count()).select_from(alerts).where(alerts.c.created >= since)
    return int(conn.scalar(query) or 0)


def contents(conn: Connection, ids: set[str]) -> dict[str, Alert]:
    """The alerts with these ids, by id."""
    rows = conn.execute(_content_of_alerts().where(alerts.c.id.in_(ids))) if ids else ()
    return {row.alert_id: _alert(row) for row in rows}


def notices_by_id(conn: Connection, ids: set[str]) -> dict[str, Notice]:
    """The notices with these ids, by id."""
    rows = conn.execute(select(notices).where(notices.c.id.in_(ids))) if ids else ()
    return {row.id: Notice(row.id, row.kind, row.title, row.text, row.created) for row in rows}


def _content_of_alerts() -> Select[Any]:
    return (
        select(
            *store_matches.COLUMNS,
            alerts.c.id.label("alert_id"),
            alerts.c.created.label("alert_created"),
            alerts.c.thread.label("alert_thread"),
            alerts.c.development.label("alert_development"),
            *alerts.c["acknowledged", "acknowledged_by", "earlier", "config_version"],
        )
        .select_from(alerts)
        .join(matches, matches.c.id == alerts.c.match_id)
        .join(articles, articles.c.id == matches.c.article_id)
        .join(feeds, feeds.c.id == articles.c.feed_id)
        .outerjoin(reports, reports.c.article_id == articles.c.id)
    )


def _alert(row: Row[Any]) -> Alert:
    stored = store_matches.stored_match(row)
    return Alert(
        id=row.alert_id,
        match=stored.match,
        article=stored.article,
        created=row.alert_created,
        thread=row.alert_thread,
        development=row.alert_development,
        acknowledged=row.acknowledged,
        acknowledged_by=row.acknowledged_by,
        earlier=row.earlier,
        config_version=row.config_version,
    )

"""What sites ask of programs, known to all machines: on PostgreSQL only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Connection, bindparam, text

_RECALL = text("SELECT at, text, failing_since, failure FROM robots WHERE site = :site")
_REMEMBER = text(
    "INSERT INTO robots (site, at, text, failing_since, failure)"
    " VALUES (:site, :at, :text, :failing_since, CAST(:failure AS jsonb))"
    " ON CONFLICT (site) DO UPDATE SET at = excluded.at, text = excluded.text,"
    " failing_since = excluded.failing_since, failure = excluded.failure"
).bindparams(bindparam("failure", type_=JSON(none_as_null=True)))
_FORGET = text("DELETE FROM robots WHERE at < :before")


def recall(conn: Connection, site: str) -> tuple[datetime, bytes, datetime | None, Any] | None:
    """When a site was asked last, its text, since when it fails, and how."""
    row = conn.execute(_RECALL, {"site": site}).one_or_none()
    return None if row is None else (row.at, bytes(row.text), row.failing_since, row.failure)


def remember(
    conn: Connection,
    site: str,
    at: datetime,
    said: bytes,
    failing_since: datetime | None,
    failure: dict[str, Any] | None,
) -> None:
    """Keep what a site said, or how it failed."""
    values = {"site": site, "at": at, "text": said}
    conn.execute(_REMEMBER, {**values, "failing_since": failing_since, "failure": failure})


def forget(conn: Connection, now: datetime) -> None:
    """Forget what is so old that the site would be asked again anyway."""
    conn.execute(_FORGET, {"before": now - timedelta(days=2)})

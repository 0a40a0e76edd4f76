"""What tells how the daemon and its database are: heartbeats of its loops, and counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select

from monitor.store.dialects import insert
from monitor.store.tables import heartbeats, metadata


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


def statistics(conn: Connection) -> dict[str, int]:
    """The number of rows of each table."""
    return {
        table.name: int(conn.scalar(select(func.count()).select_from(table)) or 0)
        for table in metadata.sorted_tables
    }

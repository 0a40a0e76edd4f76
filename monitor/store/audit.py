"""What was changed through the page and the API, and by whom."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, insert, select

from monitor.model.audit import Change
from monitor.store.access_tables import audit
from monitor.store.dialects import number_field


def record(conn: Connection, change: Change) -> int:
    """Enter a change; its number."""
    number: int = conn.execute(
        insert(audit)
        .values(
            at=change.at,
            person=change.person,
            source=change.source,
            action=change.action,
            subject=change.subject,
            detail=dict(change.facts),
        )
        .returning(audit.c.id)
    ).scalar_one()
    return number


def by_id(conn: Connection, number: int) -> Change | None:
    """One change."""
    row = conn.execute(select(audit).where(audit.c.id == number)).one_or_none()
    return None if row is None else _change(row)


def is_undone(conn: Connection, number: int) -> bool:
    """Whether a change has been taken back by a later one."""
    undone = number_field(audit.c.detail, "undoes") == number
    return conn.scalar(select(audit.c.id).where(audit.c.id > number, undone).limit(1)) is not None


def recent(
    conn: Connection, *, limit: int = 50, before: int | None = None, subject: str | None = None
) -> list[Change]:
    """Changes, the newest first.

    Args:
        conn: an open connection.
        limit: how many at the most.
        before: only those entered before the one of that number.
        subject: only those done to it.
    """
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(audit.c.id < before)
    if subject is not None:
        query = query.where(audit.c.subject == subject)
    return [_change(row) for row in conn.execute(query)]


def _change(row: Row[Any]) -> Change:
    return Change(
        at=row.at,
        person=row.person,
        source=row.source,
        action=row.action,
        subject=row.subject,
        facts=row.detail,
        id=row.id,
    )

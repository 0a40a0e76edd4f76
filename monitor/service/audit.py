"""What was changed through the page and the API, and by whom."""

from __future__ import annotations

from monitor.model.audit import Change
from monitor.service.database import Database
from monitor.store import audit as store_audit
from monitor.store.write_queue import retried

__all__ = ["Change", "recent", "record"]


@retried
def record(db: Database, change: Change) -> int:
    """Enter a change; its number."""
    with db.write() as connection:
        return store_audit.record(connection, change)


def recent(
    db: Database, *, limit: int = 50, before: int | None = None, subject: str | None = None
) -> list[Change]:
    """Changes, the newest first; see `monitor.store.audit.recent`."""
    with db.read() as connection:
        return store_audit.recent(connection, limit=limit, before=before, subject=subject)

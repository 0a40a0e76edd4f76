"""The tables of what carries jobs (`monitor.daemon.job_queue`), as the store sees them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

_WAITING = text(
    "SELECT queue_name, count(*) FROM procrastinate_jobs WHERE status = 'todo' GROUP BY queue_name"
)
# Jobs come and go: what is dead in these tables is swept up before they grow.
_SWEPT = (
    "ALTER TABLE procrastinate_{} SET (autovacuum_vacuum_scale_factor = 0.02,"
    " autovacuum_vacuum_threshold = 1000)"
)


def create(connection: Connection) -> None:
    """Make the tables, unless they are there. In a write transaction."""
    from procrastinate.schema import SchemaManager

    if connection.scalar(text("SELECT to_regclass('procrastinate_jobs')")) is not None:
        return
    driver: Any = connection.connection.driver_connection
    driver.execute(SchemaManager.get_schema())
    for table in ("jobs", "events"):
        connection.execute(text(_SWEPT.format(table)))


def waiting(connection: Connection) -> dict[str, int]:
    """How many jobs of each kind wait for a worker."""
    return dict(connection.execute(_WAITING).all())

"""How the workers are, where many work on one database, and what waits for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, text

from monitor.model.delivery import DeliveryStatus
from monitor.service.own_files import odd_ones
from monitor.store import fleet, jobs, permits
from monitor.store.tables import articles, deliveries, feeds

#: A loop that has not come round for so long is late; as the daemon has it.
_PATIENCE = timedelta(seconds=60)
#: A feed that is due for so long is overdue.
_OVERDUE = timedelta(seconds=60)

_LOCK_WAITS = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@dataclass(frozen=True, slots=True)
class WorkerHealth:
    """One that works, or has died not long ago."""

    id: int
    name: str
    """The machine's."""
    pid: int
    version: str
    started: datetime
    at: datetime
    """Its last sign of life."""
    missed: bool
    late: tuple[str, ...]
    """Which of its loops have not come round in time."""
    problems: tuple[str, ...]
    """What is wrong with the last edit of its configuration."""
    differs_in: tuple[str, ...] = ()
    """In what its machine's file is not that of the oldest worker, where no version counts."""

    @property
    def live(self) -> bool:
        """Whether it works, and all of its loops are on time."""
        return not self.missed and not self.late


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits for workers."""

    feeds_overdue: int
    articles_due: int
    deliveries_due: int
    jobs: dict[str, int]
    """By kind."""
    leases_expired: int
    """Of feeds and articles: who was at them is dead, or frozen."""
    lock_waits: int
    permits: int
    """Requests under way on all machines."""
    hosts_held: int
    """Hosts that have asked for time."""


def examine_workers(connection: Connection) -> tuple[WorkerHealth, ...]:
    """Everyone who works on a database that many share."""
    everyone = fleet.everyone(connection)
    odd = odd_ones(everyone)
    return tuple(_health_of(each, odd.get(each.id, ())) for each in everyone)


def _health_of(worker: fleet.Worker, differs_in: tuple[str, ...]) -> WorkerHealth:
    loops: dict[str, str] = worker.detail.get("loops", {})
    # Held against its own last sign of life: whether that is old is another question.
    late = (
        name for name, at in loops.items() if worker.beat - datetime.fromisoformat(at) > _PATIENCE
    )
    config = worker.detail.get("config", {})
    return WorkerHealth(
        id=worker.id,
        name=worker.name,
        pid=worker.pid,
        version=worker.version,
        started=worker.started,
        at=worker.beat,
        missed=worker.is_missed,
        late=tuple(late),
        problems=tuple(config.get("problems", ())),
        differs_in=differs_in,
    )


def config_in_force(connection: Connection) -> dict[str, Any]:
    """What the last worker that gave a sign of life says of its configuration."""
    found: Sequence[fleet.Worker] = fleet.everyone(connection)
    last = max(found, key=lambda each: each.beat, default=None)
    return {} if last is None else dict(last.detail.get("config", {}))


def backlog(connection: Connection) -> Backlog:
    """What waits for workers, by the database's own clock."""
    now = func.now()
    expired = 0
    for table in (feeds, articles):
        abandoned = table.c.claimed_by.is_not(None), table.c.claimed_until < now
        expired += _count(connection, table, *abandoned)
    out, held = permits.counts(connection)
    return Backlog(
        feeds_overdue=_count(
            connection, feeds, feeds.c.subscribed, ~feeds.c.stopped,
            feeds.c.next_poll < now - _OVERDUE,
        ),
        articles_due=_count(connection, articles, articles.c.next_read <= now),
        deliveries_due=_count(
            connection, deliveries,
            deliveries.c.status.in_((DeliveryStatus.PENDING, DeliveryStatus.FAILED)),
            deliveries.c.next_attempt <= now,
        ),
        jobs=jobs.waiting(connection),
        leases_expired=expired,
        lock_waits=int(connection.scalar(_LOCK_WAITS) or 0),
        permits=out,
        hosts_held=held,
    )  # fmt: skip


def _count(connection: Connection, table: object, *where: object) -> int:
    query = select(func.count()).select_from(table).where(*where)  # type: ignore[arg-type]
    return int(connection.scalar(query) or 0)

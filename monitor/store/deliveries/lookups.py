"""How deliveries are getting on, for those who look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from monitor.model.delivery import DeliveryStatus
from monitor.model.hold import Hold, HoldReason
from monitor.store.columns import hold_of
from monitor.store.tables import deliveries

#: What is due for longer is stuck.
PATIENCE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """How one delivery is getting on."""

    id: int
    channel: str
    status: DeliveryStatus
    attempts: int
    next_attempt: datetime | None
    last_error: str | None
    created: datetime
    sent: datetime | None
    alert_id: str | None
    notice_id: str | None
    follow_up: int = 0
    """From 1 on for a message that says who else has reported what the alert told."""
    hold: Hold | None = None
    """What holds it back, if anything."""
    summary: str | None = None
    """The message that it is part of, with others of the same."""
    instead_of: str | None = None
    """The channel that takes nothing and that it stands in for."""
    edited: datetime | None = None
    """When the message was last changed, to say who else has reported its story."""

    @property
    def is_silenced(self) -> bool:
        """Whether it waits for the end of a silence, and for nothing else."""
        is_pending = self.status is DeliveryStatus.PENDING
        return is_pending and self.hold is not None and self.hold.reason is HoldReason.SILENCE


def counts(conn: Connection, *, since: datetime | None = None) -> dict[DeliveryStatus, int]:
    """How many deliveries are in each state.

    Args:
        conn: an open connection.
        since: only those that were made, tried or planned anew since then.
    """
    query = select(deliveries.c.status, func.count()).group_by(deliveries.c.status)
    if since is not None:
        query = query.where(or_(deliveries.c.created >= since, deliveries.c.planned >= since))
    found: dict[DeliveryStatus, int] = dict(conn.execute(query).all())
    return {status: found.get(status, 0) for status in DeliveryStatus}


def states(
    conn: Connection,
    *,
    alert_ids: Sequence[str] | None = None,
    statuses: Sequence[DeliveryStatus] | None = None,
    limit: int = 200,
) -> list[DeliveryState]:
    """Deliveries, newest first."""
    query = select(deliveries).order_by(deliveries.c.id.desc()).limit(limit)
    if alert_ids is not None:
        query = query.where(deliveries.c.alert_id.in_(list(alert_ids)))
    if statuses is not None:
        query = query.where(deliveries.c.status.in_(list(statuses)))
    return [_state(row) for row in conn.execute(query)]


def stuck(conn: Connection, now: datetime, *, limit: int = 200) -> list[DeliveryState]:
    """Deliveries that a channel has refused, or that it is too busy refusing to be tried."""
    untried = (deliveries.c.status == DeliveryStatus.PENDING) & (
        deliveries.c.next_attempt < now - PATIENCE
    )
    refused = deliveries.c.status.in_([DeliveryStatus.FAILED, DeliveryStatus.DEAD])
    query = select(deliveries).where(refused | untried).order_by(deliveries.c.id.desc())
    return [_state(row) for row in conn.execute(query.limit(limit))]


def _state(row: Row[Any]) -> DeliveryState:
    return DeliveryState(
        id=row.id,
        channel=row.channel,
        status=row.status,
        attempts=row.attempts,
        next_attempt=row.next_attempt,
        last_error=row.last_error,
        created=row.created,
        sent=row.sent,
        alert_id=row.alert_id,
        notice_id=row.notice_id,
        follow_up=row.follow_up,
        hold=hold_of(row.hold, row.hold_ref),
        summary=row.summary,
        instead_of=row.instead_of,
        edited=row.edited,
    )

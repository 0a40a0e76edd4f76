"""Whether a sender's claims are still its own."""

from __future__ import annotations

from sqlalchemy import Connection, select

from monitor.model.delivery import Delivery, DeliveryStatus
from monitor.store.tables import deliveries


def is_claimed(conn: Connection, delivery: Delivery) -> bool:
    """Whether a claim is as its claimant knows it, and stays so while the transaction lasts."""
    held = select(deliveries.c.id).where(
        deliveries.c.id.in_(delivery.ids),
        deliveries.c.status == DeliveryStatus.SENDING,
        deliveries.c.claimed_until == delivery.claimed_until,
    )
    return bool(conn.scalars(held.with_for_update()).all())

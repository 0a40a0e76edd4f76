"""Which deliveries a sender may take."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement

from monitor.model.delivery import DeliveryStatus
from monitor.store.tables import deliveries

#: Still to be sent, and by no sender yet.
WAITING = (DeliveryStatus.PENDING, DeliveryStatus.FAILED)
#: Its service has not taken it, and nobody sends it now.
UNSENT = (*WAITING, DeliveryStatus.DEAD)


def is_free(now: datetime) -> ColumnElement[bool]:
    """Whether deliveries are still to be sent, and nobody sends them."""
    return deliveries.c.status.in_(UNSENT) | is_abandoned(now)


def is_abandoned(now: datetime) -> ColumnElement[bool]:
    """Whether whoever sent deliveries has not been heard of for too long."""
    return (deliveries.c.status == DeliveryStatus.SENDING) & (deliveries.c.claimed_until <= now)

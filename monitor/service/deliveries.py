"""How deliveries are getting on: what was told, and what keeps the rest from being told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from monitor.model.alert import Silence
from monitor.model.delivery import DeliveryStatus
from monitor.model.hold import Hold, HoldReason
from monitor.service.json_values import HoldInWords, SilenceInWords, picked
from monitor.store import silences as store_silences
from monitor.store.deliveries import lookups
from monitor.store.deliveries.lookups import DeliveryState


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a delivery is getting on."""

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
    follow_up: int
    """From 1 on for a message that says who else has reported what the alert told."""
    waits_for: HoldInWords
    """What holds it back, or has held it back, if anything."""
    summary: str | None
    """The message that it is part of, with others of the same."""
    instead_of: str | None
    """The channel that takes nothing and that it stands in for."""
    edited: datetime | None
    """When the message was last changed, to say who else has reported its story."""
    silenced: SilenceInWords
    """What keeps it back, if a silence does."""


@dataclass(frozen=True, slots=True)
class ChannelTrouble:
    """What is wrong with a channel."""

    failures: int
    failing_since: datetime | None
    failed: datetime | None
    rests_until: datetime | None
    last_error: str | None


class Silences:
    """All silences there were, by what waits for them.

    Args:
        connection: an open connection.
    """

    def __init__(self, connection: Connection) -> None:
        self._by_hold: Mapping[Hold, Silence] = {
            each.hold: each for each in store_silences.everything(connection)
        }

    def holding(self, state: DeliveryState) -> Silence | None:
        """The silence that keeps a delivery back, if one does."""
        return self._by_hold.get(state.hold) if state.hold and state.is_silenced else None

    def numbered(self, number: str | None) -> Silence | None:
        """The silence that a reason refers to."""
        return self._by_hold.get(Hold(HoldReason.SILENCE, number))


def of_alerts(
    connection: Connection, alert_ids: Collection[str], silences: Silences, *, limit: int = 200
) -> dict[str, list[Delivery]]:
    """The deliveries of alerts, newest first, by the alert's id; each id is there."""
    found: dict[str, list[Delivery]] = {alert_id: [] for alert_id in alert_ids}
    for state in lookups.states(connection, alert_ids=list(alert_ids), limit=limit):
        if state.alert_id is not None:
            own = {"waits_for": state.hold, "silenced": silences.holding(state)}
            found[state.alert_id].append(picked(Delivery, state, **own))
    return found


def kept_back(deliveries: Sequence[Delivery]) -> Silence | None:
    """The silence that keeps an alert from everyone, if that is so."""
    of_first = [
        each.silenced
        for each in deliveries
        if each.waits_for is None or each.waits_for.reason is not HoldReason.ACKNOWLEDGEMENT
    ]
    return of_first[0] if of_first and all(of_first) else None

"""What keeps people from being told, in words, for those who look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection

from monitor.messages.holds import held_words, hold_words, silenced_words
from monitor.model.alert import Silence
from monitor.model.hold import Hold, HoldReason
from monitor.store import silences as store_silences
from monitor.store.deliveries import lookups
from monitor.store.deliveries.lookups import DeliveryState
from monitor.store.matches import StoredMatch


class Holds:
    """Says why deliveries wait and why matches were not told.

    Args:
        connection: an open connection.
        timezone: an IANA name; None for the machine's own.
    """

    def __init__(self, connection: Connection, timezone: str | None) -> None:
        self._timezone = timezone
        self._silences: Mapping[Hold, Silence] = {
            each.hold: each for each in store_silences.everything(connection)
        }

    def silenced(self, state: DeliveryState) -> str | None:
        """Until when a silence keeps a delivery back, by whom and why, if one does."""
        silence = self._silences.get(state.hold) if state.hold and state.is_silenced else None
        return None if silence is None else silenced_words(silence, self._timezone)

    def held(self, match: StoredMatch) -> str | None:
        """Why a match was told by no alert of its own, if so."""
        if match.held is None:
            return None
        silence = self._silences.get(Hold(HoldReason.SILENCE, match.held.ref))
        return held_words(match.held.reason, match.story_why, silence, self._timezone)


def facts(state: DeliveryState) -> dict[str, Any]:
    """All that is known of a delivery, what it waits for in words."""
    waits_for = hold_words(state.hold) if state.hold else None
    return {
        ("waits_for" if name == "hold" else name): (waits_for if name == "hold" else value)
        for name, value in asdict(state).items()
    }


def kept_back(connection: Connection, alert_id: str | None, timezone: str | None) -> str | None:
    """Until when an alert is kept back, by whom and why; None unless it is kept from everyone.

    Args:
        connection: an open connection.
        alert_id: which one; None for a match without.
        timezone: an IANA name; None for the machine's own.
    """
    if alert_id is None:
        return None
    holds = Holds(connection, timezone)
    why = [
        holds.silenced(each)
        for each in lookups.states(connection, alert_ids=[alert_id])
        if each.hold is None or each.hold.reason is not HoldReason.ACKNOWLEDGEMENT
    ]
    return why[0] if all(why) and why else None

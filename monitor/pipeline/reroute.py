"""What waits for one channel is sent to another: one that was renamed, removed, or is dead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from monitor.alerts import timing
from monitor.config.schema import Channel, Config
from monitor.model.delivery import DeliveryStatus
from monitor.model.hold import Hold, HoldReason
from monitor.store.columns import hold_of
from monitor.store.deliveries import missing_channels, transitions

_AT_ONCE = 500
#: What these hold back they hold back on any channel.
_KEPT = frozenset({HoldReason.SILENCE, HoldReason.ACKNOWLEDGEMENT, HoldReason.INHIBITED})


@dataclass(frozen=True, slots=True)
class Rerouted:
    """What became of the deliveries of a channel."""

    due: int
    """Sent to the other channel now."""
    later: int
    """Sent there later: it has quiet hours, or a digest, or they are silenced."""
    revived: int
    """Those of them that had been given up."""
    known: int
    """Not sent: the other channel is told of the same, or was, by a delivery of its own."""


def reroute(
    connection: Connection, channel: str, to: str, config: Config, now: datetime
) -> Rerouted:
    """Send what a channel has not taken, what it has refused for good included, to another.

    Doing it again changes nothing. What is being sent at this moment is left alone.

    Args:
        connection: an open write transaction.
        channel: whose deliveries.
        to: the channel that is told instead: a configured one.
        config: the configuration, for its hours.
        now: the time.
    """
    settings = next((each for each in config.channels if each.name == to), None)
    rows = missing_channels.unsent(connection, channel, now)
    due = later = revived = known = 0
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        doubled = missing_channels.known_to(connection, [row.id for row in part], to)
        transitions.replaced(connection, [*doubled])
        known += sum(row.status is not DeliveryStatus.REPLACED for row in part if row.id in doubled)
        moved = [row for row in part if row.id not in doubled]
        for (at, by), ids in _planned(moved, settings, config, now).items():
            transitions.reroute(connection, ids, to, at, by, now)
        told = [row for row in moved if row.status is not DeliveryStatus.REPLACED]
        revived += sum(row.status is DeliveryStatus.DEAD for row in told)
        now_due = sum(_when(row, settings, config, now)[0] <= now for row in told)
        due, later = due + now_due, later + len(told) - now_due
    return Rerouted(due, later, revived, known)


def _planned(
    rows: Sequence[Row[Any]], channel: Channel | None, config: Config, now: datetime
) -> dict[tuple[datetime, Hold | None], list[int]]:
    """When deliveries are sent to a channel and what holds them till then, with their numbers."""
    planned: dict[tuple[datetime, Hold | None], list[int]] = {}
    for row in rows:
        planned.setdefault(_when(row, channel, config, now), []).append(row.id)
    return planned


def _when(
    row: Row[Any], channel: Channel | None, config: Config, now: datetime
) -> tuple[datetime, Hold | None]:
    hold = hold_of(row.hold, row.hold_ref)
    if hold is not None and hold.reason in _KEPT:
        return row.next_attempt or now, hold
    if row.severity is None or channel is None:
        return now, None
    when = timing.timing(channel, row.severity, now, config.alerts.timezone)
    stands_in = hold is not None and hold.reason is HoldReason.FALLBACK
    return when.at, when.hold or (hold if stands_in else None)

"""On which channels something is due, for those who only hand it out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from monitor.alerts import breaker
from monitor.pipeline.runtime import Runtime
from monitor.store import channels
from monitor.store.deliveries import claims


def channels_due(connection: Connection, runtime: Runtime, now: datetime) -> list[str]:
    """The channels to send to now, without those that are left alone for a while."""
    states = channels.states(connection)
    awake = [each for each in runtime.reachable if not breaker.rests(states.get(each), now)]
    return claims.channels_due(connection, now, awake)

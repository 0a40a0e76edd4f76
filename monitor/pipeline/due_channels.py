"""On which channels something is due, for those who only hand it out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from monitor.alerts import breaker
from monitor.pipeline.runtime import Runtime
from monitor.store import channels
from monitor.store.deliveries import claims


def channels_due(
    connection: Connection, runtime: Runtime, now: datetime, *, but: Collection[str] = ()
) -> list[str]:
    """The channels to send to now, without those that are left alone for a while.

    Args:
        connection: an open connection.
        runtime: the configuration in force.
        now: the time.
        but: those that need not be looked at.
    """
    names = [each for each in runtime.reachable if each not in but]
    if not names:
        return []
    states = channels.states(connection)
    awake = [each for each in names if not breaker.rests(states.get(each), now)]
    return claims.channels_due(connection, now, awake)

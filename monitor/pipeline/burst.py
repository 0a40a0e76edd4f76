"""What one feed has told at once is gathered: it comes as one message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from monitor.alerts import bursts
from monitor.config.schema import Config
from monitor.model.delivery import Due
from monitor.store.deliveries import bursts as store_bursts
from monitor.store.deliveries import transitions


def gather(
    connection: Connection,
    channel: str,
    due: Sequence[Due],
    config: Config,
    now: datetime,
    *,
    wait: bool = True,
) -> list[Due]:
    """What may go out now of what is due on a channel; what is gathered is put off.

    Args:
        connection: an open write transaction.
        channel: its name.
        due: what is due.
        config: the configuration in force.
        now: the time.
        wait: false if nothing more can come of a burst: what was gathered goes out now.
    """
    limit = config.alerts.burst
    if limit == "off" or not any(each.feeds for each in due):
        return list(due)
    told = store_bursts.told(connection, channel, now - limit[1])
    gathering = store_bursts.gathering(connection, channel)
    gathered = bursts.gather(due, told, gathering, limit, now, wait=wait)
    for each in gathered.held:
        transitions.hold(connection, each.ids, each.until, each.hold, now)
    return list(gathered.free)

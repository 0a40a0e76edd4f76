"""What one feed has told at once is gathered: it comes as one message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.alerts import bursts, timing
from monitor.config.schema import Config
from monitor.model.delivery import Due
from monitor.model.hold import Hold, HoldReason
from monitor.model.match import Severity
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
    latest = _latest(channel, due, config, now)
    gathered = bursts.gather(due, told, gathering, limit, now, wait=wait, latest=latest)
    for each in gathered.held:
        transitions.hold(connection, each.ids, each.until, each.hold, now)
        _put_off_escalations(connection, each, config, now)
    return list(gathered.free)


def _latest(channel: str, due: Sequence[Due], config: Config, now: datetime) -> dict[int, datetime]:
    """Until when deliveries can wait: what was to come before quiet hours must not ring in them."""
    settings = next((each for each in config.channels if each.name == channel), None)
    if settings is None or settings.quiet_hours is None:
        return {}
    begin = {
        severity: timing.quiet_from(settings, severity, now, config.alerts.timezone)
        for severity in Severity
    }
    found = {each.id: begin[each.severity] for each in due if each.severity is not None}
    return {id_: moment for id_, moment in found.items() if moment is not None}


def _put_off_escalations(
    connection: Connection, held: bursts.Gather, config: Config, now: datetime
) -> None:
    """Nobody can acknowledge what nobody is told before the burst ends.

    Who would be left less than half of the time has all of it from then on.
    """
    after = {each.name: each.escalate_after for each in config.watchlists if each.escalate_after}
    if not after:
        return
    channels = {each.name: each for each in config.channels}
    for each in store_bursts.escalations(connection, held.ids):
        span = after.get(each.watchlist, timedelta(0))
        # What leaves time enough stays, to be told with those that were not gathered.
        if each.next_attempt >= held.until + span / 2:
            continue
        at = held.until + span
        if (settings := channels.get(each.channel)) is not None:
            at = timing.timing(settings, each.severity, at, config.alerts.timezone).at
        hold = Hold(HoldReason.ACKNOWLEDGEMENT)
        transitions.replan(connection, [each.delivery], at, hold, now)

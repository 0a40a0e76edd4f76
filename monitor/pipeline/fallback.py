"""When a channel takes nothing, another is told in its place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.alerts import breaker, timing
from monitor.config.schema import Config
from monitor.model.delivery import ChannelState
from monitor.model.hold import Hold, HoldReason
from monitor.store.deliveries import fallbacks

#: What was refused for good longer ago is not told a second time because a fallback was set up.
RECENT = timedelta(hours=24)


def fall_back(
    connection: Connection, config: Config, states: Mapping[str, ChannelState], now: datetime
) -> None:
    """Have the fallbacks told what their channels have not taken for too long.

    Args:
        connection: an open write transaction.
        config: the configuration in force.
        states: how the channels are doing, by name.
        now: the time.
    """
    channels = {channel.name: channel for channel in config.channels}
    for channel in config.channels:
        if channel.fallback is None:
            continue
        state = states.get(channel.name)
        for each in fallbacks.untold(
            connection,
            channel.name,
            channel.fallback,
            now,
            fails=breaker.has_failed_for(state, channel.fallback_after, now),
            refused_before=now - channel.fallback_after if state is None else None,
            dead_since=now - RECENT,
        ):
            when = timing.Timing(now)
            if each.severity is not None and (settings := channels.get(channel.fallback)):
                when = timing.timing(settings, each.severity, now, config.alerts.timezone)
            fallbacks.stand_in(
                connection,
                each.id,
                channel.fallback,
                when.at if when.hold else each.due,
                now,
                hold=when.hold or Hold(HoldReason.FALLBACK, channel.name),
            )

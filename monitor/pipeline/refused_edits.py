"""When a message cannot be changed any more, another one tells what was to stand in it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from monitor.alerts import timing
from monitor.alerts.threads import by_channel
from monitor.config.schema import Config
from monitor.model.alert import Alert, FollowUp
from monitor.model.delivery import Delivery, Posted
from monitor.store.deliveries import follow_ups
from monitor.store.deliveries.situation import thread_deliveries


def tell_anew(
    connection: Connection,
    delivery: Delivery,
    message: Posted,
    why: str,
    config: Config,
    now: datetime,
) -> None:
    """Have a channel told by a follow-up what its service would not write into a message.

    Args:
        connection: an open write transaction.
        delivery: the change that was refused for good.
        message: what was to be changed.
        why: what the service said.
        config: the configuration in force.
        now: the time.
    """
    content = delivery.content
    assert isinstance(content, Alert | FollowUp)
    alert = content.alert if isinstance(content, FollowUp) else content
    known = by_channel(thread_deliveries(connection, alert.thread or alert.id)).get(
        delivery.channel
    )
    last, later = (known.last, known.later - 1) if known is not None else (None, 0)
    due = timing.follow_up_due(last, later, config, now)
    when = timing.Timing(due)
    channels = {channel.name: channel for channel in config.channels}
    if settings := channels.get(delivery.channel):
        when = timing.timing(settings, alert.match.severity, due, config.alerts.timezone)
    follow_ups.record_gone(connection, delivery.ids, message.delivery, why, when.at, when.hold, now)

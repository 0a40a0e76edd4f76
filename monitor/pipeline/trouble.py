"""How a channel is doing, learnt from its service's answers, and what operators are told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.alerts import breaker, retry
from monitor.config.schema import Config
from monitor.messages import notices
from monitor.model.alert import Notice
from monitor.model.delivery import ChannelState, SendResult
from monitor.store import channels as store_channels
from monitor.store.deliveries import missing_channels, outbox, transitions

#: Operators are told of a channel that has taken nothing for so long, if it is not plain at once.
TROUBLE_AFTER = timedelta(minutes=15)


def learn(
    connection: Connection,
    channel: str,
    result: SendResult,
    config: Config,
    now: datetime,
    jitter: float,
) -> tuple[ChannelState, Notice | None]:
    """Remember how a channel is doing; tell operators of one in trouble, or well again.

    Args:
        connection: an open write transaction, in which the answer was recorded.
        channel: its name.
        result: what its service answered.
        config: the configuration in force.
        now: the time.
        jitter: a number from 0 to 1.

    Returns:
        How it is doing, and what operators are told that they were not told before.
    """
    before = store_channels.state(connection, channel)
    after = breaker.after(before, result, now, jitter)
    if result.ok and breaker.is_open(before):
        # What was refused while it was away need not wait for its turn any longer.
        transitions.hurry(connection, channel, now)
    notice = None
    if result.ok and before.told is not None:
        notice = notices.channel_well(before, now)
    elif not result.ok and before.told is None:
        notice = _trouble(connection, after, result, config, now)
        after = after if notice is None else replace(after, told=now)
    if notice is None and not result.ok and not result.retryable and not result.refuses_all:
        notice = notices.message_refused(channel, result.detail, now)
    if after != before:
        store_channels.record(connection, after)
    if notice is None or not outbox.add_notice(connection, notice, config.operations.channels):
        return after, None
    return after, notice


def _trouble(
    connection: Connection, state: ChannelState, result: SendResult, config: Config, now: datetime
) -> Notice | None:
    """What operators are told of a channel that takes nothing, once that is certain."""
    if not result.refuses_all and not breaker.has_failed_for(state, TROUBLE_AFTER, now):
        return None
    return notices.channel_trouble(
        state,
        missing_channels.backlog(connection, state.name),
        next((each.fallback for each in config.channels if each.name == state.name), None),
        result,
        retry.GIVE_UP_AFTER,
        now,
    )

"""What waits to be sent is planned anew: when a silence comes or ends, or a channel's hours change.

What a silence mutes waits for its end, whatever else it would have to wait for. Then it is looked
at once more: another silence may mute it, or its channel's quiet hours hold it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.alerts import silences, timing
from monitor.config.schema import Channel, Config
from monitor.model.alert import Silence
from monitor.model.delivery import Due
from monitor.model.hold import Held, HeldReason, Hold, HoldReason
from monitor.pipeline.configured import with_feeds
from monitor.store import silences as store_silences
from monitor.store.deliveries import outbox, replanning, transitions
from monitor.store.deliveries.replanning import Waiting


def add(connection: Connection, silence: Silence, config: Config) -> tuple[Silence, int]:
    """Put a silence in force, for what waits to be sent, too.

    Args:
        connection: an open write transaction.
        silence: in force from when it was created; its number does not matter.
        config: the configuration, for what it says of feeds.

    Returns:
        The silence with its number, and how many messages it holds or drops.
    """
    now = silence.created
    silence = store_silences.add(connection, silence)
    in_force = store_silences.in_force(connection, now)
    muted = 0
    for each in replanning.waiting(connection):
        by = _muted_by(each, in_force, config, now)
        if by is None or each.hold == by.hold:
            continue
        # What comes later anyway, with a digest or after quiet hours, goes on waiting for that.
        if by.drop or each.next_attempt is None or each.next_attempt < by.ends:
            _mute(connection, each, by, config, now)
            muted += 1
    return silence, muted


def expire(connection: Connection, silence: Silence, config: Config, now: datetime) -> int:
    """End a silence early: what was missed under it is due, unless another one holds it.

    Args:
        connection: an open write transaction.
        silence: one in force.
        config: the configuration, for what it says of feeds.
        now: the time.

    Returns:
        How many messages are sent earlier for it.
    """
    store_silences.end(connection, silence.id, now)
    others = store_silences.in_force(connection, now)
    freed = 0
    for each in replanning.waiting(connection, hold=silence.hold):
        other = _muted_by(each, others, config, now)
        if other is not None:
            _mute(connection, each, other, config, now)
        else:
            transitions.replan(connection, [each.id], now, silence.hold, now)
        freed += other is None or (other.ends < silence.ends and not other.drop)
    return freed


def extend(
    connection: Connection, silence: Silence, ends: datetime, config: Config, now: datetime
) -> tuple[Silence, int]:
    """Have a silence last longer, for what it holds already, too.

    Args:
        connection: an open write transaction.
        silence: one in force.
        ends: when it ends from now on, later than before.
        config: the configuration, for what it says of feeds.
        now: the time.

    Returns:
        The silence as it is now, and how many messages it holds for longer.
    """
    store_silences.end(connection, silence.id, ends)
    in_force = store_silences.in_force(connection, now)
    held = 0
    for each in replanning.waiting(connection):
        by = _muted_by(each, in_force, config, now)
        if by is None or by.id != silence.id:
            continue
        if by.drop or each.next_attempt is None or each.next_attempt < by.ends:
            _mute(connection, each, by, config, now)
            held += each.hold == by.hold
    return replace(silence, ends=ends), held


def audible(
    connection: Connection,
    due: Sequence[Due],
    channel: Channel | None,
    config: Config,
    now: datetime,
) -> list[Due]:
    """Those of the deliveries due on a channel that nothing silences; the others are put off.

    What was being sent when a silence came, and failed, is found here, and so is what one silence
    has let go and another has not. What a silence has let go in quiet hours waits for their end.

    Args:
        connection: an open write transaction.
        due: what is due.
        channel: its settings; None for the console.
        config: the configuration in force.
        now: the time.
    """
    in_force = store_silences.in_force(connection, now)
    asked = [
        each.id
        for each in due
        if each.severity is not None and (in_force or _was_silenced(each.hold))
    ]
    put_off = set()
    for each in replanning.waiting(connection, ids=asked):
        by = _muted_by(each, in_force, config, now)
        if by is not None:
            _mute(connection, each, by, config, now)
            put_off.add(each.id)
        elif channel is not None and _was_silenced(each.hold) and not each.tried:
            when = timing.timing(channel, each.match.severity, now, config.alerts.timezone)
            if when.hold is not None:
                transitions.replan(connection, [each.id], when.at, when.hold, now)
                put_off.add(each.id)
    return [each for each in due if each.id not in put_off]


def reconfigure(
    connection: Connection, channels: Collection[str], config: Config, now: datetime
) -> int:
    """Plan anew what waits for the quiet hours or the digest of channels that have others now.

    Args:
        connection: an open write transaction.
        channels: their names.
        config: the configuration now in force.
        now: the time.

    Returns:
        How many messages are sent at another time for it.
    """
    settings = {channel.name: channel for channel in config.channels if channel.name in channels}
    moved = 0
    for hold in (Hold(HoldReason.QUIET_HOURS), Hold(HoldReason.DIGEST)):
        for each in list(replanning.waiting(connection, hold=hold)):
            channel = settings.get(each.channel)
            # What is due already must not miss its turn, and what was tried is under way.
            if channel is None or each.tried or (each.next_attempt or now) <= now:
                continue
            when = timing.timing(channel, each.match.severity, now, config.alerts.timezone)
            if when.at != each.next_attempt:
                # Still to be told as what waited for it, if there is much of it.
                transitions.replan(connection, [each.id], when.at, when.hold or hold, now)
                moved += 1
    return moved


def _was_silenced(hold: Hold | None) -> bool:
    return hold is not None and hold.reason is HoldReason.SILENCE


def _muted_by(
    waiting: Waiting, in_force: Sequence[Silence], config: Config, now: datetime
) -> Silence | None:
    feeds = {feed.url: feed for feed in config.feeds}
    return silences.silencing_all(
        silences.silenced_by(match, with_feeds(article, feeds), in_force, now)
        for match, article in waiting.tells_of
    )


def _mute(
    connection: Connection, waiting: Waiting, by: Silence, config: Config, now: datetime
) -> None:
    outbox.let_go(connection, [waiting.id], now)
    if by.drop:
        replanning.drop(connection, waiting, Held(HeldReason.DROPPED, str(by.id)))
        return
    if waiting.hold == Hold(HoldReason.ACKNOWLEDGEMENT):
        # Nobody can acknowledge what nobody is told before the silence ends.
        watchlists = {each.name: each.escalate_after for each in config.watchlists}
        after = watchlists.get(waiting.match.watchlist) or timedelta(0)
        transitions.replan(connection, [waiting.id], by.ends + after, waiting.hold, now)
        return
    delivery = replanning.stood_in_for(connection, waiting.id)
    if delivery is not None:
        # Both would come when the silence ends; if its channel fails then, another stands in.
        transitions.withdraw(connection, [waiting.id])
    transitions.replan(connection, [delivery or waiting.id], by.ends, by.hold, now)

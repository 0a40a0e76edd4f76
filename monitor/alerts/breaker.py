"""A channel that takes nothing is left alone, and tried now and then with a single message.

A circuit breaker: without it every alert would wait out its own timeouts at a dead service, and
a service that has just come back would get all of them at once. No clock, network or memory.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model.delivery import ChannelState, SendResult

BREAK_AFTER = 3
"""So many messages refused in a row mean the channel, not the messages."""

FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=15)
"""How long a channel is left alone, from the first time to the later ones: each time twice as
long, but a service that is back is used soon."""

LONGEST_PAUSE = timedelta(hours=1)
"""No channel is left alone for longer because its service asked for a pause: one message is
tried then, to see."""

_DOUBLINGS = 10


def after(state: ChannelState, result: SendResult, now: datetime, jitter: float) -> ChannelState:
    """How a channel is doing once it has answered.

    Args:
        state: how it was doing before.
        result: what its service answered.
        now: the time.
        jitter: drawn by the caller, from 0 to 1; spreads the rests.
    """
    if result.ok:
        return ChannelState(state.name)
    failures = state.failures + 1
    rest = timedelta(seconds=max(result.retry_after or 0.0, 0.0))
    rest = min(rest, LONGEST_PAUSE) if result.retry_after else timedelta(0)
    # What is refused whatever it says need not cost a second message.
    counted = failures + BREAK_AFTER - 1 if result.refuses_all else failures
    if counted >= BREAK_AFTER:
        limit = FIRST_REST * (1 << min(counted - BREAK_AFTER, _DOUBLINGS))
        rest = max(rest, min(limit, LONGEST_REST) * (0.5 + jitter / 2))
    return replace(
        state,
        failures=failures,
        # What a clock that was ahead has noted says nothing.
        failing_since=min(state.failing_since or now, now),
        failed=now,
        rests_until=now + rest if rest else None,
        last_error=result.detail,
    )


def is_open(state: ChannelState | None) -> bool:
    """Whether a channel is to get a single message, to see, before it gets others."""
    return state is not None and state.failures >= BREAK_AFTER


def rests(state: ChannelState | None, now: datetime) -> bool:
    """Whether a channel is to be left alone now."""
    if state is None or state.rests_until is None:
        return False
    # Further ahead than any rest lasts is what a clock has planned that was wrong.
    return now < state.rests_until <= now + LONGEST_PAUSE


def has_failed_for(state: ChannelState | None, span: timedelta, now: datetime) -> bool:
    """Whether a channel has taken nothing for so long, and was tried lately."""
    if state is None or state.failing_since is None or state.failed is None:
        return False
    # After a night switched off a failure of yesterday says nothing.
    return state.failing_since <= now - span and state.failed > now - 2 * LONGEST_PAUSE

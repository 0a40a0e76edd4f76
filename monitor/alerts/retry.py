"""When a delivery that failed is tried again, and when it is given up: pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.model.delivery import SendResult

GIVE_UP_AFTER = timedelta(days=7)
"""How long an alert is tried, by itself or in a summary. A channel that is not mended within a
week is not looked at, and a dead delivery shown is more useful."""

GIVE_UP_NOTICE_AFTER = timedelta(hours=24)
"""How long a notice is tried: the next one is about a newer state of things."""

SHORTEST_WAIT = timedelta(seconds=5)
"""No retry comes sooner: what refuses now rarely accepts within the second."""

LONGEST_WAIT = timedelta(minutes=15)
"""No retry is put off longer on our own account: a service that is back is used soon."""

LONGEST_WISH = timedelta(hours=24)
"""No message is put off for longer because its service wished so."""

_DOUBLINGS = 12
"""5 s doubled so often is past any cap; bounds the shift for a delivery tried without end."""


def next_attempt(
    attempts: int,
    *,
    since: datetime,
    now: datetime,
    jitter: float,
    result: SendResult,
    patience: timedelta = GIVE_UP_AFTER,
) -> datetime | None:
    """When a failed delivery is tried again, or None when it is dead.

    Exponential backoff with full jitter: a moment drawn between `SHORTEST_WAIT` and a limit
    that doubles with every attempt up to `LONGEST_WAIT`, so that a service which fails many
    at once does not get them all back at once. Never before the service's own Retry-After.

    Args:
        attempts: attempts made so far, the failed one included (1 or more).
        since: when its time of tries began.
        now: when the attempt failed.
        jitter: drawn by the caller, from 0 to 1.
        result: what the service answered.
        patience: how long it is tried.

    Returns:
        The moment, at most `patience` from `since` (a wait that leads beyond it is cut short,
        as one last try beats none); None for a permanent failure and after that time.
    """
    last = since + patience
    if not result.retryable or now >= last:
        return None
    limit = min(LONGEST_WAIT, SHORTEST_WAIT * (1 << min(attempts, _DOUBLINGS)))
    wait = SHORTEST_WAIT + (limit - SHORTEST_WAIT) * jitter
    if result.retry_after is not None:
        # The spread is kept on top of the service's wish, or all would return together.
        wish = min(result.retry_after, LONGEST_WISH.total_seconds())
        wait = max(wait, timedelta(seconds=wish) + SHORTEST_WAIT * jitter)
    return min(now + wait, last)

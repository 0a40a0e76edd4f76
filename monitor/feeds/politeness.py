"""When to poll a feed next: pure, so that it can be explained and tested without waiting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from monitor.config.schema import Polling
from monitor.errors import FetchError, MonitorError

LONGEST_RETRY_AFTER = timedelta(days=7)
"""A server may ask for more; no single answer silences a feed for longer than this."""

# Answers that seldom change by themselves soon: worth asking, but less often from the start.
_STANDING_REFUSALS = {401, 403, 404, 451}
_STANDING_FACTOR = 4
_GONE = 410


@dataclass(frozen=True, slots=True)
class NextPoll:
    """When, and why then."""

    at: datetime | None
    """None when the feed is stopped: the server said that it is gone for good."""
    reason: str

    @property
    def stopped(self) -> bool:
        """True when the feed is not to be polled again."""
        return self.at is None


def next_poll(
    *,
    now: datetime,
    polling: Polling,
    interval: timedelta | None = None,
    failures: int = 0,
    error: MonitorError | None = None,
    jitter: float = 0.5,
) -> NextPoll:
    """Decide when a feed that has just been polled is polled again.

    A feed that answered is due after its interval at the latest, up to a tenth earlier so
    that feeds added together drift apart. A failing one waits twice as long each time, within
    `min_interval` and `max_interval`, and is never given up, unless the server said 410.

    Args:
        now: the time of the poll.
        polling: the configured limits.
        interval: the feed's own configured interval; None means `polling.interval`.
        failures: polls failed in a row, this one included; only meaningful with `error`.
        error: what went wrong this time; None when the feed was read or had not changed.
        jitter: 0 to 1, evenly distributed.
    """
    usual = _within(interval or polling.interval, polling)
    if error is None:
        return NextPoll(
            now + max(polling.min_interval, usual * (1 - 0.1 * jitter)),
            f"every {_words(usual).removeprefix('1 ')}",
        )
    status = error.status if isinstance(error, FetchError) else None
    if status == _GONE:
        return NextPoll(None, "stopped: the server said that the feed is gone for good (410)")
    # 2**30 times any interval is beyond every limit; without the bound a number grows for ever.
    wait = usual * 2 ** min(max(failures, 1) - 1, 30) if usual < polling.max_interval else usual
    if status in _STANDING_REFUSALS:
        wait *= _STANDING_FACTOR
    # Half fixed, half random: failures of one server are spread, yet no retry comes at once.
    wait = _within(min(wait, polling.max_interval) * (0.5 + 0.5 * jitter), polling)
    asked = error.retry_after if isinstance(error, FetchError) else None
    if asked is not None and (until := _bounded(asked)) > wait:
        return NextPoll(now + until, f"the server asked to wait until {_moment(now + until, now)}")
    times = "once" if failures <= 1 else f"{failures} times"
    return NextPoll(now + wait, f"failed {times}, waiting {_words(wait)}")


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait according to a Retry-After header (RFC 9110 §10.2.3).

    Args:
        value: the header: whole seconds or an HTTP date; None when there was none.
        now: what a date is counted from.

    Returns:
        Seconds, never negative; None when there is no header or it makes no sense.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        # More digits than a century has seconds are nonsense, and int() of thousands costs.
        return float(text) if len(text) <= 10 else None
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


def _within(wait: timedelta, polling: Polling) -> timedelta:
    return max(polling.min_interval, min(wait, polling.max_interval))


def _bounded(seconds: float) -> timedelta:
    return timedelta(seconds=min(seconds, LONGEST_RETRY_AFTER.total_seconds()))


def _moment(when: datetime, now: datetime) -> str:
    when, now = when.astimezone(UTC), now.astimezone(UTC)
    return f"{when:%H:%M} UTC" if when.date() == now.date() else f"{when:%d %B %H:%M} UTC"


def _words(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            count = seconds // size
            return f"{count} {unit}s" if count > 1 else f"1 {unit}"
    if seconds >= 120:
        return _words(timedelta(minutes=round(seconds / 60)))
    return f"{seconds} seconds" if seconds != 1 else "1 second"

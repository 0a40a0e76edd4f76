"""Who is told of a match, and when: policy without a clock, a network or a memory."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.config.schema import Channel, Config, Watchlist
from monitor.model import Match, SendResult, Severity

CONSOLE = "console"
"""The built-in channel: what is left when no other is set up."""

GIVE_UP_AFTER = timedelta(hours=24)
"""How long a delivery is tried. A day outlasts a night's outage and a lapsed password found
in the morning; after it the news is old, and a dead delivery shown is more useful."""

SHORTEST_WAIT = timedelta(seconds=5)
"""No retry comes sooner: what refuses now rarely accepts within the second."""

LONGEST_WAIT = timedelta(minutes=15)
"""No retry is put off longer on our own account: a service that is back is used soon."""

LONGEST_PAUSE = timedelta(hours=1)
"""No channel is left alone for longer because its service asked for a pause: one message is
tried then, to see."""

DIGEST_AT = time(8)
"""When a digest channel is served if its `digest_at` is not set, in the configured zone."""

_DOUBLINGS = 12
"""5 s doubled so often is past any cap; bounds the shift for a delivery tried without end."""


def channels_for(match: Match, watchlist: Watchlist, config: Config) -> tuple[str, ...]:
    """The names of the channels that are told of a match.

    Those of its watchlist; if it names none, all instant ones; if there is none, the built-in
    console. A channel is left out when the match is below its `min_severity`. A name that no
    channel bears is kept: its delivery fails where it can be seen, and succeeds once the
    channel is back.
    """
    configured = {channel.name: channel for channel in config.channels}
    names = (
        watchlist.channels
        or tuple(name for name, channel in configured.items() if channel.mode == "instant")
        or (CONSOLE,)
    )
    return tuple(
        name
        for name in dict.fromkeys(names)
        if name not in configured or match.severity.rank >= configured[name].min_severity.rank
    )


def not_before(channel: Channel, severity: Severity, now: datetime, timezone: str) -> datetime:
    """The earliest moment (UTC) to send to a channel: `now`, or when what holds it ends.

    A digest channel is served at its next `digest_at`, quiet hours or not: the user chose that
    time. An instant one waits for its quiet hours to end, unless the alert is as severe as its
    `quiet_unless`. Both are times of day in `timezone` (an IANA name) and survive the nights on
    which clocks change: a time that the clock skips counts as the moment it skips to, quiet
    hours that end within a repeated hour end the second time round.
    """
    zone = ZoneInfo(timezone)
    now = now.astimezone(UTC)
    if channel.mode == "digest":
        at = channel.digest_at or DIGEST_AT
        return next(
            moment for day in _days_around(now, zone) if (moment := _first(day, at, zone)) > now
        )
    if _passes_quiet(channel, severity):
        return now
    return _quiet_until(channel, now, zone) or now


def why_held(channel: Channel, severity: Severity, now: datetime, timezone: str) -> str | None:
    """Why `not_before` puts a delivery off, in a user's words; None when it does not."""
    until = not_before(channel, severity, now, timezone)
    if until <= now:
        return None
    at = f"{until.astimezone(ZoneInfo(timezone)):%H:%M}"
    if channel.mode == "digest":
        return f"{channel.name} is a digest, sent at {at}"
    return f"{channel.name} is quiet until {at}"


def next_attempt(
    attempts: int, *, since: datetime, now: datetime, jitter: float, result: SendResult
) -> datetime | None:
    """When a failed delivery is tried again, or None when it is dead.

    Exponential backoff with full jitter: a moment drawn between `SHORTEST_WAIT` and a limit
    that doubles with every attempt up to `LONGEST_WAIT`, so that a service which fails many
    at once does not get them all back at once. Never before the service's own Retry-After.

    Args:
        attempts: attempts made so far, the failed one included (1 or more).
        since: when the delivery was first due: an alert held overnight has its full day.
        now: when the attempt failed.
        jitter: drawn by the caller, from 0 to 1.
        result: what the service answered.

    Returns:
        The moment, at most `GIVE_UP_AFTER` from `since` (a wait that leads beyond it is cut
        short, as one last try beats none); None for a permanent failure and after that time.
    """
    last = since + GIVE_UP_AFTER
    if not result.retryable or now >= last:
        return None
    limit = min(LONGEST_WAIT, SHORTEST_WAIT * (1 << min(attempts, _DOUBLINGS)))
    wait = SHORTEST_WAIT + (limit - SHORTEST_WAIT) * jitter
    if result.retry_after is not None:
        # The spread is kept on top of the service's wish, or all would return together.
        wish = min(result.retry_after, GIVE_UP_AFTER.total_seconds())
        wait = max(wait, timedelta(seconds=wish) + SHORTEST_WAIT * jitter)
    return min(now + wait, last)


def pause(result: SendResult) -> timedelta:
    """For how long a channel sends nothing after its service asked for a pause."""
    wish = min(result.retry_after or 0.0, LONGEST_PAUSE.total_seconds())
    return timedelta(seconds=max(wish, 0.0))


def _passes_quiet(channel: Channel, severity: Severity) -> bool:
    return channel.quiet_unless is not None and severity.rank >= channel.quiet_unless.rank


def _quiet_until(channel: Channel, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours that `now` falls into end; None when it falls into none."""
    if channel.quiet_hours is None:
        return None
    start, end = channel.quiet_hours
    overnight = timedelta(days=1 if end <= start else 0)
    for day in _days_around(now, zone):
        until = _last(day + overnight, end, zone)
        if _first(day, start, zone) <= now < until:
            return until
    return None


def _days_around(now: datetime, zone: ZoneInfo) -> tuple[date, date, date]:
    today = now.astimezone(zone).date()
    return today - timedelta(days=1), today, today + timedelta(days=1)


def _first(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment a local clock first shows a time of day (UTC).

    For a time the clock skips, PEP 495's fold=0 gives the same distance after the change.
    """
    return datetime.combine(day, at.replace(fold=0), zone).astimezone(UTC)


def _last(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment a local clock last shows a time of day (UTC)."""
    return max(
        _first(day, at, zone), datetime.combine(day, at.replace(fold=1), zone).astimezone(UTC)
    )

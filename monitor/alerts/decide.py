"""Who is told of a match, and when: policy without a clock, a network or a memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from monitor.config.schema import Channel, Config, Watchlist
from monitor.config.values import Weekday
from monitor.model import Match, SendResult, Severity

CONSOLE = "console"
"""The built-in channel: what is left when no other is set up."""

QUIET_HOURS = "quiet hours"
DIGEST = "digest"
RATE = "rate"
EXPIRED = "expired"
FALLBACK = "fallback for "
"""What holds a delivery back, or brings several of them together, besides a silence; a fallback
bears the name of the channel that takes nothing."""

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

DIGEST_AT = time(8)
"""When a digest channel is served if its `digest_at` is not set, in the configured zone."""

EDITS_APART = timedelta(minutes=1)
"""A message is changed no more often: what comes meanwhile is changed together."""

_WEEKDAYS = get_args(Weekday)
_DOUBLINGS = 12
"""5 s doubled so often is past any cap; bounds the shift for a delivery tried without end."""


def channels_for(match: Match, watchlist: Watchlist, config: Config) -> tuple[str, ...]:
    """The names of the channels that are told of a match.

    Those of its watchlist; if it names none, all instant ones that are no reserve; if there is
    none, the built-in console. A channel is left out when the match is below its `min_severity`.
    A name that no channel bears is kept: its delivery fails where it can be seen, and succeeds
    once the channel is back.
    """
    configured = {channel.name: channel for channel in config.channels}
    instant = tuple(name for name, channel in configured.items() if channel.mode == "instant")
    names = (
        watchlist.channels
        or tuple(name for name in instant if name not in reserves(config))
        or instant
        or (CONSOLE,)
    )
    return tuple(
        name
        for name in dict.fromkeys(names)
        if name not in configured or match.severity.rank >= configured[name].min_severity.rank
    )


def reserves(config: Config) -> frozenset[str]:
    """The channels that are there for when another fails, or nobody acknowledges."""
    fallbacks = (channel.fallback for channel in config.channels if channel.fallback)
    escalations = (name for watchlist in config.watchlists for name in watchlist.escalate_to)
    return frozenset((*fallbacks, *escalations))


def escalations(match: Match, watchlist: Watchlist) -> tuple[str, ...]:
    """The names of the channels that are told if nobody acknowledges an alert of a match."""
    if watchlist.escalate_after is None or match.severity.rank < watchlist.escalate_from.rank:
        return ()
    return tuple(dict.fromkeys(watchlist.escalate_to))


@dataclass(frozen=True, slots=True)
class Timing:
    """When a channel is told."""

    at: datetime
    waits_for: str | None = None
    """What holds it until then, if anything."""


def timing(channel: Channel, severity: Severity, now: datetime, timezone: str) -> Timing:
    """The earliest moment (UTC) to send to a channel: `now`, or when what holds it ends.

    A digest channel is served at its next `digest_at` on a day of `digest_on`, quiet hours or
    not: the user chose that time. An instant one waits for its quiet hours to end, unless the
    alert is as severe as its `quiet_unless`. Both are times of day in `timezone` (an IANA name)
    and survive the nights on which clocks change: a time that the clock skips counts as the
    moment it skips to, quiet hours that end within a repeated hour end the second time round.
    """
    zone = ZoneInfo(timezone)
    now = now.astimezone(UTC)
    if channel.mode == "digest":
        at = channel.digest_at or DIGEST_AT
        return Timing(
            next(
                moment
                for day in _days(now, zone, 8)
                if not channel.digest_on or _WEEKDAYS[day.weekday()] in channel.digest_on
                if (moment := _first(day, at, zone)) > now
            ),
            DIGEST,
        )
    until = None if _passes_quiet(channel, severity) else _quiet_until(channel, now, zone)
    return Timing(now) if until is None else Timing(until, QUIET_HOURS)


def follow_up_due(last: datetime | None, later: int, config: Config, now: datetime) -> datetime:
    """When a channel may get one more message that only says who else has reported a story.

    Args:
        last: when it got the last message about the story.
        later: how many it got, or is to get, after the first.
        config: says how far apart they are.
        now: the time.
    """
    apart = config.alerts.repeat_after if later else config.alerts.group_window
    # What a clock that was ahead has sent puts nothing off for longer.
    return max(now, min(last or now, now) + apart)


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


def _passes_quiet(channel: Channel, severity: Severity) -> bool:
    return channel.quiet_unless is not None and severity.rank >= channel.quiet_unless.rank


def _quiet_until(channel: Channel, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours that `now` falls into end; None when it falls into none."""
    if channel.quiet_hours is None:
        return None
    start, end = channel.quiet_hours
    overnight = timedelta(days=1 if end <= start else 0)
    for day in _days(now, zone, 1):
        until = _last(day + overnight, end, zone)
        if _first(day, start, zone) <= now < until:
            return until
    return None


def _days(now: datetime, zone: ZoneInfo, ahead: int) -> Iterable[date]:
    """Yesterday, today and so many days more."""
    today = now.astimezone(zone).date()
    return (today + timedelta(days=days) for days in range(-1, ahead + 1))


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

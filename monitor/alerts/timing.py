"""When a channel may be told: quiet hours, digests, and how far follow-ups are apart. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from monitor.config.schema import Channel, Config
from monitor.config.values import Weekday
from monitor.model.hold import Hold, HoldReason
from monitor.model.match import Severity

DIGEST_AT = time(8)
"""When a digest channel is served if its `digest_at` is not set, in the configured zone."""

EDITS_APART = timedelta(minutes=1)
"""A message is changed no more often: what comes meanwhile is changed together."""

_WEEKDAYS = get_args(Weekday)


@dataclass(frozen=True, slots=True)
class Timing:
    """When a channel is told."""

    at: datetime
    hold: Hold | None = None
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
            Hold(HoldReason.DIGEST),
        )
    until = None if _passes_quiet(channel, severity) else _quiet_until(channel, now, zone)
    return Timing(now) if until is None else Timing(until, Hold(HoldReason.QUIET_HOURS))


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


def quiet_from(
    channel: Channel, severity: Severity, now: datetime, timezone: str
) -> datetime | None:
    """When the quiet hours of a channel begin (UTC), those that last or the next ones.

    None if it has none for alerts so severe. Zones and nights of change as in `timing`.
    """
    if channel.quiet_hours is None or _passes_quiet(channel, severity):
        return None
    zone = ZoneInfo(timezone)
    spans = _quiet(channel.quiet_hours, now, zone)
    return next((begin for begin, until in spans if now < until), None)


def _passes_quiet(channel: Channel, severity: Severity) -> bool:
    return channel.quiet_unless is not None and severity.rank >= channel.quiet_unless.rank


def _quiet_until(channel: Channel, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours that `now` falls into end; None when it falls into none."""
    if channel.quiet_hours is None:
        return None
    spans = _quiet(channel.quiet_hours, now, zone)
    return next((until for begin, until in spans if begin <= now < until), None)


def _quiet(
    hours: tuple[time, time], now: datetime, zone: ZoneInfo
) -> Iterable[tuple[datetime, datetime]]:
    """The quiet hours of yesterday, today and tomorrow, from when until when."""
    start, end = hours
    overnight = timedelta(days=1 if end <= start else 0)
    for day in _days(now, zone, 1):
        yield _first(day, start, zone), _last(day + overnight, end, zone)


def _days(now: datetime, zone: ZoneInfo, ahead: int) -> Iterable[date]:
    """Yesterday, today and so many days more."""
    today = now.astimezone(zone).date()
    return (today + timedelta(days=days) for days in range(-1, ahead + 1))


def _first(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment a local clock first shows a time of day (UTC), or skips it."""
    moment = datetime.combine(day, at.replace(fold=0), zone).astimezone(UTC)
    shown = moment.astimezone(zone)
    if shown.replace(tzinfo=None) == datetime.combine(day, at.replace(fold=0)):
        return moment
    return _jump(moment, zone)


def _jump(after: datetime, zone: ZoneInfo) -> datetime:
    """When the clock last jumped before a moment, at most a day earlier (UTC, to the second)."""
    before = after - timedelta(days=1)
    offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)


def _last(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment a local clock last shows a time of day (UTC)."""
    return max(
        _first(day, at, zone), datetime.combine(day, at.replace(fold=1), zone).astimezone(UTC)
    )

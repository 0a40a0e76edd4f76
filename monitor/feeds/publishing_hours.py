"""When a feed publishes: learned from its entries' dates, and how often it does at a time. Pure.

Most outlets write by day and rest at weekends, and each in its own time zone. Whoever asks all of
them evenly asks at night for nothing and comes late in the morning.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from monitor.model.hours import PublishingHours

MEMORY = timedelta(days=28)
"""After so long an occasion counts for 1/e of what it did: habits change."""
TOGETHER = timedelta(minutes=5)
"""What is published within so long of each other is one occasion: one poll finds all of it."""
ENOUGH = 3
"""So many occasions at least tell something."""
_HOUR = timedelta(hours=1)
# An hour's own count is believed as if so many hours of the feed's average came on top of it.
_PRIOR_HOURS = 3.0
# Silent for so long, a feed is expected to publish no more often than so many times in as long.
_SILENCE = timedelta(days=3)
_IN_SILENCE = 10
# Of the 168 hours of a week, those of one hour of the day on weekdays, and at weekends.
_OF_A_WEEK = (5 / 168, 2 / 168)


def learn(
    known: PublishingHours | None, dates: Iterable[datetime | None], now: datetime
) -> PublishingHours | None:
    """What is known of a feed's hours once its document has been read.

    Args:
        known: what was known before; None if nothing.
        dates: when the entries that it lists were published, in any order.
        now: the time; what is dated later is left out.

    Returns:
        None as long as there are fewer than `ENOUGH` occasions.
    """
    after = known.until if known else None
    occasions: list[datetime] = []
    for when in sorted({each for each in dates if each is not None and each <= now}):
        last = occasions[-1] if occasions else after
        if last is None or when - last >= TOGETHER:
            occasions.append(when)
    if not occasions or (known is None and len(occasions) < ENOUGH):
        return known
    until = occasions[-1]
    faded = _faded(known.until, until) if known else 0.0
    counts = [each * faded for each in known.counts] if known else [0.0] * 48
    for when in occasions:
        counts[_slot(when)] += _faded(when, until)
    # Rounded, since it is stored with every feed: no decision hangs on more digits.
    rounded = tuple(round(each, 3) for each in counts)
    return PublishingHours(rounded, known.since if known else occasions[0], until)


def rate(hours: PublishingHours, at: datetime) -> float:
    """How often a feed is to be expected to publish at a time, in occasions an hour; above 0."""
    faded = _faded(hours.until, at)
    observed = _observed_hours(hours, at)
    average = sum(hours.counts) * faded / (observed + 1)
    hour, weekend = at.hour, at.weekday() >= 5
    day = hours.counts[24:] if weekend else hours.counts[:24]
    # The hours beside it tell of it, too: nobody publishes by the clock.
    around = (day[hour - 1] + 2 * day[hour] + day[(hour + 1) % 24]) / 4 * faded
    share = observed * _OF_A_WEEK[weekend]
    expected = (around + _PRIOR_HOURS * average) / (share + _PRIOR_HOURS)
    if (silence := at - hours.until) >= _SILENCE:
        expected = min(expected, _IN_SILENCE / (silence / _HOUR))
    return max(expected, 1e-6)


def wait_for_news(
    hours: PublishingHours, now: datetime, patience: timedelta, longest: timedelta
) -> timedelta:
    """How long to wait before a feed is asked again.

    The delays of all that is published are least, for the same number of polls, when each feed is
    asked at each time in proportion to the square root of how often it publishes then: half as
    many delays are saved by a second poll as by the first. So a feed that publishes each `gap` is
    asked each sqrt(patience x gap).

    Args:
        hours: when it publishes.
        now: the time of the poll, in UTC.
        patience: the gap between entries at which a feed is asked as often as it publishes.
        longest: to look ahead no further.
    """
    waited, due = timedelta(0), 0.0
    while waited < longest:
        at = now + waited
        step = at.replace(minute=0, second=0, microsecond=0) + _HOUR - at
        per_hour = math.sqrt(rate(hours, at) * (_HOUR / patience))
        if due + per_hour * (step / _HOUR) >= 1:
            return min(longest, waited + _HOUR * ((1 - due) / per_hour))
        due += per_hour * (step / _HOUR)
        waited += step
    return longest


def gap(hours: PublishingHours, at: datetime) -> timedelta:
    """The time between two occasions to be expected at a time."""
    return _HOUR / rate(hours, at)


def _slot(when: datetime) -> int:
    return when.hour + 24 * (when.weekday() >= 5)


def _faded(since: datetime, until: datetime) -> float:
    """How much what was then counts later."""
    return math.exp(-max((until - since) / MEMORY, 0.0))


def _observed_hours(hours: PublishingHours, at: datetime) -> float:
    """For how many hours it has been watched, those long ago counting for less."""
    return (1 - _faded(hours.since, at)) * (MEMORY / _HOUR)

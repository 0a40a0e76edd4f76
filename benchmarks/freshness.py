"""From publication to poll: how late news is noticed, and what asking for it costs.

Five hundred feeds publish for three weeks of simulated time, each as often and at such hours as one
of the real feeds of `MONITOR_CORPUS`/feeds did; `next_poll` decides when each is asked. The first
two weeks are for learning, the third counts. Beside the default settings stand a fixed quarter of
an hour, and the feeds' rhythm without their hours.
"""

from __future__ import annotations

import argparse
import bisect
import os
import random
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.config.schema import Polling
from monitor.errors import MonitorError
from monitor.feeds.parse import parse
from monitor.feeds.politeness import next_poll, rhythm_of
from monitor.feeds.publishing_hours import learn
from monitor.model.hours import PublishingHours

START = datetime(2026, 3, 2, tzinfo=UTC)
WEEK, DAY, HOUR = 604_800.0, 86_400.0, 3_600.0
LEARNING, COUNTING = 2 * WEEK, WEEK
LISTED = 30
"""So many entries a feed lists."""
_DATED = 10
# A corpus feed's few dates stand for its week: the hours beside each count, and none is empty.
_FLOOR = 0.15
_SHORTEST_GAP = 120.0

Wait = Callable[["Known", datetime, float], timedelta]


@dataclass(frozen=True, slots=True)
class Outlet:
    """How a real feed publishes."""

    gap: float
    """Seconds between two entries."""
    hours: tuple[float, ...]
    """24 weights, 1.0 on average, of the hours of the day (UTC)."""
    weekend: float
    """What a weekend's hour has of a weekday's."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of a feed between polls."""

    rhythm: timedelta | None = None
    hours: PublishingHours | None = None


def real_outlets(folder: Path) -> list[Outlet]:
    """The rates and hours of the feeds in a folder that list enough dated entries."""
    outlets = []
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        try:
            feed = parse(path.read_bytes(), url="https://outlet.example/feed")
        except MonitorError:
            continue
        dates = sorted(entry.published for entry in feed.entries if entry.published)
        if len(dates) >= _DATED and (span := (dates[-1] - dates[0]).total_seconds()) > HOUR:
            hours = Counter(when.hour for when in dates)
            around = [(hours[h - 1] + 2 * hours[h] + hours[(h + 1) % 24]) / 4 for h in range(24)]
            weights = tuple(_FLOOR + (1 - _FLOOR) * 24 * each / len(dates) for each in around)
            weekends = sum(when.weekday() >= 5 for when in dates) / len(dates)
            weekend = min(1.0, max(0.05, weekends / (2 / 7)))
            outlets.append(Outlet(max(span / (len(dates) - 1), _SHORTEST_GAP), weights, weekend))
    return outlets


def published(outlet: Outlet, rng: random.Random) -> list[float]:
    """When a feed publishes, in seconds from the start; what it listed before is negative.

    An inhomogeneous Poisson process by thinning, at the outlet's own pace and time zone.
    """
    gap, zone = outlet.gap * rng.lognormvariate(0, 0.4), rng.randrange(24)
    before = [-rng.expovariate(1 / gap) * (LISTED - number) for number in range(LISTED)]
    times, now, peak = sorted(before), 0.0, max(outlet.hours)
    while (now := now + rng.expovariate(peak / gap)) < LEARNING + COUNTING:
        when = START + timedelta(seconds=now)
        weight = outlet.hours[(when.hour + zone) % 24] * (
            outlet.weekend if when.weekday() >= 5 else 1
        )
        if rng.random() < weight / peak:
            times.append(now)
    return times


def followed(times: Sequence[float], wait: Wait, rng: random.Random) -> tuple[list[float], int]:
    """Poll one feed; how late each of its entries was noticed (seconds), and the polls it took."""
    now, seen, known, late, polls = rng.random() * 900, 0, Known(), [], 0
    while now < LEARNING + COUNTING:
        listed = bisect.bisect_right(times, now)
        moment = START + timedelta(seconds=now)
        if listed > seen:
            entries = times[max(0, listed - LISTED) : listed]
            dates = [START + timedelta(seconds=each) for each in entries]
            known = replace(
                known, rhythm=rhythm_of(dates, moment), hours=learn(known.hours, dates, moment)
            )
        if now > LEARNING:
            polls += 1
            late += [now - each for each in times[seen:listed] if each > LEARNING]
        seen = listed
        now += wait(known, moment, rng.random()).total_seconds()
    return late, polls


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=500)
    parser.add_argument("--seed", type=int, default=5)
    chosen = parser.parse_args()
    corpus = os.environ.get("MONITOR_CORPUS")
    if not corpus:
        raise SystemExit("MONITOR_CORPUS names no folder with real feeds: nothing to measure")
    outlets = real_outlets(Path(corpus) / "feeds")
    polling = Polling()

    def fixed(_: Known, __: datetime, jitter: float) -> timedelta:
        return polling.interval * (1 - 0.1 * jitter)

    def by_rhythm(known: Known, now: datetime, jitter: float) -> timedelta:
        return _until(
            next_poll(now=now, polling=polling, rhythm=known.rhythm, jitter=jitter).at, now
        )

    def default(known: Known, now: datetime, jitter: float) -> timedelta:
        plan = next_poll(
            now=now, polling=polling, rhythm=known.rhythm, hours=known.hours, jitter=jitter
        )
        return _until(plan.at, now)

    print(f"{chosen.feeds} feeds that publish as {len(outlets)} real ones did, one week")
    print(f"{'asked':34} {'median':>8} {'95 %':>8} {'mean':>8}   requests a feed and day")
    for name, wait in (
        ("each quarter of an hour", fixed),
        ("by their rhythm", by_rhythm),
        ("by their hours (default)", default),
    ):
        rng = random.Random(chosen.seed)
        delays: list[float] = []
        polls = 0
        for number in range(chosen.feeds):
            times = published(outlets[number % len(outlets)], rng)
            late, took = followed(times, wait, random.Random(number))
            delays += late
            polls += took
        delays.sort()
        figures = (
            statistics.median(delays), delays[int(len(delays) * 0.95)], statistics.fmean(delays),
        )  # fmt: skip
        said = " ".join(f"{each / 60:6.1f} m" for each in figures)
        print(f"{name:34} {said}   {polls / chosen.feeds / (COUNTING / DAY):6.1f}", flush=True)


def _until(at: datetime | None, now: datetime) -> timedelta:
    assert at is not None
    return at - now


if __name__ == "__main__":
    main()

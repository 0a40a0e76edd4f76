"""Who is named how often, when that is unusual, and who is named with whom."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations, groupby
from operator import itemgetter
from zoneinfo import ZoneInfo

from monitor.service.database import Database
from monitor.store import mentions as store_mentions

#: Rows and pairs that are shown.
ROWS, PAIRS = 24, 20
#: Of a story's names, how many are looked at for pairs.
TOGETHER = 20
#: A day is unusual that so many days would have to be looked at for, by chance.
UNUSUAL = 1_000
#: And on which an entity is named in so many stories at the least.
SPIKE_FROM = 3


@dataclass(frozen=True, slots=True)
class Row:
    """How often an entity was named."""

    entity: str
    days: tuple[int, ...]
    """Stories a day that name it."""
    spikes: tuple[int, ...]
    """The days, by their place, on which that was unusual."""
    total: int
    reports: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two that are named together."""

    one: str
    other: str
    stories: int
    lift: float
    """How much oftener than chance would have it."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A span of days."""

    days: tuple[date, ...]
    rows: tuple[Row, ...]
    pairs: tuple[Pair, ...]
    stories: int


def timeline(db: Database, now: datetime, timezone: str, days: int = 30) -> Timeline:
    """The last days, today the last of them.

    Args:
        db: the database.
        now: the time.
        timezone: in which days begin, an IANA name.
        days: how many.
    """
    zone = ZoneInfo(timezone)
    today = now.astimezone(zone).date()
    shown = tuple(today - timedelta(days=n) for n in reversed(range(days)))
    begin = datetime.combine(shown[0], datetime.min.time(), zone)
    place = {day: number for number, day in enumerate(shown)}
    counts: dict[str, list[int]] = {}
    reports: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    stories = 0
    with db.read() as connection:
        named = store_mentions.since(connection, begin)
        for _, told in groupby(named, key=itemgetter(0)):
            stories += 1
            first: dict[str, datetime] = {}
            for _, at, entities, count in told:
                for entity in entities:
                    reports[entity] += count
                    if entity not in first:
                        first[entity] = at
            if len(first) > 1:
                pairs.update(combinations(sorted(first)[:TOGETHER], 2))
            # A story counts once for whom it names: on the day on which it first does.
            for entity, at in first.items():
                alone[entity] += 1
                if (day := place.get(at.astimezone(zone).date())) is not None:
                    if entity not in counts:
                        counts[entity] = [0] * days
                    counts[entity][day] += 1
    # Before the first day on which anything was stored nothing can be usual.
    since = min(
        (next(n for n, each in enumerate(found) if each) for found in counts.values()), default=0
    )
    rows = [_row(entity, found, reports[entity], since) for entity, found in counts.items()]
    rows.sort(key=lambda row: (-row.total, row.entity))
    return Timeline(shown, tuple(rows[:ROWS]), _pairs(pairs, alone, stories), stories)


def _row(entity: str, days: Sequence[int], reports: int, since: int) -> Row:
    total = sum(days)
    spikes = []
    for number, count in enumerate(days):
        # By the other days: a spike must not hide itself.
        known = max(1, len(days) - since - 1)
        usual = max((total - count) / known, 1 / known)
        if count >= SPIKE_FROM and _at_least(count, usual) * UNUSUAL < 1:
            spikes.append(number)
    return Row(entity, tuple(days), tuple(spikes), total, reports)


def _at_least(count: int, mean: float) -> float:
    """How likely a Poisson variable of that mean is to be no less."""
    term = below = math.exp(-mean)
    for number in range(1, count):
        term *= mean / number
        below += term
    return max(0.0, 1 - below)


def _pairs(pairs: Counter[tuple[str, str]], alone: Counter[str], stories: int) -> tuple[Pair, ...]:
    found = [
        Pair(one, other, count, count * stories / (alone[one] * alone[other]))
        for (one, other), count in pairs.items()
    ]
    found.sort(key=lambda pair: (-pair.stories, -pair.lift, pair.one))
    return tuple(found[:PAIRS])

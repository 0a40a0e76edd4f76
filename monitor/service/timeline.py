"""Who is named how often, when that is unusual, and who is named with whom."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from monitor.service.database import Database
from monitor.store import mentions as store_mentions

#: Rows and pairs that are shown.
ROWS, PAIRS = 24, 20
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
    with db.read() as connection:
        named = store_mentions.since(connection, begin)
    place = {day: number for number, day in enumerate(shown)}
    counts: dict[str, Counter[int]] = {}
    reports: Counter[str] = Counter()
    together: dict[int, set[str]] = {}
    seen: set[tuple[int, str]] = set()
    # A story counts once for whom it names: on the day on which it first does.
    for each in reversed(named):
        day = place.get(each.at.astimezone(zone).date())
        together.setdefault(each.story_id, set()).update(each.entities)
        for entity in each.entities:
            reports[entity] += 1
            if day is not None and (each.story_id, entity) not in seen:
                seen.add((each.story_id, entity))
                counts.setdefault(entity, Counter())[day] += 1
    # Before the first day on which anything was stored nothing can be usual.
    since = min((min(found) for found in counts.values()), default=0)
    rows = [
        _row(entity, [found[n] for n in range(days)], reports[entity], since)
        for entity, found in counts.items()
    ]
    rows.sort(key=lambda row: (-row.total, row.entity))
    return Timeline(shown, tuple(rows[:ROWS]), _pairs(together), len(together))


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


def _pairs(together: dict[int, set[str]]) -> tuple[Pair, ...]:
    alone = Counter(entity for named in together.values() for entity in named)
    pairs = Counter(
        pair for named in together.values() for pair in combinations(sorted(named)[:20], 2)
    )
    number = max(1, len(together))
    found = [
        Pair(one, other, count, count * number / (alone[one] * alone[other]))
        for (one, other), count in pairs.items()
    ]
    found.sort(key=lambda pair: (-pair.stories, -pair.lift, pair.one))
    return tuple(found[:PAIRS])

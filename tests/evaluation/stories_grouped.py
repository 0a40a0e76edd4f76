"""Stories as the product makes them of reports that come one after the other.

Pairs say whether two reports belong together; here each joins what is in the database by then,
so that what one wrong step makes of all that follow shows, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, insert

from monitor.pipeline.place import Place, place
from monitor.store.database import Database
from monitor.store.tables import articles, feeds
from monitor.stories.correlate import Report
from tests.evaluation import stories_abroad, stories_labelled
from tests.evaluation.stories_abroad import Labelled
from tests.evaluation.stories_labelled import Half, report

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
FEED = {"id": 1, "name": "a", "url": "http://a/", "added": EPOCH, "next_poll": EPOCH}


@dataclass(frozen=True, slots=True)
class Grouped:
    """What became of the reports of events."""

    events: int
    stories: int
    stories_per_event: float
    """How often one is told of an event, on average: 1 is what is wanted."""
    mixed: tuple[str, ...]
    """Stories that hold reports of more than one event: which events."""
    quietly_mixed: tuple[str, ...]
    """Those events of which a report joined another's story without being listed."""


def enter(connection: Connection, number: int, told: Report) -> Place:
    """Enter an article and find its story, as the product does."""
    connection.execute(insert(articles).values(id=number, feed_id=1, fetched=EPOCH))
    return place(connection, number, told)


def grouped(folder: Path, reports: Sequence[tuple[str, Report]]) -> Grouped:
    """Enter reports in the order given, each with the event that it tells, and see.

    Args:
        folder: for the database.
        reports: of each the event, and what is kept of it.
    """
    db = Database(f"sqlite:///{folder / 'grouped.db'}")
    db.upgrade()
    stories: dict[str, set[int]] = defaultdict(set)
    events: dict[int, dict[str, bool]] = defaultdict(dict)
    with db.write() as connection:
        connection.execute(insert(feeds).values(FEED))
        for number, (event, told) in enumerate(reports, 1):
            found = enter(connection, number, told)
            stories[event].add(found.story)
            # Whether the first report of an event there was listed.
            events[found.story].setdefault(event, found.is_uncertain)
    db.close()
    return Grouped(
        len(stories),
        len(events),
        sum(map(len, stories.values())) / len(stories),
        tuple(" + ".join(sorted(told)) for told in events.values() if len(told) > 1),
        tuple(
            f"{first} + {event}"
            for (first, _), *others in (told.items() for told in events.values())
            for event, was_listed in others
            if not was_listed
        ),
    )


def in_one_language(half: Half, *, follow_ups: bool = True) -> list[tuple[str, Report]]:
    """All that outlets make of the reports of a half, in order of time, by their events."""
    events = stories_labelled.events(half, follow_ups=follow_ups)
    found = [(event, report(told)) for event, told in events]
    return sorted(found, key=lambda each: each[1].at)


def in_many(half: Half) -> list[tuple[str, Report]]:
    """The reports in several languages of a half, in order of time, by their events."""
    return _in_order(stories_abroad.groups(half))


def from_angles(half: Half | None = None) -> list[tuple[str, Report]]:
    """The reports in one language that tell an event from different angles, likewise."""
    return _in_order(stories_abroad.angles(half))


def _in_order(groups: Mapping[str, Sequence[Labelled]]) -> list[tuple[str, Report]]:
    found = [
        (f"{name}/{each.event}", report(each.told))
        for name, group in groups.items()
        for each in group
    ]
    return sorted(found, key=lambda each: each[1].at)

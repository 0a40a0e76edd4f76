"""Who was named when, and with whom, for those who look at spans of time."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Text, cast, func, select

from monitor.store.tables import matches, reports

#: Reports that are looked at, the latest first.
MOST = 60_000
#: And that are in memory at the same time.
AT_ONCE = 500


class Named(NamedTuple):
    """Whom some reports of a story name, all the same."""

    story_id: int
    at: datetime
    """When the first of them came."""
    entities: tuple[str, ...]
    reports: int


def since(conn: Connection, at: datetime) -> Iterator[Named]:
    """Whom the reports since a time name: story by story, from whom its first report names on.

    They are read as they are asked for: all of them at once would be megabytes.
    """
    latest = (
        select(reports.c.story_id, reports.c.at, cast(reports.c.entities, Text).label("entities"))
        .where(reports.c.at >= at)
        .order_by(reports.c.at.desc())
        .limit(MOST)
        .subquery()
    )
    first = func.min(latest.c.at)
    query = (
        select(latest.c.story_id, first, latest.c.entities, func.count())
        .group_by(latest.c.story_id, latest.c.entities)
        .order_by(latest.c.story_id, first)
    )
    # Most name whom others name: to read each list anew took as long as all the rest.
    known: dict[str, tuple[str, ...]] = {}
    for story_id, when, written, count in conn.execute(query.execution_options(yield_per=AT_ONCE)):
        entities = known.get(written)
        if entities is None:
            entities = known[written] = tuple(json.loads(written))
        yield Named(story_id, when, entities, count)


def alerts_of(conn: Connection, watchlists: Collection[str], at: datetime) -> dict[str, int]:
    """How many matches reached their threshold since a time, by watchlist."""
    query = (
        select(matches.c.watchlist, func.count())
        .where(matches.c.alert, matches.c.created >= at, matches.c.watchlist.in_(list(watchlists)))
        .group_by(matches.c.watchlist)
    )
    found = dict.fromkeys(watchlists, 0)
    return found | {str(row[0]): int(row[1]) for row in conn.execute(query)}

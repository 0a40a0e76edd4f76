"""Who was named when, and with whom, for those who look at spans of time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from monitor.store.tables import matches, reports

#: Reports that are looked at, the latest first.
MOST = 60_000
#: And that are in memory at the same time.
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a report names."""

    story_id: int
    at: datetime
    entities: tuple[str, ...]


def since(conn: Connection, at: datetime) -> Iterator[Named]:
    """Whom the reports since a time name: story by story, each from its first report on.

    They are read as they are asked for: all of them at once would be megabytes.
    """
    latest = (
        select(reports.c.story_id, reports.c.at, reports.c.entities)
        .where(reports.c.at >= at)
        .order_by(reports.c.at.desc())
        .limit(MOST)
        .subquery()
    )
    query = select(latest).order_by(latest.c.story_id, latest.c.at)
    for row in conn.execute(query.execution_options(yield_per=AT_ONCE)):
        yield Named(row.story_id, row.at, tuple(row.entities))


def alerts_of(conn: Connection, watchlists: Collection[str], at: datetime) -> dict[str, int]:
    """How many matches reached their threshold since a time, by watchlist."""
    query = (
        select(matches.c.watchlist, func.count())
        .where(matches.c.alert, matches.c.created >= at, matches.c.watchlist.in_(list(watchlists)))
        .group_by(matches.c.watchlist)
    )
    found = dict.fromkeys(watchlists, 0)
    return found | {str(row[0]): int(row[1]) for row in conn.execute(query)}

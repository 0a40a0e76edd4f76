"""Who is watched, and by which names each is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.config.schema import Watchlist
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.service.database import Database


@dataclass(frozen=True, slots=True)
class ListedWatchlist:
    """A watchlist in a list."""

    name: str
    alert_at: float
    entities: tuple[str, ...]
    channels: tuple[str, ...]
    """Empty for the default ones."""
    feeds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExpandedName:
    """A name that an entity is found by, and why."""

    watchlist: str
    entity: str
    text: str
    source: str
    """Who lists it: "configured", or a cluster's name."""
    ambiguous: bool
    """Alone it never alerts."""
    detail: str
    exact_case: bool
    derived: bool
    everyday: bool


def listed(watchlists: Sequence[Watchlist]) -> list[ListedWatchlist]:
    """The watchlists, in their order."""
    return [
        ListedWatchlist(
            each.name,
            each.alert_at,
            tuple(entity.name for entity in each.entities),
            tuple(each.channels),
            tuple(each.feeds),
        )
        for each in watchlists
    ]


def named(watchlists: Sequence[Watchlist], name: str) -> Watchlist:
    """The watchlist of that name.

    Raises:
        UsageError: there is none.
    """
    for watchlist in watchlists:
        if watchlist.name == name:
            return watchlist
    known = ", ".join(watchlist.name for watchlist in watchlists)
    raise UsageError(f"no watchlist is called {name!r}", hint=f"There are: {known or 'none'}.")


def expanded(watchlists: Sequence[Watchlist], name: str | None = None) -> list[ExpandedName]:
    """Every name that each entity is found by.

    Args:
        watchlists: those configured.
        name: only of this watchlist or entity.

    Raises:
        UsageError: no watchlist or entity is called so.
    """
    from monitor.matching.names import expand

    found = [
        ExpandedName(
            watchlist=watchlist.name,
            entity=entity.name,
            text=each.text,
            source=each.source,
            ambiguous=each.ambiguous,
            detail=each.detail,
            exact_case=each.exact_case,
            derived=each.derived,
            everyday=each.everyday,
        )
        for watchlist in watchlists
        for entity in watchlist.entities
        if name in {None, watchlist.name, entity.name}
        for each in expand(entity)
    ]
    if name is not None and not found:
        raise UsageError(f"no watchlist or entity is called {name!r}")
    return found


def activity(db: Database, names: Sequence[str], since: datetime) -> dict[str, int]:
    """How many matches reached the threshold of each watchlist since a time."""
    from monitor.store import mentions as store_mentions

    with db.read() as connection:
        return store_mentions.alerts_of(connection, names, since)

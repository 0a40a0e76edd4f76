"""Who is watched, and by which names each is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.config.explain import did_you_mean
from monitor.config.schema import Entity, Query, Watchlist
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
    """Who lists it: "configured", or a cluster's name; "query" for a query as it is written."""
    ambiguous: bool
    """Alone it never alerts."""
    detail: str
    exact_case: bool
    """It counts in the very case it is written in, and in no other; NATO is Nato, too."""
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
    near = did_you_mean(name, [each.name for each in watchlists]).words
    raise UsageError(f"no watchlist is called `{name}`{near}")


def expanded(watchlists: Sequence[Watchlist], name: str | None = None) -> list[ExpandedName]:
    """Every name that each entity is found by, and every query.

    Args:
        watchlists: those configured.
        name: only of this watchlist, entity or query.

    Raises:
        UsageError: none is called so.
    """
    found = [
        each
        for watchlist in watchlists
        for each in (*_entity_names(watchlist, name), *_queries(watchlist, name))
    ]
    if name is not None and not found:
        known = [each.name for watchlist in watchlists for each in _named(watchlist)]
        raise UsageError(
            f"no watchlist, entity or query is called `{name}`{did_you_mean(name, known).words}"
        )
    return found


def _named(watchlist: Watchlist) -> tuple[Watchlist | Entity | Query, ...]:
    return (watchlist, *watchlist.entities, *watchlist.queries)


def _queries(watchlist: Watchlist, name: str | None) -> list[ExpandedName]:
    """A watchlist's queries, or the one of that name: each is looked for as it is written."""
    return [
        ExpandedName(
            watchlist=watchlist.name,
            entity=query.name,
            text=query.query,
            source="query",
            ambiguous=False,
            detail="found where all of it holds",
            exact_case=False,
            derived=False,
            everyday=False,
        )
        for query in watchlist.queries
        if name in {None, watchlist.name, query.name}
    ]


def _entity_names(watchlist: Watchlist, name: str | None) -> list[ExpandedName]:
    """The names of a watchlist's entities, or of the one of that name."""
    from monitor.matching.names.expansion import expand

    return [
        ExpandedName(
            watchlist=watchlist.name,
            entity=entity.name,
            text=each.text,
            source=each.source,
            ambiguous=each.ambiguous,
            detail=each.detail,
            exact_case=each.exact_case and not each.spoken,
            derived=each.derived,
            everyday=each.everyday,
        )
        for entity in watchlist.entities
        if name in {None, watchlist.name, entity.name}
        for each in expand(entity)
    ]


def activity(db: Database, names: Sequence[str], since: datetime) -> dict[str, int]:
    """How many matches reached the threshold of each watchlist since a time."""
    from monitor.store import mentions as store_mentions

    with db.read() as connection:
        return store_mentions.alerts_of(connection, names, since)

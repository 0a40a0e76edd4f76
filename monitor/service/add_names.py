"""Watching what was searched for, or a name that nobody watches yet: written into the file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from monitor.config import add_names
from monitor.config.add_names import Added
from monitor.config.schema import Config, Entity, Query, Watchlist
from monitor.errors import UsageError
from monitor.model.match import Kind

T = TypeVar("T", Entity, Query)

__all__ = ["Added", "lines", "watch"]

MOST_NAME = 200
#: Characters of a query that it is called by, where it has no other name.
_CALLED_BY = 60


def of_query(config: Config, query: str, name: str = "", watchlist: str | None = None) -> Query:
    """A query as a watchlist holds it, with a name that is not taken there.

    Raises:
        QuerySyntaxError: it cannot be understood.
        UsageError: it says nothing.
    """
    from monitor.matching.queries.query_evaluation import compile_query

    called = " ".join((name or query).split())[: MOST_NAME if name else _CALLED_BY].strip()
    into = next((each for each in config.watchlists if each.name == watchlist), None)
    taken = {each.name for each in into.queries} if into is not None else set()
    found = _made(Query, name=_free(called, taken), query=query.strip())
    compile_query(found, into or _alone(called, found))
    return found


def of_name(name: str, kind: Kind | None = None, aliases: Sequence[str] = ()) -> Entity:
    """A name as a watchlist holds it.

    Raises:
        UsageError: it says nothing.
    """
    clean = " ".join(name.split())[:MOST_NAME]
    more: dict[str, object] = {} if kind is None else {"kind": kind}
    return _made(Entity, name=clean, aliases=tuple(aliases), **more)


def watch(path: Path, config: Config, addition: Entity | Query, watchlist: str | None) -> Added:
    """Write into the configuration that something is watched; comments and order stay.

    Args:
        path: the configuration's main file.
        config: the configuration in force.
        addition: what is to be watched.
        watchlist: where it goes; without it, a watchlist of its own is made.

    Raises:
        UsageError: there is no such watchlist, or it watches that already.
        ConfigError: the file cannot be edited safely.
        MonitorError: the file cannot be replaced.
    """
    return add_names.add(path, target(config, addition, watchlist), addition)


def lines(config: Config, addition: Entity | Query, watchlist: str | None) -> str:
    """What `watch` would write, for those who write it themselves.

    Raises:
        UsageError: there is no such watchlist.
    """
    name = target(config, addition, watchlist)
    return "\n".join(add_names.lines_of(addition, None if watchlist else name)) + "\n"


def target(config: Config, addition: Entity | Query, watchlist: str | None) -> str:
    """The watchlist that an addition goes into. Raises UsageError."""
    from monitor.service.watchlists import named

    if watchlist:
        return named(config.watchlists, watchlist).name
    return _free(addition.name, {each.name for each in config.watchlists})


def _made(shape: type[T], /, **values: object) -> T:
    try:
        return shape.model_validate(values)
    except ValidationError as error:
        raise UsageError(f"that cannot be watched: {error.errors()[0]['msg']}") from None


def _alone(name: str, query: Query) -> Watchlist:
    return Watchlist.model_validate({"name": name, "queries": (query,)})


def _free(name: str, taken: set[str]) -> str:
    """The name, or the same with a number if it is taken."""
    number, free = 2, name
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free

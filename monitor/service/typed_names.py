"""Names that people type: of watchlists, entities, channels. A mistyped one gets a suggestion."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import Connection

from monitor.config.explain import did_you_mean
from monitor.config.schema import Config
from monitor.errors import UsageError
from monitor.service.database import Database
from monitor.store import matches as store_matches
from monitor.store.deliveries import missing_channels

_LONGEST_SHOWN = 80


def watched(config: Config | None) -> tuple[str, ...]:
    """The names of all entities and queries that are watched; none of an unreadable file."""
    lists = () if config is None else config.watchlists
    names = [entity.name for each in lists for entity in each.entities]
    names += [query.name for each in lists for query in each.queries]
    return tuple(dict.fromkeys(names))


def require_known(
    connection: Connection,
    config: Config | None,
    *,
    watchlist: str | None = None,
    entity: str | None = None,
    channel: str | None = None,
) -> None:
    """See that there is, or was, what is asked for.

    Args:
        connection: an open connection: what is configured no longer may still be stored.
        config: the configuration; None if it cannot be read.
        watchlist: the name of a watchlist.
        entity: that of an entity or a query.
        channel: that of a channel.

    Raises:
        UsageError: there never was, with the name that was probably meant.
    """
    if watchlist is not None:
        names = () if config is None else tuple(each.name for each in config.watchlists)
        require_one("watchlist", watchlist, names, lambda: store_matches.watchlists(connection))
    if entity is not None:
        require_one("entity", entity, watched(config), lambda: store_matches.entities(connection))
    if channel is not None:
        names = () if config is None else config.channel_names
        require_one("channel", channel, names, lambda: missing_channels.channels(connection))


def require_watchlist(db: Database, config: Config | None, name: str | None) -> None:
    """As `require_known`, for a watchlist alone; None asks for none."""
    if name is not None:
        with db.read() as connection:
            require_known(connection, config, watchlist=name)


def require_one(
    what: str, name: str, names: Iterable[str], stored: Callable[[], Iterable[str]] = tuple
) -> None:
    """See that a name is among those that there are.

    Args:
        what: what it names, in a word.
        name: the name.
        names: those that are configured.
        stored: those that are stored, looked up only if it is none of those.

    Raises:
        UsageError: it is none of them, with the one that was probably meant.
    """
    known = list(names)
    if name in known:
        return
    known += [each for each in stored() if each not in known]
    if name not in known:
        shown = name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}…"
        raise UsageError(f"no {what} is called `{shown}`{did_you_mean(name, known).words}")

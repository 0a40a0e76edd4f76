"""Which channels are told of a match: pure."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.config.schema import CONSOLE, Config, Watchlist
from monitor.model.match import Match


def channels_for(match: Match, watchlist: Watchlist, config: Config) -> tuple[str, ...]:
    """The names of the channels that are told of a match.

    Those of its watchlist; if it names none, all instant ones that are no reserve; if there is
    none, the built-in console. A channel is left out when the match is below its `min_severity`.
    A name that no channel bears is kept: its delivery fails where it can be seen, and succeeds
    once the channel is back.
    """
    configured = {channel.name: channel for channel in config.channels}
    instant = tuple(name for name, channel in configured.items() if channel.mode == "instant")
    names = (
        watchlist.channels
        or tuple(name for name in instant if name not in reserves(config))
        or instant
        or (CONSOLE,)
    )
    return tuple(
        name
        for name in dict.fromkeys(names)
        if name not in configured or match.severity.rank >= configured[name].min_severity.rank
    )


def reserves(config: Config) -> frozenset[str]:
    """The channels that are there for when another fails, or nobody acknowledges."""
    fallbacks = (channel.fallback for channel in config.channels if channel.fallback)
    escalations = (name for watchlist in config.watchlists for name in watchlist.escalate_to)
    return frozenset((*fallbacks, *escalations))


def beside(names: Iterable[str], config: Config) -> frozenset[str]:
    """Some channels, and those that stand in for them or that they stand in for."""
    found = set(names)
    for channel in config.channels:
        if channel.fallback and found & {channel.name, channel.fallback}:
            found |= {channel.name, channel.fallback}
    return frozenset(found)


def escalations(match: Match, watchlist: Watchlist) -> tuple[str, ...]:
    """The names of the channels that are told if nobody acknowledges an alert of a match."""
    if watchlist.escalate_after is None or match.severity.rank < watchlist.escalate_from.rank:
        return ()
    return tuple(dict.fromkeys(watchlist.escalate_to))

"""What a configuration amounts to when it runs: one value that a reload replaces as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TextIO

from sqlalchemy import Connection

from monitor.config.load import LoadedConfig
from monitor.config.renaming import renamed
from monitor.config.ruleset import definition, ruleset
from monitor.config.schema import Config, Feed, Polling, Watchlist
from monitor.fetch.uplink import Witnesses, witnesses
from monitor.model.feed import PollReason, PollReasonKind
from monitor.store import earlier_reports as store_earlier
from monitor.store import feeds as store_feeds
from monitor.store import locks, watchlist_names

if TYPE_CHECKING:
    from monitor.channels.sender import Sender
    from monitor.fetch.client import Fetcher
    from monitor.matching.matcher import Matcher


@dataclass(frozen=True, slots=True)
class Runtime:
    """A configuration, compiled. Steps under way keep the one they began with."""

    loaded: LoadedConfig
    console: TextIO
    """Where the built-in `console` channel prints."""
    matcher: Matcher
    fetcher: Fetcher
    sender: Sender
    feeds: Mapping[str, Feed]
    """By address."""
    watchlists: Mapping[str, Watchlist]
    """By name."""
    hosts: Witnesses
    """Whose answers tell whether there is a network."""
    rulesets: Mapping[str, str]
    """By which rules each watchlist finds what it finds."""
    fetching: Callable[[Polling], Fetcher]
    """Makes a fetcher: by itself a process spares hosts alone, elsewhere all machines together."""

    @property
    def config(self) -> Config:
        """The configuration itself."""
        return self.loaded.config

    @property
    def reachable(self) -> tuple[str, ...]:
        """The channels that this machine can send to: of the others it lacks the secrets."""
        return tuple(name for name in self.sender.channels if name not in self.loaded.lacking)

    @property
    def some_watchlist_is_limited(self) -> bool:
        """Whether it matters through which feed an article came."""
        return any(watchlist.feeds for watchlist in self.watchlists.values())


def compose(
    loaded: LoadedConfig,
    matcher: Matcher,
    console: TextIO,
    previous: Runtime | None = None,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    fetching: Callable[[Polling], Fetcher] | None = None,
) -> Runtime:
    """Put a runtime together, keeping those parts of the previous one that did not change."""
    from monitor.channels.sender import Sender
    from monitor.fetch.client import Fetcher

    config = loaded.config
    if fetching is None and previous is not None:
        fetching = previous.fetching
    elif fetching is None:
        fetching = partial(Fetcher, clock=clock)
    if previous is not None and previous.config.polling == config.polling:
        fetcher = previous.fetcher
    else:
        fetcher = fetching(config.polling)
    if previous is not None and previous.config.channels == config.channels:
        sender = previous.sender
    else:
        sender = Sender(config.channels, console=console)
    return Runtime(
        loaded=loaded,
        console=console,
        matcher=matcher,
        fetcher=fetcher,
        sender=sender,
        feeds={feed.url: feed for feed in config.feeds},
        watchlists={watchlist.name: watchlist for watchlist in config.watchlists},
        hosts=witnesses(feed.url for feed in config.feeds),
        rulesets={watchlist.name: ruleset(watchlist) for watchlist in config.watchlists},
        fetching=fetching,
    )


def _rename(connection: Connection, config: Config, previous: Config | None) -> None:
    names = {each.name for each in config.watchlists}
    if previous is not None and names == {each.name for each in previous.watchlists}:
        return
    # At a start the edit was made while nobody watched.
    before = (
        store_earlier.last_watchlists(connection)
        if previous is None
        else [definition(each) for each in previous.watchlists]
    )
    if all(each["name"] in names for each in before):
        return
    for old, new in renamed(before, [definition(each) for each in config.watchlists]).items():
        watchlist_names.rename(connection, old, new)


def subscribe(
    connection: Connection,
    config: Config,
    *,
    now: datetime,
    previous: Config | None = None,
) -> None:
    """Make the database's feeds those of the configuration; a shortened interval counts now.

    What is stored of watchlists goes on under their names now, whatever they were called before.
    """
    # Workers that start together subscribe to the same.
    locks.take(connection, "subscribe")
    _rename(connection, config, previous)
    store_feeds.subscribe(connection, [(feed.url, feed.label) for feed in config.feeds], now)
    if previous is None:
        return
    before = {feed.url: feed.interval or previous.polling.interval for feed in previous.feeds}
    shortened = {
        feed.url: interval
        for feed in config.feeds
        if (interval := feed.interval or config.polling.interval) < before.get(feed.url, interval)
    }
    for state in store_feeds.everything(connection) if shortened else ():
        if state.url in shortened:
            at = min(state.next_poll or now, now + shortened[state.url])
            store_feeds.reschedule(
                connection, state.id, at, PollReason(PollReasonKind.INTERVAL_SHORTENED)
            )

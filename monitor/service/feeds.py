"""The feeds, and how each is doing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    WrapSerializer,
    model_serializer,
)
from sqlalchemy import Connection

from monitor.config.edit import feed_places, same_feed
from monitor.config.explain import did_you_mean
from monitor.config.schema import Config, Feed
from monitor.errors import UsageError
from monitor.feeds.discovery import addresses
from monitor.messages.feeds import hub_fault, not_all_kept, when_next
from monitor.model.feed import NOT_POLLED_YET, FeedState, HubSubscription
from monitor.model.hours import PublishingHours
from monitor.service.database import Database
from monitor.service.json_values import IncidentInWords, PollReasonInWords, picked
from monitor.store import feed_days, hub_subscriptions
from monitor.store import feeds as store_feeds
from monitor.store.feeds import History

LATELY = timedelta(days=7)
"""How far back the history of a feed reaches that is shown."""

#: Of a hub's subscription, what only the hub may know or nobody wants to.
_OURS = ("id", "feed_id", "token", "secret", "callback", "wanted", "fault")


def _hub(hub: HubSubscription | None, handler: SerializerFunctionWrapHandler) -> Any:
    if hub is None:
        return None
    shown = {name: value for name, value in handler(hub).items() if name not in _OURS}
    said = hub.fault and hub_fault(hub.fault)
    return shown | {"last_error": said, "active": hub.active(datetime.now(UTC))}


def _hours(hours: PublishingHours | None) -> object:
    """Each hour's share of what it publishes, in percent: by hour (UTC), weekdays and weekends."""
    if hours is None:
        return None
    whole = sum(hours.counts) or 1
    shares = [round(100 * count / whole, 1) for count in hours.counts]
    return {
        "weekday_percent": {str(hour): share for hour, share in enumerate(shares[:24]) if share},
        "weekend_percent": {str(hour): share for hour, share in enumerate(shares[24:]) if share},
        "timezone": "UTC",
        "since": hours.since.isoformat(),
        "until": hours.until.isoformat(),
    }


HoursInParts = Annotated[PublishingHours | None, PlainSerializer(_hours)]
"""When in the week a feed publishes, for people and scripts."""

ShownHub = Annotated[HubSubscription | None, WrapSerializer(_hub)]


@dataclass(frozen=True, slots=True)
class ListedFeed(FeedState):
    """How a feed is doing."""

    next_reason: PollReasonInWords = NOT_POLLED_YET
    hours: HoursInParts = None
    incident: IncidentInWords = None
    hub: Annotated[HubSubscription | None, Field(exclude=True)] = None


@dataclass(frozen=True, slots=True)
class ShownFeed:
    """Everything known of one feed."""

    settings: Feed
    places: tuple[str, ...]
    """Where the configuration lists it: `file:line`."""
    state: ListedFeed | None
    """None before any daemon has taken it up."""
    history: History | None
    hub: ShownHub

    @model_serializer(mode="wrap")
    def _flat(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        plain = handler(self)
        said = None if self.state is None else when_next(self.state, self.hub)
        return {**plain.pop("settings"), "name": self.settings.label, **plain, "next": said}


def listed(
    db: Database | None, configured: Sequence[Feed], *, failing: bool = False
) -> list[ListedFeed]:
    """The feeds by name, then those that no daemon has taken up yet.

    Args:
        db: the database, if there is one.
        configured: the feeds of the configuration.
        failing: only those in trouble.
    """
    states: list[FeedState] = []
    hubs: dict[int, HubSubscription] = {}
    if db is not None:
        with db.read() as connection:
            states = everything(connection)
            hubs = hub_subscriptions.everything(connection)
    known = {state.url for state in states}
    states += [FeedState(0, feed.url, feed.label) for feed in configured if feed.url not in known]
    return [
        picked(ListedFeed, state, hub=hubs.get(state.id))
        for state in states
        if not failing or state.has_failed or state.stopped
    ]


def everything(connection: Connection) -> list[FeedState]:
    """All feeds by name; what is not kept of them today is one of their problems."""
    bounded = feed_days.bounded(connection, datetime.now(UTC))
    return [
        replace(state, problems=(*state.problems, not_all_kept(bounded[state.id])))
        if state.id in bounded
        else state
        for state in store_feeds.everything(connection)
    ]


def shown(config: Path, wanted: Feed, db: Database | None) -> ShownFeed:
    """Everything known of one feed.

    Args:
        config: the configuration's main file.
        wanted: the feed.
        db: the database, if there is one.
    """
    places = tuple(
        f"{place.file}:{place.line}" for place in feed_places(config) if place.url == wanted.url
    )
    if db is None:
        return ShownFeed(wanted, places, None, None, None)
    with db.read() as connection:
        states = everything(connection)
        state = next((each for each in states if each.url == wanted.url), None)
        history = store_feeds.history(connection, wanted.url, datetime.now(UTC) - LATELY)
        hub = hub_subscriptions.of_feed(connection, state.id) if state else None
    listed = None if state is None else picked(ListedFeed, state, hub=hub)
    return ShownFeed(wanted, places, listed, history, hub)


def named_feeds(config: Config, wanted: Sequence[str]) -> tuple[Feed, ...]:
    """The feeds meant by names or addresses; all feeds when none is given.

    Raises:
        UsageError: one of them means no feed, or more than one.
    """
    return tuple(named_feed(config, each) for each in wanted) if wanted else config.feeds


def named_feed(config: Config, wanted: str) -> Feed:
    """The feed meant by a name or address.

    Raises:
        UsageError: it means no feed, or more than one.
    """
    exact = [feed for feed in config.feeds if feed.url == wanted.strip()]
    keys = {same_feed(address) for address in addresses(wanted)}
    found = exact or [feed for feed in config.feeds if same_feed(feed.url) in keys]
    name = wanted.strip().casefold()
    found = found or [feed for feed in config.feeds if feed.label.casefold() == name]
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(feed.url for feed in found[:10])
        raise UsageError(
            f"{len(found)} feeds are called “{wanted}”", hint=f"Give the address: {listed}."
        )
    near = did_you_mean(wanted, [feed.label for feed in config.feeds]).words
    raise UsageError(
        f"no feed has the name or address “{wanted}”{near}",
        hint="`monitor feeds list` shows those there are.",
    )

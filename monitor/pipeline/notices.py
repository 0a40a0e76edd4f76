"""What is found out for operators, from the database, to be put into a notice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.config.schema import Config
from monitor.feeds.politeness import incident_of
from monitor.messages import notices
from monitor.model.alert import Notice
from monitor.model.delivery import DeliveryStatus
from monitor.model.feed import FeedState
from monitor.store import alerts, articles, channels, feed_days, feeds, matches
from monitor.store.deliveries import lookups, missing_channels


def feed_incidents(connection: Connection, now: datetime) -> Notice | None:
    """Feeds that got into serious trouble, or out of it, since this was last called.

    Each is told once, and once more when it is well again; all of them in one notice. None
    when there is nothing to tell.
    """
    troubled: list[FeedState] = []
    well: list[FeedState] = []
    for state in feeds.everything(connection):
        incident = incident_of(state, now)
        if incident is not None and state.incident is None:
            troubled.append(replace(state, incident=incident))
        elif incident is None and state.incident is not None:
            well.append(state)
        else:
            continue
        feeds.set_incident(connection, state.id, incident)
    return notices.feeds_in_trouble(troubled, well, now) if troubled or well else None


def channels_missing(
    connection: Connection, config: Config, now: datetime, previous: Config | None = None
) -> Notice | None:
    """Deliveries that wait for channels that do not exist; None when there are none.

    Args:
        connection: an open connection.
        config: the configuration in force.
        now: the time.
        previous: the one before it: what has another name now, and the same address, was renamed.
    """
    found = missing_channels.stranded(connection, config.channel_names)
    if not found:
        return None
    before = {} if previous is None else {each.name: each.url for each in previous.channels}
    renamed = {
        old: each.name
        for old, url in before.items()
        for each in config.channels
        if each.url == url and each.name not in before
    }
    return notices.channels_missing(found, config.channel_names, renamed, now)


def feed_bounds(connection: Connection, now: datetime) -> Notice | None:
    """Feeds of which not all is kept today, each told once a day; None when there are none."""
    found = feed_days.to_tell(connection, now)
    return notices.feeds_bounded(found, now) if found else None


def proof_of_life(connection: Connection, now: datetime) -> Notice:
    """How the last day went, so that silence is never mistaken for peace."""
    since = now - timedelta(hours=24)
    states = feeds.everything(connection)
    day = notices.LastDay(
        feeds=len(states),
        failing=[state for state in states if state.failures or state.stopped],
        articles=articles.count(connection, since),
        matches=matches.count(connection, since),
        alerts=alerts.count(connection, since),
        dead=lookups.counts(connection)[DeliveryStatus.DEAD],
        channels=list(channels.states(connection).values()),
    )
    return notices.proof_of_life(day, now)

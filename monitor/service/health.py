"""Is the daemon alive and on time, and is all well with what it does?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from monitor.model.delivery import DeliveryStatus
from monitor.model.feed import FeedDay, FeedState
from monitor.service.database import Database
from monitor.service.worker_health import WorkerHealth, config_in_force, examine_workers
from monitor.store import articles, channels, config_versions, feed_days, feeds, upkeep
from monitor.store.deliveries import lookups as deliveries
from monitor.store.deliveries import missing_channels
from monitor.store.fleet import live


@dataclass(frozen=True, slots=True)
class Loop:
    """One of the daemon's loops."""

    name: str
    at: datetime
    """Its last sign of life."""
    late: bool


@dataclass(frozen=True, slots=True)
class ConfigHealth:
    """Whether the last edit of the configuration is in force."""

    ok: bool
    file: str | None
    loaded_at: str | None
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnusableConfig:
    """A worker that cannot use the version of the configuration in force."""

    worker: str
    problem: str


@dataclass(frozen=True, slots=True)
class LackingSecrets:
    """A worker whose machine does not have a channel's secrets."""

    worker: str
    channel: str


@dataclass(frozen=True, slots=True)
class SharedConfig:
    """The version of the configuration that machines share."""

    version: int
    """The one in force."""
    waiting: int | None
    """A later one that has not taken effect yet."""
    differing: tuple[str, ...]
    """Workers whose own file says something else: it does not count."""
    unusable: tuple[UnusableConfig, ...]
    lacking: tuple[LackingSecrets, ...]


@dataclass(frozen=True, slots=True)
class NetworkHealth:
    """Whether our own network was there at the last polls."""

    reachable: bool


@dataclass(frozen=True, slots=True)
class FailingFeed:
    """A feed that cannot be read."""

    name: str
    url: str
    failures: int
    error: str | None


@dataclass(frozen=True, slots=True)
class BoundedFeed:
    """A feed of which not all is kept today."""

    name: str
    url: str
    kept: FeedDay


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """How the feeds are doing."""

    total: int
    unreached: int
    """Whose last poll failed for want of our own network."""
    failing: tuple[FailingFeed, ...]
    bounded: tuple[BoundedFeed, ...]


@dataclass(frozen=True, slots=True)
class ArticleHealth:
    """How far reading has come."""

    unread: int


@dataclass(frozen=True, slots=True)
class FailingChannel:
    """A channel that takes nothing."""

    name: str
    refused: int
    error: str | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class MissingChannel:
    """A channel that does not exist, and for which something waits."""

    name: str
    waiting: int
    dead: int


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """How the channels are doing."""

    failing: tuple[FailingChannel, ...]
    missing: tuple[MissingChannel, ...]
    """Empty, too, where the configuration cannot be read."""


@dataclass(frozen=True, slots=True)
class Health:
    """How the daemon is doing, and all that it looks after."""

    live: bool
    """It runs, and all of its loops are on time; of many workers, at least one."""
    loops: tuple[Loop, ...]
    config: ConfigHealth
    network: NetworkHealth
    feeds: FeedHealth
    articles: ArticleHealth
    channels: ChannelHealth
    deliveries: dict[DeliveryStatus, int]
    workers: tuple[WorkerHealth, ...] = ()
    """Where many work on one database, each of them."""
    shared: SharedConfig | None = None
    """None where each machine's own file is in force."""


def health(db: Database, now: datetime, known: Collection[str] | None = None) -> Health:
    """How the daemon on a database is doing, or all workers.

    Args:
        db: the database.
        now: the time.
        known: the channels that there are; None if that is not known.
    """
    with db.read() as connection:
        beats = upkeep.beats(connection)
        states = feeds.everything(connection)
        failing = channels.states(connection).values()
        unread = articles.unread(connection)
        bounded = feed_days.bounded(connection, now)
        counts = deliveries.counts(connection)
        missing = [] if known is None else missing_channels.stranded(connection, known)
        workers = examine_workers(connection) if db.is_shared else ()
        shared_config = config_in_force(connection) if db.is_shared else {}
        shared = shared_config_of(connection, live(connection)) if db.is_shared else None
    loops = tuple(
        # A sign of life from the future is one of a clock that was set back since.
        Loop(
            beat.name,
            beat.at,
            late=not beat.at - (beat.late_after - beat.at) <= now <= beat.late_after,
        )
        for beat in beats
    )
    config = next((beat.detail for beat in beats if beat.name == "config"), shared_config)
    problems = tuple(config.get("problems", ()))
    return Health(
        live=any(each.live for each in workers)
        or (bool(beats) and not any(loop.late for loop in loops)),
        loops=loops,
        config=ConfigHealth(not problems, config.get("file"), config.get("loaded_at"), problems),
        network=NetworkHealth(not _out_of_reach(states)),
        feeds=FeedHealth(
            len(states),
            sum(map(_unreached, states)),
            tuple(
                FailingFeed(each.name, each.url, each.failures, each.last_error)
                for each in states
                if each.failures or each.stopped
            ),
            tuple(
                BoundedFeed(each.name, each.url, bounded[each.id])
                for each in states
                if each.id in bounded
            ),
        ),
        articles=ArticleHealth(unread),
        channels=ChannelHealth(
            tuple(
                FailingChannel(each.name, each.failures, each.last_error, each.failing_since)
                for each in failing
                if known is None or each.name in known
            ),
            tuple(MissingChannel(each.channel, each.waiting, each.dead) for each in missing),
        ),
        deliveries=counts,
        workers=workers,
        shared=shared,
    )


def shared_config_of(connection: Connection, live: Collection[str]) -> SharedConfig | None:
    """What is to be known of the version in force; None while there is none.

    Args:
        connection: an open connection.
        live: the workers that are alive: of others nothing is told.
    """
    used = config_versions.in_force(connection, config_versions.time_of(connection))
    newest = config_versions.newest(connection)
    if used is None or newest is None:
        return None
    everyone = config_versions.acknowledgements(connection, newest.number)
    said = [each for each in everyone if each.worker in live]
    return SharedConfig(
        used.number,
        None if newest.number == used.number else newest.number,
        tuple(each.worker for each in said if each.file_sha256 not in {None, newest.sha256}),
        tuple(
            UnusableConfig(each.worker, each.problem) for each in said if each.problem is not None
        ),
        tuple(LackingSecrets(each.worker, channel) for each in said for channel in each.lacking),
    )


def _unreached(state: FeedState) -> bool:
    """Whether its last poll failed without counting against it: our own network was away."""
    return state.has_failed and not state.failures and not state.stopped


def _out_of_reach(states: Sequence[FeedState]) -> bool:
    """Whether our own network was away at the last polls, as far as these tell."""
    polls = [state.last_polled for state in states if _unreached(state) and state.last_polled]
    answers = [state.last_ok for state in states if state.last_ok]
    return bool(polls) and max(polls) > max(answers, default=datetime.min.replace(tzinfo=UTC))

"""What is silenced, by whom and why; and silencing more, for longer, or no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from monitor.config.explain import did_you_mean
from monitor.config.schema import Config
from monitor.errors import UsageError
from monitor.model.alert import Silence
from monitor.model.match import Severity
from monitor.pipeline import replan
from monitor.service.database import Database
from monitor.service.json_values import picked
from monitor.store import silences as store_silences
from monitor.store.deliveries import replanning
from monitor.store.write_queue import retried

LONGEST = timedelta(days=366)
"""Nobody remembers a silence for longer than that."""


@dataclass(frozen=True, slots=True)
class StatedSilence:
    """A silence as it stands."""

    id: int
    author: str
    reason: str
    created: datetime
    ends: datetime
    watchlists: tuple[str, ...]
    entities: tuple[str, ...]
    feeds: tuple[str, ...]
    text: str | None
    max_severity: Severity | None
    drop: bool
    in_force: bool


@dataclass(frozen=True, slots=True)
class ListedSilence(StatedSilence):
    """A silence, and how much waits for its end."""

    holds: int
    """How many messages it holds back."""


@dataclass(frozen=True, slots=True)
class AddedSilence(StatedSilence):
    """A silence that has just been put in force."""

    muted: int
    """How many messages that wait to be sent it holds back or drops."""


@dataclass(frozen=True, slots=True)
class Expired:
    """A silence that was ended early."""

    id: int
    freed: int
    """How many messages are sent earlier for it."""


def listed(db: Database, now: datetime, *, ended: bool = False) -> list[ListedSilence]:
    """Silences, the newest first; those that have ended only if asked for."""
    with db.read() as connection:
        found = store_silences.everything(connection)
        held = replanning.held_by(connection)
    return [
        picked(ListedSilence, each, in_force=each.in_force(now), holds=held.get(each.id, 0))
        for each in found
        if ended or each.in_force(now)
    ]


@retried
def add(db: Database, silence: Silence, config: Config) -> AddedSilence:
    """Put a silence in force, for what waits to be sent, too.

    Args:
        db: the database.
        silence: what it mutes, from when it was created on; its number does not matter.
        config: the configuration in force.
    """
    with db.write() as connection:
        added, muted = replan.add(connection, silence, config)
    return picked(AddedSilence, added, in_force=added.in_force(added.created), muted=muted)


@retried
def extend(
    db: Database, number: int, ends: datetime | timedelta, config: Config, now: datetime
) -> ListedSilence:
    """Have a silence last longer, for what it holds back already, too.

    Args:
        db: the database.
        number: which one.
        ends: until when, or how much longer.
        config: the configuration in force.
        now: the time.

    Raises:
        UsageError: it mutes nothing any more, would not last longer, or would for too long.
    """
    with db.write() as connection:
        silence = _in_force(connection, number, now)
        until = ends if isinstance(ends, datetime) else _later(silence.ends, ends)
        if until <= silence.ends:
            local = silence.ends.astimezone(ZoneInfo(config.alerts.timezone))
            raise UsageError(
                f"silence {number} lasts until {local:%Y-%m-%d %H:%M} anyway",
                hint=f"To end it early: `monitor silence expire {number}`.",
            )
        if until > now + LONGEST:
            raise UsageError("a silence ends within a year")
        extended, held = replan.extend(connection, silence, until, config, now)
    return picked(ListedSilence, extended, in_force=extended.in_force(now), holds=held)


@retried
def expire(db: Database, number: int, config: Config, now: datetime) -> Expired:
    """End a silence; what was missed under it is due, unless another one holds it.

    Raises:
        UsageError: there is none of that number in force.
    """
    with db.write() as connection:
        silence = _in_force(connection, number, now)
        freed = replan.expire(connection, silence, config, now)
    return Expired(number, freed)


def require_known(
    config: Config,
    *,
    watchlists: Iterable[str] = (),
    entities: Iterable[str] = (),
    feeds: Iterable[str] = (),
) -> None:
    """Raises UsageError for what the configuration does not know."""
    lists = config.watchlists
    known = {
        "watchlist": {each.name for each in lists},
        "entity": {entity.name for each in lists for entity in each.entities}
        | {query.name for each in lists for query in each.queries},
        "feed": {label for each in config.feeds for label in (each.label, each.url, *each.tags)},
    }
    asked = {"watchlist": watchlists, "entity": entities, "feed": feeds}
    for what, names in asked.items():
        for name in names:
            if name not in known[what]:
                near = did_you_mean(name, sorted(known[what])).words
                raise UsageError(f"no {what} is called `{name}`{near}")


def _later(moment: datetime, span: timedelta) -> datetime:
    try:
        return moment + span
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def _in_force(connection: Connection, number: int, now: datetime) -> Silence:
    silence = store_silences.by_id(connection, number)
    if silence is None or not silence.in_force(now):
        raise UsageError(
            f"silence {number} has ended already" if silence else f"there is no silence {number}",
            hint="See `monitor silence list`.",
        )
    return silence

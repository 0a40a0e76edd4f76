"""What was stored before a name was watched: offered after an edit, told if somebody wants it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection

from monitor.config.renaming import renamed
from monitor.config.ruleset import definition, ruleset
from monitor.config.schema import Config, Watchlist
from monitor.errors import UsageError
from monitor.model.audit import Action, Change, Source
from monitor.model.earlier_reports import EarlierReport, Offer, OfferState
from monitor.service.backtest import CHUNK
from monitor.service.backtest_process import called
from monitor.service.database import Database
from monitor.service.replay import Replay, Sided
from monitor.service.verdicts import ConflictError
from monitor.store import articles, audit
from monitor.store import earlier_reports as store_earlier
from monitor.store import replay as store_replay
from monitor.store.write_queue import retried

#: How far back an edit is looked at.
SPAN = timedelta(days=1)
#: Articles told at once.
MOST = 200


@dataclass(frozen=True, slots=True)
class Earlier:
    """The reports that an edit of a watchlist would have told."""

    watchlist: str
    names: tuple[str, ...]
    """Whom the edit added, those with the most reports first."""
    reports: tuple[EarlierReport, ...]
    """The newest first."""


@dataclass(frozen=True, slots=True)
class OfferedReports:
    """An offer with its reports."""

    offer: Offer
    reports: tuple[EarlierReport, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about an offer."""

    id: int
    watchlist: str
    state: OfferState
    reports: int


def under_new_names(old: Config, new: Config) -> Config:
    """A configuration with those watchlists renamed that a later one has renamed."""
    names = renamed(definitions(old), definitions(new))
    lists = tuple(
        each.model_copy(update={"name": names.get(each.name, each.name)}) for each in old.watchlists
    )
    return old.model_copy(update={"watchlists": lists})


def edited(old: Config, new: Config) -> tuple[str, ...]:
    """The watchlists that find other things now than before, in their order."""
    before = {each.name: ruleset(each) for each in old.watchlists}
    return tuple(each.name for each in new.watchlists if before.get(each.name) != ruleset(each))


def definitions(config: Config) -> list[dict[str, Any]]:
    """What decides what each watchlist finds, to be kept until the next start."""
    return [definition(each) for each in config.watchlists]


def as_it_was(config: Config, kept: Sequence[Mapping[str, Any]]) -> Config:
    """A configuration with the watchlists that were kept.

    One that another version of the program has kept in a shape of its own counts as unchanged.
    """
    now = {each.name: each for each in config.watchlists}
    clusters = next((e.clusters for each in config.watchlists for e in each.entities), None)
    lists = []
    for each in kept:
        try:
            known = Watchlist.model_validate(each)
        except ValidationError:
            if each["name"] in now:
                lists.append(now[each["name"]])
            continue
        if clusters is not None:
            entities = tuple(entity.knowing(clusters) for entity in known.entities)
            known = known.model_copy(update={"entities": entities})
        lists.append(known)
    return config.model_copy(update={"watchlists": tuple(lists)})


def watched(watchlist: Watchlist) -> frozenset[str]:
    """Whom and what a watchlist watches."""
    entities = (each.name for each in watchlist.entities)
    return frozenset((*entities, *(each.name for each in watchlist.queries)))


def earlier_reports(db: Database, old: Config, new: Config, now: datetime) -> list[Earlier]:
    """What of today's stored articles would have been told, had an edit been made yesterday.

    Args:
        db: the past.
        old: the configuration before the edit.
        new: the one after it.
        now: the time.

    Raises:
        StoreError: the past cannot be read.
    """
    tried = edited(old, new)
    if not tried:
        return []
    # Which feeds there are is none of a watchlist's business.
    replay = Replay(old.model_copy(update={"feeds": new.feeds}), new, tried)
    found: list[Sided] = []
    with store_replay.opened(db.url) as connection:
        extent = store_replay.extent(connection, now - SPAN)
        for start in range(extent.first, extent.last + 1, CHUNK):
            _, some = replay.run(connection, start, start + CHUNK - 1, now - SPAN)
            found += [each for each in some if each.before is None]
    return [_earlier(name, those) for name in tried if (those := _of(found, name))]


def _of(found: Sequence[Sided], watchlist: str) -> list[Sided]:
    those = [each for each in found if each.watchlist == watchlist]
    return sorted(those, key=lambda each: -each.article_id)


def _earlier(watchlist: str, found: Sequence[Sided]) -> Earlier:
    counts: dict[str, int] = {}
    for each in found:
        for name in each.added:
            counts[name] = counts.get(name, 0) + 1
    return Earlier(
        watchlist,
        tuple(sorted(counts, key=lambda name: (-counts[name], name))),
        tuple(EarlierReport(each.article_id, each.after or 0.0, each.sentence) for each in found),
    )


def find(
    url: str, old: Config, new: Config, now: datetime, stopped: Callable[[], bool] = lambda: False
) -> list[Earlier]:
    """As `earlier_reports`, in a process of its own, which takes no time from the daemon's work.

    Raises:
        MonitorError: it failed, took too long, or nobody wants it any more (`stopped`).
    """
    return called(_find, url, old, new, now, stopped=stopped)


def _find(url: str, old: Config, new: Config, now: datetime) -> list[Earlier]:
    return earlier_reports(Database(url), old, new, now)


def listed(db: Database, *, state: OfferState | None = None, limit: int = 50) -> list[Offer]:
    """Offers, the newest first."""
    with db.read() as connection:
        return store_earlier.listed(connection, state=state, limit=limit)


def shown(db: Database, number: int) -> OfferedReports:
    """One offer with its reports.

    Raises:
        UsageError: there is none of that number.
    """
    with db.read() as connection:
        offer = _required(connection, number)
        return OfferedReports(offer, tuple(store_earlier.reports(connection, number)))


@retried
def tell(db: Database, number: int, who: str, now: datetime, *, source: Source) -> Decided:
    """Have the reports of an offer told, as they would have been: once.

    The daemon matches them once more, as they are stored; what people were told of before is not
    told again.

    Args:
        db: the database.
        number: the offer.
        who: whoever says so.
        now: the time.
        source: which way it came.

    Raises:
        UsageError: there is no such offer.
        ConflictError: that was decided before.
    """
    with db.write() as connection:
        reports = [each.article_id for each in store_earlier.reports(connection, number)]
        articles.read_again(connection, reports, now)
        return _decided(
            connection, number, OfferState.TOLD, len(reports), who, now, source
        )  # fmt: skip


@retried
def dismiss(db: Database, number: int, who: str, now: datetime, *, source: Source) -> Decided:
    """Let an offer be: nobody is told. Takes and raises what `tell` does."""
    with db.write() as connection:
        return _decided(connection, number, OfferState.DISMISSED, 0, who, now, source)


_ACTIONS = {
    OfferState.TOLD: Action.EARLIER_TOLD,
    OfferState.DISMISSED: Action.EARLIER_DISMISSED,
}


def _decided(
    connection: Connection,
    number: int,
    state: OfferState,
    reports: int,
    who: str,
    now: datetime,
    source: Source,
) -> Decided:
    offer = _required(connection, number)
    if not store_earlier.decide(connection, number, state, who, now):
        by = f" by {offer.decided_by}" if offer.decided_by else ""
        faster = ConflictError(f"offer {number} was {offer.state.value}{by} already", None)
        faster.hint = None
        raise faster
    detail = {"watchlist": offer.watchlist, "reports": reports}
    audit.record(connection, Change(now, who, source, _ACTIONS[state], str(number), detail))
    return Decided(number, offer.watchlist, state, reports)


def _required(connection: Connection, number: int) -> Offer:
    offer = store_earlier.by_id(connection, number)
    if offer is None:
        raise UsageError(
            f"there is no offer {number}", hint="`monitor earlier list` shows those there are."
        )
    return offer

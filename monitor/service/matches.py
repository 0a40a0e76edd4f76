"""What was found, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import SerializerFunctionWrapHandler, WrapSerializer
from sqlalchemy import Connection

from monitor.config.schema import Config
from monitor.errors import UsageError
from monitor.model.alert import Silence
from monitor.model.article import Article
from monitor.model.fate import Fate, HeldBack
from monitor.model.match import Match, Mention, Reason, Severity
from monitor.service import deliveries
from monitor.service.database import Database
from monitor.service.deliveries import Silences
from monitor.service.fates import fate_of_match, first_told, held_back
from monitor.service.json_values import (
    DevelopmentInWords,
    FateInParts,
    HeldBackInWords,
    SilenceInWords,
    picked,
)
from monitor.service.typed_names import require_known
from monitor.store import alerts as store_alerts
from monitor.store import matches as store_matches
from monitor.store import regrouping as store_regrouping
from monitor.store.matches import StoredMatch

#: Messages that one alert may come to: on each channel, with what followed it.
_DELIVERIES = 100


def _without_body(article: Article, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
    plain: dict[str, Any] = handler(article)
    del plain["body"]
    return plain


ArticleWithoutBody = Annotated[Article, WrapSerializer(_without_body)]


@dataclass(frozen=True, slots=True)
class FoundMatch:
    """A match, its article, and what became of it."""

    id: int
    created: datetime
    held: HeldBackInWords
    alert_id: str | None
    """Its own alert, if it has one."""
    thread: str | None
    """The first alert of the story that it belongs to."""
    development: DevelopmentInWords
    watchlist: str
    score: float
    severity: Severity
    alert: bool
    mentions: tuple[Mention, ...]
    reasons: tuple[Reason, ...]
    article: ArticleWithoutBody
    fate: FateInParts
    """Who was told and when, what waits and for what, what could not be."""


@dataclass(frozen=True, slots=True)
class ShownMatch(FoundMatch):
    """A match, and whether a silence keeps its alert from everyone."""

    silenced: SilenceInWords


def search(
    db: Database,
    *,
    watchlist: str | None = None,
    since: datetime | None = None,
    min_score: float | None = None,
    alerts_only: bool = False,
    containing: str | None = None,
    story: int | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
    config: Config | None = None,
) -> list[FoundMatch]:
    """Matches, newest first, that fulfil every condition given.

    Of `before`, the time and number of a match, only those that come after it in that order.

    Raises:
        UsageError: there never was a watchlist of that name.
    """
    with db.read() as connection:
        require_known(connection, config, watchlist=watchlist)
        if story is not None:
            story = store_regrouping.in_force(connection, story) or story
        found = store_matches.search(
            connection,
            watchlist=watchlist,
            since=since,
            min_score=min_score,
            alerts_only=alerts_only,
            containing=containing,
            story=story,
            before=before,
            limit=limit,
        )
        return [picked(FoundMatch, *parts) for parts in _with_fates(connection, found)]


def shown(db: Database, match_id: int) -> ShownMatch:
    """One match.

    Raises:
        UsageError: there is none of that number.
    """
    with db.read() as connection:
        stored = store_matches.by_id(connection, match_id)
        if stored is None:
            raise UsageError(f"there is no match {match_id}")
        ((fated, *parts),) = _with_fates(connection, [stored])
    return picked(ShownMatch, fated, *parts, silenced=fated.kept_back)


@dataclass(frozen=True, slots=True)
class _Fated:
    held: HeldBack | None
    fate: Fate
    kept_back: Silence | None


def _with_fates(
    connection: Connection, found: Sequence[StoredMatch]
) -> list[tuple[_Fated, StoredMatch, Match]]:
    """What became of matches, and what is known of each."""
    silences = Silences(connection)
    threads = {each.thread for each in found if each.thread and each.thread != each.alert_id}
    ids = threads | {each.alert_id for each in found if each.alert_id}
    theirs = deliveries.of_alerts(connection, ids, silences, limit=_DELIVERIES * (len(ids) + 1))
    first = store_alerts.contents(connection, threads)
    fated = []
    for each in found:
        own = theirs[each.alert_id] if each.alert_id else []
        story = (
            first_told(each.thread, first.get(each.thread), theirs[each.thread])
            if each.thread in threads
            else None
        )
        fate = fate_of_match(each, own, story, silences)
        held = held_back(each, silences)
        fated.append((_Fated(held, fate, deliveries.kept_back(own)), each, each.match))
    return fated

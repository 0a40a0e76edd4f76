"""What was found, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import SerializerFunctionWrapHandler, WrapSerializer

from monitor.errors import UsageError
from monitor.model.article import Article
from monitor.model.match import Mention, Reason, Severity
from monitor.service import deliveries
from monitor.service.answer import DevelopmentInWords, HeldBackInWords, SilenceInWords, picked
from monitor.service.database import Database
from monitor.service.deliveries import Silences
from monitor.service.fates import held_back
from monitor.store import matches as store_matches
from monitor.store.matches import StoredMatch


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


@dataclass(frozen=True, slots=True)
class ShownMatch(FoundMatch):
    """A match, and whether a silence keeps its alert from everyone."""

    silenced: SilenceInWords


Found = TypeVar("Found", FoundMatch, ShownMatch)


def search(
    db: Database,
    *,
    watchlist: str | None = None,
    since: datetime | None = None,
    min_score: float | None = None,
    alerts_only: bool = False,
    containing: str | None = None,
    limit: int = 50,
) -> list[FoundMatch]:
    """Matches, newest first, that fulfil every condition given."""
    with db.read() as connection:
        found = store_matches.search(
            connection,
            watchlist=watchlist,
            since=since,
            min_score=min_score,
            alerts_only=alerts_only,
            containing=containing,
            limit=limit,
        )
        silences = Silences(connection)
    return [_found(FoundMatch, each, silences) for each in found]


def shown(db: Database, match_id: int) -> ShownMatch:
    """One match.

    Raises:
        UsageError: there is none of that number.
    """
    with db.read() as connection:
        stored = store_matches.by_id(connection, match_id)
        if stored is None:
            raise UsageError(f"there is no match {match_id}")
        silences = Silences(connection)
        own = [stored.alert_id] if stored.alert_id else []
        theirs = deliveries.of_alerts(connection, own, silences)
    kept_back = deliveries.kept_back(theirs[stored.alert_id]) if stored.alert_id else None
    return _found(ShownMatch, stored, silences, silenced=kept_back)


def _found(kind: type[Found], stored: StoredMatch, silences: Silences, **own: Any) -> Found:
    held = held_back(stored, silences)
    return picked(kind, stored, stored.match, held=held, **own)

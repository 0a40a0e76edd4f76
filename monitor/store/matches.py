"""Matches: what was found in which article, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from monitor.model import Article, Match, Mention, Reason, Severity
from monitor.store.articles import article_of
from monitor.store.tables import alerts, articles, feeds, matches


@dataclass(frozen=True, slots=True)
class StoredMatch:
    """A match with its article and its fate."""

    id: int
    match: Match
    article: Article
    created: datetime
    held: str | None
    """Why nobody was told although it reached the threshold."""
    alert_id: str | None


@dataclass(frozen=True, slots=True)
class RecordedMatch:
    """What became of a match that was found."""

    id: int
    graver: bool
    """It alerted at an earlier reading already, and was less severe then."""


def record(
    conn: Connection,
    article_id: int,
    found: Sequence[Match],
    *,
    held: Mapping[str, str] | None = None,
    now: datetime,
) -> dict[str, RecordedMatch]:
    """Store an article's matches, replacing those of an earlier reading.

    A match that people were told about stays even when a later reading no longer finds it.

    Args:
        conn: an open write transaction.
        article_id: the article.
        found: what was found in it now.
        held: why nobody is told of a match, by its watchlist, if it reached the threshold.
        now: the time.

    Returns:
        What became of each match, by its watchlist.
    """
    before: dict[str, str] = dict(
        conn.execute(
            select(matches.c.watchlist, matches.c.severity).where(
                matches.c.article_id == article_id, matches.c.alert
            )
        ).all()
    )
    gone = select(matches.c.id).where(
        matches.c.article_id == article_id,
        matches.c.watchlist.not_in([match.watchlist for match in found]),
        ~select(alerts.c.id).where(alerts.c.match_id == matches.c.id).exists(),
    )
    conn.execute(delete(matches).where(matches.c.id.in_(gone)))
    recorded = {}
    for match in found:
        values = {
            "score": match.score,
            "severity": match.severity.value,
            "alert": match.alert,
            "held": (held or {}).get(match.watchlist) if match.alert else None,
            "mentions": [asdict(mention) for mention in match.mentions],
            "reasons": [asdict(reason) for reason in match.reasons],
        }
        match_id = conn.execute(
            insert(matches)
            .values(article_id=article_id, watchlist=match.watchlist, created=now, **values)
            .on_conflict_do_update(
                index_elements=[matches.c.article_id, matches.c.watchlist], set_=values
            )
            .returning(matches.c.id)
        ).scalar_one()
        least = Severity(before.get(match.watchlist, match.severity.value))
        recorded[match.watchlist] = RecordedMatch(match_id, match.severity.rank > least.rank)
    return recorded


def search(
    conn: Connection,
    *,
    watchlist: str | None = None,
    since: datetime | None = None,
    min_score: float | None = None,
    alerts_only: bool = False,
    containing: str | None = None,
    limit: int = 50,
) -> list[StoredMatch]:
    """Matches, newest first, that fulfil every condition given."""
    query = _selection().order_by(matches.c.created.desc(), matches.c.id.desc()).limit(limit)
    if watchlist is not None:
        query = query.where(matches.c.watchlist == watchlist)
    if since is not None:
        query = query.where(matches.c.created >= since)
    if min_score is not None:
        query = query.where(matches.c.score >= min_score)
    if alerts_only:
        query = query.where(matches.c.alert)
    if containing is not None:
        text = articles.c.title + "\n" + articles.c.summary + "\n" + articles.c.body
        query = query.where(text.icontains(containing, autoescape=True))
    return [stored_match(row) for row in conn.execute(query)]


def by_id(conn: Connection, match_id: int) -> StoredMatch | None:
    """One match."""
    row = conn.execute(_selection().where(matches.c.id == match_id)).one_or_none()
    return None if row is None else stored_match(row)


def of_article(conn: Connection, article_id: int) -> list[StoredMatch]:
    """An article's matches."""
    query = _selection().where(matches.c.article_id == article_id).order_by(matches.c.id)
    return [stored_match(row) for row in conn.execute(query)]


def count(conn: Connection, since: datetime) -> int:
    """How many matches were made since a time."""
    return int(
        conn.scalar(select(func.count()).select_from(matches).where(matches.c.created >= since))
        or 0
    )


#: What `stored_match` reads: a match, its article and feed, and its alert's id.
COLUMNS = (
    articles,
    feeds.c.url.label("feed_url"),
    feeds.c.name.label("feed_name"),
    matches.c.id.label("match_id"),
    *matches.c["watchlist", "score", "severity", "alert", "held", "mentions", "reasons"],
    matches.c.created.label("match_created"),
    alerts.c.id.label("alert_id"),
)


def _selection() -> Select[Any]:
    return (
        select(*COLUMNS)
        .select_from(matches)
        .join(articles, articles.c.id == matches.c.article_id)
        .join(feeds, feeds.c.id == articles.c.feed_id)
        .outerjoin(alerts, alerts.c.match_id == matches.c.id)
    )


def stored_match(row: Row[Any]) -> StoredMatch:
    """The match in a row of `COLUMNS`."""
    return StoredMatch(
        id=row.match_id,
        match=Match(
            watchlist=row.watchlist,
            score=row.score,
            severity=Severity(row.severity),
            alert=row.alert,
            mentions=tuple(Mention(**mention) for mention in row.mentions),
            reasons=tuple(Reason(**reason) for reason in row.reasons),
        ),
        article=article_of(row),
        created=row.match_created,
        held=row.held,
        alert_id=row.alert_id,
    )

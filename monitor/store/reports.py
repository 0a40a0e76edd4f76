"""The reports of one story, and stories like it, for those who look."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, func, select

from monitor.model.development import Development
from monitor.model.story import Correlation
from monitor.store.correlations import correlation_of
from monitor.store.tables import articles, entries, feeds, matches, reports

#: Reports of one story that are listed.
MOST = 500
#: Earlier stories that are compared with one.
COMPARED = 400


@dataclass(frozen=True, slots=True)
class ListedReport:
    """One report of a story."""

    article_id: int
    at: datetime
    outlet: str
    title: str
    url: str | None
    language: str | None
    entities: tuple[str, ...]
    correlation: Correlation | None
    """Why it belongs to the story, or to no other."""
    development: tuple[Development, ...]
    """What it added to what had been told."""
    score: float | None
    """The highest of its matches; None if it has none."""


@dataclass(frozen=True, slots=True)
class Seen:
    """That a feed listed an article, and how often it is polled."""

    feed: str
    url: str
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class Like:
    """An earlier story of the same watchlist."""

    story_id: int
    at: datetime
    title: str
    entities: frozenset[str]


def of_story(conn: Connection, story_id: int) -> list[ListedReport]:
    """The reports of a story, in the order of time."""
    rows = conn.execute(
        select(
            reports,
            *articles.c["title", "url"],
            func.max(matches.c.score).label("score"),
        )
        .join(articles, articles.c.id == reports.c.article_id)
        .outerjoin(matches, matches.c.article_id == reports.c.article_id)
        .where(reports.c.story_id == story_id)
        .group_by(reports.c.article_id, articles.c.id)
        .order_by(reports.c.at, reports.c.article_id)
        .limit(MOST)
    ).all()
    news = developments(conn, story_id)
    return [_report(row, news.get(row.article_id, ())) for row in rows]


def developments(conn: Connection, story_id: int) -> dict[int, tuple[Development, ...]]:
    """What the articles of a story added to what had been told, by the article."""
    rows = conn.execute(
        select(matches.c.article_id, matches.c.development)
        .join(reports, reports.c.article_id == matches.c.article_id)
        .where(reports.c.story_id == story_id, matches.c.development.is_not(None))
    )
    return {row.article_id: row.development for row in rows if row.development}


def seen(conn: Connection, article_id: int) -> list[Seen]:
    """Which feeds listed an article, the first one first."""
    rows = conn.execute(
        select(*feeds.c["name", "url"], entries.c.first_seen)
        .join(feeds, feeds.c.id == entries.c.feed_id)
        .where(entries.c.article_id == article_id)
        .order_by(entries.c.first_seen)
        .limit(20)
    )
    return [Seen(row.name, row.url, row.first_seen) for row in rows]


def before(conn: Connection, story_id: int, found: int, watchlists: Collection[str]) -> list[Like]:
    """Stories of the same watchlists that were found before one, the latest first.

    Args:
        conn: an open connection.
        story_id: the story.
        found: the number of the first match in it.
        watchlists: those it concerns.
    """
    rows = conn.execute(
        select(reports.c.story_id, reports.c.at, reports.c.entities, articles.c.title, matches.c.id)
        .select_from(
            matches.join(reports, reports.c.article_id == matches.c.article_id).join(
                articles, articles.c.id == matches.c.article_id
            )
        )
        .where(
            matches.c.alert,
            matches.c.id < found,
            matches.c.watchlist.in_(list(watchlists)),
            reports.c.story_id != story_id,
        )
        .order_by(matches.c.id.desc())
        .limit(COMPARED)
    )
    # The earliest of each is the last one met.
    stories = {
        row.story_id: Like(row.story_id, row.at, row.title, frozenset(row.entities)) for row in rows
    }
    return sorted(stories.values(), key=lambda each: each.at, reverse=True)


def _report(row: Row[tuple[int]], development: tuple[Development, ...]) -> ListedReport:
    return ListedReport(
        article_id=row.article_id,
        at=row.at,
        outlet=row.outlet,
        title=row.title,
        url=row.url,
        language=row.language,
        entities=tuple(row.entities),
        correlation=correlation_of(row.correlation),
        development=development,
        score=row.score,
    )

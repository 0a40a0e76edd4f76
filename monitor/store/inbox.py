"""Stories as people go through them: the first match that reached its threshold stands for each.

A story is listed where the first of its matches was that did so: that number never changes, so
that a list neither jumps nor shows a story twice while its reports come in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select

from monitor.model.development import Development
from monitor.model.hold import HeldReason, HoldReason
from monitor.model.inbox import InboxFilter, InboxSort, InboxState
from monitor.model.match import Mention, Severity
from monitor.store.dialects import texts
from monitor.store.matches import mentions_of
from monitor.store.tables import alerts, articles, deliveries, feeds, matches, reports
from monitor.store.verdict_tables import verdicts

#: Matches of a story that are looked at for a list: so many of the gravest and of the earliest.
BEST = 4
#: Reports whose times are looked at for a list.
MOST_TIMES = 4_000

_m, _r = matches.alias("m"), reports.alias("r")
_m2, _r2 = matches.alias("m2"), reports.alias("r2")


@dataclass(frozen=True, slots=True)
class Listed:
    """Where a story stands in a list."""

    story_id: int
    found: int
    """The number of the first match that reached its threshold."""
    at: datetime
    """When that was made."""
    score: float
    """The highest of its matches."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a story went."""

    reports: int
    outlets: int
    languages: int
    began: datetime
    latest: datetime


def listed(
    conn: Connection,
    wanted: InboxFilter,
    *,
    limit: int,
    after: tuple[float, int] | None = None,
) -> list[Listed]:
    """Stories in the order asked for.

    Args:
        conn: an open connection.
        wanted: which ones.
        limit: how many at the most.
        after: score and number of the last one of the page before.
    """
    score = _highest()
    query = select(_r.c.story_id, _m.c.id, _m.c.created, score.label("score"))
    query = _which(query, wanted).limit(limit)
    if wanted.sort is InboxSort.SCORE:
        query = query.order_by(score.desc(), _m.c.id.desc())
        if after is not None:
            query = query.where(or_(score < after[0], (score == after[0]) & (_m.c.id < after[1])))
    else:
        query = query.order_by(_m.c.id.desc())
        if after is not None:
            query = query.where(_m.c.id < after[1])
    return [Listed(row.story_id, row.id, row.created, row.score) for row in conn.execute(query)]


def count(conn: Connection, wanted: InboxFilter, *, most: int, after: int = 0) -> int:
    """How many stories there are, counted up to a number.

    Args:
        conn: an open connection.
        wanted: which ones.
        most: where counting ends.
        after: only those that were found after the match of that number.
    """
    query = _which(select(_m.c.id), wanted).where(_m.c.id > after).limit(most)
    return int(conn.scalar(select(func.count()).select_from(query.subquery())) or 0)


def newest(conn: Connection) -> int:
    """The number of the newest match that reached its threshold; 0 if there is none."""
    return int(conn.scalar(select(func.max(matches.c.id)).where(matches.c.alert)) or 0)


def one(conn: Connection, story_id: int) -> Listed | None:
    """Where one story stands, whatever became of it; None if nothing in it was found."""
    row = conn.execute(
        select(func.min(_m2.c.id).label("found"), func.min(_m2.c.created).label("at"),
               func.max(_m2.c.score).label("score"))
        .select_from(_r2.join(_m2, _m2.c.article_id == _r2.c.article_id))
        .where(_r2.c.story_id == story_id)
    ).one()  # fmt: skip
    return None if row.found is None else Listed(story_id, row.found, row.at, row.score)


def _which(query: Select[Any], wanted: InboxFilter) -> Select[Any]:
    earlier = (
        select(_m2.c.id)
        .select_from(_r2.join(_m2, _m2.c.article_id == _r2.c.article_id))
        .where(_r2.c.story_id == _r.c.story_id, _m2.c.alert, _m2.c.id < _m.c.id)
        .exists()
    )
    query = (
        query.select_from(_m.join(_r, _r.c.article_id == _m.c.article_id))
        .where(_m.c.alert, ~earlier)
    )  # fmt: skip
    if wanted.since is not None:
        query = query.where(_m.c.created >= wanted.since)
    if wanted.state is InboxState.SILENCED:
        query = query.where(_is_silenced())
    elif wanted.state is InboxState.JUDGED:
        query = query.where(_is_judged())
    elif wanted.state is InboxState.OPEN:
        query = query.where(
            _m.c.held.is_distinct_from(HeldReason.BACKFILL), ~_is_judged(), ~_is_silenced()
        )
    if (fits := _fits(wanted)) is not None:
        query = query.where(fits)
    return query


def _highest() -> ColumnElement[float]:
    return (
        select(func.max(_m2.c.score))
        .select_from(_r2.join(_m2, _m2.c.article_id == _r2.c.article_id))
        .where(_r2.c.story_id == _r.c.story_id, _m2.c.alert)
        .scalar_subquery()
    )


def _is_judged() -> ColumnElement[bool]:
    """Whether a verdict on the story stands."""
    said = (verdicts.c.story_id == _r.c.story_id) & verdicts.c.undone.is_(None)
    return select(verdicts.c.id).where(said).exists()


def _is_silenced() -> ColumnElement[bool]:
    """Whether a silence keeps the story's alerts back, or has dropped them."""
    told_of = (
        select(deliveries.c.id)
        .select_from(alerts.join(deliveries, deliveries.c.alert_id == alerts.c.id))
        .where(alerts.c.story_id == _r.c.story_id)
    )
    return or_(
        _m.c.held.is_not_distinct_from(HeldReason.DROPPED),
        told_of.where(deliveries.c.hold == HoldReason.SILENCE, deliveries.c.sent.is_(None)).exists()
        & ~told_of.where(deliveries.c.sent.is_not(None)).exists(),
    )


def _fits(wanted: InboxFilter) -> ColumnElement[bool] | None:
    """Whether one of the story's matches is as asked for."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.watchlist is not None:
        conditions.append(_m2.c.watchlist == wanted.watchlist)
    if wanted.severity is not None:
        graver = [each for each in Severity if each.rank >= wanted.severity.rank]
        conditions.append(_m2.c.severity.in_(graver))
    if wanted.entity is not None:
        entity = texts(_r2.c.entities)
        conditions.append(select(entity.c.value).where(entity.c.value == wanted.entity).exists())
    if wanted.language is not None:
        conditions.append(
            or_(_r2.c.language == wanted.language, _r2.c.language.startswith(f"{wanted.language}-"))
        )
    article: list[ColumnElement[bool]] = []
    if wanted.feed is not None:
        named = or_(feeds.c.name == wanted.feed, feeds.c.url == wanted.feed)
        article.append(articles.c.feed_id.in_(select(feeds.c.id).where(named)))
    if wanted.containing is not None:
        text = articles.c.title + "\n" + articles.c.summary
        article.append(text.icontains(wanted.containing, autoescape=True))
    if article:
        same = articles.c.id == _r2.c.article_id
        conditions.append(select(articles.c.id).where(same, *article).exists())
    if not conditions:
        return None
    return (
        select(_m2.c.id)
        .select_from(_r2.join(_m2, _m2.c.article_id == _r2.c.article_id))
        .where(_r2.c.story_id == _r.c.story_id, _m2.c.alert, *conditions)
        .exists()
    )


# --- what is shown of them --------------------------------------------------------------------


def best_matches(conn: Connection, story_ids: Collection[int]) -> dict[int, list[Row[Any]]]:
    """The gravest and the earliest matches of stories, with what is shown of their articles.

    Of each story the gravest comes first.
    """
    gravest, earliest = (
        func.row_number().over(
            partition_by=reports.c.story_id,
            order_by=(matches.c.alert.desc(), *order, matches.c.id),
        )
        for order in ((matches.c.score.desc(),), ())
    )
    ranked = (
        select(reports.c.story_id, reports.c.at, matches.c.id.label("match_id"),
               gravest.label("gravest"), earliest.label("earliest"))
        .select_from(reports.join(matches, matches.c.article_id == reports.c.article_id))
        .where(reports.c.story_id.in_(list(story_ids)))
        .subquery()
    )  # fmt: skip
    query = (
        select(
            ranked.c.story_id,
            ranked.c.at,
            *matches.c["article_id", "watchlist", "score", "severity", "alert", "mentions"],
            matches.c.id.label("match_id"),
            *articles.c["title", "url", "outlet", "language", "published", "fetched"],
        )
        .select_from(
            ranked.join(matches, matches.c.id == ranked.c.match_id).join(
                articles, articles.c.id == matches.c.article_id
            )
        )
        .where(or_(ranked.c.gravest <= BEST, ranked.c.earliest <= BEST))
        .order_by(ranked.c.story_id, ranked.c.gravest)
    )
    rows: Iterable[Any] = conn.execute(query)
    found: dict[int, list[Row[Any]]] = {each: [] for each in story_ids}
    for row in rows:
        found[row.story_id].append(row)
    return found


def mentions(conn: Connection, article_ids: Collection[int]) -> dict[int, list[Mention]]:
    """All that was found in articles, whatever watchlist it is of."""
    query = select(matches.c.article_id, matches.c.mentions).where(
        matches.c.article_id.in_(list(article_ids))
    )
    found: dict[int, list[Mention]] = {each: [] for each in article_ids}
    rows: Iterable[Any] = conn.execute(query)
    for row in rows:
        found[row.article_id] += mentions_of(row)
    return found


def watchlists(conn: Connection, story_ids: Collection[int]) -> dict[int, list[str]]:
    """The watchlists that stories concern, the gravest first."""
    query = (
        select(reports.c.story_id, matches.c.watchlist)
        .select_from(reports.join(matches, matches.c.article_id == reports.c.article_id))
        .where(reports.c.story_id.in_(list(story_ids)), matches.c.alert)
        .group_by(reports.c.story_id, matches.c.watchlist)
        .order_by(func.max(matches.c.score).desc(), matches.c.watchlist)
    )
    found: dict[int, list[str]] = {each: [] for each in story_ids}
    for row in conn.execute(query):
        found[row.story_id].append(row.watchlist)
    return found


def spread(conn: Connection, story_ids: Collection[int]) -> dict[int, Spread]:
    """How far stories went."""
    query = (
        select(
            reports.c.story_id,
            func.count().label("reports"),
            func.count(reports.c.outlet.distinct()).label("outlets"),
            func.count(reports.c.language.distinct()).label("languages"),
            func.min(reports.c.at).label("began"),
            func.max(reports.c.at).label("latest"),
        )
        .where(reports.c.story_id.in_(list(story_ids)))
        .group_by(reports.c.story_id)
    )
    return {
        row.story_id: Spread(row.reports, row.outlets, row.languages, row.began, row.latest)
        for row in conn.execute(query)
    }


def times(conn: Connection, story_ids: Collection[int]) -> dict[int, list[datetime]]:
    """When the reports of stories came, of those that have several."""
    query = (
        select(reports.c.story_id, reports.c.at)
        .where(reports.c.story_id.in_(list(story_ids)))
        .limit(MOST_TIMES)
    )
    found: dict[int, list[datetime]] = {each: [] for each in story_ids}
    for row in conn.execute(query):
        found[row.story_id].append(row.at)
    return found


@dataclass(frozen=True, slots=True)
class StoryAlert:
    """That people were told of a story for a watchlist, or are to be."""

    id: str
    created: datetime
    watchlist: str
    development: tuple[Development, ...]
    acknowledged: datetime | None
    acknowledged_by: str | None


def alerted(conn: Connection, story_ids: Sequence[int]) -> Mapping[int, list[StoryAlert]]:
    """The alerts of stories, the earliest first."""
    query = (
        select(
            *alerts.c["id", "story_id", "created", "development"],
            *alerts.c["acknowledged", "acknowledged_by"],
            matches.c.watchlist,
        )
        .join(matches, matches.c.id == alerts.c.match_id)
        .where(alerts.c.story_id.in_(list(story_ids)))
        .order_by(alerts.c.created, alerts.c.id)
    )
    found: dict[int, list[StoryAlert]] = {each: [] for each in story_ids}
    for row in conn.execute(query):
        found[row.story_id].append(
            StoryAlert(
                row.id,
                row.created,
                row.watchlist,
                row.development,
                row.acknowledged,
                row.acknowledged_by,
            )
        )
    return found

"""Matches: what was found in which article, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    bindparam,
    delete,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.sql.dml import ReturningInsert

from monitor.model.article import Article
from monitor.model.development import Development
from monitor.model.hold import Held
from monitor.model.match import Match, Mention, Reason
from monitor.model.plan import JoinThread
from monitor.model.situation import RecordedMatch
from monitor.model.story import Correlation
from monitor.store.article_texts import ARTICLE, BODY
from monitor.store.articles import article_of
from monitor.store.correlations import correlation_of
from monitor.store.dialects import insert, objects, text_field
from monitor.store.prepared import Prepared
from monitor.store.tables import alerts, articles, deliveries, feeds, matches, reports


@dataclass(frozen=True, slots=True)
class StoredMatch:
    """A match with its article and its fate."""

    id: int
    match: Match
    article: Article
    created: datetime
    held: Held | None
    """Why nobody was told although it reached the threshold."""
    alert_id: str | None
    """Its own alert, if it has one."""
    thread: str | None = None
    """The first alert of the story that it belongs to."""
    development: tuple[Development, ...] = ()
    """What it added to what had been told of the story."""
    correlation: Correlation | None = None
    """Why its article belongs to the story, in words; None for the one that began it."""


def record(
    conn: Connection,
    article_id: int,
    found: Sequence[Match],
    *,
    held: Mapping[str, Held] | None = None,
    headlines: tuple[str, str] = ("", ""),
    rulesets: Mapping[str, str] | None = None,
    blanked: Sequence[tuple[int, int]] = (),
    now: datetime,
) -> dict[str, RecordedMatch]:
    """Store an article's matches, replacing those of an earlier reading.

    A match that people were told about stays even when a later reading no longer finds it.

    Args:
        conn: an open write transaction.
        article_id: the article.
        found: what was found in it now.
        held: why nobody is told of a match, by its watchlist, if it reached the threshold.
        headlines: the article's and its page's own, entered with a match that is new.
        rulesets: by which rules each watchlist found what it found.
        blanked: which parts of the body were not looked at, in its offsets.
        now: the time.

    Returns:
        What became of each match, by its watchlist.
    """
    this = {"article": article_id}
    # Most articles have none of an earlier reading.
    earlier = conn.execute(_OF_ARTICLE, this) if _IDS_OF.rows(conn, this) else ()
    before = {row.watchlist: row for row in earlier}
    if before.keys() - {match.watchlist for match in found}:
        conn.execute(
            delete(matches).where(
                matches.c.article_id == article_id,
                matches.c.watchlist.not_in([match.watchlist for match in found]),
                matches.c.thread.is_(None),
            )
        )
    rows = [
        {
            "article_id": article_id,
            "watchlist": match.watchlist,
            "created": now,
            "headlines": list(headlines),
            "score": match.score,
            "first_score": match.score,
            "ruleset": (rulesets or {}).get(match.watchlist),
            "blanked": [list(each) for each in blanked],
            "severity": match.severity,
            "alert": match.alert,
            **held_values(_held(before.get(match.watchlist), match, held or {})),
            "mentions": [asdict(mention) for mention in match.mentions],
            "reasons": [asdict(reason) for reason in match.reasons],
        }
        for match in found
    ]
    entered = conn.execute(_ENTER, rows).all() if rows else ()
    ids = {row.watchlist: row.id for row in entered}
    return {
        match.watchlist: _recorded(ids[match.watchlist], match, before.get(match.watchlist))
        for match in found
    }


def _recorded(match_id: int, match: Match, earlier: Row[Any] | None) -> RecordedMatch:
    if earlier is None:
        return RecordedMatch(match_id, graver=False)
    return RecordedMatch(
        match_id,
        graver=earlier.alert and match.severity.rank > earlier.severity.rank,
        thread=earlier.thread,
        held=held_of(earlier),
        mentions=mentions_of(earlier),
        headlines=_pair(earlier.headlines),
    )


# Built once: to build a statement takes longer than to run it.
_IDS_OF = Prepared(select(matches.c.id).where(matches.c.article_id == bindparam("article")))
_OF_ARTICLE = select(
    *matches.c[
        "watchlist", "alert", "severity", "held", "held_ref", "thread", "mentions", "headlines"
    ]
).where(matches.c.article_id == bindparam("article"))


def _enter() -> ReturningInsert[str, int]:
    entered = insert(matches)
    changed = (
        "score", "severity", "alert", "held", "held_ref", "mentions", "reasons",
        "ruleset", "blanked",
    )  # fmt: skip
    return entered.on_conflict_do_update(
        index_elements=[matches.c.article_id, matches.c.watchlist],
        set_={name: entered.excluded[name] for name in changed},
    ).returning(matches.c.watchlist, matches.c.id)


_ENTER = _enter()


def _pair(stored: Sequence[str] | None) -> tuple[str, str] | None:
    return None if stored is None else (stored[0], stored[1])


def hold(conn: Connection, match_id: int, why: Held) -> None:
    """Note why nobody is told of a match."""
    conn.execute(update(matches).where(matches.c.id == match_id).values(**held_values(why)))


def held_values(why: Held | None) -> dict[str, Any]:
    """Why nobody is told of a match, as values of its row's columns."""
    if why is None:
        return {"held": None, "held_ref": None}
    return {"held": why.reason, "held_ref": why.ref}


def held_of(row: Row[Any]) -> Held | None:
    """Why nobody was told of the match in a row."""
    return None if row.held is None else Held(row.held, row.held_ref)


def remember_headlines(conn: Connection, match_id: int, headlines: tuple[str, str]) -> None:
    """Enter the headlines of an article and its page as people know them by now."""
    conn.execute(update(matches).where(matches.c.id == match_id).values(headlines=list(headlines)))


def _held(earlier: Row[Any] | None, match: Match, held: Mapping[str, Held]) -> Held | None:
    if earlier is not None and earlier.thread is not None:
        # It was told, or found to belong to what was told; that does not change.
        return held_of(earlier)
    return held.get(match.watchlist) if match.alert else None


def join(
    conn: Connection,
    joining: Sequence[JoinThread],
    now: datetime,
    *,
    begun: Collection[str] = (),
) -> None:
    """Note that matches belong to stories that people have been told of, or are told of by them.

    Args:
        conn: an open write transaction.
        joining: which, and what they add.
        now: the time.
        begun: threads that this transaction has begun.
    """
    threads = sorted({each.thread for each in joining}.difference(begun))
    values = {"threads": threads}
    last = {row.thread: row.last for row in conn.execute(_LATEST, values)} if threads else {}
    for row in conn.execute(_COVERED, values) if threads else ():
        last[row.thread] = max(filter(None, (row.last, last.get(row.thread))))
    rows = [
        {
            "number": each.match_id,
            "thread": each.thread,
            # After all that messages may cover, whatever the clock says, and even if one is made
            # at this moment: the next must tell of it.
            "joined": max(now, (last[each.thread] + _TICK) if each.thread in last else now),
            "development": each.development,
            **held_values(each.held),
        }
        for each in joining
    ]
    if rows:
        conn.execute(_JOIN, rows)


#: What times are told apart by.
_TICK = timedelta(microseconds=1)
# Built once: to build a statement takes longer than to run it.
_LATEST = (
    select(matches.c.thread, func.max(matches.c.joined).label("last"))
    .where(
        matches.c.thread.in_(bindparam("threads", expanding=True)), matches.c.joined.is_not(None)
    )
    .group_by(matches.c.thread)
)
_COVERED = (
    select(alerts.c.thread, func.max(deliveries.c.covered).label("last"))
    .join(alerts, alerts.c.id == deliveries.c.alert_id)
    .where(
        alerts.c.thread.in_(bindparam("threads", expanding=True)), deliveries.c.covered.is_not(None)
    )
    .group_by(alerts.c.thread)
)
_JOIN = (
    update(matches)
    .where(matches.c.id == bindparam("number"))
    .values(
        **{
            name: bindparam(name, type_=matches.c[name].type)
            for name in ("thread", "joined", "development", "held", "held_ref")
        }
    )
)


def search(
    conn: Connection,
    *,
    watchlist: str | None = None,
    since: datetime | None = None,
    min_score: float | None = None,
    alerts_only: bool = False,
    containing: str | None = None,
    story: int | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[StoredMatch]:
    """Matches, newest first, that fulfil every condition given.

    Of `before`, the time and number of a match, only those that come after it in that order.
    """
    query = _selection().order_by(matches.c.created.desc(), matches.c.id.desc()).limit(limit)
    if before is not None:
        created, number = before
        earlier = (matches.c.created == created) & (matches.c.id < number)
        query = query.where(or_(matches.c.created < created, earlier))
    if watchlist is not None:
        query = query.where(matches.c.watchlist == watchlist)
    if since is not None:
        query = query.where(matches.c.created >= since)
    if min_score is not None:
        query = query.where(matches.c.score >= min_score)
    if alerts_only:
        query = query.where(matches.c.alert)
    if story is not None:
        query = query.where(reports.c.story_id == story)
    if containing is not None:
        text = articles.c.title + "\n" + articles.c.summary + "\n" + BODY
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


def watchlists(conn: Connection) -> list[str]:
    """The names of all watchlists that ever found anything."""
    return list(conn.scalars(select(matches.c.watchlist).distinct().order_by(matches.c.watchlist)))


def entities(conn: Connection) -> list[str]:
    """The names of all entities and queries that were ever found."""
    mention = objects(matches.c.mentions)
    name = text_field(mention.c.value, "entity")
    query = select(name).select_from(matches).join(mention, true()).distinct().order_by(name)
    return [each for each in conn.scalars(query) if each is not None]


def best_scores(conn: Connection, article_ids: Sequence[int]) -> dict[int, float]:
    """The highest score that any watchlist gives each of some articles."""
    query = (
        select(matches.c.article_id, func.max(matches.c.score))
        .where(matches.c.article_id.in_(article_ids))
        .group_by(matches.c.article_id)
    )
    return {row[0]: row[1] for row in conn.execute(query)}


def count(conn: Connection, since: datetime) -> int:
    """How many matches were made since a time."""
    made = select(func.count()).select_from(matches).where(matches.c.created >= since)
    return int(conn.scalar(made) or 0)


#: What `stored_match` reads, together with an alert's id: a match, its article, feed and report.
COLUMNS = (
    *ARTICLE,
    feeds.c.url.label("feed_url"),
    feeds.c.name.label("feed_name"),
    matches.c.id.label("match_id"),
    *matches.c["watchlist", "score", "severity", "alert", "held", "held_ref"],
    *matches.c["mentions", "reasons"],
    matches.c.created.label("match_created"),
    matches.c.thread,
    matches.c.development,
    reports.c.correlation,
)


def _selection() -> Select[Any]:
    first = (
        select(alerts.c.id)
        .where(alerts.c.match_id == matches.c.id)
        .order_by(alerts.c.created, alerts.c.id)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(*COLUMNS, first.label("alert_id"))
        .select_from(matches)
        .join(articles, articles.c.id == matches.c.article_id)
        .join(feeds, feeds.c.id == articles.c.feed_id)
        .outerjoin(reports, reports.c.article_id == articles.c.id)
    )


def stored_match(row: Row[Any]) -> StoredMatch:
    """The match in a row of `COLUMNS`."""
    return StoredMatch(
        id=row.match_id,
        match=match_of(row),
        article=article_of(row),
        created=row.match_created,
        held=held_of(row),
        alert_id=row.alert_id,
        thread=row.thread,
        development=row.development,
        correlation=correlation_of(row.correlation),
    )


def match_of(row: Row[Any]) -> Match:
    """What was found, in a row of `COLUMNS`."""
    return Match(
        watchlist=row.watchlist,
        score=row.score,
        severity=row.severity,
        alert=row.alert,
        mentions=mentions_of(row),
        reasons=tuple(Reason(**reason) for reason in row.reasons),
    )


def mentions_of(row: Row[Any]) -> tuple[Mention, ...]:
    """The mentions of the match in a row of `COLUMNS`."""
    return tuple(Mention(**mention) for mention in row.mentions)

"""Verdicts: entered, taken back, looked up; never written over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, func, insert, select, update

from monitor.model.verdict import Verdict, Worth
from monitor.store.matches import mentions_of
from monitor.store.tables import matches, reports
from monitor.store.verdict_tables import verdicts


def judged_matches(
    conn: Connection,
    *,
    story_id: int | None = None,
    watchlist: str | None = None,
    match_id: int | None = None,
) -> Sequence[Any]:
    """The matches that a verdict is about, with their stories: of one, all of its story's.

    Args:
        conn: where to look.
        story_id: a story.
        watchlist: of the story's matches, those of this watchlist.
        match_id: or one match, in place of both.
    """
    chosen = select(
        *matches.c["id", "watchlist", "score", "mentions", "ruleset"], reports.c.story_id
    ).outerjoin(reports, reports.c.article_id == matches.c.article_id)
    if match_id is not None:
        found = conn.execute(chosen.where(matches.c.id == match_id)).one_or_none()
        if found is None or found.story_id is None:
            return [] if found is None else [found]
        story_id, watchlist = found.story_id, found.watchlist
    query = chosen.where(reports.c.story_id == story_id, matches.c.watchlist == watchlist)
    return conn.execute(query.order_by(matches.c.score.desc(), matches.c.id)).all()


def names_of(row: Row[Any]) -> list[tuple[str, str]]:
    """Entity and name of what the match in a row has found."""
    return list(dict.fromkeys((each.entity, each.name) for each in mentions_of(row)))


def enter(conn: Connection, verdict: Verdict) -> int:
    """Enter a verdict; its number."""
    number: int = conn.execute(
        insert(verdicts)
        .values(
            story_id=verdict.story_id,
            match_id=min(verdict.matches),
            watchlist=verdict.watchlist,
            matches=list(verdict.matches),
            names=[list(each) for each in verdict.names],
            score=verdict.score,
            worth=verdict.worth,
            reason=verdict.reason,
            note=verdict.note,
            who=verdict.who,
            at=verdict.at,
            ruleset=verdict.ruleset,
        )
        .returning(verdicts.c.id)
    ).scalar_one()
    return number


def take_back(conn: Connection, number: int, who: str, now: datetime) -> None:
    """Note that a verdict no longer stands."""
    conn.execute(update(verdicts).where(verdicts.c.id == number).values(undone=now, undone_by=who))


def by_id(conn: Connection, number: int) -> Verdict | None:
    """One verdict."""
    row = conn.execute(select(verdicts).where(verdicts.c.id == number)).one_or_none()
    return None if row is None else _verdict(row)


def standing(
    conn: Connection, story_id: int | None, watchlist: str, match_id: int
) -> Verdict | None:
    """What was last said of a story and a watchlist, or of a match without a story, and stands."""
    same = (
        (verdicts.c.story_id == story_id) & (verdicts.c.watchlist == watchlist)
        if story_id is not None
        else (verdicts.c.match_id == match_id) & verdicts.c.story_id.is_(None)
    )
    query = select(verdicts).where(same, verdicts.c.undone.is_(None))
    row = conn.execute(query.order_by(verdicts.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _verdict(row)


def of_stories(conn: Connection, story_ids: Collection[int]) -> dict[int, list[Verdict]]:
    """What stands of some stories, the last said first, one a watchlist."""
    found: dict[int, dict[str, Verdict]] = {number: {} for number in story_ids}
    query = select(verdicts).where(
        verdicts.c.story_id.in_(list(story_ids)), verdicts.c.undone.is_(None)
    )
    for row in conn.execute(query.order_by(verdicts.c.id.desc())):
        found[row.story_id].setdefault(row.watchlist, _verdict(row))
    return {number: list(some.values()) for number, some in found.items()}


def listed(
    conn: Connection,
    *,
    watchlist: str | None = None,
    worth: Worth | None = None,
    before: int | None = None,
    standing_only: bool = True,
    limit: int = 50,
) -> list[Verdict]:
    """Verdicts, the newest first."""
    query = select(verdicts).order_by(verdicts.c.id.desc()).limit(limit)
    if watchlist is not None:
        query = query.where(verdicts.c.watchlist == watchlist)
    if worth is not None:
        query = query.where(verdicts.c.worth == worth)
    if before is not None:
        query = query.where(verdicts.c.id < before)
    if standing_only:
        query = query.where(verdicts.c.undone.is_(None))
    return [_verdict(row) for row in conn.execute(query)]


def counting(conn: Connection, watchlist: str | None = None) -> list[Verdict]:
    """All that stands, the oldest first: of each story and watchlist what was last said, where
    that was more than that somebody has seen it."""
    last: dict[tuple[str, int | None, int], Verdict] = {}
    query = select(verdicts).where(verdicts.c.undone.is_(None)).order_by(verdicts.c.id)
    if watchlist is not None:
        query = query.where(verdicts.c.watchlist == watchlist)
    for row in conn.execute(query):
        alone = row.match_id if row.story_id is None else 0
        last[row.watchlist, row.story_id, alone] = _verdict(row)
    judged = (each for each in last.values() if each.worth is not Worth.SEEN)
    return sorted(judged, key=lambda each: each.id)


def counts(conn: Connection) -> dict[str, tuple[int, int]]:
    """Of each watchlist, how many of the stories of which something counts were relevant, of how
    many."""
    alone = case((verdicts.c.story_id.is_(None), verdicts.c.match_id))
    last = (
        select(func.max(verdicts.c.id))
        .where(verdicts.c.undone.is_(None))
        .group_by(verdicts.c.watchlist, verdicts.c.story_id, alone)
    )
    query = (
        select(
            verdicts.c.watchlist,
            func.sum(case((verdicts.c.worth == Worth.RELEVANT, 1), else_=0)),
            func.count(),
        )
        .where(verdicts.c.id.in_(last), verdicts.c.worth != Worth.SEEN)
        .group_by(verdicts.c.watchlist)
    )
    return {name: (int(relevant), of) for name, relevant, of in conn.execute(query)}


def unjudged_below(conn: Connection, since: datetime, limit: int = 5_000) -> Sequence[Row[Any]]:
    """Matches since a time that did not reach their thresholds, and that nobody has judged."""
    said = select(verdicts.c.id).where(verdicts.c.match_id == matches.c.id)
    query = (
        select(*matches.c["id", "watchlist", "score"])
        .where(matches.c.created >= since, ~matches.c.alert, ~said.exists())
        .order_by(matches.c.id.desc())
        .limit(limit)
    )
    return conn.execute(query).all()


def _verdict(row: Row[Any]) -> Verdict:
    return Verdict(
        id=row.id,
        story_id=row.story_id,
        watchlist=row.watchlist,
        matches=tuple(row.matches),
        names=tuple((entity, name) for entity, name in row.names),
        score=row.score,
        worth=row.worth,
        reason=row.reason,
        note=row.note,
        who=row.who,
        at=row.at,
        ruleset=row.ruleset,
        undone=row.undone,
        undone_by=row.undone_by,
    )

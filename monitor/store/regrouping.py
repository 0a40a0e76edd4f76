"""Stories put together and split by hand: which reports, alerts and verdicts are whose."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from monitor.model.story import Correlation, Role
from monitor.store.columns import NO_VALUE
from monitor.store.correlations import correlation_json
from monitor.store.tables import alerts, matches, reports, stories
from monitor.store.verdict_tables import verdicts

# Made once: every article that alerts asks them.
_STORY_OF = (
    select(reports.c.story_id)
    .where(reports.c.article_id == bindparam("id"))
    .with_for_update(read=True)
)
_MERGED_INTO = (
    select(stories.c.merged_into).where(stories.c.id == bindparam("id")).with_for_update(read=True)
)


@dataclass(frozen=True, slots=True)
class Belongings:
    """What belongs to a story, by number."""

    reports: list[int] = field(default_factory=list)
    """Articles."""
    alerts: list[str] = field(default_factory=list)
    verdicts: list[int] = field(default_factory=list)


def in_force(conn: Connection, story_id: int) -> int | None:
    """A story, or the one that it was put together with; None if there is none of that number."""
    while True:
        query = select(stories.c.merged_into).where(stories.c.id == story_id)
        row = conn.execute(query).one_or_none()
        if row is None:
            return None
        if row.merged_into is None:
            return story_id
        story_id = row.merged_into


def hold_story_of(conn: Connection, article_id: int) -> int | None:
    """The story of an article, out of which nobody takes it until the write transaction ends."""
    return conn.scalar(_STORY_OF, {"id": article_id})


def hold_in_force(conn: Connection, story_id: int) -> int:
    """A story, or the one that it was put together with since it was looked up.

    Nobody puts it together with another until the write transaction ends.
    """
    while (into := conn.scalar(_MERGED_INTO, {"id": story_id})) is not None:
        story_id = into
    return story_id


def take(conn: Connection, story_ids: Collection[int]) -> dict[int, datetime]:
    """When stories began that are put together with no other; nobody else adds to them meanwhile.

    In a write transaction, until its end.
    """
    query = (
        select(stories.c.id, stories.c.began)
        .where(stories.c.id.in_(sorted(story_ids)), stories.c.merged_into.is_(None))
        .order_by(stories.c.id)
        .with_for_update()
    )
    return {row.id: row.began for row in conn.execute(query)}


def begin(conn: Connection, began: datetime) -> int:
    """Begin a story; its number."""
    number: int = conn.execute(
        insert(stories).values(began=began).returning(stories.c.id)
    ).scalar_one()
    return number


def amend(conn: Connection, story_id: int, **values: datetime | int | None) -> None:
    """Note when a story began (`began`), or which it was put together with (`merged_into`)."""
    conn.execute(update(stories).where(stories.c.id == story_id).values(**values))


def belongings(conn: Connection, story_id: int, article_id: int | None = None) -> Belongings:
    """What belongs to a story, or what of it comes of one of its reports.

    What was said of a story as a whole is said of none of its reports.
    """
    mine = select(reports.c.article_id).where(reports.c.story_id == story_id)
    told = select(alerts.c.id).where(alerts.c.story_id == story_id)
    said = select(verdicts.c.id).where(verdicts.c.story_id == story_id)
    if article_id is not None:
        mine = mine.where(reports.c.article_id == article_id)
        told = told.join(matches, matches.c.id == alerts.c.match_id).where(
            matches.c.article_id == article_id
        )
    return Belongings(
        list(conn.scalars(mine)),
        list(conn.scalars(told)),
        [] if article_id is not None else list(conn.scalars(said)),
    )


def move(conn: Connection, those: Belongings, old: int, new: int) -> None:
    """Put what still belongs to one story into another."""
    for table, column, numbers in (
        (reports, reports.c.article_id, those.reports),
        (alerts, alerts.c.id, those.alerts),
        (verdicts, verdicts.c.id, those.verdicts),
    ):
        conn.execute(
            update(table).where(column.in_(numbers), table.c.story_id == old).values(story_id=new)
        )


def report(conn: Connection, article_id: int) -> Row[Any] | None:
    """What is kept of a report: whose it is, when it came, its role and why."""
    query = select(*reports.c["story_id", "at", "outlet", "role", "correlation"]).where(
        reports.c.article_id == article_id
    )
    return conn.execute(query).one_or_none()


def first_of(conn: Connection, story_id: int, but: int | None = None) -> Row[Any] | None:
    """The earliest report of a story, as `report` has it, with its article."""
    query = (
        select(*reports.c["article_id", "at", "outlet", "role", "correlation"])
        .where(reports.c.story_id == story_id, reports.c.article_id != (but or 0))
        .order_by(reports.c.at, reports.c.article_id)
        .limit(1)
    )
    return conn.execute(query).one_or_none()


def set_role(
    conn: Connection,
    article_id: int,
    role: Role,
    correlation: Correlation | dict[str, Any] | None,
) -> None:
    """Note what a report is to its story, and why; as it is kept, or as it was."""
    kept = correlation_json(correlation) if isinstance(correlation, Correlation) else correlation
    conn.execute(
        update(reports)
        .where(reports.c.article_id == article_id)
        .values(role=role, correlation=NO_VALUE if kept is None else kept)
    )

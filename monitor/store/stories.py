"""Stories: which articles tell the same."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Insert,
    Integer,
    Row,
    Select,
    Subquery,
    bindparam,
    cast,
    delete,
    false,
    func,
    insert,
    select,
    update,
)

from monitor.model.story import Correlation, Role
from monitor.store.correlations import correlation_json
from monitor.store.dialects import flag_field, number_field, numbers, objects
from monitor.store.tables import articles, reports, stories, story_keys


@dataclass(frozen=True, slots=True)
class StoredReport:
    """An article as it is kept to know its like again."""

    article_id: int
    story_id: int
    began: datetime
    """When the story's first report came."""
    at: datetime
    outlet: str
    language: str | None
    entities: frozenset[str]
    fingerprint: bytes
    role: Role
    certain: bool
    """Whether it joined without having to be listed."""


def _kept(found: Subquery) -> Select[Any]:
    return (
        select(reports, stories.c.began)
        .join(stories, stories.c.id == reports.c.story_id)
        .join(found, found.c.article_id == reports.c.article_id)
        .where(reports.c.fingerprint.is_not(None))
    )


def _alike() -> Select[Any]:
    wanted = numbers(bindparam("keys"))
    count = func.count()
    return _kept(
        select(story_keys.c.article_id)
        .select_from(wanted.join(story_keys, story_keys.c.key == wanted.c.value))
        .where(story_keys.c.article_id != bindparam("article"))
        .group_by(story_keys.c.article_id)
        .having(count >= bindparam("shared"))
        .order_by(count.desc(), story_keys.c.article_id)
        .limit(bindparam("limit"))
        .subquery()
    )


def _alike_abroad() -> Select[Any]:
    wanted = objects(bindparam("ranges"))
    first, last = (number_field(wanted.c.value, place) for place in (0, 1))
    return _kept(
        select(story_keys.c.article_id)
        .select_from(wanted.join(story_keys, story_keys.c.key.between(first, last)))
        .where(story_keys.c.article_id != bindparam("article"))
        .group_by(story_keys.c.article_id)
        .order_by(func.count().desc(), story_keys.c.article_id.desc())
        .limit(bindparam("limit"))
        .subquery()
    ).where(reports.c.at.between(bindparam("since"), bindparam("until")))


def _firsts() -> Select[Any]:
    wanted = numbers(bindparam("stories"))
    return (
        select(reports, stories.c.began)
        .select_from(wanted.join(reports, reports.c.story_id == wanted.c.value))
        .join(stories, stories.c.id == reports.c.story_id)
        .where(
            reports.c.role == Role.FIRST.value,
            reports.c.article_id != bindparam("article"),
            reports.c.fingerprint.is_not(None),
        )
    )


def _firm() -> Select[Any]:
    mine = select(articles.c.feed_id).where(articles.c.id == bindparam("article")).scalar_subquery()
    return (
        select(func.count())
        .select_from(reports.join(articles, articles.c.id == reports.c.article_id))
        .where(
            reports.c.story_id == bindparam("story"),
            reports.c.role != Role.LOOSE.value,
            articles.c.feed_id == mine,
        )
    )


def _enter_keys() -> Insert:
    each = numbers(bindparam("keys"))
    return insert(story_keys).from_select(
        ["key", "article_id"], select(each.c.value, cast(bindparam("id"), Integer))
    )


# Made once: to build them takes longer than to run them.
_ALIKE = _alike()
_ALIKE_ABROAD = _alike_abroad()
_FIRSTS = _firsts()
_FIRM = _firm()
_UNCERTAIN = (
    select(func.count())
    .select_from(reports)
    .where(
        reports.c.story_id == bindparam("story"),
        flag_field(reports.c.correlation, "certain") == false(),
    )
)
_STORY_OF = select(reports.c.story_id).where(reports.c.article_id == bindparam("id"))
_BEGIN = insert(stories).values(began=bindparam("began")).returning(stories.c.id)
_ENTER = insert(reports).values(
    article_id=bindparam("id"),
    story_id=bindparam("story"),
    **{
        name: bindparam(name)
        for name in (
            "role", "correlation", "at", "outlet", "language", "entities", "fingerprint"
        )
    },
)  # fmt: skip
_REPORT_OF = (
    select(reports, stories.c.began)
    .join(stories, stories.c.id == reports.c.story_id)
    .where(reports.c.article_id == bindparam("id"), reports.c.fingerprint.is_not(None))
)
_REVISE = (
    update(reports)
    .where(reports.c.article_id == bindparam("id"))
    .values(entities=bindparam("entities"), fingerprint=bindparam("fingerprint"))
)
_FORGET_KEYS = delete(story_keys).where(story_keys.c.article_id == bindparam("id"))
_ENTER_KEYS = _enter_keys()


def alike(
    conn: Connection, keys: Collection[int], article_id: int, *, shared: int, limit: int
) -> list[StoredReport]:
    """Reports that share keys with an article, preferably those that share most.

    Args:
        conn: an open connection.
        keys: the article's.
        article_id: the article, which is not like itself.
        shared: how many keys at the least.
        limit: how many reports at the most.
    """
    values = {"keys": json.dumps([*keys]), "article": article_id, "shared": shared, "limit": limit}
    return [_report(row) for row in conn.execute(_ALIKE, values)]


def alike_abroad(
    conn: Connection,
    ranges: Collection[tuple[int, int]],
    article_id: int,
    *,
    since: datetime,
    until: datetime,
    limit: int = 100,
) -> list[StoredReport]:
    """Reports with keys in given ranges, preferably those with most of them, then the newest.

    Args:
        conn: an open connection.
        ranges: first and last key of each.
        article_id: the article, which is not like itself.
        since: when they came at the earliest.
        until: and at the latest.
        limit: how many reports at the most.
    """
    values = {
        "ranges": json.dumps([*ranges]),
        "article": article_id,
        "since": since,
        "until": until,
        "limit": limit,
    }
    return [_report(row) for row in conn.execute(_ALIKE_ABROAD, values)]


def firsts(conn: Connection, story_ids: Collection[int], article_id: int) -> list[StoredReport]:
    """The reports that began stories, as far as they still take more.

    Args:
        conn: an open connection.
        story_ids: the stories.
        article_id: the article that is left out.
    """
    if not story_ids:
        return []
    values = {"stories": json.dumps(sorted(story_ids)), "article": article_id}
    return [_report(row) for row in conn.execute(_FIRSTS, values)]


def firm_of_feed(conn: Connection, story_id: int, article_id: int) -> int:
    """How many reports that others may join by way of an article's feed has in a story."""
    count: int = conn.execute(_FIRM, {"story": story_id, "article": article_id}).scalar_one()
    return count


def uncertain(conn: Connection, story_id: int) -> int:
    """How many reports of a story may be other news."""
    count: int = conn.execute(_UNCERTAIN, {"story": story_id}).scalar_one()
    return count


def story_of(conn: Connection, article_id: int) -> int | None:
    """The story that an article was found to belong to."""
    return conn.scalar(_STORY_OF, {"id": article_id})


def record(
    conn: Connection,
    article_id: int,
    *,
    story_id: int | None,
    role: Role,
    correlation: Correlation | None,
    at: datetime,
    outlet: str,
    language: str | None,
    entities: Iterable[str],
    fingerprint: bytes,
    keys: Iterable[int],
) -> int:
    """Enter an article as a report of a story, or as the first of a new one; the story's id.

    Args:
        conn: an open write transaction.
        article_id: the article.
        story_id: the story; None begins one.
        role: what it is to it.
        correlation: why it belongs to it, or to no other.
        at: when it was published, or read.
        outlet: whose it is.
        language: that of its text.
        entities: the watched ones that it names.
        fingerprint: of its text.
        keys: under which it is found by its like.
    """
    if story_id is None:
        story_id = conn.execute(_BEGIN, {"began": at}).scalar_one()
    values = {
        "id": article_id,
        "story": story_id,
        "role": role,
        "correlation": correlation_json(correlation),
        "at": at,
        "outlet": outlet,
        "language": language,
        "entities": sorted(entities),
        "fingerprint": fingerprint,
    }
    conn.execute(_ENTER, values)
    conn.execute(_ENTER_KEYS, {"id": article_id, "keys": json.dumps(sorted(keys))})
    return story_id


def report(conn: Connection, article_id: int) -> StoredReport | None:
    """What is kept of an article's text, while its story takes more reports."""
    row = conn.execute(_REPORT_OF, {"id": article_id}).first()
    return None if row is None else _report(row)


def revise(
    conn: Connection,
    article_id: int,
    *,
    entities: Iterable[str],
    fingerprint: bytes,
    keys: Iterable[int],
) -> None:
    """Put in the place of what is kept of an article what is to be kept of it now."""
    values = {"id": article_id, "entities": sorted(entities), "fingerprint": fingerprint}
    conn.execute(_REVISE, values)
    conn.execute(_FORGET_KEYS, {"id": article_id})
    conn.execute(_ENTER_KEYS, {"id": article_id, "keys": json.dumps(sorted(keys))})


def close(conn: Connection, began_before: datetime, limit: int) -> int:
    """Give up what is kept only to find more reports of stories that take no more; how many.

    Args:
        conn: an open write transaction.
        began_before: stories that began before this take no more reports.
        limit: at most so many reports, to keep the write lock short.
    """
    ended = list(
        conn.scalars(
            select(reports.c.article_id)
            .join(stories, stories.c.id == reports.c.story_id)
            .where(stories.c.began < began_before, reports.c.fingerprint.is_not(None))
            .order_by(stories.c.began)
            .limit(limit)
        )
    )
    conn.execute(delete(story_keys).where(story_keys.c.article_id.in_(ended)))
    conn.execute(update(reports).where(reports.c.article_id.in_(ended)).values(fingerprint=None))
    return len(ended)


def _report(row: Row[tuple[int]]) -> StoredReport:
    return StoredReport(
        article_id=row.article_id,
        story_id=row.story_id,
        began=row.began,
        at=row.at,
        outlet=row.outlet,
        language=row.language,
        entities=frozenset(row.entities),
        fingerprint=row.fingerprint,
        role=Role(row.role),
        certain=row.correlation is None or row.correlation["certain"],
    )

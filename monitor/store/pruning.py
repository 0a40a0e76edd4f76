"""Retention: what is older than it allows is looked for, and then deleted in short transactions.

Looking for it passes over all that is old and stays, such as articles whose matches are kept for
ever. That is done on a view that blocks no writer, and once: each look goes on where the last one
ended. What was found is deleted a piece at a time, each in a transaction of its own that looks
again at nothing but its rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, func, or_, select, tuple_

from monitor.store.deliveries import transitions
from monitor.store.tables import (
    alerts,
    articles,
    deliveries,
    entries,
    matches,
    notices,
    reports,
    stories,
)

#: So many rows are looked for at a time, and so many of them deleted in one transaction.
LOOK = 5_000
BATCH = 500

#: What goes, in the order in which one is needed no more when another has gone.
NOUNS = ("matches", "articles", "stories", "entries", "notices")

_ON_ITS_WAY = deliveries.c.status.in_(("pending", "sending", "failed"))


@dataclass(frozen=True, slots=True)
class Doomed:
    """Rows of one noun that are too old to be kept."""

    noun: str
    ids: tuple[int | str, ...]

    def __iter__(self) -> Iterator[Doomed]:
        """In pieces, each for one transaction."""
        for start in range(0, len(self.ids), BATCH):
            yield Doomed(self.noun, self.ids[start : start + BATCH])


@dataclass(slots=True)
class Pruning:
    """One pass over all that is stored.

    An article goes together with its matches, their alerts and deliveries, once it and they are
    all old enough and nothing of it is still on its way: what was told is remembered for as
    long as the article can be read again. Entries stay as long as their feed still lists them,
    or old news would come back as new. What others of its story refer to goes after them: a pass
    that has deleted something may have left something for the next.
    """

    articles_before: datetime | None
    """Articles, stories and forgotten entries older than this go; None: none do."""
    matches_before: datetime | None
    """Matches and notices older than this go; None: none do."""
    _nouns: list[str] = field(default_factory=lambda: ["articles", "stories", "entries", "notices"])
    _after: tuple[Any, ...] | None = None
    _newest: dict[int, datetime] | None = None

    def look(self, conn: Connection) -> Doomed | None:
        """What is to be deleted next; None at the end of the pass.

        Args:
            conn: an open connection; what it shows may have changed until it is deleted.
        """
        while self._nouns:
            noun = self._nouns[0]
            before = self.matches_before if noun == "notices" else self.articles_before
            found = None if before is None else self._look(noun, conn, before)
            if found is not None:
                return found
            self._nouns.pop(0)
            self._after = None
        return None

    def delete(self, conn: Connection, doomed: Doomed) -> dict[str, int]:
        """Delete those of them that are still too old to be kept; how many of each noun went.

        Args:
            conn: an open write transaction.
            doomed: a piece of what was found.
        """
        before = self.matches_before if doomed.noun == "notices" else self.articles_before
        assert before is not None
        match doomed.noun:
            case "articles":
                return self._delete_articles(conn, doomed.ids, before)
            case "stories":
                return self._delete_stories(conn, doomed.ids, before)
            case "entries":
                return self._delete_entries(conn, doomed.ids, before)
            case _:
                return self._delete_notices(conn, doomed.ids, before)

    def _look(self, noun: str, conn: Connection, before: datetime) -> Doomed | None:
        match noun:
            case "articles":
                return self._articles(conn, before)
            case "stories":
                return self._stories(conn, before)
            case "entries":
                return self._entries(conn, before)
            case _:
                return self._notices(conn, before)

    def _articles(self, conn: Connection, before: datetime) -> Doomed | None:
        order = articles.c.fetched, articles.c.id
        query = select(*order, self._is_done_with().label("doomed")).where(
            articles.c.fetched < before
        )
        return self._next("articles", conn, query, order)

    def _is_done_with(self) -> ColumnElement[bool]:
        """Whether nothing needs an article any more that is old enough itself."""
        needed = (
            select(matches.c.id)
            .outerjoin(alerts, alerts.c.match_id == matches.c.id)
            .outerjoin(deliveries, deliveries.c.alert_id == alerts.c.id)
            .where(matches.c.article_id == articles.c.id)
        )
        if self.matches_before is not None:
            needed = needed.where(or_(matches.c.created >= self.matches_before, _ON_ITS_WAY))
        first, other, own = alerts.alias(), matches.alias(), matches.alias()
        begun = (
            select(other.c.id)
            .join(first, first.c.id == other.c.thread)
            .join(own, own.c.id == first.c.match_id)
            .where(own.c.article_id == articles.c.id, other.c.article_id != articles.c.id)
        )
        return articles.c.next_read.is_(None) & ~needed.exists() & ~begun.exists()

    def _delete_articles(
        self, conn: Connection, ids: Sequence[Any], before: datetime
    ) -> dict[str, int]:
        still = articles.c.id.in_(ids), articles.c.fetched < before, self._is_done_with()
        doomed = list(conn.scalars(select(articles.c.id).where(*still)))
        found = select(matches.c.id).where(matches.c.article_id.in_(doomed))
        told = select(alerts.c.id).where(alerts.c.match_id.in_(found))
        transitions.forget(conn, deliveries.c.alert_id.in_(told))
        conn.execute(delete(alerts).where(alerts.c.match_id.in_(found)))
        deleted = conn.execute(delete(matches).where(matches.c.article_id.in_(doomed)))
        conn.execute(delete(articles).where(articles.c.id.in_(doomed)))
        return {"matches": deleted.rowcount, "articles": len(doomed)}

    def _stories(self, conn: Connection, before: datetime) -> Doomed | None:
        order = stories.c.began, stories.c.id
        query = select(*order, _is_told_by_nobody().label("doomed")).where(stories.c.began < before)
        return self._next("stories", conn, query, order)

    def _delete_stories(
        self, conn: Connection, ids: Sequence[Any], before: datetime
    ) -> dict[str, int]:
        doomed = stories.c.id.in_(ids), stories.c.began < before, _is_told_by_nobody()
        return {"stories": conn.execute(delete(stories).where(*doomed)).rowcount}

    def _entries(self, conn: Connection, before: datetime) -> Doomed | None:
        if self._newest is None:
            newest = select(entries.c.feed_id, func.max(entries.c.last_seen))
            self._newest = dict(conn.execute(newest.group_by(entries.c.feed_id)).all())
        order = entries.c.last_seen, entries.c.id
        query = (
            select(*order, entries.c.feed_id)
            .where(entries.c.article_id.is_(None), entries.c.last_seen < before)
            .order_by(*order)
            .limit(LOOK)
        )
        if self._after is not None:
            query = query.where(tuple_(*order) > self._after)
        rows = conn.execute(query).all()
        if not rows:
            return None
        self._after = rows[-1].last_seen, rows[-1].id
        # What the feed listed when it last changed it still lists, however long ago that was.
        doomed = [row.id for row in rows if row.last_seen < self._newest[row.feed_id]]
        return Doomed("entries", tuple(doomed))

    def _delete_entries(
        self, conn: Connection, ids: Sequence[Any], before: datetime
    ) -> dict[str, int]:
        # What is listed again meanwhile has been seen since.
        doomed = entries.c.id.in_(ids), entries.c.article_id.is_(None), entries.c.last_seen < before
        return {"entries": conn.execute(delete(entries).where(*doomed)).rowcount}

    def _notices(self, conn: Connection, before: datetime) -> Doomed | None:
        order = notices.c.created, notices.c.id
        query = select(*order, _is_sent().label("doomed")).where(notices.c.created < before)
        return self._next("notices", conn, query, order)

    def _delete_notices(
        self, conn: Connection, ids: Sequence[Any], before: datetime
    ) -> dict[str, int]:
        still = notices.c.id.in_(ids), notices.c.created < before, _is_sent()
        doomed = list(conn.scalars(select(notices.c.id).where(*still)))
        transitions.forget(conn, deliveries.c.notice_id.in_(doomed))
        conn.execute(delete(notices).where(notices.c.id.in_(doomed)))
        return {"notices": len(doomed)}

    def _next(
        self, noun: str, conn: Connection, query: Select[Any], order: Sequence[Any]
    ) -> Doomed | None:
        """The doomed among the next rows, in an order that an index gives."""
        query = query.order_by(*order).limit(LOOK)
        if self._after is not None:
            query = query.where(tuple_(*order) > self._after)
        rows = conn.execute(query).all()
        if not rows:
            return None
        self._after = rows[-1][0], rows[-1].id
        return Doomed(noun, tuple(row.id for row in rows if row.doomed))


def _is_told_by_nobody() -> ColumnElement[bool]:
    """Whether neither a report nor an alert of a story is left."""
    reported = select(reports.c.article_id).where(reports.c.story_id == stories.c.id)
    told = select(alerts.c.id).where(alerts.c.story_id == stories.c.id)
    return ~reported.exists() & ~told.exists()


def _is_sent() -> ColumnElement[bool]:
    """Whether nothing of a notice is still on its way."""
    waiting = select(deliveries.c.id).where(deliveries.c.notice_id == notices.c.id, _ON_ITS_WAY)
    return ~waiting.exists()

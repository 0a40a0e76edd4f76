"""Articles: what is still to be read, and what was read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Case,
    Column,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)

from monitor.model.article import Article, TextSource
from monitor.store.article_texts import ARTICLE, CONTENT
from monitor.store.dialects import position
from monitor.store.leases import is_free
from monitor.store.prepared import Prepared
from monitor.store.tables import articles, entries, feeds

#: No reading is ever put off for longer.
FURTHEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with what the pipeline needs to go on with it."""

    id: int
    article: Article
    content: str
    """The feed's own full text, if it carries one."""
    also: tuple[str, ...]
    """What other entries say that joined it in other words."""
    backfill: bool
    edited: bool
    """A feed has changed its words since it listed it."""
    reads: int
    """How often it has been read."""
    failed_reads: int
    """How often in a row that must be tried again."""
    revisits: int
    """How often it was planned to be read again since people were told of it."""
    next_read: datetime | None
    """When it was to be read, as it stood when it was looked up."""
    feed_added: datetime
    """When the feed that listed it first was subscribed."""
    feed_urls: tuple[str, ...]
    """The addresses of all feeds that list it."""
    feed_id: int = 0
    """The feed that listed it first."""
    host: str | None = None
    """Where its page is, with the port unless it is the usual one."""


# A canonical address is "https://host/..."; what is no web address has no host.
_KEY = articles.c.url_key
_HOST = case(
    (func.substr(_KEY, 1, 8) == "https://",
     func.substr(_KEY, 9, position(func.substr(_KEY, 9), "/") - 1)),
)  # fmt: skip


def to_read(
    conn: Connection,
    now: datetime,
    limit: int,
    exclude: Collection[int],
    full_hosts: Collection[str] = (),
    full_feeds: Collection[int] = (),
) -> list[StoredArticle]:
    """Articles whose page is to be read now, oldest wish first.

    Args:
        conn: where to look.
        now: the time.
        limit: how many at most.
        exclude: ids of those that are read already.
        full_hosts: hosts whose pages are left for later.
        full_feeds: ids of feeds that listed an article first; then it is left for later, too.
    """
    # Only what failed, or is to be read again, has to wait: other times in the future come of a
    # clock that was wrong.
    due = or_(
        and_(articles.c.failed_reads == 0, articles.c.revisits == 0),
        articles.c.next_read <= now,
        articles.c.next_read > now + FURTHEST,
    )
    wanted = select(articles.c.id).where(
        articles.c.next_read.is_not(None), due, is_free(articles, now)
    )
    if full_hosts:
        wanted = wanted.where(or_(_HOST.is_(None), _HOST.not_in(full_hosts)))
    if full_feeds:
        wanted = wanted.where(articles.c.feed_id.not_in(full_feeds))
    # Those under way are few; asking for that many more and dropping them here spares the
    # database a list that changes with every call.
    first = wanted.order_by(articles.c.next_read, articles.c.id).limit(limit + len(exclude))
    chosen = [each for each in conn.scalars(first) if each not in exclude][:limit]
    return _stored(conn, conn.execute(_DUE, {"ids": chosen}).all()) if chosen else []


def by_id(conn: Connection, article_id: int) -> StoredArticle | None:
    """One article."""
    found = by_ids(conn, [article_id])
    return found[0] if found else None


def by_ids(conn: Connection, article_ids: Sequence[int]) -> list[StoredArticle]:
    """Those of these articles, some thousands at most, that are still there, by their ids."""
    return _stored(conn, conn.execute(_BY_IDS, {"ids": list(article_ids)}).all())


def still_unread(conn: Connection, reads: Mapping[int, int]) -> list[int]:
    """Those of these articles that are to be read, and were not since.

    Args:
        conn: an open connection.
        reads: how often each was read when it was looked at, by its id.
    """
    waiting = (
        articles.c.id.in_(list(reads)),
        articles.c.next_read.is_not(None),
        # One that waits for its page was matched as it is.
        articles.c.failed_reads == 0,
    )
    found = conn.execute(select(articles.c.id, articles.c.reads).where(*waiting))
    return sorted(row.id for row in found if row.reads == reads[row.id])


def never_read(conn: Connection) -> list[int]:
    """Those that wait for their first reading, in the order in which they will be read."""
    waiting = articles.c.next_read.is_not(None), articles.c.reads == 0
    query = select(articles.c.id).where(*waiting).order_by(articles.c.next_read, articles.c.id)
    return list(conn.scalars(query))


def record_told(conn: Connection, stored: StoredArticle) -> None:
    """Note that an article was matched without its page, which is still to be read."""
    first = articles.c.id == stored.id, articles.c.reads == 0
    conn.execute(update(articles).where(*first).values(reads=1))


def postpone(conn: Connection, stored: StoredArticle, next_read: datetime | None) -> None:
    """Try an article again later, or no more, after a fault of ours kept it from being read."""
    conn.execute(_POSTPONE, _after_reading(stored, next_read))


def read_again(conn: Connection, article_ids: Collection[int], now: datetime) -> int:
    """Have articles read and matched once more; how many of them there are."""
    again = update(articles).where(articles.c.id.in_(list(article_ids)))
    return conn.execute(again.values(next_read=now, failed_reads=0, revisits=0)).rowcount


def unread(conn: Connection) -> int:
    """How many articles wait to be read, apart from those that are only to be read again."""
    query = (
        select(func.count())
        .select_from(articles)
        .where(
            articles.c.next_read.is_not(None),
            or_(articles.c.revisits == 0, articles.c.failed_reads > 0),
        )
    )
    return int(conn.scalar(query) or 0)


def count(conn: Connection, since: datetime) -> int:
    """How many articles have come since a time and were read."""
    come = articles.c.fetched >= since, articles.c.reads > 0
    query = select(func.count()).select_from(articles).where(*come)
    return int(conn.scalar(query) or 0)


def record_read(
    conn: Connection,
    stored: StoredArticle,
    article: Article,
    *,
    next_read: datetime | None,
    revisit: bool = False,
    asked: bool = True,
) -> None:
    """Store an article's text and metadata after its page was read, or could not be.

    What a feed said meanwhile stays, and that it is to be read again for it.

    Args:
        conn: an open write transaction.
        stored: the article as it was looked up.
        article: the same with what was read.
        next_read: when to read it again, if at all.
        revisit: it is read again to see what has changed, not because it could not be read.
        asked: whether its page was asked for.
    """
    _RECORD_READ.rows(
        conn,
        {
            **_after_reading(stored, next_read, revisit=revisit),
            "asked": int(asked),
            "new_title": article.title,
            "new_published": article.published,
            "body": article.body,
            "authors": list(article.authors),
            "language": article.language,
            "text_source": article.text_source.value,
            "text_note": article.text_note,
            "page_title": article.page_title,
            "page_url": article.page_url,
        },
    )


def _unless_changed(column: Column[Any], value: str) -> Case[Any]:
    """The value, unless a feed has asked for another reading since the article was looked up."""
    unchanged = articles.c.next_read == bindparam("was_due", type_=articles.c.next_read.type)
    return case((unchanged, bindparam(value, type_=column.type)), else_=column)


# Built once: to build a statement takes longer than to run it.
_POSTPONE = (
    update(articles)
    .where(articles.c.id == bindparam("number"))
    .values(
        revisits=bindparam("revisits"),
        next_read=_unless_changed(articles.c.next_read, "new_next_read"),
        failed_reads=_unless_changed(articles.c.failed_reads, "new_failed_reads"),
        reads=articles.c.reads + 1,
        claimed_until=None,
    )
)
_RECORD_READ = Prepared(
    _POSTPONE.values(
        reads=articles.c.reads + bindparam("asked"),
        title=_unless_changed(articles.c.title, "new_title"),
        published=_unless_changed(articles.c.published, "new_published"),
        **{
            name: bindparam(name, type_=articles.c[name].type)
            for name in (
                "body", "authors", "language", "text_source", "text_note", "page_title", "page_url",
            )
        },
    )
)  # fmt: skip


def _after_reading(
    stored: StoredArticle, next_read: datetime | None, *, revisit: bool = False
) -> dict[str, Any]:
    return {
        "number": stored.id,
        "was_due": stored.next_read,
        "revisits": stored.revisits + revisit,
        "new_next_read": next_read,
        "new_failed_reads": 0 if next_read is None or revisit else stored.failed_reads + 1,
    }


_CHOSEN: Select[Any] = (
    select(
        *ARTICLE,
        CONTENT.label("content"),
        _HOST.label("host"),
        feeds.c.url.label("feed_url"),
        feeds.c.name.label("feed_name"),
        feeds.c.added.label("feed_added"),
    )
    .join(feeds, feeds.c.id == articles.c.feed_id)
    .where(articles.c.id.in_(bindparam("ids", expanding=True)))
)
_DUE = _CHOSEN.order_by(articles.c.next_read, articles.c.id)
_BY_IDS = _CHOSEN.order_by(articles.c.id)
_LISTED = (
    select(entries.c.article_id, feeds.c.url, entries.c.text)
    .join(feeds, feeds.c.id == entries.c.feed_id)
    .where(entries.c.article_id.in_(bindparam("ids", expanding=True)))
    .order_by(entries.c.id)
)


def _stored(conn: Connection, rows: Sequence[Row[Any]]) -> list[StoredArticle]:
    listed: dict[int, dict[str, str | None]] = {row.id: {} for row in rows}
    for article_id, url, text in conn.execute(_LISTED, {"ids": [*listed]}):
        # Of a feed that lists it over and over, under changed guids, the last words count.
        listed[article_id][url] = text or listed[article_id].get(url)
    return [
        StoredArticle(
            id=row.id,
            article=article_of(row),
            content=row.content,
            also=tuple(filter(None, listed[row.id].values())),
            backfill=row.backfill,
            edited=row.edited,
            reads=row.reads,
            failed_reads=row.failed_reads,
            revisits=row.revisits,
            next_read=row.next_read,
            feed_added=row.feed_added,
            feed_urls=tuple(listed[row.id]),
            feed_id=row.feed_id,
            host=row.host,
        )
        for row in rows
    ]


def article_of(row: Row[Any]) -> Article:
    """The article in a row that holds the columns of `articles`, `feed_url` and `feed_name`."""
    return Article(
        id=str(row.id),
        title=row.title,
        summary=row.summary,
        body=row.body,
        url=row.url,
        outlet=row.outlet,
        authors=tuple(row.authors),
        published=row.published,
        fetched=row.fetched,
        language=row.language,
        feed=row.feed_url,
        feed_name=row.feed_name,
        text_source=TextSource(row.text_source),
        text_note=row.text_note,
        page_title=row.page_title,
        page_url=row.page_url,
    )

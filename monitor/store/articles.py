"""Entries and articles: what has been seen, what is still to be read, what was read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Case, Column, Connection, Row, case, func, literal, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from monitor.model import Article, Entry, TextSource
from monitor.store.tables import articles, entries, feeds

#: No reading is ever put off for longer.
FURTHEST = timedelta(hours=3)
#: A word (letters of any script), and the number that it may carry: APT31, Storm-0558, Unit 61398;
#: but not the time in "Updated 14:05".
_WORD = re.compile(r"([^\W\d_]+)(?:([\s\u2010-\u2015-]?)(\d+(?:-\d+)*)(?![\d:]))?")
#: A number after a longer word is no part of a name.
_LONGEST_NUMBERED = 8
#: SQLite's default limit on variables in one statement is 32,766; stay far below.
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with what the pipeline needs to go on with it."""

    id: int
    article: Article
    content: str
    """The feed's own full text, if it carries one."""
    backfill: bool
    reads: int
    """How often it has been read."""
    failed_reads: int
    """How often in a row that must be tried again."""
    next_read: datetime | None
    """When it was to be read, as it stood when it was looked up."""
    feed_added: datetime
    """When the feed that listed it first was subscribed."""
    feed_urls: tuple[str, ...]
    """The addresses of all feeds that list it."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a feed's entries."""

    wanted: tuple[int, ...]
    """Articles to be read now."""
    new: int
    """Entries not seen before, however identified."""
    dropped: bool
    """None of those seen before was listed any more: some may have come and gone unseen."""


def record_entries(
    conn: Connection,
    feed_id: int,
    found: Sequence[Entry],
    *,
    outlet: str,
    now: datetime,
    is_backfill: Callable[[Entry], bool],
    url_key: Callable[[str], str],
    reread_shared: bool = False,
) -> Recorded:
    """Remember a feed's entries and make articles of the new ones, to be read at once.

    A known entry whose words have changed since updates its article, which is read again.

    An entry joins an existing article when its link leads to the same page: the same news
    listed by two feeds, or by one feed under a changed guid. Within one feed that needs the
    same title too, since some feeds give all their entries one link.

    Args:
        conn: an open write transaction.
        feed_id: the feed that was polled.
        found: all its entries, old and new.
        outlet: the name to show as the article's publisher.
        now: the time of the poll.
        is_backfill: whether a new entry is too old to tell anyone about.
        url_key: the canonical form of an address.
        reread_shared: read an article again when a second feed turns out to list it too,
            because some watchlists only look at some feeds.
    """
    known = _known(conn, feed_id, [entry.identity for entry in found])
    fresh = [entry for entry in found if entry.identity not in known]
    ids = [each.id for each in known.values()]
    for start in range(0, len(ids), _CHUNK):
        conn.execute(
            update(entries)
            .where(entries.c.id.in_(ids[start : start + _CHUNK]))
            .values(last_seen=now)
        )
    had_entries = bool(known) or _has_entries(conn, feed_id)
    wanted = [
        article_id
        for entry in found
        if (before := known.get(entry.identity)) and before.digest != _digest(entry)
        if (article_id := _update(conn, before, entry, now))
    ]
    joined = 0
    for entry in fresh:
        key = url_key(entry.link) if entry.link else None
        article_id = _same_page(conn, feed_id, key, entry.title) if key else None
        joined += article_id is not None
        if article_id is None:
            article_id = _create(conn, feed_id, entry, key, outlet, now, is_backfill(entry))
            wanted.append(article_id)
        elif reread_shared and feed_id not in _feeds_of(conn, article_id):
            conn.execute(
                update(articles)
                .where(articles.c.id == article_id)
                .values(next_read=now, failed_reads=0)
            )
            wanted.append(article_id)
        conn.execute(
            insert(entries).values(
                feed_id=feed_id,
                identity=entry.identity,
                article_id=article_id,
                digest=_digest(entry),
                first_seen=now,
                last_seen=now,
            )
        )
    overlaps = bool(known) or joined > 0
    return Recorded(
        wanted=tuple(wanted),
        new=len(fresh) - joined,
        dropped=had_entries and bool(fresh) and not overlaps,
    )


def to_read(conn: Connection, now: datetime, limit: int, exclude: set[int]) -> list[StoredArticle]:
    """Articles whose page is to be read now, oldest wish first."""
    # Those under way are few; asking for that many more and dropping them here spares the
    # database a list that changes with every call.
    # Only what failed has to wait: other times in the future come of a clock that was wrong.
    due = or_(
        articles.c.failed_reads == 0,
        articles.c.next_read <= now,
        articles.c.next_read > now + FURTHEST,
    )
    rows = conn.execute(
        _selection()
        .where(articles.c.next_read.is_not(None), due)
        .order_by(articles.c.next_read, articles.c.id)
        .limit(limit + len(exclude))
    )
    return _stored(conn, [row for row in rows if row.id not in exclude][:limit])


def by_id(conn: Connection, article_id: int) -> StoredArticle | None:
    """One article."""
    found = _stored(conn, conn.execute(_selection().where(articles.c.id == article_id)).all())
    return found[0] if found else None


def postpone(conn: Connection, stored: StoredArticle, next_read: datetime | None) -> None:
    """Try an article again later, or no more, after a fault of ours kept it from being read."""
    conn.execute(
        update(articles).where(articles.c.id == stored.id).values(_after_reading(stored, next_read))
    )


def unread(conn: Connection) -> int:
    """How many articles wait to be read."""
    query = select(func.count()).select_from(articles).where(articles.c.next_read.is_not(None))
    return int(conn.scalar(query) or 0)


def count(conn: Connection, since: datetime) -> int:
    """How many articles were fetched since a time."""
    query = select(func.count()).select_from(articles).where(articles.c.fetched >= since)
    return int(conn.scalar(query) or 0)


def record_read(
    conn: Connection, stored: StoredArticle, article: Article, *, next_read: datetime | None
) -> None:
    """Store an article's text and metadata after its page was read, or could not be.

    What a feed said meanwhile stays, and that it is to be read again for it.
    """
    conn.execute(
        update(articles)
        .where(articles.c.id == stored.id)
        .values(
            title=_unless_changed(stored, articles.c.title, article.title),
            published=_unless_changed(stored, articles.c.published, article.published),
            body=article.body,
            authors=list(article.authors),
            language=article.language,
            text_source=article.text_source.value,
            text_note=article.text_note,
            **_after_reading(stored, next_read),
        )
    )


def _unless_changed(stored: StoredArticle, column: Column[Any], value: object) -> Case[Any]:
    """The value, unless a feed has asked for another reading since the article was looked up."""
    unchanged = articles.c.next_read == stored.next_read
    return case((unchanged, literal(value, column.type)), else_=column)


def _after_reading(stored: StoredArticle, next_read: datetime | None) -> dict[str, Any]:
    failures = 0 if next_read is None else stored.failed_reads + 1
    return {
        "next_read": _unless_changed(stored, articles.c.next_read, next_read),
        "failed_reads": _unless_changed(stored, articles.c.failed_reads, failures),
        "reads": articles.c.reads + 1,
    }


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    article_id: int | None
    digest: str


def _known(conn: Connection, feed_id: int, identities: Sequence[str]) -> dict[str, _Known]:
    known: dict[str, _Known] = {}
    for start in range(0, len(identities), _CHUNK):
        rows = conn.execute(
            select(entries.c.identity, entries.c.id, entries.c.article_id, entries.c.digest).where(
                entries.c.feed_id == feed_id,
                entries.c.identity.in_(identities[start : start + _CHUNK]),
            )
        )
        known.update((row.identity, _Known(row.id, row.article_id, row.digest)) for row in rows)
    return known


def _digest(entry: Entry) -> str:
    """Of an entry's words: an edit changes it.

    Numbers count only as part of what may be a name, as "APT" may turn into "APT31"; that
    "12 comments" turns into "13 comments" is no edit.
    """
    text = f"{entry.title} {entry.summary} {entry.content}"
    words = " ".join(_word(found) for found in _WORD.finditer(text))
    return hashlib.sha256(words.casefold().encode()).hexdigest()[:32]


def _word(found: re.Match[str]) -> str:
    word, gap, number = found.groups()
    if number and (not gap or (word[0].isupper() and len(word) <= _LONGEST_NUMBERED)):
        return f"{word} {number}"
    return word


def _update(conn: Connection, before: _Known, entry: Entry, now: datetime) -> int | None:
    """Take an edit over into the entry's article, if it still has one; its id if so."""
    conn.execute(update(entries).where(entries.c.id == before.id).values(digest=_digest(entry)))
    changed = conn.execute(
        update(articles)
        .where(articles.c.id == before.article_id)
        .values(
            title=entry.title,
            summary=entry.summary,
            content=entry.content,
            next_read=now,
            failed_reads=0,
        )
    )
    return before.article_id if changed.rowcount else None


def _has_entries(conn: Connection, feed_id: int) -> bool:
    query = select(entries.c.id).where(entries.c.feed_id == feed_id).limit(1)
    return conn.scalar(query) is not None


def _same_page(conn: Connection, feed_id: int, key: str, title: str) -> int | None:
    candidates = conn.execute(
        select(articles.c.id, articles.c.title)
        .where(articles.c.url_key == key)
        .order_by(articles.c.id)
    )
    for row in candidates:
        if row.title == title or feed_id not in _feeds_of(conn, row.id):
            return int(row.id)
    return None


def _feeds_of(conn: Connection, article_id: int) -> set[int]:
    return set(conn.scalars(select(entries.c.feed_id).where(entries.c.article_id == article_id)))


def _create(
    conn: Connection,
    feed_id: int,
    entry: Entry,
    key: str | None,
    outlet: str,
    now: datetime,
    backfill: bool,
) -> int:
    return int(
        conn.execute(
            insert(articles)
            .values(
                feed_id=feed_id,
                url=entry.link,
                url_key=key,
                title=entry.title,
                summary=entry.summary,
                content=entry.content,
                body=entry.content,
                outlet=outlet,
                authors=list(entry.authors),
                language=entry.language,
                published=entry.published,
                fetched=now,
                backfill=backfill,
                next_read=now,
            )
            .returning(articles.c.id)
        ).scalar_one()
    )


def _selection() -> Any:
    return select(
        articles,
        feeds.c.url.label("feed_url"),
        feeds.c.name.label("feed_name"),
        feeds.c.added.label("feed_added"),
    ).join(feeds, feeds.c.id == articles.c.feed_id)


def _stored(conn: Connection, rows: Sequence[Row[Any]]) -> list[StoredArticle]:
    listed: dict[int, list[str]] = {row.id: [] for row in rows}
    for article_id, url in conn.execute(
        select(entries.c.article_id, feeds.c.url)
        .join(feeds, feeds.c.id == entries.c.feed_id)
        .where(entries.c.article_id.in_(list(listed)))
        .order_by(entries.c.id)
    ):
        listed[article_id].append(url)
    return [
        StoredArticle(
            id=row.id,
            article=article_of(row),
            content=row.content,
            backfill=row.backfill,
            reads=row.reads,
            failed_reads=row.failed_reads,
            next_read=row.next_read,
            feed_added=row.feed_added,
            feed_urls=tuple(dict.fromkeys(listed[row.id])),
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
    )

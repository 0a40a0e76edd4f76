"""Entries: what feeds have listed, and which article each belongs to."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from monitor.model import Entry
from monitor.store.tables import articles, entries, feeds

#: A word (letters of any script), and the number that it may carry: APT31, Storm-0558, Unit 61398;
#: but not the time in "Updated 14:05".
_WORD = re.compile(r"([^\W\d_]+)(?:([\s\u2010-\u2015-]?)(\d+(?:-\d+)*)(?![\d:]))?")
#: A number after a longer word is no part of a name.
_LONGEST_NUMBERED = 8
#: SQLite's default limit on variables in one statement is 32,766; stay far below.
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a feed's entries."""

    wanted: tuple[int, ...]
    """Articles to be read now."""
    new: int
    """Entries not seen before, however identified."""
    dropped: bool
    """None of those seen before was listed any more: some may have come and gone unseen."""


def record(
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


def identities(conn: Connection, url: str) -> set[str]:
    """The identities of all entries a feed has ever shown."""
    return set(
        conn.scalars(
            select(entries.c.identity)
            .join(feeds, feeds.c.id == entries.c.feed_id)
            .where(feeds.c.url == url)
        )
    )


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

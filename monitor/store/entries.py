"""Entries: what feeds have listed, and which article each belongs to."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from monitor.model.feed import Entry
from monitor.store.tables import articles, entries, feeds

#: A word (letters of any script), and the number that it may carry: APT31, Storm-0558, Unit 61398;
#: but not the time in "Updated 14:05".
_WORD = re.compile(r"([^\W\d_]+)(?:([\s\u2010-\u2015-]?)(\d+(?:-\d+)*)(?![\d:]))?")
#: A number after a longer word is no part of a name.
_LONGEST_NUMBERED = 8
#: SQLite's default limit on variables in one statement is 32,766; stay far below.
_CHUNK = 500


# Built once: for SQLAlchemy to build a statement takes longer than for SQLite to run it.
_NEW_ENTRY = insert(entries)
_NEW_ARTICLE = insert(articles).returning(articles.c.id)
_ON_PAGE = (
    select(*articles.c["id", "title", "published", "backfill"])
    .where(articles.c.url_key == bindparam("key"))
    .order_by(articles.c.id)
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a feed's entries."""

    wanted: tuple[int, ...]
    """Articles to be read now."""
    new: int
    """Entries not seen before, however identified."""
    dropped: bool
    """None of those seen before was listed any more: some may have come and gone unseen."""
    unknown: int = 0
    """Entries that were not known by their identity; some may be known articles all the same."""
    forgotten: bool = False
    """Some that should be unchanged are not known here: the feed must be read as a whole."""


def record(
    conn: Connection,
    feed_id: int,
    found: Sequence[Entry],
    *,
    outlet: str,
    now: datetime,
    is_backfill: Callable[[Entry, int], bool],
    url_key: Callable[[str], str],
    reread_shared: bool = False,
    unchanged: Sequence[str] = (),
) -> Recorded:
    """Remember a feed's entries and make articles of the new ones, to be read at once.

    A known entry whose words have changed since changes its article, which is read again.

    An entry joins an existing article when its link leads to the same page: the same news
    listed by two feeds, or by one feed under a changed guid. Within one feed that needs the
    same title too, since some feeds give all their entries one link. If it says it in other
    words, the article is read again for these; and what was held as old when one feed was first
    polled is news when another lists it now.

    Args:
        conn: an open write transaction.
        feed_id: the feed that was polled.
        found: its entries, old and new.
        outlet: the name to show as the article's publisher.
        now: the time of the poll.
        is_backfill: whether a new entry is too old to tell anyone about, given how many the feed
            lists in this poll that are not known.
        url_key: the canonical form of an address.
        reread_shared: read an article again when a second feed turns out to list it too,
            because some watchlists only look at some feeds.
        unchanged: identities of those it lists besides, in the words it did last time.
    """
    if not found and not unchanged:
        return Recorded(wanted=(), new=0, dropped=False)
    known = _known(conn, feed_id, [*(entry.identity for entry in found), *unchanged])
    unknown = sum(entry.identity not in known for entry in found)
    poll = _Poll(
        conn,
        feed_id,
        outlet,
        now,
        lambda entry: is_backfill(entry, unknown),
        url_key,
        reread_shared,
    )
    had_entries = bool(known) or _has_entries(conn, feed_id)
    _touch(conn, [each.id for each in known.values()], now)
    wanted: list[int] = []
    fresh = joined = 0
    for entry in found:
        digest = _digest(entry)
        before = known.get(entry.identity)
        if before is None:
            place = poll.place(entry, digest)
            poll.add(entry, digest, place)
            fresh += 1
            joined += place.joined
        elif before.digest != digest:
            place = poll.edit(before, entry, digest)
        else:
            continue
        if place.wanted:
            wanted.append(place.article_id)
    return Recorded(
        wanted=tuple(dict.fromkeys(wanted)),
        new=fresh - joined,
        dropped=had_entries and fresh > 0 and not known and not joined,
        unknown=unknown,
        forgotten=any(identity not in known for identity in unchanged),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an entry belongs."""

    article_id: int
    wanted: bool
    """The article is to be read now."""
    text: str | None = None
    """The entry's own words, if it joined an article that has others; see the table."""

    @property
    def joined(self) -> bool:
        return self.text is not None


@dataclass(frozen=True, slots=True)
class _Poll:
    """What is the same for all entries of one poll; see `record`."""

    conn: Connection
    feed_id: int
    outlet: str
    now: datetime
    is_backfill: Callable[[Entry], bool]
    """Whether it is too old to tell anyone about."""
    url_key: Callable[[str], str]
    reread_shared: bool

    def add(self, entry: Entry, digest: str, place: _Place) -> None:
        """Remember an entry that was not known."""
        self.conn.execute(
            _NEW_ENTRY,
            {
                "feed_id": self.feed_id,
                "identity": entry.identity,
                "article_id": place.article_id,
                "text": place.text,
                "digest": digest,
                "first_seen": self.now,
                "last_seen": self.now,
            },
        )

    def edit(self, before: _Known, entry: Entry, digest: str) -> _Place:
        """Take an edit over into the entry's article; a new one, if it was deleted for its age."""
        if before.article_id is None:
            place = self.place(entry, digest)
        elif before.joined:
            place = _Place(before.article_id, wanted=True, text=_words(entry))
            self._read_again(before.article_id, {"edited": True})
        else:
            place = _Place(before.article_id, wanted=True)
            said = {"title": entry.title, "summary": entry.summary, "content": entry.content}
            self._read_again(before.article_id, {"edited": True, **said})
        self.conn.execute(
            update(entries)
            .where(entries.c.id == before.id)
            .values(digest=digest, article_id=place.article_id, text=place.text)
        )
        return place

    def place(self, entry: Entry, digest: str) -> _Place:
        """Find the article an entry without one belongs to, or make it."""
        key = self.url_key(entry.link) if entry.link else None
        found = _same_page(self.conn, self.feed_id, key, entry.title) if key else None
        if found is None:
            return _Place(self._create(entry, key), wanted=True)
        text = "" if digest in found.digests else _words(entry)
        listed_anew = self.feed_id not in found.feeds
        is_news = not self.is_backfill(replace(entry, published=entry.published or found.published))
        changes: dict[str, object] = {}
        if is_news and listed_anew:
            changes["published"] = found.published or entry.published
            changes["backfill"] = False
        elif is_news and text:
            changes["edited"] = True
        wanted = (
            (is_news and (bool(text) or (listed_anew and found.backfill)))
            or (self.reread_shared and listed_anew)
        )  # fmt: skip
        if wanted:
            self._read_again(found.id, changes)
        return _Place(found.id, wanted, text)

    def _read_again(self, article_id: int, changes: Mapping[str, object]) -> None:
        self.conn.execute(
            update(articles)
            .where(articles.c.id == article_id)
            .values(next_read=self.now, failed_reads=0, **changes)
        )

    def _create(self, entry: Entry, key: str | None) -> int:
        return int(
            self.conn.execute(
                _NEW_ARTICLE,
                {
                    "feed_id": self.feed_id,
                    "url": entry.link,
                    "url_key": key,
                    "title": entry.title,
                    "summary": entry.summary,
                    "content": entry.content,
                    "body": entry.content,
                    "outlet": self.outlet,
                    "authors": list(entry.authors),
                    "language": entry.language,
                    "published": entry.published,
                    "fetched": self.now,
                    "backfill": self.is_backfill(entry),
                    "next_read": self.now,
                },
            ).scalar_one()
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
    """An entry that was seen before."""

    id: int
    article_id: int | None
    digest: str
    joined: bool


def _known(conn: Connection, feed_id: int, wanted: Sequence[str]) -> dict[str, _Known]:
    known: dict[str, _Known] = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = conn.execute(
            select(
                *entries.c["identity", "id", "article_id", "digest"],
                entries.c.text.is_not(None).label("joined"),
            ).where(
                entries.c.feed_id == feed_id,
                entries.c.identity.in_(wanted[start : start + _CHUNK]),
            )
        )
        known.update(
            (row.identity, _Known(row.id, row.article_id, row.digest, row.joined)) for row in rows
        )
    return known


def _touch(conn: Connection, ids: Sequence[int], now: datetime) -> None:
    for start in range(0, len(ids), _CHUNK):
        some = entries.c.id.in_(ids[start : start + _CHUNK])
        conn.execute(update(entries).where(some).values(last_seen=now))


def _has_entries(conn: Connection, feed_id: int) -> bool:
    query = select(entries.c.id).where(entries.c.feed_id == feed_id).limit(1)
    return conn.scalar(query) is not None


@dataclass(frozen=True, slots=True)
class _SamePage:
    """An article whose page an entry's link leads to."""

    id: int
    published: datetime | None
    backfill: bool
    feeds: set[int]
    """Those that list it."""
    digests: set[str]
    """Of the words in which they do."""


def _same_page(conn: Connection, feed_id: int, key: str, title: str) -> _SamePage | None:
    for row in conn.execute(_ON_PAGE, {"key": key}):
        listings = conn.execute(
            select(entries.c.feed_id, entries.c.digest).where(entries.c.article_id == row.id)
        ).all()
        listing_feeds = {each.feed_id for each in listings}
        if row.title == title or feed_id not in listing_feeds:
            digests = {each.digest for each in listings}
            return _SamePage(row.id, row.published, row.backfill, listing_feeds, digests)
    return None


def _words(entry: Entry) -> str:
    return "\n\n".join(filter(None, (entry.title, entry.summary, entry.content)))


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

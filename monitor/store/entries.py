"""Entries: what feeds have listed, and which article each belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, bindparam, select, update

from monitor.model.reconciliation import (
    Create,
    Edit,
    Intent,
    Join,
    Known,
    KnownArticle,
    KnownEntry,
    Listed,
    Reconciled,
    Recorded,
)
from monitor.store import locks
from monitor.store.bulk import insert_all, insert_numbered
from monitor.store.columns import is_storable
from monitor.store.dialects import is_shared
from monitor.store.tables import articles, entries, feeds

T = TypeVar("T")

#: SQLite's default limit on variables in one statement is 32,766; stay far below.
_CHUNK = 500

# Built once: for SQLAlchemy to build a statement takes longer than for SQLite to run it.
_KNOWN = select(
    *entries.c["identity", "id", "article_id", "digest"],
    entries.c.text.is_not(None).label("joined"),
).where(
    entries.c.feed_id == bindparam("feed"),
    entries.c.identity.in_(bindparam("some", expanding=True)),
)
_AT_ADDRESSES = (
    select(*articles.c["id", "url_key", "url", "title", "published", "backfill"])
    .where(articles.c.url_key.in_(bindparam("some", expanding=True)))
    .order_by(articles.c.id)
)
_BY_TITLES = (
    select(*articles.c["id", "url_key", "url", "title", "published", "backfill"])
    .where(
        articles.c.id.in_(
            select(entries.c.article_id).where(entries.c.feed_id == bindparam("feed"))
        ),
        articles.c.title.in_(bindparam("some", expanding=True)),
    )
    .order_by(articles.c.id)
)
_ANY = select(entries.c.id).where(entries.c.feed_id == bindparam("feed")).limit(1)
_RETOLD = (
    update(entries)
    .where(entries.c.id == bindparam("entry"))
    .values(digest=bindparam("said"), article_id=bindparam("article"), text=bindparam("own"))
)


# --- what is known ----------------------------------------------------------------------------


def known(
    conn: Connection, feed_id: int, listed: Sequence[Listed], unchanged: Sequence[str]
) -> Known:
    """What is known of the entries that a feed's document lists, and of their pages.

    Args:
        conn: an open write transaction: nothing may change until the intents are carried out.
        feed_id: the feed.
        listed: those that may be new or different.
        unchanged: identities of the others.
    """
    if not listed and not unchanged:
        return Known({}, {}, had_entries=False)
    locks.take_feed(conn, feed_id)
    identities = [*(each.entry.identity for each in listed), *unchanged]
    given = {_stored(conn, each): each for each in identities}
    found = _entries(conn, feed_id, given)
    homeless = (
        each.url_key
        for each in listed
        if (before := found.get(each.entry.identity)) is None or before.article_id is None
    )
    keys = dict.fromkeys(key for key in homeless if key)
    locks.take_pages(conn, keys)
    return Known(
        found, _articles(conn, list(keys), given), bool(found) or _has_entries(conn, feed_id)
    )


def _stored(conn: Connection, identity: str) -> str:
    """The identity as it is stored: that of PostgreSQL's index is a text of limited length."""
    if not is_shared(conn) or is_storable(identity):
        return identity
    digest = blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"blake2b:{digest}"


def _entries(conn: Connection, feed_id: int, given: Mapping[str, str]) -> dict[str, KnownEntry]:
    """What is known of entries, by their identities, which are given by how they are stored."""
    found: dict[str, KnownEntry] = {}
    for some in _chunks([*given]):
        rows = conn.execute(_KNOWN, {"feed": feed_id, "some": some})
        found.update(
            (given[row.identity], KnownEntry(row.id, row.article_id, row.digest, row.joined))
            for row in rows
        )
    return found


def listed_before(
    conn: Connection, feed_id: int, titles: Collection[str], now_listed: Collection[str]
) -> list[KnownArticle]:
    """Articles with one of these titles that a feed has listed, and lists no more.

    Args:
        conn: an open write transaction.
        feed_id: the feed.
        titles: the titles.
        now_listed: identities of what it lists now.
    """
    found = [
        row
        for some in _chunks([*titles])
        for row in conn.execute(_BY_TITLES, {"feed": feed_id, "some": some})
    ]
    known = _known_articles(conn, found, {})
    here = {_stored(conn, each) for each in now_listed}
    return [
        each
        for each in known
        if not any(feed == feed_id and name in here for feed, name, _ in each.listings)
    ]


def _articles(
    conn: Connection, keys: Sequence[str], given: Mapping[str, str]
) -> dict[str, tuple[KnownArticle, ...]]:
    rows = [row for some in _chunks(keys) for row in conn.execute(_AT_ADDRESSES, {"some": some})]
    found: defaultdict[str, list[KnownArticle]] = defaultdict(list)
    for row, each in zip(rows, _known_articles(conn, rows, given), strict=True):
        found[row.url_key].append(each)
    return {key: tuple(each) for key, each in found.items()}


def _known_articles(
    conn: Connection, rows: Sequence[Row[Any]], given: Mapping[str, str]
) -> list[KnownArticle]:
    listings: defaultdict[int, list[tuple[int, str, str]]] = defaultdict(list)
    for some in _chunks([row.id for row in rows]):
        query = select(*entries.c["article_id", "feed_id", "identity", "digest"])
        for each in conn.execute(query.where(entries.c.article_id.in_(some))):
            identity = given.get(each.identity, each.identity)
            listings[each.article_id].append((each.feed_id, identity, each.digest))
    return [
        KnownArticle(
            row.id, row.title, row.published, row.backfill, tuple(listings[row.id]), row.url
        )
        for row in rows
    ]


def _has_entries(conn: Connection, feed_id: int) -> bool:
    return conn.scalar(_ANY, {"feed": feed_id}) is not None


# --- what is to be done -----------------------------------------------------------------------


def carry_out(
    conn: Connection, feed_id: int, reconciled: Reconciled, *, outlet: str, now: datetime
) -> Recorded:
    """Do what a document means.

    Args:
        conn: the write transaction in which it was found out.
        feed_id: the feed.
        reconciled: the intents.
        outlet: the name to show as the publisher of new articles.
        now: the time of the poll.
    """
    _touch(conn, reconciled.seen, now)
    created = _create(conn, feed_id, reconciled.intents, outlet, now)
    wanted: list[int] = []
    old: set[int] = set()
    new: list[dict[str, Any]] = []
    retold: list[dict[str, Any]] = []
    for intent in reconciled.intents:
        article_id, text = _apply(conn, intent, created, now)
        if isinstance(intent, Create) and intent.backfill:
            old.add(article_id)
        elif isinstance(intent, Edit) or (isinstance(intent, Join) and intent.read_again):
            old.discard(article_id)
        if not isinstance(intent, Join) or intent.read_again:
            wanted.append(article_id)
        if intent.entry_id is None:
            identity = _stored(conn, intent.listed.entry.identity)
            entry = {"identity": identity, "digest": intent.listed.digest}
            new.append({"article_id": article_id, "text": text, **entry})
        else:
            said = {"said": intent.listed.digest, "article": article_id, "own": text}
            retold.append({"entry": intent.entry_id, **said})
    insert_all(conn, entries, new, {"feed_id": feed_id, "first_seen": now, "last_seen": now})
    if retold:
        conn.execute(_RETOLD, retold)
    return Recorded(reconciled, tuple(dict.fromkeys(wanted)), frozenset(old))


def _create(
    conn: Connection, feed_id: int, intents: Sequence[Intent], outlet: str, now: datetime
) -> dict[int, int]:
    """The ids of new articles by the identity (`id`) of the intents that make them."""
    creating = [each for each in intents if isinstance(each, Create)]
    rows = [
        {
            "url": each.listed.entry.link,
            "url_key": each.listed.url_key,
            "title": each.listed.entry.title,
            "summary": each.listed.entry.summary,
            "content": each.listed.entry.content,
            "body": each.listed.entry.content,
            "authors": list(each.listed.entry.authors),
            "language": each.listed.entry.language,
            "published": each.listed.entry.published,
            "backfill": each.backfill,
        }
        for each in creating
    ]
    same = {"feed_id": feed_id, "outlet": outlet, "fetched": now, "next_read": now}
    ids = insert_numbered(conn, articles, rows, same)
    return {id(each): int(number) for each, number in zip(creating, ids, strict=True)}


def _apply(
    conn: Connection, intent: Intent, created: dict[int, int], now: datetime
) -> tuple[int, str | None]:
    """Change the intent's article; its id, and the words that its entry keeps for itself."""
    match intent:
        case Create():
            return created[id(intent)], None
        case Join(article=article):
            article_id = created[id(article)] if isinstance(article, Create) else article
            if intent.read_again:
                changes: dict[str, Any] = {"edited": True} if intent.edited else {}
                if intent.is_news:
                    changes |= {"published": intent.published, "backfill": False}
                _read_again(conn, article_id, now, changes)
            return article_id, intent.text
        case Edit():
            entry = intent.listed.entry
            said = {"title": entry.title, "summary": entry.summary, "content": entry.content}
            own = said if intent.text is None else {}
            _read_again(conn, intent.article_id, now, {"edited": True, **own})
            return intent.article_id, intent.text


def _read_again(conn: Connection, article_id: int, now: datetime, changes: dict[str, Any]) -> None:
    conn.execute(
        update(articles)
        .where(articles.c.id == article_id)
        .values(next_read=now, failed_reads=0, **changes)
    )


def _touch(conn: Connection, ids: Sequence[int], now: datetime) -> None:
    for some in _chunks(ids):
        conn.execute(update(entries).where(entries.c.id.in_(some)).values(last_seen=now))


# --- for those who look -----------------------------------------------------------------------


def identities(conn: Connection, url: str) -> set[str]:
    """The identities of all entries a feed has ever shown."""
    return set(
        conn.scalars(
            select(entries.c.identity)
            .join(feeds, feeds.c.id == entries.c.feed_id)
            .where(feeds.c.url == url)
        )
    )


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]

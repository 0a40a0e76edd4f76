"""What no two processes do at the same time, on a database on which several are at work.

PostgreSQL's advisory locks last until the transaction ends. All that a statement takes it takes
in order, so that no two wait for each other; a transaction that takes several kinds takes a
feed's first, then pages', a story's and at last a channel's. What is read after a lock was taken
shows what its holder before has committed. SQLite has one writer at a time: nothing is to be done.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from hashlib import blake2b

from sqlalchemy import Connection, text

from monitor.store.dialects import is_shared

#: Pages share so many locks. A server keeps locks in a table of a fixed size, and a feed may list
#: tens of thousands of pages.
PAGES = 512
#: Of the watched entities that a report names, so many at the most.
ENTITIES = 32

_TAKE = text(
    "SELECT count(pg_advisory_xact_lock(each.key)) FROM (SELECT CAST(value AS bigint) AS key "
    "FROM json_array_elements_text(CAST(:keys AS json)) ORDER BY key) AS each"
)


def take_pages(conn: Connection, url_keys: Iterable[str]) -> None:
    """Be the only one who looks for articles of pages, and makes them where there are none."""
    _take(conn, (_number("page", key) % PAGES for key in url_keys))


def take_feed(conn: Connection, feed_id: int) -> None:
    """Be the only one who enters what a feed lists: it may be polled and pushed at once."""
    _take(conn, [_number("feed", str(feed_id))])


def take_story(conn: Connection, text_keys: Iterable[int], entities: Collection[str]) -> None:
    """Be the only one who looks for the story of such a report, begins it and tells of it.

    Args:
        conn: an open write transaction.
        text_keys: under which copies of the report are found.
        entities: the watched ones that it names.
    """
    some = sorted(entities)[:ENTITIES]
    _take(conn, [*text_keys, *(_number("entity", each) for each in some)])


def take_channel(conn: Connection, *names: str) -> None:
    """Be the only one who takes what is due on channels."""
    _take(conn, (_number("channel", each) for each in names))


def take(conn: Connection, name: str) -> None:
    """Be the only one who does what is called so."""
    _take(conn, [_number("deed", name)])


def _take(conn: Connection, keys: Iterable[int]) -> None:
    if is_shared(conn) and (chosen := list(set(keys))):
        conn.execute(_TAKE, {"keys": json.dumps(chosen)})


def _number(kind: str, name: str) -> int:
    digest = blake2b(f"{kind}:{name}".encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)

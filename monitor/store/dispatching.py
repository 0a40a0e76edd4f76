"""Handing out what is due to many workers: on PostgreSQL only.

The rows are the truth: what is handed out is claimed until a time, and who works on it has his
number written there. Whoever wakes up after his claim has ended and somebody else has taken over
finds another number, and records nothing. Times are the server's own.

    due ──take──▶ handed out (a job with its id waits; claimed for two minutes, by nobody yet)
     ▲              │ start: a worker has begun, for twenty seconds, and renews that
     ├── put off ◀──┼──▶ recorded by the step itself, and due another time
     └── the claim ends, or is handed back
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, bindparam, func, or_, select, text, update

from monitor.store.tables import articles, feeds

#: How long what was handed out may wait for a worker, in seconds: longer than any backlog takes.
HANDED_OUT_SECONDS = 120
#: How long a worker that says nothing is believed to be at what it began, in seconds.
LEASE_SECONDS = 20
#: How often it says so.
RENEWED_EVERY_SECONDS = 6.0
#: Due rows looked at in one statement.
LOOKED_AT = 1000

_HOST = r"substring(coalesce({moved}, {url}) FROM '^[^:/]+://(?:[^/@]*@)?([^/?#]*)')"


@dataclass(frozen=True, slots=True)
class Due:
    """What was taken to be handed out."""

    id: int
    host: str | None
    doubtful: bool
    """It failed last time."""


# Of what is due first, so many of each host and each feed are taken; the others' turn comes later,
# so that whoever has much that is due does not stand before everybody else's.
_TAKE = """
WITH due AS (
    SELECT id, {host} AS host, {feed} AS feed, {doubtful} AS doubtful, {at} AS at
    FROM {table}
    WHERE {come} AND (claimed_until IS NULL OR claimed_until <= now())
    ORDER BY {at}, id LIMIT :look FOR UPDATE SKIP LOCKED
), by_host AS (
    SELECT *, CASE WHEN host IS NULL THEN 1 ELSE
        row_number() OVER (PARTITION BY host ORDER BY at, id) END AS nth_of_host,
        CASE WHEN host IS NULL OR feed IS NULL THEN 1 ELSE
        row_number() OVER (PARTITION BY feed ORDER BY at, id) END AS nth_of_feed
    FROM due
), fair AS (
    SELECT *, row_number() OVER (ORDER BY at, id) AS nth
    FROM by_host WHERE nth_of_host <= :per_host AND nth_of_feed <= :per_feed
), handed AS (
    UPDATE {table} AS t SET claimed_by = NULL,
        claimed_until = now() + make_interval(secs => :seconds)
    FROM fair WHERE t.id = fair.id AND fair.nth <= :room
    RETURNING t.id, fair.host, fair.doubtful, fair.nth
), later AS (
    UPDATE {table} AS t SET claimed_by = NULL, claimed_until = now() + make_interval(secs =>
        least(30, greatest(1, by_host.nth_of_host / :per_host, by_host.nth_of_feed / :per_feed)))
    FROM by_host WHERE t.id = by_host.id
        AND (by_host.nth_of_host > :per_host OR by_host.nth_of_feed > :per_feed)
)
SELECT id, host, doubtful FROM handed ORDER BY host, nth
"""

TAKE_FEEDS = text(
    _TAKE.format(
        table="feeds",
        host=_HOST.format(moved="CASE WHEN moved_confirmed IS NULL THEN NULL ELSE moved_to END",
                          url="url"),
        feed="NULL::bigint",
        doubtful="failures > 0",
        at="next_poll",
        come="subscribed AND NOT stopped AND next_poll <= now()",
    )
)  # fmt: skip
TAKE_ARTICLES = text(
    _TAKE.format(
        table="articles",
        host=_HOST.format(moved="NULL", url="url_key"),
        feed="feed_id",
        doubtful="false",
        at="next_read",
        come="next_read <= now()",
    )
)


def take_feeds(conn: Connection, room: int, per_host: int) -> list[Due]:
    """Take feeds that are due, longest first; those of a host follow each other.

    Args:
        conn: an open write transaction, in which they must be handed out.
        room: how many at most.
        per_host: how many of a host at most.
    """
    return _take(conn, TAKE_FEEDS, room, per_host, LOOKED_AT)


def take_articles(conn: Connection, room: int, per_host: int, per_feed: int) -> list[Due]:
    """The same of articles that are to be read, of which a feed's own share is limited too."""
    return _take(conn, TAKE_ARTICLES, room, per_host, per_feed)


def _take(conn: Connection, statement: Any, room: int, per_host: int, per_feed: int) -> list[Due]:
    values = {"look": LOOKED_AT, "room": room, "per_host": per_host, "per_feed": per_feed}
    rows = conn.execute(statement, {**values, "seconds": HANDED_OUT_SECONDS})
    return [Due(row.id, row.host, row.doubtful) for row in rows]


def start(conn: Connection, table: Table, ids: Collection[int], worker: int) -> frozenset[int]:
    """Begin on what was handed out; the ids of what is still to be begun.

    Args:
        conn: an open write transaction.
        table: feeds or articles.
        ids: of a job.
        worker: whose number is written there.
    """
    handed_out = table.c.claimed_by.is_(None) & table.c.claimed_until.is_not(None)
    return _change(
        conn, table, ids, handed_out, claimed_by=worker, claimed_until=_in(LEASE_SECONDS)
    )


def renew(conn: Connection, table: Table, ids: Collection[int], worker: int) -> frozenset[int]:
    """Go on with what is under way; the ids of what still is this worker's."""
    mine = (table.c.claimed_by == worker) & table.c.claimed_until.is_not(None)
    return _change(conn, table, ids, mine, claimed_until=_in(LEASE_SECONDS))


def hand_back(conn: Connection, table: Table, ids: Collection[int], worker: int) -> None:
    """Give back what was handed out or begun: it is due as it was."""
    _change(conn, table, ids, _no_others(table, worker), claimed_by=None, claimed_until=None)


def hand_back_all(conn: Connection, worker: int) -> None:
    """Give back all that a worker has begun."""
    for table in (feeds, articles):
        mine = (table.c.claimed_by == worker) & table.c.claimed_until.is_not(None)
        conn.execute(update(table).where(mine).values(claimed_by=None, claimed_until=None))


def put_off(
    conn: Connection, table: Table, ids: Collection[int], worker: int, seconds: float
) -> None:
    """Give back what is not to be tried for so long: it keeps its place in the schedule."""
    later = _in(seconds)
    _change(conn, table, ids, _no_others(table, worker), claimed_by=None, claimed_until=later)


def is_held(conn: Connection, table: Table, row: int, worker: int) -> bool:
    """Whether what a worker began is still its own; nobody takes it while the transaction lasts."""
    return conn.scalar(_HELD[table.name], {"row": row, "worker": worker}) is not None


# Built once: to build a statement takes longer than to run it.
_HELD = {
    table.name: select(table.c.id)
    .where(table.c.id == bindparam("row"), table.c.claimed_by == bindparam("worker"))
    .with_for_update(key_share=True)
    for table in (feeds, articles)
}


def _in(seconds: float) -> ColumnElement[datetime]:
    return func.now() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)


def _no_others(table: Table, worker: int) -> ColumnElement[bool]:
    return or_(table.c.claimed_by == worker, table.c.claimed_by.is_(None))


def _change(
    conn: Connection, table: Table, ids: Collection[int], which: ColumnElement[bool], **values: Any
) -> frozenset[int]:
    if not ids:
        return frozenset()
    # Sorted: whoever locks several rows locks them in one order.
    wanted = select(table.c.id).where(table.c.id.in_(sorted(ids)), which).order_by(table.c.id)
    chosen = wanted.with_for_update(key_share=True).scalar_subquery()
    change = update(table).where(table.c.id.in_(chosen)).values(**values).returning(table.c.id)
    return frozenset(conn.scalars(change))

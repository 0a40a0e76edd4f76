"""Leases: who works on a feed or an article has claimed it for a while, and gives it back.

A process that is killed loses no more than its leases: once they have ended, what it had claimed
is due as it was. Who works on for longer renews its leases. Work whose lease could not be renewed,
as the database was away, may be begun a second time, which costs time and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Table, bindparam, or_, update

#: Longer than nearly any poll or reading takes, with its waiting for a host and its retries.
LEASE = timedelta(minutes=10)
#: After so long those under way are renewed: one renewal may fail.
RENEWED_EVERY = LEASE / 3


def is_free(table: Table, now: datetime) -> ColumnElement[bool]:
    """Whether a row of feeds or articles may be claimed, as a condition."""
    return _is_free(table, now, now + LEASE)


def _is_free(table: Table, now: Any, furthest: Any) -> ColumnElement[bool]:
    until = table.c.claimed_until
    # A claim that ends later than any of now was made by a clock that was ahead.
    return or_(until.is_(None), until <= now, until > furthest)


@cache
def _claim(table: Table) -> Any:
    now, until = (_moment(table, name) for name in ("now", "until"))
    return (
        update(table)
        .where(_chosen(table), _is_free(table, now, until))
        .values(claimed_until=until)
        .returning(table.c.id)
    )


@cache
def _hand_back(table: Table) -> Any:
    return update(table).where(_chosen(table)).values(claimed_until=None)


@cache
def _renew(table: Table) -> Any:
    still_claimed = table.c.claimed_until.is_not(None)
    until = _moment(table, "until")
    return update(table).where(_chosen(table), still_claimed).values(claimed_until=until)


def _chosen(table: Table) -> ColumnElement[bool]:
    return table.c.id.in_(bindparam("ids", expanding=True))


def _moment(table: Table, name: str) -> BindParameter[Any]:
    return bindparam(name, type_=table.c.claimed_until.type)


def claim(conn: Connection, table: Table, ids: Collection[int], now: datetime) -> frozenset[int]:
    """Claim rows; the ids of those that nobody else has claimed meanwhile.

    Args:
        conn: an open write transaction.
        table: feeds or articles.
        ids: some thousands at most.
        now: the time.
    """
    values = {"ids": list(ids), "now": now, "until": now + LEASE}
    return frozenset(conn.scalars(_claim(table), values)) if ids else frozenset()


def renew(conn: Connection, table: Table, ids: Collection[int], now: datetime) -> None:
    """Have claims last for another lease from now on, apart from those given up meanwhile.

    Args:
        conn: an open write transaction.
        table: feeds or articles.
        ids: of what the caller has claimed, some thousands at most.
        now: the time.
    """
    if ids:
        conn.execute(_renew(table), {"ids": list(ids), "until": now + LEASE})


def hand_back(conn: Connection, table: Table, ids: Collection[int]) -> None:
    """Give up claims on what was not done, some thousands at most: it is due as it was."""
    if ids:
        conn.execute(_hand_back(table), {"ids": list(ids)})


def hand_back_all(conn: Connection, table: Table) -> int:
    """Give up what a process that was killed had claimed; how much.

    Only for the holder of the daemon lock, who knows that nobody else works.
    """
    claimed = table.c.claimed_until.is_not(None)
    return conn.execute(update(table).where(claimed).values(claimed_until=None)).rowcount

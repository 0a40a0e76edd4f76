"""What every host is spared by all machines together: one row a host, on PostgreSQL only.

The functions that decide are the database's own (`machines.sql`), so that one round trip does for
all who ask at a moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BindParameter, Connection, bindparam, text
from sqlalchemy.types import DateTime, Float, Integer, Text, TypeEngine


@dataclass(frozen=True, slots=True)
class Wanted:
    """That a host is to be asked: how much at once, and with which pauses, in seconds."""

    host: str
    most: int
    usual: float
    gap: float
    burst: int
    lease: float
    """How long the request may be believed to live."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether it may be asked."""

    wait: float
    """If not, in how many seconds to try again."""
    until: datetime | None
    """By what the permit is known when it is given back."""
    status: int | None
    """What the host answered when it asked for time, if it is that."""


@dataclass(frozen=True, slots=True)
class Given:
    """That a host is not asked any more."""

    host: str
    until: datetime
    """By what the permit is known."""


@dataclass(frozen=True, slots=True)
class Held:
    """That a host has asked to be asked by nobody until a time."""

    host: str
    until: float
    """By a clock of this process, in seconds."""
    status: int
    """What it answered."""


def _list(name: str, kind: TypeEngine[Any]) -> BindParameter[Any]:
    return bindparam(name, type_=ARRAY(kind))


# Sorted first: whoever locks several rows locks them in one order.
_TAKE = text(
    "SELECT turn.wait, turn.until, turn.status, asked.n FROM ("
    "SELECT * FROM unnest(:hosts, :most, :usual, :gaps, :bursts, :leases)"
    " WITH ORDINALITY AS each(host, most, usual, gap, burst, lease, n) ORDER BY host, n OFFSET 0"
    ") AS asked CROSS JOIN LATERAL"
    " host_take(asked.host, asked.most, asked.usual, asked.gap, asked.burst, asked.lease) AS turn"
).bindparams(
    _list("hosts", Text()),
    _list("most", Integer()),
    _list("usual", Float()),
    _list("gaps", Float()),
    _list("bursts", Integer()),
    _list("leases", Float()),
)
_GIVE = text(
    "SELECT host_give(host, lease) FROM (SELECT * FROM unnest(:hosts, :leases)"
    " AS each(host, lease) ORDER BY host OFFSET 0) AS given"
).bindparams(_list("hosts", Text()), _list("leases", DateTime(timezone=True)))
_HOLD = text(
    "INSERT INTO host_holds AS held (host, until, status)"
    " VALUES (:host, clock_timestamp() + make_interval(secs => :seconds), :status)"
    " ON CONFLICT (host) DO UPDATE SET until = excluded.until, status = excluded.status"
    " WHERE excluded.until > held.until"
)
_FORGET = (
    text("DELETE FROM host_holds WHERE until < now()"),
    text(
        "DELETE FROM host_permits WHERE next_page < now()"
        " AND NOT EXISTS (SELECT FROM unnest(leases) AS each WHERE each > now())"
    ),
)
_COUNT = text(
    "SELECT (SELECT count(*) FROM host_permits, unnest(leases) AS each WHERE each > now()),"
    " (SELECT count(*) FROM host_holds WHERE until > now())"
)


def take(conn: Connection, wanted: Sequence[Wanted]) -> list[Turn]:
    """Ask for permits; the answers, in the same order."""
    columns = zip(*map(astuple, wanted), strict=True)
    names = ("hosts", "most", "usual", "gaps", "bursts", "leases")
    rows = conn.execute(
        _TAKE, {name: [*column] for name, column in zip(names, columns, strict=True)}
    )
    turns = {row.n: Turn(row.wait or 0.0, row.until, row.status) for row in rows}
    return [turns[number] for number in range(1, len(wanted) + 1)]


def give(conn: Connection, given: Sequence[Given]) -> None:
    """Give permits back."""
    hosts, leases = [each.host for each in given], [each.until for each in given]
    conn.execute(_GIVE, {"hosts": hosts, "leases": leases})


def hold(conn: Connection, held: Sequence[Held], now: float) -> None:
    """Have nobody ask hosts that have asked for that.

    Args:
        conn: an open connection.
        held: what each has asked for.
        now: the time, by the clock that this was noted with.
    """
    for each in sorted(held, key=lambda each: each.host):
        seconds = max(0.0, each.until - now)
        conn.execute(_HOLD, {"host": each.host, "seconds": seconds, "status": each.status})


def forget(conn: Connection) -> None:
    """Forget the hosts that nobody asks and that ask for nothing."""
    for statement in _FORGET:
        conn.execute(statement)


def counts(conn: Connection) -> tuple[int, int]:
    """How many permits are out, and how many hosts have asked for time."""
    row = conn.execute(_COUNT).one()
    return row[0], row[1]

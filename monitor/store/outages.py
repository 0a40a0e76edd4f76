"""Feeds that could not be reached: which is tried while the network is away, and all afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from monitor.model.feed import DEAD_AFTER, PollReason, PollReasonKind
from monitor.store import leases
from monitor.store.tables import feeds

#: While the network is away, one of the feeds is asked so often, each in its turn.
PROBE = timedelta(seconds=10)
#: When it is back, all are asked within so long, and no more than so many a second.
SPREAD = timedelta(seconds=45)
A_SECOND = 4

_AWAY = feeds.c.subscribed, ~feeds.c.stopped, feeds.c.unreachable, feeds.c.failures < DEAD_AFTER
_NETWORK = PollReason(PollReasonKind.NETWORK)


def unreachable(conn: Connection) -> list[str]:
    """The addresses of feeds that could not be reached since any was read last."""
    read = select(func.max(feeds.c.last_ok)).scalar_subquery()
    since = func.coalesce(feeds.c.last_polled > read, True)
    return list(conn.scalars(select(feeds.c.url).where(*_AWAY, since)))


def probe(conn: Connection, now: datetime) -> None:
    """Have one feed asked soon whether the network is back: who waits longest for its turn."""
    soon = now + PROBE
    # One that is being asked may be about to fail, too: of two such each would leave it to the
    # other, where both are recorded at once.
    away = *_AWAY, leases.is_free(feeds, now)
    waiting = select(feeds.c.id).where(*away, feeds.c.next_poll <= soon).limit(1)
    if conn.scalar(waiting) is not None:
        return
    longest = select(feeds.c.id).where(*away).order_by(feeds.c.last_polled, feeds.c.id).limit(1)
    conn.execute(
        update(feeds)
        .where(feeds.c.id == longest.scalar_subquery())
        .values(next_poll=soon, next_reason=_NETWORK)
    )


def bring_back(conn: Connection, now: datetime) -> int:
    """Have all feeds asked soon that could not be reached, spread over `SPREAD`; how many."""
    later = feeds.c.next_poll > now
    ids = list(conn.scalars(select(feeds.c.id).where(*_AWAY, later).order_by(feeds.c.id)))
    apart = min(SPREAD / max(len(ids), 1), timedelta(seconds=1) / A_SECOND)
    for place, number in enumerate(ids):
        at = now + place * apart
        # Those that are due before then anyway keep their turn.
        conn.execute(
            update(feeds)
            .where(feeds.c.id == number, feeds.c.next_poll > at)
            .values(next_poll=at, next_reason=_NETWORK)
        )
    return len(ids)

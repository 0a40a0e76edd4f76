"""How much was kept of each feed on each day (UTC), and how much was not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Table,
    bindparam,
    delete,
    or_,
    select,
    update,
)

from monitor.model.feed import FeedDay
from monitor.store.columns import NUMBER, short
from monitor.store.dialects import insert
from monitor.store.prepared import Prepared
from monitor.store.tables import feeds, metadata

#: For so long it can be seen that something was left out.
KEEP = timedelta(days=30)

feed_days = Table(
    "feed_days",
    metadata,
    Column("feed_id", ForeignKey("feeds.id"), primary_key=True),
    # Such as "2026-11-29".
    Column("day", short(10), primary_key=True),
    # New ones, and bytes of what they and their pages say.
    Column("entries", NUMBER, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    # Texts of which little was kept, and entries of which nothing was, at its latest poll.
    Column("shortened", NUMBER, nullable=False),
    Column("left_out", NUMBER, nullable=False),
    # Operators were told that something was.
    Column("told", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

_COLUMNS = feed_days.c["entries", "bytes", "shortened", "left_out"]


def _added() -> Any:
    counts = "entries", "bytes", "shortened"
    values: dict[str, Any] = {name: bindparam(name) for name in ("feed_id", "day", *counts)}
    added = insert(feed_days).values(**values, left_out=0, told=False)
    more = {name: feed_days.c[name] + added.excluded[name] for name in counts}
    return added.on_conflict_do_update(index_elements=["feed_id", "day"], set_=more).returning(
        *_COLUMNS
    )


_ADD = Prepared(_added())


def add(
    conn: Connection,
    feed_id: int,
    now: datetime,
    *,
    entries: int = 0,
    size: int = 0,
    shortened: int = 0,
) -> FeedDay:
    """Note what is kept of a feed; what it comes to today.

    Args:
        conn: an open write transaction.
        feed_id: the feed.
        now: the time.
        entries: new ones.
        size: bytes of text.
        shortened: texts of which little was kept.
    """
    values = {"feed_id": feed_id, "day": _day(now), "entries": entries, "bytes": size}
    [counts] = _ADD.rows(conn, values | {"shortened": shortened})
    return FeedDay(*counts)


def leave_out(conn: Connection, feed_id: int, now: datetime, entries: int) -> None:
    """Note how many entries of a feed's document were not kept."""
    add(conn, feed_id, now)
    this = feed_days.c.feed_id == feed_id, feed_days.c.day == _day(now)
    conn.execute(update(feed_days).where(*this).values(left_out=entries))


_TODAY = select(*_COLUMNS).where(
    feed_days.c.feed_id == bindparam("feed"), feed_days.c.day == bindparam("this")
)


def today(conn: Connection, feed_id: int, now: datetime) -> FeedDay:
    """What is kept of a feed today."""
    row = conn.execute(_TODAY, {"feed": feed_id, "this": _day(now)}).one_or_none()
    return FeedDay() if row is None else FeedDay(*row)


def bounded(conn: Connection, now: datetime) -> dict[int, FeedDay]:
    """The feeds of which not all is kept today, by number."""
    those = feed_days.c.day == _day(now), _is_bounded()
    query = select(feed_days.c.feed_id, *_COLUMNS).where(*those)
    return {row.feed_id: FeedDay(*row[1:]) for row in conn.execute(query)}


def to_tell(conn: Connection, now: datetime) -> list[tuple[str, FeedDay]]:
    """The names of feeds of which not all is kept today, each once a day."""
    untold = feed_days.c.day == _day(now), _is_bounded(), ~feed_days.c.told
    query = (
        select(feeds.c.name, *_COLUMNS)
        .join(feeds, feeds.c.id == feed_days.c.feed_id)
        .where(*untold)
        .order_by(feeds.c.name, feeds.c.id)
    )
    found = [(row.name, FeedDay(*row[1:])) for row in conn.execute(query)]
    if found:
        conn.execute(update(feed_days).where(*untold).values(told=True))
    return found


def forget(conn: Connection, now: datetime) -> int:
    """Delete what is of no interest any more; how many rows."""
    return conn.execute(delete(feed_days).where(feed_days.c.day < _day(now - KEEP))).rowcount


def _is_bounded() -> ColumnElement[bool]:
    return or_(feed_days.c.shortened > 0, feed_days.c.left_out > 0)


def _day(now: datetime) -> str:
    return now.date().isoformat()

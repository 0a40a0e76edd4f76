"""Texts of articles by days, on PostgreSQL: a day that is too old goes as a whole.

Tables are made for some days ahead. What comes for a day without a table stays in its article's
row, so nothing depends on that. When retention keeps nothing of a day but what is still needed, the
day is *closed* (what comes goes into the rows), *emptied* (the texts of articles that are left go
back into their rows), detached and dropped. Each of these can be broken off and done again, by
whichever process; none waits for others for long, and nobody waits for it. The texts of articles
that were deleted before go with their day at the latest.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from monitor.errors import StoreError
from monitor.store import locks
from monitor.store.database import Database
from monitor.store.postgresql_faults import is_passing
from monitor.store.write_queue import done

#: So many days are made beforehand.
AHEAD = 7
#: For so long others are waited for, in seconds, before it is left for the next time.
PATIENCE = 2.0
#: Articles whose texts go back in one transaction.
BATCH = 200

#: Of the locks by day, as the triggers have it; and under which one process drops days.
_LOCKS, _DROPPING = 0x74657874, 0x64726F7064617973  # "text", "dropdays" in ASCII
_NAME = "article_texts_{:%Y%m%d}"

_OPENED = text("SELECT to_regclass('text_days') IS NOT NULL AND EXISTS (SELECT FROM pg_trigger"
               " WHERE tgname = 'article_texts_new')")  # fmt: skip
_DAYS = text("SELECT day, closed, emptied IS NOT NULL AS emptied FROM text_days"
             " WHERE day < :before ORDER BY day")  # fmt: skip
_CLOSE_LOCK = text("SELECT pg_advisory_xact_lock(:lock, :day - date '2000-01-01')")
_CLOSE = text("UPDATE text_days SET closed = true WHERE day = :day")
# The texts are looked for by their articles: of a day's most are gone.
_LEFT = text(
    "SELECT a.fetched, a.id FROM articles AS a WHERE (a.fetched, a.id) > (:after, :number)"
    " AND a.fetched < :until ORDER BY a.fetched, a.id LIMIT :limit"
)
_GIVE_BACK = text(
    "UPDATE articles AS a SET"
    " body = CASE a.body WHEN '' THEN t.body ELSE a.body END,"
    " content = CASE a.content WHEN '' THEN t.content ELSE a.content END"
    " FROM article_texts AS t WHERE t.day = :day AND t.article_id = a.id AND a.id = ANY(:ids)"
    " AND ((a.body = '' AND t.body <> '') OR (a.content = '' AND t.content <> ''))"
)
_EMPTIED = text(
    "UPDATE text_days SET emptied = pg_current_xact_id()::text::bigint WHERE day = :day"
)
# Who looks at the database as it was before would find the texts in neither place.
_IS_LOOKED_AT = text(
    "SELECT EXISTS (SELECT FROM pg_stat_activity, text_days WHERE text_days.day = :day"
    " AND datname = current_database() AND backend_type = 'client backend'"
    " AND pid <> pg_backend_pid()"
    " AND age(backend_xmin) >= age(emptied::text::xid8::xid))"
)
_ATTACHED = text(
    "SELECT inhdetachpending FROM pg_inherits WHERE inhparent = 'article_texts'::regclass"
    " AND inhrelid = to_regclass(:table)"
)
_FORGET = text("DELETE FROM text_days WHERE day = :day")

Later = Callable[[date, str], None]
"""Told of a day that goes another time, and why."""


@dataclass(frozen=True, slots=True)
class _Day:
    day: date
    closed: bool
    emptied: bool

    @property
    def table(self) -> str:
        return _NAME.format(self.day)

    @property
    def begins(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC)


def make_ahead(db: Database, now: datetime, days: int = AHEAD) -> int:
    """Make tables for today and some days more; how many were made.

    Args:
        db: a database on a server, of which no program of before is at work any more; else none
            is made.
        now: the time.
        days: after today.

    Raises:
        StoreError: the database failed, or somebody is in its way (`is_passing`): then there is
            time until tomorrow, and after that there are the rows.
    """
    first = now.astimezone(UTC).date()
    wanted = [first + timedelta(days=each) for each in range(days + 1)]
    return done(db, partial(make, days=wanted))


def make(conn: Connection, days: list[date]) -> int:
    """Make tables for days that have none; how many were made.

    Args:
        conn: an open write transaction.
        days: by UTC.
    """
    if not conn.scalar(_OPENED):
        return 0
    there = set(conn.scalars(text("SELECT day FROM text_days")))
    if there.issuperset(days):
        return 0
    locks.take(conn, "text days")
    _be_patient(conn)
    there = set(conn.scalars(text("SELECT day FROM text_days")))
    missing = [each for each in days if each not in there]
    for each in missing:
        name = _NAME.format(each)
        until = each + timedelta(days=1)
        conn.execute(text(f"CREATE TABLE {name} (LIKE article_texts INCLUDING ALL)"))
        conn.execute(
            text(
                f"ALTER TABLE article_texts ATTACH PARTITION {name} "
                f"FOR VALUES FROM ('{each}') TO ('{until}')"
            )
        )
        conn.execute(text("INSERT INTO text_days (day) VALUES (:day)"), {"day": each})
    return len(missing)


def drop(
    db: Database,
    before: datetime | None,
    is_stopping: Callable[[], bool] = lambda: False,
    later: Later = lambda *_: None,
) -> int:
    """Drop the texts of the days that end before a time; how many days went.

    Articles that are too old are to be deleted first: the texts of those that are left are kept.

    Args:
        db: a database; in a file there is nothing to be done.
        before: a day goes when all of it is older; None: none does.
        is_stopping: asked now and then whether to leave the rest for another time.
        later: told of the days that others are in the way of.

    Raises:
        StoreError: the database failed.
    """
    if not db.is_shared or before is None:
        return 0
    gone = 0
    with _alone(db) as own:
        if own is None:
            return 0
        last = before.astimezone(UTC).date()
        found = [_Day(*row) for row in own.execute(_DAYS, {"before": last})]
        for each in found:
            if is_stopping():
                break
            try:
                gone += _drop(db, own, each, is_stopping, later)
            except (StoreError, DBAPIError) as error:
                if not is_passing(error):
                    raise
                later(each.day, str(error))
    return gone


@contextmanager
def _alone(db: Database) -> Iterator[Connection | None]:
    """A connection on which each statement stands for itself; None if others are dropping days."""
    with db.single() as own:
        if not own.scalar(text("SELECT to_regclass('text_days') IS NOT NULL")):
            yield None
            return
        if not own.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _DROPPING}):
            yield None
            return
        usual = own.scalar(text("SHOW lock_timeout"))
        try:
            _be_patient(own, local=False)
            yield own
        finally:
            if not own.invalidated:
                _set(own, "lock_timeout", str(usual), local=False)
                own.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _DROPPING})


def _drop(
    db: Database, own: Connection, day: _Day, is_stopping: Callable[[], bool], later: Later
) -> int:
    if not day.closed:
        done(db, partial(_close, day=day))
    if not day.emptied:
        if not _empty(db, day, is_stopping):
            return 0
        done(db, lambda c: c.execute(_EMPTIED, {"day": day.day}))
    pending = own.execute(_ATTACHED, {"table": day.table}).one_or_none()
    if pending is not None:
        if _is_looked_at(own, day, is_stopping):
            later(day.day, "somebody looks at the database as it was before")
            return 0
        how = "FINALIZE" if pending.inhdetachpending else "CONCURRENTLY"
        own.execute(text(f"ALTER TABLE article_texts DETACH PARTITION {day.table} {how}"))
    done(db, partial(_forget, day=day))
    return 1


def _close(conn: Connection, day: _Day) -> None:
    """Have what comes for a day go into the rows, and wait for what is on its way to it."""
    _be_patient(conn)
    conn.execute(_CLOSE_LOCK, {"lock": _LOCKS, "day": day.day})
    conn.execute(_CLOSE, {"day": day.day})


def _empty(db: Database, day: _Day, is_stopping: Callable[[], bool]) -> bool:
    """Bring texts back to the articles that are left; whether that is done."""
    after, number = day.begins - timedelta(microseconds=1), 0
    until = day.begins + timedelta(days=1)
    while not is_stopping():
        begun = time.monotonic()
        place = {"after": after, "number": number, "until": until, "limit": BATCH}
        rows = done(db, lambda c: c.execute(_LEFT, place).all())  # noqa: B023
        if not rows:
            return True
        ids = [row.id for row in rows]
        done(db, partial(_give_back, day=day, ids=ids))
        after, number = rows[-1].fetched, rows[-1].id
        # Others are at work on it.
        time.sleep(time.monotonic() - begun)
    return False


def _give_back(conn: Connection, day: _Day, ids: Sequence[int]) -> None:
    _be_patient(conn)
    conn.execute(_GIVE_BACK, {"day": day.day, "ids": ids})


def _is_looked_at(own: Connection, day: _Day, is_stopping: Callable[[], bool]) -> bool:
    """Whether somebody still sees the rows as they were before they got their texts back."""
    end = time.monotonic() + PATIENCE
    while own.scalar(_IS_LOOKED_AT, {"day": day.day}):
        if is_stopping() or time.monotonic() > end:
            return True
        time.sleep(0.05)
    return False


def _forget(conn: Connection, day: _Day) -> None:
    _be_patient(conn)
    conn.execute(text(f"DROP TABLE IF EXISTS {day.table}"))
    conn.execute(_FORGET, {"day": day.day})


def _be_patient(conn: Connection, *, local: bool = True) -> None:
    _set(conn, "lock_timeout", f"{int(PATIENCE * 1000)}ms", local=local)


def _set(conn: Connection, name: str, value: str, *, local: bool) -> None:
    chosen = {"name": name, "value": value, "local": local}
    conn.execute(text("SELECT set_config(:name, :value, :local)"), chosen)

"""Articles' texts in tables of their days, against texts in the articles' own rows.

Both are the program's own ways, on PostgreSQL: the latter is what it does where a day has no table.
What it costs each article that is stored and read, what it costs to delete what is too old, and
what is spared when a day is dropped. The search index is left out: it is the same either way. See
docs/decisions/0025.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from benchmarks.pruning import MATCHED, NOW, OLD, Timed, fill, prune
from monitor.store import articles, text_days
from monitor.store.database import Database
from tests.support.postgresql import Server

#: Of which an article's text is made, and how many: some 4,000 characters.
_WORDS, _LENGTH = 20_000, 560
#: Articles stored, and read, one after the other.
_SINGLY = 2_000
#: Days that have a table, as with articles kept for so long by default.
_DAYS = 97
_STORE = text("UPDATE articles SET body = :body, reads = reads + 1 WHERE id = :id")


def partitions(server: Server, rows: int = 30_000) -> dict[str, Any]:
    """What either way costs; of so many articles and entries half are too old.

    Args:
        server: of the databases.
        rows: articles, and entries whose articles are gone.
    """
    return {
        f"{name}: {figure}": each
        for name, is_divided in (("in the row", False), ("by day", True))
        for figure, each in _measured(server, rows, is_divided=is_divided).items()
    }


def _measured(server: Server, rows: int, *, is_divided: bool) -> dict[str, float]:
    found: dict[str, float] = {}
    with closing(Database(server.empty())) as db:
        db.upgrade()
        if is_divided:
            _make_days(db)
        _fill(db, rows)
        cost, first = _Cost(server, db), rows // 2
        found["CPU ms to store a text"] = cost.of(lambda: _store(db, first), _SINGLY)
        found["CPU ms to read one"] = cost.of(lambda: _read(db, first), _SINGLY)
        old, wal = first - first // MATCHED, cost.written()
        timed = Timed(db)
        found["CPU ms an article to delete rows"] = cost.of(lambda: prune(timed), old)
        found["longest transaction, s"] = round(max(timed.seconds), 3)
        if is_divided:
            begun = time.perf_counter()
            found["CPU ms an article to drop the day"] = cost.of(lambda: _drop(db), old)
            found["s to drop the day"] = round(time.perf_counter() - begun, 2)
        found["CPU ms an article to vacuum"] = cost.of(db.shrink, old)
        found["WAL MB"] = round(cost.written() - wal, 1)
        found["MB then"] = round(db.size() / 1e6, 1)
    return found


class _Cost:
    def __init__(self, server: Server, db: Database) -> None:
        self._server, self._db = server, db

    def of(self, work: Callable[[], object], times: int) -> float:
        """CPU milliseconds each, the server's included."""
        own, base = time.process_time(), self._server.cpu_seconds()
        work()
        spent = time.process_time() - own + self._server.cpu_seconds() - base
        return round(1000 * spent / times, 3)

    def written(self) -> float:
        """Megabytes that the log has grown to."""
        query = text("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")
        with self._db.read() as connection:
            return float(connection.scalar(query) or 0) / 1e6


def _make_days(db: Database) -> None:
    days = [NOW.date() + timedelta(days=text_days.AHEAD - each) for each in range(_DAYS)]
    with db.write() as connection:
        text_days.make(connection, [OLD.date(), *days])


def _fill(db: Database, rows: int) -> None:
    chance = random.Random(1)
    words = ["".join(chance.choices("aeioubdfgklmnprst", k=6)) for _ in range(_WORDS)]
    fill(db, rows)
    number = rows // 2 + rows // 8
    for first in range(1, number + 1, 1000):
        with db.write() as connection:
            connection.execute(
                text("UPDATE articles SET body = :body WHERE id = :id"),
                [
                    {"id": each, "body": " ".join(chance.choices(words, k=_LENGTH))}
                    for each in range(first, min(first + 1000, number + 1))
                ],
            )
    with db.single() as connection:
        connection.execute(text("VACUUM FULL ANALYZE articles"))


def _drop(db: Database) -> None:
    assert text_days.drop(db, NOW - timedelta(days=90)) == 1


def _store(db: Database, first: int) -> None:
    body = "Some words of it. " * 220
    for number in range(first + 1, first + 1 + _SINGLY):
        with db.write() as connection:
            connection.execute(_STORE, {"id": number, "body": f"{number}: {body}"})


def _read(db: Database, first: int) -> None:
    for number in range(first + 1, first + 1 + _SINGLY):
        with db.single() as connection:
            assert articles.by_id(connection, number) is not None

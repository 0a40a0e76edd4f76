"""Articles' texts in a table divided by days, against texts in the articles' own rows.

A prototype, on PostgreSQL: what dropping a day at once spares of deleting row by row, and what a
second table costs each article that is stored and read. Texts of matched articles, which are kept
longer, are moved elsewhere before their day goes. The search index is left out: it is the same
either way. See docs/decisions/0021.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

from sqlalchemy import text

from benchmarks.pruning import MATCHED, Timed, fill, prune
from monitor.store.database import Database
from tests.support.postgresql import Server

#: Of which an article's text is made, and how many: some 4,000 characters.
_WORDS, _LENGTH = 20_000, 560
#: Articles stored, and read, one after the other.
_SINGLY = 2_000
_DIVIDED = (
    "CREATE TABLE day_texts (day date NOT NULL, article_id bigint NOT NULL, body text NOT NULL,"
    " PRIMARY KEY (day, article_id)) PARTITION BY RANGE (day)",
    "CREATE TABLE old_day PARTITION OF day_texts FOR VALUES FROM ('2025-11-01') TO ('2025-11-02')",
    "CREATE TABLE new_day PARTITION OF day_texts FOR VALUES FROM ('2026-11-01') TO ('2026-11-02')",
    "CREATE TABLE kept_texts (article_id bigint PRIMARY KEY, body text NOT NULL)",
)
_MOVED = (
    "INSERT INTO day_texts SELECT fetched::date, id, body FROM articles",
    "UPDATE articles SET body = ''",
)
_KEPT = (
    "INSERT INTO kept_texts SELECT old_day.article_id, body FROM old_day"
    " WHERE EXISTS (SELECT FROM matches WHERE matches.article_id = old_day.article_id)"
)
_STORE = {
    False: ("UPDATE articles SET body = :body, reads = reads + 1 WHERE id = :id",),
    True: (
        "UPDATE articles SET reads = reads + 1 WHERE id = :id",
        "INSERT INTO day_texts VALUES ('2026-11-01', :id, :body)"
        " ON CONFLICT (day, article_id) DO UPDATE SET body = excluded.body",
    ),
}
_READ = {
    False: "SELECT title, body FROM articles WHERE id = :id",
    True: "SELECT title, coalesce(d.body, k.body) FROM articles a"
    " LEFT JOIN day_texts d ON d.article_id = a.id AND d.day = a.fetched::date"
    " LEFT JOIN kept_texts k ON k.article_id = a.id WHERE a.id = :id",
}


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
        _fill(db, rows, is_divided=is_divided)
        cost, first = _Cost(server, db), rows // 2
        found["CPU ms to store a text"] = cost.of(lambda: _store(db, first, is_divided), _SINGLY)
        found["CPU ms to read one"] = cost.of(lambda: _read(db, first, is_divided), _SINGLY)
        old, wal = first - first // MATCHED, cost.written()
        if is_divided:
            begun = time.perf_counter()
            found["CPU ms an article to move and drop"] = cost.of(lambda: _drop(db), old)
            found["s to move and drop"] = round(time.perf_counter() - begun, 2)
        timed = Timed(db)
        found["CPU ms an article to delete rows"] = cost.of(lambda: prune(timed), old)
        found["longest transaction, s"] = round(max(timed.seconds), 3)
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


def _fill(db: Database, rows: int, *, is_divided: bool) -> None:
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
    if is_divided:
        for each in (*_DIVIDED, *_MOVED):
            _do(db, each)
    _do(db, "VACUUM FULL ANALYZE articles", alone=True)


def _do(db: Database, statement: str, *, alone: bool = False) -> None:
    with db.single() if alone else db.write() as connection:
        connection.execute(text(statement))


def _drop(db: Database) -> None:
    _do(db, _KEPT)
    _do(db, "ALTER TABLE day_texts DETACH PARTITION old_day CONCURRENTLY", alone=True)
    _do(db, "DROP TABLE old_day")


def _store(db: Database, first: int, is_divided: bool) -> None:
    body = "Some words of it. " * 220
    statements = [text(each) for each in _STORE[is_divided]]
    for number in range(first + 1, first + 1 + _SINGLY):
        with db.write() as connection:
            for each in statements:
                connection.execute(each, {"id": number, "body": body})


def _read(db: Database, first: int, is_divided: bool) -> None:
    statement = text(_READ[is_divided])
    for number in range(first + 1, first + 1 + _SINGLY):
        with db.single() as connection:
            connection.execute(statement, {"id": number}).one()

"""What it costs to delete a million rows that are too old, and what everybody else waits for it.

`python -m benchmarks.pruning` fills a database with articles and entries of a year ago, among them
some whose matches are kept for ever, and with newer ones, and has them pruned as the daemon does.
The baseline deletes the same rows of the same tables, whose ids it knows, as many at a time.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, delete, insert, select

from monitor.model.match import Severity
from monitor.store import feeds, shrinking, tables
from monitor.store.database import Database
from monitor.store.pruning import BATCH, Pruning

NOW = datetime(2026, 11, 1, tzinfo=UTC)
OLD = NOW - timedelta(days=365)
FEEDS = 200
MATCHED = 20
"""One old article in so many has a match that is kept."""
NEWER = 4
"""For so many old articles there is one that is kept."""

T = TypeVar("T")


class Timed:
    """Runs write transactions, and notes what they cost."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.seconds: list[float] = []
        self.looking = 0.0

    def write(self, work: Callable[[Connection], T]) -> T:
        """In a transaction of its own, which others wait for."""
        begun = time.perf_counter()
        with self.db.write() as connection:
            done = work(connection)
        self.seconds.append(time.perf_counter() - begun)
        return done

    def look(self, work: Callable[[Connection], T]) -> T:
        """On a view that nobody waits for."""
        begun = time.process_time()
        with self.db.read() as view:
            done = work(view)
        self.looking += time.process_time() - begun
        return done


def fill(db: Database, rows: int) -> None:
    """Half as many old articles, and as many old entries whose articles are gone already."""
    half = rows // 2
    with db.write() as connection:
        feeds.subscribe(connection, [(f"https://f{n}.example/", "") for n in range(FEEDS)], OLD)
    for number in range(0, half + half // NEWER, 20_000):
        numbers = range(number, min(number + 20_000, half + half // NEWER))
        with db.write() as connection:
            _fill(connection, numbers, half)


def _fill(connection: Connection, numbers: range, old: int) -> None:
    at = [OLD if n < old else NOW for n in numbers]
    connection.execute(
        insert(tables.articles),
        [
            {"id": n + 1, "feed_id": n % FEEDS + 1, "title": f"Headline {n}", "fetched": when,
             "url_key": f"https://f{n % FEEDS}.example/{n}", "body": "A text. " * 40}
            for n, when in zip(numbers, at, strict=True)
        ],
    )  # fmt: skip
    connection.execute(
        insert(tables.entries),
        [
            {"feed_id": n % FEEDS + 1, "identity": f"gone-{n}", "digest": "0" * 32,
             "first_seen": when, "last_seen": when,
             "article_id": None if when is OLD else n + 1}
            for n, when in zip(numbers, at, strict=True)
        ],
    )  # fmt: skip
    found = [n for n, when in zip(numbers, at, strict=True) if when is OLD and not n % MATCHED]
    if found:
        connection.execute(
            insert(tables.matches),
            [
                {"article_id": n + 1, "watchlist": "w", "score": 50.0, "severity": Severity.LOW,
                 "alert": False, "mentions": [], "reasons": [], "created": OLD}
                for n in found
            ],
        )  # fmt: skip


def prune(timed: Timed) -> int:
    """As the daemon does; how many rows went."""
    gone = 0
    while True:
        pruning, so_far = Pruning(NOW - timedelta(days=90), None), gone
        while (doomed := timed.look(pruning.look)) is not None:
            for piece in doomed:
                found = timed.write(lambda c: pruning.delete(c, piece))  # noqa: B023
                gone += sum(found.values())
        if gone == so_far:
            return gone


def baseline(timed: Timed) -> int:
    """The same rows, by their numbers."""
    query = select(tables.articles.c.id).where(
        tables.articles.c.fetched < NOW - timedelta(days=90),
        tables.articles.c.id.not_in(select(tables.matches.c.article_id)),
    )
    with timed.db.read() as view:
        doomed = list(view.scalars(query))
        forgotten = list(
            view.scalars(select(tables.entries.c.id).where(tables.entries.c.article_id.is_(None)))
        )
    for table, ids in ((tables.articles, doomed), (tables.entries, forgotten)):
        rows = iter(ids)
        while piece := list(islice(rows, BATCH)):
            statement = delete(table).where(table.c.id.in_(piece))
            timed.write(lambda c: c.execute(statement))  # noqa: B023
    return len(doomed) + len(forgotten)


def shrink(timed: Timed) -> None:
    """Give back what is free."""
    while timed.write(shrinking.step):
        pass
    timed.db.checkpoint()


def measured(rows: int, work: Callable[[Timed], int]) -> Iterator[str]:
    """What it costs, in lines."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Database(f"sqlite:///{Path(folder) / 'monitor.db'}")) as db,
    ):
        db.upgrade()
        fill(db, rows)
        db.checkpoint()
        full = db.path.stat().st_size
        timed = Timed(db)
        begun = time.process_time()
        gone = work(timed)
        cpu = time.process_time() - begun
        ordered = sorted(timed.seconds)
        yield f"{gone:,} rows deleted, CPU {cpu:.1f} s, of it looking {timed.looking:.1f} s"
        yield (
            f"write transactions {len(ordered):,}: half within {ordered[len(ordered) // 2]:.3f}"
            f" s, the longest {ordered[-1]:.3f} s"
        )
        begun = time.process_time()
        shrink(timed)
        cpu = time.process_time() - begun
        size = db.path.stat().st_size
        yield f"the file {full / 1e6:.0f} MB, then {size / 1e6:.0f} MB, for CPU {cpu:.1f} s"


def main() -> None:
    """Run both and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pruning", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    for name, work in (("monitor", prune), ("by their numbers", baseline)):
        for line in measured(options.rows, work):
            print(f"{name:18} {line}", flush=True)


if __name__ == "__main__":
    main()

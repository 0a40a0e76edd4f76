"""Search over many articles: CPU time of answers, what the index costs, and kills that it survives.

    python -m benchmarks.search [--articles 1000000] [--kills 50] [--keep PATH]

The articles are made up of the words that English news have, as often as they have them, and some
are in Chinese. Times are of the processor, in this process; each answer is a whole one, verified by
the matcher, with its snippets.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from wordfreq import get_frequency_dict

from benchmarks.measuring import report
from monitor.config.schema import Config
from monitor.service.search import Filters, Sort, search
from monitor.store import search_index
from monitor.store.database import Database

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = 200
"""Of an article's body; from half to one and a half of it."""
CHINESE = 0.05
BATCH = 2_000
QUERIES = 60


class World:
    """Texts as news have them, the same for the same seed."""

    def __init__(self, seed: int = 14) -> None:
        frequencies = get_frequency_dict("en", wordlist="large")
        self.words = np.array([each for each in frequencies if each.isalpha()][:150_000])
        weights = np.array([frequencies[each] for each in self.words])
        self._cumulative = np.cumsum(weights / weights.sum())
        self._rng = np.random.default_rng(seed)
        self._chinese = "".join(
            each for each in get_frequency_dict("zh", wordlist="small") if len(each) == 2
        )

    def texts(self, number: int) -> Iterator[tuple[str, str, str]]:
        """Titles, bodies and languages."""
        lengths = self._rng.integers(WORDS // 2, WORDS * 3 // 2, number)
        drawn = self._rng.random(int(lengths.sum()) + 8 * number)
        words = self.words[np.searchsorted(self._cumulative, drawn, side="left") % len(self.words)]
        chinese = self._rng.random(number) < CHINESE
        at = 0
        for length, other in zip(lengths, chinese, strict=True):
            if other:
                begin = int(drawn[at] * (len(self._chinese) - 500))
                yield self._chinese[begin : begin + 16], self._chinese[begin : begin + 400], "zh"
            else:
                title, body = words[at : at + 8], words[at + 8 : at + 8 + length]
                yield " ".join(title).capitalize(), _sentences(body.tolist()), "en"
            at += 8 + int(length)


def _sentences(words: Sequence[str]) -> str:
    return ". ".join(" ".join(words[at : at + 14]).capitalize() for at in range(0, len(words), 14))


def fill(db: Database, articles: int, *, indexed: bool = True) -> float:
    """Store articles, a minute apart; the seconds of the processor it took."""
    world = World()
    with db.write() as connection:
        connection.exec_driver_sql(
            "INSERT OR IGNORE INTO feeds (id, url, name, subscribed, added, failures, next_poll,"
            " next_reason, stopped, problems, moved_polls, wishes, times_dropped) VALUES (1,"
            " 'https://a.example/feed', 'Gazette', 1, '2026-01-01 00:00:00.000000', 0,"
            " '2026-01-01 00:00:00.000000', '{}', 0, '[]', 0, '{}', 0)"
        )
        if not indexed:
            for name in search_index.TRIGGERS:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
    spent = 0.0
    for start in range(0, articles, BATCH):
        rows = [
            (
                title,
                body,
                language,
                f"{FIRST + timedelta(minutes=start + at):%Y-%m-%d %H:%M:%S}.000000",
            )
            for at, (title, body, language) in enumerate(world.texts(min(BATCH, articles - start)))
        ]
        before = time.process_time()
        with db.write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO articles (feed_id, title, summary, content, body, outlet, authors,"
                " language, fetched, backfill, edited, text_source, page_title, reads,"
                " failed_reads, revisits) VALUES (1, ?, '', '', ?, 'Gazette', '[]', ?, ?, 0, 0,"
                " 'page', '', 1, 0, 0)",
                rows,
            )
        spent += time.process_time() - before
        if start % 100_000 == 0 and start:
            print(f"{start} articles, {spent:.0f} s", file=sys.stderr, flush=True)
    return spent


def queries(world: World, chance: random.Random) -> list[str]:
    """What people ask: rare and common words, several, phrases, wildcards, alternatives."""

    def word(least: int, most: int) -> str:
        return str(world.words[chance.randrange(least, most)])

    made: list[str] = []
    for _ in range(QUERIES):
        rare, middling, common = word(20_000, 100_000), word(1_000, 20_000), word(0, 300)
        made += [
            rare,
            middling,
            common,
            f"{middling} {word(1_000, 20_000)}",
            f"{common} {word(100, 3_000)}",
            f'"{word(0, 300)} {word(0, 300)}"',
            f"{middling[:5]}*",
            f"{word(300, 3_000)} NEAR/10 {word(300, 3_000)}",
            f"{middling} NOT {common}",
            " OR ".join(word(0, 300) for _ in range(8)),
            f"({rare} OR {middling}) {common}",
            chance.choice(["网络", "政府", "中国", "经济", "安全", "北京"]),
        ]
    return made


def timed(work: Callable[[str], object], asked: Sequence[str]) -> list[float]:
    """Milliseconds of the processor for each."""
    spent = []
    for query in asked:
        before = time.process_time()
        work(query)
        spent.append(1000 * (time.process_time() - before))
    return spent


def row(name: str, spent: Sequence[float]) -> tuple[str, str, str, str]:
    """p50, p95 and the most, against the goal."""
    ordered = sorted(spent)
    p50, p95 = statistics.median(ordered), ordered[int(0.95 * len(ordered))]
    worst = max(ordered)
    return name, f"{p50:.1f} / {p95:.1f} / {worst:.1f} ms", "100 ms (p95)", f"{p95 / 100:.2f}"


_WRITER = """
import sys
from benchmarks.search import churn
churn(sys.argv[1], int(sys.argv[2]))
"""


def churn(path: str, seed: int) -> None:
    """Insert, change, delete and roll back until killed."""
    chance, world = random.Random(seed), World(seed)
    with closing(Database(f"sqlite:///{path}")) as db:
        fill(db, 50)
        while True:
            try:
                with db.write() as connection:
                    for title, body, _ in world.texts(chance.randrange(1, 8)):
                        number = chance.randrange(1, 400)
                        if chance.random() < 0.3:
                            connection.exec_driver_sql(
                                "DELETE FROM articles WHERE id = ?", (number,)
                            )
                        else:
                            connection.exec_driver_sql(
                                "UPDATE articles SET title = ?, body = ? WHERE id = ?",
                                (title, body, number),
                            )
                    if chance.random() < 0.2:
                        raise KeyError
            except KeyError:
                continue
            if chance.random() < 0.1:
                fill(db, 20)


def kills(times: int) -> int:
    """How many of so many kills -9 leave an index that differs from a fresh one."""
    different = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "monitor.db"
        with closing(Database(f"sqlite:///{path}")) as db:
            db.upgrade()
        for seed in range(times):
            with subprocess.Popen([sys.executable, "-c", _WRITER, str(path), str(seed)]) as writer:
                time.sleep(2.5 + seed % 7 / 5)
                os.kill(writer.pid, signal.SIGKILL)
            with closing(Database(f"sqlite:///{path}")) as db, db.write() as connection:
                raw = connection.connection.driver_connection
                assert isinstance(raw, sqlite3.Connection)
                before = _entered(raw)
                search_index.begin_anew(connection)
                while search_index.index_more(connection):
                    pass
                different += before != _entered(raw)
    return different


def _entered(raw: sqlite3.Connection) -> set[tuple[object, ...]]:
    raw.execute("CREATE VIRTUAL TABLE temp.listed USING fts5vocab(main, article_search, instance)")
    found = set(raw.execute("SELECT term, doc, col, offset FROM listed"))
    raw.execute("DROP TABLE temp.listed")
    return found


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--keep", type=Path, help="make the database there, or use it")
    given = parser.parse_args()
    rows: list[tuple[str, str, str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = given.keep or Path(folder) / "search.db"
        made = not path.exists()
        with closing(Database(f"sqlite:///{path}")) as db:
            db.upgrade()
            if made:
                with_index = fill(db, given.articles)
                plain = Path(folder) / "plain.db"
                with closing(Database(f"sqlite:///{plain}")) as other:
                    other.upgrade()
                    sample = min(given.articles, 20_000)
                    without = fill(other, sample, indexed=False) / sample
                each = 1000 * with_index / given.articles
                rows.append((
                    f"entering an article, {given.articles:,} of them", f"{each:.2f} ms",
                    f"{1000 * without:.2f} ms without the index", f"{each / (1000 * without):.1f}",
                ))  # fmt: skip
            size = path.stat().st_size / 2**20
            with db.read() as connection:
                pages = (
                    connection.exec_driver_sql(
                        "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'article_search%'"
                        " OR name = 'article_words'"
                    ).scalar()
                    if _has_dbstat(path)
                    else None
                )
            if pages:
                own = pages / 2**20
                rest = size - own
                rows.append(("size of the index", f"{own:.0f} MiB",
                             f"{rest:.0f} MiB of all else", f"{own / rest:.2f}"))  # fmt: skip
            config, chance = Config(), random.Random(31)
            asked = queries(World(), chance)
            # The youngest is so many minutes after the first.
            week = Filters(since=FIRST + timedelta(minutes=given.articles) - timedelta(days=7))
            rows += [
                row("newest 50", timed(lambda q: search(db, config, q), asked)),
                row("newest 50 of a week", timed(lambda q: search(db, config, q, week), asked)),
                row("best 50 of the newest 500",
                    timed(lambda q: search(db, config, q, sort=Sort.BEST), asked)),
            ]  # fmt: skip
    if given.kills:
        different = kills(given.kills)
        rows.append(
            ("indexes that kills -9 left untrue", f"{different} of {given.kills}", "0", "–")
        )
    report(rows)


def _has_dbstat(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        try:
            connection.execute("SELECT 1 FROM dbstat LIMIT 1")
        except sqlite3.OperationalError:
            return False
    return True


if __name__ == "__main__":
    main()

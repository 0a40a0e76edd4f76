"""How fast articles are put into stories, in the program's own database among 100,000 recent ones.

Articles of 5 kB are made up from word frequencies; each names one of 50 watched entities, and one
in ten is an edited copy of a recent one. The recent ones came within 70 hours, one in ten in
another language. Rates are of CPU time, so that other work on the machine does not count; what
waiting for the disk adds is printed beside. datasketch is compared when it is installed.
"""

from __future__ import annotations

import difflib
import importlib.util
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import insert

from benchmarks.matcher import articles
from benchmarks.measuring import report, spread
from monitor.model.article import Article
from monitor.model.story import Role
from monitor.pipeline.place import find, place
from monitor.store import tables
from monitor.store.database import Database
from monitor.store.write_queue import TOGETHER
from monitor.stories.correlate import Report
from monitor.stories.fingerprint import fingerprint

T = TypeVar("T")

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ENTITIES = 50
"""Each article names one of so many watched entities."""
FEED = {"id": 1, "name": "a", "url": "http://a/", "added": NOW, "next_poll": NOW}
HOURS = 70
"""Time in which the recent articles came: less than a story takes reports."""
ROUNDS = 25
"""Rounds, of as many articles as the daemon puts into one commit. The greatest of their rates is
that of the one which other work on the machine disturbed least."""
SLOW = 300
"""Recent articles that the slow baselines compare with; the rate is scaled to all of them."""


def _words(article: Article) -> list[str]:
    text = f"{article.title} {article.body}".casefold()
    return re.findall(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+", text)


def shingles(article: Article) -> set[str]:
    """Its runs of three words."""
    words = _words(article)
    return {" ".join(words[i : i + 3]) for i in range(max(1, len(words) - 2))}


# --- made-up articles -------------------------------------------------------------------------


def made(seed: int, count: int) -> list[Article]:
    """So many different articles of 5 kB."""
    texts = articles(count, ["Nobody Watched"], seed)
    return [
        Article(f"{seed}-{each.id}", each.body[-60:], "", each.body, outlet=str(index % ENTITIES))
        for index, each in enumerate(texts)
    ]


def edited(article: Article, chance: random.Random) -> Article:
    """The article with another headline, a byline, and a tenth of its words cut out."""
    words = article.body.split(" ")
    at = chance.randrange(100, len(words) * 9 // 10)
    words = ["By", "Someone", "Else,", "Harbour", *words[:at], *words[at + len(words) // 10 :]]
    title = " ".join(words[-12:-3])
    return Article(f"{article.id}-copy", title, "", " ".join(words), outlet=article.outlet)


def reported(article: Article, before: timedelta = timedelta(), language: str = "en") -> Report:
    """What is kept of a made-up article; its outlet stands for the entity that it names."""
    name = f"Entity {article.outlet}"
    new = fingerprint(article.title, article.body, language=language, names=[name])
    kept = Report(article.id, NOW - before, frozenset({name}), new, language)
    # As `report_of` does.
    _ = kept.keys, kept.ranges_abroad, kept.packed
    return kept


def recent(seed: int, count: int) -> list[tuple[dict[str, Any], tuple[int, ...]]]:
    """Rows and keys of so many recent articles."""
    rows = []
    for index, article in enumerate(made(seed, count)):
        before = timedelta(hours=HOURS) * (index * seed % 997) / 997
        each = reported(article, before, "fr" if index % 10 == 3 else "en")
        row = {
            "at": each.at,
            "outlet": each.outlet,
            "language": each.language,
            "entities": sorted(each.entities),
            "fingerprint": each.packed,
            "role": Role.FIRST,
        }
        rows.append((row, each.keys))
    return rows


# --- the database -----------------------------------------------------------------------------


class Recent:
    """The program's database with so many recent reports, each of a story of its own."""

    def __init__(self, folder: Path, count: int) -> None:
        self.path = folder / "recent.db"
        self.db = Database(f"sqlite:///{self.path}")
        self.db.upgrade()
        with self.db.write() as connection:
            connection.execute(insert(tables.feeds).values(FEED))
        self._last = 0
        share = 1000
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            for rows in pool.map(recent, range(1, 1 + count // share), [share] * (count // share)):
                self._add(rows)

    def _add(self, rows: Sequence[tuple[dict[str, Any], tuple[int, ...]]]) -> None:
        ids = self.articles(len(rows))
        found = [(number, *each) for number, each in zip(ids, rows, strict=True)]
        with self.db.write() as connection:
            connection.execute(
                insert(tables.stories), [{"id": i, "began": row["at"]} for i, row, _ in found]
            )
            connection.execute(
                insert(tables.reports),
                [{**row, "article_id": i, "story_id": i} for i, row, _ in found],
            )
            connection.execute(
                insert(tables.story_keys),
                [{"key": key, "article_id": i} for i, _, keys in found for key in keys],
            )

    def articles(self, count: int) -> range:
        """Enter so many articles, whose place is still to be found; their numbers."""
        ids = range(self._last + 1, self._last + 1 + count)
        self._last += count
        with self.db.write() as connection:
            connection.execute(
                insert(tables.articles), [{"id": i, "feed_id": 1, "fetched": NOW} for i in ids]
            )
        return ids

    def find(self, reports: Sequence[Report]) -> int:
        """Find the story of each, which is not entered; how many have one."""
        with self.db.read() as connection:
            return sum(find(connection, 0, each).story is not None for each in reports)

    def place(self, ids: range, reports: Sequence[Report]) -> int:
        """Find the story of each and enter it, in one transaction; how many joined one."""
        with self.db.write() as connection:
            told = zip(ids, reports, strict=True)
            return sum(place(connection, *each).is_joined for each in told)


# --- measuring --------------------------------------------------------------------------------


class Rates:
    """Articles a second, of CPU time of this process, and of time on the clock."""

    def __init__(self) -> None:
        self.cpu: list[float] = []
        self.clock: list[float] = []

    def measure(self, work: Callable[[], T], count: int) -> T:
        """Do some work on so many articles; its result."""
        cpu, clock = time.process_time(), time.perf_counter()
        result = work()
        self.cpu.append(count / (time.process_time() - cpu))
        self.clock.append(count / (time.perf_counter() - clock))
        return result


def rate(step: Callable[[Article], object], texts: Sequence[Article]) -> float:
    """Articles a second of CPU time."""
    rates = Rates()
    rates.measure(lambda: [step(each) for each in texts], len(texts))
    return rates.cpu[0]


def rounds() -> Iterator[list[Article]]:
    """New articles, of which each tenth is an edited copy of a recent one."""
    chance = random.Random(0)
    copies = iter([edited(each, chance) for each in made(1, ROUNDS * len(range(0, TOGETHER, 10)))])
    for number in range(ROUNDS):
        fresh = made(10**6 + number, TOGETHER)
        yield [next(copies) if index % 10 == 0 else each for index, each in enumerate(fresh)]


def lsh(some: Sequence[Article]) -> Callable[[Article], object] | None:
    """datasketch's MinHashLSH over the same articles, if it is installed."""
    if importlib.util.find_spec("datasketch") is None:
        return None
    datasketch = importlib.import_module("datasketch")

    def sketch(article: Article) -> object:
        found = datasketch.MinHash(num_perm=128)
        found.update_batch([shingle.encode() for shingle in shingles(article)])
        return found

    index = datasketch.MinHashLSH(threshold=0.5, num_perm=128)
    for each in some:
        index.insert(each.id, sketch(each))
    return lambda article: index.query(sketch(article))


def print_speed(count: int) -> None:
    """Rates beside what comparing with every recent article would take."""
    prints, finds, places = Rates(), Rates(), Rates()
    found = joined = 0
    reported(Article("", "", "", ""))
    with tempfile.TemporaryDirectory() as folder:
        known = Recent(Path(folder), count)
        size = known.path.stat().st_size
        for texts in rounds():
            reports = prints.measure(partial(_reported, texts), TOGETHER)
            found += finds.measure(partial(known.find, reports), TOGETHER)
            joined += places.measure(
                partial(known.place, known.articles(TOGETHER), reports), TOGETHER
            )
        known.db.close()
    whole = [1 / (1 / a + 1 / b) for a, b in zip(prints.cpu, places.cpu, strict=True)]
    texts = made(2, SLOW)
    naive, slow = _against_all(texts, count), _by_difflib(texts, count)
    ours = statistics.median(whole)
    rows = [
        (f"Articles a second against {count:,} recent ones, from text to commit",
         spread(whole, "/s", 0), f"Jaccard with each {spread(naive, '/s', 3)}",
         f"{ours / statistics.median(naive):,.0f} × as fast"),
        ("the same", spread(whole, "/s", 0), f"difflib with each {spread(slow, '/s', 6)}",
         f"{ours / statistics.median(slow):,.0f} × as fast"),
        ("of this, the fingerprint", spread(prints.cpu, "/s", 0), "", ""),
        ("finding the story, alone", spread(finds.cpu, "/s", 0),
         f"on the clock {spread(finds.clock, '/s', 0)}", ""),
        (f"finding and entering it, {TOGETHER} a commit", spread(places.cpu, "/s", 0),
         f"on the clock {spread(places.clock, '/s', 0)}", ""),
    ]  # fmt: skip
    if (ask := lsh(texts)) is not None:
        other = [rate(ask, made(3 + n, 80)) for n in range(5)]
        rows.append(
            ("from text to commit", spread(whole, "/s", 0),
             f"datasketch, in memory, against {SLOW} {spread(other, '/s', 0)}",
             f"{ours / statistics.median(other):.1f} × as fast")
        )  # fmt: skip
    edits = ROUNDS * len(range(0, TOGETHER, 10))
    rows += [
        ("Found to be of a story", f"{found} and {joined}", f"{edits} edited copies", ""),
        (
            "Time a report, from text to commit",
            spread([1000 / each for each in whole], " ms", 1),
            "goal: 10 ms",
            "",
        ),
        (
            "Kept of a report",
            f"{statistics.mean(len(each.packed) for each in reports):,.0f} bytes",
            "goal: 3,500",
            "",
        ),
        ("Database", f"{size / 2**20:.0f} MiB", f"{size / count / 1024:.1f} KiB an article", ""),
    ]
    report(rows)


def _reported(texts: Sequence[Article]) -> list[Report]:
    return [reported(each) for each in texts]


def _against_all(texts: Sequence[Article], count: int) -> list[float]:
    sets = [shingles(each) for each in texts]

    def step(article: Article) -> None:
        mine = shingles(article)
        for other in sets:
            len(mine & other) / len(mine | other)

    return [rate(step, texts[n : n + 8]) * SLOW / count for n in range(3)]


def _by_difflib(texts: Sequence[Article], count: int) -> list[float]:
    def step(article: Article) -> None:
        for other in texts[-3:]:
            difflib.SequenceMatcher(None, _words(article), _words(other), autojunk=False).ratio()

    return [rate(step, texts[n : n + 2]) * 3 / count for n in range(3)]

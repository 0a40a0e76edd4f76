"""How well and how fast articles are grouped into stories.

    python -m benchmarks.stories              # all figures, some minutes
    python -m benchmarks.stories --quick      # against 10,000 recent articles, not 100,000
    python -m benchmarks.stories --errors     # name the pairs that are judged wrongly

Quality is measured on the labelled pairs of `tests/evaluation/stories`. For speed, articles of
5 kB are made up from word frequencies; one in ten is an edited copy of a recent one. Keys and
fingerprints lie in an SQLite file, as they would in use. datasketch is compared when installed.
"""

from __future__ import annotations

import argparse
import difflib
import importlib.util
import random
import re
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from benchmarks.matcher import articles
from benchmarks.measuring import report, spread
from monitor.articles.stories import Known, Report, find_story
from monitor.articles.stories_fingerprint import SHARED_KEYS, fingerprint, unpack
from monitor.model import Article
from tests.evaluation.stories_labelled import Half, Pair, is_held_for_same, pairs

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CANDIDATES = 20
"""Recent articles that are compared with a new one, at the most."""
ENTITIES = 50
"""Each article names one of so many watched entities."""
ROUNDS = 5
SLOW = 300
"""Recent articles that the slow baselines compare with; the rate is scaled to all of them."""

Judge = Callable[[Pair], bool]


# --- quality ----------------------------------------------------------------------------------


def _words(article: Article) -> list[str]:
    text = f"{article.title} {article.body}".casefold()
    return re.findall(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+", text)


def _shingles(article: Article) -> set[str]:
    words = _words(article)
    return {" ".join(words[i : i + 3]) for i in range(max(1, len(words) - 2))}


def jaccard(pair: Pair, threshold: float) -> bool:
    """The usual near-duplicate test: how many runs of three words two texts share of all."""
    one, two = _shingles(pair.first.article), _shingles(pair.second.article)
    return len(one & two) / len(one | two) >= threshold


def headline(pair: Pair, threshold: float) -> bool:
    """The usual test for one event: headlines alike, by difflib."""
    matcher = difflib.SequenceMatcher(
        None, pair.first.article.title.casefold(), pair.second.article.title.casefold()
    )
    return matcher.ratio() >= threshold


def quality(judge: Judge, labelled: Sequence[Pair]) -> tuple[float, float, list[Pair]]:
    """Precision, recall, and the pairs that are judged wrongly."""
    held = [judge(pair) for pair in labelled]
    right = sum(h and pair.same for h, pair in zip(held, labelled, strict=True))
    wrong = [pair for h, pair in zip(held, labelled, strict=True) if h != pair.same]
    return right / max(1, sum(held)), right / sum(pair.same for pair in labelled), wrong


def best(judge: Callable[[Pair, float], bool], labelled: Sequence[Pair]) -> float:
    """The threshold at which a baseline's F1 is highest."""

    def f1(threshold: float) -> float:
        precision, recall, _ = quality(lambda pair: judge(pair, threshold), labelled)
        return 2 * precision * recall / max(0.001, precision + recall)

    return max((n / 20 for n in range(1, 20)), key=f1)


def print_quality(errors: bool) -> None:
    """Precision and recall of both halves, beside the baselines, and recall by kind."""
    halves: dict[Half, list[Pair]] = {"tuned": pairs("tuned"), "held_back": pairs("held_back")}
    judges: list[tuple[str, Judge]] = [("monitor", is_held_for_same)]
    for label, judge in (
        ("runs of three words, Jaccard", jaccard),
        ("headlines, difflib", headline),
    ):
        threshold = best(judge, halves["tuned"])
        judges.append((f"{label} ≥ {threshold}", partial(judge, threshold=threshold)))
    print("| | pairs | precision | recall |\n| --- | --- | --- | --- |")
    for half, labelled in halves.items():
        for label, judge_pair in judges:
            precision, recall, wrong = quality(judge_pair, labelled)
            print(f"| {half}: {label} | {len(labelled)} | {precision:.3f} | {recall:.3f} |")
            if errors and judge_pair is is_held_for_same:
                print(*(f"  {pair.same} {pair.id}" for pair in wrong), sep="\n", file=sys.stderr)
    print("\n| kind of pair | same story | tuned: right of | held back: right of |")
    print("| --- | --- | --- | --- |")
    counts: dict[tuple[bool, str], dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for half, labelled in halves.items():
        for pair in labelled:
            counts[not pair.same, pair.kind][half].append(is_held_for_same(pair) == pair.same)
    for (different, kind), by_half in sorted(counts.items()):
        cells = [f"{sum(by_half[half])} of {len(by_half[half])}" for half in halves]
        print(f"| {kind} | {'no' if different else 'yes'} | {' | '.join(cells)} |")


# --- speed ------------------------------------------------------------------------------------


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


def reported(article: Article) -> Report:
    """What is kept of a made-up article; its outlet stands for the entity that it names."""
    new = fingerprint(article.title, article.body, language="en")
    return Report(article.id, NOW, frozenset({article.outlet}), new)


def packed(seed: int, count: int) -> list[tuple[tuple[int, ...], str, bytes]]:
    """Keys, entity and packed fingerprint of so many articles."""
    reports = [reported(each) for each in made(seed, count)]
    return [(each.keys, min(each.entities), each.fingerprint.pack()) for each in reports]


class Recent:
    """Recent articles in a database, looked up by their keys."""

    def __init__(self, path: Path, count: int) -> None:
        self._db = sqlite3.connect(path)
        self._db.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -64000;"
            "CREATE TABLE reports (id INTEGER PRIMARY KEY, entity TEXT, print BLOB);"
            "CREATE TABLE keys (key INTEGER, report INTEGER, PRIMARY KEY (key, report))"
            " WITHOUT ROWID;"
        )
        share = 1000
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            for each in pool.map(packed, range(1, 1 + count // share), [share] * (count // share)):
                self.add(each)
        self._db.commit()

    def add(self, prints: Sequence[tuple[tuple[int, ...], str, bytes]]) -> None:
        """Remember articles."""
        for keys, entity, data in prints:
            row = self._db.execute("INSERT INTO reports VALUES (NULL, ?, ?)", (entity, data))
            self._db.executemany(
                "INSERT INTO keys VALUES (?, ?)", [(key, row.lastrowid) for key in keys]
            )

    def find(self, keys: Sequence[int]) -> Iterator[Known]:
        """Those that share most keys with a new one."""
        rows = self._db.execute(
            "SELECT id, entity, print FROM reports JOIN (SELECT report, count(*) AS shared"
            f" FROM keys WHERE key IN ({', '.join('?' * len(keys))})"
            " GROUP BY report HAVING shared >= ? ORDER BY shared DESC LIMIT ?) ON report = id",
            (*keys, SHARED_KEYS, CANDIDATES),
        )
        for story, entity, data in rows:
            found = unpack(data)
            assert found is not None
            yield Known(story, NOW, Report("", NOW, frozenset({entity}), found))

    def take(self, article: Article) -> bool:
        """All that is done with a new article; True when it joins a story."""
        new = reported(article)
        keys = new.keys
        joined = find_story(new, self.find(keys))
        self.add([(keys, article.outlet, new.fingerprint.pack())])
        return joined is not None


def rate(step: Callable[[Article], object], texts: Sequence[Article]) -> float:
    """Articles a second."""
    begun = time.perf_counter()
    for each in texts:
        step(each)
    return len(texts) / (time.perf_counter() - begun)


def lsh(recent: Sequence[Article]) -> Callable[[Article], object] | None:
    """datasketch's MinHashLSH over the same articles, if it is installed."""
    if importlib.util.find_spec("datasketch") is None:
        return None
    datasketch = importlib.import_module("datasketch")

    def sketch(article: Article) -> object:
        found = datasketch.MinHash(num_perm=128)
        found.update_batch([shingle.encode() for shingle in _shingles(article)])
        return found

    index = datasketch.MinHashLSH(threshold=0.5, num_perm=128)
    for each in recent:
        index.insert(each.id, sketch(each))
    return lambda article: index.query(sketch(article))


def print_speed(count: int) -> None:
    """Rates beside what comparing with every recent article would take."""
    chance = random.Random(0)
    fresh = made(10**6, 400)
    copies = [edited(each, chance) for each in made(1, 400)]
    mixed = [copies[i] if i % 10 == 0 else fresh[i] for i in range(400)]
    fingerprint("", "", language="en")
    with tempfile.TemporaryDirectory() as folder:
        recent = Recent(Path(folder) / "recent.db", count)
        rates = [rate(recent.take, mixed[n::ROUNDS]) for n in range(ROUNDS)]
        prints = [rate(reported, mixed[n::ROUNDS]) for n in range(ROUNDS)]
        found = sum(recent.take(each) for each in copies[1::10])
        alone = sum(recent.take(each) for each in made(10**7, 200))
        size = (Path(folder) / "recent.db").stat().st_size
    some = made(2, SLOW)
    sets = [_shingles(each) for each in some]

    def against_all(article: Article) -> None:
        mine = _shingles(article)
        for other in sets:
            len(mine & other) / len(mine | other)

    def by_difflib(article: Article) -> None:
        for other in some[:3]:
            difflib.SequenceMatcher(None, _words(article), _words(other), autojunk=False).ratio()

    naive = [rate(against_all, mixed[n : n + 8]) * SLOW / count for n in range(3)]
    slow = [rate(by_difflib, mixed[n : n + 2]) * 3 / count for n in range(3)]
    ours = sorted(rates)[len(rates) // 2]
    label = f"Articles a second against {count:,} recent ones"
    rows = [
        (label, spread(rates, "/s", 0), f"Jaccard with each {spread(naive, '/s', 3)}",
         f"{ours / sorted(naive)[1]:,.0f} × as fast"),
        ("the same", spread(rates, "/s", 0), f"difflib with each {spread(slow, '/s', 6)}",
         f"{ours / sorted(slow)[1]:,.0f} × as fast"),
        ("of this, the fingerprint", spread(prints, "/s", 0), "the whole " + spread(rates, "/s", 0),
         f"{100 * ours / sorted(prints)[2]:.0f} % of the time"),
    ]  # fmt: skip
    if (ask := lsh(some)) is not None:
        other = [rate(ask, mixed[n::ROUNDS]) for n in range(ROUNDS)]
        rows.append(
            (label, spread(rates, "/s", 0), f"datasketch against {SLOW} {spread(other, '/s', 0)}",
             f"{ours / sorted(other)[2]:.1f} × as fast")
        )  # fmt: skip
    rows += [
        ("Edited copies found", f"{found} of {len(copies[1::10])}", "", ""),
        ("Unrelated articles joined", f"{alone} of 200", "", ""),
        ("Database", f"{size / 2**20:.0f} MiB", f"{size / count / 1024:.1f} KiB an article", ""),
    ]
    report(rows)


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer recent articles")
    parser.add_argument("--errors", action="store_true", help="name the pairs judged wrongly")
    wanted = parser.parse_args()
    print_quality(wanted.errors)
    print_speed(10_000 if wanted.quick else 100_000)


if __name__ == "__main__":
    main()

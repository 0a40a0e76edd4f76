"""CPU of a poll and of an article that is told, on SQLite and on PostgreSQL, in turns.

Both run all along, so that what else the machine does concerns both. While one is told stories, the
other only polls, and what that costs is known of it; then they change.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.crowd import Crowd, crowd
from benchmarks.machines_parts import engine
from benchmarks.machines_run import Machines, configuration, is_all_told, machines, until
from monitor.store.database import Database
from tests.support.postgresql import Server

#: Times that each is told stories, and how many at a time. Each connection has its statements
#: planned some times before it keeps the plans: the first turn counts for nothing.
TURNS, STORIES = 5, 20
_POLLED = "SELECT count(*) FROM feeds WHERE last_ok IS NOT NULL"
_READ = "SELECT count(*), count(CASE WHEN reads > 1 THEN 1 END) FROM articles WHERE reads > 0"


@dataclass(slots=True)
class _Spent:
    """What one kind of database cost: CPU in ms, of which so much was its server's."""

    polls: list[tuple[float, float]] = field(default_factory=list)
    articles: list[tuple[float, float]] = field(default_factory=list)
    read: int = 0
    twice: int = 0


@dataclass(slots=True)
class _Kind:
    """One kind of database, what works on it, and whom that asks."""

    some: Machines
    served: Crowd
    of_server: Callable[[], float]
    spent: _Spent = field(default_factory=_Spent)
    told: int = 0

    def now(self) -> tuple[float, float, int, int, int]:
        """CPU in ms, that of the server's, polls, articles, and those of them matched twice."""
        [(read, twice)] = self.some.ask(_READ)
        its = 1000 * self.of_server()
        own = 1000 * self.some.cpu_seconds()
        return own + its, its, len(self.served.ask("report")["polls"]), read, twice

    def tell(self) -> None:
        """Have stories told, a few at a time, and wait until that is done.

        Where more comes at once than a machine reads, feeds' own words are told before their pages
        are read, and each article is matched twice.
        """
        for _ in range(STORIES // 5):
            self.served.ask("publish?stories=5&watched=10")
            time.sleep(2)
        self.told += STORIES
        # What is left waits for hosts that have asked for time.
        until(lambda: is_all_told(self.some, self.told), 15)


def cost(server: Server, folder: Path) -> dict[str, Any]:
    """CPU of a poll that finds nothing new, and of an article, on SQLite and on PostgreSQL."""
    found: dict[str, Any] = {}
    with (
        _kind(f"sqlite:///{folder}/monitor.db", folder / "one", "run", lambda: 0.0) as one,
        _kind(server.empty(), folder / "many", "worker", server.cpu_seconds) as many,
    ):
        for turn in range(TURNS):
            for busy, idle in ((one, many), (many, one)):
                _measure(busy, idle, counts=turn > 0)
        for name, kind in (("SQLite", one), ("PostgreSQL", many)):
            found |= {f"{name}: {what}": each for what, each in _figures(kind.spent).items()}
    for what in ("a poll", "an article that is told"):
        ratio = found[f"PostgreSQL: CPU ms {what}"] / found[f"SQLite: CPU ms {what}"]
        found[f"PostgreSQL to SQLite: {what}"] = round(ratio, 2)
    found |= {f"the engine: {name}": each for name, each in engine(server).items()}
    share = found["the engine: CPU ms a row of it"] / found["PostgreSQL: CPU ms a poll"]
    return found | {"the engine: of a poll": round(share, 3)}


@contextmanager
def _kind(url: str, folder: Path, command: str, of_server: Callable[[], float]) -> Iterator[_Kind]:
    folder.mkdir()
    with closing(Database(url)) as db:
        db.upgrade()
    with crowd(100, 400, 0.02) as served:
        toml = configuration(served, url, interval="2s", concurrency=50)
        with machines(folder, toml, url) as some:
            some.start(command=command)
            until(lambda: bool(some.ask(_POLLED)[0][0] >= 400), 60)
            yield _Kind(some, served, of_server)
            some.stop()


def _measure(busy: _Kind, idle: _Kind, *, counts: bool) -> None:
    before = busy.now(), idle.now()
    busy.tell()
    told, polled = (
        tuple(now - then for now, then in zip(kind.now(), first, strict=True))
        for kind, first in zip((busy, idle), before, strict=True)
    )
    spent, its, polls, *_ = polled
    idle.spent.polls.append((spent / polls, its / polls))
    if not counts:
        return
    spent, its, polls, read, twice = told
    a_poll, on_server = _medians(busy.spent.polls)
    article = (spent - polls * a_poll) / read, (its - polls * on_server) / read
    busy.spent.articles.append(article)
    busy.spent.read += int(read)
    busy.spent.twice += int(twice)


def _medians(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    first, second = zip(*pairs, strict=True)
    return statistics.median(first), statistics.median(second)


def _figures(spent: _Spent) -> dict[str, Any]:
    a_poll, on_server = _medians(spent.polls)
    an_article, its = _medians(spent.articles)
    return {
        "CPU ms a poll": round(a_poll, 2),
        "of it the server's": round(on_server, 2),
        "CPU ms an article that is told": round(an_article, 1),
        "turns": [round(each, 1) for each, _ in spent.articles],
        "of that the server's": round(its, 1),
        "articles": spent.read,
        "of those matched twice": spent.twice,
    }

"""Backtest: articles replayed in a second of the processor, against reading and matching them once.

    python -m benchmarks.backtest [--articles 20000]

Both configurations are replayed, of three watchlists of which one was changed; the articles are
those of `benchmarks.search`.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measuring import report
from benchmarks.search import fill
from monitor.config.schema import Config, Entity, Query, Storage, Watchlist
from monitor.matching.matcher import Matcher
from monitor.model.match import Kind
from monitor.service import backtest as service
from monitor.service.backtest import backtest
from monitor.store import replay
from monitor.store.database import Database

NOW = datetime(2026, 11, 29, tzinfo=UTC)


def config(*names: str) -> Config:
    """Watchlists of actors, of institutions and of queries."""
    actors = Watchlist(
        name="actors",
        entities=tuple(Entity(name=name, kind=Kind.THREAT_ACTOR) for name in names),
    )
    bodies = Watchlist(
        name="bodies",
        entities=(Entity(name="Electoral Commission", kind=Kind.ORGANISATION, country="GB"),),
    )
    words = Watchlist(
        name="words", queries=(Query(name="q", query="hack* NEAR/10 (election OR party)"),)
    )
    return Config(watchlists=(actors, bodies, words), storage=Storage(keep_articles="forever"))


def spent() -> float:
    """Seconds of the processor of this process and of those that it waited for."""
    own, theirs = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + theirs.ru_utime + theirs.ru_stime


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    given = parser.parse_args()
    old, new = config("APT31", "APT28", "Turla"), config("APT31", "APT28", "Turla", "Callisto")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "monitor.db"
        with closing(Database(f"sqlite:///{path}")) as db:
            db.upgrade()
            fill(db, given.articles, indexed=False)
            with replay.opened(db.url) as connection:
                begun = spent()
                read = sum(1 for _ in replay.articles(connection, 1, given.articles, None))
                reading = read / (spent() - begun)
                matcher = Matcher(old.watchlists[:1])
                begun = time.process_time()
                for each in replay.articles(connection, 1, given.articles, None):
                    matcher.match(each.article)
                once = read / (time.process_time() - begun)
            begun = spent()
            backtest(db, old, new, NOW, processes=1)
            one = read / (spent() - begun)
            begun = spent()
            backtest(db, old, new, NOW, processes=1, everything=True)
            all_of_it = read / (spent() - begun)
            service.WORTH_TWO = 1
            begun = spent()
            backtest(db, old, new, NOW)
            two = 2 * read / (spent() - begun)
    baseline = f"{once:,.0f} read and matched once"
    report([
        ("articles read in a second", f"{reading:,.0f}", "–", "–"),
        ("replayed, one watchlist of three changed", f"{one:,.0f}", baseline, f"{one / once:.2f}"),
        ("replayed, all three", f"{all_of_it:,.0f}", baseline, f"{all_of_it / once:.2f}"),
        ("replayed on two cores, one changed", f"{two:,.0f}", baseline, f"{two / once:.2f}"),
    ])  # fmt: skip


if __name__ == "__main__":
    main()

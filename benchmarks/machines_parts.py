"""Parts of `benchmarks.machines` that look at one thing each, on a PostgreSQL server."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.crowd import COPIES, crowd
from benchmarks.machines_run import Machines, configuration, is_all_told, judge, machines, until
from benchmarks.pruning import NOW, OLD, Timed, fill, prune
from monitor.daemon.job_queue import Engine
from monitor.daemon.shared_driver import POLLS_A_JOB
from monitor.store import dispatching, search_index, text_days
from monitor.store.database import Database
from tests.support.postgresql import Server


def new(server: Server) -> str:
    """The address of a new database, as the first start leaves it."""
    url = server.empty()
    with closing(Database(url)) as db:
        db.upgrade()
    return url


def dispatch(server: Server, feeds: int = 1_000_000) -> dict[str, Any]:
    """How long it takes to take what is due when all of so many feeds are."""
    url = new(server)
    times = []
    with closing(Database(url)) as db:
        with db.write() as connection:
            connection.execute(
                text(
                    "INSERT INTO feeds (url, name, added, next_poll, subscribed, stopped, failures,"
                    " next_reason, problems, wishes, moved_polls, times_dropped, unreachable)"
                    " SELECT 'https://host' || n % 50000 || '.example/feed/' || n, 'feed', now(),"
                    " now() - n * interval '1 ms', true, false, 0, '{}', '[]', '{}', 0, 0, false"
                    " FROM generate_series(1, :n) AS n"
                ),
                {"n": feeds},
            )
        with db.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(
                text("VACUUM ANALYZE feeds")
            )
        own, base = time.process_time(), server.cpu_seconds()
        for _ in range(_TIMES):
            with db.write() as connection:
                begun = time.perf_counter()
                taken = dispatching.take_feeds(connection, 400, 16)
                times.append(1000 * (time.perf_counter() - begun))
                assert len(taken) == 400, len(taken)
        spent = time.process_time() - own + server.cpu_seconds() - base
    return {
        "due": feeds,
        "CPU ms": round(1000 * spent / _TIMES, 1),
        "median ms": round(statistics.median(times), 1),
        "slowest ms": round(max(times[1:]), 1),
    }


def engine(server: Server, jobs: int = 500) -> dict[str, float]:
    """CPU of the engine for a job of as many rows as a worker is handed, its server's included.

    The jobs are handed out, waited for, begun and forgotten; what is done in them is nothing.
    """
    url = new(server)
    ids = list(range(POLLS_A_JOB))

    async def run() -> None:
        done, all_done, stopping = 0, asyncio.Event(), asyncio.Event()

        async def begin(_: Sequence[int], __: bool) -> None:
            nonlocal done
            done += 1
            if done == jobs:
                all_done.set()

        async def nobody(_: str) -> None: ...

        with closing(Database(url)) as db:
            messenger = Engine(url, poll=begin, read=begin, deliver=nobody, chores={})
            running = asyncio.create_task(messenger.run(stopping))
            for _ in range(jobs // 10):
                with db.write() as connection:
                    messenger.hand_out(connection, "poll", [(ids, False)] * 10)
            await asyncio.wait_for(all_done.wait(), 120)
            stopping.set()
            await running

    own, base = time.process_time(), server.cpu_seconds()
    asyncio.run(run())
    spent = time.process_time() - own + server.cpu_seconds() - base
    return {
        "CPU ms a job": round(1000 * spent / jobs, 2),
        "CPU ms a row of it": round(1000 * spent / jobs / POLLS_A_JOB, 3),
    }


def contention(server: Server, folder: Path, stories: int = 60) -> dict[str, Any]:
    """CPU of telling when 1, 2 and 4 workers read, at the same moment, of the same few names."""
    found: dict[str, Any] = {}
    for number in (1, 2, 4):
        url = new(server)
        (folder / str(number)).mkdir()
        with crowd(100, 200, 0.02) as served:
            toml = configuration(served, url, interval="10s", concurrency=50)
            with machines(folder / str(number), toml, url) as some:
                some.start(number)
                until(lambda: _polled(some) >= 200, 60)
                used, base = some.cpu_seconds(), server.cpu_seconds()
                served.ask(f"publish?stories={stories}&watched=2")
                told = until(lambda: is_all_told(some, stories), 180)
                whole = some.cpu_seconds() - used + server.cpu_seconds() - base
                found[f"{number} workers: CPU ms an article"] = round(
                    1000 * whole / stories / COPIES, 1
                )
                [(locked, waited)] = some.ask(_DEADLOCKS)
                found[f"{number} workers: deadlocks"] = locked
                found[f"{number} workers: conflicts"] = waited
                outcome = judge(some, served, stories)
                outcome.expect(told, "not all was told within three minutes")
                found[f"{number} workers: faults"] = outcome.faults
                some.stop()
    return found


def latency(server: Server, folder: Path, stories: int = 12) -> dict[str, Any]:
    """Seconds from a stored article to its match and its message, on two workers."""
    url = new(server)
    with crowd(40, 80, 0.02) as served:
        toml = configuration(served, url, interval="2s", concurrency=20)
        with machines(folder, toml, url) as some:
            some.start(2)
            until(lambda: _polled(some) >= 80, 60)
            for number in range(1, stories + 1):
                served.ask("publish?stories=1&watched=10")
                until(lambda: is_all_told(some, number), 60)  # noqa: B023
            rows = some.ask(_LATENCIES)
            some.stop()
    matched, sent = ([float(row[each]) for row in rows] for each in (0, 1))
    return {
        "messages": len(rows),
        **{f"to the match: {name}": each for name, each in _spread(matched).items()},
        **{f"to the message: {name}": each for name, each in _spread(sent).items()},
    }


def retention(server: Server, rows: int = 100_000) -> dict[str, Any]:
    """What it costs to delete a day of articles and as many forgotten entries."""
    url = new(server)
    with closing(Database(url)) as db:
        with db.write() as connection:
            text_days.make(connection, [OLD.date(), NOW.date()])
        fill(db, rows)
        _index(db)
        full = _sizes(db)
        timed, own, base, wal = Timed(db), time.process_time(), server.cpu_seconds(), _written(db)
        gone = prune(timed)
        days = text_days.drop(db, NOW - timedelta(days=90))
        found: dict[str, Any] = {
            "rows deleted": gone,
            "days dropped": days,
            "CPU s": round(time.process_time() - own, 1),
            "CPU s, the server's": round(server.cpu_seconds() - base, 1),
            "WAL MB": round((_written(db) - wal) / 1e6, 1),
            "transactions": len(timed.seconds),
            "half within s": round(statistics.median(timed.seconds), 3),
            "the longest s": round(max(timed.seconds), 3),
        }
        base, wal = server.cpu_seconds(), _written(db)
        db.shrink()
        found["CPU s of vacuum"] = round(server.cpu_seconds() - base, 1)
        found["WAL MB of vacuum"] = round((_written(db) - wal) / 1e6, 1)
        found["MB full"], found["MB then"] = full, _sizes(db)
    return found


def _index(db: Database) -> None:
    """Enter every article into the search index."""
    while True:
        with db.write() as connection:
            if not search_index.index_more(connection):
                return


_TIMES = 30
_LATENCIES = """
SELECT extract(epoch FROM matches.created - articles.fetched),
       extract(epoch FROM deliveries.sent - articles.fetched)
FROM deliveries JOIN alerts ON alerts.id = deliveries.alert_id
    JOIN matches ON matches.id = alerts.match_id JOIN articles ON articles.id = matches.article_id
WHERE deliveries.follow_up = 0 AND deliveries.status = 'sent'
"""
_DEADLOCKS = "SELECT deadlocks, conflicts FROM pg_stat_database WHERE datname = current_database()"
_SIZE = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r'"


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    return {
        "median s": round(statistics.median(seconds), 2),
        "longest s": round(max(seconds), 2),
    }


def _sizes(db: Database) -> float:
    with db.read() as connection:
        return round(int(connection.scalar(text(_SIZE)) or 0) / 1e6, 1)


def _written(db: Database) -> int:
    with db.read() as connection:
        query = text("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")
        return int(connection.scalar(query) or 0)


def _polled(some: Machines) -> int:
    [(number,)] = some.ask("SELECT count(*) FROM feeds WHERE last_ok IS NOT NULL")
    return int(number)

"""Many machines on PostgreSQL: what is lost or told twice, how much they do, how soon they recover.

`python -m benchmarks.machines` runs all parts; `--part kills` (five minutes: four workers, each in
a network namespace and by a clock of its own, one of them killed with -9 every ten seconds, while
200 stories in four copies each are published at once),
`speed` (1, 2 and 4 workers when servers answer after a second), `cost` (CPU of a poll and an
article against SQLite in the same run, and the engine's part of it), `dispatch` (the statement that
takes what is due of a million feeds), `contention` (telling, by 1, 2 and 4 workers, of the same few
names), `latency` (from a stored article to its message), `retention` (a day's articles deleted),
`partitions` (texts in tables of their days, against texts in the articles' rows),
`recovery` (a worker killed; PostgreSQL restarted, stopped, killed), `faults` (see
`benchmarks.machines_faults`). Ends with 1 if anything was lost, told twice, or asked for too often.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.apart import apart
from benchmarks.crowd import Crowd, crowd
from benchmarks.machines_cost import cost
from benchmarks.machines_faults import FROZEN_SECONDS, faults
from benchmarks.machines_parts import contention, dispatch, latency, new, retention
from benchmarks.machines_run import (
    Machines,
    Outcome,
    configuration,
    is_all_read,
    is_all_told,
    judge,
    machines,
    until,
)
from benchmarks.partitions import partitions
from tests.support.postgresql import Server, running

HOSTS, FEEDS, STORIES, WORKERS = 500, 2000, 200, 4
SETTINGS = {"concurrency": 50, "interval": "30s"}


def kills(
    server: Server, folder: Path, *, seconds: float, every: float = 10.0,
    hosts: int = HOSTS, feeds: int = FEEDS, stories: int = STORIES, workers: int = WORKERS,
    interval: str = "30s", delay: float = 0.05,
    patience: float = 300.0,
) -> Outcome:  # fmt: skip
    """Kill workers for so long, and see what comes of what was published meanwhile.

    Args:
        server: of the database.
        folder: for the workers.
        seconds: how long.
        every: how often one is killed, and another started.
        hosts: that are asked.
        feeds: on them.
        stories: published at once.
        workers: at a time.
        interval: between two polls of a feed.
        delay: until a server answers, in seconds.
        patience: after the last kill, until all is told.
    """
    with apart(workers) as apartment, crowd(hosts, feeds, delay, apartment.net) as served:
        # A socket among the files is reached from every network of this machine.
        url = server.by_file(new(server)) if apartment.is_networked else new(server)
        toml = configuration(served, url, interval=interval, concurrency=50)
        with machines(folder, toml, url, apartment.machines) as some:
            some.start(workers)
            settled = until(lambda: _polled(some) >= feeds, 60 + seconds)
            served.ask(f"publish?stories={stories}&watched=10")
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                time.sleep(every)
                some.kill()
                some.start()
            told = until(lambda: is_all_told(some, stories), patience)
            # Of most it was told before their pages had come.
            read = until(lambda: is_all_read(some), patience)
            outcome = judge(some, served, stories)
            # One that has only just begun does not listen yet to who asks it to end.
            until(lambda: _all_listen(some), patience)
            codes = some.stop()
            outcome.expect(settled, "not every feed was polled before it began")
            outcome.expect(told, f"not all was told within {patience:g} s of the last kill")
            outcome.expect(read, f"not every page was read within {patience:g} s more")
            outcome.expect(set(codes) == {0}, f"workers ended with {codes}")
            clocks = some.clocks()
            outcome.figures["seconds_between_their_clocks"] = round(max(clocks) - min(clocks), 1)
    return outcome


def speed(server: Server, folder: Path, seconds: float) -> dict[str, Any]:
    """Polls a second of 1, 2 and 4 workers when every server answers after a second."""
    found: dict[str, Any] = {}
    for number in (1, 2, 4):
        url = new(server)
        (folder / str(number)).mkdir()
        with crowd(HOSTS, FEEDS, 1.0) as served:
            # More is due than any of them can do.
            toml = configuration(served, url, interval="1s", concurrency=20)
            with machines(folder / str(number), toml, url) as some:
                some.start(number)
                until(lambda: _polled(some) >= 100 * number, 60)  # noqa: B023
                used = some.cpu_seconds()
                first, begun = _asked(served), time.monotonic()
                time.sleep(seconds)
                took = time.monotonic() - begun
                polls = _asked(served) - first
                found[f"{number} workers: polls a second"] = round(polls / took, 1)
                spent = some.cpu_seconds() - used
                found[f"{number} workers: CPU ms a poll"] = round(1000 * spent / polls, 2)
                some.stop()
    one, two = (found[f"{n} workers: polls a second"] for n in (1, 2))
    found["2 workers do"] = round(two / one, 2)
    return found


def recovery(server: Server, folder: Path) -> dict[str, Any]:
    """Seconds until work goes on after a kill, and after PostgreSQL was away."""
    found: dict[str, Any] = {}
    url = new(server)
    with crowd(40, 80, 0.02) as served:
        toml = configuration(served, url, interval="2s", concurrency=20)
        with machines(folder, toml, url) as some:
            some.start(2)
            until(lambda: _polled(some) >= 80, 60)
            some.kill()
            found["after kill -9 of one of two, s"] = _until_all_polled_anew(some)
            some.start()
            # One that has only just begun would end, as a database that is away is its first fault.
            until(lambda: _all_listen(some), 60)
            for name, away in _AWAY.items():
                away(server)
                found[f"after PostgreSQL was {name}, s"] = _until_all_polled_anew(some)
                found[f"after PostgreSQL was {name}, both workers, s"] = _until_both(some)
            some.stop()
    return found


def _restarted(server: Server) -> None:
    server.stop("fast")
    server.start()


def _stopped(server: Server) -> None:
    server.stop("fast")
    time.sleep(30)
    server.start()


def _killed(server: Server) -> None:
    server.stop("immediate")
    server.start()


_POLLED = "SELECT count(*) FROM feeds WHERE last_ok IS NOT NULL"
_AWAY: dict[str, Callable[[Server], None]] = {
    "restarted": _restarted,
    "stopped for 30 s": _stopped,
    "killed": _killed,
}


def _polled(some: Machines) -> int:
    return int(some.ask(_POLLED)[0][0])


def _asked(served: Crowd) -> int:
    return len(served.ask("report")["polls"])


def _alive(some: Machines) -> int:
    return int(some.ask("SELECT count(*) FROM workers WHERE beat > now() - interval '12 s'")[0][0])


def _all_listen(some: Machines) -> bool:
    """Whether all that are at work have given a sign of life."""
    rows = some.ask("SELECT pid FROM workers WHERE detail::text <> '{}'")
    return {each.pid for each in some.at_work} <= {pid for (pid,) in rows}


def _until_all_polled_anew(some: Machines) -> float:
    """Seconds until every feed has been polled since now that is to be polled soon.

    Those on hosts that have asked for time are not.
    """
    begun = time.monotonic()
    [(since,)] = some.ask("SELECT clock_timestamp()")
    query = (
        f"SELECT count(*) FROM feeds WHERE (last_polled IS NULL OR last_polled < '{since}')"
        f" AND next_poll < timestamptz '{since}' + interval '5 s'"
    )
    until(lambda: some.ask(query)[0][0] == 0, 120, 0.25)
    return round(time.monotonic() - begun, 1)


def _until_both(some: Machines) -> float:
    """Seconds until both have given a sign of life."""
    begun = time.monotonic()
    until(lambda: _alive(some) >= 2, 60, 0.25)
    return round(time.monotonic() - begun, 1)


_SINGLE: dict[str, Callable[[Server, Path], dict[str, Any]]] = {
    "dispatch": lambda server, _: dispatch(server),
    "contention": contention,
    "latency": latency,
    "retention": lambda server, _: retention(server),
    "partitions": lambda server, _: partitions(server),
}


def main() -> None:
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parts = ("kills", "speed", "cost", *_SINGLE, "recovery", "faults")
    parser.add_argument("--part", choices=parts, action="append")
    parser.add_argument("--seconds", type=float, default=300.0, help="of the kills")
    arguments = parser.parse_args()
    wanted = arguments.part or parts
    wrong: list[str] = []
    # As servers are: what a benchmark changes often would else be looked for among what was.
    with (
        running(autovacuum="on", autovacuum_naptime="10s", full_page_writes="on") as server,
        tempfile.TemporaryDirectory() as made,
    ):
        for part in wanted:
            folder = Path(made) / part
            folder.mkdir()
            if part == "kills":
                outcome = kills(server, folder, seconds=arguments.seconds)
                figures, wrong = outcome.figures, [*wrong, *outcome.faults]
            elif part == "faults":
                outcome = faults(server, folder, new(server), frozen=FROZEN_SECONDS)
                figures, wrong = outcome.figures, [*wrong, *outcome.faults]
            elif part == "speed":
                figures = speed(server, folder, 30)
            elif part == "cost":
                figures = cost(server, folder)
            elif part in _SINGLE:
                figures = _SINGLE[part](server, folder)
            else:
                figures = recovery(server, folder)
            print(part, json.dumps(figures, indent=1), flush=True)
    for fault in wrong:
        print("WRONG:", fault)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()

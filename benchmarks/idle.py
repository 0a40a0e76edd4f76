"""What the daemon costs while it waits, against a process that only wakes once a second.

`python -m benchmarks.idle` starts the installed program on 200 local feeds and, once it has
read what there was, watches its CPU time and memory: first with nothing due, then with each
feed asked every minute and answering that nothing has changed (304).

It takes two and a half minutes for each of `--runs`, nearly all of it waiting; with `--seconds 15`
one minute, for figures that are as much less sure.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.measuring import cpu_seconds, living, report, spread
from benchmarks.startup import PROGRAM
from benchmarks.world import World, served
from monitor.errors import StoreError
from monitor.store import articles as store_articles
from monitor.store import feeds as store_feeds
from monitor.store.database import Database

BASELINE = """
import asyncio
async def main():
    while True:
        await asyncio.sleep(1)
asyncio.run(main())
"""
# It is opened when the configuration is checked; there is nothing to be told.
CHANNEL = """
[[channels]]
name = "slack"
url = "https://hooks.slack.com/services/T0ABCDEFG/B0ABCDEFG/abcdefghijklmnopqrstuvwx"
endpoint = "http://127.0.0.1:9"
"""
PATIENCE = 120.0
"""How long the daemon may take to read what there is, in seconds."""
CASES = {"nothing due": "1h", "each feed asked every minute (304)": "1m"}


@dataclass(frozen=True, slots=True)
class Sample:
    """What was used in the time watched."""

    cpu: float
    """CPU seconds a minute."""
    memory: float
    """Memory at the end, in MiB: what several processes share is counted once (Linux's PSS)."""
    alone: float
    """The part of that in the process itself, without its workers."""


def watch(processes: Sequence[subprocess.Popen[bytes]], seconds: float) -> list[Sample]:
    """What each process and its descendants use in so many seconds."""
    before = [cpu_seconds(process.pid) for process in processes]
    time.sleep(seconds)
    samples = []
    for process, used in zip(processes, before, strict=True):
        cpu = (cpu_seconds(process.pid) - used) * 60 / seconds
        main = psutil.Process(process.pid)
        family = living((main, *main.children(recursive=True)))
        sizes = [each.memory_full_info().pss / 2**20 for each in family]
        samples.append(Sample(cpu, sum(sizes), sizes[0]))
    return samples


def run(world: World, interval: str, seconds: float) -> list[Sample]:
    """A daemon and the baseline, watched side by side."""
    with tempfile.TemporaryDirectory() as folder:
        config = world.write_config(Path(folder), interval)
        config.write_text(config.read_text() + CHANNEL)
        env = os.environ | {"MONITOR_CONFIG": str(config)}
        # As after every start but the first, which makes the database.
        subprocess.run([PROGRAM, "db", "upgrade"], env=env, check=True, stdout=subprocess.DEVNULL)
        with (Path(folder) / "log").open("wb") as log:
            daemon = subprocess.Popen(
                [PROGRAM, "run"],
                env=env,
                stdout=log,
                stderr=log,
            )
        baseline = subprocess.Popen([sys.executable, "-c", BASELINE])
        try:
            _wait_until_settled(Path(folder) / "monitor.db", world)
            return watch([daemon, baseline], seconds)
        finally:
            baseline.kill()
            daemon.terminate()
            daemon.wait()
            baseline.wait()


def _wait_until_settled(path: Path, world: World) -> None:
    end = time.monotonic() + PATIENCE
    with closing(Database(f"sqlite:///{path}")) as db:
        while time.monotonic() < end:
            time.sleep(1)
            try:
                with db.read() as connection:
                    states = store_feeds.everything(connection)
                    asked = sum(state.last_ok is not None for state in states)
                    unread = store_articles.unread(connection)
            except StoreError:
                continue  # its tables are not there yet
            if asked == world.feeds and not unread:
                time.sleep(3)  # what the last article set off
                return
    raise SystemExit(f"the daemon did not come to rest within {PATIENCE:g} seconds")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.idle", description=__doc__)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60.0, help="to watch, each time")
    parser.add_argument("--runs", type=int, default=1)
    options = parser.parse_args(arguments)
    rows = []
    with served(options.feeds, 1) as world:
        for case, interval in CASES.items():
            samples = [run(world, interval, options.seconds) for _ in range(options.runs)]
            daemon, baseline = zip(*samples, strict=True)
            # The kernel counts in hundredths of a second: less than one cannot be told from one.
            least = 0.01 * 60 / options.seconds
            rows += [
                (
                    f"Idle CPU, {options.feeds} feeds, {case}",
                    spread([each.cpu for each in daemon], " s a minute"),
                    spread([each.cpu for each in baseline], " s a minute"),
                    spread([a.cpu / max(b.cpu, least) for a, b in samples], " ×", 1),
                ),
                (
                    f"Memory, {options.feeds} feeds, {case}",
                    f"{spread([each.memory for each in daemon], ' MiB', 0)}, of which the daemon"
                    f" itself {spread([each.alone for each in daemon], '', 0)}",
                    spread([each.memory for each in baseline], " MiB", 0),
                    spread([a.memory / b.memory for a, b in samples], " ×", 1),
                ),
            ]
    report(rows)


if __name__ == "__main__":
    main()

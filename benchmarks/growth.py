"""How the daemon's memory grows at four articles a second, and where it ends.

`python -m benchmarks.growth` lets six hours of simulated time pass in which 86,400 articles come:
450 feeds, each of which has two new items each time it is asked. The daemon's own driver polls,
reads (what the feed gives: pages are not fetched), matches, places and tells, as fast as it goes;
the clock jumps from one round to the next. Each text has words of its own and names nobody else
has, so that what is kept of words and names meets as many as in life; one article in fifty is told.
Memory is looked at after each half hour: the process and its workers, and how many blocks Python
has allocated.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import io
import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import psutil
import tomlkit

from benchmarks.measuring import Meter, facts, living
from benchmarks.publisher import FRESH, Publisher, served
from benchmarks.scale import Clock, mib
from monitor.daemon.compose import opened
from monitor.daemon.local_driver import Driver, Tasks
from monitor.pipeline.context import Context
from monitor.pipeline.events import Delivered, Read, Step
from monitor.service.check import check_config

A_SECOND = 4
LOOKED_AT = timedelta(minutes=30)


class _Course:
    """What came of it."""

    def __init__(self) -> None:
        self.articles = self.told = 0

    def __call__(self, step: Step) -> None:
        self.articles += isinstance(step, Read)
        self.told += isinstance(step, Delivered)


async def hours(publisher: Publisher, folder: Path, span: timedelta) -> None:
    """Let so much time pass and print how much memory is in use after each part of it."""
    round_ = timedelta(seconds=publisher.feeds * FRESH / A_SECOND)
    course, clock = _Course(), Clock()
    meter = Meter(apart=frozenset({publisher.pid}))
    checked = check_config(_config(folder, publisher, round_), env={})
    console = _Forgetful()
    async with opened(checked, observe=course, console=console, clock=clock) as ctx:
        ctx.early.grace_seconds = 0
        await _round(ctx)
        print(facts())
        print("| hours | articles | told | process, MiB | workers, MiB | blocks of Python |")
        print("| --- | --- | --- | --- | --- | --- |")
        begun = looked = clock.now
        _look(publisher, course, timedelta())
        with meter.measure("all"):
            while clock.now - begun < span:
                publisher.turn()
                clock.now += round_
                await _round(ctx)
                if clock.now - looked >= LOOKED_AT:
                    looked = clock.now
                    _look(publisher, course, clock.now - begun)
    cost = meter.costs["all"]
    print(f"{cost.wall:.0f} s, {1000 * cost.cpu / max(1, course.articles):.1f} ms CPU an article")


async def _round(ctx: Context) -> None:
    """All that is due: polled, read and told."""
    tasks = Tasks()
    driver = Driver(ctx, start=tasks.start)
    await driver.poll_due()
    await tasks.finish()
    await driver.read_due()
    await tasks.finish()
    while await driver.deliver_due():
        await tasks.finish()


class _Forgetful(io.StringIO):
    def write(self, text: str, /) -> int:
        return len(text)


def _look(publisher: Publisher, course: _Course, passed: timedelta) -> None:
    gc.collect()
    me = psutil.Process(os.getpid())
    workers = [each for each in living(me.children(recursive=True)) if each.pid != publisher.pid]
    print(
        f"| {passed / timedelta(hours=1):.1f} | {course.articles:,} | {course.told:,} "
        f"| {mib(me):.0f} | {sum(map(mib, workers)):.0f} | {sys.getallocatedblocks():,} |",
        flush=True,
    )


def _config(folder: Path, publisher: Publisher, round_: timedelta) -> Path:
    every = f"{round_.total_seconds() - 1:g}s"
    config = {
        "storage": {"url": f"sqlite:///{folder / 'monitor.db'}"},
        "polling": {
            "concurrency": 50, "allow_private_networks": True, "backfill": "3650d",
            "interval": every, "min_interval": every, "max_interval": every,
        },
        "articles": {"full_text": "never"},
        "feeds": [{"url": url, "name": url} for url in publisher.urls()],
        "watchlists": [
            {"name": "Groups", "entities": [{"name": "APT31", "kind": "threat-actor"}]},
            {"name": "People", "entities": [{"name": "Ni Gaobin", "kind": "person"}]},
        ],
    }  # fmt: skip
    path = folder / "config.toml"
    path.write_text(tomlkit.dumps(config), encoding="utf-8")
    return path


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--feeds", type=int, default=450)
    parser.add_argument("--hours", type=float, default=6)
    options = parser.parse_args()
    span = timedelta(hours=options.hours)
    with tempfile.TemporaryDirectory() as folder, served(options.feeds, varied=True) as publisher:
        asyncio.run(hours(publisher, Path(folder), span))


if __name__ == "__main__":
    main()

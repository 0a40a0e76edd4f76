"""Ten thousand feeds, each asked every quarter of an hour: what share of a core, how much memory.

`python -m benchmarks.scale` lets an hour of simulated time pass: the clock jumps from one second
in which something is due to the next, the requests are real. What is measured is the process's
own CPU time for that hour, so a quiet machine matters little. Every tenth feed is one of an outlet
that publishes as it is asked: two new items of thirty each hour, in a full answer; the others say
that nothing has changed. The feeds begin as they are after their first reading.

`--hours 24` lets a day pass as `monitor run` would, with the intervals that it chooses by itself:
the quiet feeds are known to have an entry a day; the others' entries are matched and stored, and
one in fifty names somebody watched.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import tomlkit
from sqlalchemy import Connection

from benchmarks.measuring import Meter, facts, living
from benchmarks.publisher import QUIET, Publisher, served
from monitor.daemon.compose import opened
from monitor.daemon.local_driver import Driver, Tasks
from monitor.model.feed import NOT_POLLED_YET, Validators, Wishes
from monitor.pipeline.context import Context
from monitor.pipeline.events import Polled, Step
from monitor.pipeline.poll import poll
from monitor.service.check import check_config
from monitor.store import feeds as store_feeds
from monitor.store.feeds import Habits

BUSY = 10
"""Of so many feeds one has news each hour."""
CONCURRENCY = 100
EVERY = timedelta(minutes=15)
A_DAY = timedelta(days=1)


class Clock:
    """The time, which whoever measures sets."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


async def hour(publisher: Publisher, folder: Path) -> None:
    """Let the hour pass and print what it cost."""
    outcomes: Counter[str] = Counter()
    new = 0

    def observe(step: Step) -> None:
        nonlocal new
        if isinstance(step, Polled):
            outcomes[step.outcome] += 1
            new += step.new

    clock = Clock()
    meter = Meter(apart=frozenset({publisher.pid}))
    checked = check_config(_config(folder, publisher), env={})
    console = io.StringIO()
    async with opened(checked, observe=observe, console=console, clock=clock) as ctx:
        await _first_reading(ctx, clock())
        outcomes.clear()
        new = 0
        publisher.turn()
        memory = [_memory(publisher)]
        start = clock()
        with meter.measure("hour"):
            for quarter in range(1, 5):
                await _until(ctx, clock, start + quarter * EVERY)
                memory.append(_memory(publisher))
    cost = meter.costs["hour"]
    print(facts())
    print(f"{publisher.feeds:,} feeds, one hour: {outcomes.total():,} polls, {dict(outcomes)}")
    print(f"{new:,} new entries; the hour took {cost.wall:.0f} s")
    print(f"CPU {cost.cpu:.1f} s with workers: {cost.cpu / 3600:.1%} of one core (goal below 25 %)")
    shown = ", ".join(f"{sum(each):.0f} ({each[0]:.0f} + {each[1]:.0f})" for each in memory)
    print(f"memory (process + workers), from the start on: {shown} MiB (goal below 400, flat)")


def _config(folder: Path, publisher: Publisher, *, by_default: bool = False) -> Path:
    quarter = f"{EVERY.total_seconds():g}s"
    names = () if by_default else ("interval", "min_interval", "max_interval")
    config = {
        "storage": {"url": f"sqlite:///{folder / 'monitor.db'}"},
        "polling": {
            "concurrency": CONCURRENCY, "allow_private_networks": True,
            **dict.fromkeys(names, quarter),
        },
        "articles": {"full_text": "never"},
        "feeds": [{"url": url, "name": url} for url in publisher.urls()],
        "watchlists": [
            {"name": "Groups", "entities": [{"name": "APT31", "kind": "threat-actor"}]},
            {"name": "People", "entities": [{"name": "Ni Gaobin", "kind": "person"}]},
        ] if by_default else [],
    }  # fmt: skip
    path = folder / "config.toml"
    path.write_text(tomlkit.dumps(config), encoding="utf-8")
    return path


async def day(publisher: Publisher, folder: Path, hours: int) -> None:
    """Let some hours pass and print, after each, what it all cost so far."""
    polls = new = 0

    def observe(step: Step) -> None:
        nonlocal polls, new
        if isinstance(step, Polled):
            polls += 1
            new += step.new

    clock = Clock()
    meter = Meter(apart=frozenset({publisher.pid}))
    checked = check_config(_config(folder, publisher, by_default=True), env={})
    async with opened(checked, observe=observe, console=io.StringIO(), clock=clock) as ctx:
        await _first_reading(ctx, clock(), rhythm=A_DAY)
        polls = new = 0
        size = ctx.db.size()
        start, most = clock(), 0.0
        print(facts(), flush=True)
        for passed in range(1, hours + 1):
            publisher.turn()
            with meter.measure("hours"):
                await _until(ctx, clock, start + passed * timedelta(hours=1), matched=True)
            cpu = meter.costs["hours"].cpu
            memory = sum(_memory(publisher))
            most = max(most, memory)
            print(
                f"{passed} h: {polls:,} polls ({polls / publisher.feeds:.1f} a feed), {new:,} new "
                f"entries, CPU {cpu:.0f} s ({cpu / 3600 / passed:.2%} of one core), memory "
                f"{memory:.0f} MiB (at most {most:.0f}), database grown by "
                f"{(ctx.db.size() - size) / 2**20:.0f} MiB",
                flush=True,
            )


async def _first_reading(ctx: Context, now: datetime, rhythm: timedelta | None = None) -> None:
    """The busy feeds are read as a whole; the others are taken to have been."""
    states = await ctx.look(store_feeds.everything)
    habits = Habits(Wishes(), rhythm, new=False, dropped=False) if rhythm else None

    def pretend(connection: Connection) -> None:
        for number, state in enumerate(states):
            if number % BUSY:
                store_feeds.record_success(
                    connection, state, now=now, validators=Validators(etag=QUIET), problems=(),
                    body_digest=None, next_poll=now + EVERY * (number / len(states)),
                    next_reason=NOT_POLLED_YET, habits=habits,
                )  # fmt: skip

    await ctx.store(pretend)
    slots = asyncio.Semaphore(CONCURRENCY)

    async def read(number: int) -> None:
        async with slots:
            await poll(ctx, states[number].id, claimed=states[number])

    await asyncio.gather(*map(read, range(0, len(states), BUSY)))


async def _until(ctx: Context, clock: Clock, end: datetime, *, matched: bool = False) -> None:
    """Poll what is due at every second until then, as the daemon does, and match what came."""
    tasks = Tasks()
    driver = Driver(ctx, start=tasks.start)
    driver.reads_what_comes = matched
    while clock.now < end:
        await driver.poll_due()
        await tasks.finish()
        clock.now += timedelta(seconds=1)


def _memory(publisher: Publisher) -> tuple[float, float]:
    """MiB of this process, and of its workers; pages that several share count once in all."""
    me = psutil.Process(os.getpid())
    workers = [each for each in living(me.children(recursive=True)) if each.pid != publisher.pid]
    return mib(me), sum(map(mib, workers))


def mib(process: psutil.Process) -> float:
    """MiB of a process; of pages that several share, its share."""
    # Only Linux knows a process's share of what it shares (`Pss` in proc(5)).
    full = process.memory_full_info()
    return getattr(full, "pss", full.rss) / 2**20


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=10_000)
    parser.add_argument("--hours", type=int, help="with the intervals that are chosen by default")
    options = parser.parse_args()
    varied = options.hours is not None
    with tempfile.TemporaryDirectory() as folder, served(options.feeds, varied=varied) as publisher:
        if varied:
            asyncio.run(day(publisher, Path(folder), options.hours))
        else:
            asyncio.run(hour(publisher, Path(folder)))


if __name__ == "__main__":
    main()

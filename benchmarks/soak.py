"""A day of misbehaving feeds in simulated time: nothing they listed is lost or taken for two.

`python -m benchmarks.soak` polls 1,000 feeds of all the kinds of `benchmarks.misbehaving` for 24
hours of a clock that jumps from one due poll to the next: with the product's own dispatch query,
`poll`, guard, parser and database. Polls of servers that hang go on while it jumps, as
they do in the daemon. Ends with 1 if an entry of an answer that arrived was lost or stored twice, a
good answer was refused, or entries were said to be possibly missed, or not said to be, wrongly.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import re
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, func, select

from benchmarks.misbehaving import AN_ARCHIVE, Outlet, outlets
from benchmarks.misbehaving_server import Names, Server, serving
from monitor.daemon.compose import opened
from monitor.fetch.client import Fetcher
from monitor.model.feed import FeedState
from monitor.pipeline.context import Context
from monitor.pipeline.events import Polled, Step
from monitor.pipeline.poll import POSSIBLY_MISSED, poll
from monitor.pipeline.runtime import subscribe
from monitor.service.check import check_config
from monitor.store import feeds as store_feeds
from monitor.store.tables import articles, feeds

BEGIN = datetime(2024, 3, 25, tzinfo=UTC)
LONGEST = timedelta(hours=1)
"""`polling.max_interval`."""
AT_ONCE = 100
"""As many as `polling.concurrency`."""
HANGING = 60
"""So many polls may hang while the clock goes on."""
_KEY = re.compile(r"\[(\d+)-(\d+)\]")
_CONFIG = """
[storage]
url = "sqlite:///soak.db"

[polling]
interval = "15m"
min_interval = "5m"
max_interval = "1h"
timeout = "{timeout}"
allow_private_networks = false

[articles]
full_text = "never"
"""


FAULTS = ("lost", "twice", "unseen", "gone_on", "refused", "cried_wolf", "said_nothing")


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    polls: Counter[str] = field(default_factory=Counter)
    listed: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    """Entries that were listed in a whole answer and stored never, or more than once."""
    unseen: list[str] = field(default_factory=list)
    """Entries that a feed which is well all day listed for long, and that no poll met."""
    gone_on: list[str] = field(default_factory=list)
    """Feeds that are gone and were asked again."""
    refused: list[str] = field(default_factory=list)
    """Answers that were well, came in time, and were taken for failures."""
    cried_wolf: list[str] = field(default_factory=list)
    """Feeds said to have dropped entries unseen, that had not."""
    said_nothing: list[str] = field(default_factory=list)
    """Feeds that listed nothing of what they had last, and were not said to have dropped any."""
    memory: list[float] = field(default_factory=list)
    """MiB after each quarter of the day."""
    seconds: float = 0.0
    cpu: float = 0.0

    @property
    def well(self) -> bool:
        """Whether nothing went wrong."""
        return not any(getattr(self, name) for name in FAULTS)


@dataclass(frozen=True, slots=True)
class _Witness:
    """Compares what is said of each poll with what was answered."""

    outcome: Outcome
    outlets: dict[str, Outlet]
    """By address."""

    def __call__(self, step: Step) -> None:
        if not isinstance(step, Polled):
            return
        self.outcome.polls[step.outcome] += 1
        outlet = self.outlets[step.feed.url]
        answered, outlet.answered = outlet.answered, []
        if not answered:
            return
        name = f"{outlet.kind}: feed {outlet.number}"
        if step.outcome == "failed":
            # On a busy machine even who answers at once may be late.
            if "no complete answer" not in step.detail:
                self.outcome.refused.append(f"{name}: {step.detail}")
            return
        if outlet.listings:
            dropped = answered[-1].isdisjoint(outlet.listings[-1])
            said = POSSIBLY_MISSED in step.problems
            if said and not dropped:
                self.outcome.cried_wolf.append(name)
            if dropped and not said:
                self.outcome.said_nothing.append(name)
        outlet.listings += answered


class _Clock:
    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now


async def soak(
    count: int,
    folder: Path,
    *,
    hours: int = 24,
    patience: str = "2s",
    archive: int = AN_ARCHIVE,
) -> Outcome:
    """Poll so many feeds for hours of simulated time.

    Args:
        count: of feeds.
        folder: for the database.
        hours: of simulated time.
        patience: `polling.timeout`, in real time: what a server that hangs costs.
        archive: items that one feed dumps at once.
    """
    clock = _Clock()
    served = outlets(count, BEGIN, archive)
    outcome = Outcome()
    begun, cpu = time.perf_counter(), time.process_time()
    async with serving(served, clock) as server:
        path = folder / "config.toml"
        tables = "".join(
            f'[[feeds]]\nurl = "{server.url(each)}"\nallow_private_networks = true\n'
            for each in served
        )
        path.write_text(_CONFIG.format(timeout=patience) + tables)
        observe = _Witness(outcome, {server.url(each): each for each in served})
        checked = check_config(path)
        polling = checked.loaded.config.polling
        async with (
            opened(checked, observe=observe, console=io.StringIO(), clock=clock) as ctx,
            Fetcher(polling, resolver=Names(served), clock=clock) as fetcher,
        ):
            await ctx.runtime.fetcher.aclose()
            ctx.runtime = replace(ctx.runtime, fetcher=fetcher)
            with ctx.db.write() as connection:
                subscribe(connection, ctx.runtime.config, now=clock())
            polls = _Polls(ctx, clock)
            for quarter in range(1, 5):
                await polls.until(BEGIN + quarter * timedelta(hours=hours) / 4)
                outcome.memory.append(_memory())
            await _judge(ctx, server, served, clock.now, outcome)
    outcome.seconds, outcome.cpu = time.perf_counter() - begun, time.process_time() - cpu
    return outcome


class _Polls:
    """The polls under way; few of them are of servers that hang."""

    def __init__(self, ctx: Context, clock: _Clock) -> None:
        self._ctx, self._clock = ctx, clock
        self._under_way: dict[asyncio.Task[None], int] = {}

    async def until(self, end: datetime) -> None:
        """Poll what is due, then jump to when the next is."""
        clock = self._clock
        while clock.now < end:
            while due := await self._due():
                for feed in due:
                    self._under_way[asyncio.create_task(self._poll(feed))] = feed.id
                await self._settle(HANGING)
            next_poll = await self._ctx.look(self._next)
            # What is due within a minute goes together, as its clock ticks by the second.
            clock.now = max(next_poll or end, clock.now + timedelta(minutes=1))
        await self._settle(0)

    async def _poll(self, feed: FeedState) -> None:
        await poll(self._ctx, feed.id, claimed=feed)

    async def _due(self) -> list[FeedState]:
        under_way = set(self._under_way.values())
        return await self._ctx.look(
            lambda c: store_feeds.due(c, self._clock.now, AT_ONCE, under_way=under_way)
        )

    async def _settle(self, left: int) -> None:
        """Wait until no more than so many are under way, and those that answer at once are not."""
        patience: float | None = 0.05
        while self._under_way:
            patience = None if len(self._under_way) > left else patience
            done, _ = await asyncio.wait(
                self._under_way, timeout=patience, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                del self._under_way[task]
                task.result()
            if not done:
                break
            patience = 0.05

    def _next(self, connection: Connection) -> datetime | None:
        waiting = feeds.c.subscribed & ~feeds.c.stopped
        under_way = feeds.c.id.in_(self._under_way.values())
        first = select(func.min(feeds.c.next_poll)).where(waiting, ~under_way)
        next_poll: datetime | None = connection.scalar(first)
        return next_poll


async def _judge(
    ctx: Context, server: Server, served: list[Outlet], now: datetime, outcome: Outcome
) -> None:
    titles = await ctx.look(lambda c: list(c.scalars(select(articles.c.title))))
    stored = Counter(
        (int(found[1]), int(found[2])) for title in titles if (found := _KEY.search(title))
    )
    states = {state.url: state for state in await ctx.look(store_feeds.everything)}
    for outlet in served:
        listed = frozenset().union(*outlet.listings)
        outcome.listed += len(listed)
        named = {key: f"{outlet.kind}: entry {key[1]} of feed {key[0]}" for key in listed}
        outcome.lost += [named[key] for key in sorted(listed) if not stored[key]]
        outcome.twice += [named[key] for key in sorted(listed) if stored[key] > 1]
        if outlet.kind == "gone" and not states[server.url(outlet)].stopped:
            outcome.gone_on.append(f"feed {outlet.number}")
        if outlet.kind in {"well", "ignores validators", "Atom", "JSON Feed", "gzip"}:
            outcome.unseen += [
                f"{outlet.kind}: entry {number} of feed {outlet.number}"
                for number in outlet.newest(now - 2 * LONGEST)
                if outlet.pace * outlet.listed > 2 * LONGEST
                and (outlet.number, number) not in listed
            ]


def _memory() -> float:
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * 4096 / 2**20 if statm.exists() else 0.0


def main() -> None:
    """Run it and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=1_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(soak(options.feeds, Path(folder)))
    polls = ", ".join(f"{number:,} {name}" for name, number in outcome.polls.most_common())
    print(
        f"{options.feeds:,} feeds for 24 simulated hours: {outcome.polls.total():,} polls ({polls})"
    )
    print(f"entries listed in whole answers {outcome.listed:,}")
    for name in FAULTS:
        found = getattr(outcome, name)
        print(f"{name:12} {len(found):,}", *found[:10], sep="\n    " if found else " ")
    memory = ", ".join(f"{each:.0f}" for each in outcome.memory)
    print(f"memory after each quarter of the day: {memory} MiB (server included)")
    print(f"{outcome.seconds:.0f} s, {outcome.cpu:.0f} s of CPU in the process, server included")
    sys.exit(0 if outcome.well else 1)


if __name__ == "__main__":
    main()

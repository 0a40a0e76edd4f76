"""Polling: feeds that have not changed, and feeds with two new items of thirty.

`python -m benchmarks.poller` polls local feeds, each on a host of its own, with the product's own
`poll`: fetched, parsed and stored, without their articles' pages. Beside it stand the
HTTP transport alone with the same requests, feedparser alone with the same documents, and, where
they are there, two other programs on the same feeds: newsboat, and the library `reader` in an
environment of its own (`--reader PYTHON`).
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import shutil
import sqlite3
import ssl
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import aiohttp
import feedparser
import httpx
import tomlkit
from httpx_aiohttp import AiohttpTransport

from benchmarks.measuring import Cost, Meter, cpu_seconds, report, spread
from benchmarks.publisher import FRESH, LISTED, Feeds, Publisher, served
from monitor.daemon.compose import opened
from monitor.model.feed import FeedState
from monitor.pipeline.context import Context
from monitor.pipeline.events import Polled, Step
from monitor.pipeline.poll import poll
from monitor.service.check import check_config
from monitor.store import feeds as store_feeds

CONCURRENCY = 100
ROUNDS = ("first reading", "unchanged", "changed")
OURS, TRANSPORT, READER, NEWSBOAT = "monitor", "transport alone", "reader", "newsboat"
Costs = dict[tuple[str, str], Cost]

READER_PROGRAM = """
import sys, time
from reader import make_reader
reader = make_reader(sys.argv[1])
for url in open(sys.argv[2]).read().split():
    reader.add_feed(url)
print("ready", flush=True)
for line in sys.stdin:
    begun = time.perf_counter()
    updates = reader.update_feeds_iter(scheduled=False, workers=int(sys.argv[3]))
    failed = [each for each in updates if each.error]
    elapsed = time.perf_counter() - begun
    print(elapsed, len(failed), reader.get_entry_counts().total, flush=True)
"""


# --- ours -----------------------------------------------------------------------------------


def write_config(folder: Path, publisher: Publisher) -> Path:
    """A configuration with the publisher's feeds, whose articles' pages are not read."""
    config = {
        "storage": {"url": f"sqlite:///{folder / 'monitor.db'}"},
        "polling": {"concurrency": CONCURRENCY, "allow_private_networks": True},
        "articles": {"full_text": "never"},
        "feeds": [{"url": url, "name": url} for url in publisher.urls()],
    }
    path = folder / "config.toml"
    path.write_text(tomlkit.dumps(config), encoding="utf-8")
    return path


async def ours(publisher: Publisher, folder: Path, meter: Meter) -> None:
    """Poll every feed three times: for the first time, unchanged, and with two new items."""
    polled: list[Polled] = []

    def observe(step: Step) -> None:
        if isinstance(step, Polled):
            polled.append(step)

    checked = check_config(write_config(folder, publisher), env={})
    async with opened(checked, observe=observe, console=io.StringIO()) as ctx:
        for name in ROUNDS:
            if name == "changed":
                publisher.turn()
            polled.clear()
            states = await ctx.look(store_feeds.everything)
            with meter.measure(f"{OURS}: {name}"):
                await _all(states, ctx)
            _right(name, publisher, polled)


async def _all(states: Sequence[FeedState], ctx: Context) -> None:
    await _each([_poll(state, ctx) for state in states])


def _poll(state: FeedState, ctx: Context) -> Callable[[], Awaitable[object]]:
    return lambda: poll(ctx, state.id, claimed=state)


def _right(name: str, publisher: Publisher, polled: Sequence[Polled]) -> None:
    outcomes = Counter(step.outcome for step in polled)
    new = sum(step.new for step in polled)
    wanted = {"first reading": LISTED, "unchanged": 0, "changed": FRESH}[name] * publisher.feeds
    outcome = "unchanged" if name == "unchanged" else "ok"
    if outcomes != {outcome: publisher.feeds} or new != wanted:
        raise SystemExit(f"{name}: {outcomes}, {new} new")


async def _each(work: Sequence[Callable[[], Awaitable[object]]]) -> None:
    slots = asyncio.Semaphore(CONCURRENCY)

    async def one(each: Callable[[], Awaitable[object]]) -> None:
        async with slots:
            await each()

    await asyncio.gather(*map(one, work))


# --- baselines ------------------------------------------------------------------------------


async def transport(publisher: Publisher, tag: str, meter: Meter) -> None:
    """The same conditional requests by httpx over aiohttp, and nothing else."""
    context = ssl.create_default_context()
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, ssl=context))
    client = httpx.AsyncClient(
        transport=AiohttpTransport(client=session, verify=context), trust_env=False, timeout=None
    )

    def ask(url: str) -> Callable[[], Awaitable[object]]:
        async def one() -> None:
            answer = await client.get(url, headers={"If-None-Match": tag})
            if answer.status_code != 304:
                raise SystemExit(f"{url} should not have answered {answer.status_code}")

        return one

    async with client:
        with meter.measure(f"{TRANSPORT}: unchanged"):
            await _each([ask(url) for url in publisher.urls()])


def raw_feedparser(documents: int = 30) -> float:
    """Documents a second that feedparser alone reads on one core, as it comes."""
    feeds = Feeds()
    bodies = [feeds.body(number) for number in range(documents)]
    begun = time.process_time()
    for body in bodies:
        feedparser.parse(io.BytesIO(body))
    return documents / (time.process_time() - begun)


# --- others ---------------------------------------------------------------------------------


def reader(publisher: Publisher, folder: Path, python: str, workers: int) -> dict[str, Cost]:
    """The library `reader`, in a process of its own."""
    (folder / "urls").write_text("\n".join(publisher.urls()))
    command = [python, "-c", READER_PROGRAM, str(folder / "reader.db"), str(folder / "urls")]
    costs = {}
    with subprocess.Popen(
        [*command, str(workers)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        for name in ROUNDS:
            if name == "changed":
                publisher.turn()
            before = cpu_seconds(process.pid)
            process.stdin.write("\n")
            process.stdin.flush()
            elapsed, failed, entries = process.stdout.readline().split()
            costs[name] = Cost(float(elapsed), cpu_seconds(process.pid) - before)
            _complete(READER, name, publisher, int(failed), int(entries))
        process.stdin.close()
    return costs


def newsboat(publisher: Publisher, folder: Path) -> dict[str, Cost]:
    """newsboat, started anew for each round as from cron; so its start counts too."""
    (folder / "urls").write_text("\n".join(publisher.urls()) + "\n")
    (folder / "config").write_text(f"reload-threads {CONCURRENCY}\ndownload-retries 1\n")
    cache = folder / "cache.db"
    command = ["newsboat", "-u", "urls", "-c", str(cache), "-C", "config", "-x", "reload"]
    costs = {}
    for name in ROUNDS:
        if name == "changed":
            publisher.turn()
        begun, before = time.perf_counter(), os.times()
        subprocess.run(
            command, cwd=folder, env=os.environ | {"HOME": str(folder)}, check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        after = os.times()
        cpu = sum(after[2:4]) - sum(before[2:4])
        costs[name] = Cost(time.perf_counter() - begun, cpu)
        with closing(sqlite3.connect(cache)) as database:
            (entries,) = database.execute("SELECT count(*) FROM rss_item").fetchone()
        _complete(NEWSBOAT, name, publisher, 0, entries)
    return costs


def _complete(program: str, name: str, publisher: Publisher, failed: int, entries: int) -> None:
    wanted = (LISTED + (FRESH if name == "changed" else 0)) * publisher.feeds
    if failed or entries != wanted:
        print(f"note: {program}, {name}: {failed} failed, {entries} entries of {wanted}")


# --- all together ---------------------------------------------------------------------------


def run(
    publisher: Publisher, turns: int, options: argparse.Namespace, *, others_first: bool
) -> Costs:
    """Everything once, on new databases. Each program that takes part takes a turn."""
    meter = Meter(apart=frozenset({publisher.pid}))
    costs: Costs = {}
    with ExitStack() as stack:

        def folder() -> Path:
            return Path(stack.enter_context(tempfile.TemporaryDirectory()))

        def others() -> None:
            if options.reader:
                theirs = reader(publisher, folder(), options.reader, options.workers)
                costs.update({(READER, name): cost for name, cost in theirs.items()})
            if options.newsboat:
                theirs = newsboat(publisher, folder())
                costs.update({(NEWSBOAT, name): cost for name, cost in theirs.items()})

        asyncio.run(transport(publisher, f'"{turns}"', meter))
        if others_first:
            others()
        asyncio.run(ours(publisher, folder(), meter))
        if not others_first:
            others()
    for key, cost in meter.costs.items():
        program, _, name = key.partition(": ")
        costs[program, name] = cost
    return costs


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.poller", description=__doc__)
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--reader", metavar="PYTHON", help="a Python that has `reader`")
    parser.add_argument("--workers", type=int, default=10, help="reader's threads")
    parser.add_argument("--no-newsboat", dest="newsboat", action="store_false")
    options = parser.parse_args(arguments)
    options.newsboat = options.newsboat and shutil.which("newsboat") is not None
    _allow_many_files()
    raw = [raw_feedparser() for _ in range(options.runs)]
    runs: list[Costs] = []
    with served(options.feeds) as publisher:
        per_run = 1 + bool(options.reader) + options.newsboat
        for number in range(options.runs):
            # What one leaves behind, such as a warm machine, is the other's every second time.
            begins = number % 2 == 1
            runs.append(run(publisher, number * per_run, options, others_first=begins))
            print(f"run {number + 1}:", flush=True)
            for (program, name), cost in runs[-1].items():
                print(f"  {program:<16} {name:<14} {cost.wall:7.2f} s, {cost.cpu:7.2f} CPU s",
                      flush=True)  # fmt: skip
    _report(options.feeds, runs, raw)


def _allow_many_files() -> None:
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _report(feeds: int, runs: Sequence[Costs], raw: Sequence[float]) -> None:
    def rates(program: str, name: str) -> list[float]:
        return [feeds / costs[program, name].wall for costs in runs]

    def against(program: str, name: str) -> tuple[str, str]:
        pairs = zip(rates(OURS, name), rates(program, name), strict=True)
        return (
            f"{program}: {spread(rates(program, name), ' feeds/s', 0)}",
            spread([ours / other for ours, other in pairs], " ×"),
        )

    def cpu_against(program: str, name: str) -> tuple[str, str]:
        used = [costs[program, name].cpu for costs in runs]
        pairs = zip((costs[OURS, name].cpu for costs in runs), used, strict=True)
        return (
            f"{program}: {spread(used, ' CPU s', 1)}",
            spread([ours / other for ours, other in pairs], " × its CPU"),
        )

    def measured(name: str) -> str:
        cpu = [1000 * costs[OURS, name].cpu / feeds for costs in runs]
        return f"{spread(rates(OURS, name), ' feeds/s', 0)}; {spread(cpu, ' ms CPU a feed', 1)}"

    rows = [("Unchanged feeds", measured("unchanged"), *against(TRANSPORT, "unchanged"))]
    pairs = zip(rates(OURS, "changed"), raw, strict=True)
    rows.append(
        (
            f"Changed feeds, {FRESH} new of {LISTED}",
            measured("changed"),
            f"feedparser alone, one core: {spread(raw, ' documents/s', 0)}",
            spread([ours / other for ours, other in pairs], " ×", 1),
        )
    )
    rows += [
        (title, measured(name), *compared(program, name))
        for program in (READER, NEWSBOAT)
        for name in ROUNDS
        if (program, name) in runs[0]
        for title, compared in ((name.capitalize(), against), (f"{name}, CPU", cpu_against))
    ]
    report(rows)


if __name__ == "__main__":
    main()

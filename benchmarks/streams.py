"""What the page costs the polls: with 20 streams open and a backtest running, against none.

`python -m benchmarks.streams` lets the news of feeds come in as `benchmarks.latency` does, in turns
with and without: twenty browsers that wait for what is new, and one configuration after the other
replayed over the stored past, each in its process at nice 10. The goal is a ratio of 1.2 at most.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from benchmarks.latency import Course, begin, come_in, config_of, within
from benchmarks.measuring import facts
from benchmarks.publisher import Publisher, served
from monitor.config.web import Web
from monitor.daemon.compose import opened
from monitor.errors import MonitorError
from monitor.pipeline.context import Context
from monitor.service.backtest_process import replayed
from monitor.service.check import Checked, check_config
from monitor.web.app import create_app
from monitor.web.server import PageServer
from monitor.web.site import Site

STREAMS = 20
LISTEN = "127.0.0.1:18787"


@asynccontextmanager
async def busy(site: Site) -> AsyncIterator[None]:
    """Streams that are open, and a backtest after the other."""
    config = site.config
    lists = tuple(each.model_copy(update={"alert_at": 40}) for each in config.watchlists)
    new = config.model_copy(update={"watchlists": lists})
    stop = asyncio.Event()

    async def replay() -> None:
        while not stop.is_set():
            with suppress(MonitorError):
                await asyncio.to_thread(replayed, site.db.url, config, new, site.clock())

    async def listen() -> None:
        reader, writer = await asyncio.open_connection(*LISTEN.split(":"))
        writer.write(f"GET /events?seen=0 HTTP/1.1\r\nHost: {LISTEN}\r\n\r\n".encode())
        answer = await reader.readline()
        assert b" 200 " in answer, answer
        ready.release()
        while not stop.is_set() and await reader.read(1 << 16):
            pass
        writer.close()

    ready = asyncio.Semaphore(0)
    tasks = [asyncio.create_task(listen()) for _ in range(STREAMS)]
    for _ in range(STREAMS):
        await asyncio.wait_for(ready.acquire(), 30)
    replaying = asyncio.create_task(replay())
    try:
        yield
    finally:
        stop.set()
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await replaying


async def measure(publisher: Publisher, folder: Path, rounds: int) -> None:
    """Measure in turns, and print how much longer it takes."""
    path = config_of(folder, publisher)
    checked: Checked = check_config(path, env={})
    course = Course()
    took: dict[bool, list[float]] = {False: [], True: []}
    async with AsyncExitStack() as stack:
        ctx: Context = await stack.enter_async_context(
            opened(checked, observe=course, console=io.StringIO())
        )
        stopping = asyncio.Event()
        site = Site(ctx.db.url, lambda: checked, path, stopping=stopping)
        stack.callback(site.close)
        server = PageServer(create_app(site), Web(listen=LISTEN), stopping)
        await server.start()
        stack.push_async_callback(server.stop)
        await begin(ctx)
        for number in range(2 * rounds):
            is_busy = bool(number % 2)
            course.took.clear()
            async with AsyncExitStack() as beside:
                if is_busy:
                    await beside.enter_async_context(busy(site))
                await come_in(ctx, publisher, course)
            took[is_busy] += course.took
            print(f"round {number + 1}: {within(course.took, 50):.3f} s", file=sys.stderr)
    print(facts())
    for share in (50, 95, 99):
        without, with_all = within(took[False], share), within(took[True], share)
        print(f"{share} %: {with_all:.3f} s; without {without:.3f} s: {with_all / without:.2f} x")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, served(options.feeds) as publisher:
        asyncio.run(measure(publisher, Path(folder), options.rounds))


if __name__ == "__main__":
    main()

"""From a feed's answer to the stored match: how long a new article takes.

`python -m benchmarks.latency` asks eleven feeds a second, as many as ten thousand make that are
asked every quarter of an hour. Every answer has two new items of thirty, where mostly nothing has
changed; each is read from what its feed says and matched. The time is that from the request to the
end of the transaction that stores the article's matches. The baseline is the request alone.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import tempfile
import time
from pathlib import Path

import tomlkit

from benchmarks.measuring import facts
from benchmarks.publisher import FRESH, Publisher, served
from monitor.daemon.compose import opened
from monitor.model.feed import FeedState
from monitor.pipeline.context import Context
from monitor.pipeline.events import Read, Step
from monitor.pipeline.poll import poll
from monitor.pipeline.read import read
from monitor.service.check import check_config
from monitor.store import articles as store_articles
from monitor.store import feeds as store_feeds
from monitor.store.articles import StoredArticle

A_SECOND = 11


class Course:
    """When each feed was asked, and when its articles were through."""

    def __init__(self) -> None:
        self.asked: dict[str, float] = {}
        self.took: list[float] = []
        self.matched = 0

    def __call__(self, step: Step) -> None:
        if isinstance(step, Read) and (feed := step.article.feed) in self.asked:
            self.took.append(time.perf_counter() - self.asked[feed])
            self.matched += bool(step.matches)


async def begin(ctx: Context) -> None:
    """Take in what every feed has at first."""
    slots = asyncio.Semaphore(50)

    async def first(state: FeedState) -> None:
        async with slots:
            await poll(ctx, state.id, claimed=state)

    await asyncio.gather(*map(first, await ctx.look(store_feeds.everything)))
    await _read(ctx, set())


async def come_in(ctx: Context, publisher: Publisher, course: Course) -> list[FeedState]:
    """Let the feeds' news come in, in their turns; the feeds."""
    publisher.turn()
    states = await ctx.look(store_feeds.everything)
    under_way: set[int] = set()
    begun = time.perf_counter()
    tasks = []
    for number, state in enumerate(states):
        await asyncio.sleep(max(0.0, begun + number / A_SECOND - time.perf_counter()))
        course.asked[state.url] = time.perf_counter()
        tasks.append(asyncio.create_task(_come_in(ctx, state, under_way)))
    await asyncio.gather(*tasks)
    return states


async def measure(publisher: Publisher, folder: Path) -> None:
    """Let the feeds' news come in and print how long it took."""
    course = Course()
    checked = check_config(config_of(folder, publisher), env={})
    async with opened(checked, observe=course, console=io.StringIO()) as ctx:
        await begin(ctx)
        states = await come_in(ctx, publisher, course)
        client = ctx.runtime.fetcher
        alone = []
        for state in states:
            asked = time.perf_counter()
            await client.fetch(state.url)
            alone.append(time.perf_counter() - asked)
    print(facts())
    print(f"{len(course.took):,} articles of {len(states):,} feeds, {course.matched:,} matched")
    if len(course.took) < FRESH * len(states) or not course.matched:
        raise SystemExit("some are missing")
    for share in (50, 90, 99, 100):
        ours, request = within(course.took, share), within(alone, share)
        print(f"{share:>3} %: {ours:.3f} s; the request alone {request:.3f} s")


async def _come_in(ctx: Context, state: FeedState, under_way: set[int]) -> None:
    if await poll(ctx, state.id, claimed=state):
        await _read(ctx, under_way)


async def _read(ctx: Context, under_way: set[int]) -> None:
    now = ctx.clock()
    due = await ctx.look(lambda c: store_articles.to_read(c, now, 100_000, set(under_way)))
    mine = [each for each in due if each.id not in under_way]
    under_way.update(each.id for each in mine)

    async def one(stored: StoredArticle) -> None:
        await read(ctx, stored.id, claimed=stored)
        under_way.discard(stored.id)

    await asyncio.gather(*map(one, mine))


def within(times: list[float], share: int) -> float:
    """The time within which such a share (in %) was through."""
    return sorted(times)[max(0, len(times) * share // 100 - 1)]


def config_of(folder: Path, publisher: Publisher) -> Path:
    """Write the configuration; its file."""
    config = {
        "storage": {"url": f"sqlite:///{folder / 'monitor.db'}"},
        "polling": {"allow_private_networks": True, "backfill": "3650d"},
        "articles": {"full_text": "never"},
        "feeds": [{"url": url, "name": url} for url in publisher.urls()],
        "watchlists": [
            {"name": "all", "alert_at": 100, "entities": [{"name": "the", "kind": "term"}]}
        ],
    }
    path = folder / "config.toml"
    path.write_text(tomlkit.dumps(config), encoding="utf-8")
    return path


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, served(options.feeds) as publisher:
        asyncio.run(measure(publisher, Path(folder)))


if __name__ == "__main__":
    main()

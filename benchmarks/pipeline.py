"""The whole pipeline against the sum of its parts.

`python -m benchmarks.pipeline` polls local feeds, reads, matches, stores and tells of their
articles with the product's own `run_once`, on a new database. Then it does the same work as
separate steps, one after the other: fetch everything, parse every feed, read every page, match
every article, store every row. What the whole costs beyond that is the price of holding the
steps together.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from benchmarks.measuring import Cost, Meter, report, spread
from benchmarks.world import World, served
from monitor.alerts.ids import alert_id
from monitor.articles.page import read_page
from monitor.articles.urls import canonical_url
from monitor.daemon.compose import collect_seldom, opened
from monitor.daemon.once import run_once
from monitor.feeds.edits import digest
from monitor.feeds.parse import parse
from monitor.feeds.reconcile import Acquaintance, reconcile
from monitor.fetch.client import PAGE_ACCEPT, Fetcher
from monitor.model.article import Article, TextSource
from monitor.model.feed import NOT_POLLED_YET, FeedState, ParsedFeed, Response
from monitor.model.match import Match
from monitor.model.plan import Destination
from monitor.model.reconciliation import Listed
from monitor.pipeline.events import Read, Step, Tally
from monitor.pipeline.full_text import PARSE_SECONDS
from monitor.pipeline.place import place
from monitor.pipeline.runtime import subscribe
from monitor.pipeline.site_lines import PageLines, page_lines, remember_lines, without_common_lines
from monitor.pipeline.workers import Workers
from monitor.service.check import Checked, check_config
from monitor.store import articles as store_articles
from monitor.store import entries
from monitor.store import feeds as store_feeds
from monitor.store import matches as store_matches
from monitor.store.articles import StoredArticle
from monitor.store.database import Database
from monitor.store.deliveries import outbox
from monitor.store.write_queue import Writer
from monitor.stories.correlate import Report, report_of

WHOLE = "the whole"
_In = TypeVar("_In")
_Out = TypeVar("_Out")


async def whole(checked: Checked, world: World, meter: Meter) -> None:
    """Measure `run_once` on a new database; workers start cold, as after every start."""
    tally, from_page = Tally(), 0

    def observe(step: Step) -> None:
        nonlocal from_page
        tally(step)
        from_page += isinstance(step, Read) and step.article.text_source is TextSource.PAGE

    async with opened(checked, observe=observe, console=io.StringIO()) as ctx:
        with meter.measure(WHOLE):
            await run_once(ctx, tally)
    done = (tally.articles, from_page, tally.matches)
    if done != (world.articles, world.articles, world.named):
        raise SystemExit(f"articles, pages and matches should not have been {done}")
    # All texts are made of the same few words, so most of them are one story.
    if not 0 < tally.alerts == tally.sent:
        raise SystemExit(f"of {tally.alerts} alerts {tally.sent} were sent")


async def parts(checked: Checked, world: World, meter: Meter) -> None:
    """Measure each step alone, on the same documents and a new database."""
    config = checked.loaded.config
    now = datetime.now(UTC)
    limit = config.polling.concurrency
    db = Database(config.storage.url)
    with closing(db), closing(Workers()) as workers, closing(Writer(db)) as writer:
        db.upgrade()
        with db.write() as connection:
            subscribe(connection, config, now=now)
        with db.read() as connection:
            feeds = store_feeds.everything(connection)
        async with Fetcher(config.polling) as fetcher:
            with meter.measure("fetch"):
                answers = await _each(limit, feeds, lambda feed: fetcher.fetch(feed.url))
            with meter.measure("parse"):
                parsed = await _each(
                    limit,
                    answers,
                    lambda each: workers.run(
                        PARSE_SECONDS, parse, each.body,
                        url=each.url, content_type=each.content_type,
                    ),
                )  # fmt: skip

            def store_entries(
                feed: FeedState, answer: Response, found: ParsedFeed, connection: Connection
            ) -> None:
                listed = [
                    Listed(each, canonical_url(each.link) if each.link else None, digest(each))
                    for each in found.entries
                ]
                known = entries.known(connection, feed.id, listed, ())
                about = Acquaintance(feed.id, read_before=True, news_since=now)
                reconciled = reconcile(listed, (), known, about)
                entries.carry_out(connection, feed.id, reconciled, outlet=feed.name, now=now)
                store_feeds.record_success(
                    connection, feed, now=now, validators=answer.validators, body_digest=None,
                    problems=(), next_poll=now + timedelta(hours=1), next_reason=NOT_POLLED_YET,
                )  # fmt: skip

            with meter.measure("store"):
                _all_stored(
                    writer.submit(partial(store_entries, *each))
                    for each in zip(feeds, answers, parsed, strict=True)
                )
            with db.read() as connection:
                stored = store_articles.to_read(connection, now, world.articles, set())
            with meter.measure("fetch"):
                pages = await _each(
                    limit,
                    stored,
                    lambda each: fetcher.fetch(each.article.url or "", accept=PAGE_ACCEPT),
                )
        with meter.measure("read"):
            texts = await _each(
                limit,
                pages,
                lambda each: workers.run(
                    PARSE_SECONDS, read_page, each.body,
                    url=each.url, content_type=each.content_type,
                ),
            )  # fmt: skip
        articles: list[Article] = [
            replace(
                each.article, body=text.text, authors=text.authors, language=text.language,
                text_source=TextSource.PAGE,
            )
            for each, text in zip(stored, texts, strict=True)
        ]  # fmt: skip
        with meter.measure("match"):
            lines = [page_lines(article) for article in articles]
            found_in = [checked.matcher.match(article) for article in articles]
            reports = [
                report_of(article, found, now) if found else None
                for article, found in zip(articles, found_in, strict=True)
            ]

        def store_read(
            each: StoredArticle, article: Article, found: tuple[Match, ...],
            page: PageLines | None, report: Report | None, connection: Connection,
        ) -> None:  # fmt: skip
            if page is not None:
                without_common_lines(connection, article, page)
                remember_lines(connection, page, now)
            store_articles.record_read(connection, each, article, next_read=None)
            recorded = store_matches.record(connection, each.id, found, now=now)
            if report is not None:
                place(connection, each.id, report)
            for match in found:
                identity = alert_id(article, match.watchlist)
                match_id = recorded[match.watchlist].id
                outbox.add_alert(connection, identity, match_id, told, now)

        told = [Destination("console", now)]
        with meter.measure("store"):
            _all_stored(
                writer.submit(partial(store_read, *each))
                for each in zip(stored, articles, found_in, lines, reports, strict=True)
            )


def _all_stored(futures: Iterable[Future[None]]) -> None:
    # All at once, so that the writer never has too few for a full transaction.
    for future in list(futures):
        future.result()


async def _each(
    limit: int, items: Sequence[_In], work: Callable[[_In], Awaitable[_Out]]
) -> list[_Out]:
    """What the work makes of each item, at most `limit` of them at a time."""
    slots = asyncio.Semaphore(limit)

    async def one(item: _In) -> _Out:
        async with slots:
            return await work(item)

    return await asyncio.gather(*(one(item) for item in items))


def run(world: World) -> dict[str, Cost]:
    """The whole and its parts, once."""
    meter = Meter(apart=frozenset({world.pid}))
    for measure in (whole, parts):
        with tempfile.TemporaryDirectory() as folder:
            checked = check_config(world.write_config(Path(folder)), env={})
            asyncio.run(measure(checked, world, meter))
    return meter.costs


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pipeline", description=__doc__)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--entries", type=int, default=30, help="of each feed")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args(arguments)
    collect_seldom()
    runs: list[dict[str, Cost]] = []
    with served(options.feeds, options.entries) as world:
        for number in range(options.runs):
            runs.append(run(world))
            print(f"run {number + 1}:", flush=True)
            for name, cost in runs[-1].items():
                print(f"  {name:<10} {cost.wall:7.2f} s, {cost.cpu:7.2f} CPU s", flush=True)

    def summed(each: dict[str, Cost]) -> Cost:
        costs = [cost for name, cost in each.items() if name != WHOLE]
        return Cost(sum(cost.wall for cost in costs), sum(cost.cpu for cost in costs))

    wholes, sums = [each[WHOLE] for each in runs], [summed(each) for each in runs]
    pairs = list(zip(wholes, sums, strict=True))
    count = world.articles
    report(
        [
            (
                f"Pipeline, {options.feeds} feeds × {options.entries} entries, wall",
                spread([count / each.wall for each in wholes], " articles/s", 0),
                f"parts one after the other: {spread([each.wall for each in sums], ' s')}",
                spread([a.wall / b.wall for a, b in pairs], " ×"),
            ),
            (
                "The same, CPU of all processes",
                spread([1000 * each.cpu / count for each in wholes], " ms/article"),
                f"parts: {spread([1000 * each.cpu / count for each in sums], ' ms/article')}",
                spread([a.cpu / b.cpu for a, b in pairs], " ×"),
            ),
        ]
    )


if __name__ == "__main__":
    main()

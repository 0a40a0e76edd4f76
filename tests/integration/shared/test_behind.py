"""A worker knows whether more is to be read than all of them are handed."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from monitor.daemon.shared_driver import SharedDriver
from monitor.pipeline.workers import Workers
from monitor.store import articles as store_articles
from monitor.store import feeds as store_feeds
from monitor.store.database import Database
from monitor.store.tables import articles, feeds
from tests.support.product import Product
from tests.support.slack import SlackServer


def publish(db: Database, numbers: range) -> None:
    """Articles to be read, each of a feed and on a host of its own."""
    now = datetime.now(UTC) - timedelta(minutes=1)
    urls = [f"https://host{n}.example/feed" for n in numbers]
    with db.write() as connection:
        store_feeds.subscribe(connection, [(url, url) for url in urls], now)
        ids = connection.scalars(select(feeds.c.id).where(feeds.c.url.in_(urls))).all()
        for n, feed in zip(numbers, ids, strict=True):
            url = f"https://host{n}.example/a"
            connection.execute(
                insert(articles).values(
                    feed_id=feed, url=url, url_key=url, title=url, outlet="", fetched=now,
                    next_read=now,
                )
            )  # fmt: skip


def start(_: str, work: Coroutine[Any, Any, Any], /, *, where: str = "") -> None:
    work.close()


async def test_words_wait_for_their_page_while_all_that_is_to_be_read_is_handed_out(
    tmp_path: Path, workers: Workers, slack: SlackServer, shared: Database
) -> None:
    product = Product(tmp_path, workers, slack, shared.url)
    await product.start()
    ctx = product.ctx
    driver = SharedDriver(ctx, start=start, stopping=asyncio.Event(), chores={})
    publish(shared, range(3))
    await driver.read_due()
    with shared.read() as connection:
        [stored, *_] = store_articles.by_ids(connection, [1, 2, 3])
    assert ctx.early.has_room(stored)
    publish(shared, range(3, 120))
    await driver.read_due()
    assert not ctx.early.has_room(stored)
    await ctx.runtime.fetcher.aclose()
    ctx.close()
    product.db.close()

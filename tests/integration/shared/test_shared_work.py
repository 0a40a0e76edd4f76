"""What a worker is handed: when there will be room for more."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from sqlalchemy import select, update

from monitor.daemon.shared_work import SharedWork
from monitor.model.article import Article
from monitor.store import articles as store_articles
from monitor.store import dispatching, fleet, tables
from monitor.store.articles import StoredArticle
from tests.support.articles import put
from tests.support.product import Product


@pytest.fixture
def database() -> str:
    """Work is shared on a server."""
    return "postgresql"


async def test_what_hangs_promises_no_room(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    await product.start()
    urls = [f"https://{host}.example/" for host in ("a", "a", "b", "c")]
    with product.db.write() as connection:
        worker = fleet.join(connection, "here", 1, "1", int(product.db.head))
        put(connection, [Article("", title=url, url=url) for url in urls])
        connection.execute(update(tables.articles).values(next_read=product.clock()))
        ids = list(connection.scalars(select(tables.articles.c.id).order_by(tables.articles.c.id)))
        dispatching.take_articles(connection, 9, 9, 9)
    ended, tasks = asyncio.Event(), set()

    async def step(_: StoredArticle) -> bool:
        await ended.wait()
        return False

    async def nothing() -> None: ...

    def start(_: StoredArticle, work: Coroutine[Any, Any, None]) -> None:
        tasks.add(asyncio.create_task(work))

    work = SharedWork[StoredArticle](
        product.ctx, tables.articles, lambda: worker,
        bounds=lambda: (6, 2), load=store_articles.by_ids, host=lambda stored: stored.article.title,
        step=step, after=nothing, start=start, stopping=asyncio.Event(),
    )  # fmt: skip
    assert work.has_room_soon("a")
    await work.begin(ids[:1], False)
    await work.begin(ids[1:2], False)
    assert work.has_room_soon(urls[0])
    monkeypatch.setattr("monitor.daemon.shared_work.SLOW_SECONDS", -1.0)
    # Two of the host hang; of other hosts there is room.
    assert not work.has_room_soon(urls[0])
    assert work.has_room_soon(urls[2])
    await work.begin(ids[2:], False)
    assert not work.has_room_soon("https://d.example/")
    ended.set()
    await asyncio.gather(*tasks)
    assert work.has_room_soon(urls[0])

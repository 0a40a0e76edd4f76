from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from monitor.pipeline.workers import Workers
from tests.support.product import Product
from tests.support.slack import SlackServer


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    workers = Workers(1)
    yield workers
    workers.close()


@pytest.fixture
async def product(
    tmp_path: Path, workers: Workers, slack: SlackServer, database_url: str
) -> AsyncIterator[Product]:
    product = Product(tmp_path, workers, slack, database_url)
    yield product
    if hasattr(product, "ctx"):
        await product.ctx.runtime.fetcher.aclose()
        product.ctx.close()
    product.db.close()

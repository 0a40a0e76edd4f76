from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from monitor.pipeline.workers import Workers
from tests.support.clock import Clock
from tests.support.databases import copied
from tests.support.history import NOW, make_history
from tests.support.page import Page
from tests.support.product import Product
from tests.support.slack import SlackServer
from tests.support.web import WebWorld


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory, workers: Workers, new_database: Path) -> Path:
    """A folder with a configuration and a day's news, to be copied."""
    folder = tmp_path_factory.mktemp("history")

    async def make() -> None:
        with WebWorld() as web, SlackServer() as slack:
            product = Product(folder, workers, slack, copied(new_database, folder))
            await make_history(product, web, long_story=False)
            await product.ctx.runtime.fetcher.aclose()
            product.ctx.close()
            product.db.close()

    asyncio.run(make())
    return folder


@pytest.fixture
def folder(history: Path, tmp_path: Path) -> Path:
    """A copy of the history, to do with as one likes."""
    folder = tmp_path / "copy"
    shutil.copytree(history, folder)
    return folder


@pytest.fixture
async def open_page(folder: Path) -> AsyncIterator[Callable[[], Page]]:
    """Opens the page, once its configuration is as it should be."""
    opened: list[Page] = []

    def open_() -> Page:
        opened.append(Page(folder, Clock(NOW), f"sqlite:///{folder / 'monitor.db'}"))
        return opened[-1]

    yield open_
    for each in opened:
        await each.aclose()


@pytest.fixture
def page(open_page: Callable[[], Page]) -> Page:
    """The page of the history."""
    return open_page()

"""Edits of the configuration that meet trouble on their way into force."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from monitor.daemon.reload import Reloader
from monitor.pipeline.runtime import Runtime
from tests.support.product import Product
from tests.support.program import config_toml, wait_until
from tests.support.slack import SlackServer
from tests.support.web import WebWorld


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.store.sqlite_file.BUSY_TIMEOUT_MS", 1)
    monkeypatch.setattr("monitor.daemon.reload.TRY_AGAIN_SECONDS", 0.05)


class Reloading:
    """A reloader on the product's pipeline, and what it told."""

    def __init__(self, product: Product, path: Path) -> None:
        self.stopping = asyncio.Event()
        self.told = 0
        self.replaced: list[Runtime] = []
        self.reloader = Reloader(product.ctx, path, told=self._tell, replaced=self.replaced.append)

    async def _tell(self) -> None:
        self.told += 1

    def begin(self) -> asyncio.Task[None]:
        return asyncio.create_task(self.reloader.reload(self.stopping))


def first_name(product: Product) -> str:
    """The first name that is watched now."""
    return str(product.ctx.runtime.config.watchlists[0].entities[0].name)


async def waits_for_the_database(logs: Any) -> None:
    def said() -> bool:
        return any(entry["event"] == "the configuration waits for the database" for entry in logs)

    await asyncio.to_thread(wait_until, said, 20, lambda: str(logs))


async def test_an_edit_waits_for_a_locked_database(
    impatient: None, product: Product, web: WebWorld, slack: SlackServer, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    toml = config_toml([web.url("/feed")], slack=slack.endpoint, operations=True)
    await product.start(toml=toml)
    reloading = Reloading(product, path)
    other = sqlite3.connect(tmp_path / "monitor.db", isolation_level=None)
    try:
        # First a broken edit, whose notice cannot be stored, then a good one.
        other.execute("BEGIN IMMEDIATE")
        path.write_text(toml + "\nnonsense")
        with capture_logs() as logs:
            task = reloading.begin()
            await waits_for_the_database(logs)
        other.execute("ROLLBACK")
        await task
        assert len(reloading.reloader.faults) == 1

        other.execute("BEGIN IMMEDIATE")
        path.write_text(toml.replace('name = "APT31"', 'name = "Turla"'))
        with capture_logs() as logs:
            task = reloading.begin()
            await waits_for_the_database(logs)
        other.execute("ROLLBACK")
        await task
    finally:
        other.close()
    assert not reloading.reloader.faults
    assert first_name(product) == "Turla"
    await product.round()
    told = [str(post.payload) for post in slack.messages]
    assert ["not taken over" in each for each in told] == [True, False]


async def test_an_edit_stops_waiting_when_the_daemon_stops(
    impatient: None, product: Product, web: WebWorld, slack: SlackServer, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    toml = config_toml([web.url("/feed")], slack=slack.endpoint)
    await product.start(toml=toml)
    reloading = Reloading(product, path)
    other = sqlite3.connect(tmp_path / "monitor.db", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        path.write_text(toml.replace('name = "APT31"', 'name = "Turla"'))
        with capture_logs() as logs:
            task = reloading.begin()
            await waits_for_the_database(logs)
        reloading.stopping.set()
        async with asyncio.timeout(60):
            await task
    finally:
        other.close()
    assert reloading.replaced == []


async def test_edits_in_quick_succession_come_into_force_in_their_order(
    product: Product, web: WebWorld, slack: SlackServer, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    toml = config_toml([web.url("/feed")], slack=slack.endpoint)
    await product.start(toml=toml)
    reloading = Reloading(product, path)
    path.write_text(toml.replace('name = "APT31"', 'name = "Turla"'))
    first = reloading.begin()
    second = reloading.begin()
    path.write_text(toml.replace('name = "APT31"', 'name = "Gamaredon"'))
    await asyncio.gather(first, second)
    assert first_name(product) == "Gamaredon"

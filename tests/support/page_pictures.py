"""The pictures of the page in the documentation, drawn by a browser from a day's made-up news."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright

from monitor.config.web import Web
from monitor.model.verdict import VerdictReason, Worth
from monitor.pipeline.workers import Workers
from monitor.service import inbox, triage
from monitor.service.inbox import InboxFilter
from monitor.store.database import Database
from monitor.web.server import PageServer
from tests.support.browser import chromium
from tests.support.clock import Clock
from tests.support.databases import copied
from tests.support.history import NOW, make_history
from tests.support.page import Page
from tests.support.product import Product
from tests.support.slack import SlackServer
from tests.support.sockets import free_port
from tests.support.web import WebWorld

#: Name, path, width, height, whether dark, whether it is a phone.
PICTURES: tuple[tuple[str, str, int, int, bool], ...] = (
    ("page-inbox.png", "/", 1440, 900, False),
    ("page-inbox-dark.png", "/", 1440, 900, True),
    ("page-story.png", "/stories/{long}", 1440, 1200, False),
    ("page-story-dark.png", "/stories/{long}", 1440, 1200, True),
    ("page-inbox-phone.png", "/", 390, 844, False),
    ("page-story-phone-dark.png", "/stories/{long}", 390, 844, True),
    ("page-tune.png", "/watchlists/Threat%20actors/tune?alert_at=62", 1440, 1000, False),
)


@contextmanager
def history(folder: Path) -> Iterator[Page]:
    """The page of a day's news, some of it judged."""

    async def make(workers: Workers, empty: Path) -> None:
        with WebWorld() as web, SlackServer() as slack:
            product = Product(folder, workers, slack, copied(empty, folder))
            await make_history(product, web, hostile=False, varied=True)
            await product.ctx.runtime.fetcher.aclose()
            product.ctx.close()
            product.db.close()

    empty = folder / "empty.db"
    db = Database(f"sqlite:///{empty}")
    db.upgrade()
    db.close()
    workers = Workers(1)
    try:
        asyncio.run(make(workers, empty))
    finally:
        workers.close()
    page = Page(folder, Clock(NOW), f"sqlite:///{folder / 'monitor.db'}")
    _judge(page)
    try:
        yield page
    finally:
        page.site.close()


def _judge(page: Page) -> None:
    rows = inbox.inbox(page.site.db, InboxFilter()).stories
    for number, row in enumerate(rows[5:33]):
        worth, reason = Worth.RELEVANT, None
        if "irconium" in row.title:
            worth, reason = Worth.NOT_RELEVANT, VerdictReason.ORDINARY_WORD
        elif row.title.startswith("The week in") and number % 7:
            worth, reason = Worth.NOT_RELEVANT, VerdictReason.IN_PASSING
        elif number % 9 == 4:
            worth, reason = Worth.NOT_RELEVANT, VerdictReason.NOT_FOR_US
        who = "Ines" if number % 2 else "Tom"
        triage.judge(page.site.db, row.id, worth, who, NOW, reason=reason)
    triage.acknowledge(page.site.db, rows[3].id, "Ines", NOW)


async def draw_pages(page: Page, folder: Path) -> list[Path]:
    """Draw every picture into a folder."""
    web = Web(listen=f"127.0.0.1:{free_port()}")
    server = PageServer(page.app, web, page.site.stopping)
    await server.start()
    longest = max(inbox.inbox(page.site.db, InboxFilter()).stories, key=lambda each: each.reports)
    drawn = []
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=chromium(), args=["--no-sandbox"]
            )
            for name, path, width, height, dark in PICTURES:
                address = server.address.rstrip("/") + path.format(long=longest.id)
                await _draw(browser, address, folder / name, width, height, dark=dark)
                drawn.append(folder / name)
            await browser.close()
    finally:
        await server.stop()
    return drawn


async def _draw(
    browser: Browser, address: str, target: Path, width: int, height: int, *, dark: bool
) -> None:
    options: dict[str, Any] = {
        "viewport": {"width": width, "height": height},
        "color_scheme": "dark" if dark else "light",
        "has_touch": width < 500,
        "device_scale_factor": 2 if width < 500 else 1,
    }
    context = await browser.new_context(**options)
    shown = await context.new_page()
    await shown.goto(address)
    await shown.evaluate("document.fonts.ready")
    await shown.screenshot(path=target)
    await context.close()


def draw(folder: Path) -> list[Path]:
    """Make the history and draw every picture into a folder."""
    scratch = Path(tempfile.mkdtemp())
    try:
        with history(scratch) as page:
            return asyncio.run(draw_pages(page, folder))
    finally:
        shutil.rmtree(scratch)

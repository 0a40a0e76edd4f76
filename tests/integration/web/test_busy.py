"""What takes long: so much of it at a time and no more, and no longer than it may."""

from __future__ import annotations

import asyncio
import socket
import threading

import pytest

from monitor.config.schema import Config, Polling
from monitor.errors import MonitorError
from monitor.matching.matcher import Matcher
from monitor.service import previews
from monitor.service.discovery import discovered
from monitor.web.answer_cache import FRESH, Remembered
from monitor.web.site import LOOKUPS, TRIALS
from tests.integration.web.test_api import token
from tests.support.clock import Clock
from tests.support.history import NOW
from tests.support.page import Page


async def test_who_comes_when_all_are_busy_is_told_so(page: Page) -> None:
    freed = threading.Event()
    busy = [
        asyncio.ensure_future(few.ask(freed.wait, 60))
        for few, most in ((page.site.trials, TRIALS), (page.site.lookups, LOOKUPS))
        for _ in range(most)
    ]
    await asyncio.sleep(0)
    tuned = await page.get("/watchlists/Threat%20actors/tune?alert_at=70")
    looked = await page.get("/feeds/add?url=http%3A%2F%2F127.0.0.1%3A1%2F")
    asked = await page.browser.post("/api/v1/backtest", json={}, headers=token(page))
    others = [await page.get(path) for path in ("/", "/feeds/add", "/watchlists")]
    # One goes away: its thread is as busy as before.
    busy[-1].cancel()
    await asyncio.gather(busy[-1], return_exceptions=True)
    again = await page.get("/feeds/add?url=http%3A%2F%2F127.0.0.1%3A1%2F")
    freed.set()
    await asyncio.gather(*busy[:-1])
    assert [each.status_code for each in (tuned, looked, asked, again)] == [503] * 4
    assert "try again in a minute" in asked.json()["detail"]
    assert {each.status_code for each in others} == {200}
    assert await page.site.trials.ask(int, "7") == 7


def test_a_server_that_never_answers_is_given_up() -> None:
    polling = Polling(allow_private_networks=True)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(MonitorError, match=r"within 0\.05 seconds"):
            discovered(url, polling, 0.05)
        preview = previews.of_feed(url, Config(polling=polling), Matcher([]), 0.05)
    assert preview.error == "it does not answer within 0.05 seconds"


async def test_an_answer_is_worked_out_once_for_all_who_ask_at_once() -> None:
    clock = Clock(NOW)
    kept = Remembered(clock)
    made: list[int] = []
    ready = asyncio.Event()

    async def make() -> int:
        made.append(1)
        await ready.wait()
        if len(made) == 1:
            raise MonitorError("the first fails")
        return len(made)

    first = [asyncio.ensure_future(kept.get("key", make)) for _ in range(4)]
    await asyncio.sleep(0)
    first[0].cancel()
    ready.set()
    answers = await asyncio.gather(*first[1:], return_exceptions=True)
    assert [type(each) for each in answers] == [MonitorError] * 3
    assert await asyncio.gather(*(kept.get("key", make) for _ in range(4))) == [2] * 4
    clock.advance(seconds=FRESH.total_seconds() + 1)
    assert await kept.get("key", make) == 3

"""When jobs run while the machine's clock is set to and fro."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

import pytest

from monitor.daemon import triggers as under_test
from monitor.daemon.triggers import Schedule


class WallClock(datetime):
    """The machine's clock, as whoever sets it would have it."""

    ahead = timedelta()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # no subclass
        return datetime.now(tz) + cls.ahead


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[WallClock]]:
    for module in ("schedulers.base", "triggers.interval", "triggers.cron"):
        monkeypatch.setattr(f"apscheduler.{module}.datetime", WallClock)
    monkeypatch.setattr(under_test, "datetime", WallClock)
    yield WallClock
    WallClock.ahead = timedelta()


async def test_a_clock_that_is_set_back_stops_no_job(wall: type[WallClock]) -> None:
    ran = asyncio.Event()
    daily: list[datetime] = []

    async def job() -> None:
        ran.set()

    async def day() -> None:
        daily.append(wall.now())

    schedule = Schedule(look_seconds=0.05)
    schedule.every(0.1, job)
    schedule.daily("day", day, time_of_day(9, 0), "Europe/London")
    schedule.start()
    try:
        async with asyncio.timeout(60):
            await ran.wait()
        for hours in (-3, 5, -24):
            wall.ahead += timedelta(hours=hours)
            ran.clear()
            async with asyncio.timeout(60):
                await ran.wait()
        # Nine o'clock was passed twice at most, once on each of two days.
        assert len(daily) <= 2
    finally:
        schedule.stop()


async def test_a_daily_job_is_replaced_and_taken_away(wall: type[WallClock]) -> None:
    told: list[str] = []
    replaced = asyncio.Event()

    def say(word: str) -> under_test.Job:
        async def job() -> None:
            told.append(word)
            replaced.set()

        return job

    soon = (wall.now(ZoneInfo("Asia/Tokyo")) + timedelta(minutes=2)).time()
    schedule = Schedule(look_seconds=0.05)
    schedule.daily("day", say("old"), soon, "Asia/Tokyo")
    schedule.daily("day", say("new"), soon, "Asia/Tokyo")
    schedule.daily("gone", say("gone"), soon, "Asia/Tokyo")
    schedule.daily("gone", say("gone"), None, "Asia/Tokyo")

    async def pass_a_minute() -> None:
        wall.ahead += timedelta(minutes=1)

    # Whatever runs makes the scheduler look at the clock.
    schedule.every(0.1, pass_a_minute)
    schedule.start()
    try:
        async with asyncio.timeout(60):
            await replaced.wait()
        assert told == ["new"]
    finally:
        schedule.stop()

"""When jobs run while the machine's clock is set to and fro."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

import pytest

from monitor.daemon import triggers as under_test
from monitor.daemon.triggers import Every, Schedule


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


async def test_a_clock_that_is_ahead_for_a_moment_stops_no_job(wall: type[WallClock]) -> None:
    runs = 0
    ran_again = asyncio.Event()

    async def job() -> None:
        nonlocal runs
        runs += 1
        # As when a machine wakes up, and its clock is set right before anybody has looked at it.
        wall.ahead = timedelta(hours=8) if runs == 2 else timedelta()
        if runs == 4:
            ran_again.set()

    schedule = Schedule(look_seconds=2)
    schedule.every(0.1, job)
    schedule.start()
    try:
        async with asyncio.timeout(60):
            await ran_again.wait()
    finally:
        schedule.stop()


@pytest.mark.parametrize(
    "missed", [timedelta(seconds=3.5), timedelta(days=21), timedelta(days=9000)]
)
def test_what_was_missed_was_missed_once(missed: timedelta) -> None:
    trigger = Every(timedelta(seconds=1))
    due = datetime(2001, 1, 1, tzinfo=ZoneInfo("UTC"))
    assert trigger.get_next_fire_time(due, due) == due + timedelta(seconds=1)
    now = due + missed
    assert trigger.get_next_fire_time(due, now) == now + timedelta(seconds=1)


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

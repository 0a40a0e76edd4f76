"""When the daemon's jobs run, whatever happens to the machine's clock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from typing import NamedTuple

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

Job = Callable[[], Awaitable[None]]

#: How often the plans are looked at, in seconds, and how much later than it can be a job is planned
#: when the clock must have been ahead.
LOOK_SECONDS = 5.0
STEP = timedelta(seconds=2)
#: A daily job that was due while the machine slept still runs so long afterwards, in seconds.
DAILY_GRACE_SECONDS = 3600


class Schedule:
    """Runs jobs on the event loop: every so many seconds, or daily at a local time.

    APScheduler goes by the wall clock. When that is set back by three hours, every job would
    wait for three hours and a bit; so jobs that are planned for later than they can be go on from
    the new time. It is the plans that are looked at, not the clock: that may have been ahead for
    a moment only, as when a machine wakes up, and what was planned in that moment stays.

    Args:
        look_seconds: how often to look whether the clock was set back.
    """

    def __init__(self, look_seconds: float = LOOK_SECONDS) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._look_seconds = look_seconds
        self._guard: asyncio.Task[None] | None = None

    def every(self, seconds: float, job: Job) -> None:
        """Run a job again and again, never twice at once; what was missed runs once."""
        trigger = Every(timedelta(seconds=seconds))
        self._scheduler.add_job(
            job, trigger, coalesce=True, max_instances=1, misfire_grace_time=None
        )

    def daily(self, job_id: str, job: Job, at: time_of_day | None, timezone: str) -> None:
        """Run a job every day at a local time, instead of when it did before; None: no longer."""
        if self._scheduler.get_job(job_id):
            self._scheduler.remove_job(job_id)
        if at is not None:
            self._scheduler.add_job(
                job, "cron", id=job_id, hour=at.hour, minute=at.minute, timezone=timezone,
                misfire_grace_time=DAILY_GRACE_SECONDS,
            )  # fmt: skip

    def start(self) -> None:
        """Begin; needs a running event loop."""
        self._scheduler.start()
        self._guard = asyncio.create_task(self._mind_the_clock())

    def stop(self) -> None:
        """Start no job any more; those under way go on."""
        if self._guard is not None:
            self._guard.cancel()
            self._scheduler.shutdown(wait=False)

    async def _mind_the_clock(self) -> None:
        while True:
            await asyncio.sleep(self._look_seconds)
            now = datetime.now(UTC)
            for job in self._scheduler.get_jobs():
                again = _again(job.trigger, now)
                if job.next_run_time is not None and job.next_run_time > again.latest:
                    job.modify(next_run_time=again.at)


class Every(IntervalTrigger):  # type: ignore[misc] # APScheduler has no types
    """Every so often; whatever time was missed, it was missed once.

    APScheduler makes a list of all times between the one that was due and now: after a sleep of
    weeks, or when a machine whose clock begins in 1970 learns the date, millions for each job.
    """

    def __init__(self, interval: timedelta) -> None:
        super().__init__(seconds=interval.total_seconds(), timezone="UTC")

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The time after the one before, if that is yet to come."""
        at: datetime = super().get_next_fire_time(previous_fire_time, now)
        return at if at > now else now + self.interval


class _Again(NamedTuple):
    """When a job whose time was planned by another clock runs again."""

    at: datetime | None
    latest: datetime
    """What is planned for later was planned while the clock was ahead."""


def _again(trigger: BaseTrigger, now: datetime) -> _Again:
    if isinstance(trigger, Every):
        return _Again(now, now + trigger.interval + STEP)
    # What has just run must not be taken for what is to run at this very moment.
    at = trigger.get_next_fire_time(None, now + timedelta(microseconds=1))
    return _Again(at, (at or now) + STEP)

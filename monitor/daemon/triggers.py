"""When the daemon's jobs run, whatever happens to the machine's clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from datetime import time as time_of_day

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

Job = Callable[[], Awaitable[None]]

#: How often the clock is looked at, and how far back it must have gone to count, in seconds.
LOOK_SECONDS = 5.0
STEP_SECONDS = 2.0
#: A daily job that was due while the machine slept still runs so long afterwards, in seconds.
DAILY_GRACE_SECONDS = 3600


class Schedule:
    """Runs jobs on the event loop: every so many seconds, or daily at a local time.

    APScheduler goes by the wall clock. When that is set back by three hours, every job would
    wait for three hours and a bit; so it is held against the monotonic clock, and the jobs go
    on from the new time.

    Args:
        look_seconds: how often to look whether the clock was set back.
    """

    def __init__(self, look_seconds: float = LOOK_SECONDS) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._look_seconds = look_seconds
        self._guard: asyncio.Task[None] | None = None

    def every(self, seconds: float, job: Job) -> None:
        """Run a job again and again, never twice at once; what was missed runs once."""
        self._scheduler.add_job(
            job, "interval", seconds=seconds, coalesce=True, max_instances=1,
            misfire_grace_time=None,
        )  # fmt: skip

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
        ahead = _wall_ahead()
        while True:
            await asyncio.sleep(self._look_seconds)
            before, ahead = ahead, _wall_ahead()
            if ahead < before - STEP_SECONDS:
                self._go_on_from(datetime.now(UTC))

    def _go_on_from(self, now: datetime) -> None:
        for job in self._scheduler.get_jobs():
            again = (
                now
                if isinstance(job.trigger, IntervalTrigger)
                else job.trigger.get_next_fire_time(None, now)
            )
            job.modify(next_run_time=again)


def _wall_ahead() -> float:
    return datetime.now(UTC).timestamp() - time.monotonic()

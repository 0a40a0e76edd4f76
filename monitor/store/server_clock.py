"""The time as the database's server has it, so that machines whose clocks differ agree."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from monitor.store.database import Database

#: How often to ask the server, in seconds. A clock drifts by less than a millisecond meanwhile.
MEASURED_EVERY_SECONDS = 10.0


def ticks() -> float:
    """Seconds on a clock that nobody sets, and that goes on while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class ServerClock:
    """Tells the server's time, without asking it each time.

    Args:
        ask: the server's time now.
        ticks: see `ticks`.
    """

    def __init__(self, ask: Callable[[], datetime], ticks: Callable[[], float] = ticks) -> None:
        self._ask = ask
        self._ticks = ticks
        self._epoch = self._offset()

    def __call__(self) -> datetime:
        """The time, in UTC."""
        return self._epoch + timedelta(seconds=self._ticks())

    def measure(self) -> None:
        """Ask the server again. Raises StoreError."""
        self._epoch = self._offset()

    def _offset(self) -> datetime:
        """The server's time at the moment from which the ticks are counted."""
        before = self._ticks()
        there = self._ask()
        return there - timedelta(seconds=(before + self._ticks()) / 2)


def server_clock(db: Database) -> ServerClock:
    """The clock of a database's server. Raises StoreError."""

    def ask() -> datetime:
        with db.read() as connection:
            moment: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return moment.astimezone(UTC)

    return ServerClock(ask)

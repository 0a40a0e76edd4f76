"""A clock that stands still until it is told to move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

MONDAY = datetime(2024, 3, 25, 15, 30, tzinfo=UTC)


class Clock:
    """Call it for the time; `advance` moves it."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: float) -> datetime:
        """Move on by timedelta's parts, such as `minutes=5`."""
        self.now += timedelta(**parts)
        return self.now

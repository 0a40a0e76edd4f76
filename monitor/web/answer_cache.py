"""Answers that cost much are kept for a few minutes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

#: How long an answer is remembered.
FRESH = timedelta(minutes=5)


class Remembered:
    """Answers that take a while, for as long as they are fresh; each is worked out once at a time.

    For the event loop alone, so that who waits for an answer holds no thread meanwhile.

    Args:
        clock: the time, in UTC.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._kept: dict[object, tuple[datetime, asyncio.Future[Any]]] = {}

    async def get(self, key: object, make: Callable[[], Awaitable[Any]]) -> Any:
        """The answer of a key, made anew when it is too old or there was none."""
        now = self._clock()
        known = self._kept.get(key)
        if known is None or now - known[0] > FRESH or _failed(known[1]):
            known = (now, asyncio.ensure_future(make()))
            self._kept = {key: known} | {
                each: kept for each, kept in self._kept.items()
                if each != key and now - kept[0] <= FRESH
            }  # fmt: skip
        # Others may wait for it, too, when whoever asked first goes away.
        return await asyncio.shield(known[1])


def _failed(answer: asyncio.Future[Any]) -> bool:
    return answer.done() and (answer.cancelled() or answer.exception() is not None)

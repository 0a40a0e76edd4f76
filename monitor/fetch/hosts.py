"""What one host is spared: too many requests at once, pages too fast, any while it says wait.

Feeds are made to be asked for, and asking is cheap for both sides: hundreds of them on one big
host must not starve each other, so only their number at a time is bounded. Pages are costly, so
beyond a few at once they are asked for one after the other with a pause.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

import httpx

from monitor.config.schema import Polling
from monitor.errors import FetchError

#: So many pages may be asked for without a pause, when there were none for a while.
BURST = 5
#: How long "too many requests" counts when it comes without a Retry-After, in seconds.
USUAL_HOLD = 60.0
_ASKS_TO_WAIT = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
_PRUNE_ABOVE = 1000


@dataclass(frozen=True, slots=True)
class _Hold:
    since: datetime
    until: datetime
    status: int


class Hosts:
    """Slots, pauses and holds for every host that is asked for something.

    Args:
        polling: `concurrency`, `per_host`, `page_gap`; no host is held for longer than
            `max_interval` because of what it said to one of our requests.
        clock: the time, for holds.
        ticks: a clock that is never set back, in seconds, for pauses.
        pause: waits for so many seconds.
        jitter: a number from 0 to 1.
    """

    def __init__(
        self,
        polling: Polling,
        *,
        clock: Callable[[], datetime],
        ticks: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._overall = asyncio.Semaphore(polling.concurrency)
        self._per_host = polling.per_host
        self._gap = polling.page_gap.total_seconds()
        self._longest_hold = polling.max_interval
        self._clock = clock
        self._ticks = ticks
        self._pause = pause
        self._jitter = jitter
        self._slots: dict[str, tuple[asyncio.Semaphore, list[None]]] = {}
        self._holds: dict[str, _Hold] = {}
        # When each host would be through with its pages at one for each gap.
        self._busy_until: dict[str, float] = {}

    @asynccontextmanager
    async def take(self, url: httpx.URL, *, page: bool, gap: float = 0.0) -> AsyncIterator[None]:
        """Wait for the right moment to ask, and hold the slot meanwhile.

        Args:
            url: what is asked for.
            page: whether it is a page.
            gap: the pause in seconds that the host itself wants between two of its pages.

        Raises:
            FetchError: kind `held`; the host said that it wants to be asked later.
        """
        host = _key(url)
        self._refuse_held(host)
        if page and (wait := self._turn(url.host, gap)) > 0:
            await self._pause(wait)
        # The host's slot first: whoever waits for a slow host holds up nobody else.
        slots, users = self._slots.setdefault(host, (asyncio.Semaphore(self._per_host), []))
        users.append(None)
        try:
            async with slots, self._overall:
                # The host may have said so to whoever was before us.
                self._refuse_held(host)
                yield
        finally:
            users.pop()
            if not users:
                del self._slots[host]

    def answered(self, url: httpx.URL, error: FetchError) -> None:
        """Take notice of a refusal: 429 or 503 that says when to come back holds the host."""
        seconds = error.retry_after
        if seconds is None and error.status == HTTPStatus.TOO_MANY_REQUESTS:
            seconds = USUAL_HOLD
        if error.status not in _ASKS_TO_WAIT or not seconds:
            return
        now = self._clock()
        longest = self._longest_hold.total_seconds()
        until = now + timedelta(seconds=min(seconds, longest))
        held = self._holds.get(_key(url))
        if held is None or held.until < until:
            self._holds[_key(url)] = _Hold(now, until, error.status)
        if len(self._holds) > _PRUNE_ABOVE:
            self._holds = {host: hold for host, hold in self._holds.items() if hold.until > now}

    def _refuse_held(self, host: str) -> None:
        hold = self._holds.get(host)
        if hold is None:
            return
        now = self._clock()
        # A clock that was set back since must not make the hold any longer.
        if not hold.since <= now < hold.until:
            del self._holds[host]
            return
        left = (hold.until - now).total_seconds()
        raise FetchError(
            f"its server asked us to wait ({hold.status} to another request), so it was not asked",
            kind="held",
            status=hold.status,
            retry_after=left,
        )

    def _turn(self, host: str, wished: float) -> float:
        """For how many seconds a page of this host has to wait; books its turn."""
        # Our own machine is not spared: there it is nobody's kindness but our own time.
        usual = 0.0 if _is_this_machine(host) else self._gap
        if wished > usual:
            gap, burst = wished, 1
        else:
            gap, burst = usual * (0.75 + 0.5 * self._jitter()), BURST
        if not gap:
            return 0.0
        now = self._ticks()
        free = max(self._busy_until.get(host, now), now)
        self._busy_until[host] = free + gap
        if len(self._busy_until) > _PRUNE_ABOVE:
            self._busy_until = {h: at for h, at in self._busy_until.items() if at > now}
        return max(0.0, free - now - (burst - 1) * usual)


def _key(url: httpx.URL) -> str:
    return url.host if url.port is None else f"{url.host}:{url.port}"


def _is_this_machine(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.")

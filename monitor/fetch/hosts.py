"""What one host is spared: too many requests at once, pages too fast, any while it says wait.

`Permits` is what must be asked before every request; `Hosts` is the one of a process that works
alone. Where many machines work together all of them ask the database.

Feeds are made to be asked for, and asking is cheap for both sides: hundreds of them on one big
host must not starve each other, so only their number at a time is bounded. Pages are costly, so
beyond a few at once they are asked for one after the other with a pause.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Protocol

import httpx

from monitor.config.schema import Polling
from monitor.errors import FetchError, MonitorError

#: So many pages may be asked for without a pause, when there were none for a while.
BURST = 5
#: How long "too many requests" counts when it comes without a Retry-After, in seconds.
USUAL_HOLD = 60.0
_ASKS_TO_WAIT = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
_PRUNE_ABOVE = 1000


class Permits(Protocol):
    """Says when a host may be asked, and is told when it wants to be asked later."""

    def take(
        self, url: httpx.URL, *, page: bool, gap: float = 0.0
    ) -> AbstractAsyncContextManager[None]:
        """Be allowed to ask for as long as the context lasts.

        Args:
            url: what is asked for.
            page: whether it is a page, which is asked for with pauses.
            gap: the pause in seconds that the host itself wants between two of its pages.

        Raises:
            FetchError: kind `held`, the host said that it wants to be asked later; kind `busy`, so
                much is under way with it that this is to be put off. Both say until when.
        """

    async def answered(self, url: httpx.URL, error: FetchError) -> None:
        """Take notice of a refusal that may ask for time."""


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
        host = key_of(url)
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

    async def answered(self, url: httpx.URL, error: FetchError) -> None:
        """Take notice of a refusal: 429 or 503 that says when to come back holds the host."""
        seconds = asked_to_wait(error)
        if not seconds:
            return
        now = self._clock()
        until = now + min(timedelta(seconds=seconds), self._longest_hold)
        held = self._holds.get(key_of(url))
        if held is None or held.until < until:
            self._holds[key_of(url)] = _Hold(now, until, error.status or 0)
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
        raise held_back(hold.status, (hold.until - now).total_seconds())

    def _turn(self, host: str, wished: float) -> float:
        """For how many seconds a page of this host has to wait; books its turn."""
        usual, gap, burst = pace(host, self._gap, wished, self._jitter())
        if not gap:
            return 0.0
        now = self._ticks()
        free = max(self._busy_until.get(host, now), now)
        self._busy_until[host] = free + gap
        if len(self._busy_until) > _PRUNE_ABOVE:
            self._busy_until = {h: at for h, at in self._busy_until.items() if at > now}
        return max(0.0, free - now - (burst - 1) * usual)


def asked_to_wait(error: FetchError) -> float:
    """For how many seconds a refusal asks everybody to wait; 0 if it asks for nothing."""
    if error.status not in _ASKS_TO_WAIT:
        return 0.0
    if error.retry_after is None:
        return USUAL_HOLD if error.status == HTTPStatus.TOO_MANY_REQUESTS else 0.0
    return error.retry_after


def held_back(status: int, seconds: float) -> FetchError:
    """What says that a host was not asked, as it wants to be asked in so many seconds."""
    return FetchError(
        f"its server asked us to wait ({status} to another request), so it was not asked",
        kind="held",
        status=status,
        retry_after=seconds,
    )


def put_off(seconds: float) -> FetchError:
    """What says that something was not asked for, as so much else is asked of its host."""
    return FetchError(
        "so much else is asked of its host that it was put off", kind="busy", retry_after=seconds
    )


def is_put_off(error: MonitorError) -> bool:
    """Whether something was not even tried, for others' sake: it is due as it was."""
    return isinstance(error, FetchError) and error.kind == "busy"


def pace(host: str, usual: float, wished: float, jitter: float) -> tuple[float, float, int]:
    """How a host's pages are spread: the usual pause, the next one's, how many come without.

    Args:
        host: its name.
        usual: the pause that we make by ourselves, in seconds.
        wished: the one that the host wants, in seconds.
        jitter: a number from 0 to 1.
    """
    # Our own machine is not spared: there it is nobody's kindness but our own time.
    if _is_this_machine(host):
        usual = 0.0
    if wished > usual:
        return usual, wished, 1
    return usual, usual * (0.75 + 0.5 * jitter), BURST


def key_of(url: httpx.URL) -> str:
    """By what a host is known: its name, with the port unless it is the usual one."""
    return url.host if url.port is None else f"{url.host}:{url.port}"


def _is_this_machine(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.")

"""Politeness of many machines: before every request the database is asked whether it may be made.

What is refused for longer than a moment is put off, not waited for: others may be asked meanwhile.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Generic, TypeVar

import httpx
from sqlalchemy import Connection

from monitor.config.schema import Polling
from monitor.errors import FetchError, StoreError
from monitor.fetch.hosts import asked_to_wait, held_back, key_of, pace, put_off
from monitor.fetch.robots import Said
from monitor.pipeline.lease import HELD
from monitor.store import permits, shared_robots
from monitor.store.database import Database
from monitor.store.permits import Turn, Wanted

#: What is refused is asked for again for so long before it is put off, in seconds.
PATIENCE_SECONDS = 2.0
LONGEST_SECONDS = 120.0
#: A request may be believed to live for so much longer than it may take, in seconds.
MARGIN_SECONDS = 5.0
#: Asked for in one statement at the most.
_TOGETHER = 200

A = TypeVar("A")
B = TypeVar("B")


class _Gathered(Generic[A, B]):
    """Answers those who ask at the same moment with one statement, in a thread.

    Args:
        db: the database.
        ask: the statement.
    """

    def __init__(self, db: Database, ask: Callable[[Connection, Sequence[A]], Sequence[B]]) -> None:
        self._db = db
        self._ask = ask
        self._waiting: deque[tuple[A, Future[B]]] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="permits")

    def ask(self, each: A) -> Future[B]:
        answer: Future[B] = Future()
        self._waiting.append((each, answer))
        self._thread.submit(self._turn)
        return answer

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _turn(self) -> None:
        some: list[tuple[A, Future[B]]] = []
        while self._waiting and len(some) < _TOGETHER:
            some.append(self._waiting.popleft())
        if not some:
            return
        try:
            with self._db.write() as connection:
                answers = self._ask(connection, [each for each, _ in some])
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits for it
            for _, future in some:
                future.set_exception(error)
            return
        for (_, future), answer in zip(some, answers, strict=True):
            future.set_result(answer)


class SharedPermits:
    """Asks the database; one for the process, whatever configuration is in force.

    Args:
        db: a PostgreSQL database.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._takes = _Gathered(db, permits.take)
        self._gives = _Gathered(db, _give)

    def close(self) -> None:
        """Let go of the threads; what was not given back ends by itself."""
        self._takes.close()
        self._gives.close()

    def take(self, wanted: Wanted) -> Awaitable[Turn]:
        """Ask for one."""
        return asyncio.wrap_future(self._takes.ask(wanted))

    def give(self, host: str, until: datetime) -> Awaitable[None]:
        """Give one back."""
        return asyncio.wrap_future(self._gives.ask((host, until)))

    async def hold(self, host: str, seconds: float, status: int) -> None:
        """Have no machine ask a host for so long. Raises StoreError."""

        def record() -> None:
            with self._db.write() as connection:
                permits.hold(connection, host, seconds, status)

        await asyncio.to_thread(record)


def _give(connection: Connection, given: Sequence[tuple[str, datetime]]) -> Sequence[None]:
    permits.give(connection, given)
    return [None] * len(given)


class SharedHosts:
    """What hosts are spared by all machines together (`fetch.hosts.Permits`).

    Args:
        polling: `concurrency` is this machine's; `per_host`, `page_gap` and `max_interval` hold
            for all of them.
        shared: asks the database.
        pause: waits for so many seconds.
        jitter: a number from 0 to 1.
    """

    def __init__(
        self,
        polling: Polling,
        shared: SharedPermits,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._polling = polling
        self._overall = asyncio.Semaphore(polling.concurrency)
        self._shared = shared
        self._pause = pause
        self._jitter = jitter

    @asynccontextmanager
    async def take(self, url: httpx.URL, *, page: bool, gap: float = 0.0) -> AsyncIterator[None]:
        """Be allowed to ask, or be told to put it off; see `fetch.hosts.Permits`."""
        wanted = self._wanted(url, page, gap)
        waited = 0.0
        while True:
            async with self._overall:
                turn = await self._shared.take(wanted)
                if turn.until is not None:
                    try:
                        yield
                    finally:
                        await self._given_back(wanted.host, turn.until)
                    return
            if turn.status is not None:
                raise held_back(turn.status, turn.wait)
            # Who works under no claim has nowhere to put it off to.
            patience = PATIENCE_SECONDS if HELD.get() else LONGEST_SECONDS
            if waited + turn.wait > patience:
                raise put_off(turn.wait)
            # Not all at once: of those who wait only a few are let through.
            wait = turn.wait * (1 + self._jitter())
            waited += wait
            await self._pause(wait)

    async def answered(self, url: httpx.URL, error: FetchError) -> None:
        """Take notice of a refusal that asks all machines for time."""
        if seconds := asked_to_wait(error):
            longest = self._polling.max_interval.total_seconds()
            await self._shared.hold(key_of(url), min(seconds, longest), error.status or 0)

    def _wanted(self, url: httpx.URL, page: bool, wished: float) -> Wanted:
        polling = self._polling
        usual, gap, burst = 0.0, 0.0, 1
        if page:
            usual_gap = polling.page_gap.total_seconds()
            usual, gap, burst = pace(url.host, usual_gap, wished, self._jitter())
        lease = polling.timeout.total_seconds() + MARGIN_SECONDS
        return Wanted(key_of(url), polling.per_host, usual, gap, burst, lease)

    async def _given_back(self, host: str, until: datetime) -> None:
        # Whatever becomes of who asked: another waits for it.
        giving = asyncio.ensure_future(self._shared.give(host, until))
        with suppress(StoreError, asyncio.CancelledError):
            await asyncio.shield(giving)


class SharedRobots:
    """What sites have said to any machine (`fetch.robots.Shared`).

    Args:
        db: a PostgreSQL database.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    async def recall(self, site: str) -> Said | None:
        """What a site said last. Raises StoreError."""

        def look() -> Said | None:
            with self._db.read() as connection:
                found = shared_robots.recall(connection, site)
            if found is None:
                return None
            at, said, since, failure = found
            return Said(at, said, None if failure is None else FetchError(**failure), since)

        return await asyncio.to_thread(look)

    async def remember(self, site: str, said: Said) -> None:
        """Let the others know. Raises StoreError."""
        error = said.failure
        failure = None
        if error is not None:
            failure = {
                "what": error.what,
                "kind": error.kind,
                "status": error.status,
                "retry_after": error.retry_after,
            }

        def record() -> None:
            with self._db.write() as connection:
                shared_robots.remember(
                    connection, site, said.at, said.text, said.failing_since, failure
                )

        await asyncio.to_thread(record)

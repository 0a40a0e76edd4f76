"""Politeness of many machines: before every request the database is asked whether it may be made.

What is refused for longer than a moment is put off, not waited for: others may be asked meanwhile.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime

import httpx

from monitor.config.schema import Polling
from monitor.errors import FetchError, StoreError
from monitor.fetch.hosts import asked_to_wait, held_back, key_of, pace, put_off
from monitor.fetch.robots import Said
from monitor.pipeline.lease import HELD
from monitor.pipeline.shared_queries import Gathered
from monitor.store import permits, shared_robots
from monitor.store.database import Database
from monitor.store.permits import Given, Held, Turn, Wanted

#: What is refused is asked for again for so long before it is put off, in seconds.
PATIENCE_SECONDS = 2.0
LONGEST_SECONDS = 120.0
#: Those who wait for the same moment come back within so long, not all at once; seconds.
SPREAD_SECONDS = 0.1
#: A request may be believed to live for so much longer than it may take, in seconds.
MARGIN_SECONDS = 5.0
#: Asked for in one statement at the most.
TOGETHER = 200
#: Who asks within so long is answered together; what is given back may wait longer, unless
#: something is asked for meanwhile. Seconds.
TAKEN_WITHIN, GIVEN_WITHIN = 0.005, 0.05


_Asked = Wanted | Given | Held


class SharedPermits:
    """Asks the database; one for the process, whatever configuration is in force.

    Args:
        db: a PostgreSQL database.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._gathered = Gathered[_Asked, Turn](self._answer, name="permits", most=TOGETHER)
        self._unsaid: list[Held] = []

    def close(self) -> None:
        """Give back what is not given back yet, and let go of the thread."""
        self._gathered.close()

    def take(self, wanted: Wanted) -> Awaitable[Turn]:
        """Ask for one. Raises StoreError."""
        return self._gathered.ask(wanted, TAKEN_WITHIN)

    def give(self, host: str, until: datetime) -> None:
        """Give one back: soon, and before this process asks for another."""
        self._gathered.say(Given(host, until), GIVEN_WITHIN)

    async def hold(self, host: str, seconds: float, status: int) -> None:
        """Have no machine ask a host for so long: before anything is given back or asked for."""
        held = Held(host, time.monotonic() + seconds, status)
        # What the database could not take now goes before what it is asked for next.
        with suppress(StoreError):
            await self._gathered.ask(held, 0.0)

    def _answer(self, asked: Sequence[_Asked]) -> Sequence[Turn]:
        given = [each for each in asked if isinstance(each, Given)]
        wanted = [each for each in asked if isinstance(each, Wanted)]
        self._unsaid += [each for each in asked if isinstance(each, Held)]
        with self._db.single() as connection:
            if self._unsaid:
                # What could not be said, as the database was away, holds as long as it would have.
                permits.hold(connection, self._unsaid, time.monotonic())
                self._unsaid = []
            if given:
                permits.give(connection, given)
            turns = iter(permits.take(connection, wanted) if wanted else ())
        return [next(turns) if isinstance(each, Wanted) else _NONE for each in asked]


# Who gives something back is told nothing.
_NONE = Turn(0.0, None, None)


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
                        # Whatever becomes of who asked: another waits for it.
                        self._shared.give(wanted.host, turn.until)
                    return
            if turn.status is not None:
                raise held_back(turn.status, turn.wait)
            # Who works under no claim has nowhere to put it off to.
            patience = PATIENCE_SECONDS if HELD.get() else LONGEST_SECONDS
            if waited + turn.wait > patience:
                raise put_off(turn.wait)
            # Of those who wait only a few are let through. Who waits for a page's turn and comes
            # much too late leaves the host idle.
            wait = turn.wait + SPREAD_SECONDS * self._jitter()
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
            with self._db.single() as connection:
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
            with self._db.single() as connection:
                shared_robots.remember(
                    connection, site, said.at, said.text, said.failing_since, failure
                )

        await asyncio.to_thread(record)

"""What all steps share: the database, the configuration in force, the time, and who is told."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from monitor.fetch.uplink import Uplink
from monitor.model.alert import Notice
from monitor.pipeline.deliver import Deliverer
from monitor.pipeline.events import Noticed, Observer
from monitor.pipeline.feed_text import EarlyTeller
from monitor.pipeline.lease import HELD
from monitor.pipeline.runtime import Runtime
from monitor.pipeline.unchanged import UnchangedPolls
from monitor.pipeline.workers import Workers
from monitor.store.database import Database
from monitor.store.deliveries import outbox
from monitor.store.deliveries.unrecorded import Unrecorded
from monitor.store.write_queue import Writer

T = TypeVar("T")

#: Queries that only read which run at once, on a file and on a server. On a file more of them would
#: only wait for the processor, and each has a cache of its own.
READERS_OF_FILE, READERS_OF_SERVER = 4, 16


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


class Context:
    """What a step needs besides the id of what it is to work on.

    Args:
        db: where everything is kept.
        runtime: the compiled configuration; assign a new one to reload. A step looks at it once,
            when it begins, so that those under way keep the one they began with.
        workers: where documents are parsed.
        observe: told of every step.
        clock: the time, in UTC.
        jitter: a number from 0 to 1 that spreads retries.
    """

    def __init__(
        self,
        db: Database,
        runtime: Runtime,
        workers: Workers,
        *,
        observe: Observer,
        clock: Callable[[], datetime] = utc_now,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.db = db
        self.runtime = runtime
        self.workers = workers
        self.observe = observe
        self.clock = clock
        self.jitter = jitter
        self.uplink = Uplink()
        self.listening_since: datetime | None = None
        """Since when hubs can reach us; None when they cannot."""
        self.idle = False
        """Nothing is to be begun: this machine cannot use the configuration in force."""
        self.early = EarlyTeller(self)
        self.deliverer = Deliverer(
            partial(self.store, first=True),
            lambda: self.runtime,
            observe=observe,
            clock=clock,
            jitter=jitter,
            shared=db.is_shared,
            unrecorded=Unrecorded(db.file),
        )
        self._writer = Writer(db)
        readers = READERS_OF_SERVER if db.is_shared else READERS_OF_FILE
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="read")
        self.unchanged = UnchangedPolls(self._writer) if db.is_shared else None

    async def store(self, work: Callable[[Connection], T], *, first: bool = False) -> T:
        """Run a piece of work in a write transaction, off the event loop; see `Writer`.

        Args:
            work: what to do.
            first: before all that waits and is not.

        Raises:
            StoreError: the database failed, or another worker has taken over what the present
                task is about.
        """
        if (lease := HELD.get()) is not None:
            work = lease.guarded(work)
        return await asyncio.wrap_future(self._writer.submit(work, first=first))

    async def look(self, work: Callable[[Connection], T]) -> T:
        """Run a query on a consistent view, off the event loop."""
        return await self._ask(self.db.read, work)

    async def look_once(self, work: Callable[[Connection], T]) -> T:
        """The same for a single statement, which sees one state anyway."""
        return await self._ask(self.db.single, work)

    async def _ask(
        self,
        open_: Callable[[], AbstractContextManager[Connection]],
        work: Callable[[Connection], T],
    ) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, _asked, open_, work)

    async def notify(self, notice: Notice) -> None:
        """Put a notice into the outbox for the operations channels, if there are any."""
        await self.notify_of(lambda _: notice)

    async def notify_of(self, find: Callable[[Connection], Notice | None]) -> None:
        """Put what is found, unless it was before, into the outbox, in the same transaction."""
        channels = self.runtime.config.operations.channels

        def record(connection: Connection) -> Notice | None:
            notice = find(connection)
            if notice is None or not outbox.add_notice(connection, notice, channels):
                return None
            return notice

        if (notice := await self.store(record)) is not None:
            self.observe(Noticed(notice))

    def close(self) -> None:
        """Let go of the threads; transactions under way still finish."""
        self.early.close()
        if self.unchanged is not None:
            self.unchanged.close()
        self._writer.close()
        self._readers.shutdown(cancel_futures=True)
        self.deliverer.close()


def _asked(
    open_: Callable[[], AbstractContextManager[Connection]], work: Callable[[Connection], T]
) -> T:
    with open_() as connection:
        return work(connection)

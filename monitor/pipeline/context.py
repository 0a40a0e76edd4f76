"""What all steps share: the database, the configuration in force, the time, and who is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import Connection

from monitor.model.alert import Notice
from monitor.pipeline.events import Noticed, Observer
from monitor.pipeline.runtime import Runtime
from monitor.store.database import Database
from monitor.store.deliveries import outbox
from monitor.store.writer import Writer

T = TypeVar("T")


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


class Keeper:
    """Keeps what the steps find, and tells operators what they should know.

    Args:
        db: where everything is kept.
        runtime: the compiled configuration; assign a new one to reload.
        observe: told of every step.
        clock: the time, in UTC.
    """

    def __init__(
        self,
        db: Database,
        runtime: Runtime,
        *,
        observe: Observer,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.runtime = runtime
        self.clock = clock
        self._db = db
        self._observe = observe
        self._writer = Writer(db)

    async def store(self, work: Callable[[Connection], T]) -> T:
        """Run a piece of work in a write transaction, off the event loop; see `Writer`."""
        return await asyncio.wrap_future(self._writer.submit(work))

    async def look(self, work: Callable[[Connection], T]) -> T:
        """Run a query on a consistent view, off the event loop."""

        def query() -> T:
            with self._db.read() as connection:
                return work(connection)

        return await asyncio.to_thread(query)

    def require_database(self) -> None:
        """Make sure that the database's file is still there. Raises StoreError if it is not."""
        self._db.require_file()

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
            self._observe(Noticed(notice))

    def close(self) -> None:
        """Let go of the thread; transactions under way still finish."""
        self._writer.close()

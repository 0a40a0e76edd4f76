"""What is worked on under a claim that another worker may have taken over meanwhile.

A worker that was frozen does not know it. So every transaction of a step first makes sure that
what it is about still is its own, and keeps others from taking it until it is committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, Table

from monitor.errors import FetchError, MonitorError, StoreError
from monitor.store import dispatching

if TYPE_CHECKING:
    from monitor.pipeline.context import Context

#: What is put off is left alone for at least so long.
LEAST_SECONDS = 1.0

T = TypeVar("T")


class LeaseLostError(StoreError):
    """Another worker has taken over: whatever this one has found out is not recorded."""


@dataclass(frozen=True, slots=True)
class Lease:
    """That a worker is at a row of a table."""

    table: Table
    row: int
    worker: int

    def guarded(self, work: Callable[[Connection], T]) -> Callable[[Connection], T]:
        """The same work, unless somebody else is at the row."""

        def guarded(connection: Connection) -> T:
            if not dispatching.is_held(connection, self.table, self.row, self.worker):
                raise LeaseLostError(f"another worker has taken over {self.table.name} {self.row}")
            return work(connection)

        return guarded

    @contextmanager
    def held(self) -> Iterator[None]:
        """Have the transactions of this task, and of those it begins, be guarded."""
        token = HELD.set(self)
        try:
            yield
        finally:
            HELD.reset(token)


async def put_off(ctx: Context, error: MonitorError) -> None:
    """Give back what the present task is about, and leave it alone for as long as it is told to.

    Raises:
        StoreError: the database failed.
    """
    lease = HELD.get()
    if lease is None:
        return
    table, worker = lease.table, lease.worker
    seconds = (error.retry_after if isinstance(error, FetchError) else None) or LEAST_SECONDS
    await ctx.store(
        lambda c: dispatching.put_off(c, table, [lease.row], worker, max(LEAST_SECONDS, seconds))
    )


HELD: ContextVar[Lease | None] = ContextVar("held", default=None)
"""Under which the present task works; None where nobody else can be at the same."""

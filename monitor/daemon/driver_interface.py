"""What the daemon asks of what drives the pipeline, alone on a file or one of many on a server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, Protocol

from monitor.pipeline.context import Context

#: A loop that has not come round for so long is late.
PATIENCE = timedelta(seconds=60)

Detail = dict[str, Any]


class Start(Protocol):
    """Runs something beside everything else."""

    def __call__(self, what: str, work: Coroutine[Any, Any, Any], /, *, where: str = "") -> None:
        """Begin it; what it is and on what it works is said if it fails."""


class Drives(Protocol):
    """Has feeds polled, articles read and messages delivered when they are due."""

    renewed_every: float
    """How often to call `renew`, in seconds."""
    paused_for: float
    """After the database failed (a full disk, say) nothing is started for so many seconds."""
    is_shared: bool
    """Whether others may do the same beside it, and chores are shared out among all."""

    async def take_up(self) -> int:
        """Begin; how many messages a process was sending that was killed. Raises StoreError."""

    async def poll_due(self) -> None:
        """See to the polls that are due. Raises StoreError."""

    async def read_due(self) -> None:
        """See to the articles that are to be read. Raises StoreError."""

    async def deliver_due(self) -> bool:
        """See to what is to be sent; whether there was anything. Raises StoreError."""

    async def renew(self) -> None:
        """Renew the claims on what takes long. Raises StoreError."""

    async def beat(self, loops: dict[str, datetime], now: datetime, config: Detail) -> None:
        """Give a sign of life.

        Args:
            loops: when each loop last came round.
            now: the time.
            config: which configuration is in force, and what is wrong with the last edit.

        Raises:
            StoreError: the database failed.
        """

    async def leave(self) -> None:
        """Leave nothing behind that others would wait for, or the next start. Raises StoreError."""


def driver_of(
    ctx: Context,
    *,
    start: Start,
    stopping: asyncio.Event,
    chores: Callable[[], dict[str, tuple[str, Callable[[int], Coroutine[Any, Any, None]]]]],
) -> Drives:
    """The driver for a database: alone on a file, one of many on a server.

    Args:
        ctx: what all steps share.
        start: runs something beside everything else.
        stopping: set when nothing more is to be begun.
        chores: what many do together.
    """
    if not ctx.db.is_shared:
        from monitor.daemon.local_driver import Driver

        return Driver(ctx, start=start, stopping=stopping)
    # What it needs is not installed where nobody works with others.
    from monitor.daemon.shared_driver import SharedDriver

    return SharedDriver(ctx, start=start, stopping=stopping, chores=chores())

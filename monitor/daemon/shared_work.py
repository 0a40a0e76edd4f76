"""What a worker does at the same time of one kind: it begins on what it is handed, row by row."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Connection, Table

from monitor.config.file_changes import stopped_within
from monitor.logs import get_logger
from monitor.pipeline.context import Context
from monitor.pipeline.lease import Lease, LeaseLostError
from monitor.store import dispatching

#: What failed last time, and finds half of the places taken by its like, is put off for so long.
DOUBTFUL_SECONDS = 5.0
#: What has been under way for so long is not expected to end in a moment, in seconds.
SLOW_SECONDS = 2.0
#: Who cannot do anything keeps what is handed to it for so long.
IDLE_SECONDS = 1.0

log = get_logger(__name__)


class Numbered(Protocol):
    """What can be claimed."""

    @property
    def id(self) -> int:
        """Its number in the database."""


N = TypeVar("N", bound=Numbered)


class SharedWork(Generic[N]):
    """Feeds that are polled, or articles that are read, as they are handed to this worker.

    Args:
        ctx: what all steps share.
        table: what is claimed.
        worker: the number of this one.
        bounds: how much at once, and how much of that with one host.
        load: what is known of rows.
        host: whom it keeps busy.
        step: does it; whether there is more to do for it.
        after: called when there is.
        start: runs it beside everything else.
        stopping: nothing more is begun.
    """

    def __init__(
        self,
        ctx: Context,
        table: Table,
        worker: Callable[[], int],
        *,
        bounds: Callable[[], tuple[int, int]],
        load: Callable[[Connection, Sequence[int]], list[N]],
        host: Callable[[N], str | None],
        step: Callable[[N], Awaitable[bool]],
        after: Callable[[], Awaitable[object]],
        start: Callable[[N, Coroutine[Any, Any, None]], None],
        stopping: asyncio.Event,
    ) -> None:
        self._ctx = ctx
        self._table = table
        self._worker = worker
        self._bounds = bounds
        self._load = load
        self._host = host
        self._step = step
        self._after = after
        self._start = start
        self._stopping = stopping
        self._under_way: set[int] = set()
        self._since: dict[int, tuple[float, str | None]] = {}
        self._doubtful: set[int] = set()
        self._undone: set[int] = set()
        self._turns: dict[str, tuple[asyncio.Semaphore, Counter[str]]] = {}
        self._changed = asyncio.Event()

    def has_room(self, host: str | None) -> bool:
        """Whether something that keeps a host busy would be begun at once."""
        most, per_host = self._bounds()
        busy = 0 if host is None or host not in self._turns else self._turns[host][1][host]
        return len(self._under_way) < most and busy < per_host

    def has_room_soon(self, host: str | None) -> bool:
        """Whether there will be room soon: what is under way does not hang."""
        most, per_host = self._bounds()
        begun = time.monotonic() - SLOW_SECONDS
        slow = [whose for at, whose in self._since.values() if at < begun]
        return 2 * len(slow) < most and (host is None or slow.count(host) < per_host)

    async def begin(self, ids: Sequence[int], doubtful: bool) -> None:
        """Begin on what was handed out, as soon as there is room; returns when it has begun.

        Args:
            ids: of the rows.
            doubtful: they failed last time, and may take no more than half of all room.

        Raises:
            StoreError: the database failed; what was handed out comes again.
        """
        try:
            await self._begin(ids, doubtful)
        except BaseException:
            # Nobody has begun on it: it need not wait until its claim ends.
            self._undone.update(ids)
            raise

    async def _begin(self, ids: Sequence[int], doubtful: bool) -> None:
        await self._room()
        if self._ctx.idle:
            # It may come again at once, until another worker asks.
            await stopped_within(self._stopping, IDLE_SECONDS)
        if self._stopping.is_set() or self._ctx.idle:
            await self._give_up(ids)
            return
        most, _ = self._bounds()
        if doubtful and len(self._doubtful) * 2 >= most:
            await self._ctx.store(
                lambda c: dispatching.put_off(c, self._table, ids, self._worker(), DOUBTFUL_SECONDS)
            )
            return
        # What this process is still at, although its claim has ended, is not begun twice.
        new = [each for each in ids if each not in self._under_way]
        self._under_way.update(new)
        try:
            rows = await self._ctx.store(lambda c: self._begun(c, new))
        except BaseException:
            self._ended(new)
            raise
        found = {row.id for row in rows}
        begun = time.monotonic()
        self._since.update((row.id, (begun, self._host(row))) for row in rows)
        self._ended([each for each in new if each not in found])
        if doubtful:
            self._doubtful |= found
        for row in rows:
            self._start(row, self._do(row))

    async def renew(self) -> None:
        """Say that what is under way is still worked on. Raises StoreError."""
        await self._hand_back_undone()
        if mine := frozenset(self._under_way):
            worker = self._worker()
            kept = await self._ctx.store(
                lambda c: dispatching.renew(c, self._table, mine, worker), first=True
            )
            # What is done by now has no claim any more.
            if lost := (mine & self._under_way) - kept:
                log.warning("taken over by other workers", what=self._table.name, rows=len(lost))

    async def _room(self) -> None:
        asked = asyncio.ensure_future(self._stopping.wait())
        try:
            while not asked.done() and len(self._under_way) >= self._bounds()[0]:
                changed = asyncio.ensure_future(self._changed.wait())
                self._changed.clear()
                await asyncio.wait([asked, changed], return_when=asyncio.FIRST_COMPLETED)
                changed.cancel()
        finally:
            asked.cancel()

    def _begun(self, connection: Connection, ids: Sequence[int]) -> list[N]:
        begun = dispatching.start(connection, self._table, ids, self._worker())
        rows = self._load(connection, sorted(begun)) if begun else []
        # A feed that is not subscribed to any more, say.
        gone = begun - {row.id for row in rows}
        dispatching.hand_back(connection, self._table, gone, self._worker())
        return rows

    async def _do(self, row: N) -> None:
        more = False
        try:
            async with self._turn(self._host(row)):
                if self._stopping.is_set():
                    self._undone.add(row.id)
                    return
                with Lease(self._table, row.id, self._worker()).held():
                    more = await self._step(row)
        except LeaseLostError as error:
            log.warning("what was found is not recorded", error=str(error))
            return
        except BaseException:
            self._undone.add(row.id)
            raise
        finally:
            self._ended([row.id])
        if more:
            await self._after()

    @asynccontextmanager
    async def _turn(self, host: str | None) -> AsyncIterator[None]:
        """Wait until no more is under way with a host than may be: the others go on meanwhile."""
        if host is None:
            yield
            return
        turns, users = self._turns.setdefault(
            host, (asyncio.Semaphore(self._bounds()[1]), Counter())
        )
        users[host] += 1
        try:
            async with turns:
                yield
        finally:
            users[host] -= 1
            if not users[host]:
                del self._turns[host]

    def _ended(self, ids: Sequence[int]) -> None:
        self._under_way.difference_update(ids)
        self._doubtful.difference_update(ids)
        for each in ids:
            self._since.pop(each, None)
        self._changed.set()

    async def _give_up(self, ids: Sequence[int]) -> None:
        await self._ctx.store(lambda c: dispatching.hand_back(c, self._table, ids, self._worker()))

    async def _hand_back_undone(self) -> None:
        if undone := frozenset(self._undone):
            await self._give_up(sorted(undone))
            self._undone -= undone

"""Deliveries that are claimed and on their way: whether they still are this sender's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from monitor.errors import StoreError
from monitor.model.delivery import Delivery
from monitor.store.deliveries import claims, own_claims

T = TypeVar("T")

#: Where others send, too, a sender that is killed is missed after so long.
SHARED_LEASE = timedelta(seconds=30)
#: And says so often that it lives, in seconds.
RENEWED_EVERY_SECONDS = 8.0
#: What was a sender's own so lately need not be asked for again before it is sent.
SURE_FOR = timedelta(seconds=1)


class Store(Protocol):
    """Runs a piece of work in a write transaction."""

    async def __call__(self, work: Callable[[Connection], T], /) -> T:
        """Run it and return what it returns."""


class InHand:
    """What one channel is sent, one message after the other.

    Args:
        store: runs a piece of work in a write transaction, off the event loop.
        clock: the time, in UTC.
        deliveries: as claimed.
        shared: others may send, too: the claims are short and renewed all along.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        deliveries: Sequence[Delivery],
        *,
        shared: bool,
    ) -> None:
        self._store = store
        self._clock = clock
        self._left = list(deliveries)
        self._current: Delivery | None = None
        self._shared = shared
        self._lease = lease(shared=shared)
        self._one_at_a_time = asyncio.Lock()

    async def next(self) -> Delivery | None:
        """The next that is still ours; None when nothing is left. Raises StoreError."""
        self._current = None
        while self._left:
            first = self._left[0]
            if self._shared and not self._is_sure(first):
                # A process that was frozen must not go on as if it had not been.
                await self._renew([first])
            elif not self._shared and self._is_old(first):
                await self._renew(self._left)
            if self._left and self._left[0].ids == first.ids:
                self._current = self._left.pop(0)
                break
        return self._current

    async def record(self, work: Callable[[Connection], None]) -> None:
        """Record what came of a message, and where others send, that the next still is ours.

        Raises:
            StoreError: the database failed.
        """
        if not self._shared:
            await self._store(work)
            return
        await self._renew(self._left[:1], also=work)

    def is_ours(self, connection: Connection, delivery: Delivery) -> bool:
        """Whether nobody else sends it now: what came of our try may be recorded."""
        current = self._current or delivery
        return not self._shared or own_claims.is_claimed(connection, current)

    async def give_back(self) -> None:
        """Let others send what was not tried. Raises StoreError."""
        if left := self._left:
            now = self._clock()
            await self._store(lambda c: claims.release(c, left, now))

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Keep the claims, however long a service takes."""
        if not self._shared:
            yield
            return
        keeping = asyncio.create_task(self._keep())
        try:
            yield
        finally:
            keeping.cancel()

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(RENEWED_EVERY_SECONDS)
            # While the database is away there is nothing to be done.
            with suppress(StoreError):
                await self._renew([each for each in (self._current, *self._left) if each])

    def _is_old(self, delivery: Delivery) -> bool:
        now = self._clock()
        return (delivery.claimed_until or now) - now <= self._lease / 2

    def _is_sure(self, delivery: Delivery) -> bool:
        until = delivery.claimed_until
        return until is not None and until - self._clock() > self._lease - SURE_FOR

    async def _renew(
        self, which: Sequence[Delivery], *, also: Callable[[Connection], None] | None = None
    ) -> None:
        """Extend the claims of some; those that are others' by now are left to them."""
        async with self._one_at_a_time:
            until = self._clock() + self._lease
            # Of those some may have been sent, or renewed, meanwhile.
            asked = {each.ids for each in which}
            now = [each for each in (self._current, *self._left) if each is not None]
            claimed = [each for each in now if each.ids in asked]

            def renew(connection: Connection) -> list[Delivery]:
                if also is not None:
                    also(connection)
                return claims.renew(connection, claimed, until)

            by_ids = {each.ids: each for each in await self._store(renew)}
            current = self._current
            if current is not None and current.ids in by_ids:
                self._current = by_ids[current.ids]
            self._left = [
                by_ids.get(each.ids, each)
                for each in self._left
                if each.ids in by_ids or each.ids not in asked
            ]


def lease(*, shared: bool) -> timedelta:
    """How long a claim lasts."""
    return SHARED_LEASE if shared else claims.LEASE

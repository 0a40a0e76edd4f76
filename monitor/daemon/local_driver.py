"""The driver: claims what is due and has the pipeline's steps work on it.

`run --once` and the daemon claim and begin work in this one way. How much is under way with one
host, or for one feed, is bounded by `Slots`; that no other process is at the same is seen to by
the claims in the database.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlsplit

from sqlalchemy import Connection, Table

from monitor.config.file_changes import stopped_within
from monitor.config.schema import Polling
from monitor.daemon.driver_interface import PATIENCE, Detail, Start
from monitor.model.feed import FeedState
from monitor.pipeline.concurrency import Bounds, Room, Slots, for_pages
from monitor.pipeline.context import Context
from monitor.pipeline.full_text import host_to_ask, to_read
from monitor.pipeline.poll import poll
from monitor.pipeline.read import read
from monitor.store import feeds as store_feeds
from monitor.store import leases, outages, search_index, upkeep
from monitor.store.articles import StoredArticle
from monitor.store.dialects import is_shared
from monitor.store.leases import RENEWED_EVERY
from monitor.store.tables import articles, feeds

#: Articles read at the same time: a slow site must not keep the others waiting.
READERS = 32
#: Where most slots are taken, those given back are taken anew after so long, in seconds: to look
#: what is due costs as much for one as for many.
GATHER_SECONDS = 0.1


class Numbered(Protocol):
    """What can be claimed."""

    @property
    def id(self) -> int:
        """Its number in the database."""


N = TypeVar("N", bound=Numbered)


class Work(Generic[N]):
    """Work of one kind: what is due of it is claimed, begun, and given back.

    Args:
        ctx: what all steps share.
        table: what is claimed.
        slots: what is under way.
        due: what is due and there is room for.
        take: takes a slot for it, if there is one.
        step: does it; whether there is more to do for it.
        after: called when there is.
        start: runs it beside everything else.
        stopping: begins nothing more.
    """

    def __init__(
        self,
        ctx: Context,
        table: Table,
        slots: Slots,
        *,
        due: Callable[[Connection, datetime, Room], list[N]],
        take: Callable[[N], bool],
        step: Callable[[N], Awaitable[bool]],
        after: Callable[[], Awaitable[object]],
        start: Callable[[N, Coroutine[Any, Any, None]], None],
        stopping: asyncio.Event,
    ) -> None:
        self._ctx = ctx
        self._table = table
        self._slots = slots
        self._due = due
        self._take = take
        self._step = step
        self._after = after
        self._start = start
        self._stopping = stopping
        self._looking = self._look_again = self._gathering = False
        self._claimed: set[int] = set()
        self._undone: set[int] = set()

    async def begin(self) -> None:
        """Begin what is due; look again, if another asks for the same meanwhile.

        Raises:
            StoreError: the database failed.
        """
        self._look_again = True
        if self._looking:
            return
        self._looking = True
        try:
            while self._look_again and not self._stopping.is_set():
                self._look_again = False
                await self._begin()
        finally:
            self._looking = False

    async def renew(self) -> None:
        """Renew the claims on what is under way. Raises StoreError."""
        if claimed := set(self._claimed):
            now = self._ctx.clock()
            await self._ctx.store(lambda c: leases.renew(c, self._table, claimed, now))

    async def hand_back(self) -> None:
        """Give up the claims on what was begun and not done. Raises StoreError."""
        undone = set(self._undone)
        if undone:
            await self._ctx.store(lambda c: leases.hand_back(c, self._table, undone))
            self._undone -= undone

    async def _begin(self) -> None:
        await self.hand_back()
        # The share of a host that had none yet shows only when its pages have taken it.
        while (room := self._slots.room()).free and not self._stopping.is_set():
            now = self._ctx.clock()
            due = await self._ctx.look(lambda c: self._due(c, now, room))  # noqa: B023
            taken = {each.id: each for each in due if self._take(each)}
            claimed = await self._claim(taken.keys(), now)
            for number, each in taken.items():
                if number in claimed:
                    self._claimed.add(number)
                    self._start(each, self._do(each))
                else:
                    self._slots.release(number)
            if not claimed or len(due) < room.free:
                return

    async def _claim(self, ids: Any, now: datetime) -> frozenset[int]:
        if not ids:
            return frozenset()
        try:
            return await self._ctx.store(lambda c: leases.claim(c, self._table, ids, now))
        except BaseException:
            for number in ids:
                self._slots.release(number)
            raise

    async def _do(self, each: N) -> None:
        try:
            more = await self._step(each)
        except BaseException:
            self._undone.add(each.id)
            raise
        finally:
            self._claimed.discard(each.id)
            # A look under way has not seen that there is room for one more.
            somebody_waits = self._slots.release(each.id) or self._looking
        if more:
            await self._after()
        if somebody_waits:
            await self._begin_soon()

    async def _begin_soon(self) -> None:
        if not self._slots.is_half_free:
            if self._gathering:
                return
            self._gathering = True
            try:
                await stopped_within(self._stopping, GATHER_SECONDS)
            finally:
                self._gathering = False
        await self.begin()


class Driver:
    """Has feeds polled, articles read and messages delivered when they are due.

    Args:
        ctx: what all steps share.
        start: runs something beside everything else.
        stopping: set when nothing more is to be begun.
        readers: articles read at the same time at most.
    """

    renewed_every = RENEWED_EVERY.total_seconds()
    paused_for = 30.0
    is_shared = False

    def __init__(
        self,
        ctx: Context,
        *,
        start: Start,
        stopping: asyncio.Event | None = None,
        readers: int = READERS,
    ) -> None:
        self._ctx = ctx
        self._start = start
        self._stopping = stopping or asyncio.Event()
        self._readers = readers
        self.reads_what_comes = True
        """Whether articles are read as soon as a poll has found them."""
        polls = Slots(lambda: Bounds(self._polling.concurrency, self._polling.per_host))
        self._pages = Slots(self._pages_at_once)
        self._polls = Work[FeedState](
            ctx,
            feeds,
            polls,
            due=_feeds_due,
            take=lambda feed: polls.take(feed.id, feed.host, doubtful=feed.failures > 0),
            step=lambda feed: poll(ctx, feed.id, claimed=feed),
            after=self._read_what_came,
            start=lambda feed, work: start("poll", work, where=feed.url),
            stopping=self._stopping,
        )
        self._readings = Work[StoredArticle](
            ctx,
            articles,
            self._pages,
            due=to_read,
            take=self._take_page,
            step=lambda stored: read(ctx, stored.id, claimed=stored),
            after=self.deliver_due,
            start=lambda stored, work: start("read", work, where=stored.article.url or ""),
            stopping=self._stopping,
        )
        ctx.early.has_room = self._may_be_read

    async def take_up(self) -> int:
        """Take up what a process that was killed had begun; how many messages it was sending.

        Feeds that could not be reached are asked soon: perhaps the network is back.

        Of a file only for the holder of the daemon lock. Raises StoreError.
        """
        now = self._ctx.clock()

        def take_up(connection: Connection) -> list[str]:
            # Where other processes may live, a claim lasts until it ends.
            if not is_shared(connection):
                leases.hand_back_all(connection, feeds)
                leases.hand_back_all(connection, articles)
            # Before anything comes: an index of other tokens than this program's would miss it.
            search_index.begin_anew_if_outdated(connection)
            away = outages.unreachable(connection)
            outages.bring_back(connection, now)
            return away

        away = await self._ctx.store(take_up)
        hosts = {urlsplit(url).hostname or url for url in away}
        self._ctx.uplink.resume(hosts, self._ctx.runtime.hosts)
        return await self._ctx.deliverer.begin()

    async def poll_due(self) -> None:
        """Begin the polls that are due. Raises StoreError."""
        await self._polls.begin()

    async def read_due(self) -> None:
        """Begin to read the articles that are to be read. Raises StoreError."""
        await self._readings.begin()

    async def deliver_due(self, *, due_by: datetime | None = None) -> bool:
        """Begin to send what is due, each channel on its own; whether there was anything.

        Args:
            due_by: nothing more comes: only what was due by then, or is gathered of bursts.

        Raises:
            StoreError: the database failed.
        """
        if self._stopping.is_set():
            return False
        claimed = await self._ctx.deliverer.claim(due_by=due_by)
        for channel, deliveries in claimed.items():
            sending = self._ctx.deliverer.deliver(channel, deliveries, self._stopping)
            self._start("deliver", sending, where=channel)
        return bool(claimed)

    async def renew(self) -> None:
        """Renew the claims on what takes long, to be called every `leases.RENEWED_EVERY`.

        Raises:
            StoreError: the database failed.
        """
        await self._polls.renew()
        await self._readings.renew()

    async def hand_back(self) -> None:
        """Give back at once what was claimed and not done, at the end. Raises StoreError."""
        await self._polls.hand_back()
        await self._readings.hand_back()

    async def beat(self, loops: dict[str, datetime], now: datetime, config: Detail) -> None:
        """Give a sign of life; see `Drives`. Raises StoreError."""

        def record(connection: Connection) -> None:
            for name, at in loops.items():
                upkeep.beat(connection, name, at, PATIENCE, {"pid": os.getpid()})
            upkeep.beat(connection, "config", now, PATIENCE, config)

        await self._ctx.store(record)

    async def leave(self) -> None:
        """Give back what is claimed, and say that there is no daemon any more."""
        await self.hand_back()
        await self._ctx.store(upkeep.stop_beating)

    @property
    def _polling(self) -> Polling:
        return self._ctx.runtime.config.polling

    def _pages_at_once(self) -> Bounds:
        requests = self._polling.concurrency
        if self.reads_what_comes:
            # Pages that hang must leave requests for the feeds.
            requests //= 2
        return for_pages(max(1, min(self._readers, requests)), self._polling.per_host)

    def _take_page(self, stored: StoredArticle) -> bool:
        host = host_to_ask(stored, self._ctx.runtime)
        return self._pages.take(stored.id, host, feed=stored.feed_id)

    def _may_be_read(self, stored: StoredArticle) -> bool:
        host = host_to_ask(stored, self._ctx.runtime)
        return self._pages.room().admits(host, stored.feed_id)

    async def _read_what_came(self) -> None:
        if self.reads_what_comes:
            await self.read_due()


def _feeds_due(connection: Connection, now: datetime, room: Room) -> list[FeedState]:
    return store_feeds.due(
        connection, now, room.free,
        per_host=room.per_host, under_way=room.under_way, hosts=room.hosts, failed=room.doubtful,
    )  # fmt: skip


class Tasks:
    """What runs beside everything else, until all of it is done or something fails."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._changed = asyncio.Event()
        self._failed: list[asyncio.Task[Any]] = []

    def start(self, what: str, work: Coroutine[Any, Any, Any], /, *, where: str = "") -> None:
        """Begin something."""
        task = asyncio.create_task(work, name=f"{what} {where}")
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._failed.append(task)
        if self._failed or not self._tasks:
            self._changed.set()

    async def finish(self) -> None:
        """Wait until all is done, what is begun meanwhile, too; raise the first that it raises."""
        while self._tasks and not self._failed:
            self._changed.clear()
            await self._changed.wait()
        if self._failed:
            self._failed.pop(0).result()

    async def cancel(self) -> None:
        """Give up what is under way."""
        left = list(self._tasks)
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=1)

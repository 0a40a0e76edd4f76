"""The driver of a process that works beside others, on PostgreSQL.

Whoever looks first takes what is due and hands it out as jobs; each does what he is handed. So
no process is another's master, and none is missed for longer than what it claimed lasts.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from monitor import __version__
from monitor.config.file_changes import stopped_within
from monitor.daemon.driver_interface import Detail, Start
from monitor.daemon.housekeeping import make_days
from monitor.daemon.job_queue import Engine
from monitor.daemon.local_driver import READERS
from monitor.daemon.own_file import OwnFile
from monitor.daemon.shared_work import SharedWork
from monitor.model.feed import FeedState
from monitor.pipeline.context import Context
from monitor.pipeline.deliver import deliver
from monitor.pipeline.due_channels import channels_due
from monitor.pipeline.full_text import host_to_ask
from monitor.pipeline.poll import poll
from monitor.pipeline.read import read
from monitor.store import articles as store_articles
from monitor.store import dispatching, fleet, jobs, outages
from monitor.store import feeds as store_feeds
from monitor.store.articles import StoredArticle
from monitor.store.dispatching import RENEWED_EVERY_SECONDS, Due
from monitor.store.server_clock import MEASURED_EVERY_SECONDS, ServerClock
from monitor.store.tables import articles, feeds

#: Rows of a job: one costs as much as several polls, and what one worker is handed no other is.
POLLS_A_JOB, READS_A_JOB = 20, 10
#: Jobs of a kind that may wait: so many, and so many more for each worker.
WAIT_AT_ALL, WAIT_A_WORKER = 4, 4
#: How many of a host are handed out at once, in multiples of how many may be under way with it.
OF_A_HOST = 8
#: Channels are sent to for so long in one job, in rounds.
ROUNDS = 20
#: What comes within so long is handed out together, in seconds.
GATHER_SECONDS = 0.2

Chores = dict[str, tuple[str, Callable[[int], Coroutine[Any, Any, None]]]]


class SharedDriver:
    """Has feeds polled, articles read and messages delivered, here and by all other workers.

    Args:
        ctx: what all steps share.
        start: runs something beside everything else.
        stopping: set when nothing more is to be begun.
        chores: what is done once by all workers together.
    """

    renewed_every = RENEWED_EVERY_SECONDS
    paused_for = 2.0
    is_shared = True

    def __init__(
        self, ctx: Context, *, start: Start, stopping: asyncio.Event, chores: Chores
    ) -> None:
        self._ctx = ctx
        self._start = start
        self._stopping = stopping
        self._worker = 0
        self._workers = 1
        self._own_file = OwnFile(ctx)
        self._gathering = False
        self._is_asked_to_deliver = self._looks_for_deliveries = False
        self._polls = SharedWork[FeedState](
            ctx, feeds, self._number,
            bounds=self._polls_at_once,
            load=store_feeds.by_ids,
            host=lambda feed: feed.host,
            step=lambda feed: poll(ctx, feed.id, claimed=feed),
            after=self._read_what_came,
            start=lambda feed, work: start("poll", work, where=feed.url),
            stopping=stopping,
        )  # fmt: skip
        self._reads = SharedWork[StoredArticle](
            ctx, articles, self._number,
            bounds=self._pages_at_once,
            load=store_articles.by_ids,
            host=self._host,
            step=lambda stored: read(ctx, stored.id, claimed=stored),
            after=self.deliver_due,
            start=lambda stored, work: start("read", work, where=stored.article.url or ""),
            stopping=stopping,
        )  # fmt: skip
        self._engine = Engine(
            ctx.db.url, poll=self._polls.begin, read=self._reads.begin, deliver=self._deliver,
            chores=chores,
        )  # fmt: skip
        ctx.early.has_room = lambda stored: self._reads.has_room(self._host(stored))
        ctx.early.is_soon = lambda stored: self._reads.has_room_soon(self._host(stored))

    # --- from beginning to end --------------------------------------------------------------

    async def take_up(self) -> int:
        """Join the others. Raises StoreError."""
        await self._join()
        now = self._ctx.clock()
        await self._ctx.store(lambda c: outages.bring_back(c, now))
        await self._ctx.deliverer.begin()
        self._start("engine", self._engine.run(self._stopping))
        self._start("clock", self._mind_the_clock())
        self._start("text days", make_days(self._ctx))
        return 0

    async def beat(self, loops: dict[str, datetime], now: datetime, config: Detail) -> None:
        """Give a sign of life; see `Drives`. Raises StoreError."""
        detail = {"loops": {name: at.isoformat() for name, at in loops.items()}, "config": config}
        if written := await self._own_file.written():
            detail["written"] = dict(written)

        def beat(connection: Connection) -> tuple[bool, list[fleet.Worker]]:
            known = fleet.beat(connection, self._worker, detail)
            return known, fleet.everyone(connection)

        known, everyone = await self._ctx.store(beat, first=True)
        self._workers = fleet.alive(everyone)
        if not known:
            # Frozen for so long that it was forgotten: what it had begun is others' by now.
            await self._join()
        await self._own_file.compare(self._worker, everyone)

    async def leave(self) -> None:
        """Give back at once what was begun and not done. Raises StoreError."""

        def leave(connection: Connection) -> None:
            dispatching.hand_back_all(connection, self._worker)
            fleet.leave(connection, self._worker)

        await self._ctx.store(leave, first=True)

    async def renew(self) -> None:
        """Say that what is under way is still worked on. Raises StoreError."""
        await self._polls.renew()
        await self._reads.renew()

    async def _join(self) -> None:
        name, pid = socket.gethostname(), os.getpid()
        schema = int(self._ctx.db.head)
        self._worker = await self._ctx.store(
            lambda c: fleet.join(c, name, pid, __version__, schema)
        )

    async def _mind_the_clock(self) -> None:
        clock = self._ctx.clock
        while isinstance(clock, ServerClock):
            if await stopped_within(self._stopping, MEASURED_EVERY_SECONDS):
                return
            await asyncio.to_thread(clock.measure)

    # --- handing out ------------------------------------------------------------------------

    async def poll_due(self) -> None:
        """Hand out the feeds that are due. Raises StoreError."""
        if not self._stopping.is_set():
            await self._ctx.store(self._hand_out_polls)

    async def read_due(self) -> None:
        """Hand out the articles that are to be read. Raises StoreError."""
        if not self._stopping.is_set():
            await self._ctx.store(self._hand_out_reads)

    async def deliver_due(self) -> bool:
        """Have the channels sent to on which something is due. Raises StoreError."""
        self._is_asked_to_deliver = True
        if self._looks_for_deliveries:
            # Whoever looks looks once more: those who ask meanwhile need not all do so.
            return False
        self._looks_for_deliveries, found = True, False
        try:
            while self._is_asked_to_deliver and not self._stopping.is_set():
                self._is_asked_to_deliver = False
                found |= await self._ctx.store(self._hand_out_deliveries, first=True)
        finally:
            self._looks_for_deliveries = False
        return found

    def _hand_out_deliveries(self, connection: Connection) -> bool:
        asked = self._engine.asked_to_deliver(connection)
        due = channels_due(connection, self._ctx.runtime, self._ctx.clock(), but=asked)
        self._engine.have_delivered(connection, due)
        return bool(due)

    def _hand_out_polls(self, connection: Connection) -> None:
        room = self._room(connection, "poll", POLLS_A_JOB)
        if room > 0:
            per_host = self._ctx.runtime.config.polling.per_host * OF_A_HOST
            due = dispatching.take_feeds(connection, room, per_host)
            self._engine.hand_out(connection, "poll", _jobs(due, POLLS_A_JOB))

    def _hand_out_reads(self, connection: Connection) -> None:
        room = self._room(connection, "read", READS_A_JOB)
        if room > 0:
            per_host = self._ctx.runtime.config.polling.per_host * OF_A_HOST
            per_feed = max(per_host, room // 4)
            due = dispatching.take_articles(connection, room, per_host, per_feed)
            self._engine.hand_out(connection, "read", _jobs(due, READS_A_JOB))

    def _room(self, connection: Connection, name: str, of_a_job: int) -> int:
        """How many rows may be handed out: what waits for long may wait in its table."""
        most = WAIT_AT_ALL + WAIT_A_WORKER * self._workers
        return (most - jobs.waiting(connection).get(name, 0)) * of_a_job

    async def _read_what_came(self) -> None:
        if self._gathering:
            return
        self._gathering = True
        try:
            await stopped_within(self._stopping, GATHER_SECONDS)
        finally:
            self._gathering = False
        await self.read_due()

    # --- doing ------------------------------------------------------------------------------

    async def _deliver(self, channel: str) -> None:
        done = asyncio.Event()
        self._start("deliver", self._send(channel, done), where=channel)
        # A job that is broken off, as the database was away, must not break off a message.
        await done.wait()

    async def _send(self, channel: str, done: asyncio.Event) -> None:
        try:
            for _ in range(ROUNDS):
                if self._stopping.is_set() or self._ctx.idle:
                    return
                if not await deliver(self._ctx, channel, self._stopping):
                    return
        finally:
            done.set()

    def _number(self) -> int:
        return self._worker

    def _host(self, stored: StoredArticle) -> str | None:
        return host_to_ask(stored, self._ctx.runtime)

    def _polls_at_once(self) -> tuple[int, int]:
        polling = self._ctx.runtime.config.polling
        return polling.concurrency, polling.per_host

    def _pages_at_once(self) -> tuple[int, int]:
        polling = self._ctx.runtime.config.polling
        # Pages that hang must leave requests for the feeds.
        return max(1, min(READERS, polling.concurrency // 2)), polling.per_host


def _jobs(due: Sequence[Due], of_a_job: int) -> list[tuple[list[int], bool]]:
    """Those of a host together: who has all of them need not wait for others to be done."""
    jobs = []
    for doubtful in (False, True):
        ids = [each.id for each in due if each.doubtful is doubtful]
        jobs += [
            (ids[first : first + of_a_job], doubtful) for first in range(0, len(ids), of_a_job)
        ]
    return jobs

"""From the outbox to people: claim what is due, send it, record what the service answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from monitor.alerts import decide
from monitor.alerts.render import render_alert, render_digest, render_follow_up, render_notice
from monitor.alerts.together import arrange, words
from monitor.config.schema import Config
from monitor.config.watch import stopped_within
from monitor.errors import StoreError
from monitor.model import (
    Alert,
    Delivery,
    DeliveryStatus,
    FollowUp,
    Message,
    Notice,
    SendResult,
    Summary,
)
from monitor.service import notices
from monitor.service.runtime import Runtime
from monitor.service.steps import Delivered, Faulted, Noticed, Observer
from monitor.store import outbox

T = TypeVar("T")

#: Messages handed to one channel in a row before the outbox is asked again.
BATCH = 20
#: After the database refused to record what a service answered it is asked again, in seconds.
RECORD_AGAIN_SECONDS = 5.0


class Store(Protocol):
    """Runs a piece of work in a write transaction."""

    async def __call__(self, work: Callable[[Connection], T], /) -> T:
        """Run it and return what it returns."""


class Deliverer:
    """Sends what is due, each channel on its own and in order.

    Args:
        store: runs a piece of work in a write transaction, off the event loop.
        runtime: gives the configuration in force.
        observe: told of every step.
        clock: the time, in UTC.
        jitter: a number from 0 to 1 that spreads retries.
    """

    def __init__(
        self,
        store: Store,
        runtime: Callable[[], Runtime],
        *,
        observe: Observer,
        clock: Callable[[], datetime],
        jitter: Callable[[], float],
    ) -> None:
        self._store = store
        self._runtime = runtime
        self._observe = observe
        self._clock = clock
        self._jitter = jitter
        self._claiming = asyncio.Lock()
        self._busy: set[str] = set()
        # Channels whose service asked for a pause, and until when.
        self._resting: dict[str, datetime] = {}
        self._threads = ThreadPoolExecutor(16, thread_name_prefix="send")

    def close(self) -> None:
        """Let go of the threads. One may hang in a silent service; its claim outlives it."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def claim(self, *, due_by: datetime | None = None) -> dict[str, list[Delivery]]:
        """Claim what is due on channels that are not at work; `deliver` must be called with it.

        Args:
            due_by: claim only what was due by then; by default, by now.

        Returns:
            The deliveries of each channel that has any.

        Raises:
            StoreError: the database failed.
        """
        # Not between two claims' looking and marking, or a channel would send twice at once.
        async with self._claiming:
            now = self._clock()
            free = sorted(
                name
                for name in self._runtime().sender.channels
                if name not in self._busy and not self._rests(name, now)
            )
            claimed = await self._store(lambda c: self._claim(c, now, free, due_by))
            self._busy |= claimed.keys()
        return claimed

    def _claim(
        self, connection: Connection, now: datetime, free: list[str], due_by: datetime | None
    ) -> dict[str, list[Delivery]]:
        channels = {channel.name: channel for channel in self._runtime().config.channels}
        claimed: dict[str, list[Delivery]] = {}
        for name, due in outbox.due(connection, now, known=free, due_by=due_by).items():
            channel = channels.get(name)
            rate = None if channel is None else channel.rate
            sent = outbox.sent_since(connection, name, now - rate[1]) if rate else ()
            arranged = arrange(due, channel, sent, now)
            if arranged.until is not None:
                outbox.hold(connection, arranged.held, arranged.until, decide.RATE, now)
            if deliveries := outbox.claim(connection, now, arranged.parcels[:BATCH]):
                claimed[name] = deliveries
        return claimed

    async def deliver(
        self,
        channel: str,
        deliveries: Sequence[Delivery],
        stopping: asyncio.Event | None = None,
    ) -> None:
        """Send claimed deliveries to their channel, one after the other.

        What is left when the service asks for a pause, or the daemon for an end, is given back.

        Args:
            channel: which one.
            deliveries: as claimed.
            stopping: the daemon ends.

        Raises:
            StoreError: the database failed before anything was sent.
        """
        stopping = stopping or asyncio.Event()
        left = list(deliveries)
        try:
            while left and not stopping.is_set() and not self._rests(channel, self._clock()):
                left = await self._renewed(left)
                if left:
                    await self._deliver(channel, left.pop(0), stopping)
            if left:
                now = self._clock()
                await self._store(lambda c: outbox.release(c, left, now))
        finally:
            self._busy.discard(channel)

    async def _renewed(self, claimed: list[Delivery]) -> list[Delivery]:
        """Those that are still ours, once a slow service has used up half of their claim."""
        now = self._clock()
        if (claimed[0].claimed_until or now) - now > outbox.LEASE / 2:
            return claimed
        until = now + outbox.LEASE
        return await self._store(lambda c: outbox.renew(c, claimed, until))

    async def _deliver(self, channel: str, delivery: Delivery, stopping: asyncio.Event) -> None:
        result = await self._send(channel, delivery)
        now = self._clock()
        if result.ok:
            status = DeliveryStatus.SENT
            await self._record(lambda c: outbox.record_sent(c, delivery.ids, now), stopping)
        else:
            is_notice = isinstance(delivery.content, Notice)
            patience = decide.GIVE_UP_NOTICE_AFTER if is_notice else decide.GIVE_UP_AFTER
            again = decide.next_attempt(
                delivery.attempts + 1,
                since=delivery.since,
                now=now,
                jitter=self._jitter(),
                result=result,
                patience=patience,
            )
            status = DeliveryStatus.DEAD if again is None else DeliveryStatus.FAILED
            await self._record(
                lambda c: outbox.record_failed(
                    c, delivery.ids, result.detail, again, now, give_up_before=now - patience
                ),
                stopping,
            )
            if result.retry_after is not None:
                self._resting[channel] = now + decide.pause(result)
        self._observe(Delivered(delivery, result, status))
        if result.warning is not None:
            await self._tell(notices.template_failed(channel, result.warning, now), stopping)

    async def _send(self, channel: str, delivery: Delivery) -> SendResult:
        runtime = self._runtime()
        try:
            message = _render(delivery, runtime.config)
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, runtime.sender.send, channel, message
            )
        except Exception as error:  # noqa: BLE001 - a fault of ours with one stops no other
            self._observe(Faulted("a delivery", channel, error))
            return SendResult(False, f"monitor itself failed at it: {type(error).__name__}")

    async def _tell(self, notice: Notice, stopping: asyncio.Event) -> None:
        """Tell operators, unless they have been told."""
        channels = self._runtime().config.operations.channels
        new: list[bool] = []
        await self._record(lambda c: new.append(outbox.add_notice(c, notice, channels)), stopping)
        if new[-1:] == [True]:
            self._observe(Noticed(notice))

    async def _record(self, work: Callable[[Connection], None], stopping: asyncio.Event) -> None:
        """Record an answer, however long the database refuses: unrecorded, it is sent again."""
        while True:
            try:
                await self._store(work)
                return
            except StoreError as error:
                self._observe(Faulted("recording a delivery", "", error))
                if await stopped_within(stopping, RECORD_AGAIN_SECONDS):
                    raise

    def _rests(self, channel: str, now: datetime) -> bool:
        until = self._resting.get(channel)
        # Further ahead than any pause lasts is what a clock has planned that was wrong.
        return until is not None and now < until <= now + decide.LONGEST_PAUSE


def _render(delivery: Delivery, config: Config) -> Message:
    timezone = config.alerts.timezone
    match delivery.content:
        case Alert() as alert:
            return render_alert(alert, timezone=timezone)
        case FollowUp() as follow_up:
            return render_follow_up(follow_up, timezone=timezone)
        case Notice() as notice:
            return render_notice(notice, timezone=timezone)
        case Summary() as summary:
            channels = {channel.name: channel for channel in config.channels}
            title, note = words(summary, channels.get(delivery.channel), timezone)
            message = render_digest(summary.items, title=title, note=note, timezone=timezone)
            # The items' own words may change until they arrive, such as who else has reported.
            return replace(message, message_id=f"digest.{summary.id}")

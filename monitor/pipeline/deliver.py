"""From the outbox to people: claim what is due, send it, record what the service answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from monitor.alerts import breaker, retry
from monitor.config.file_changes import stopped_within
from monitor.config.schema import Config
from monitor.errors import StoreError
from monitor.messages import notices
from monitor.model.alert import Notice
from monitor.model.delivery import (
    ChannelState,
    Delivery,
    DeliveryStatus,
    Posted,
    SendResult,
    Summary,
)
from monitor.pipeline import replan
from monitor.pipeline.claim import Claiming
from monitor.pipeline.claimed_deliveries import InHand, Store, lease
from monitor.pipeline.events import Delivered, Faulted, Noticed, Observer
from monitor.pipeline.message import Signer, message_of
from monitor.pipeline.refused_edits import tell_anew
from monitor.pipeline.runtime import Runtime
from monitor.pipeline.templates import Forms
from monitor.pipeline.trouble import learn
from monitor.store import channels as store_channels
from monitor.store.deliveries import fallbacks, follow_ups, outbox, transitions
from monitor.store.deliveries.unrecorded import Sent, Unrecorded, record_noted
from monitor.store.dialects import is_shared

if TYPE_CHECKING:
    from monitor.pipeline.context import Context

#: After the database refused to record what a service answered it is asked again, in seconds.
RECORD_AGAIN_SECONDS = 5.0


async def deliver(ctx: Context, channel: str, stopping: asyncio.Event | None = None) -> bool:
    """Claim what is due on a channel and send it, one message after the other.

    Args:
        ctx: what all steps share.
        channel: its name.
        stopping: set when what was not sent yet is to be given back.

    Returns:
        Whether there was anything to send.

    Raises:
        StoreError: the database failed before anything was sent.
    """
    claimed = await ctx.deliverer.claim(channels=[channel])
    for name, deliveries in claimed.items():
        await ctx.deliverer.deliver(name, deliveries, stopping)
    return bool(claimed)


class Deliverer:
    """Sends what is due, each channel on its own and in order.

    Args:
        store: runs a piece of work in a write transaction, off the event loop.
        runtime: gives the configuration in force.
        observe: told of every step.
        clock: the time, in UTC.
        jitter: a number from 0 to 1 that spreads retries.
        shared: others send from the same outbox.
        unrecorded: keeps what the database does not take; by default nothing does.
    """

    def __init__(
        self,
        store: Store,
        runtime: Callable[[], Runtime],
        *,
        observe: Observer,
        clock: Callable[[], datetime],
        jitter: Callable[[], float],
        shared: bool = False,
        unrecorded: Unrecorded | None = None,
    ) -> None:
        self._store = store
        self._shared = shared
        self._unrecorded = unrecorded or Unrecorded(None)
        self._runtime = runtime
        self._observe = observe
        self._clock = clock
        self._jitter = jitter
        self._signer = Signer(store)
        self._claiming = asyncio.Lock()
        self._busy: set[str] = set()
        # How the channels are doing, as of the last look or answer.
        self._states: dict[str, ChannelState] = {}
        self._forms = Forms()
        self._threads = ThreadPoolExecutor(16, thread_name_prefix="send")

    @property
    def is_in_trouble(self) -> bool:
        """Whether a channel has taken nothing for so long that operators were told."""
        names = set(self._runtime().sender.channels)
        return any(each.told for name, each in self._states.items() if name in names)

    def close(self) -> None:
        """Let go of the threads. One may hang in a silent service; its claim outlives it."""
        self._forms.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def begin(self) -> int:
        """Take up what an earlier process left behind; how many deliveries it was sending.

        Of a file only for the holder of the daemon lock. Channels that failed are tried again at
        once: a restart is what people do when they have mended something.
        """
        now = self._clock()
        noted = await asyncio.to_thread(self._unrecorded.read)

        def take_up(connection: Connection) -> int:
            # How a channel was doing that has been removed meanwhile says nothing to anybody.
            store_channels.keep_only(connection, self._runtime().config.channel_names)
            store_channels.wake(connection)
            # Where other processes may live, a claim lasts until it ends.
            if is_shared(connection):
                return 0
            record_noted(connection, noted)
            return transitions.recover(connection, now)

        recovered = await self._store(take_up)
        await asyncio.to_thread(self._unrecorded.begin)
        return recovered

    async def reconfigured(self, previous: Config) -> None:
        """Begin anew with those channels whose settings are others now; forget what is gone."""
        config, now = self._runtime().config, self._clock()
        before = {channel.name: channel for channel in previous.channels}
        moved = config.alerts.timezone != previous.alerts.timezone
        changed = [each.name for each in config.channels if moved or before.get(each.name) != each]

        def begin_anew(connection: Connection) -> None:
            store_channels.forget(connection, changed)
            store_channels.keep_only(connection, config.channel_names)
            replan.reconfigure(connection, changed, config, now)

        await self._store(begin_anew)

    async def claim(
        self, *, due_by: datetime | None = None, channels: Collection[str] | None = None
    ) -> dict[str, list[Delivery]]:
        """Claim what is due on channels that are not at work; `deliver` must be called with it.

        Args:
            due_by: nothing more comes: claim what was due by then, or is gathered of bursts.
            channels: their names; by default, all.

        Returns:
            The deliveries of each channel that has any.

        Raises:
            StoreError: the database failed.
        """
        # Not between two claims' looking and marking, or a channel would send twice at once.
        async with self._claiming:
            now = self._clock()
            free = [
                name
                for name in self._runtime().reachable
                if name not in self._busy and (channels is None or name in channels)
            ]
            claimed = await self._store(lambda c: self._claim(c, now, free, due_by))
            self._busy |= claimed.keys()
        return claimed

    def _claim(
        self, connection: Connection, now: datetime, free: list[str], due_by: datetime | None
    ) -> dict[str, list[Delivery]]:
        span = lease(shared=self._shared)
        claiming = Claiming(self._runtime().config, now, span, due_by, self._observe)
        claimed, self._states = claiming.claim(connection, free)
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
        hand = InHand(self._store, self._clock, deliveries, shared=self._shared)
        try:
            async with hand.kept():
                while not stopping.is_set() and (each := await hand.next()) is not None:
                    await self._deliver(channel, each, hand, stopping)
                    if self._rests(channel):
                        break
            await hand.give_back()
        finally:
            self._busy.discard(channel)

    async def _deliver(
        self, channel: str, delivery: Delivery, hand: InHand, stopping: asyncio.Event
    ) -> None:
        result, answered = await self._send(channel, delivery)
        now = self._clock()
        if delivery.edits is not None and (result.ok or not result.retryable):
            await self._changed(channel, delivery, delivery.edits, result, hand, stopping)
            return

        def learn(connection: Connection) -> None:
            fallbacks.settle(connection, delivery.ids)
            if answered:
                self._learn(connection, channel, result, now)

        def sent(connection: Connection) -> None:
            transitions.sent(connection, delivery.ids, now, receipt=receipt)
            learn(connection)

        # A summary tells of many stories, so that no single one can be changed in it.
        receipt = None if isinstance(delivery.content, Summary) else result.receipt
        if result.ok:
            status = DeliveryStatus.SENT
            accepted = Sent(delivery.ids, delivery.claimed_until, now, receipt)
            await self._record(hand, sent, stopping, accepted)
        else:
            status = await self._record_failed(delivery, result, now, hand, learn, stopping)
        self._observe(Delivered(delivery, result, status))
        if result.warning is not None:
            await self._tell(hand, notices.template_failed(channel, result.warning, now), stopping)

    async def _record_failed(
        self,
        delivery: Delivery,
        result: SendResult,
        now: datetime,
        hand: InHand,
        learn: Callable[[Connection], None],
        stopping: asyncio.Event,
    ) -> DeliveryStatus:
        """Record that a message was not taken; whether it is tried again."""
        is_notice = isinstance(delivery.content, Notice)
        patience = retry.GIVE_UP_NOTICE_AFTER if is_notice else retry.GIVE_UP_AFTER
        again = retry.next_attempt(
            delivery.attempts + 1,
            since=delivery.since,
            now=now,
            jitter=self._jitter(),
            result=result,
            patience=patience,
        )

        def failed(connection: Connection) -> None:
            # What another sends now is not to be tried by a third.
            if hand.is_ours(connection, delivery):
                outbox.record_failed(
                    connection, delivery.ids, result.detail, again, now,
                    give_up_before=now - patience, accepted=result.accepted,
                )  # fmt: skip
            learn(connection)

        await self._record(hand, failed, stopping)
        return DeliveryStatus.DEAD if again is None else DeliveryStatus.FAILED

    async def _changed(
        self,
        channel: str,
        delivery: Delivery,
        message: Posted,
        result: SendResult,
        hand: InHand,
        stopping: asyncio.Event,
    ) -> None:
        """Record that a message was changed, or that it cannot be and another one tells it."""
        config, now = self._runtime().config, self._clock()

        def record(connection: Connection) -> None:
            if result.ok:
                follow_ups.record_edited(connection, delivery.ids, message.delivery, now)
                self._learn(connection, channel, result, now)
            else:
                # It says nothing of the channel: somebody has deleted a message.
                tell_anew(connection, delivery, message, result.detail, config, now)

        await self._record(hand, record, stopping)
        status = DeliveryStatus.SENT if result.ok else DeliveryStatus.PENDING
        self._observe(Delivered(delivery, result, status))

    def _learn(
        self, connection: Connection, channel: str, result: SendResult, now: datetime
    ) -> None:
        """Remember how a channel is doing; tell operators of one in trouble, or well again."""
        config, jitter = self._runtime().config, self._jitter()
        self._states[channel], notice = learn(connection, channel, result, config, now, jitter)
        if notice is not None:
            self._observe(Noticed(notice))

    async def _send(self, channel: str, delivery: Delivery) -> tuple[SendResult, bool]:
        """What came of it, and whether the service had a part in it."""
        runtime = self._runtime()
        try:
            template = next((c for c in runtime.config.channels if c.name == channel), None)
            message = message_of(delivery, runtime.config, await self._signer.key(runtime.config))
            message, warning = await self._forms.in_its_form(template, message)
            if delivery.edits is not None:
                receipt = delivery.edits.receipt
                send = partial(runtime.sender.update, channel, message, receipt)
            else:
                send = partial(
                    runtime.sender.send, channel, message,
                    answers=delivery.answers, accepted=delivery.accepted,
                )  # fmt: skip
            result = await asyncio.get_running_loop().run_in_executor(self._threads, send)
        except Exception as error:  # noqa: BLE001 - a fault of ours with one stops no other
            self._observe(Faulted("a delivery", channel, error))
            fault = SendResult(False, f"monitor itself failed at it: {type(error).__name__}")
            return fault, False
        return replace(result, warning=warning), True

    async def _tell(self, hand: InHand, notice: Notice, stopping: asyncio.Event) -> None:
        """Tell operators, unless they have been told."""
        channels = self._runtime().config.operations.channels
        new: list[bool] = []
        add = partial(outbox.add_notice, notice=notice, channels=channels)
        await self._record(hand, lambda c: new.append(add(c)), stopping)
        if new[-1:] == [True]:
            self._observe(Noticed(notice))

    async def _record(
        self,
        hand: InHand,
        work: Callable[[Connection], None],
        stopping: asyncio.Event,
        accepted: Sent | None = None,
    ) -> None:
        """Record an answer, however long the database refuses: unrecorded, it is sent again.

        What was accepted is noted meanwhile, in case that the process ends.
        """
        while True:
            try:
                await hand.record(work)
                break
            except (StoreError, asyncio.CancelledError) as error:
                if accepted is not None:
                    self._unrecorded.add(accepted)
                if isinstance(error, asyncio.CancelledError):
                    raise
                self._observe(Faulted("recording a delivery", "", error))
                if await stopped_within(stopping, RECORD_AGAIN_SECONDS):
                    raise
        if accepted is not None:
            self._unrecorded.remove(accepted)

    def _rests(self, channel: str) -> bool:
        """Whether the rest of what was claimed for a channel is to wait."""
        state = self._states.get(channel)
        return breaker.is_open(state) or breaker.rests(state, self._clock())

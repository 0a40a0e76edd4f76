"""What hubs are answered: yes to what they were asked for, and thanks for what they sign."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from monitor.errors import MonitorError, StoreError
from monitor.feeds.websub import asks_for, confirmed, denied, is_signed, lease_from
from monitor.logs import get_logger
from monitor.model.feed import HubFault, HubFaultKind, HubSubscription
from monitor.pipeline.context import Context
from monitor.pipeline.hubs import poll_as_usual, poll_soon
from monitor.pipeline.push import push
from monitor.store import hub_subscriptions
from monitor.wording import one_line

_LONGEST_REASON = 200

log = get_logger(__name__)

Start = Callable[[str, Coroutine[Any, Any, Any]], None]


class Answers:
    """Knows what hubs were asked for, and hands on what they push.

    Args:
        ctx: what all steps share.
        start: runs something beside everything else; is told what it is.
        arrived: reads what is there to be read.
        jitter: a number from 0 to 1 that spreads what is asked of hubs.
    """

    def __init__(
        self,
        ctx: Context,
        *,
        start: Start,
        arrived: Callable[[], Coroutine[Any, Any, None]],
        jitter: Callable[[], float],
    ) -> None:
        self._ctx = ctx
        self._start = start
        self._arrived = arrived
        self._jitter = jitter

    @property
    def largest(self) -> int:
        """How large what is pushed may be, in bytes."""
        return self._ctx.runtime.config.polling.max_bytes

    async def known(self, token: str) -> HubSubscription | None:
        """Of what an address of ours is a part, looked up without keeping any writer waiting.

        Raises:
            StoreError: the database failed.
        """
        return await self._ctx.look(lambda c: hub_subscriptions.by_token(c, token))

    async def confirms(self, known: HubSubscription, mode: str, topic: str, lease: str) -> bool:
        """Whether a hub was really asked for what it wants confirmed (WebSub §5.3).

        Only what was asked within the last minutes counts, and the first answer to it: whoever
        repeats it changes nothing.

        Args:
            known: what was agreed, or is to be.
            mode: "subscribe" or "unsubscribe".
            topic: of what.
            lease: for how many seconds, as the hub wrote it.

        Raises:
            StoreError: the database failed.
        """
        wish = self._ctx.runtime.config.websub.lease

        def confirm(connection: Connection) -> bool:
            now = self._ctx.clock()
            current = hub_subscriptions.by_id(connection, known.id)
            if current is None or not asks_for(current, mode=mode, topic=topic, now=now):
                return False
            if not current.wanted:
                hub_subscriptions.forget(connection, current.id)
            elif current.awaits_confirmation():
                span = lease_from(lease, wish)
                hub_subscriptions.save(connection, confirmed(current, span, now, self._jitter()))
            return True

        yes = await self._ctx.store(confirm)
        if yes:
            log.info("a hub confirms", hub=known.hub, topic=topic, mode=mode)
        else:
            log.warning(
                "a hub asks to confirm what it was not asked for",
                hub=known.hub, topic=topic, mode=mode,
            )  # fmt: skip
        return yes

    async def denies(self, known: HubSubscription, topic: str, reason: str) -> bool:
        """Take notice that a hub will not push, or not any more (§5.2); False if it never would.

        Raises:
            StoreError: the database failed.
        """
        if known.topic != topic:
            return False
        words = one_line(reason)[:_LONGEST_REASON]

        def deny(connection: Connection) -> None:
            now, jitter = self._ctx.clock(), self._jitter()
            current = hub_subscriptions.by_id(connection, known.id)
            if current is None or not current.wanted:
                hub_subscriptions.forget(connection, known.id)
                return
            hub_subscriptions.save(connection, denied(current, words, now, jitter))
            poll_as_usual(connection, current.feed_id, self._ctx.runtime, now, jitter)

        await self._ctx.store(deny)
        log.warning("a hub refuses", hub=known.hub, topic=topic, reason=words)
        return True

    async def receive(
        self,
        known: HubSubscription,
        body: bytes,
        signature: str | None,
        content_type: str | None,
    ) -> None:
        """Take what was pushed, if whoever pushes it knows the secret; else it only counts.

        Raises:
            StoreError: the database failed; the hub may try again.
        """
        if not is_signed(body, signature, known.secret):
            log.warning("a push without a valid signature is ignored", topic=known.topic)
            await self._ctx.store(lambda c: _count_refused(c, known.id))
            return
        try:
            something_to_read = await push(self._ctx, known.id, body, content_type)
        except StoreError:
            raise
        except MonitorError as error:
            log.warning("a push cannot be read", topic=known.topic, error=error.what)
            fault = HubFault(HubFaultKind.UNREADABLE, error.what)
            await self._ctx.store(lambda c: self._note_unreadable(c, known.id, fault))
            return
        if something_to_read:
            self._start("reading what was pushed", self._arrived())

    def _note_unreadable(self, connection: Connection, number: int, fault: HubFault) -> None:
        current = hub_subscriptions.by_id(connection, number)
        if current is not None:
            hub_subscriptions.save(connection, replace(current, fault=fault))
            runtime = self._ctx.runtime
            poll_soon(connection, current.feed_id, runtime, self._ctx.clock())


def _count_refused(connection: Connection, number: int) -> None:
    current = hub_subscriptions.by_id(connection, number)
    if current is not None:
        hub_subscriptions.save(connection, replace(current, refused=current.refused + 1))

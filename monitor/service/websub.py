"""The subscriber of WebSub: asks hubs, confirms that it did, and takes what they push."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from monitor.errors import MonitorError, StoreError
from monitor.feeds.text import one_line
from monitor.feeds.websub import (
    CONFIRM_WITHIN,
    is_signed,
    lease_from,
    renew_at,
    request_form,
    try_again_at,
)
from monitor.model import HubSubscription
from monitor.service.logs import get_logger
from monitor.service.notices import cannot_listen
from monitor.service.pipeline import Pipeline
from monitor.service.pushing import poll_as_usual, poll_soon, unwanted
from monitor.store import feeds as store_feeds
from monitor.store import websub as store_websub

if TYPE_CHECKING:
    from monitor.service.callback import CallbackServer

#: Hubs asked at the same time.
ASKED_AT_ONCE = 20
#: A hub that does not answer to the end of a subscription is told so often; then it is left
#: alone, for what it still pushes is refused and the lease ends by itself.
_FAREWELLS = 4
_LONGEST_REASON = 200
_NOT_CONFIRMED = (
    "it was asked and did not confirm that within 15 minutes: it may not reach the address in "
    "websub.callback"
)

log = get_logger(__name__)

Start = Callable[[str, Coroutine[Any, Any, Any]], None]


async def _nothing() -> None:
    return


class Subscriber:
    """Agrees with hubs that they push, and hands what they push to the pipeline.

    Args:
        pipeline: the steps.
        start: runs something beside everything else; is told what it is.
        arrived: called when there is something to read.
        jitter: a number from 0 to 1 that spreads what is asked of hubs.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        *,
        start: Start,
        arrived: Callable[[], Awaitable[None]] = _nothing,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._pipeline = pipeline
        self._start = start
        self._arrived = arrived
        self._jitter = jitter
        self._server: CallbackServer | None = None
        self._asking: set[int] = set()
        self._complained: str | None = None
        self._settled = False
        """Whether the feeds' next polls take into account that hubs can, or cannot, reach us."""

    # --- now and then ------------------------------------------------------------------------

    async def mind(self) -> None:
        """Listen where the configuration says, and ask the hubs that are to be asked.

        Raises:
            StoreError: the database failed.
        """
        await self._listen()
        if not self._settled:
            await self._poll_all_as_usual()
            self._settled = True
        callback = self._pipeline.runtime.config.websub.callback
        if self._server is None or callback is None:
            return
        now = self._pipeline.clock()
        room = ASKED_AT_ONCE - len(self._asking)
        # Those under way are among them.
        due = await self._pipeline.look(lambda c: store_websub.due(c, now, callback, ASKED_AT_ONCE))
        for subscription in [each for each in due if each.id not in self._asking][:room]:
            self._asking.add(subscription.id)
            self._start("asking a hub", self._see_to(subscription.id, callback))

    async def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            server, self._server = self._server, None
            self._pipeline.listening_since = None
            await server.stop()

    @property
    def port(self) -> int | None:
        """The port that is listened at, if any."""
        return self._server.port if self._server else None

    async def _listen(self) -> None:
        from monitor.service.callback import CallbackServer

        settings = self._pipeline.runtime.config.websub
        wanted = settings.listen if settings.callback is not None else None
        if self._server is not None and self._server.listen != wanted:
            await self.close()
            self._settled = False
        if wanted is None or self._server is not None:
            return
        server = CallbackServer(self, wanted)
        try:
            await server.start()
        except OSError as error:
            await self._complain(f"{wanted}: {error.strerror or error}")
            return
        log.info("listening for what hubs push", address=wanted)
        self._server, self._complained = server, None
        self._pipeline.listening_since = self._pipeline.clock()
        self._settled = False

    async def _complain(self, fault: str) -> None:
        """Once for each fault: all that is lost is time."""
        if fault != self._complained:
            self._complained = fault
            log.error("cannot listen for what hubs push; going on without", fault=fault)
            await self._pipeline.notify(cannot_listen(fault, self._pipeline.clock()))

    async def _poll_all_as_usual(self) -> None:
        """What hubs pushed while nobody listened is to be found by polls soon."""
        feeds = await self._pipeline.look(store_websub.everything)
        runtime, now = self._pipeline.runtime, self._pipeline.clock()

        def replan(connection: Connection) -> None:
            for feed_id in feeds:
                poll_as_usual(connection, feed_id, runtime, now, self._jitter())

        if feeds:
            await self._pipeline.store(replan)

    # --- asking hubs -------------------------------------------------------------------------

    async def _see_to(self, number: int, callback: str) -> None:
        try:
            subscription = await self._pipeline.store(
                lambda c: self._before_asking(c, number, callback)
            )
            if subscription is not None:
                await self._ask(subscription)
        finally:
            self._asking.discard(number)

    def _before_asking(
        self, connection: Connection, number: int, base: str
    ) -> HubSubscription | None:
        """Bring what is known of a subscription up to date; what to ask its hub, if anything."""
        now = self._pipeline.clock()
        known = store_websub.by_id(connection, number)
        if known is None:
            return None
        callback = f"{base}/{known.token}"
        feeds = store_feeds.by_ids(connection, [known.feed_id])
        if known.wanted and not any(not feed.stopped for feed in feeds):
            known = unwanted(known, now)
        if not known.wanted:
            return self._before_farewell(connection, known, now)
        if known.callback not in {None, callback}:
            # It pushes to where nobody listens.
            known = replace(
                known, lease_end=None, agreed=None, asked=None, failures=0, next_try=now
            )
            self._as_usual(connection, known, now)
        elif known.lease_end is not None and known.lease_end <= now:
            known = replace(known, lease_end=None, agreed=None)
            self._as_usual(connection, known, now)
        if known.next_try is None or known.next_try > now:
            store_websub.save(connection, known)
            return None
        if known.awaits_confirmation():
            store_websub.save(connection, self._failed(known, _NOT_CONFIRMED, now))
            return None
        known = replace(
            known, callback=callback, asked=now, confirmed=None, next_try=now + CONFIRM_WITHIN
        )
        store_websub.save(connection, known)
        return known

    def _before_farewell(
        self, connection: Connection, known: HubSubscription, now: datetime
    ) -> HubSubscription | None:
        over = known.lease_end is None or known.lease_end <= now
        if over or known.callback is None or known.failures >= _FAREWELLS:
            store_websub.forget(connection, known.id)
            return None
        if known.next_try is not None and known.next_try > now:
            return None
        # Whether or not it confirms: it is asked again until it does, or for the last time.
        next_try = try_again_at(now, known.failures + 1, self._jitter())
        known = replace(known, asked=now, failures=known.failures + 1, next_try=next_try)
        store_websub.save(connection, known)
        return known

    async def _ask(self, subscription: HubSubscription) -> None:
        """Post to a hub. What it may confirm meanwhile is in the database already."""
        runtime = self._pipeline.runtime
        feeds = await self._pipeline.look(lambda c: store_feeds.by_ids(c, [subscription.feed_id]))
        settings = runtime.feeds.get(feeds[0].url) if feeds else None
        form = request_form(subscription, subscription.callback or "", runtime.config.websub.lease)
        mode = "subscribe" if subscription.wanted else "unsubscribe"
        try:
            await runtime.fetcher.post(subscription.hub, form, feed=settings)
        except MonitorError as failure:
            error = failure
            log.warning("a hub failed", hub=subscription.hub, mode=mode, error=error.what)
        else:
            log.info("asked a hub", hub=subscription.hub, topic=subscription.topic, mode=mode)
            return

        def record(connection: Connection) -> None:
            known = store_websub.by_id(connection, subscription.id)
            # It may have confirmed all the same, and been slow only to say that it would.
            if known is None or not known.wanted or known.asked != subscription.asked:
                return
            if known.awaits_confirmation():
                now = self._pipeline.clock()
                store_websub.save(connection, self._failed(known, error.what, now, error))

        await self._pipeline.store(record)

    def _failed(
        self,
        known: HubSubscription,
        why: str,
        now: datetime,
        error: MonitorError | None = None,
        *,
        refused: bool = False,
    ) -> HubSubscription:
        failures = known.failures + 1
        again = try_again_at(now, failures, self._jitter(), error=error, refused=refused)
        return replace(known, asked=None, failures=failures, last_error=why, next_try=again)

    def _as_usual(self, connection: Connection, known: HubSubscription, now: datetime) -> None:
        poll_as_usual(connection, known.feed_id, self._pipeline.runtime, now, self._jitter())

    # --- what hubs ask and say ----------------------------------------------------------------

    async def confirms(self, token: str, mode: str, topic: str, lease: str | None) -> bool:
        """Whether we really asked a hub for what it wants confirmed (WebSub §5.3).

        Only what was asked within the last minutes counts, and only once: whoever repeats it
        changes nothing.

        Args:
            token: from the address that the hub asked.
            mode: "subscribe" or "unsubscribe".
            topic: of what.
            lease: for how many seconds, as the hub wrote it; None when it did not.

        Raises:
            StoreError: the database failed.
        """
        wish = self._pipeline.runtime.config.websub.lease

        def confirm(connection: Connection) -> bool:
            now = self._pipeline.clock()
            known = store_websub.by_token(connection, token)
            if known is None or known.topic != topic or known.asked is None:
                return False
            if not known.asked <= now <= known.asked + CONFIRM_WITHIN:
                return False
            if mode != ("subscribe" if known.wanted else "unsubscribe"):
                return False
            if not known.wanted:
                store_websub.forget(connection, known.id)
            elif known.awaits_confirmation():
                span = lease_from(lease, wish)
                agreed = known.agreed if known.active(now) else now
                renewed = replace(
                    known,
                    confirmed=now,
                    agreed=agreed,
                    lease_end=now + span,
                    next_try=renew_at(now, span, self._jitter()),
                    failures=0,
                    last_error=None,
                )
                store_websub.save(connection, renewed)
            return True

        confirmed = await self._pipeline.store(confirm)
        if confirmed:
            log.info("a hub confirms", topic=topic, mode=mode)
        else:
            log.warning("a hub asks to confirm what it was not asked for", topic=topic, mode=mode)
        return confirmed

    async def denied(self, token: str, topic: str, reason: str | None) -> bool:
        """Take notice that a hub will not push, or not any more (§5.2); False if it never would.

        Raises:
            StoreError: the database failed.
        """
        words = one_line(reason or "")[:_LONGEST_REASON]
        why = f"it refused: {words}" if words else "it refused"

        def deny(connection: Connection) -> bool:
            now = self._pipeline.clock()
            known = store_websub.by_token(connection, token)
            if known is None or known.topic != topic:
                return False
            if not known.wanted:
                store_websub.forget(connection, known.id)
                return True
            failed = self._failed(known, why, now, refused=True)
            store_websub.save(connection, replace(failed, lease_end=None, agreed=None))
            self._as_usual(connection, known, now)
            return True

        known = await self._pipeline.store(deny)
        if known:
            log.warning("a hub refuses", topic=topic, reason=words)
        return known

    async def expects(self, token: str) -> HubSubscription | None:
        """What was agreed with whoever pushes to an address of ours; None if nobody may.

        Raises:
            StoreError: the database failed.
        """
        known = await self._pipeline.look(lambda c: store_websub.by_token(c, token))
        return known if known is not None and known.wanted and known.callback else None

    def largest(self) -> int:
        """How large what is pushed may be, in bytes."""
        return self._pipeline.runtime.config.polling.max_bytes

    async def receive(
        self,
        subscription: HubSubscription,
        body: bytes,
        signature: str | None,
        content_type: str | None,
    ) -> None:
        """Take what was pushed, if whoever pushes it knows the secret; else it only counts.

        Raises:
            StoreError: the database failed; the hub may try again.
        """
        if not is_signed(body, signature, subscription.secret):
            log.warning("a push without a valid signature is ignored", topic=subscription.topic)
            await self._pipeline.store(lambda c: _count_refused(c, subscription.id))
            return
        try:
            something_to_read = await self._pipeline.push(subscription, body, content_type)
        except StoreError:
            raise
        except MonitorError as error:
            log.warning("a push cannot be read", topic=subscription.topic, error=error.what)
            fault = f"what it pushed cannot be read: {error.what}"
            await self._pipeline.store(lambda c: self._note_unreadable(c, subscription, fault))
            return
        if something_to_read:
            self._start("reading what was pushed", _awaited(self._arrived))

    def _note_unreadable(
        self, connection: Connection, subscription: HubSubscription, fault: str
    ) -> None:
        now = self._pipeline.clock()
        known = store_websub.by_id(connection, subscription.id)
        if known is not None:
            store_websub.save(connection, replace(known, last_error=fault))
            poll_soon(connection, known.feed_id, self._pipeline.runtime, now)


def _count_refused(connection: Connection, number: int) -> None:
    known = store_websub.by_id(connection, number)
    if known is not None:
        store_websub.save(connection, replace(known, refused=known.refused + 1))


async def _awaited(work: Callable[[], Awaitable[None]]) -> None:
    await work()

"""The subscriber of WebSub: listens for hubs, and asks them to push what feeds have news of."""

from __future__ import annotations

import random
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from monitor.errors import MonitorError
from monitor.feeds.websub import CONFIRM_WITHIN, failed, request_form, try_again_at, unwanted
from monitor.logs import get_logger
from monitor.messages.notices import cannot_listen, hubs_do_not_confirm
from monitor.model.feed import HubFault, HubFaultKind, HubSubscription
from monitor.pipeline.context import Context
from monitor.pipeline.hubs import poll_as_usual
from monitor.store import feeds as store_feeds
from monitor.store import hub_subscriptions
from monitor.websub.handlers import Answers, Start

if TYPE_CHECKING:
    from monitor.websub.server import CallbackServer

#: Hubs asked at the same time.
ASKED_AT_ONCE = 20
#: A hub that does not answer to the end of a subscription is told so often; then it is left
#: alone, for what it still pushes is refused and the lease ends by itself.
_FAREWELLS = 4

log = get_logger(__name__)


class Subscriber:
    """Agrees with hubs that they push, and hands what they push to the pipeline.

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
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._ctx = ctx
        self._start = start
        self._answers = Answers(ctx, start=start, arrived=arrived, jitter=jitter)
        self._jitter = jitter
        self._server: CallbackServer | None = None
        self._asking: set[int] = set()
        self._complained: str | None = None
        self._told_of: str | None = None
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
        callback = self._ctx.runtime.config.websub.callback
        if self._server is None or callback is None:
            return
        now = self._ctx.clock()
        room = ASKED_AT_ONCE - len(self._asking)
        # Those under way are among them.
        due = await self._ctx.look(lambda c: hub_subscriptions.due(c, now, callback, ASKED_AT_ONCE))
        for subscription in [each for each in due if each.id not in self._asking][:room]:
            self._asking.add(subscription.id)
            self._start("asking a hub", self._see_to(subscription.id, callback))

    async def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            server, self._server = self._server, None
            self._ctx.listening_since = None
            await server.stop()

    @property
    def port(self) -> int | None:
        """The port that is listened at, if any."""
        return self._server.port if self._server else None

    async def _listen(self) -> None:
        from monitor.websub.server import CallbackServer

        settings = self._ctx.runtime.config.websub
        wanted = settings.listen if settings.callback is not None else None
        if self._server is not None and self._server.listen != wanted:
            await self.close()
            self._settled = False
        if wanted is None or self._server is not None:
            return
        server = CallbackServer(self._answers, wanted)
        try:
            await server.start()
        except OSError as error:
            await self._complain(f"{wanted}: {error.strerror or error}")
            return
        log.info("listening for what hubs push", address=wanted)
        self._server, self._complained = server, None
        self._ctx.listening_since = self._ctx.clock()
        self._settled = False

    async def _complain(self, fault: str) -> None:
        """Once for each fault: all that is lost is time."""
        if fault != self._complained:
            self._complained = fault
            log.error("cannot listen for what hubs push; going on without", fault=fault)
            await self._ctx.notify(cannot_listen(fault, self._ctx.clock()))

    async def _poll_all_as_usual(self) -> None:
        """What hubs pushed while nobody listened is to be found by polls soon."""
        feeds = await self._ctx.look(hub_subscriptions.everything)
        runtime, now = self._ctx.runtime, self._ctx.clock()

        def replan(connection: Connection) -> None:
            for feed_id in feeds:
                poll_as_usual(connection, feed_id, runtime, now, self._jitter())

        if feeds:
            await self._ctx.store(replan)

    # --- asking hubs -------------------------------------------------------------------------

    async def _see_to(self, number: int, callback: str) -> None:
        try:
            subscription = await self._ctx.store(lambda c: self._before_asking(c, number, callback))
            if subscription is not None:
                await self._ask(subscription)
            else:
                await self._tell_if_nobody_confirms(callback)
        finally:
            self._asking.discard(number)

    async def _tell_if_nobody_confirms(self, callback: str) -> None:
        """Once for each address of ours: whoever set it up may think that it works."""
        now = self._ctx.clock()
        if self._told_of == callback:
            return
        number = await self._ctx.look(lambda c: hub_subscriptions.unconfirmed(c, now))
        if number:
            self._told_of = callback
            log.error("no hub confirms that it was asked", callback=callback)
            await self._ctx.notify(hubs_do_not_confirm(number, callback, now))

    def _before_asking(
        self, connection: Connection, number: int, base: str
    ) -> HubSubscription | None:
        """Bring what is known of a subscription up to date; what to ask its hub, if anything."""
        now = self._ctx.clock()
        known = hub_subscriptions.by_id(connection, number)
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
            hub_subscriptions.save(connection, known)
            return None
        if known.awaits_confirmation():
            hub_subscriptions.save(
                connection, failed(known, HubFault(HubFaultKind.NOT_CONFIRMED), now, self._jitter())
            )
            return None
        known = replace(
            known, callback=callback, asked=now, confirmed=None, next_try=now + CONFIRM_WITHIN
        )
        hub_subscriptions.save(connection, known)
        return known

    def _before_farewell(
        self, connection: Connection, known: HubSubscription, now: datetime
    ) -> HubSubscription | None:
        over = known.lease_end is None or known.lease_end <= now
        if over or known.callback is None or known.failures >= _FAREWELLS:
            hub_subscriptions.forget(connection, known.id)
            return None
        if known.next_try is not None and known.next_try > now:
            return None
        # Whether or not it confirms: it is asked again until it does, or for the last time.
        next_try = try_again_at(now, known.failures + 1, self._jitter())
        known = replace(known, asked=now, failures=known.failures + 1, next_try=next_try)
        hub_subscriptions.save(connection, known)
        return known

    async def _ask(self, subscription: HubSubscription) -> None:
        """Post to a hub. What it may confirm meanwhile is in the database already."""
        runtime = self._ctx.runtime
        feeds = await self._ctx.look(lambda c: store_feeds.by_ids(c, [subscription.feed_id]))
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
            known = hub_subscriptions.by_id(connection, subscription.id)
            # It may have confirmed all the same, and been slow only to say that it would.
            if known is None or not known.wanted or known.asked != subscription.asked:
                return
            if known.awaits_confirmation():
                now = self._ctx.clock()
                fault = HubFault(HubFaultKind.FAILED, error.what)
                again = failed(known, fault, now, self._jitter(), error=error)
                hub_subscriptions.save(connection, again)

        await self._ctx.store(record)

    def _as_usual(self, connection: Connection, known: HubSubscription, now: datetime) -> None:
        poll_as_usual(connection, known.feed_id, self._ctx.runtime, now, self._jitter())

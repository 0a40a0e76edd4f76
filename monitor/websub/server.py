"""Where hubs reach us: an HTTP server for nothing but WebSub, meant to stand behind a proxy.

Whoever does not know an address that a hub was told gets "404" before a byte of what they send
is read. Whoever knows one is held to a size, a time, two requests at once, and a share of our time.
"""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections import Counter
from collections.abc import Callable

from aiohttp import web

from monitor.config.listening import split_listen
from monitor.errors import StoreError
from monitor.model.feed import HubSubscription
from monitor.websub.handlers import Answers

#: From the first byte of a connection to the last of its request, in seconds.
RECEIVE_SECONDS = 30.0
#: Connections at once, and requests with a body for one address; hubs are told to come back.
CONNECTIONS = 200
PUSHES = 32
PUSHES_OF_ONE = 2
#: When they may, in seconds.
TRY_LATER = 60
#: What is not done at the end is given up: a hub that got no answer sends it again.
STOP_SECONDS = 2.0

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")
_PRUNE_ABOVE = 1000
_HARMLESS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


class Allowance:
    """How long each hub may keep us busy with what it pushes: a tenth of the time, on average.

    Hubs are named by feeds that anybody may have written, and unlike a poll a push comes when
    the other side likes.

    Args:
        ticks: a clock that is never set back, in seconds.
    """

    SHARE = 0.1
    SAVED = 10.0
    """Seconds that are saved up at the most, which is also what a hub begins with."""

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._left: dict[int, tuple[float, float]] = {}

    def wait(self, number: int) -> int:
        """For how many seconds a hub, by its subscription's id, has to wait; 0 if it may push."""
        left = self._now_left(number)
        return 0 if left > 0 else math.ceil(-left / self.SHARE) + 1

    def spend(self, number: int, seconds: float) -> None:
        """Take off what a push took."""
        self._left[number] = (self._ticks(), self._now_left(number) - seconds)
        if len(self._left) > _PRUNE_ABOVE:
            self._left = {
                each: left for each, left in self._left.items()
                if self._now_left(each) < self.SAVED
            }  # fmt: skip

    def _now_left(self, number: int) -> float:
        now = self._ticks()
        at, left = self._left.get(number, (now, self.SAVED))
        return min(self.SAVED, left + (now - at) * self.SHARE)


class CallbackServer:
    """Listens until it is stopped.

    Args:
        answers: knows what to say.
        listen: host and port.
    """

    def __init__(self, answers: Answers, listen: str) -> None:
        self.listen = listen
        self._answers = answers
        self._server: asyncio.Server | None = None
        self._handling = web.Server(
            self._answer, access_log=None, auto_decompress=False, keepalive_timeout=5
        )
        self._waiting: dict[asyncio.BaseProtocol, asyncio.TimerHandle] = {}
        self._pushing: Counter[int] = Counter()
        self._allowance = Allowance()

    async def start(self) -> None:
        """Begin to listen. Raises OSError when the address cannot be listened at."""
        host, port = split_listen(self.listen)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connected, host, port)

    async def stop(self) -> None:
        """Stop listening, and let what is under way finish for a moment."""
        if self._server is not None:
            self._server.close()
        for timer in self._waiting.values():
            timer.cancel()
        await self._handling.shutdown(STOP_SECONDS)

    # --- connections -------------------------------------------------------------------------

    def _connected(self) -> asyncio.BaseProtocol:
        protocol = self._handling()
        loop = asyncio.get_running_loop()
        # The library waits for ever for the head of a first request.
        seconds = RECEIVE_SECONDS if len(self._handling.connections) < CONNECTIONS else 0.0
        self._waiting[protocol] = loop.call_later(seconds, self._give_up, protocol)
        return protocol

    def _give_up(self, protocol: asyncio.BaseProtocol) -> None:
        self._waiting.pop(protocol, None)
        if isinstance(protocol, web.RequestHandler) and protocol.transport is not None:
            protocol.transport.abort()

    def _received(self, request: web.BaseRequest) -> None:
        """From here on it is we who take time."""
        timer = self._waiting.pop(request.protocol, None)
        if timer is not None:
            timer.cancel()

    # --- requests ----------------------------------------------------------------------------

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            response = await self._respond(request)
        except StoreError:
            response = web.Response(status=503, headers={"Retry-After": str(TRY_LATER)})
        finally:
            self._received(request)
        response.headers.update(_HARMLESS)
        # One request a connection, so that its time can be measured.
        response.force_close()
        return response

    async def _respond(self, request: web.BaseRequest) -> web.Response:
        # The proxy may have put anything before it.
        token = request.path.rpartition("/")[2]
        if not _TOKEN.fullmatch(token):
            return web.Response(status=404)
        if request.method not in {"GET", "POST"}:
            return web.Response(status=405, headers={"Allow": "GET, POST"})
        known = await self._answers.known(token)
        if request.method == "GET":
            return await self._asked(request, known) if known else web.Response(status=404)
        if known is None or not known.wanted:
            # "Gone" ends a subscription that we have forgotten (§7).
            return web.Response(status=410)
        return await self._pushed(request, known)

    async def _asked(self, request: web.BaseRequest, known: HubSubscription) -> web.Response:
        said = request.query
        mode, topic = said.get("hub.mode", ""), said.get("hub.topic", "")
        challenge = said.get("hub.challenge", "")
        if mode == "denied":
            believed = await self._answers.denies(known, topic, said.get("hub.reason", ""))
            return web.Response(status=200 if believed else 404)
        if mode not in {"subscribe", "unsubscribe"} or not challenge:
            return web.Response(status=404)
        lease = said.get("hub.lease_seconds", "")
        if not await self._answers.confirms(known, mode, topic, lease):
            return web.Response(status=404)
        return web.Response(text=challenge)

    async def _pushed(self, request: web.BaseRequest, known: HubSubscription) -> web.Response:
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            return web.Response(status=415)
        number = known.id
        wait = self._allowance.wait(number)
        if self._pushing[number] >= PUSHES_OF_ONE or self._pushing.total() >= PUSHES:
            wait = max(wait, TRY_LATER)
        if wait:
            return web.Response(status=503, headers={"Retry-After": str(wait)})
        self._pushing[number] += 1
        try:
            body = await self._body(request)
            if body is None:
                return web.Response(status=413)
            self._received(request)
            begun = time.monotonic()
            try:
                await self._answers.receive(
                    known,
                    body,
                    request.headers.get("X-Hub-Signature"),
                    request.headers.get("Content-Type"),
                )
            finally:
                self._allowance.spend(number, time.monotonic() - begun)
        finally:
            self._pushing[number] -= 1
            if not self._pushing[number]:
                del self._pushing[number]
        # Whether it was signed or not: who guesses learns nothing (§8).
        return web.Response(status=202)

    async def _body(self, request: web.BaseRequest) -> bytes | None:
        """What is sent; None when it is too large."""
        limit = self._answers.largest
        if (request.content_length or 0) > limit:
            return None
        if request.headers.get("Expect", "").lower() == "100-continue":
            await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = bytearray()
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > limit:
                return None
        return bytes(body)

    @property
    def port(self) -> int | None:
        """The port that is listened at."""
        sockets = self._server.sockets if self._server else ()
        return int(sockets[0].getsockname()[1]) if sockets else None

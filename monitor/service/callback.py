"""Where hubs reach us: an HTTP server for nothing but WebSub, meant to stand behind a proxy.

Whoever does not know an address that a hub was told gets "404" before a byte of what they send
is read. Whoever knows one is held to a size, a time, and two requests at once.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from typing import Protocol

from aiohttp import web

from monitor.config.listening import split_listen
from monitor.errors import StoreError
from monitor.model import HubSubscription

#: From the first byte of a connection to the last of its request, in seconds.
RECEIVE_SECONDS = 30.0
#: Connections at once, and requests with a body for one address; hubs are told to come back.
CONNECTIONS = 200
PUSHES = 32
PUSHES_OF_ONE = 2
#: What is not done at the end is given up: a hub that got no answer sends it again.
STOP_SECONDS = 3.0

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")
_TRY_LATER = {"Retry-After": "60"}
_HARMLESS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


class Receiver(Protocol):
    """Who knows what hubs were asked for; see `monitor.service.websub.Subscriber`."""

    async def confirms(self, token: str, mode: str, topic: str, lease: str | None) -> bool:
        """Whether a hub was really asked for it."""

    async def denied(self, token: str, topic: str, reason: str | None) -> bool:
        """A hub will not push."""

    async def expects(self, token: str) -> HubSubscription | None:
        """What was agreed with whoever pushes to an address."""

    async def receive(
        self,
        subscription: HubSubscription,
        body: bytes,
        signature: str | None,
        content_type: str | None,
    ) -> None:
        """Take what was pushed."""

    def largest(self) -> int:
        """How large what is pushed may be, in bytes."""


class CallbackServer:
    """Listens until it is stopped.

    Args:
        receiver: is asked about every request.
        listen: host and port.
    """

    def __init__(self, receiver: Receiver, listen: str) -> None:
        self.listen = listen
        self._receiver = receiver
        self._server: asyncio.Server | None = None
        self._handling = web.Server(
            self._answer, access_log=None, auto_decompress=False, keepalive_timeout=5
        )
        self._waiting: dict[asyncio.BaseProtocol, asyncio.TimerHandle] = {}
        self._pushing: Counter[int] = Counter()

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
        seconds = RECEIVE_SECONDS if len(self._waiting) < CONNECTIONS else 0.0
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
            response = web.Response(status=503, headers=_TRY_LATER)
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
        if request.method == "POST":
            return await self._pushed(request, token)
        if request.method != "GET":
            return web.Response(status=405, headers={"Allow": "GET, POST"})
        return await self._asked(request, token)

    async def _asked(self, request: web.BaseRequest, token: str) -> web.Response:
        said = request.query
        mode, topic = said.get("hub.mode", ""), said.get("hub.topic", "")
        challenge = said.get("hub.challenge", "")
        if mode == "denied":
            known = await self._receiver.denied(token, topic, said.get("hub.reason"))
            return web.Response(status=200 if known else 404)
        if mode not in {"subscribe", "unsubscribe"} or not challenge:
            return web.Response(status=404)
        lease = said.get("hub.lease_seconds")
        if not await self._receiver.confirms(token, mode, topic, lease):
            return web.Response(status=404)
        return web.Response(text=challenge)

    async def _pushed(self, request: web.BaseRequest, token: str) -> web.Response:
        subscription = await self._receiver.expects(token)
        if subscription is None:
            # "Gone" ends a subscription that we have forgotten (§7).
            return web.Response(status=410)
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            return web.Response(status=415)
        number = subscription.id
        if self._pushing[number] >= PUSHES_OF_ONE or self._pushing.total() >= PUSHES:
            return web.Response(status=503, headers=_TRY_LATER)
        self._pushing[number] += 1
        try:
            body = await self._body(request)
            if body is None:
                return web.Response(status=413)
            self._received(request)
            await self._receiver.receive(
                subscription,
                body,
                request.headers.get("X-Hub-Signature"),
                request.headers.get("Content-Type"),
            )
        finally:
            self._pushing[number] -= 1
            if not self._pushing[number]:
                del self._pushing[number]
        # Whether it was signed or not: who guesses learns nothing (§8).
        return web.Response(status=202)

    async def _body(self, request: web.BaseRequest) -> bytes | None:
        """What is sent; None when it is too large."""
        limit = self._receiver.largest()
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

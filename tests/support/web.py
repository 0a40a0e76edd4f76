"""A small web for tests: a real HTTP server on loopback that behaves, or misbehaves, as told.

    with WebWorld() as web:
        web.serve("/feed.xml", rss([item("APT31 named", link=web.url("/apt31"))]), etag='"v1"')
        web.serve("/apt31", article_html("APT31 named", ["A paragraph.", "Another."]))
        ...
        assert web.requests("/feed.xml")[0].headers["User-Agent"]

What can be served:

* `serve(path, body, ...)`: an ordinary answer. With `etag` or `last_modified` a request that
  carries the same validator gets a 304, as RFC 9110 asks. `encoding` compresses the body.
  `hold` delays the answer until the test sets the event; `times` makes it an answer that is
  used up, after which the path's next one counts (the last one stays for ever).
* `redirect(path, to)`, `fail(path, status, retry_after=...)`.
* `drip(path, body)`: sends a byte at a time; `silent(path)`: accepts and never answers;
  `endless(path)`: a body without end; `huge(path, size)`: generated on the fly;
  `reset(path, body)`: resets the connection after sending `body`;
  `cut(path, body, declared)`: promises more bytes than it sends;
  `trickle(path, pieces)`: exactly these bytes, a piece at a time;
  `raw(path, data)`: exactly these bytes on the wire, then the connection is closed.

Anything else is a 404. `url(path, host=...)` spells the same server with another host name.
Serving a path again replaces what it served (use `times` to queue). Every wait ends when the
world is closed, so a test that fails never hangs in it.
"""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from types import TracebackType
from typing import Literal, Self
from urllib.parse import urlsplit

import brotli  # type: ignore[import-untyped]  # ships neither types nor stubs
from backports import zstd

from tests.support.documents import Item, article_html, atom, item, rss
from tests.support.web_server import Handler, Server

__all__ = [
    "ATOM", "HTML", "RSS", "Item", "Request", "WebWorld", "article_html", "atom", "item", "rss",
]  # fmt: skip

RSS = "application/rss+xml; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"
HTML = "text/html; charset=utf-8"

Encoding = Literal["gzip", "br", "zstd"]
_COMPRESS: dict[Encoding, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


@dataclass(frozen=True)
class Request:
    """A request as it arrived."""

    method: str
    path: str
    """Without the query."""
    query: str
    headers: Message
    """Case-insensitive, as `email.message.Message`."""
    body: bytes


@dataclass
class _Answer:
    send: Callable[[Handler], None]
    hold: threading.Event | None = None
    times: int | None = None


@dataclass
class _Traffic:
    seen: list[Request] = field(default_factory=list)
    active: int = 0
    peak: int = 0


class WebWorld:
    """A web server in a thread of its own. Use as a context manager."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self.closing = threading.Event()
        """Set when the world closes; what the server waits on in place of sleeping."""
        self._host = host
        self._answers: dict[str, list[_Answer]] = {}
        self._traffic = _Traffic()
        self._changed = threading.Condition()
        self._server = Server((host, port), Handler, self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="web-world", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving and drop every open connection."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._server.drop_connections()
        self._thread.join()

    @property
    def port(self) -> int:
        """The port served."""
        return int(self._server.server_address[1])

    def url(self, path: str, *, host: str | None = None, userinfo: str = "") -> str:
        """The full address of a path, such as `http://127.0.0.1:40123/feed.xml`."""
        prefix = f"{userinfo}@" if userinfo else ""
        return f"http://{prefix}{host or self._host}:{self.port}{path}"

    def use_tls(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self._server.tls = context

    # --- what is served ---------------------------------------------------------------------

    def serve(
        self,
        path: str,
        body: bytes | str,
        *,
        content_type: str | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        encoding: Encoding | None = None,
        hold: threading.Event | None = None,
        times: int | None = None,
    ) -> None:
        """Answer `path` with a body (text is sent as UTF-8).

        `content_type` defaults to RSS for bytes and text beginning with an XML prolog or a
        feed's root, and to HTML otherwise; pass "" to send none.
        """
        data = body.encode() if isinstance(body, str) else body
        kind = _guess(data) if content_type is None else content_type
        extra = dict(headers or {})
        if kind:
            extra["Content-Type"] = kind
        if etag is not None:
            extra["ETag"] = etag
        if last_modified is not None:
            extra["Last-Modified"] = last_modified
        if encoding is not None:
            data = _COMPRESS[encoding](data)
            extra["Content-Encoding"] = encoding

        def send(handler: Handler) -> None:
            unchanged = (
                etag == handler.headers["If-None-Match"]
                if "If-None-Match" in handler.headers
                else last_modified is not None
                and last_modified == handler.headers["If-Modified-Since"]
            )
            if unchanged and status == 200:
                kept = {k: v for k, v in extra.items() if not k.startswith("Content-")}
                handler.answer(304, kept, b"")
            else:
                handler.answer(status, extra, data)

        self._add(path, _Answer(send, hold, times))

    def redirect(
        self,
        path: str,
        to: str,
        *,
        status: int = 302,
        times: int | None = None,
        set_cookie: str | None = None,
    ) -> None:
        """Send clients on to `to`, an address or a path."""
        headers = {"Location": to} | ({"Set-Cookie": set_cookie} if set_cookie else {})
        self._add(path, _Answer(lambda h: h.answer(status, headers, b""), times=times))

    def fail(
        self,
        path: str,
        status: int,
        *,
        retry_after: str | int | None = None,
        body: bytes = b"no",
        times: int | None = None,
    ) -> None:
        """Answer with an error, optionally with a Retry-After header (seconds or a date)."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        self._add(path, _Answer(lambda h: h.answer(status, headers, body), times=times))

    def drip(self, path: str, body: bytes, *, interval: float = 0.02) -> None:
        """Send the body a byte at a time, `interval` seconds apart."""

        def send(handler: Handler) -> None:
            handler.start(200, {"Content-Type": RSS, "Content-Length": str(len(body))})
            for byte in body:
                handler.wfile.write(bytes((byte,)))
                if self.closing.wait(interval):
                    break

        self._add(path, _Answer(send))

    def trickle(self, path: str, pieces: Iterable[bytes], *, interval: float = 0.0) -> None:
        """Send exactly these bytes on the wire, piece by piece, `interval` seconds apart."""

        def send(handler: Handler) -> None:
            handler.close_connection = True
            for piece in pieces:
                handler.wfile.write(piece)
                if self.closing.wait(interval):
                    break

        self._add(path, _Answer(send))

    def silent(self, path: str) -> None:
        """Accept the request and say nothing."""

        def send(handler: Handler) -> None:
            self.closing.wait()
            handler.close_connection = True

        self._add(path, _Answer(send))

    def endless(self, path: str, *, chunk: bytes = b"<!-- more -->" * 1000) -> None:
        """Send `chunk` for as long as the client listens."""

        def send(handler: Handler) -> None:
            handler.start(200, {"Content-Type": RSS, "Connection": "close"})
            handler.close_connection = True
            while not self.closing.is_set():
                handler.wfile.write(chunk)

        self._add(path, _Answer(send))

    def huge(
        self, path: str, size: int, *, declared: bool = True, encoding: Encoding | None = None
    ) -> None:
        """Send `size` bytes of filling; `encoding` makes it a bomb, small on the wire."""
        filling = b" " * 65536

        def send(handler: Handler) -> None:
            headers = {"Content-Type": RSS}
            if encoding is not None:
                handler.answer(
                    200,
                    headers | {"Content-Encoding": encoding},
                    _COMPRESS[encoding](b" " * size),
                )
                return
            headers |= {"Content-Length": str(size)} if declared else {"Connection": "close"}
            handler.start(200, headers)
            handler.close_connection = True
            sent = 0
            while sent < size and not self.closing.is_set():
                handler.wfile.write(filling[: size - sent])
                sent += len(filling)

        self._add(path, _Answer(send))

    def reset(self, path: str, body: bytes = b"") -> None:
        """Reset the connection: at once, or after promising more than `body` and sending it."""

        def send(handler: Handler) -> None:
            if body:
                handler.start(200, {"Content-Type": RSS, "Content-Length": str(len(body) + 1000)})
                handler.wfile.write(body)
            # A zero linger time turns close() into a reset (RST) in place of a goodbye (FIN).
            handler.connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            handler.connection.close()
            handler.close_connection = True

        self._add(path, _Answer(send))

    def cut(self, path: str, body: bytes, declared: int) -> None:
        """Promise `declared` bytes, send `body`, and hang up."""

        def send(handler: Handler) -> None:
            handler.start(200, {"Content-Type": RSS, "Content-Length": str(declared)})
            handler.wfile.write(body)
            handler.close_connection = True

        self._add(path, _Answer(send))

    def raw(self, path: str, data: bytes) -> None:
        """Send exactly these bytes, status line included, and hang up."""

        def send(handler: Handler) -> None:
            handler.wfile.write(data)
            handler.close_connection = True

        self._add(path, _Answer(send))

    # --- what was asked ---------------------------------------------------------------------

    def requests(self, path: str | None = None) -> list[Request]:
        """The requests so far, oldest first; for one path or all."""
        with self._changed:
            return [seen for seen in self._traffic.seen if path in (None, seen.path)]

    def wait_for(self, path: str, count: int = 1, *, timeout: float = 60.0) -> list[Request]:
        """Block until `path` was asked for `count` times; fail after `timeout` seconds.

        From a coroutine: `await asyncio.to_thread(web.wait_for, "/feed.xml")`.
        """
        with self._changed:
            arrived = self._changed.wait_for(
                lambda: sum(seen.path == path for seen in self._traffic.seen) >= count, timeout
            )
        found = self.requests(path)
        assert arrived, f"{path} was asked for {len(found)} times, not {count}"
        return found

    @property
    def peak(self) -> int:
        """The most requests that were ever being answered at one time."""
        with self._changed:
            return self._traffic.peak

    # --- inside -----------------------------------------------------------------------------

    def _add(self, path: str, answer: _Answer) -> None:
        with self._changed:
            queue = self._answers.get(path, [])
            # A queue of answers that run out is extended; a standing answer is replaced.
            if not queue or queue[-1].times is None:
                queue = []
            self._answers[path] = [*queue, answer]

    def _take(self, request: Request) -> _Answer | None:
        with self._changed:
            self._traffic.seen.append(request)
            self._traffic.active += 1
            self._traffic.peak = max(self._traffic.peak, self._traffic.active)
            queue = self._answers.get(request.path, [])
            answer = queue[0] if queue else None
            if answer is not None and answer.times is not None:
                answer.times -= 1
                if answer.times <= 0 and len(queue) > 1:
                    del queue[0]
            self._changed.notify_all()
            return answer

    def handle(self, handler: Handler) -> None:
        """Record one request and answer it (called by the server's threads)."""
        parts = urlsplit(handler.path)
        length = int(handler.headers.get("Content-Length") or 0)
        answer = self._take(
            Request(
                handler.command,
                parts.path,
                parts.query,
                handler.headers,
                handler.rfile.read(length),
            )
        )
        try:
            if answer is None:
                handler.answer(404, {"Content-Type": "text/plain"}, b"not here")
                return
            while answer.hold and not answer.hold.wait(0.02) and not self.closing.is_set():
                pass
            answer.send(handler)
        finally:
            with self._changed:
                self._traffic.active -= 1


def _guess(body: bytes) -> str:
    head = body[:200].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<?xml", b"<rss", b"<rdf")):
        return ATOM if b"<feed" in head else RSS
    return ATOM if head.startswith(b"<feed") else HTML

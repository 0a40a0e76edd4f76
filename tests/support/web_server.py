"""The HTTP server under `WebWorld`: one thread a connection, all of which can be dropped."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol


class World(Protocol):
    """Who says what is answered."""

    def handle(self, handler: Handler) -> None:
        """Answer one request."""


class Server(ThreadingHTTPServer):
    """Hands each request to its world, and can wake all that wait for it."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def __init__(
        self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], world: World
    ) -> None:
        super().__init__(address, handler)
        self.world = world
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.tls: ssl.SSLContext | None = None

    def finish_request(self, request: object, client_address: object) -> None:
        assert isinstance(request, socket.socket)
        if self.tls is None:
            super().finish_request(request, client_address)
            return
        with self.tls.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def process_request(self, request: object, client_address: object) -> None:
        assert isinstance(request, socket.socket)
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: object) -> None:
        assert isinstance(request, socket.socket)
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def drop_connections(self) -> None:
        """Wake every thread that still reads from or writes to a client."""
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up early are what these tests are about: not worth a traceback."""


class Handler(BaseHTTPRequestHandler):
    """One connection, of which the world sends what it was told to."""

    protocol_version = "HTTP/1.1"
    server: Server
    # Headers and body are written apart: without this each answer waits for a delayed ACK.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self.server.world.handle(self)

    def do_POST(self) -> None:
        self.server.world.handle(self)

    def do_HEAD(self) -> None:
        self.server.world.handle(self)

    def start(self, status: int, headers: Mapping[str, str]) -> None:
        """Send the status line and the headers."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Send a whole, well-formed response."""
        length = {} if status == 304 else {"Content-Length": str(len(body))}
        self.start(status, {**headers, **length})
        if self.command != "HEAD" and status != 304:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Quiet: `WebWorld.requests` is the log."""

"""A real HTTP proxy on loopback that records what it is asked: plain requests and CONNECT."""

from __future__ import annotations

import base64
import http.client
import select
import socket
import threading
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Passed:
    """A request as the proxy got it."""

    method: str
    target: str
    headers: Message


class Proxy:
    """A proxy in threads of its own. Use as a context manager.

    Args:
        login: `user:password` that it insists on, if any.
        names: where it connects to for a host name, as `host:port`; anything else as asked.
    """

    def __init__(self, login: str | None = None, names: dict[str, str] | None = None) -> None:
        self.login = login
        self.names = names or {}
        self.passed: list[Passed] = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="proxy", daemon=True
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
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, login: str = "") -> str:
        """Its address, with a login if one is given."""
        return f"http://{login and login + '@'}127.0.0.1:{self._server.server_address[1]}"

    def where(self, authority: str, default: int) -> tuple[str, int]:
        """Where to connect to for `host:port`."""
        host, _, port = self.names.get(authority.partition(":")[0], authority).partition(":")
        return host, int(port or default)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    proxy: Proxy

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up early are part of what is tested."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        if not self._may():
            return
        parts = urlsplit(self.path)
        host, port = self.server.proxy.where(parts.netloc, 80)
        upstream = http.client.HTTPConnection(host, port, timeout=60)
        kept = {k: v for k, v in self.headers.items() if not k.lower().startswith("proxy-")}
        try:
            upstream.request("GET", parts.path + (f"?{parts.query}" * bool(parts.query)),
                             headers=kept)  # fmt: skip
            answer = upstream.getresponse()
            body = answer.read()
        except OSError:
            self._answer(502, {}, b"no way through")
            return
        finally:
            upstream.close()
        headers = {k: v for k, v in answer.getheaders() if k.lower() != "content-length"}
        self._answer(answer.status, headers, body)

    def do_CONNECT(self) -> None:
        if not self._may():
            return
        try:
            upstream = socket.create_connection(self.server.proxy.where(self.path, 443), 10)
        except OSError:
            self._answer(502, {}, b"no way through")
            return
        with upstream:
            self.send_response(200)
            self.end_headers()
            ends = {self.connection: upstream, upstream: self.connection}
            while ready := select.select(list(ends), [], [], 10)[0]:
                for end in ready:
                    if not (data := end.recv(65536)):
                        self.close_connection = True
                        return
                    ends[end].sendall(data)

    def _may(self) -> bool:
        proxy = self.server.proxy
        proxy.passed.append(Passed(self.command, self.path, self.headers))
        wanted = proxy.login and "Basic " + base64.b64encode(proxy.login.encode()).decode()
        if wanted and self.headers["Proxy-Authorization"] != wanted:
            self._answer(407, {"Proxy-Authenticate": "Basic"}, b"who are you?")
            return False
        return True

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in {"connection", "transfer-encoding"}:
                self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 304:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Quiet: `Proxy.passed` is the log."""

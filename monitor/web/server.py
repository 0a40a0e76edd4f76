"""Serves the page in the daemon's loop: uvicorn, without what would take the daemon's place."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

from monitor.config.listening import split_listen
from monitor.config.web import Web
from monitor.errors import MonitorError
from monitor.logs import get_logger

#: Connections that wait to be accepted.
BACKLOG = 128
#: Requests under way at the same time; streams count, too.
CONNECTIONS = 200
#: The longest head of a request, in bytes: searches may be long, and their answer explains that.
MOST_HEAD = 96_000
#: What is under way may finish for so long when the daemon stops, in seconds.
GRACE_SECONDS = 1

log = get_logger(__name__)


def bound(listen: str) -> socket.socket:
    """A socket that listens, taken before anything else is done.

    Raises:
        MonitorError: somebody else listens there, or the address is none of this machine's.
    """
    host, port = split_listen(listen)
    try:
        info = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(info[0], info[1])
    except OSError as error:
        raise _cannot(listen, error) from error
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(info[4])
        found.listen(BACKLOG)
        found.setblocking(False)
    except OSError as error:
        found.close()
        raise _cannot(listen, error) from error
    return found


def _cannot(listen: str, error: OSError) -> MonitorError:
    return MonitorError(
        f"the page cannot be served at {listen}: {error.strerror or error}",
        hint="Set another `listen` in [web], or `enabled = false`.",
    )


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the daemon."""
        yield


class PageServer:
    """Serves an application until it is stopped.

    Args:
        app: the application.
        web: where to listen, and whom to believe.
        stopping: set at the end, so that streams end.
        quiet: whether nothing is logged, since somebody says where it is in another way.
    """

    def __init__(
        self, app: ASGIApp, web: Web, stopping: asyncio.Event, *, quiet: bool = False
    ) -> None:
        self._quiet = quiet
        self._app = app
        self._web = web
        self._stopping = stopping
        self._socket = bound(web.listen)
        self._serving: asyncio.Task[None] | None = None
        self._server: _Server | None = None

    @property
    def address(self) -> str:
        """Where people on this machine reach it."""
        host, port = self._socket.getsockname()[:2]
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - shown only
        if ":" in shown and not shown.startswith("["):
            shown = f"[{shown}]"
        return f"http://{shown}:{port}/"

    async def start(self) -> None:
        """Begin to serve."""
        proxies = list(self._web.trusted_proxies)
        config = uvicorn.Config(
            self._app,
            loop="none",
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=proxies or None,
            limit_concurrency=CONNECTIONS,
            h11_max_incomplete_event_size=MOST_HEAD,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        if not self._quiet:
            log.info("the page is served", address=self.address)

    async def stop(self) -> None:
        """Stop serving; streams end at once, the rest after a moment."""
        self._stopping.set()
        if self._server is None or self._serving is None:
            self._socket.close()
            return
        self._server.should_exit = True
        with suppress(TimeoutError, asyncio.CancelledError):
            await asyncio.wait_for(self._serving, GRACE_SECONDS + 1)
        self._socket.close()

"""A made-up world on loopback: outlets with feeds and pages, and where alerts arrive.

Nothing in it leaves the machine. Everything is dated relative to the time it is given, so
that the story is always today's.
"""

from __future__ import annotations

import hashlib
import json
import threading
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from monitor.config.schema import Feed
from monitor.demo.mailbox import Mailbox
from monitor.demo.outlets import (
    DemoArticle,
    Outlet,
    config_document,
    feed_document,
    load_outlets,
    page_document,
)

_FALSE_FRIEND = "zirconia-smiles"
# Shaped as Slack's own, so that the real plugin accepts it; it opens nothing.
_SLACK_PATH = ("TDEMO0000", "BDEMO0000", "demodemodemodemodemodemo")
_MAX_POST = 2**20


class DemoWorld:
    """The made-up world, served on 127.0.0.1 for as long as the context lasts.

    Args:
        now: the time the story is dated from (aware).
    """

    def __init__(self, now: datetime) -> None:
        self._now = now
        self.mailbox = Mailbox()
        """Where mail arrives."""
        self.base_url = ""
        """Address of the made-up web, without a slash at the end."""
        self.outlets: tuple[Outlet, ...] = ()
        self._slack: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._server: _Server | None = None

    @property
    def feeds(self) -> tuple[Feed, ...]:
        """The outlets' feeds, as a configuration would have them."""
        return tuple(
            Feed(url=outlet.feed_url, name=outlet.name, tags=outlet.tags) for outlet in self.outlets
        )

    @property
    def articles(self) -> tuple[DemoArticle, ...]:
        """Every article of every outlet."""
        return tuple(article for outlet in self.outlets for article in outlet.articles)

    @property
    def false_friend(self) -> str:
        """Address of the article that names a metal which is also a threat actor's alias."""
        return next(a.url for a in self.articles if a.slug == _FALSE_FRIEND)

    @property
    def slack_messages(self) -> tuple[dict[str, Any], ...]:
        """The payloads posted to the Slack endpoint so far, in order."""
        with self._lock:
            return tuple(self._slack)

    @property
    def slack_endpoint(self) -> str:
        """What stands in for `https://hooks.slack.com/services` (a channel's `endpoint`)."""
        return f"{self.base_url}/services"

    @property
    def mail_url(self) -> str:
        """The mailbox as a channel's `url`."""
        host, port = self.mailbox.host, self.mailbox.port
        people = "from=monitor@demo.invalid&to=press.office@demo.invalid"
        return f"mailto://{host}:{port}/?{people}&mode=insecure"

    def config_toml(
        self,
        *,
        storage_url: str = "sqlite:///monitor.db",
        slack_url: str = f"slack://{'/'.join(_SLACK_PATH)}",
        slack_endpoint: str | None = None,
        mail_url: str | None = None,
    ) -> str:
        """A whole configuration that watches this world.

        Args:
            storage_url: the database; a relative path is relative to the file.
            slack_url: the Slack channel's Apprise address.
            slack_endpoint: where its posts go; this world's own when None.
            mail_url: the mail channel's Apprise address; this world's mailbox when None.
        """
        return config_document(
            feeds=self.feeds,
            storage_url=storage_url,
            slack_url=slack_url,
            slack_endpoint=slack_endpoint or self.slack_endpoint,
            mail_url=mail_url or self.mail_url,
        )

    def __enter__(self) -> Self:
        self.mailbox.__enter__()
        try:
            self._server = _Server(("127.0.0.1", 0), _Handler)
        except OSError:
            self.mailbox.__exit__(None, None, None)
            raise
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.outlets = load_outlets(self.base_url, self._now)
        self._server.pages = _pages(self.outlets, self.base_url)
        self._server.last_modified = format_datetime(self._now.astimezone(UTC), usegmt=True)
        self._server.on_slack = self._keep_slack
        threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="demo-world", daemon=True
        ).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        self.mailbox.__exit__(kind, error, trace)

    def _keep_slack(self, payload: dict[str, Any]) -> None:
        with self._lock:
            self._slack.append(payload)


_Page = tuple[int, str, bytes]
"""Status, Content-Type, body."""


def _pages(outlets: tuple[Outlet, ...], base_url: str) -> dict[str, _Page]:
    pages: dict[str, _Page] = {}
    for outlet in outlets:
        pages[urlsplit(outlet.feed_url).path] = (
            200,
            f"application/{outlet.feed}+xml; charset=utf-8",
            feed_document(outlet, base_url),
        )
        for article in outlet.articles:
            # No charset here: as so often, only the page itself knows it.
            pages[urlsplit(article.url).path] = (
                403 if article.paywalled else 200,
                "text/html",
                page_document(outlet, article),
            )
    return pages


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Kept-alive connections end with the process: closing must not wait for an idle client.
    block_on_close = False
    pages: dict[str, _Page]
    last_modified: str
    on_slack: Any


class _Handler(BaseHTTPRequestHandler):
    """Feeds and pages with conditional requests, and Slack's incoming webhook."""

    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 30.0
    # Head and body in one packet; apart, the second waits for the first's acknowledgement.
    wbufsize = -1

    def do_GET(self) -> None:
        """Serve a feed or a page; 304 when the client has it already."""
        page = self.server.pages.get(urlsplit(self.path).path)
        if page is None:
            self._send(404, "text/plain; charset=utf-8", b"There is no such page in this world.\n")
            return
        status, content_type, body = page
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if status == 200 and self.headers.get("If-None-Match") == etag:
            self._send(304, content_type, b"", etag)
        else:
            self._send(status, content_type, body, etag)

    def do_POST(self) -> None:
        """Take a message as Slack's incoming webhooks do: "ok", or why not."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > _MAX_POST:
            self.close_connection = True
            self._send(413, "text/plain", b"payload_too_large")
            return
        body = self.rfile.read(int(length))
        parts = urlsplit(self.path).path.strip("/").split("/")
        if len(parts) != 4 or parts[0] != "services":
            self._send(404, "text/plain", b"no_service")
            return
        try:
            payload = json.loads(body)
        except ValueError:
            payload = None
        if not isinstance(payload, dict):
            self._send(400, "text/plain", b"invalid_payload")
        elif not any(payload.get(key) for key in ("text", "attachments", "blocks")):
            self._send(400, "text/plain", b"no_text")
        else:
            self.server.on_slack(payload)
            self._send(200, "text/plain", b"ok")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing: the demo prints its own steps."""

    def _send(self, status: int, content_type: str, body: bytes, etag: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        if etag:
            self.send_header("ETag", etag)
            self.send_header("Last-Modified", self.server.last_modified)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

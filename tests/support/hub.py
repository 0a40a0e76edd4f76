"""A hub that speaks WebSub, on loopback: asked like a real one, and obedient to the test.

    with Hub() as hub:
        web.serve("/feed", rss(...), headers=hub.links(topic))
        ...                                     # the subscriber asks
        [answer] = hub.confirm()                # verification of intent (§5.3)
        hub.push(topic, document)               # content distribution (§7), signed (§8)

A hub keeps what it was asked for in `asked`, and whom it pushes to in `subscribers`. `answer` is
the status that it gives to the next requests. An `eager` one asks for confirmation before it
answers, as some do. What is pushed goes to all that confirmed, unless `to` says otherwise.
"""

from __future__ import annotations

import hmac
import http.client
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

PATIENCE = 60.0


@dataclass(frozen=True)
class Answer:
    """What a subscriber answered."""

    status: int
    body: str


@dataclass
class Hub:
    """A hub in a thread of its own. Use as a context manager."""

    eager: bool = False
    answer: int = 202
    reason: str = ""
    """What is said with it, in plain text."""
    headers: dict[str, str] = field(default_factory=dict)
    lease: int | None = 864_000
    """For how many seconds it promises to push; None leaves it out."""
    asked: list[dict[str, str]] = field(default_factory=list)
    subscribers: dict[tuple[str, str], str] = field(default_factory=dict)
    """Secrets by topic and callback."""
    _confirmed: int = 0

    def __post_init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.hub = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="hub", daemon=True
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

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/hub"

    def links(self, topic: str) -> Mapping[str, str]:
        """The header by which a publisher names it."""
        return {"Link": f'<{self.url}>; rel="hub", <{topic}>; rel="self"'}

    # --- what it does -----------------------------------------------------------------------

    def confirm(self, **changes: str | None) -> list[Answer]:
        """Ask for confirmation of all that was asked since last time.

        Args:
            **changes: what to say in place of the truth, such as `topic`, `mode`, or
                `lease_seconds`; None leaves it out.
        """
        pending, self._confirmed = self.asked[self._confirmed :], len(self.asked)
        return [self.verify(form, **changes) for form in pending]

    def verify(self, form: Mapping[str, str], **changes: str | None) -> Answer:
        """Ask a subscriber whether it really asked for this."""
        challenge = "challenge/<1&2>"
        said: dict[str, str | None] = {
            "mode": form["hub.mode"],
            "topic": form["hub.topic"],
            "challenge": challenge,
            "lease_seconds": None if self.lease is None else str(self.lease),
            **changes,
        }
        answer = get(form["hub.callback"], said)
        if answer.status // 100 == 2 and answer.body == challenge:
            key = (form["hub.topic"], form["hub.callback"])
            if form["hub.mode"] == "subscribe":
                self.subscribers[key] = form.get("hub.secret", "")
            else:
                self.subscribers.pop(key, None)
        return answer

    def deny(self, reason: str | None = None, topic: str | None = None) -> Answer:
        """Tell the last that asked that there will be no pushes."""
        form = self.asked[-1]
        said = {"mode": "denied", "topic": topic or form["hub.topic"], "reason": reason}
        return get(form["hub.callback"], said)

    def push(
        self,
        topic: str,
        body: bytes | str,
        *,
        method: str = "sha256",
        secret: str | None = None,
        signature: str | None = None,
        headers: Mapping[str, str] | None = None,
        content_type: str = "application/rss+xml",
    ) -> list[Answer]:
        """Send a document to all subscribers of a topic.

        Args:
            topic: what it is.
            body: the document.
            method: how it is signed.
            secret: what to sign it with in place of the right one.
            signature: what to send as signature; empty for none.
            headers: what to send besides.
            content_type: what kind of document.
        """
        data = body.encode() if isinstance(body, str) else body
        answers = []
        for (wanted, callback), known in list(self.subscribers.items()):
            if wanted != topic:
                continue
            key = known if secret is None else secret
            signed = f"{method}={hmac.new(key.encode(), data, method).hexdigest()}"
            said = {
                "Content-Type": content_type,
                "X-Hub-Signature": signed if signature is None else signature,
                **self.links(topic),
                **(headers or {}),
            }
            if not said["X-Hub-Signature"]:
                del said["X-Hub-Signature"]
            answers.append(send("POST", callback, data, said))
        return answers


def get(address: str, said: Mapping[str, str | None]) -> Answer:
    """What a hub asks or says by GET."""
    query = urlencode({f"hub.{name}": value for name, value in said.items() if value is not None})
    return send("GET", f"{address}?{query}")


def send(
    method: str,
    address: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """A request as anybody can make it."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
    try:
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request(method, target, body, dict(headers or {}))
        answer = connection.getresponse()
        return Answer(answer.status, answer.read().decode())
    finally:
        connection.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    hub: Hub


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, _Server)
        hub = self.server.hub
        length = int(self.headers["Content-Length"])
        form = dict(parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True))
        hub.asked.append(form)
        if hub.eager:
            hub.confirm()
        self.send_response(hub.answer)
        for name, value in hub.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(hub.reason)))
        self.end_headers()
        self.wfile.write(hub.reason.encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Keep quiet."""

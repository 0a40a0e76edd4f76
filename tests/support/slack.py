"""A server that speaks Slack's incoming-webhook protocol and its Web API, and misbehaves when told.

It checks what it is sent as Slack does (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/)
and answers `ok` or Slack's own error words. A queue of behaviours scripts the next answers:

    with SlackServer() as slack:
        slack.next(rate_limited(30), OK)
        ... channel "slack://T000/B000/XXX" with endpoint=slack.endpoint ...
        slack.messages[0].payload["text"]

A bot's messages (`BOT`, endpoint `slack.api`) stand in its channels as `slack.shown`: `chat.update`
changes them, `slack.delete` deletes one.
"""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlencode, urlsplit

from tests.support.slack_payloads import read_payload

TOKENS = "T0AAAAAAA/B0BBBBBBB/hushHUSH1234567890secret"
"""A webhook's three secret path segments, to be used in test channels."""

BOT = "slack://xoxb-1234567-7654321-hushhushhush/#news"
"""The address of a bot that posts to one channel."""

_TOKEN = re.compile(r"Bearer xox[bp]-[\w-]+")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How to answer one post."""

    status: int = 200
    body: str = "ok"
    headers: dict[str, str] = field(default_factory=dict)
    how: Literal["answer", "late", "reset"] = "answer"
    """`late`: the post is accepted but nothing is answered until the server closes;
    `reset`: the connection is reset without an answer."""


OK = Behaviour()
INVALID_PAYLOAD = Behaviour(400, "invalid_payload")
ACTION_PROHIBITED = Behaviour(403, "action_prohibited")
NO_SERVICE = Behaviour(404, "no_service")
CHANNEL_NOT_FOUND = Behaviour(404, "channel_not_found")
CHANNEL_IS_ARCHIVED = Behaviour(410, "channel_is_archived")
SERVER_ERROR = Behaviour(500, "rollup_error")
LATE = Behaviour(how="late")
RESET = Behaviour(how="reset")


def patience(behaviour: Behaviour) -> str:
    """How long a channel is to wait: for what never comes shortly, else for a busy machine."""
    return "rto=0.2" if behaviour == LATE else "rto=30"


def rate_limited(retry_after: str | int | None = 30) -> Behaviour:
    """A 429, with the Retry-After given (seconds, or an HTTP date as text)."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Behaviour(429, "rate_limited", headers)


def api_error(error: str) -> Behaviour:
    """The web API's way to fail: 200 and `{"ok": false}`."""
    return Behaviour(200, json.dumps({"ok": False, "error": error}))


@dataclass(frozen=True, slots=True)
class Post:
    """One request as it arrived, and what was answered (0: nothing)."""

    path: str
    headers: dict[str, str]
    raw: bytes
    payload: dict[str, Any]
    status: int
    answer: str


@dataclass(slots=True)
class Shown:
    """A message of a bot's as it stands in a channel."""

    channel: str
    ts: str
    payload: dict[str, Any]
    thread: str | None = None
    """The `ts` of the message that it stands below."""
    broadcast: bool = False
    changes: int = 0

    @property
    def text(self) -> str:
        """All that it says."""
        return str(self.payload)


class SlackServer:
    """The endpoint, served from a thread of its own on a loopback port."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        """Everything that arrived, in order."""
        self.shown: list[Shown] = []
        """The messages of bots, in the order in which they came."""
        self.whispered: list[str] = []
        """What only one user was shown, in answer to a button."""
        self.delay = 0.0
        """Seconds between taking a post and answering it."""
        self._script: deque[Behaviour] = deque()
        self._always = OK
        self._posted = 0
        self._lock = threading.Lock()
        self._arrived = threading.Condition(self._lock)
        self._closing = threading.Event()
        self._http = _Server(self)
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving; late answers are let go."""
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """The server's root, without a slash at the end."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def endpoint(self) -> str:
        """Stands in for `https://hooks.slack.com/services` (a channel's `endpoint`)."""
        return f"{self.url}/services"

    @property
    def api(self) -> str:
        """Stands in for `https://slack.com/api` (a channel's `endpoint`)."""
        return f"{self.url}/api"

    def delete(self, message: Shown) -> None:
        """Somebody deletes a message."""
        self.shown.remove(message)

    @property
    def messages(self) -> list[Post]:
        """What the server accepted and a reader would see."""
        return [post for post in self.posts if post.answer and post.status == 200]

    def next(self, *behaviours: Behaviour) -> None:
        """Queue how the next posts are answered; after them, as `always` says."""
        with self._lock:
            self._script.extend(behaviours)

    def clear(self) -> None:
        """Forget what was queued."""
        with self._lock:
            self._script.clear()

    def always(self, behaviour: Behaviour) -> None:
        """How a post is answered when the queue is empty (at first: `OK`)."""
        with self._lock:
            self._always = behaviour

    def wait_for(self, count: int, timeout: float = 60.0) -> list[Post]:
        """The accepted messages, once there are `count` of them.

        Raises:
            TimeoutError: there were not, within `timeout` seconds.
        """
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.messages) >= count, timeout):
                raise TimeoutError(f"{len(self.messages)} of {count} messages arrived")
            return self.messages

    def _answer(
        self, path: str, content_type: str, token: str, raw: bytes
    ) -> tuple[Behaviour, dict[str, Any]]:
        with self._lock:
            behaviour = self._script.popleft() if self._script else self._always
        payload, fault = read_payload(content_type, raw)
        if behaviour is OK:
            if fault is not None:
                is_api = path.startswith("/api/")
                behaviour = api_error(fault) if is_api else Behaviour(400, fault)
            elif path.startswith("/api/"):
                with self._lock:
                    answer = self._api(path.removeprefix("/api/"), token, payload)
                behaviour = Behaviour(200, json.dumps(answer))
            elif path.startswith("/actions/"):
                with self._lock:
                    behaviour = self._respond(path.removeprefix("/actions/"), payload)
            elif not re.fullmatch(r"/services/\w+/\w+/\w+", path):
                behaviour = Behaviour(404, "no_team")
        return behaviour, payload

    def _api(self, method: str, token: str, payload: dict[str, Any]) -> dict[str, Any]:
        """What the Web API answers (https://docs.slack.dev/reference/methods/chat.update)."""
        name = payload.get("channel")
        if not _TOKEN.fullmatch(token) or not isinstance(name, str):
            return {"ok": False, "error": "invalid_auth"}
        # Posts may name a channel, but it is known by its id, and messages are found by that only.
        channel = f"C{name[1:].upper().encode().hex().upper()}" if name.startswith("#") else name
        if method not in {"chat.postMessage", "chat.update"}:
            return {"ok": False, "error": "unknown_method"}
        if method == "chat.update":
            found = next(
                (one for one in self.shown if (one.channel, one.ts) == (name, payload.get("ts"))),
                None,
            )
            if found is None:
                return {"ok": False, "error": "message_not_found"}
            kept = {key: value for key, value in payload.items() if key not in {"channel", "ts"}}
            found.payload |= kept
            found.changes += 1
            return {"ok": True, "channel": name, "ts": found.ts, "text": payload.get("text")}
        thread = payload.get("thread_ts")
        if thread and not any((one.channel, one.ts) == (channel, thread) for one in self.shown):
            return {"ok": False, "error": "thread_not_found"}
        self._posted += 1
        ts = f"1700000000.{self._posted:06}"
        broadcast = bool(payload.get("reply_broadcast"))
        self.shown.append(Shown(channel, ts, dict(payload), thread, broadcast))
        return {"ok": True, "channel": channel, "ts": ts}

    def _respond(self, number: str, payload: dict[str, Any]) -> Behaviour:
        """A `response_url` (https://docs.slack.dev/interactivity/handling-user-interaction)."""
        if not number.isdigit() or int(number) >= len(self.shown):
            return Behaviour(404, "used_url")
        if payload.get("replace_original"):
            self.shown[int(number)].payload = payload
        else:
            self.whispered.append(str(payload.get("text")))
        return OK

    def pressing(self, shown: Shown, action: str, user: dict[str, str]) -> bytes:
        """The body that Slack sends when a user presses a button of a message.

        Raises:
            LookupError: the message has no such button.
        """
        blocks = [*shown.payload.get("blocks", [])]
        blocks += [one for each in shown.payload.get("attachments", []) for one in each["blocks"]]
        [button] = [
            one
            for block in blocks
            if block["type"] == "actions"
            for one in block["elements"]
            if one["action_id"] == action
        ] or [None]
        if button is None:
            raise LookupError(action)
        # Slack gives attachments back with numbers, and colours without their hash.
        attachments = [
            {"id": number, "color": each.get("color", "").lstrip("#"), "blocks": each["blocks"]}
            for number, each in enumerate(shown.payload.get("attachments", []), start=1)
        ]
        payload = {
            "type": "block_actions",
            "user": user,
            "container": {"type": "message", "message_ts": shown.ts, "channel_id": shown.channel},
            "message": {"ts": shown.ts, **shown.payload, "attachments": attachments},
            "response_url": f"{self.url}/actions/{self.shown.index(shown)}",
            "actions": [{"type": "button", **button, "action_ts": "1700000001.0"}],
        }
        return urlencode({"payload": json.dumps(payload)}).encode()

    def _record(self, post: Post) -> None:
        with self._arrived:
            self.posts.append(post)
            self._arrived.notify_all()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, slack: SlackServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.slack = slack

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent: a client that hangs up early is part of many tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        """Answer a post as scripted."""
        slack = self.server.slack
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        content_type, token = (self.headers.get(k, "") for k in ("Content-Type", "Authorization"))
        behaviour, payload = slack._answer(path, content_type, token, raw)
        answered = behaviour.how == "answer"
        # Recorded before the answer leaves, so that a client that has one finds its post.
        slack._record(
            Post(
                path=path,
                headers=dict(self.headers.items()),
                raw=raw,
                payload=payload,
                status=behaviour.status if answered else 0,
                answer=behaviour.body if answered else "",
            )
        )
        slack._closing.wait(None if behaviour.how == "late" else slack.delay)
        if not answered:
            self._hang_up()
            return
        body = behaviour.body.encode()
        self.send_response(behaviour.status)
        for name, value in behaviour.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _hang_up(self) -> None:
        # A linger of zero makes the kernel send RST in place of FIN.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Keep tests' output clean."""

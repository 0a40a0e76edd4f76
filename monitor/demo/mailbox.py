"""A mail server that keeps what it is sent: enough of RFC 5321 for any mail client."""

from __future__ import annotations

import threading
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from socketserver import StreamRequestHandler, ThreadingTCPServer
from types import TracebackType
from typing import Self

_MAX_LINE = 8192
_MAX_MESSAGE = 25 * 2**20
_IDLE_SECONDS = 60.0


class Mailbox:
    """A mail server on loopback, at a port of its own, for as long as the context lasts."""

    host = "127.0.0.1"

    def __init__(self) -> None:
        self._messages: list[EmailMessage] = []
        self._arrived = threading.Condition()
        self._server: _Server | None = None

    @property
    def port(self) -> int:
        """The port it listens on.

        Raises:
            RuntimeError: it is not open.
        """
        if self._server is None:
            raise RuntimeError("the mailbox is not open")
        return int(self._server.server_address[1])

    @property
    def messages(self) -> tuple[EmailMessage, ...]:
        """What has arrived so far, in order. The envelope is in `X-Envelope-*` headers."""
        with self._arrived:
            return tuple(self._messages)

    def wait_for(self, count: int, *, timeout: float) -> bool:
        """Wait up to `timeout` seconds until `count` messages have arrived; True if so."""
        with self._arrived:
            return self._arrived.wait_for(lambda: len(self._messages) >= count, timeout)

    def keep(self, data: bytes, sender: str, recipients: list[str]) -> None:
        """Store a message as it came over the wire."""
        message = message_from_bytes(data, policy=SMTP, _class=EmailMessage)
        message["X-Envelope-From"] = sender
        message["X-Envelope-To"] = ", ".join(recipients)
        with self._arrived:
            self._messages.append(message)
            self._arrived.notify_all()

    def __enter__(self) -> Self:
        self._server = _Server((self.host, 0), _Session)
        self._server.mailbox = self
        threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="demo-mailbox", daemon=True
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


class _Server(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    # Open sessions end with the process: closing must not wait for an idle client.
    block_on_close = False
    mailbox: Mailbox


class _Session(StreamRequestHandler):
    """One client's conversation."""

    server: _Server
    timeout = _IDLE_SECONDS
    _greeted = False
    _sender: str | None = None
    _recipients: list[str]

    def handle(self) -> None:
        self._forget()
        try:
            self._say("220 monitor demo mailbox")
            while line := self.rfile.readline(_MAX_LINE):
                verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
                if verb.upper() == "QUIT":
                    self._say("221 Bye")
                    return
                self._answer(verb.upper(), rest.strip())
        except OSError:  # the client went away or fell silent
            return

    def _answer(self, verb: str, rest: str) -> None:
        if verb in {"EHLO", "HELO"}:
            self._greeted = True
            self._forget()
            if verb == "EHLO":
                self._say(f"250-demo\r\n250-SIZE {_MAX_MESSAGE}\r\n250-8BITMIME\r\n250 SMTPUTF8")
            else:
                self._say("250 demo")
        elif verb in {"RSET", "NOOP"}:
            if verb == "RSET":
                self._forget()
            self._say("250 OK")
        elif verb not in {"MAIL", "RCPT", "DATA"}:
            self._say("502 Command not implemented")
        elif not self._greeted or (verb != "MAIL" and self._sender is None):
            self._say("503 Bad sequence of commands")
        elif verb == "DATA":
            self._data()
        elif (address := _address(rest)) is None:
            self._say("501 Syntax: MAIL FROM:<address> or RCPT TO:<address>")
        else:
            if verb == "MAIL":
                self._forget()
                self._sender = address
            else:
                self._recipients.append(address)
            self._say("250 OK")

    def _data(self) -> None:
        if not self._recipients:
            self._say("503 Bad sequence of commands")
            return
        self._say("354 End data with <CR><LF>.<CR><LF>")
        data = bytearray()
        while (line := self.rfile.readline(_MAX_LINE)) not in {b".\r\n", b".\n"}:
            if not line:
                return
            if len(data) <= _MAX_MESSAGE:
                # RFC 5321 §4.5.2: a leading dot is doubled on the wire.
                data += line[1:] if line.startswith(b".") else line
        if len(data) > _MAX_MESSAGE:
            self._say("552 Message too large")
        else:
            self.server.mailbox.keep(bytes(data), self._sender or "", self._recipients)
            self._say("250 OK")
        self._forget()

    def _forget(self) -> None:
        self._sender = None
        self._recipients = []

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


def _address(argument: str) -> str | None:
    """The address of "FROM:<a@b> SIZE=3"; empty for a bounce's null sender."""
    _, colon, rest = argument.partition(":")
    start, end = rest.find("<"), rest.find(">")
    if not colon or start < 0 or end < start:
        return None
    return rest[start + 1 : end]

"""A real SMTP server (aiosmtpd) that records mails, and misbehaves when told to.

with SmtpServer() as smtp:
    smtp.refuse("bob@example.org", "550 5.1.1 no such user")
    ... channel smtp.channel("alice@example.org", "bob@example.org") ...
    smtp.mails[0].message["Subject"]
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import threading
from collections import deque
from dataclasses import dataclass
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Literal, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Behaviour = str
"""What follows a mail's data: an SMTP reply such as "451 try later"; `drop` hangs up without
keeping the mail, `drop-after` keeps it and hangs up, `late` keeps it and never answers."""

ACCEPT: Behaviour = "250 accepted"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that was accepted, or kept without an answer."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The mail, parsed."""
        message = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        return message

    def part(self, subtype: Literal["plain", "html"]) -> str:
        """The text or the HTML of the mail."""
        body = self.message.get_body((subtype,))
        assert body is not None, f"the mail has no text/{subtype} part"
        return str(body.get_content())


class SmtpServer:
    """The server, in a thread of its own on a loopback port.

    Args:
        user, password: when given, nothing is accepted without signing in with them.
    """

    def __init__(self, *, user: str | None = None, password: str | None = None) -> None:
        self.mails: list[Mail] = []
        self.delay = 0.0
        """Seconds between taking a mail and answering it."""
        self.user = user
        self.password = password
        self._script: deque[Behaviour] = deque()
        self._refused: dict[str, deque[str]] = {}
        self._arrived = threading.Condition()
        self._controller = _Controller(self)

    def __enter__(self) -> Self:
        self._controller.start()
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
        if self._controller.server is not None:
            self._controller.stop()

    @property
    def port(self) -> int:
        """The loopback port it listens on."""
        return int(self._controller.port)

    def channel(self, *recipients: str, query: str = "") -> str:
        """An Apprise address that mails `recipients` through this server, without TLS."""
        sign_in = f"{self.user}:{self.password}@" if self.user else ""
        to = ",".join(recipients)
        return (
            f"mailto://{sign_in}127.0.0.1:{self.port}/"
            f"?from=monitor@example.org&to={to}&mode=insecure{query}"
        )

    def next(self, *behaviours: Behaviour) -> None:
        """Queue what follows the data of the next mails; after them, `ACCEPT`."""
        self._script.extend(behaviours)

    def clear(self) -> None:
        """Forget what was queued."""
        self._script.clear()

    def refuse(self, recipient: str, *replies: str) -> None:
        """Answer RCPT for this address with the replies in turn; the last one stays.

        A reply starting with "250" lets the recipient pass.
        """
        self._refused[recipient] = deque(replies)

    def wait_for(self, count: int, timeout: float = 60.0) -> list[Mail]:
        """The mails, once there are `count` of them.

        Raises:
            TimeoutError: there were not, within `timeout` seconds.
        """
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.mails) >= count, timeout):
                raise TimeoutError(f"{len(self.mails)} of {count} mails arrived")
            return list(self.mails)

    # The names below are aiosmtpd's hooks.

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        mail_options: list[str],
    ) -> str:
        """Insist on signing in, if that is asked for."""
        if self.user is not None and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        """Accept or refuse one recipient."""
        replies = self._refused.get(address)
        reply = "250 OK"
        if replies:
            reply = replies.popleft() if len(replies) > 1 else replies[0]
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail and answer as scripted."""
        behaviour = self._script.popleft() if self._script else ACCEPT
        if behaviour.startswith("2") or behaviour in {"late", "drop-after"}:
            content = envelope.content
            assert isinstance(content, bytes)
            with self._arrived:
                self.mails.append(Mail(envelope.mail_from or "", tuple(envelope.rcpt_tos), content))
                self._arrived.notify_all()
        await asyncio.sleep(self.delay)
        if behaviour == "late":
            await asyncio.Event().wait()
        if behaviour in {"drop", "drop-after"}:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
            return "421 gone"
        return behaviour


class _Controller(Controller):
    def __init__(self, smtp: SmtpServer) -> None:
        def sign_in(
            server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
        ) -> AuthResult:
            assert isinstance(data, LoginPassword)
            right = (data.login.decode(), data.password.decode()) == (smtp.user, smtp.password)
            return AuthResult(success=right, handled=False)

        guarded = smtp.user is not None
        super().__init__(
            smtp,
            hostname="127.0.0.1",
            port=0,
            authenticator=sign_in if guarded else None,
            auth_require_tls=False,
        )

    def _trigger_server(self) -> None:
        # The base connects to the port it was asked for; ours was chosen by the kernel.
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call] # aiosmtpd leaves it untyped

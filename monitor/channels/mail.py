"""Mail through Apprise's SMTP plugin, extended by what Apprise would lose."""

# Apprise annotates only some of what it offers.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import hashlib
import re
import smtplib
from email import message_from_string, policy
from email.header import Header
from email.message import EmailMessage
from typing import Any, Self

from apprise import NotifyFormat
from apprise.exception import AppriseException
from apprise.plugins.email.base import PGP_MODE_DEFAULT, NotifyEmail
from apprise.plugins.email.common import EmailMessage as Prepared
from apprise.plugins.email.smtp import AppriseSMTPController

from monitor.channels.outcome import MAY_HAVE_ARRIVED, Answers
from monitor.channels.redact import redact
from monitor.messages.sanitise import one_line, shorten
from monitor.messages.text import wrapped
from monitor.model.delivery import Message, SendResult
from monitor.model.match import Severity

MAIL_TIMEOUT = 60.0
"""Seconds for each answer of a mail server, which may scan a mail before it accepts it
(RFC 5321 §4.5.3.2 allows far more); a server that is late may have accepted."""

_SIGN_IN_CODES = {454, 530, 534, 535, 538}
"""SMTP replies about signing in (RFC 4954 §6): mended by the operator, so tried again."""


class _Smtp(AppriseSMTPController):
    """Apprise's connection, without its habit of swallowing what the server said."""

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def post(self, sender: str, recipient: str, content: str) -> None:
        """Hand one mail over for one recipient.

        Raises:
            smtplib.SMTPException, OSError: it was not accepted.
        """
        assert self._socket is not None
        self._socket.sendmail(sender, [recipient], content)


class MailService(NotifyEmail):
    """SMTP mail with our text part, our Message-ID, and the server's own words.

    Each recipient is a transaction of its own, so that it is known who accepted: a retry goes
    only to the others.
    """

    message: Message
    accepted: set[Any]

    def deliver(self, answers: Answers) -> SendResult:
        """Mail the message to every recipient who has not accepted it before."""
        refused: dict[str, tuple[int, str]] = {}
        connected = False
        try:
            with _Smtp(
                host=self.smtp_host,
                port=self.port or 0,
                secure_mode=str(self.secure_mode),
                user=self.user,
                password=self.password,
                verify_certificate=self.verify_certificate,
                socket_connect_timeout=self.socket_connect_timeout,
            ) as smtp:
                connected = True
                for prepared in self._prepared():
                    self._post(smtp, prepared, refused)
        except (OSError, smtplib.SMTPException, RuntimeError, AppriseException) as error:
            detail = self._broken(error, connected=connected)
            return SendResult(False, redact(one_line(detail), answers.secrets))
        return self._verdict(refused, answers)

    def _prepared(self) -> list[Prepared]:
        as_html = self.resolve_format(NotifyFormat.HTML) is NotifyFormat.HTML
        headers = {
            "X-Application": self.app_id,
            # RFC 3834 §5; Exchange wants its own word not to answer "I am on holiday".
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "List-Id": self._list_id(),
        }
        if self.message.severity is Severity.CRITICAL:
            headers["Importance"] = "high"
        if references := [self._identity(each) for each in self.message.references]:
            # RFC 5322 §3.6.4: what it answers to, and the way there from the first of its thread.
            headers |= {"In-Reply-To": references[-1], "References": " ".join(references)}
        return list(
            NotifyEmail.prepare_emails(
                subject=self._subject,
                body=self.message.html if as_html else wrapped(self.message.text),
                notify_format=NotifyFormat.HTML if as_html else NotifyFormat.TEXT,
                from_addr=self.from_addr,
                to=self.targets,
                cc=self.cc,
                bcc=self.bcc,
                reply_to=self.reply_to,
                smtp_host=self.smtp_host,
                headers=headers | self.headers,
                names=self.names,
                pgp=self.pgp,
                pgp_mode=self.pgp_mode,
                tzinfo=self.tzinfo,
            )
        )

    def _list_id(self) -> str:
        """What a reader's filters go by (RFC 2919): the same for the same watchlist for ever."""
        series = self.message.series or "alerts"
        label = re.sub(r"[^a-z0-9]+", "-", series.casefold()).strip("-")[:40]
        if label != series.casefold():
            # What differs in a character that a label cannot have is another list.
            digest = hashlib.sha256(series.encode("utf-8", "replace")).hexdigest()[:8]
            label = f"{label}-{digest}".lstrip("-")
        shown = re.sub(r'[\\"]', "", one_line(series))[:80]
        phrase = f'"{shown}" ' if shown.isascii() else ""
        return f"{phrase}<{label}.monitor.{self._domain}>"

    @property
    def _domain(self) -> str:
        return str(self.from_addr[1]).rpartition("@")[2]

    @property
    def _subject(self) -> str:
        return " ".join((self.message.subject or self.message.title).split())

    def _identity(self, message_id: str) -> str:
        return f"<{message_id}@{self._domain}>"

    def _post(self, smtp: _Smtp, prepared: Prepared, refused: dict[str, tuple[int, str]]) -> None:
        content = self._ours(prepared.body)
        for recipient in prepared.to_addrs:
            if recipient in self.accepted:
                continue
            try:
                smtp.post(str(self.from_addr[1]), recipient, content)
            except smtplib.SMTPRecipientsRefused as error:
                code, words = next(iter(error.recipients.values()))
                refused[recipient] = code, _decoded(words)
            except smtplib.SMTPResponseException as error:
                refused[recipient] = error.smtp_code, _decoded(error.smtp_error)
            else:
                self.accepted.add(recipient)

    def _ours(self, raw: str) -> str:
        """The mail Apprise prepared, with our Message-ID and, unless signed, our text part."""
        raw = _with_header(raw, "Message-ID", self._identity(self.message.message_id))
        # Apprise leaves it in one line of any length, and Python, folding it, breaks the words
        # of some subjects in two.
        subject = Header(self._subject, "utf-8", header_name="Subject", maxlinelen=76)
        raw = _with_header(raw, "Subject", subject.encode())
        if self.pgp_mode != PGP_MODE_DEFAULT:
            # A signature covers the parts as they are.
            return raw
        mail = message_from_string(raw, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        text = mail.get_body(("plain",))
        assert isinstance(text, EmailMessage)
        text.set_content(wrapped(self.message.text), cte="quoted-printable")
        return mail.as_string(policy=policy.SMTP.clone(refold_source="none"))

    def _verdict(self, refused: dict[str, tuple[int, str]], answers: Answers) -> SendResult:
        if not refused:
            return SendResult(True, f"{self.smtp_host} accepted it for {_list(self.accepted)}")
        said = "; ".join(
            f"{recipient}: {code} {words}" for recipient, (code, words) in refused.items()
        )
        detail = f"{self.smtp_host} refused it for {shorten(one_line(said), 400)}"
        if self.accepted:
            detail += f" (accepted for {_list(self.accepted)})"
        passes = any(code < 500 or code in _SIGN_IN_CODES for code, _ in refused.values())
        return SendResult(False, redact(detail, answers.secrets), retryable=passes)

    def _broken(self, error: Exception, *, connected: bool) -> str:
        where = f"{self.smtp_host}:{self.port}"
        match error:
            case smtplib.SMTPAuthenticationError():
                words = _decoded(error.smtp_error)
                return f"{where} refused the user name or password: {error.smtp_code} {words}"
            case smtplib.SMTPNotSupportedError():
                return f"{where} cannot do what the channel asks for: {error}"
            case smtplib.SMTPResponseException():
                return f"{where} answered {error.smtp_code} {_decoded(error.smtp_error)}"
            case AppriseException():
                return f"the mail could not be prepared: {error}"
        if connected:
            return f"{where} broke the connection off or did not answer; {MAY_HAVE_ARRIVED}"
        return f"no connection to {where}: {_reason(error)}"


def _with_header(raw: str, name: str, value: str) -> str:
    """The mail with another value for a header that it has."""
    return re.sub(
        rf"^{name}: .*(\n[ \t].*)*$",
        lambda _: f"{name}: {value}",
        raw,
        count=1,
        flags=re.MULTILINE,
    )


def _decoded(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words


def _list(recipients: set[Any]) -> str:
    return shorten(", ".join(sorted(map(str, recipients))), 200)


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()

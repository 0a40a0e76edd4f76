"""Mail: Apprise reads the address, Python's `email` and `smtplib` do the rest."""

from __future__ import annotations

import contextlib
import hashlib
import quopri
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from datetime import datetime
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from typing import Any

from apprise import NotifyFormat
from apprise.plugins.email.base import NotifyEmail
from apprise.plugins.email.smtp import SMTPSecureMode

from monitor.channels.accepted import Accepted
from monitor.channels.deadline import Deadline
from monitor.channels.outcome import MAY_HAVE_ARRIVED, Answers
from monitor.channels.redact import redact
from monitor.errors import ChannelError
from monitor.messages.plain_text import wrapped
from monitor.messages.sanitise import one_line, shorten
from monitor.model.delivery import Message, SendResult
from monitor.model.match import Severity

MAIL_TIMEOUT = 60.0
"""Seconds for each answer of a mail server but the one that accepts a mail."""

TIMES_AS_LONG = 5
"""So many times as long for the answer to a mail itself, which the server may scan first: one that
is late has accepted it, most often, and would get it again at every try (RFC 5321 §4.5.3.2.6)."""

LONGEST = TIMES_AS_LONG * MAIL_TIMEOUT
"""Seconds for one mail to all of its recipients; those left are mailed at the next try."""

_READY = 220
"""How a mail server that takes mail greets (RFC 5321 §4.2)."""

_SIGN_IN_CODES = {454, 530, 534, 535, 538}
"""SMTP replies about signing in (RFC 4954 §6): mended by the operator, so tried again."""

_ANY_ACCOUNT = ""
"""A mail address says whose it is, whichever account mails to it."""

Mail = MIMEMultipart | MIMEText


class _Smtp(smtplib.SMTP):
    """A connection that lasts no longer than it may."""

    _deadline: Deadline | None = None

    def open(self, host: str, port: int) -> None:
        """Connect, as the constructor would if it were given the host. Raises OSError.

        What comes of it can be closed then even if the greeting fails.
        """
        self._host = host  # With what TLS compares the certificate.
        code, words = self.connect(host, port)
        if code != _READY:
            raise smtplib.SMTPConnectError(code, words)

    def send(self, s: Any) -> None:
        """Send a command, or a mail, whose answer is waited for longer."""
        if self.sock is not None:
            # A mail comes as bytes, commands as text.
            self.sock.settimeout(self.timeout * (TIMES_AS_LONG if isinstance(s, bytes) else 1))
        super().send(s)

    def close(self) -> None:
        """Let go of the connection."""
        super().close()
        if self._deadline is not None:
            self._deadline.close()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        made: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        self._deadline = Deadline(made, LONGEST)
        return made


class _SmtpOverTls(smtplib.SMTP_SSL, _Smtp):
    """The same, encrypted from its first byte on."""


class MailService:
    """A mail account, holding one message, with what the server says kept in its own words.

    Each recipient is a transaction of its own, so that it is known who accepted: a retry goes
    only to the others.

    Args:
        plugin: what Apprise read from the channel's address.
        message: what to send.
        accepted: the recipients who accepted it before; added to.
    """

    def __init__(self, plugin: NotifyEmail, message: Message, accepted: Accepted) -> None:
        self.message = message
        self._plugin = plugin
        self._accepted = accepted
        self._have_it: set[str] = set()
        self._addressed_in_vain: set[str] = set()
        """Those for whom the server took no mail at all, whatever is in it."""
        self._sender = str(plugin.from_addr[1])
        self._host = str(plugin.smtp_host)

    def deliver(self, answers: Answers) -> SendResult:
        """Mail the message to every recipient who has not accepted it before."""
        refused: dict[str, tuple[int, str]] = {}
        connected = False
        try:
            with self._connection() as smtp:
                connected = True
                for mail, recipients in self._mails():
                    self._post(smtp, mail, recipients, refused)
        except (OSError, smtplib.SMTPException) as error:
            detail = redact(one_line(self._broken(error, connected=connected)), answers.secrets)
            return SendResult(False, detail, refuses_all=_refuses_account(error))
        return self._verdict(refused, answers)

    def sign_in(self) -> str:
        """Connect, sign in where a user is named, and leave; nothing is sent.

        Returns:
            Who answered, as "smtp.example.org:587".

        Raises:
            ChannelError: there is no connection, or the server refuses the sign-in.
        """
        try:
            with self._connection():
                return f"{self._host}:{self._plugin.port}"
        except (OSError, smtplib.SMTPException) as error:
            raise ChannelError(self._broken(error, connected=False)) from None

    @contextlib.contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        """A connection as secure as the address asks for, signed in where it names a user."""
        plugin = self._plugin
        context = ssl.create_default_context()
        if not plugin.verify_certificate:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        where = (self._host, plugin.port or 0)
        timeout = float(plugin.socket_connect_timeout)
        smtp: _Smtp
        if plugin.secure_mode == SMTPSecureMode.SSL:
            smtp = _SmtpOverTls(timeout=timeout, context=context)
        else:
            smtp = _Smtp(timeout=timeout)
        try:
            smtp.open(*where)
            if plugin.secure_mode == SMTPSecureMode.STARTTLS:
                smtp.starttls(context=context)
            if plugin.user and plugin.password:
                smtp.login(plugin.user, plugin.password)
            yield smtp
        finally:
            # What it has accepted stays accepted, whether or not it says goodbye.
            with contextlib.suppress(OSError, smtplib.SMTPException):
                smtp.quit()
            smtp.close()

    def _mails(self) -> Iterator[tuple[Mail, list[str]]]:
        """A mail for each of the address's recipients, with who is to get it: copies, too."""
        plugin = self._plugin
        for name, to in plugin.targets:
            mail = self._mail()
            mail["To"] = _address(name, to)
            for header, addresses in (
                ("Cc", plugin.cc - plugin.bcc - {to}),
                ("Reply-To", plugin.reply_to - {to}),
            ):
                named = [_address(plugin.names.get(each), each) for each in sorted(addresses)]
                if named:
                    mail[header] = ", ".join(named)
            yield mail, [to, *sorted((plugin.cc | plugin.bcc) - {to})]

    def _mail(self) -> Mail:
        plugin = self._plugin
        text = MIMEText("", "plain", "utf-8")
        # What reads no HTML may not decode base64 either; `MIMEText` makes longer lines of some
        # texts than SMTP allows.
        text.set_payload(quopri.encodestring(wrapped(self.message.text).encode()).decode())
        text.replace_header("Content-Transfer-Encoding", "quoted-printable")
        mail: Mail = text
        if plugin.resolve_format(NotifyFormat.HTML) is NotifyFormat.HTML:
            html = MIMEText(self.message.html, "html", "utf-8")
            mail = MIMEMultipart("alternative", _subparts=[text, html])
        mail["Message-ID"] = self._identity(self.message.message_id)
        mail["Date"] = format_datetime(datetime.now(plugin.tzinfo).astimezone())
        mail["From"] = _address(plugin.from_addr[0], self._sender)
        # Folded here alone: what holds no white space must not begin on a line of its own, and
        # the subject is the one that may be longer than a line can be.
        mail["Subject"] = Header(
            self._subject, "utf-8", header_name="Subject", maxlinelen=76
        ).encode()
        mail["X-Application"] = plugin.app_id
        # RFC 3834 §5; Exchange wants its own word not to answer "I am on holiday".
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
        mail["List-Id"] = self._list_id()
        if self.message.severity is Severity.CRITICAL:
            mail["Importance"] = "high"
        if references := [self._identity(each) for each in self.message.references]:
            # RFC 5322 §3.6.4: what it answers to, and the way there from the first of its thread.
            mail["In-Reply-To"] = references[-1]
            mail["References"] = " ".join(references)
        for header, value in plugin.headers.items():
            del mail[header]
            mail[header] = value
        return mail

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
        return self._sender.rpartition("@")[2]

    @property
    def _subject(self) -> str:
        return " ".join((self.message.subject or self.message.title).split())

    def _identity(self, message_id: str) -> str:
        return f"<{message_id}@{self._domain}>"

    def _post(
        self,
        smtp: smtplib.SMTP,
        mail: Mail,
        recipients: list[str],
        refused: dict[str, tuple[int, str]],
    ) -> None:
        content = mail.as_string(policy=compat32.clone(mangle_from_=False))
        for recipient in recipients:
            if self._accepted.has(recipient, _ANY_ACCOUNT):
                self._have_it.add(recipient)
                continue
            try:
                smtp.sendmail(self._sender, [recipient], content)
            except smtplib.SMTPRecipientsRefused as error:
                code, words = next(iter(error.recipients.values()))
                refused[recipient] = code, _decoded(words)
                self._addressed_in_vain.add(recipient)
            except smtplib.SMTPSenderRefused as error:
                refused[recipient] = error.smtp_code, _decoded(error.smtp_error)
                self._addressed_in_vain.add(recipient)
            except smtplib.SMTPResponseException as error:
                refused[recipient] = error.smtp_code, _decoded(error.smtp_error)
            else:
                self._accepted.add(recipient, _ANY_ACCOUNT)
                self._have_it.add(recipient)

    def _verdict(self, refused: dict[str, tuple[int, str]], answers: Answers) -> SendResult:
        if not refused:
            return SendResult(True, f"{self._host} accepted it for {_list(self._have_it)}")
        said = "; ".join(
            f"{recipient}: {code} {words}" for recipient, (code, words) in refused.items()
        )
        detail = f"{self._host} refused it for {shorten(one_line(said), 400)}"
        if self._have_it:
            detail += f" (accepted for {_list(self._have_it)})"
        passes = any(code < 500 or code in _SIGN_IN_CODES for code, _ in refused.values())
        lasts = all(code >= 500 for code, _ in refused.values())
        return SendResult(
            False,
            redact(detail, answers.secrets),
            retryable=passes,
            refuses_all=lasts and not self._have_it and refused.keys() == self._addressed_in_vain,
        )

    def _broken(self, error: Exception, *, connected: bool) -> str:
        where = f"{self._host}:{self._plugin.port}"
        match error:
            case smtplib.SMTPAuthenticationError():
                words = _decoded(error.smtp_error)
                return f"{where} refused the user name or password: {error.smtp_code} {words}"
            case smtplib.SMTPNotSupportedError():
                return f"{where} cannot do what the channel asks for: {error}"
            case smtplib.SMTPResponseException():
                return f"{where} answered {error.smtp_code} {_decoded(error.smtp_error)}"
        if connected:
            return f"{where} broke the connection off or did not answer; {MAY_HAVE_ARRIVED}"
        return f"no connection to {where}: {_reason(error)}"


def _refuses_account(error: Exception) -> bool:
    """Whether the server has refused the account for good, and not only this once."""
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


def _address(name: object, address: str) -> str:
    return formataddr((str(name or ""), address), charset="utf-8")


def _decoded(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words


def _list(recipients: set[str]) -> str:
    return shorten(", ".join(sorted(recipients)), 200)


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()

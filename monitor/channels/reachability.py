"""Whether a channel's service can be reached, without sending anything."""

from __future__ import annotations

import socket
import ssl
from contextlib import closing
from urllib.parse import SplitResult, parse_qs, urlsplit

from apprise.utils.parse import parse_bool

from monitor.channels.accepted import Accepted
from monitor.channels.mail import MailService
from monitor.channels.outcome import listening
from monitor.channels.redact import redact, secrets_of
from monitor.channels.sender import opening
from monitor.channels.services import CONNECT_TIMEOUT, open_service
from monitor.channels.slack import SlackService
from monitor.config.schema import Channel
from monitor.errors import ChannelError
from monitor.messages.sanitise import one_line
from monitor.model.delivery import Message

_SLACK = "https://hooks.slack.com"
# Apprise's schemas for programs of the user's own, and the port where none is given.
_WEB = {"http": 80, "https": 443}
for _kind in ("json", "xml", "form"):
    _WEB |= {_kind: 80, f"{_kind}s": 443}


def reach(channel: Channel) -> str | None:
    """Connect to a channel's service, and sign in where it is a mail server.

    Returns:
        Who was reached, such as "smtp.example.org:587"; None where that cannot be tried without
        sending.

    Raises:
        ChannelError: its address cannot be understood, or the service cannot be reached.
    """
    url = channel.url.get_secret_value().strip()
    secrets = secrets_of(url)
    nothing = Message(title="", text="", html="", slack="", message_id="")
    with listening(secrets) as answers, opening:
        service = open_service(channel, nothing, Accepted(channel, ""), answers)
    if isinstance(service, MailService):
        try:
            return service.sign_in()
        except ChannelError as error:
            raise ChannelError(redact(one_line(error.what), secrets)) from None
    if isinstance(service, SlackService):
        return _connect(urlsplit(channel.endpoint or _SLACK))
    target = urlsplit(url)
    if target.scheme.lower() not in _WEB:
        return None
    return _connect(target, verified=verifies(channel))


def verifies(channel: Channel) -> bool:
    """Whether its service has to prove by a certificate who it is, where it is encrypted.

    `verify=no` in an address says that it need not: whoever is in between can read and change all
    that is sent.
    """
    target = urlsplit(channel.url.get_secret_value().strip())
    if _WEB.get(target.scheme.lower()) == _WEB["http"]:
        return True
    return all(parse_bool(each) for each in parse_qs(target.query).get("verify", ()))  # type: ignore[no-untyped-call]


def _connect(target: SplitResult, *, verified: bool = True) -> str:
    scheme, host = target.scheme.lower(), target.hostname or ""
    port = target.port or _WEB[scheme]
    try:
        with closing(socket.create_connection((host, port), timeout=CONNECT_TIMEOUT)) as plain:
            if _WEB[scheme] == _WEB["https"]:
                context = ssl.create_default_context()
                if not verified:
                    context.check_hostname = False
                    context.verify_mode = ssl.CERT_NONE
                context.wrap_socket(plain, server_hostname=host).close()
    except ssl.SSLCertVerificationError as error:
        raise ChannelError(
            f"the certificate of {host}:{port} is not trusted ({one_line(error.verify_message)})",
            hint="See this machine's clock, `ca-certificates`, and any proxy that reads along.",
        ) from None
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        raise ChannelError(
            f"no connection to {host}:{port}: {one_line(reason)}",
            hint="What is due waits until there is one: see this machine's connection and DNS.",
        ) from None
    return f"{host}:{port}"

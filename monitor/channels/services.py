"""Apprise's plugins, opened for a channel, each given our message in the form it shows best.

Slack and mail are extended where Apprise would lose what we have: Slack gets our blocks, mail
gets our own text beside the HTML and our Message-ID. Every other service gets title and text.
Importing this module imports Apprise, which takes a noticeable moment.
"""

# Apprise annotates only some of what it offers.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import difflib
import re
from datetime import UTC, datetime
from typing import Any

from apprise import AppriseAsset
from apprise.exception import AppriseException
from apprise.plugins.base import NotifyBase
from apprise.plugins.custom_form import NotifyForm
from apprise.plugins.custom_json import NotifyJSON
from apprise.plugins.custom_xml import NotifyXML
from apprise.plugins.email.base import PGP_MODE_DEFAULT, NotifyEmail
from apprise.plugins.slack import NotifySlack

from monitor.channels import webhook
from monitor.channels.accepted import Accepted
from monitor.channels.apprise import OtherService
from monitor.channels.apprise_plugins import known_schemes, parsed, plugin_called
from monitor.channels.mail import MAIL_TIMEOUT, MailService
from monitor.channels.outcome import Answers
from monitor.channels.session import hear_requests
from monitor.channels.slack import SlackService
from monitor.config.schema import Channel
from monitor.errors import ChannelError
from monitor.messages.templates import Form
from monitor.model.delivery import Message

CONNECT_TIMEOUT = 10.0
"""Seconds for reaching a service."""

ANSWER_TIMEOUT = 20.0
"""Seconds for its answer. Apprise's own 4 s give up on a slow day's Slack, and what is given
up on may have been accepted: the longer the wait, the fewer messages come twice."""

_SHORTEST_KEY = 16
"""Bytes of a signature's key."""

_MAIL_SHAPE = (
    'Its shape is "mailtos://user:password@smtp.example.org?to=you@example.org"; write "@" in the '
    'user or password as "%40", "/" as "%2F" and ":" as "%3A".'
)


Service = SlackService | MailService | OtherService


def open_service(channel: Channel, message: Message, accepted: Accepted, said: Answers) -> Service:
    """The plugin for a channel, holding one message; nothing is sent yet.

    Args:
        accepted: the targets that accepted the message in earlier attempts; added to.
        said: overhears what Apprise logs about the address.

    Raises:
        ChannelError: the channel's address cannot be understood.
    """
    url = channel.url.get_secret_value().strip()
    plugin_class, options = _parsed(channel, url)
    if not plugin_class.enabled:
        packages: Any = plugin_class.requirements.get("packages_required") or ()
        needed = packages if isinstance(packages, str) else ", ".join(map(str, packages))
        raise _error(
            channel,
            f"{options['schema']}:// needs software that is not installed",
            f"Install {needed}." if needed else None,
        )
    given = options.get("qsd") or {}
    options["asset"] = AppriseAsset(
        app_id="monitor",
        app_desc="monitor",
        # No service is to fetch a picture from elsewhere on our account.
        image_url_mask="",
        image_url_logo="",
        app_url="",
        async_mode=False,
        secure_logging=True,
    )
    made: type[NotifyBase] = plugin_class
    if plugin_class is NotifySlack:
        made = SlackService
    try:
        plugin = made(**options)
    except (TypeError, ValueError, AppriseException):
        raise _incomplete(channel, plugin_class, options["schema"]) from None
    if plugin_class is NotifyEmail:
        _check_mail(channel, plugin, options, url, said)
    if "cto" not in given:
        plugin.socket_connect_timeout = (
            MAIL_TIMEOUT if plugin_class is NotifyEmail else CONNECT_TIMEOUT
        )
    if "rto" not in given:
        plugin.socket_read_timeout = ANSWER_TIMEOUT
    if channel.signing_secret is not None:
        _sign(channel, plugin, channel.signing_secret.get_secret_value(), message, said)
    if channel.endpoint is not None:
        _redirect(channel, plugin, channel.endpoint.rstrip("/"))
    hear_requests(made)
    if isinstance(plugin, NotifyEmail):
        return MailService(plugin, message, accepted)
    if isinstance(plugin, SlackService):
        plugin.message = message
        plugin.accepted = accepted
        return plugin
    if isinstance(plugin, NotifyJSON):
        # What the address asks for comes last: it may rename or leave out what we say.
        plugin.payload_extras = webhook.payload(message) | plugin.payload_extras
    return OtherService(plugin, message, accepted, overflow=given.get("overflow"))


def _check_mail(
    channel: Channel, plugin: Any, options: dict[str, Any], url: str, said: Answers
) -> None:
    """Refuse what Apprise would drop or do otherwise without a word.

    Raises:
        ChannelError: what is wrong with the address.
    """
    dropped = any(line.startswith("Dropped invalid") for line in said.lines)
    if dropped or not _all_addresses(options):
        # The others would get every alert, this one none, unnoticed.
        raise _error(channel, "a recipient in its address is not a mail address")
    if ";" in url.partition("?")[2]:
        # Apprise drops what follows it.
        raise _error(
            channel, "the recipients in its address are parted by a semicolon", "Write a comma."
        )
    if plugin.pgp_mode != PGP_MODE_DEFAULT:
        raise _error(
            channel, "its address asks for PGP, which monitor cannot do", "Leave `pgp` out."
        )


def _sign(
    channel: Channel, plugin: NotifyBase, secret: str, message: Message, said: Answers
) -> None:
    if not isinstance(plugin, NotifyJSON | NotifyXML | NotifyForm | SlackService):
        raise _error(
            channel,
            "`signing_secret` is only for Slack and for webhooks of your own",
            'Their addresses begin with "jsons://", "xmls://" or "forms://".',
        )
    try:
        key = webhook.key_of(secret)
    except ValueError as error:
        raise _error(channel, f"its `signing_secret` cannot be used: {error}") from None
    if len(key) < _SHORTEST_KEY:
        raise _error(
            channel,
            "its `signing_secret` is too short to be one",
            f"Write at least {_SHORTEST_KEY} characters that nobody can guess.",
        )
    if isinstance(plugin, SlackService):
        # Slack signs what it sends us, not the other way round.
        plugin.buttons = not plugin.takes_text
        return
    said.sign = lambda request: webhook.sign(request, key, message.message_id, datetime.now(UTC))


def form_of(service: Service) -> Form:
    """What a template for a service is to write."""
    match service:
        case SlackService():
            return Form.TEXT if service.takes_text else Form.SLACK
        case MailService():
            return Form.HTML
    return Form.HTML if service.mails else Form.TEXT


def _redirect(channel: Channel, plugin: NotifyBase, endpoint: str) -> None:
    if not isinstance(plugin, NotifySlack):
        raise _error(channel, "`endpoint` is only for Slack channels")
    plugin.webhook_url = plugin.webhook_gov_url = endpoint
    plugin.workflow_url = plugin.workflow_trigger_url = endpoint
    plugin.api_url = endpoint + "/{}"


def _parsed(channel: Channel, url: str) -> tuple[type[NotifyBase], dict[str, Any]]:
    scheme, separator, rest = url.partition("://")
    scheme = scheme.lower()
    if not separator or not rest.strip("/"):
        raise _error(
            channel,
            "its url is not an address" if url else "its url is empty",
            'It starts with the name of a service, such as "slack://" or "mailtos://", or is '
            "the web address the service gave you.",
        )
    if found := parsed(url, scheme):
        return found
    if scheme in (known := known_schemes()):
        raise _incomplete(channel, plugin_called(scheme), scheme)
    if scheme in {"http", "https"}:
        if "slack" in rest.partition("/")[0]:
            raise _error(
                channel,
                "its url is not a whole Slack webhook",
                "Copy it again: https://hooks.slack.com/services/T…/B…/… has three parts at "
                "the end.",
            )
        raise _error(
            channel,
            "its url is a web address that belongs to no known service",
            'For a webhook of your own, write "jsons://" in place of "https://".',
        )
    # What stands there may be a secret pasted into the wrong place.
    named = re.fullmatch(r"[a-z][a-z0-9]{1,15}", scheme)
    if not named:
        raise _error(
            channel,
            "its url names no known service",
            "Write the address alone, with no brackets or quotation marks around it.",
        )
    nearest = difflib.get_close_matches(scheme, known, n=1)
    hint = f'Did you mean "{nearest[0]}://"?' if nearest else None
    raise _error(channel, f'no service is called "{scheme}"', hint)


def _incomplete(channel: Channel, plugin: type[NotifyBase], scheme: str) -> ChannelError:
    if issubclass(plugin, NotifyEmail):
        raise _error(channel, "its url is not a complete mail address", _MAIL_SHAPE)
    templates: tuple[str, ...] = tuple(plugin.templates)
    shape = templates[0].replace("{schema}", scheme) if templates else ""
    return _error(
        channel,
        f"its url is not a complete {plugin.service_name} address",
        f"Its shape is {shape}." if shape else None,
    )


def _all_addresses(options: dict[str, Any]) -> bool:
    """Whether every recipient of a mail channel is at least shaped like an address."""
    given = [*options.get("targets", ()), options.get("cc", ""), options.get("bcc", "")]
    # A quoted name may hold the very characters that part recipients.
    pieces = re.split(r"[,;]", re.sub(r'"[^"]*"', "", ",".join(given)))
    return all("@" in piece for piece in pieces if piece.strip())


def _error(channel: Channel, what: str, hint: str | None = None) -> ChannelError:
    """The error; `what` and `hint` hold nothing of the address but its scheme."""
    return ChannelError(what, where=f'channel "{channel.name}"', hint=hint)

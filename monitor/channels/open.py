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
import time
from collections.abc import Sequence
from typing import Any

from apprise import AppriseAsset
from apprise.exception import AppriseException
from apprise.manager_plugins import NotificationManager
from apprise.plugins import url_to_dict
from apprise.plugins.base import NotifyBase
from apprise.plugins.custom_form import NotifyForm
from apprise.plugins.custom_json import NotifyJSON
from apprise.plugins.custom_xml import NotifyXML
from apprise.plugins.email.base import NotifyEmail
from apprise.plugins.slack import NotifySlack, SlackMode

from monitor.channels import receipts, webhook
from monitor.channels.apprise import OtherService
from monitor.channels.mail import MAIL_TIMEOUT, MailService
from monitor.channels.outcome import Answers
from monitor.channels.receipts import Place
from monitor.config.schema import Channel
from monitor.errors import ChannelError
from monitor.messages import mrkdwn
from monitor.messages.templates import Form
from monitor.model.delivery import Message, SendResult

CONNECT_TIMEOUT = 10.0
"""Seconds for reaching a service."""

ANSWER_TIMEOUT = 20.0
"""Seconds for its answer. Apprise's own 4 s give up on a slow day's Slack, and what is given
up on may have been accepted: the longer the wait, the fewer messages come twice."""

_NO_THREAD = {
    "cannot_reply_to_message", "message_not_found", "thread_not_found", "invalid_thread_ts",
    "restricted_action_non_threadable_channel", "restricted_action_thread_locked",
}  # fmt: skip
"""What Slack says when a message cannot stand below another, and can by itself."""

_SHORTEST_KEY = 16
"""Bytes of a signature's key."""

_MAIL_SHAPE = (
    'Its shape is "mailtos://user:password@smtp.example.org?to=you@example.org"; write "@" in the '
    'user or password as "%40", "/" as "%2F" and ":" as "%3A".'
)


class SlackService(NotifySlack):
    """Slack with our blocks in place of those Apprise would build from one text."""

    # Apprise would sleep between two targets; Slack counts by target, and when it has had
    # enough it says so and is waited for.
    request_rate_per_sec = 0

    message: Message
    accepted: set[Any]
    """Targets that have the message, and where it stands there."""
    thread: Sequence[Place] = ()
    """Where the message stands that this one follows."""

    def deliver(self, answers: Answers) -> SendResult:
        """Post the message to every target that has not accepted it before."""
        self._answers = answers
        if self.send(body=self.message.text, title=self.message.title):
            return SendResult(True, "Slack answered ok", receipt=self._receipt())
        return answers.failure("Slack")

    def change(self, places: Sequence[Place], answers: Answers) -> SendResult:
        """Have the message stand where another stood (`chat.update`).

        Slack takes no such order from a webhook, and none for a message that is deleted.
        """
        if self.mode is not SlackMode.BOT or not places:
            return SendResult(False, "Slack changes no message of a webhook's", retryable=False)
        # What a message has none of any more goes only if it is said to be empty.
        payload = {"blocks": [], "attachments": []} | mrkdwn.payload(self.message)
        for key in ("unfurl_links", "unfurl_media"):
            payload.pop(key)
        url = self.api_url.format("chat.update")
        for place in places:
            where = {"channel": place.channel, "ts": place.ts}
            if super()._send(url, payload | where) is False:
                return answers.failure("Slack")
        return SendResult(True, "Slack changed the message")

    def _receipt(self) -> str | None:
        """Where the message stands, unless that is not known of every target."""
        places = [each for each in self.accepted if isinstance(each, Place)]
        known = {place.target for place in places}
        return receipts.written(places) if len(known) == len(self) else None

    def is_delivered(self, key: Any, per_message: bool = False) -> bool:
        """Whether a target has accepted the message in an earlier attempt."""
        return key in self.accepted

    def mark_delivered(self, key: Any, per_message: bool = False) -> None:
        """Remember that a target has accepted the message."""
        self.accepted.add(key)

    @property
    def takes_text(self) -> bool:
        """Whether no mark-up is read at the other end."""
        return self.mode in {SlackMode.WORKFLOW, SlackMode.WORKFLOW_TRIGGER}

    def _send(self, url: str, payload: dict[str, Any], *rest: Any, **options: Any) -> Any:
        if self.takes_text:
            # A workflow shows what it is given as it is, marks and all.
            payload = {"text": self.message.text}
        elif "attachments" in payload and not self.template:
            kept = {
                key: payload[key] for key in ("channel", "thread_ts", "username") if key in payload
            }
            payload = mrkdwn.payload(self.message) | kept
            if self.mode is SlackMode.BOT:
                return self._post(url, payload)
        return super()._send(url, payload, *rest, **options)

    def _post(self, url: str, payload: dict[str, Any]) -> Any:
        """Post a message to one target, below what it follows if that stands there."""
        target = str(payload.get("channel", ""))
        above = next((each for each in self.thread if each.target == target), None)
        if above is None or "thread_ts" in payload:
            answer = super()._send(url, payload)
        else:
            below = {"channel": above.channel, "thread_ts": above.ts, "reply_broadcast": True}
            answer = super()._send(url, payload | below)
            if answer is False and self._answers.forgive(_NO_THREAD):
                answer = super()._send(url, payload)
        if answer and (stands := receipts.place(target, answer)):
            self.accepted.add(stands)
        return answer


Service = SlackService | MailService | OtherService


def open_service(channel: Channel, message: Message, accepted: set[Any], said: Answers) -> Service:
    """The plugin for a channel, holding one message; nothing is sent yet.

    Args:
        accepted: the targets that accepted the message in earlier attempts; added to.
        said: overhears what Apprise logs about the address.

    Raises:
        ChannelError: the channel's address cannot be understood.
    """
    url = channel.url.get_secret_value().strip()
    options = _parsed(channel, url)
    manager = NotificationManager()
    plugin_class: type[NotifyBase] = manager[options["schema"]]
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
    elif plugin_class is NotifyEmail:
        made = MailService
    try:
        plugin = made(**options)
    except (TypeError, ValueError, AppriseException):
        raise _incomplete(channel, plugin_class, options["schema"]) from None
    dropped = any(line.startswith("Dropped invalid") for line in said.lines)
    if isinstance(plugin, MailService) and (dropped or not _all_addresses(options)):
        # Apprise would leave it out: the others get every alert, this one none, unnoticed.
        raise _error(channel, "a recipient in its address is not a mail address")
    if isinstance(plugin, MailService) and ";" in url.partition("?")[2]:
        # Apprise drops what follows it.
        raise _error(
            channel, "the recipients in its address are parted by a semicolon", "Write a comma."
        )
    if "cto" not in given:
        plugin.socket_connect_timeout = (
            MAIL_TIMEOUT if isinstance(plugin, MailService) else CONNECT_TIMEOUT
        )
    if "rto" not in given:
        plugin.socket_read_timeout = ANSWER_TIMEOUT
    if channel.signing_secret is not None:
        _sign(channel, plugin, channel.signing_secret.get_secret_value(), message, said)
    if channel.endpoint is not None:
        _redirect(channel, plugin, channel.endpoint.rstrip("/"))
    if isinstance(plugin, SlackService | MailService):
        plugin.message = message
        plugin.accepted = accepted
        return plugin
    if isinstance(plugin, NotifyJSON):
        # What the address asks for comes last: it may rename or leave out what we say.
        plugin.payload_extras = webhook.payload(message) | plugin.payload_extras
    return OtherService(plugin, message, overflow=given.get("overflow"))


def _sign(
    channel: Channel, plugin: NotifyBase, secret: str, message: Message, said: Answers
) -> None:
    if not isinstance(plugin, NotifyJSON | NotifyXML | NotifyForm):
        raise _error(
            channel,
            "`signing_secret` is only for webhooks of your own",
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
    said.sign = lambda request: webhook.sign(request, key, message.message_id, time.time())


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


def _parsed(channel: Channel, url: str) -> dict[str, Any]:
    known: list[str] = list(NotificationManager().schemas())
    scheme, separator, rest = url.partition("://")
    scheme = scheme.lower()
    if not separator or not rest.strip("/"):
        raise _error(
            channel,
            "its url is not an address" if url else "its url is empty",
            'It starts with the name of a service, such as "slack://" or "mailtos://", or is '
            "the web address the service gave you.",
        )
    if options := url_to_dict(url, secure_logging=True):
        return dict(options)
    if scheme in known:
        raise _incomplete(channel, NotificationManager()[scheme], scheme)
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

"""Any service of Apprise's but Slack and mail: title and text, in the form and size it takes."""

# Apprise annotates only some of what it offers.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from apprise import NotifyFormat, NotifyType, OverflowMode
from apprise.conversion import convert_between
from apprise.plugins.base import _PIECE_DELIVERED, NotifyBase
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.ntfy import NotifyNtfy
from apprise.plugins.telegram import NotifyTelegram
from apprise.plugins.workflows import NotifyWorkflows

from monitor.channels.accepted import Accepted
from monitor.channels.apprise_plugins import named, schemes_of
from monitor.channels.outcome import Answers
from monitor.channels.refusals import refused
from monitor.messages.sanitise import safe_link, shorten
from monitor.model.delivery import Message, SendResult
from monitor.model.match import Severity

_NOTIFY_TYPES = {
    None: NotifyType.INFO,
    Severity.LOW: NotifyType.INFO,
    Severity.MEDIUM: NotifyType.WARNING,
    Severity.HIGH: NotifyType.FAILURE,
    Severity.CRITICAL: NotifyType.FAILURE,
}

_SHORT = 500
"""Characters; services with less room are text messages."""

_TEAMS_ROOM = 7000
"""Characters. Microsoft takes 28 KB, Apprise no more than 1,000 characters."""

_NTFY_BYTES = 4096
"""What is longer ntfy makes a file of, or refuses, as its server is set up."""

_MAILERS = {
    "azure", "brevo", "mailersend", "mailgun", "o365", "postmark", "resend", "sendgrid",
    "sendpulse", "ses", "smtp2go", "sparkpost",
}  # fmt: skip
"""Services that send mail, by the scheme of their address: they get the mail's HTML."""

_LONGEST_NAME = 200
"""Characters."""

_ORDERS = re.compile(r"(?<!\w)@(?=\w)|<(?=\S)|\](?=[(\[:])")
_BREAK = "\N{WORD JOINER}"


class OtherService:
    """Any other plugin of Apprise's, holding one message.

    Args:
        plugin: opened for the channel.
        message: what to send.
        accepted: the targets that accepted it in earlier attempts; added to.
        overflow: what the channel's address says of what is too long.
    """

    def __init__(
        self, plugin: NotifyBase, message: Message, accepted: Accepted, *, overflow: str | None
    ) -> None:
        self.plugin = plugin
        self.message = message
        self.accepted = accepted
        self.overflow = overflow

    @property
    def mails(self) -> bool:
        """Whether it sends mail, and takes HTML for it."""
        target = self.plugin.resolve_format(NotifyFormat.TEXT)
        return target == NotifyFormat.HTML and not _MAILERS.isdisjoint(schemes_of(self.plugin))

    def deliver(self, answers: Answers) -> SendResult:
        """Send the message."""
        plugin, names = self.plugin, self.message.names
        name = str(plugin.service_name)
        title, text = _unmentioned(self.message.title), _unmentioned(self.message.text)
        if isinstance(plugin, NotifyWorkflows):
            plugin.body_maxlen = _TEAMS_ROOM
        room = int(plugin.body_maxlen)
        if room < _SHORT:
            # A text message: the subject says it all, and repeats how the text begins.
            text = "\n\n".join([title, *text.split("\n\n")[2:]])
        if room < _SHORT or plugin.title_maxlen <= 0 or isinstance(plugin, NotifyDiscord):
            # On top of the text it would say the same twice.
            title = ""
        else:
            title = _cut(title, int(plugin.title_maxlen), names)
            # Some services count both together.
            room -= len(title) + 2 if plugin.overflow_amalgamate_title else 0
        target = plugin.resolve_format(NotifyFormat.TEXT)

        def fits(part: str) -> bool:
            formed = _formed(part, target, plugin)
            small = not isinstance(plugin, NotifyNtfy) or len(formed.encode()) <= _NTFY_BYTES
            return small and len(formed) <= room

        if self.mails:
            plugin.body_maxlen = len(self.message.html)
            body = self.message.html
        else:
            text = text if self.overflow else within(text, room, fits, names)
            body = _formed(text, target, plugin)
        self._remember(answers)
        try:
            sent = plugin.notify(
                title=title,
                body=body,
                body_format=target,
                overflow=self.overflow or OverflowMode.TRUNCATE,
                notify_type=_NOTIFY_TYPES[self.message.severity],
            )
        except Exception as error:  # noqa: BLE001 - 150 plugins of others may raise anything
            return SendResult(False, f"{name}: the plugin failed ({type(error).__name__})")
        if not sent:
            result = answers.failure(name)
        else:
            refusal = refused(schemes_of(plugin), name, answers.responses, answers.secrets)
            result = refusal or SendResult(True, f"{name} accepted it")
        # Where some have it, the others' refusals say nothing of the channel.
        return replace(result, refuses_all=result.refuses_all and not self.accepted)

    def _remember(self, answers: Answers) -> None:
        """Have the plugin ask no target again that has the message, at whichever attempt.

        Apprise has plugins ask and say so for retries of its own, of which there are none here.
        """
        plugin, accepted, schemes = self.plugin, self.accepted, schemes_of(self.plugin)

        def is_delivered(key: Any, per_message: bool = False) -> bool:
            return accepted.has(*named(plugin, key, per_message=per_message))

        def mark_delivered(key: Any, per_message: bool = False) -> None:
            # A plugin that looks at the status alone takes a refusal for well.
            last = answers.responses if key is _PIECE_DELIVERED else answers.responses[-1:]
            if refused(schemes, "", last, ()) is None:
                accepted.add(*named(plugin, key, per_message=per_message))

        vars(plugin).update(is_delivered=is_delivered, mark_delivered=mark_delivered)


def _formed(text: str, target: NotifyFormat, plugin: NotifyBase) -> str:
    """A text in the form a service is sent, in which nothing of it is mark-up."""
    lines = text.rstrip().split("\n")
    if target == NotifyFormat.HTML:
        # Apprise would make six characters of every space; Telegram's HTML has no <br>.
        line_break = "\n" if isinstance(plugin, NotifyTelegram) else "<br/>"
        return line_break.join(map(escape, lines))
    if target == NotifyFormat.MARKDOWN:
        # A line of its own is a paragraph there; and Apprise's escapes would break the links.
        return "\n\n".join(
            line
            if safe_link(line) == line
            else convert_between(NotifyFormat.TEXT, NotifyFormat.MARKDOWN, line)
            for line in filter(None, lines)
        )
    return "\n".join(lines)


def within(text: str, limit: int, fits: Callable[[str], bool], names: Sequence[str]) -> str:
    """The paragraphs of a text that fit, the first ones first; names stay whole."""
    if len(text) <= limit and fits(text):
        return text
    first, *rest = text.rstrip().split("\n\n")
    kept = ""
    for paragraph in [first, *rest]:
        longer = f"{kept}\n\n{paragraph}" if kept else paragraph
        if len(longer) > limit or not fits(f"{longer}\n\n…"):
            break
        kept = longer
    if kept:
        return f"{kept}\n\n…"
    room = min(limit, len(first))
    while room > 1 and not fits(_cut(first, room, names)):
        room = room * 7 // 8
    return _cut(first, room, names)


def _cut(text: str, limit: int, names: Sequence[str]) -> str:
    """At most `limit` characters of a text, and no name cut in two."""
    if len(text) <= limit:
        return text
    kept = len(shorten(text, limit)) - 1
    for name in names:
        for found in re.finditer(
            r"\s+".join(map(re.escape, name.split())), text[: limit + _LONGEST_NAME]
        ):
            if found.start() < kept < found.end():
                kept = found.start()
    return text[:kept].rstrip() + "…"


def _unmentioned(text: str) -> str:
    """The text with nothing a chat service could take for a mention or a link of ours.

    Names of groups, `<…>` with which several services mark mentions and links, and the
    `[words](address)` of Markdown, which some read in what they are told is plain.
    """
    return _ORDERS.sub(lambda found: found[0] + _BREAK, text)

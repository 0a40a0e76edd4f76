"""Sending one message through one channel, and telling what came of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TextIO

from monitor.channels import receipts
from monitor.channels.accepted import Accepted
from monitor.channels.redact import secrets_of
from monitor.config.schema import CONSOLE, Channel
from monitor.errors import ChannelError
from monitor.messages.plain_text import wrapped
from monitor.messages.templates import Form
from monitor.model.delivery import Message, PartlyAccepted, SendResult

if TYPE_CHECKING:
    from monitor.channels.services import Service

opening = threading.Lock()
"""Apprise loads its plugins at first use, which two threads must not do at once."""


class Sender:
    """The configured channels, ready to send.

    Args:
        channels: the configured ones; a message to a channel that is not among them fails, and
            may succeed once it is.
        console: where the built-in channel "console" prints.

    One sender may be used from several threads. It remembers nothing: who calls it keeps which
    targets of a channel accepted a message that others refused.
    """

    def __init__(
        self, channels: Sequence[Channel], *, console: Callable[[str], None] | TextIO
    ) -> None:
        self._channels = {channel.name: channel for channel in channels}
        self._console = console
        self._printing = threading.Lock()

    @property
    def channels(self) -> tuple[str, ...]:
        """The names that can be sent to: the configured channels and the built-in console."""
        return (*self._channels, CONSOLE)

    def send(
        self,
        channel: str,
        message: Message,
        *,
        answers: str | None = None,
        accepted: PartlyAccepted | None = None,
    ) -> SendResult:
        """Send a message through the channel of that name, and wait for the service's answer.

        Args:
            channel: its name.
            message: the message.
            answers: the receipt of the message that it follows, for a service with threads.
            accepted: by whom, as the result of an earlier attempt says: they are not sent it again.

        Blocks for as long as the service takes (at most a minute for each request, or five for a
        mail); call it in a thread.
        Failures are results, never exceptions, and hold no secret. A failure is retryable
        unless the service refused for good; that includes a late answer and a connection that
        broke off: the message may have arrived then, but a repeat harms less than a loss.
        """
        configured = self._channels.get(channel)
        if configured is not None:
            return self._send(configured, message, thread=answers, before=accepted)
        if channel == CONSOLE:
            return self._print(message)
        return SendResult(False, f'no channel called "{channel}" is configured')

    def update(self, channel: str, message: Message, receipt: str) -> SendResult:
        """Have a message that was sent say something else; once or twice is the same.

        As `send`; a failure that is not retryable says that it cannot be changed any more.

        Args:
            channel: the channel that took the message.
            message: what it says from now on, whole.
            receipt: what came of sending it.
        """
        configured = self._channels.get(channel)
        if configured is None:
            return SendResult(False, f'no channel called "{channel}" is configured')
        return self._send(configured, message, receipt=receipt)

    def _send(
        self,
        channel: Channel,
        message: Message,
        *,
        thread: str | None = None,
        receipt: str | None = None,
        before: PartlyAccepted | None = None,
    ) -> SendResult:
        from monitor.channels.outcome import listening
        from monitor.channels.services import open_service
        from monitor.channels.slack import SlackService

        # A change is made everywhere once more, which does no harm.
        accepted = Accepted(channel, message.message_id, before)
        with listening(secrets_of(channel.url.get_secret_value().strip())) as answers:
            try:
                with opening:
                    service = open_service(channel, message, accepted, answers)
            except ChannelError as error:
                # The next edit of the config may mend it, so the delivery lives on.
                return SendResult(False, str(error))
            if isinstance(service, SlackService):
                service.thread = receipts.read(thread)
            if receipt is None:
                result = service.deliver(answers)
            elif isinstance(service, SlackService):
                result = service.change(receipts.read(receipt), answers)
            else:
                return SendResult(False, "it changes no message that it has", retryable=False)
        return result if result.ok else replace(result, accepted=accepted.kept())

    def _print(self, message: Message) -> SendResult:
        text = f"{wrapped(message.text)}\n"
        try:
            with self._printing:
                if callable(self._console):
                    self._console(text)
                else:
                    self._console.write(_encodable(text, self._console))
                    self._console.flush()
        except (OSError, ValueError) as error:
            return SendResult(False, f"the console cannot be written to ({error})")
        return SendResult(True, "printed")


def validate_channel(channel: Channel) -> None:
    """Check that a channel's address can be understood; nothing is sent.

    Raises:
        ChannelError: what is wrong with it, without repeating its secrets.
    """
    _opened(channel)


def form_of(channel: Channel) -> Form:
    """What a template for a channel is to write.

    Raises:
        ChannelError: the channel's address cannot be understood.
    """
    from monitor.channels.services import form_of as form_of_service

    return form_of_service(_opened(channel))


def _opened(channel: Channel) -> Service:
    from monitor.channels.outcome import listening
    from monitor.channels.services import open_service

    nothing = Message(title="", text="", html="", slack="", message_id="")
    with listening(secrets_of(channel.url.get_secret_value().strip())) as answers, opening:
        return open_service(channel, nothing, Accepted(channel, ""), answers)


def _encodable(text: str, stream: TextIO) -> str:
    """The text with what the stream's encoding lacks replaced: an alert is never lost to it."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)

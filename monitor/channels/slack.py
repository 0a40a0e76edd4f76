"""Slack, through Apprise's plugin, with our blocks in place of those that it would build."""

# Apprise annotates only some of what it offers.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apprise.plugins.slack import NotifySlack, SlackMode

from monitor.channels import receipts
from monitor.channels.accepted import Accepted
from monitor.channels.apprise_plugins import named
from monitor.channels.outcome import Answers
from monitor.channels.receipts import Place
from monitor.messages import buttons, mrkdwn
from monitor.model.delivery import Message, SendResult

_NO_THREAD = {
    "cannot_reply_to_message", "message_not_found", "thread_not_found", "invalid_thread_ts",
    "restricted_action_non_threadable_channel", "restricted_action_thread_locked",
}  # fmt: skip
"""What Slack says when a message cannot stand below another, and can by itself."""


class SlackService(NotifySlack):
    """Slack with our blocks in place of those Apprise would build from one text."""

    # Apprise would sleep between two targets; Slack counts by target, and when it has had
    # enough it says so and is waited for.
    request_rate_per_sec = 0

    message: Message
    accepted: Accepted
    """Targets that have the message, and where it stands there."""
    thread: Sequence[Place] = ()
    """Where the message stands that this one follows."""
    buttons: bool = False
    """Whether people may answer in the message, which takes an app that is told of it."""

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
        payload = {"blocks": [], "attachments": []} | self._payload()
        for key in ("unfurl_links", "unfurl_media"):
            payload.pop(key)
        url = self.api_url.format("chat.update")
        for place in places:
            where = {"channel": place.channel, "ts": place.ts}
            if super()._send(url, payload | where) is False:
                return answers.failure("Slack")
        return SendResult(True, "Slack changed the message")

    def _payload(self) -> dict[str, Any]:
        """What the message is to Slack, with its buttons where people may answer it."""
        payload = mrkdwn.payload(self.message)
        if self.buttons and self.message.answers_to and payload.get("attachments"):
            payload["attachments"][0]["blocks"].append(buttons.unanswered(self.message.answers_to))
        return payload

    def _receipt(self) -> str | None:
        """Where the message stands, unless that is not known of every target."""
        places = self.accepted.places
        known = {place.target for place in places}
        return receipts.written(places) if len(known) == len(self) else None

    def is_delivered(self, key: Any, per_message: bool = False) -> bool:
        """Whether a target has accepted the message in an earlier attempt."""
        return self.accepted.has(*named(self, key))

    def mark_delivered(self, key: Any, per_message: bool = False) -> None:
        """Remember that a target has accepted the message."""
        self.accepted.add(*named(self, key))

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
            payload = self._payload() | kept
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
            self.accepted.places.append(stands)
        return answer

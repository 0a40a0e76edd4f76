"""What Slack sends when somebody presses a button: whether it is Slack's, and what it says.

Signature: https://docs.slack.dev/authentication/verifying-requests-from-slack. Payload:
https://docs.slack.dev/reference/interaction-payloads/block_actions-payload.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from monitor.errors import MonitorError
from monitor.messages.buttons import UNDO
from monitor.model.link import LinkAction

#: A request's signature is worth nothing after so many seconds, as Slack advises.
WINDOW = 300
#: Where Slack is told what a message says from now on.
HOST = "hooks.slack.com"
_TIMEOUT = (5, 10)
_MOST_NAME = 80


class UnsignedError(MonitorError):
    """A request is not Slack's, is too old, or was sent before."""


class SenselessError(MonitorError):
    """A request of Slack's is about no button of ours."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button that somebody pressed."""

    action: LinkAction | None
    """None takes back what `change` says."""
    alert_id: str
    change: int | None
    user_id: str
    name: str
    """Who, as Slack calls them."""
    answer_to: str
    """Where Slack is told what the message says from now on."""
    message: dict[str, Any]
    """The message as it stands."""


def is_slack(url: str) -> bool:
    """Whether a channel's address is of Slack, which alone signs as it does."""
    parts = urlsplit(url.strip())
    return parts.scheme == "slack" or parts.hostname == HOST


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """How Slack signs a request."""
    said = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()


def require_signed(
    secrets: Iterable[str], timestamp: str, given: str, body: bytes, now: datetime
) -> None:
    """Let a request pass that Slack has signed just now.

    Args:
        secrets: those of the apps that may send one.
        timestamp: what its header says, in seconds since 1970.
        given: its signature.
        body: as it came, to the byte.
        now: the time.

    Raises:
        UnsignedError: it is not Slack's, or is too old.
    """
    known = [signature(each, timestamp, body) for each in secrets]
    is_ours = [hmac.compare_digest(each.encode(), given.encode()) for each in known]
    if not any(is_ours):
        raise UnsignedError("the request is not signed by Slack")
    is_number = timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 16
    if not is_number or abs(now.timestamp() - int(timestamp)) > WINDOW:
        raise UnsignedError(
            "the request is too old",
            hint="If it was sent just now, one of the two clocks is wrong.",
        )


def pressed(body: bytes) -> Pressed:
    """What a request says, whose signature is Slack's.

    Raises:
        SenselessError: it is about no button of ours.
    """
    try:
        [text] = parse_qs(body.decode(), strict_parsing=True, max_num_fields=10)["payload"]
        payload = json.loads(text)
        [action] = payload["actions"]
        kind, value = str(action["action_id"]), str(action["value"])
        user, alert_id, change = payload["user"], value, None
        if kind == UNDO:
            alert_id, _, number = value.partition(" ")
            change = int(number)
        name = str(user.get("name") or user.get("username") or user["id"])
        return Pressed(
            None if kind == UNDO else LinkAction(kind), alert_id, change, str(user["id"]),
            name[:_MOST_NAME], str(payload["response_url"]), dict(payload["message"]),
        )  # fmt: skip
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise SenselessError("the request is about no button of monitor's") from None


def answer(pressed: Pressed, payload: dict[str, Any], endpoints: Iterable[str]) -> None:
    """Tell Slack what a message says from now on, or its presser alone something.

    Args:
        pressed: the button.
        payload: what to send.
        endpoints: addresses that stand in for Slack's own (a channel's `endpoint`).

    Raises:
        MonitorError: Slack cannot be reached, or takes it not.
    """
    import requests

    to = urlsplit(pressed.answer_to)
    is_slack = to.scheme == "https" and to.netloc == HOST
    relays = [urlsplit(each) for each in endpoints]
    if not is_slack and (to.scheme, to.netloc) not in {(r.scheme, r.netloc) for r in relays}:
        raise SenselessError("the request wants its answer sent elsewhere than to Slack")
    try:
        done = requests.post(
            pressed.answer_to, json=payload, timeout=_TIMEOUT, allow_redirects=False
        )
    except requests.RequestException as error:
        raise MonitorError(f"Slack was not reached: {type(error).__name__}") from None
    if done.status_code != 200:
        raise MonitorError(f"Slack answered {done.status_code}")

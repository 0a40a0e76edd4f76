"""What is kept of a message that Slack has taken, to find it again when it is to be changed.

Slack names a message by the id of its channel and a time stamp, which its Web API gives back for
every post of a bot (https://docs.slack.dev/reference/methods/chat.postMessage). An incoming
webhook answers "ok" and nothing else, so there is no receipt for what went that way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_CHANNEL = re.compile(r"[A-Za-z0-9]{1,40}")
_TS = re.compile(r"\d{1,15}\.\d{1,9}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where one message stands."""

    target: str
    """What it was sent to, as configured: "#general"."""
    channel: str
    """Slack's id of that."""
    ts: str


def place(target: str, answer: object) -> Place | None:
    """Where a message stands by Slack's answer to its post; None if that does not say."""
    if not isinstance(answer, dict):
        return None
    return _place(target, answer.get("channel"), answer.get("ts"))


def written(places: Iterable[Place]) -> str:
    """The receipt for a message that stands in these places."""
    return json.dumps([[each.target, each.channel, each.ts] for each in places])


def read(receipt: str | None) -> tuple[Place, ...]:
    """The places that a receipt names; none if it cannot be read."""
    try:
        found: Any = json.loads(receipt or "[]")
        places = [_place(*each) for each in found]
    except (ValueError, TypeError):
        return ()
    return tuple(filter(None, places))


def _place(target: object, channel: object, ts: object) -> Place | None:
    if not (isinstance(target, str) and isinstance(channel, str) and isinstance(ts, str)):
        return None
    if not _CHANNEL.fullmatch(channel) or not _TS.fullmatch(ts):
        return None
    return Place(target, channel, ts)

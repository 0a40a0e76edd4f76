"""What happened, in words: made here, where people read them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.messages.developments import development_words
from monitor.messages.holds import hold_words
from monitor.model.hold import Hold, HoldReason
from monitor.service.stories import Event, EventKind
from monitor.wording import in_words

if TYPE_CHECKING:
    from monitor.web.rendering import Moments

_ORDINALS = ("zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh",
             "eighth", "ninth", "tenth", "eleventh", "twelfth")  # fmt: skip


def ordinal(number: int) -> str:
    """A place in a row, such as "third" or "21st"."""
    if number < len(_ORDINALS):
        return _ORDINALS[number]
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(
        number % 10, "th"
    )  # fmt: skip
    return f"{number}{ending}"


def event_title(event: Event) -> str:
    """What happened, on a line."""
    who = event.who
    return {
        EventKind.SEEN: f"seen in “{who}”",
        EventKind.READ: "read",
        EventKind.TOLD: f"told {who}",
        EventKind.FOLLOWED_UP: f"told {who} who else has it",
        EventKind.DEVELOPMENT: f"development: {development_words(event.development)}",
        EventKind.WAITS: f"waits to tell {who}",
        EventKind.DEAD: f"given up: {who}",
        EventKind.ACKNOWLEDGED: f"{who or 'somebody'} is on it",
    }[event.kind]


def event_words(event: Event, moments: Moments) -> str:
    """More of it, on a smaller line; empty where there is nothing."""
    at = moments.clock(event.at)
    words = ""
    match event.kind:
        case EventKind.TOLD if event.after is not None and event.after >= 0:
            words = f"{in_words(timedelta(seconds=event.after))} after it was published"
        case EventKind.WAITS if event.hold is not None:
            words = f"{_waits(event.hold)}, {at}"
        case EventKind.WAITS if event.error:
            words = f"tried again at {at}: {event.error}"
        case EventKind.WAITS:
            words = f"next at {at}"
        case EventKind.DEAD:
            words = event.error or ""
        case EventKind.DEVELOPMENT:
            words = who_in(event)
    return words


def _waits(hold: Hold) -> str:
    match hold.reason:
        case HoldReason.EXPIRED:
            return "too old to come by itself"
        case HoldReason.RATE:
            return "waits for its turn: much came at once"
        case HoldReason.INHIBITED:
            return hold_words(hold)
    return f"waits for {hold_words(hold)}"


def who_in(event: Event) -> str:
    """Whose report a development is, and for which watchlist."""
    return f"{event.who}, for {event.watchlist}" if event.watchlist else event.who

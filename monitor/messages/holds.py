"""Why people are not told, are told late, or are told here: in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.model.alert import Alert, FollowUp, Silence
from monitor.model.delivery import Summary
from monitor.model.hold import HeldReason, Hold, HoldReason

if TYPE_CHECKING:
    from monitor.config.schema import Channel

_HOLDS = {
    HoldReason.QUIET_HOURS: "quiet hours",
    HoldReason.SILENCE: "silence {ref}",
    HoldReason.BURST: "the end of its feed's burst",
    HoldReason.FALLBACK: "fallback for {ref}",
    HoldReason.INHIBITED: "inhibited by {ref:.8}",
}
_HELD = {
    HeldReason.BACKFILL: "it was already old news when its feed was first polled",
    HeldReason.TOLD: "its story was told already",
    HeldReason.SILENCED: "its story is told when the silence ends",
    HeldReason.DROPPED: "silenced for good",
}
EARLIER = "Reported before it was watched"
"""What is said of a report that somebody wanted told although it came too early."""
_AT_ONCE = "What came all at once"
_TITLES: dict[HoldReason, tuple[str, str | None]] = {
    HoldReason.QUIET_HOURS: ("What came in quiet hours", "This channel was quiet until {time}"),
    HoldReason.RATE: (_AT_ONCE, "They came faster than this channel takes messages"),
    HoldReason.ACKNOWLEDGEMENT: ("Not acknowledged", "Nobody has acknowledged these alerts yet"),
    HoldReason.EXPIRED: (
        "Delivered late",
        "This channel could not be reached when they were news",
    ),
}


def hold_words(hold: Hold) -> str:
    """What a delivery waits for: "quiet hours", "digest", "silence 3", "fallback for slack"."""
    return _HOLDS.get(hold.reason, hold.reason.value).format(ref=hold.ref or "")


def held_words(
    reason: HeldReason,
    why: str | None = None,
    silence: Silence | None = None,
    timezone: str | None = None,
) -> str:
    """Why a match was told by no alert of its own.

    Args:
        reason: the reason.
        why: why its article belongs to its story, if it does.
        silence: the one that has dropped it, if one has.
        timezone: an IANA name; None for the machine's own.
    """
    if silence is not None:
        return silenced_words(silence, timezone)
    is_of_story = reason in {HeldReason.TOLD, HeldReason.SILENCED}
    return f"{_HELD[reason]}: {why}" if is_of_story and why else _HELD[reason]


def silenced_words(silence: Silence, timezone: str | None) -> str:
    """Why nobody is told of what a silence mutes.

    Args:
        silence: which one.
        timezone: an IANA name; None for the machine's own.
    """
    local = silence.ends.astimezone(ZoneInfo(timezone) if timezone else None)
    return f"silenced until {local:%Y-%m-%d %H:%M} by {silence.author}: {silence.reason}"


def summary_words(
    summary: Summary, channel: Channel | None, timezone: str
) -> tuple[str, str | None]:
    """A summary's title, and why what is in it comes together.

    Args:
        summary: which one.
        channel: the settings of the channel that it goes to, if there are any.
        timezone: an IANA name.
    """
    from monitor.config.values import format_duration

    local = summary.due.astimezone(ZoneInfo(timezone))
    hold = summary.hold
    if hold is None:
        return "What came together", None
    if hold.reason is HoldReason.DIGEST:
        return f"Digest of {local.day} {local:%B %Y}", None
    if hold.reason is HoldReason.RATE and channel is not None and channel.rate is not None:
        number, window = channel.rate
        most = f"{number} message{'s' if number > 1 else ''} in {format_duration(window)}"
        return _AT_ONCE, f"This channel takes {most}; these came on top of that"
    if hold.reason in _SAID:
        return _SAID[hold.reason](summary, hold)
    title, note = _TITLES.get(hold.reason, (f"What waited for {hold_words(hold)}", None))
    return title, note and note.format(time=f"{local:%H:%M}")


def _burst_words(summary: Summary, _: Hold) -> tuple[str, str | None]:
    told = [each.alert if isinstance(each, FollowUp) else each for each in summary.items]
    outlets = {each.article.feed_name or each.article.outlet for each in told}
    feed = outlets.pop() if len(outlets) == 1 else ""
    title = f"{len(told)} alerts from {feed}" if feed else f"{len(told)} alerts from one feed"
    return title, "Its feed listed them all at once, so that they come in one message"


def _silence_words(_: Summary, hold: Hold) -> tuple[str, str | None]:
    return "What was silenced", f"They were held back by {hold_words(hold)}, which has ended"


def _fallback_words(_: Summary, hold: Hold) -> tuple[str, str | None]:
    return f"In place of {hold.ref}", _in_place_of(hold)


_SAID = {
    HoldReason.BURST: _burst_words,
    HoldReason.SILENCE: _silence_words,
    HoldReason.FALLBACK: _fallback_words,
}


def remark(
    hold: Hold | None, alert: Alert, escalates_to: Sequence[str], after: timedelta | None
) -> str | None:
    """Why an alert is told here or now, or what is expected of who reads it.

    Args:
        hold: what it has waited for.
        alert: what is told.
        escalates_to: the channels that are told if nobody acknowledges it.
        after: how long after it they are.
    """
    from monitor.config.values import format_duration

    command = f"monitor alerts ack {alert.id[:8]}"
    if hold is not None and hold.reason is HoldReason.ACKNOWLEDGEMENT:
        return f"Nobody has acknowledged it yet. To do so: {command}"
    said = ". ".join(filter(None, (EARLIER if alert.earlier else None, _in_place_of(hold)))) or None
    if escalates_to:
        span = format_duration(after or timedelta(0))
        wish = (
            f"To acknowledge it, before {' and '.join(escalates_to)} is told after {span}:"
            f" {command}"
        )
        return f"{said}. {wish}" if said else wish
    return said


def _in_place_of(hold: Hold | None) -> str | None:
    if hold is None or hold.reason is not HoldReason.FALLBACK:
        return None
    return f"Told here as {hold.ref} takes no messages"

"""What became of a match, in words: the same wherever somebody asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.messages.correlations import why_joined
from monitor.messages.holds import held_words, hold_words, silenced_words
from monitor.model.alert import Silence
from monitor.model.fate import Fate, FateKind, FirstTold, GivenUp, HeldBack, Told, Waiting
from monitor.model.hold import Hold, HoldReason

_NOT_TOLD = {
    FateKind.UNREAD: "not told yet: it still waits to be read",
    FateKind.NO_CHANNEL: "not told: no channel takes alerts of its severity",
    FateKind.CHANGED: (
        "not told: the watchlists were others when it was read; today it would alert"
    ),
    FateKind.NOTHING: "not told: it names nothing that is watched",
}


def fate_words(fate: Fate, timezone: str | None) -> str:
    """What became of a match, without a full stop: who was told when, what waits for what.

    Args:
        fate: what is known.
        timezone: an IANA name; None for the machine's own.
    """
    match fate.kind:
        case FateKind.BELOW:
            return f"not told: it scores {fate.score:g}, below what alerts"
        case FateKind.HELD if fate.held is not None:
            return f"not told: {held_back_words(fate.held, timezone)}"
        case FateKind.STORY if fate.story is not None:
            first = fate.story.fate
            if first is not None and first.kind is FateKind.SILENCED:
                return f"{fate_words(first, timezone)}; so is its story"
            return f"told as part of a story: {first_told_words(fate.story, timezone)}"
        case FateKind.SILENCED if fate.waits and fate.waits[0].silence is not None:
            return silenced_words(fate.waits[0].silence, timezone)
    return _NOT_TOLD.get(fate.kind) or _delivery_words(fate, timezone)


def fate_in_brief(fate: Fate, timezone: str | None) -> str:
    """The same for a column of a table; empty if it was neither told nor is to be."""
    match fate.kind:
        case FateKind.STORY:
            return "story"
        case FateKind.SILENCED:
            return "silenced"
        case FateKind.REPLACED:
            return "by a graver alert"
    parts = []
    if fate.told:
        first = min((each.at for each in fate.told if each.at is not None), default=None)
        parts.append(f"{_names(fate.told)} {_time(first, timezone)}")
    if fate.waits:
        parts.append(f"waits: {_names(fate.waits)}")
    if fate.dead:
        parts.append(f"dead: {_names(fate.dead)}")
    return "; ".join(parts)


def held_back_words(held: HeldBack, timezone: str | None) -> str:
    """Why a match has no alert of its own although it reached its threshold."""
    return held_words(held.reason, why_joined(held.correlation), held.silence, timezone)


def first_told_words(story: FirstTold, timezone: str | None) -> str:
    """What first told of a story, and to whom."""
    who = f"{story.outlet}, " if story.outlet else ""
    title = "an article that was pruned" if story.title is None else story.title
    fate = "no channel took the alert" if story.fate is None else fate_words(story.fate, timezone)
    return f"first told was {who}“{title}” (alert {story.alert_id[:8]}: {fate})"


def waiting_words(
    hold: Hold | None, until: datetime | None, silence: Silence | None, timezone: str | None
) -> str:
    """What an unsent delivery waits for and until when; empty if it is only to have its turn.

    Args:
        hold: what holds it.
        until: when it is tried next; None if nothing says.
        silence: the one that keeps it back, if one does.
        timezone: an IANA name; None for the machine's own.
    """
    if silence is not None:
        return silenced_words(silence, timezone)
    if hold is None:
        return ""
    if until is None:
        return hold_words(hold) if hold.reason is HoldReason.INHIBITED else ""
    at = _time(until, timezone)
    if hold.reason is HoldReason.ACKNOWLEDGEMENT:
        return f"told {at} unless somebody acknowledges it"
    what = "too old to come by itself" if hold.reason is HoldReason.EXPIRED else hold_words(hold)
    return f"{what} until {at}"


def never_listed_words(near: int, failing: int) -> str:
    """Why nothing is known of an address.

    Args:
        near: how many subscribed feeds are of its site.
        failing: how many of those cannot be read.
    """
    said = "no subscribed feed has listed this address"
    if not near:
        return f"{said}, and none is of its site"
    if failing:
        return f"{said}, and {failing} of the {near} of its site cannot be read"
    return f"{said}, though some of its site are read"


def _delivery_words(fate: Fate, timezone: str | None) -> str:
    if fate.kind is FateKind.REPLACED:
        return f"{', '.join(fate.replaced)} was told by a graver alert of the same story"
    on_its_way, held = [], []
    for each in fate.waits:
        why = waiting_words(each.hold, each.until, each.silence, timezone)
        if why:
            held.append(f"{each.channel} ({why})")
        else:
            on_its_way.append(each.channel)
    parts = []
    if fate.told:
        at = (f"{each.channel} ({_time(each.at, timezone)})" for each in fate.told)
        parts.append(f"told to {', '.join(at)}")
    if fate.dead:
        refused = (f"{each.channel} ({each.error})" for each in fate.dead)
        parts.append(f"could not be delivered to {', '.join(refused)}")
    if on_its_way:
        parts.append(f"is on its way to {', '.join(on_its_way)}")
    if held:
        parts.append(f"waits for {', '.join(held)}")
    if not fate.told:
        parts[0] = f"an alert was made{', but' if fate.dead else ' and'} {parts[0]}"
    return "; ".join(parts)


def _names(those: Iterable[Told | Waiting | GivenUp]) -> str:
    return ", ".join(dict.fromkeys(each.channel for each in those))


def _time(moment: datetime | None, timezone: str | None) -> str:
    if moment is None:
        return ""
    return f"{moment.astimezone(ZoneInfo(timezone) if timezone else None):%Y-%m-%d %H:%M}"

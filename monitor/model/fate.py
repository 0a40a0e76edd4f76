"""What became of a match: who was told and when, what waits and for what, what could not be."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from monitor.model.alert import Silence
from monitor.model.hold import HeldReason, Hold
from monitor.model.story import Correlation


class FateKind(enum.StrEnum):
    """Whether people were told, and if not, why."""

    TOLD = "told"
    """A channel has taken it."""
    WAITS = "waits"
    """It is on its way to every channel that is to tell of it."""
    SILENCED = "silenced"
    """As before, and silences keep it from all of them."""
    DEAD = "dead"
    """No channel has taken it, and one has been given up."""
    REPLACED = "replaced"
    """A graver alert of the same story told its channels."""
    STORY = "story"
    """Its story was told before, by another article."""
    HELD = "held"
    """It reached its threshold and was held back."""
    UNREAD = "unread"
    """Its article still waits to be read."""
    NO_CHANNEL = "no-channel"
    """It reached its threshold, and no channel takes alerts of its severity."""
    CHANGED = "changed"
    """The watchlists were others when its article was read: today it would alert."""
    BELOW = "below"
    """It scores below what alerts."""
    NOTHING = "nothing"
    """Its article names nothing that is watched."""


@dataclass(frozen=True, slots=True)
class Told:
    """A channel that has taken an alert, or what followed it, and when first."""

    channel: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A channel that is still to be told."""

    channel: str
    hold: Hold | None
    """What for, if anything but its turn."""
    until: datetime | None
    silence: Silence | None
    """The one that keeps it back, if one does."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A channel that could not be told."""

    channel: str
    error: str | None


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Why a match that reached its threshold has no alert of its own."""

    reason: HeldReason
    correlation: Correlation | None
    """Why its article belongs to its story, if it does."""
    silence: Silence | None
    """The one that has dropped it, if one has."""


@dataclass(frozen=True, slots=True)
class FirstTold:
    """What first told of a story."""

    alert_id: str
    outlet: str
    title: str | None
    """None once the article was pruned."""
    fate: Fate | None
    """What became of that alert; None if no channel took it."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a match, an alert, or all of an article's matches."""

    kind: FateKind
    told: tuple[Told, ...] = ()
    waits: tuple[Waiting, ...] = ()
    dead: tuple[GivenUp, ...] = ()
    replaced: tuple[str, ...] = ()
    """Channels that a graver alert of the same story told."""
    held: HeldBack | None = None
    story: FirstTold | None = None
    score: float = 0.0
    """The highest, of what is below its threshold."""

"""What keeps people from being told, of a delivery and of a match: reasons, never words."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class HoldReason(enum.StrEnum):
    """What a delivery waits for or has waited for, and with which others it goes out together."""

    QUIET_HOURS = "quiet-hours"
    DIGEST = "digest"
    RATE = "rate"
    """The channel has had as many messages as it takes for now."""
    SILENCE = "silence"
    """Somebody has silenced it; `ref` is the silence's number."""
    ACKNOWLEDGEMENT = "acknowledgement"
    """It is told only if nobody acknowledges the alert."""
    BURST = "burst"
    """Its feed tells much at once, which is gathered; `ref` is the feed's number."""
    EXPIRED = "expired"
    """It is too old to come by itself."""
    FALLBACK = "fallback"
    """Another channel takes nothing, whose name `ref` is."""
    INHIBITED = "inhibited"
    """The channel is told a graver alert of the same story in its place, whose id `ref` is."""


@dataclass(frozen=True, slots=True)
class Hold:
    """What a delivery waits for, or has waited for."""

    reason: HoldReason
    ref: str | None = None
    """Which silence, channel or alert; the reasons say of which they tell."""


class HeldReason(enum.StrEnum):
    """Why a match that reached its threshold was told by no alert of its own."""

    BACKFILL = "backfill"
    """It was old news already when its feed was first polled."""
    TOLD = "told"
    """Its story was told already."""
    SILENCED = "silenced"
    """Its story is told when a silence ends."""
    DROPPED = "dropped"
    """A silence mutes it for good; `ref` is the silence's number."""


@dataclass(frozen=True, slots=True)
class Held:
    """Why a match was told by no alert of its own."""

    reason: HeldReason
    ref: str | None = None

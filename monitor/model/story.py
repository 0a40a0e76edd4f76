"""Stories: articles that tell the same thing, and why they are taken to."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta


class JoinKind(enum.StrEnum):
    """How a report belongs to a story that another began."""

    COPY = "copy"
    """It has the words of an earlier report."""
    NEAR_DUPLICATE = "near_duplicate"
    """It has most of them."""
    SAME_EVENT = "same_event"
    """It tells the event in other words."""
    CROSS_LINGUAL = "cross_lingual"
    """It tells it in another language."""
    BY_HAND = "by_hand"
    """Somebody says so."""


class ApartReason(enum.StrEnum):
    """Why a report begins a story although there was one that it might have belonged to."""

    TOO_LITTLE = "too_little"
    """They have too little in common."""
    OTHER_TOP = "other_top"
    """Hours later, headline and first words tell something else."""
    FOLLOW_UP = "follow_up"
    """Other news stands above the other's text."""
    TEMPLATE = "template"
    """The same words with other names and figures: notices filled in from one template."""
    OTHER_CODES = "other_codes"
    """They are about different codes, such as CVE numbers."""
    SAME_OUTLET = "same_outlet"
    """One outlet seldom tells one event twice in other words."""
    ROUNDUP = "roundup"
    """One of them tells of many things."""
    FIRST_REPORT = "first_report"
    """It is like a later report of the story, but too little like the first."""
    CROWDED = "crowded"
    """The story has as many reports that only likely belong to it as can be listed."""
    TOO_LATE = "too_late"
    """The story takes no more reports of this kind."""
    BY_HAND = "by_hand"
    """Somebody has split it off."""


class Role(enum.StrEnum):
    """What a report is to its story."""

    FIRST = "first"
    """It began it."""
    FIRM = "firm"
    """It surely belongs to it, and others may join by way of it."""
    LOOSE = "loose"
    """Nothing joins by way of it but copies of its text."""


@dataclass(frozen=True, slots=True)
class Correlation:
    """What a report was found to have in common with an earlier one, and what follows from it."""

    kind: JoinKind | None
    """How it joined the other's story; None if it began one of its own."""
    certain: bool
    """Whether it need not be listed; a report that may belong elsewhere always is."""
    outlet: str
    """Whose the other report is; may be empty."""
    apart: timedelta
    """Time between the two."""
    reason: ApartReason | None = None
    """Why it began a story of its own."""
    share: float | None = None
    """Of one text that stands in the other, 0 to 1."""
    log_odds: float | None = None
    """How surely they are of one event; 0 is as likely as not."""
    entities: tuple[str, ...] = ()
    """Watched entities that both name."""
    words: tuple[str, ...] = ()
    """The most telling words that both have."""

"""A match: who was found in an article, how surely and how gravely."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Literal

Field = Literal["title", "summary", "body"]
"""The parts of an article that are searched, and that a mention's offsets refer to."""


class Kind(enum.StrEnum):
    """Who or what an entity is; decides how its names are matched and expanded."""

    THREAT_ACTOR = "threat-actor"
    ORGANISATION = "organisation"
    PERSON = "person"
    PLACE = "place"
    MALWARE = "malware"
    TERM = "term"


class Severity(enum.StrEnum):
    """How grave a match is; compare with `rank`."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Position from 0 (low) to 3 (critical)."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a name occurs: `text == getattr(article, field)[start:end]`."""

    entity: str
    name: str
    """The name that matched, as configured or expanded (for example an alias)."""
    field: Field
    start: int
    end: int
    text: str
    sentence: str
    """The sentence around it, as it stands in the field."""
    sentence_start: int = 0
    """Offset of `sentence` in the field, so that the name can be marked within it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One summand of a score."""

    factor: str
    points: float
    detail: str


@dataclass(frozen=True, slots=True)
class Match:
    """An article × a watchlist."""

    watchlist: str
    score: float
    """0 to 100, one decimal; the points of `reasons` add up to it."""
    severity: Severity
    alert: bool
    """True when the score reaches the watchlist's `alert_at`."""
    mentions: tuple[Mention, ...]
    reasons: tuple[Reason, ...]

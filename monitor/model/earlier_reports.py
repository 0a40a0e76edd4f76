"""Earlier reports: what was stored before a name was watched, offered to be told."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime


class OfferState(enum.StrEnum):
    """What became of an offer; stored, so that names stay as they are."""

    OPEN = "open"
    TOLD = "told"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
    """Nobody watches any more what it names."""


@dataclass(frozen=True, slots=True)
class EarlierReport:
    """A stored article of which people would have been told, had the name been watched."""

    article_id: int
    score: float
    sentence: str
    """That proves it."""
    title: str = ""
    url: str | None = None
    outlet: str = ""
    at: datetime | None = None
    """When it was published, or else fetched."""
    told: datetime | None = None
    """When it was matched once more to be told."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What an edit of a watchlist would have told of what is stored already."""

    id: int
    watchlist: str
    names: tuple[str, ...]
    """Whom the edit added, as far as somebody is named in the reports."""
    at: datetime
    """When the edit came into force."""
    found: int
    """How many reports name them; the offer holds the newest of these."""
    reports: int
    """How many it holds."""
    state: OfferState = OfferState.OPEN
    decided: datetime | None = None
    decided_by: str | None = None

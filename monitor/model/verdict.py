"""Verdicts: what people say a story was worth to a watchlist."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime


class Worth(enum.StrEnum):
    """Whether a story was worth telling."""

    RELEVANT = "relevant"
    NOT_RELEVANT = "not-relevant"
    SEEN = "seen"
    """Somebody has looked at it, and says nothing of it: it waits no more, and does not count."""


class VerdictReason(enum.StrEnum):
    """Why a story was not worth telling; only the first two speak about the name."""

    ANOTHER = "another-of-that-name"
    ORDINARY_WORD = "ordinary-word"
    IN_PASSING = "in-passing"
    OLD_NEWS = "old-news"
    COPY = "copy"
    NOT_FOR_US = "not-for-us"

    @property
    def about_name(self) -> bool:
        """Whether it says that the name was not the watched one's."""
        return self in {VerdictReason.ANOTHER, VerdictReason.ORDINARY_WORD}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody said of a story and a watchlist."""

    id: int
    story_id: int | None
    """None for a match whose article belongs to no story."""
    watchlist: str
    matches: tuple[int, ...]
    """The matches that were there when it was said."""
    names: tuple[tuple[str, str], ...]
    """Entity and name of what they had found."""
    score: float
    """The highest of them."""
    worth: Worth
    reason: VerdictReason | None
    note: str
    who: str
    at: datetime
    ruleset: str | None
    """By which watchlist and program the highest was found: see `matches.ruleset`."""
    undone: datetime | None = None
    undone_by: str | None = None

    @property
    def stands(self) -> bool:
        """It was not taken back."""
        return self.undone is None

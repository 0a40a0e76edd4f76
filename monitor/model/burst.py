"""A burst: one feed tells much at once, and a channel gets most of it in one message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

FeedKey = tuple[int, bool]
"""A feed's number, and whether it is about follow-ups: those to stories of a feed, however many,
keep none of its new stories waiting."""


@dataclass(frozen=True, slots=True)
class Told:
    """A message that a channel got of a feed's alerts."""

    at: datetime
    gathered: bool = False
    """It told what had been gathered."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """What is being gathered of a feed for a channel."""

    first: datetime
    latest: datetime
    """When the first and the latest of it were made."""
    until: datetime
    """When it is looked at next."""

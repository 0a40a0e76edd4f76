"""When in the week a feed publishes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PublishingHours:
    """How often a feed has published in each hour of a day, of late more than long ago."""

    counts: tuple[float, ...]
    """48 numbers: of the hours from 0 to 23 (UTC) of weekdays, then of weekends. Each is how
    often it published then, an occasion of some time ago counting for less."""
    since: datetime
    """The first occasion that was counted."""
    until: datetime
    """The last one, at which the counts were what they are."""

"""What a list of stories is asked for."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from monitor.model.match import Severity


class InboxState(enum.StrEnum):
    """Which stories a list shows."""

    OPEN = "open"
    """Those that nobody has judged yet."""
    ALL = "all"
    JUDGED = "judged"
    SILENCED = "silenced"
    """Those that a silence keeps, or has kept, from people."""


class InboxSort(enum.StrEnum):
    """In which order."""

    NEWEST = "newest"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """What a list of stories is asked for; None is anything."""

    state: InboxState = InboxState.OPEN
    watchlist: str | None = None
    entity: str | None = None
    severity: Severity | None = None
    """At the least."""
    feed: str | None = None
    """A feed's name or address."""
    language: str | None = None
    since: datetime | None = None
    containing: str | None = None
    """Words of a headline or summary."""
    sort: InboxSort = InboxSort.NEWEST

"""What is known of a story and of those who are told of it, as far as a plan depends on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.alert import Silence
from monitor.model.article import Article
from monitor.model.delivery import DeliveryStatus
from monitor.model.development import Development
from monitor.model.hold import Held, Hold
from monitor.model.match import Match, Mention, Severity


@dataclass(frozen=True, slots=True)
class RecordedMatch:
    """What became of a match that was found."""

    id: int
    graver: bool
    """It alerted at an earlier reading already, and was less severe then."""
    thread: str | None = None
    """The alert that it belongs to since an earlier reading."""
    held: Held | None = None
    """Why it was told by no alert of its own then."""
    mentions: tuple[Mention, ...] = ()
    """What it named at an earlier reading."""
    headlines: tuple[str, str] | None = None
    """Those of the article and of its page when it was last told."""


@dataclass(frozen=True, slots=True)
class ToldStory:
    """What people have been told of a story for one watchlist."""

    thread: str
    """Its first alert."""
    entities: frozenset[str]
    """All that were named, in what was told and in what joined it quietly."""
    severity: Severity
    """The gravest told."""
    urls: tuple[str, ...]
    """The addresses at which the text of the reports was read that were told as news."""
    threads: tuple[str, ...] = ()
    """The first alert, and those of stories that somebody has put together with this one."""


@dataclass(frozen=True, slots=True)
class ThreadDelivery:
    """A delivery of a story's alert, or of what followed it, for one watchlist."""

    id: int
    alert_id: str
    channel: str
    status: DeliveryStatus
    severity: Severity
    """The alert's."""
    follow_up: int
    hold: Hold | None
    sent: datetime | None
    covered: datetime | None
    receipt: str | None
    """What its service finds the message by, if it can be changed."""
    edited: datetime | None


@dataclass(frozen=True, slots=True)
class Inhibitor:
    """A critical alert of the same story by another watchlist."""

    alert_id: str
    waits: bool
    """It is still to be sent: what comes now can go out with it."""


@dataclass(frozen=True, slots=True)
class Concern:
    """A match, and what people have been told of its story for its watchlist."""

    match: Match
    recorded: RecordedMatch
    told: ToldStory | None = None
    """What was told besides this match; None if nothing."""
    alerts: Mapping[str, tuple[Development, ...]] = field(default_factory=dict)
    """What people were told of this match already: what was new, by alert."""
    thread: tuple[ThreadDelivery, ...] = ()
    """The deliveries of the story's thread, oldest first."""
    inhibitors: Mapping[str, Inhibitor] = field(default_factory=dict)
    """The first critical alert by another watchlist of late, by channel that is told of it."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What was found in an article, and what is known of its story."""

    article: Article
    before: Article
    """The article as it was before this reading."""
    story: int | None
    is_uncertain: bool = False
    """Whether the article may be other news than the story, so that it has to be listed."""
    concerns: tuple[Concern, ...] = ()
    gone: tuple[Concern, ...] = ()
    """What people were told of that this reading does not find any more."""
    silences: tuple[Silence, ...] = ()
    """Those in force."""
    earlier: frozenset[str] = frozenset()
    """The watchlists that it came too early for, and for which somebody wants it told."""

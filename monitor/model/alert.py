"""An alert: what people are told of a story, and what keeps them from being told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model.article import Article
from monitor.model.development import Development
from monitor.model.hold import Hold, HoldReason
from monitor.model.link import PageLink
from monitor.model.match import Match, Mention, Severity
from monitor.model.story import Correlation


@dataclass(frozen=True, slots=True)
class Coverage:
    """One more report of a story that people have been told of."""

    article: Article
    correlation: Correlation | None
    """Why it belongs to the story, or to no other; None for one that was like no other."""
    mentions: tuple[Mention, ...] = ()
    development: tuple[Development, ...] = ()
    """What it adds to what had been told."""

    @property
    def is_uncertain(self) -> bool:
        """Whether it may be other news than its story, so that it has to be listed."""
        found = self.correlation
        return found is not None and found.kind is not None and not found.certain


@dataclass(frozen=True, slots=True)
class Alert:
    """What people are told about one match: the first report of a story, or a development."""

    id: str
    """Stable across retries and restarts, so that a receiver can tell a repeat."""
    match: Match
    article: Article
    created: datetime
    thread: str | None = None
    """Id of the first alert of its story and watchlist; its own, unless it is a development."""
    development: tuple[Development, ...] = ()
    """What is new in a story that had been told of before; nothing for the first report."""
    also: tuple[Coverage, ...] = ()
    """Who else has reported the story since the last message about it, in order of time."""
    together: tuple[Alert, ...] = ()
    """The alerts of other watchlists that are told in the same message, the gravest first."""
    follows: tuple[str, ...] | None = None
    """The alerts whose messages it follows on its channel; None: by its thread alone."""
    remark: str | None = None
    """Why it is told here, or now, where that is not plain."""
    pages: tuple[PageLink, ...] = ()
    """Where it can be seen and judged in a browser, if people reach the page."""
    acknowledged: datetime | None = None
    """When somebody said that they see to it."""
    acknowledged_by: str | None = None
    earlier: bool = False
    """Its report came before its name was watched, and somebody wanted it told all the same."""
    config_version: int | None = None
    """The version of the configuration it was made by, where machines share one."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Who else has reported a story: told after its alert, at most now and then."""

    alert: Alert
    """What was told first; its `also` is what is told now."""
    number: int
    """From 1 on."""

    @property
    def id(self) -> str:
        """Stable across retries, as an alert's."""
        return f"{self.alert.id}.{self.number}"


@dataclass(frozen=True, slots=True)
class Silence:
    """Alerts that are not sent for a while, by whom and why. Empty fields ask for nothing."""

    id: int
    author: str
    reason: str
    created: datetime
    ends: datetime
    watchlists: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    """Mutes what names none but these."""
    feeds: tuple[str, ...] = ()
    """Names, tags or addresses."""
    text: str | None = None
    """Words in a row, in whatever case, in headline, summary or text."""
    max_severity: Severity | None = None
    """What is graver is told all the same."""
    drop: bool = False
    """What is missed under it is not sent when it ends either."""

    @property
    def hold(self) -> Hold:
        """What deliveries wait for that it mutes."""
        return Hold(HoldReason.SILENCE, str(self.id))

    def in_force(self, now: datetime) -> bool:
        """Whether it mutes anything at that time."""
        return now < self.ends


@dataclass(frozen=True, slots=True)
class Notice:
    """What operators are told: a broken config, failing feeds, proof of life."""

    id: str
    kind: str
    title: str
    text: str
    created: datetime

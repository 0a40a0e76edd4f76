"""What the pipeline reports as it goes: for the log, for summaries, and for the demo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from monitor.model.alert import Alert, Notice
from monitor.model.article import Article
from monitor.model.delivery import Delivery, DeliveryStatus, SendResult
from monitor.model.feed import FeedState
from monitor.model.hold import HeldReason
from monitor.model.match import Match

Outcome = Literal["ok", "unchanged", "failed"]


@dataclass(frozen=True, slots=True)
class Polled:
    """A feed was asked for news."""

    feed: FeedState
    outcome: Outcome
    entries: int = 0
    new: int = 0
    detail: str = ""
    """Why it failed."""
    problems: tuple[str, ...] = ()
    """What was wrong with it but could be read past."""
    ours: bool = False
    """It failed while no feed could be reached: our own network is to blame."""
    unreachable: bool = False
    """Its host could not be reached, for which our own network may be to blame."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """A feed's hub sent what is new."""

    feed: FeedState
    entries: int
    new: int
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """An article was read and matched."""

    article: Article
    matches: tuple[Match, ...]
    alerts: tuple[Alert, ...]
    held: HeldReason | None = None
    """Why nobody is told of its matches, if so."""
    joined: frozenset[str] = frozenset()
    """Watchlists that were told of its story already."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A channel's service answered."""

    delivery: Delivery
    result: SendResult
    status: DeliveryStatus


@dataclass(frozen=True, slots=True)
class Noticed:
    """Operators are told something."""

    notice: Notice


@dataclass(frozen=True, slots=True)
class Faulted:
    """A fault of ours kept a step from being done; it is tried again."""

    what: str
    where: str
    error: Exception


Step = Polled | Pushed | Read | Delivered | Noticed | Faulted
Observer = Callable[[Step], None]


@dataclass(slots=True)
class Tally:
    """Counts steps; call it with each."""

    feeds: Counter[str] = field(default_factory=Counter)
    entries_seen: int = 0
    entries_new: int = 0
    articles: int = 0
    matches: int = 0
    alerts: int = 0
    sent: int = 0
    dead: int = 0
    """Deliveries that their service has refused for good."""
    messages: int = 0
    """What people got: of the deliveries sent several may be one."""

    def __call__(self, step: Step) -> None:
        """Count a step."""
        match step:
            case Polled():
                self.feeds[step.outcome] += 1
                self.entries_seen += step.entries
                self.entries_new += step.new
            case Pushed():
                self.entries_seen += step.entries
                self.entries_new += step.new
            case Read():
                self.articles += 1
                self.matches += len(step.matches)
                self.alerts += len(step.alerts)
            case Delivered():
                number = len(step.delivery.ids)
                self.messages += step.status is DeliveryStatus.SENT
                self.sent += number if step.status is DeliveryStatus.SENT else 0
                self.dead += number if step.status is DeliveryStatus.DEAD else 0

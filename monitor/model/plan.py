"""What is to be done about an article's matches: intents, which the store carries out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model.alert import Alert
from monitor.model.development import Development
from monitor.model.hold import Held, Hold


@dataclass(frozen=True, slots=True)
class Destination:
    """A channel that is told, and when."""

    channel: str
    not_before: datetime
    hold: Hold | None = None
    """What holds it until then, if anything."""
    inhibited_by: str | None = None
    """The graver alert of the same story that the channel is told in its place."""


@dataclass(frozen=True, slots=True)
class AddAlert:
    """Put an alert into the outbox."""

    alert: Alert
    match_id: int
    destinations: tuple[Destination, ...]
    graver: bool = False
    """It may be there: only the channels that it was not grave enough for are told."""
    quietly: bool = False
    """Only to have it acknowledged: nobody is told now."""


@dataclass(frozen=True, slots=True)
class JoinThread:
    """Enter a match in a story's thread, which nobody is told by an alert of its own."""

    match_id: int
    thread: str
    held: Held | None
    development: tuple[Development, ...] = ()


@dataclass(frozen=True, slots=True)
class HoldMatch:
    """Note why nobody is told of a match."""

    match_id: int
    held: Held


@dataclass(frozen=True, slots=True)
class RememberHeadlines:
    """Note the headlines of an article and its page as people know them by now."""

    match_id: int
    headlines: tuple[str, str]


@dataclass(frozen=True, slots=True)
class DropFollowUps:
    """Take back what a channel is about to be told by a message that comes before it."""

    thread: str
    channel: str


@dataclass(frozen=True, slots=True)
class AddFollowUp:
    """Have a channel told later who else has reported a story."""

    thread: str
    channel: str
    at: datetime
    hold: Hold | None


@dataclass(frozen=True, slots=True)
class HurryFollowUps:
    """Have a channel told no later than then what it is about to be told of a story."""

    thread: str
    channel: str
    at: datetime
    hold: Hold | None


@dataclass(frozen=True, slots=True)
class Reschedule:
    """Send a delivery that waits at another time."""

    delivery: int
    at: datetime
    hold: Hold | None


Intent = (
    AddAlert
    | JoinThread
    | HoldMatch
    | RememberHeadlines
    | DropFollowUps
    | AddFollowUp
    | HurryFollowUps
    | Reschedule
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Intents, in the order in which they are carried out."""

    intents: tuple[Intent, ...] = ()

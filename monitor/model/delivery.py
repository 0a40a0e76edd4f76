"""A delivery: a message on its way to a channel, and what the channel's service answered."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.alert import Alert, FollowUp, Notice
from monitor.model.hold import Hold
from monitor.model.match import Severity


class DeliveryStatus(enum.StrEnum):
    """The life of a delivery: pending → sending → sent, or → failed (to be retried) → dead.

    Replaced is what another message has told in its place.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DEAD = "dead"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Which alerts are looked for: those that fulfil every condition given."""

    watchlist: str | None = None
    entity: str | None = None
    """It names this entity, or fulfils this query."""
    severities: tuple[Severity, ...] = ()
    """Of one of these."""
    channel: str | None = None
    statuses: tuple[DeliveryStatus, ...] = ()
    """One of its deliveries (to `channel`, if that is given) is in one of these states."""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """Alerts and follow-ups that one channel is told in one message."""

    id: str
    """Stable across retries and restarts, as an alert's."""
    items: tuple[Alert | FollowUp, ...]
    hold: Hold | None
    """What they waited for."""
    due: datetime
    """When the last of them was first due."""


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery whose time has come, as far as it matters for what goes out with what."""

    id: int
    due: datetime
    """When it was first due."""
    severity: Severity | None = None
    """The alert's; None for a notice."""
    hold: Hold | None = None
    """What has held it back until now, if anything."""
    summary: str | None = None
    """The summary that it is part of, tried before or not."""
    edits: str | None = None
    """The receipt of the message that it changes; it makes none, so nobody's phone rings."""
    story: str | None = None
    """The same for what goes out as one message, as it tells of one story; None for a notice."""
    thread: str | None = None
    """The story's first alert for the watchlist."""
    alert_id: str | None = None
    follow_up: int = 0
    message: str | None = None
    """The alert whose message it was part of when it was tried."""
    tried: bool = False
    """Its channel has refused it, or may have got it."""
    feeds: tuple[int, ...] = ()
    """The feeds that list the article that it tells of, the first one first; none for a notice."""
    event: str | None = None
    """The same for all that tells of one story, in one message or not; None for a notice."""
    created: datetime | None = None
    """When it was decided that it be told."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Deliveries that go out as one message."""

    ids: tuple[int, ...]
    summary: str | None = None
    """The summary that they make; None for what tells of one story."""
    hold: Hold | None = None
    """What those of a summary have waited for."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that a service has taken and can change."""

    delivery: int
    """The delivery that it was."""
    receipt: str
    """What the service finds it by."""


@dataclass(frozen=True, slots=True)
class PartlyAccepted:
    """What is kept of a message that some of its channel's targets have, and others do not."""

    marks: tuple[str, ...]
    """By which the channel knows those who have it; they hold no secret."""
    receipt: str | None = None
    """What the service finds it by at those."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message on its way to one channel."""

    ids: tuple[int, ...]
    """The deliveries that it makes: one, or all of a summary."""
    channel: str
    content: Alert | FollowUp | Notice | Summary
    attempts: int
    """How often it has been tried before."""
    since: datetime
    """When its day of tries began: when it was first due, or could first be tried."""
    claimed_until: datetime | None = None
    """Until when its sender may be believed to be alive; tells one claim from the next."""
    hold: Hold | None = None
    """What has held it back until now, if anything."""
    edits: Posted | None = None
    """The message that becomes `content`; without it, `content` is a new one."""
    answers: str | None = None
    """The receipt of its story's first message, for a service that shows threads."""
    accepted: PartlyAccepted | None = None
    """Who had it by its last attempt, while others refused it."""


@dataclass(frozen=True, slots=True)
class SendResult:
    """What a channel's service answered to one attempt."""

    ok: bool
    detail: str
    """The service's own words or ours, free of secrets."""
    retryable: bool = True
    retry_after: float | None = None
    """Seconds the service asked us to wait."""
    warning: str | None = None
    """What went wrong without keeping the message back, in a user's words."""
    receipt: str | None = None
    """What the service finds the message by when it is to be changed, if it can change any."""
    refuses_all: bool = False
    """It is the channel that is refused, not this message: no other would be taken either."""
    accepted: PartlyAccepted | None = None
    """Who has it, where it failed; None: nobody more than before."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a channel has not taken."""

    channel: str
    waiting: int
    """Deliveries that wait, or are being sent."""
    dead: int
    """Those that were given up."""
    oldest: int
    """The number of the first of them; 0 if there are none."""


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How a channel is doing."""

    name: str
    failures: int = 0
    """Messages that it did not take, in a row."""
    failing_since: datetime | None = None
    failed: datetime | None = None
    """When it was last tried in vain."""
    rests_until: datetime | None = None
    """Nothing is sent to it until then."""
    last_error: str | None = None
    told: datetime | None = None
    """When operators were told that it fails."""


@dataclass(frozen=True, slots=True)
class Message:
    """An alert or notice rendered for every kind of service."""

    title: str
    """One line: a mail's subject."""
    text: str
    """Plain text, its lines as long as they are, its paragraphs the most important first."""
    html: str
    slack: str
    """Slack mrkdwn, escaped."""
    message_id: str
    """Stable local part for a mail's Message-ID."""
    severity: Severity | None = None
    references: tuple[str, ...] = ()
    """The `message_id`s of what it follows: the first of its story, up to what it answers to."""
    subject: str | None = None
    """A mail's subject when it is not the title: mail programs part a thread where it changes."""
    series: str = ""
    """What it is one of, for a mail's List-Id: the watchlist's name, "digest", "operations"."""
    view: object = field(default=None, repr=False, compare=False)
    """What it was made of, for a template of the user's own; None for a notice."""
    names: tuple[str, ...] = ()
    """Names in it, which are not to be cut in two where a service has less room."""
    answers_to: str | None = None
    """The alert that people answer in the message itself, where its service lets them."""

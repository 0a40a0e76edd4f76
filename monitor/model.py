"""The nouns of the product, as plain immutable values.

They carry data between the steps of the pipeline and import nothing of ours. All times are
timezone-aware and in UTC. All text is `str` as a reader would see it: no markup.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

Field = Literal["title", "summary", "body"]
"""The parts of an article that are searched, and that a mention's offsets refer to."""


class Kind(enum.StrEnum):
    """Who or what an entity is; decides how its names are matched and expanded."""

    THREAT_ACTOR = "threat-actor"
    ORGANISATION = "organisation"
    PERSON = "person"
    PLACE = "place"
    MALWARE = "malware"
    TERM = "term"


class Severity(enum.StrEnum):
    """How grave a match is; compare with `rank`."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Position from 0 (low) to 3 (critical)."""
        return list(Severity).index(self)


class TextSource(enum.StrEnum):
    """Where an article's text came from."""

    PAGE = "page"
    FEED = "feed"


# --- from the network to an article ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Validators:
    """What makes the next request for a feed conditional (RFC 9110 §13), byte for byte."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """How often a feed's publisher asks to be polled, as the feed's document says."""

    ttl: timedelta | None = None
    """How long the document may be kept (RSS 2.0 `ttl`, or RSS 1.0's syndication module)."""
    skip_hours: tuple[int, ...] = ()
    """Hours of the day, in UTC, in which not to poll (RSS 2.0 `skipHours`)."""
    skip_days: tuple[int, ...] = ()
    """Days of the week, Monday being 0, on which not to poll (RSS 2.0 `skipDays`)."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """Where a publisher says that its news is pushed (WebSub §4)."""

    hubs: tuple[str, ...] = ()
    """Addresses of servers that push it, in the publisher's order."""
    topic: str | None = None
    """The address under which they know it."""


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered, after redirects and decompression."""

    url: str
    """The address that answered, after redirects."""
    status: int
    body: bytes = b""
    content_type: str | None = None
    validators: Validators = Validators()
    fresh_for: timedelta | None = None
    """For how long the server says that nothing changes (RFC 9111 §4.2); None: it says nothing."""
    permanent_url: str | None = None
    """Where a chain of only permanent redirects (301, 308) led, if there was one."""
    seconds: float = 0.0
    announced: Announcement = Announcement()
    """What its headers say of hubs."""

    @property
    def not_modified(self) -> bool:
        """True when the server said that nothing changed since the validators sent."""
        return self.status == 304


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as the feed gave it. Texts are plain text, markup removed."""

    identity: str
    """Stable within its feed: from the guid, else the link, else the content."""
    guid: str | None = None
    link: str | None = None
    title: str = ""
    summary: str = ""
    content: str = ""
    """The full text when the feed carries it (content:encoded, Atom content), else empty."""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What a feed's document said."""

    title: str
    link: str | None
    language: str | None
    entries: tuple[Entry, ...]
    problems: tuple[str, ...] = ()
    """What was wrong with the document but could be read past, in a user's words."""
    wishes: Wishes = Wishes()
    unchanged: tuple[str, ...] = ()
    """Identities of what it lists as it did when it was last read; not among `entries`."""
    dates: tuple[datetime | None, ...] = ()
    """When all that it lists was published, unchanged or not."""
    memory: bytes = b""
    """What to hand to the next reading, so that it leaves out what will not have changed."""
    announced: Announcement = Announcement()
    """What it says of hubs."""


@dataclass(frozen=True, slots=True)
class Page:
    """The main text and metadata of an article's HTML page."""

    text: str
    title: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    language: str | None = None
    canonical_url: str | None = None
    note: str | None = None
    """What is to be said of its text, in a user's words, if anything."""
    whole: bool = True
    """False when its text is known to be only the beginning."""


@dataclass(frozen=True, slots=True)
class Article:
    """What is matched: an entry with its page's full text, or a document given by hand."""

    id: str
    title: str = ""
    summary: str = ""
    body: str = ""
    url: str | None = None
    outlet: str = ""
    """The name of the feed or site that published it, as shown to people."""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    fetched: datetime | None = None
    language: str | None = None
    feed: str | None = None
    """Address of the feed it came from."""
    feed_name: str | None = None
    feed_tags: tuple[str, ...] = ()
    feed_weight: float = 1.0
    text_source: TextSource = TextSource.FEED
    text_note: str | None = None
    """Why the page's text could not be had, or not as it should be, in a user's words, if so."""
    page_url: str | None = None
    """The canonical address at which its page was found, where its feed's link only leads there."""
    page_title: str = ""
    """What its page calls itself, which may be other words than the feed's."""


# --- matching -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a name occurs: `text == getattr(article, field)[start:end]`."""

    entity: str
    name: str
    """The name that matched, as configured or expanded (for example an alias)."""
    field: Field
    start: int
    end: int
    text: str
    sentence: str
    """The sentence around it, as it stands in the field."""
    sentence_start: int = 0
    """Offset of `sentence` in the field, so that the name can be marked within it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One summand of a score."""

    factor: str
    points: float
    detail: str


@dataclass(frozen=True, slots=True)
class Match:
    """An article × a watchlist."""

    watchlist: str
    score: float
    """0 to 100, one decimal; the points of `reasons` add up to it."""
    severity: Severity
    alert: bool
    """True when the score reaches the watchlist's `alert_at`."""
    mentions: tuple[Mention, ...]
    reasons: tuple[Reason, ...]


# --- telling --------------------------------------------------------------------------------


class JoinKind(enum.StrEnum):
    """How a report belongs to a story that another began."""

    COPY = "copy"
    """It has the words of an earlier report."""
    NEAR_DUPLICATE = "near_duplicate"
    """It has most of them."""
    SAME_EVENT = "same_event"
    """It tells the event in other words."""
    CROSS_LINGUAL = "cross_lingual"
    """It tells it in another language."""


class ApartReason(enum.StrEnum):
    """Why a report begins a story although there was one that it might have belonged to."""

    TOO_LITTLE = "too_little"
    """They have too little in common."""
    OTHER_TOP = "other_top"
    """Hours later, headline and first words tell something else."""
    FOLLOW_UP = "follow_up"
    """Other news stands above the other's text."""
    TEMPLATE = "template"
    """The same words with other names and figures: notices filled in from one template."""
    OTHER_CODES = "other_codes"
    """They are about different codes, such as CVE numbers."""
    SAME_OUTLET = "same_outlet"
    """One outlet seldom tells one event twice in other words."""
    ROUNDUP = "roundup"
    """One of them tells of many things."""
    FIRST_REPORT = "first_report"
    """It is like a later report of the story, but too little like the first."""
    TOO_LATE = "too_late"
    """The story takes no more reports of this kind."""


class Role(enum.StrEnum):
    """What a report is to its story."""

    FIRST = "first"
    """It began it."""
    FIRM = "firm"
    """It surely belongs to it, and others may join by way of it."""
    LOOSE = "loose"
    """Nothing joins by way of it but copies of its text."""


@dataclass(frozen=True, slots=True)
class Correlation:
    """What a report was found to have in common with an earlier one, and what follows from it."""

    kind: JoinKind | None
    """How it joined the other's story; None if it began one of its own."""
    certain: bool
    """Whether it need not be listed; a report that may belong elsewhere always is."""
    outlet: str
    """Whose the other report is; may be empty."""
    apart: timedelta
    """Time between the two."""
    reason: ApartReason | None = None
    """Why it began a story of its own."""
    share: float | None = None
    """Of one text that stands in the other, 0 to 1."""
    log_odds: float | None = None
    """How surely they are of one event; 0 is as likely as not."""
    entities: tuple[str, ...] = ()
    """Watched entities that both name."""
    words: tuple[str, ...] = ()
    """The most telling words that both have."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """One more report of a story that people have been told of."""

    article: Article
    correlation: Correlation | None
    """Why it belongs to the story; None for the one that began it and was like no other."""
    mentions: tuple[Mention, ...] = ()
    development: str | None = None
    """What it adds to what had been told, in words: "it now names Ni Gaobin"."""


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
    development: str | None = None
    """What is new in a story that had been told of before, in words; None for the first report."""
    also: tuple[Coverage, ...] = ()
    """Who else has reported the story since the last message about it, in order of time."""
    remark: str | None = None
    """Why it is told here, or now, where that is not plain."""
    acknowledged: datetime | None = None
    """When somebody said that they see to it."""
    acknowledged_by: str | None = None


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


SILENCE = "silence "
"""What a silenced delivery waits for, in front of the silence's number."""


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
    def label(self) -> str:
        """What deliveries wait for that it mutes."""
        return f"{SILENCE}{self.id}"

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
class Summary:
    """Alerts and follow-ups that one channel is told in one message."""

    id: str
    """Stable across retries and restarts, as an alert's."""
    items: tuple[Alert | FollowUp, ...]
    reason: str
    """What they waited for: "digest", "quiet hours", "rate", "silence 3" and the like."""
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
    waits_for: str | None = None
    """What has held it back until now, if anything."""
    summary: str | None = None
    """The summary that it is part of, tried before or not."""
    edits: bool = False
    """It changes a message that is there and makes none, so nobody's phone rings."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Deliveries that go out as one message."""

    ids: tuple[int, ...]
    summary: str | None = None
    """The summary that they make; None for a single one that goes out as it is."""
    reason: str | None = None
    """What those of a summary have waited for."""


ACKNOWLEDGEMENT = "acknowledgement"
"""What a delivery waits for that is made only if nobody acknowledges the alert."""

INHIBITED = "inhibited by "
"""What a delivery was replaced for, in front of the id of the graver alert of the same story."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that a service has taken and can change."""

    delivery: int
    """The delivery that it was."""
    receipt: str
    """What the service finds it by."""


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
    waits_for: str | None = None
    """What has held it back until now, if anything: "quiet hours", "digest", "rate"."""
    edits: Posted | None = None
    """The message that becomes `content`; without it, `content` is a new one."""
    answers: str | None = None
    """The receipt of its story's first message, for a service that shows threads."""


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


# --- feeds' health --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Move:
    """Where a feed's server says that it has moved for good."""

    to: str
    since: datetime
    """When it was first said."""
    polls: int = 1
    """Polls in a row that were sent there."""
    confirmed: datetime | None = None
    """Since when it is believed and the new address asked in place of the configured one."""


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between polls."""

    id: int
    url: str
    name: str
    validators: Validators = Validators()
    body_digest: str | None = None
    """SHA-256 of the last body, so that an unchanged one is not parsed again."""
    last_polled: datetime | None = None
    last_ok: datetime | None = None
    last_error: str | None = None
    failures: int = 0
    """Polls failed in a row."""
    next_poll: datetime | None = None
    next_reason: str = ""
    stopped: bool = False
    """The server said the feed is gone for good (410)."""
    entries_seen: int = 0
    wishes: Wishes = Wishes()
    rhythm: timedelta | None = None
    """The usual time between two of its entries."""
    last_new: datetime | None = None
    """When it last listed something new."""
    last_dropped: datetime | None = None
    """When entries were last found to have been dropped between two polls."""
    times_dropped: int = 0
    added: datetime | None = None
    """When it was first subscribed."""
    move: Move | None = None
    incident: str | None = None
    """Why operators were told of it, until it is well again."""
    problems: tuple[str, ...] = field(default=())

    @property
    def address(self) -> str:
        """Where it is asked for: its configured address, or where that has moved for good."""
        return self.move.to if self.move is not None and self.move.confirmed else self.url

    @property
    def host(self) -> str:
        """Whom a poll keeps busy."""
        return host_of(self.address)


@dataclass(frozen=True, slots=True)
class HubSubscription:
    """What has been agreed, or is to be, with a hub about one feed (WebSub)."""

    id: int
    feed_id: int
    hub: str
    topic: str
    """The feed's address as its publisher and its hub know it."""
    token: str = field(repr=False)
    """The part of our address that nobody can guess."""
    secret: str = field(repr=False)
    """Signs what is pushed."""
    created: datetime
    wanted: bool = True
    """False once it is to be ended."""
    callback: str | None = field(default=None, repr=False)
    """Where the hub was last told to push to."""
    asked: datetime | None = None
    """When the hub was last asked."""
    confirmed: datetime | None = None
    """When it confirmed that."""
    agreed: datetime | None = None
    """Since when it has pushed without a gap between leases."""
    lease_end: datetime | None = None
    next_try: datetime | None = None
    """When to ask it next."""
    failures: int = 0
    """In a row."""
    last_error: str | None = None
    last_push: datetime | None = None
    pushes: int = 0
    refused: int = 0
    """Pushes that were not signed with the secret."""
    missed: datetime | None = None
    """When a poll last found what should have been pushed."""

    def active(self, now: datetime) -> bool:
        """Whether the hub has agreed to push, and still does."""
        return self.wanted and self.lease_end is not None and now < self.lease_end

    def awaits_confirmation(self) -> bool:
        """Whether the hub was asked and has not said anything to it yet."""
        return self.asked is not None and self.confirmed is None


def host_of(address: str) -> str:
    """The host of an address, with its port where it names one; empty if it has none."""
    try:
        return urlsplit(address).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""

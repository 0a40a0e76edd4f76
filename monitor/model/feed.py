"""A feed: what its server answered, what its document says, and what is remembered of it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from monitor.model.hours import PublishingHours


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
    link: str | None = None
    """Its Link header (RFC 8288), as it stands."""
    clock_ahead: timedelta | None = None
    """How far our clock was ahead of its server's (RFC 9110 §6.6.1); None: it did not say."""
    is_cut: bool = False
    """The body broke off before its end."""

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
    digests: Mapping[str, str] = field(default_factory=dict)
    """Of the words of `entries`, by identity."""
    is_cut: bool = False
    """It broke off before its end, and more may be listed than is known here."""


class PollReasonKind(enum.StrEnum):
    """Why a feed is polled when it is."""

    NEW = "new"
    """It has not been polled yet."""
    INTERVAL = "interval"
    RHYTHM = "rhythm"
    """As often as it publishes suggests."""
    HOURS = "hours"
    """As often as it publishes at this time of the week suggests."""
    BREAKING = "breaking"
    """A story breaks that it may tell more of."""
    DROPS_ENTRIES = "drops-entries"
    PUSHED = "pushed"
    """Its hub pushes, so that polls only look whether it loses something."""
    TTL = "ttl"
    """Its document says for how long it may be kept."""
    FRESH = "fresh"
    """Its server says for how long nothing changes."""
    FAILED = "failed"
    RETRY_AFTER = "retry-after"
    """Its server said when to come back."""
    HELD = "held"
    """Its host said so to another request."""
    NETWORK = "network"
    """The network was away when it was last polled, and is back or tried for it."""
    GONE = "gone"
    """Never: its server said that it is gone for good (410)."""
    INTERVAL_SHORTENED = "interval-shortened"
    UNREADABLE_PUSH = "unreadable-push"
    """Its hub pushed something that cannot be read."""


@dataclass(frozen=True, slots=True)
class PollReason:
    """Why a feed is polled when it is, and the figures that decided it."""

    kind: PollReasonKind
    every: timedelta | None = None
    """How long is waited from one poll to the next."""
    rhythm: timedelta | None = None
    """The usual time between two of its entries (RHYTHM), or at this time (HOURS)."""
    failures: int = 0
    """Polls failed in a row (FAILED)."""
    until: datetime | None = None
    """When its server or host wants to be asked again (RETRY_AFTER, HELD), or how long the story
    is news (BREAKING)."""
    not_before: datetime | None = None
    """The end of the hours and days that its publisher wants skipped, if they put it off."""


DEAD_AFTER = 2
"""A feed that failed so often in a row, while others could be reached, is no part of an outage."""

NOT_POLLED_YET = PollReason(PollReasonKind.NEW)


class IncidentKind(enum.StrEnum):
    """What is so wrong with a feed that operators must be told."""

    GONE = "gone"
    FAILING = "failing"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Incident:
    """What is wrong with a feed, since when, and how that is known."""

    kind: IncidentKind
    lasting: timedelta | None = None
    """For how long it has failed, or been silent."""
    rhythm: timedelta | None = None
    """The usual time between two of its entries (SILENT)."""
    error: str | None = None
    """What its server, or ours, said last (GONE, FAILING)."""


class HubFaultKind(enum.StrEnum):
    """Why a hub does not push."""

    NOT_CONFIRMED = "not-confirmed"
    """It was asked and did not confirm in time that it was."""
    FAILED = "failed"
    """It could not be asked, or refused."""
    DENIED = "denied"
    """It said that it does not push this feed."""
    UNREADABLE = "unreadable"
    """What it pushed is no feed."""


@dataclass(frozen=True, slots=True)
class HubFault:
    """Why a hub does not push, with what it or we said of it."""

    kind: HubFaultKind
    detail: str = ""


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
class FeedDay:
    """What is kept of a feed on a day."""

    entries: int = 0
    bytes: int = 0
    shortened: int = 0
    """Texts of which little was kept, since enough of the feed was."""
    left_out: int = 0
    """Entries of its latest document of which nothing was kept."""


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
    next_reason: PollReason = NOT_POLLED_YET
    stopped: bool = False
    """The server said the feed is gone for good (410)."""
    entries_seen: int = 0
    wishes: Wishes = Wishes()
    rhythm: timedelta | None = None
    """The usual time between two of its entries."""
    hours: PublishingHours | None = None
    """When in the week it publishes; None while too little is known."""
    language: str | None = None
    """A BCP 47 tag, as its document says."""
    breaking_until: datetime | None = None
    """Until when it may tell more of a story that breaks."""
    last_new: datetime | None = None
    """When it last listed something new."""
    last_dropped: datetime | None = None
    """When entries were last found to have been dropped between two polls."""
    times_dropped: int = 0
    added: datetime | None = None
    """When it was first subscribed."""
    move: Move | None = None
    incident: Incident | None = None
    """What operators were told of it, until it is well again."""
    problems: tuple[str, ...] = field(default=())

    @property
    def has_failed(self) -> bool:
        """Whether its last poll failed, be it for want of a network of our own."""
        return self.last_error is not None

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
    fault: HubFault | None = None
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

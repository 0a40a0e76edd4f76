"""The configuration's shape: every key of the contract, its type, its default.

Validation that needs only the values themselves happens here; where a value stands in which
file is known to `monitor.config.load`, which turns these errors into ones with line numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    Field,
    PrivateAttr,
    SecretStr,
    field_validator,
    model_validator,
)

from monitor.config.clusters import BUILT_IN, Clusters
from monitor.config.listening import ListenAddress, plain_prefix
from monitor.config.requests import HeaderName, HeaderText, ProxyUrl, SecretHeader
from monitor.config.table import Table
from monitor.config.values import (
    ClockTime,
    CountryCode,
    CssSelector,
    Duration,
    Flag,
    HttpUrl,
    Number,
    Rate,
    Size,
    Text,
    TimeRange,
    TimeZone,
    Weekdays,
    Whole,
)
from monitor.config.web import Web
from monitor.model.match import Kind, Severity

CONSOLE = "console"
"""The channel that is always there: the daemon itself prints what it is told."""


class Storage(Table):
    """Where things are kept and for how long."""

    url: str = "sqlite:///monitor.db"
    keep_articles: Duration | Literal["forever"] = timedelta(days=90)
    keep_matches: Duration | Literal["forever"] = "forever"
    max_feed_entries: Whole = Field(10_000, ge=100)
    """New entries that are kept of one feed in a day; beyond them, those that alert."""
    max_feed_bytes: Size = 20 * 2**20
    """Bytes of text that are kept of one feed in a day; beyond them, what proves a match."""


class Polling(Table):
    """How feeds and pages are fetched."""

    interval: Duration = timedelta(minutes=15)
    min_interval: Duration = timedelta(minutes=5)
    max_interval: Duration = timedelta(hours=24)
    concurrency: Whole = Field(100, ge=1, le=2000)
    per_host: Whole = Field(2, ge=1, le=100)
    timeout: Duration = timedelta(seconds=20)
    max_bytes: Size = 10 * 2**20
    user_agent: HeaderText | None = None
    allow_private_networks: Flag = False
    page_gap: Duration = timedelta(seconds=1)
    backfill: Duration = timedelta(hours=24)
    breaking_for: Duration = timedelta(hours=1)
    """For so long after the first alert of a story that is high at least, feeds that may tell
    more of it are polled as often as `min_interval` allows."""

    @field_validator("interval", "min_interval", "max_interval", "timeout")
    @classmethod
    def _positive(cls, value: timedelta) -> timedelta:
        if value <= timedelta(0):
            raise ValueError("must be longer than nothing")
        return value


class Articles(Table):
    """How the full text of articles is read."""

    full_text: Literal["auto", "always", "never"] = "auto"
    robots: Flag = True
    """Whether a site's robots.txt counts when pages are read."""


class Matching(Table):
    """Where the other names of threat actors and malware come from."""

    clusters: tuple[Text, ...] = ()
    """Files: MISP clusters or STIX bundles, as JSON."""
    builtin_clusters: Flag = True


class WebSub(Table):
    """News that is pushed by hubs."""

    callback: Annotated[HttpUrl, AfterValidator(plain_prefix)] | None = None
    """Where hubs reach us; without it none is asked to push."""
    listen: ListenAddress = "127.0.0.1:8788"
    lease: Duration = timedelta(days=7)

    @field_validator("lease")
    @classmethod
    def _worth_it(cls, value: timedelta) -> timedelta:
        if not timedelta(hours=1) <= value <= timedelta(days=30):
            raise ValueError('must be from "1h" to "30d"')
        return value


class Operations(Table):
    """Where news of the daemon itself goes."""

    channels: tuple[str, ...] = ()
    heartbeat: ClockTime | None = None
    ping: HttpUrl | None = None
    """A dead man's switch: asked for as long as all is well."""
    ping_every: Duration = timedelta(minutes=5)
    allow_private_networks: Flag | None = None
    """Whether `ping` may be in a private network."""

    @field_validator("ping_every")
    @classmethod
    def _not_a_flood(cls, value: timedelta) -> timedelta:
        if value < timedelta(seconds=1):
            raise ValueError("must be a second or more")
        return value


class Alerts(Table):
    """How alerts are grouped and dated."""

    group_by: Literal["story", "article"] = "story"
    """Whether rewrites, copies and updates of one story make one alert, or one each."""
    merge_watchlists: Flag = True
    """Whether a channel gets one message of a story that concerns several watchlists."""
    group_window: Duration = timedelta(minutes=10)
    repeat_after: Duration = timedelta(hours=24)
    burst: Rate | Literal["off"] = (2, timedelta(minutes=10))
    """So many alerts of one feed come at once in a span; what else comes of it is one message."""
    inhibit_for: Duration = timedelta(hours=1)
    """For how long a critical alert mutes lesser ones of its story by other watchlists."""
    timezone: TimeZone = "UTC"


class Feed(Table):
    """A subscribed RSS, Atom or JSON Feed."""

    url: HttpUrl
    name: str | None = None
    interval: Duration | None = None
    weight: Number = Field(1.0, ge=0, le=10)
    tags: tuple[str, ...] = ()
    full_text: Literal["auto", "always", "never"] | None = None
    robots: Flag | None = None
    selector: CssSelector | None = None
    """What of its articles' pages is their text."""
    allow_private_networks: Flag | None = None
    user_agent: HeaderText | None = None
    headers: Mapping[HeaderName, SecretHeader] = {}
    """Sent to the feed's own host only."""
    cookie: SecretHeader | None = None
    """As it stands in a Cookie header; sent to the feed's own host only."""
    proxy: ProxyUrl | None = None
    """Through which everything is fetched for this feed."""

    @model_validator(mode="after")
    def _one_login(self) -> Self:
        names = [name.lower() for name in self.headers]
        if len(set(names)) < len(names):
            raise ValueError("`headers` names a header twice")
        if "authorization" in names and "@" in urlsplit(self.url).netloc:
            raise ValueError(
                "two logins: `Authorization` in `headers`, and the user name in `url`; keep one"
            )
        return self

    def __hash__(self) -> int:
        # A table of headers has no hash of its own.
        return hash(self.url)

    @property
    def label(self) -> str:
        """The name people see: the configured one, else the host."""
        return self.name or (urlsplit(self.url).hostname or self.url)


class Entity(Table):
    """Who or what is watched."""

    name: Text
    kind: Kind = Kind.TERM
    aliases: tuple[Text, ...] = ()
    expand: Flag = True
    context: tuple[Text, ...] = ()
    exclude: tuple[Text, ...] = ()
    country: CountryCode | None = None
    """Whose institution, or where the place is."""
    case_sensitive: Flag = False
    fuzzy: Flag = False
    weight: Number = Field(1.0, ge=0, le=10)
    _clusters: Clusters = PrivateAttr(default_factory=lambda: BUILT_IN)

    @model_validator(mode="after")
    def _has_a_country(self) -> Self:
        if self.country and self.kind not in {Kind.ORGANISATION, Kind.PLACE}:
            raise ValueError(
                f"`country` is for an organisation or a place, and this is a {self.kind.value}: "
                'give it `kind = "organisation"`'
            )
        return self

    @property
    def clusters(self) -> Clusters:
        """The lists that its other names come from, if it is expanded."""
        return self._clusters

    def knowing(self, clusters: Clusters) -> Self:
        """The same entity, with its other names from these lists."""
        same = self.model_copy()
        same._clusters = clusters  # noqa: SLF001 - its own class
        return same


class Query(Table):
    """A boolean query."""

    name: Text
    query: Text


class Example(Table):
    """A text that must, or must not, match: a watchlist's own test."""

    text: str | None = None
    file: str | None = None
    url: HttpUrl | None = None
    match: Flag
    entity: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if sum(value is not None for value in (self.text, self.file, self.url)) != 1:
            raise ValueError("an example has exactly one of `text`, `file` and `url`")
        return self


CRITICAL = 90.0
"""The lowest score of a critical match where that is not configured."""


class SeverityBands(Table):
    """From which score on a match is of a severity; below all of them it is low."""

    medium: Number | None = Field(None, ge=0, le=100)
    high: Number = Field(70, ge=0, le=100)
    critical: Number | None = Field(None, ge=0, le=100)
    """Without it, what scores 90 is critical only if all of the article is about it."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        critical = CRITICAL if self.critical is None else self.critical
        levels = [v for v in (self.medium, self.high, critical) if v is not None]
        if levels != sorted(levels):
            raise ValueError("severities must rise: medium ≤ high ≤ critical")
        return self


class Watchlist(Table):
    """A named group of entities and queries, with a threshold and channels."""

    name: Text
    alert_at: Number = Field(50, ge=0, le=100)
    channels: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    severity: SeverityBands = SeverityBands()
    entities: tuple[Entity, ...] = ()
    examples: tuple[Example, ...] = ()
    queries: tuple[Query, ...] = ()
    escalate_after: Duration | None = None
    """How long an alert may stay unacknowledged before more people are told."""
    escalate_to: tuple[str, ...] = ()
    escalate_from: Severity = Severity.HIGH

    @field_validator("entities", mode="before")
    @classmethod
    def _plain_names(cls, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [{"name": item} if isinstance(item, str) else item for item in value]
        return value

    def severity_of(self, score: float, *, all_about: bool = False) -> Severity:
        """The severity of a score.

        Args:
            score: from 0 to 100; `medium` starts at `alert_at` unless configured.
            all_about: the article is about what was found through and through: unless the
                configuration says from which score on it is, nothing else is critical.
        """
        medium = self.alert_at if self.severity.medium is None else self.severity.medium
        if self.severity.critical is None:
            is_critical = all_about and score >= CRITICAL
        else:
            is_critical = score >= self.severity.critical
        if is_critical:
            return Severity.CRITICAL
        if score >= self.severity.high:
            return Severity.HIGH
        return Severity.MEDIUM if score >= medium else Severity.LOW


class Channel(Table):
    """A destination for alerts."""

    name: Text
    url: SecretStr
    min_severity: Severity = Severity.LOW
    mode: Literal["instant", "digest"] = "instant"
    digest_at: ClockTime | None = None
    digest_on: Weekdays = ()
    """Without it, every day."""
    quiet_hours: TimeRange | None = None
    quiet_unless: Severity | None = None
    """From this severity on, an alert does not wait for the quiet hours to end."""
    rate: Rate | None = None
    """Messages in a span of time; what is more waits and comes as one."""
    expire_after: Duration | Literal["never"] = timedelta(hours=24)
    """What could not be delivered for so long is told in one message."""
    fallback: str | None = None
    """The channel that is told what this one does not take."""
    fallback_after: Duration = timedelta(minutes=15)
    endpoint: HttpUrl | None = None
    """Send Slack posts to this base address in place of Slack's own (a relay)."""
    signing_secret: SecretStr | None = None
    """Signs what a webhook of the user's own gets, so that it knows who sent it."""
    template: Text | None = None
    """File: a Jinja template of what is sent, in place of the built-in form."""
    _template_source: str | None = PrivateAttr(default=None)

    @property
    def template_source(self) -> str | None:
        """What the file of `template` held when the configuration was loaded."""
        return self._template_source

    def written(self, template_source: str) -> Self:
        """The same channel, with what the file of its `template` holds."""
        same = self.model_copy()
        same._template_source = template_source  # noqa: SLF001 - its own class
        return same

    @field_validator("url")
    @classmethod
    def _filled_in(cls, value: SecretStr) -> SecretStr:
        # An environment variable that is set but empty would silence the channel unnoticed.
        if not value.get_secret_value().strip():
            raise ValueError("must not be empty")
        return value


class Config(Table):
    """Everything the user decides. Defaults (`[defaults]`) are already applied."""

    storage: Storage = Storage()
    polling: Polling = Polling()
    articles: Articles = Articles()
    matching: Matching = Matching()
    web: Web = Web()
    websub: WebSub = WebSub()
    operations: Operations = Operations()
    alerts: Alerts = Alerts()
    feeds: tuple[Feed, ...] = ()
    watchlists: tuple[Watchlist, ...] = ()
    channels: tuple[Channel, ...] = ()

    @property
    def channel_names(self) -> tuple[str, ...]:
        """What can be sent to: the configured channels, and the built-in console."""
        return (*(channel.name for channel in self.channels), CONSOLE)

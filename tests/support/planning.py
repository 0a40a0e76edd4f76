"""Situations, and what is planned in them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from monitor.alerts.plan import plan
from monitor.config.schema import Config
from monitor.model.alert import Silence
from monitor.model.article import Article
from monitor.model.delivery import DeliveryStatus
from monitor.model.hold import Hold, HoldReason
from monitor.model.match import Match, Mention, Severity
from monitor.model.plan import (
    AddAlert,
    Intent,
)
from monitor.model.situation import (
    Concern,
    RecordedMatch,
    Situation,
    ThreadDelivery,
    ToldStory,
)
from tests.support.clock import MONDAY

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


SILENCED = Hold(HoldReason.SILENCE, "3")


ARTICLE = Article(id="7", url="https://a.example/7", title="Hackers read mail")


def config(quiet_unless: str = "critical", **alerts: Any) -> Config:
    return Config.model_validate(
        {
            "alerts": alerts,
            "channels": [
                {"name": "slack", "url": "json://localhost/"},
                {"name": "grave", "url": "json://localhost/", "min_severity": "high"},
                {"name": "night", "url": "json://localhost/", "quiet_hours": "00:00-23:59",
                 "quiet_unless": quiet_unless},
                {"name": "boss", "url": "json://localhost/"},
            ],
            "watchlists": [
                {"name": "w", "entities": ["A", "B"], "channels": ["slack", "grave"]},
                {"name": "v", "entities": ["C"], "channels": ["slack"]},
                {"name": "n", "entities": ["C"], "channels": ["night"]},
                {"name": "e", "entities": ["A"], "channels": ["slack"], "escalate_after": "30m",
                 "escalate_to": ["boss"], "escalate_from": "high"},
            ],
        }
    )  # fmt: skip


def match(watchlist: str = "w", severity: Severity = Severity.MEDIUM, *names: str) -> Match:
    mentions = tuple(
        Mention(each, each, "body", 0, 1, each, f"{each} did it.") for each in names or ("A",)
    )
    return Match(watchlist, 60.0, severity, True, mentions, ())


def concern(found: Match, recorded: RecordedMatch | None = None, **known: Any) -> Concern:
    return Concern(found, recorded or RecordedMatch(1, graver=False), **known)


def told(
    *names: str, severity: Severity = Severity.MEDIUM, urls: tuple[str, ...] = ()
) -> ToldStory:
    return ToldStory("first", frozenset(names or ("A",)), severity, urls)


def delivery(channel: str = "slack", **fields: Any) -> ThreadDelivery:
    """One that was sent an hour ago."""
    given: dict[str, Any] = {
        "id": 1, "alert_id": "first", "status": DeliveryStatus.SENT, "follow_up": 0, "hold": None,
        "severity": Severity.MEDIUM, "sent": MONDAY - HOUR, "covered": MONDAY - HOUR,
        "receipt": None, "edited": None,
    }  # fmt: skip
    return ThreadDelivery(channel=channel, **(given | fields))


def waiting(channel: str = "slack", **fields: Any) -> ThreadDelivery:
    return delivery(channel, status=DeliveryStatus.PENDING, sent=None, covered=None, **fields)


def planned(
    *concerns: Concern, now: datetime = MONDAY, settings: Config | None = None, **fields: Any
) -> tuple[Intent, ...]:
    given: dict[str, Any] = {"article": ARTICLE, "before": ARTICLE, "story": 1}
    return plan(Situation(concerns=concerns, **(given | fields)), settings or config(), now).intents


def alerts(intents: tuple[Intent, ...]) -> list[AddAlert]:
    return [each for each in intents if isinstance(each, AddAlert)]


def silence(**fields: Any) -> Silence:
    return Silence(3, "Ann", "noise", MONDAY, MONDAY + HOUR, **fields)

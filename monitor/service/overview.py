"""A few numbers of how everything is doing, for the edge of every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.config.schema import Config
from monitor.model.earlier_reports import Offer, OfferState
from monitor.model.inbox import InboxFilter
from monitor.model.match import Severity
from monitor.service.database import Database
from monitor.service.inbox import MOST_COUNTED
from monitor.store import earlier_reports as store_earlier
from monitor.store import inbox as store_inbox
from monitor.store import overview as store_overview

#: An offer to tell earlier reports stands on every list of stories for so long.
OFFERED_FOR = timedelta(days=3)
MOST_OFFERS = 5


@dataclass(frozen=True, slots=True)
class Overview:
    """How everything is doing."""

    waiting: int
    """Stories that nobody has judged, counted up to `MOST_COUNTED`."""
    critical: int
    """Those of them that are critical."""
    watchlists: int
    feeds: int
    feeds_failing: int
    last_article: datetime | None
    articles_today: int
    stuck: int
    """Deliveries that a channel has refused."""
    silences: int
    earlier: tuple[Offer, ...]
    """What edits of the watchlists would have told, and nobody has decided about."""
    live: bool
    """Whether the daemon runs, and none of its loops is late."""

    @property
    def feeds_well(self) -> int:
        """Feeds that can be read."""
        return self.feeds - self.feeds_failing


def overview(db: Database, config: Config, since: datetime, now: datetime) -> Overview:
    """How everything is doing.

    Args:
        db: the database.
        config: the configuration in force.
        since: how far back stories are counted.
        now: the time.
    """
    zone = ZoneInfo(config.alerts.timezone)
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    with db.read() as connection:
        found = store_overview.numbers(connection, now, today)
        waiting, critical = (
            store_inbox.count(connection, InboxFilter(severity=least, since=since),
                              most=MOST_COUNTED)
            for least in (None, Severity.CRITICAL)
        )  # fmt: skip
        offers = store_earlier.listed(
            connection, state=OfferState.OPEN, since=now - OFFERED_FOR, limit=MOST_OFFERS
        )
    return Overview(
        waiting=waiting,
        critical=critical,
        watchlists=len(config.watchlists),
        feeds=max(found.feeds, len(config.feeds)),
        feeds_failing=found.feeds_failing,
        last_article=found.last_article,
        articles_today=found.articles_today,
        stuck=found.undelivered,
        silences=found.silences,
        earlier=tuple(offers),
        live=found.on_time,
    )

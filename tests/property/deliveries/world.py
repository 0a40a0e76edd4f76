"""Where the machine walks: two watchlists, six channels, a database and a clock."""

from __future__ import annotations

import io
import shutil
import tempfile
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import Connection, select

from monitor.config.load import load_config
from monitor.matching.matcher import Matcher
from monitor.model.alert import Alert, FollowUp, Notice, Silence
from monitor.model.delivery import Delivery, DeliveryStatus, SendResult, Summary
from monitor.model.match import Severity
from monitor.pipeline.deliver import Deliverer
from monitor.pipeline.runtime import Runtime, compose
from monitor.store import feeds, silences, tables
from monitor.store.database import Database
from monitor.store.deliveries import transitions
from tests.support.clock import MONDAY, Clock

CONFIG = """
[alerts]
timezone = "Europe/London"
inhibit_for = "6h"
merge_watchlists = {merge}

[[watchlists]]
name = "w"
channels = ["plain", "night", "digest", "rated"]
escalate_after = "1h"
escalate_from = "high"
escalate_to = ["boss"]
entities = ["A", "B"]

[[watchlists]]
name = "v"
channels = ["plain", "night"]
entities = ["C"]

[[channels]]
name = "plain"
url = "json://127.0.0.1/plain"
fallback = "reserve"
fallback_after = "30m"

[[channels]]
name = "night"
url = "json://127.0.0.1/night"
quiet_hours = "{night}"
expire_after = "12h"

[[channels]]
name = "digest"
url = "json://127.0.0.1/digest"
mode = "digest"
digest_at = "18:00"

[[channels]]
name = "rated"
url = "json://127.0.0.1/rated"
rate = "2/1h"

[[channels]]
name = "boss"
url = "json://127.0.0.1/boss"

[[channels]]
name = "reserve"
url = "json://127.0.0.1/reserve"
"""
IN_PLACE = {"plain": "reserve", "reserve": "plain"}
NIGHTS = ("22:00-07:00", "15:00-16:00")
TOLD = {"w": ("plain", "night", "digest", "rated"), "v": ("plain", "night")}
NAMES = {"w": "A", "v": "C"}
CHANNELS = ("plain", "night", "digest", "rated", "boss", "reserve")
WATCHLISTS = st.sampled_from(sorted(TOLD))
SEVERITY = st.sampled_from(Severity)
UNSENT = (DeliveryStatus.PENDING, DeliveryStatus.SENDING, DeliveryStatus.FAILED)
GONE = SendResult(False, "404 no_service", retryable=False)
DOWN = SendResult(False, "503")
OK = SendResult(True, "200")


@cache
def template() -> Path:
    path = Path(tempfile.mkdtemp()) / "monitor.db"
    with closing(Database(f"sqlite:///{path}")) as db:
        db.upgrade()
        with db.write() as connection:
            feeds.subscribe(connection, [("https://a.example/feed", "A")], MONDAY)
    return path


@cache
def runtime(night: str, merge: bool) -> Runtime:
    path = template().with_name("config.toml")
    path.write_text(CONFIG.replace("{night}", night).replace("{merge}", str(merge).lower()))
    loaded = load_config(path, env={})
    return compose(loaded, Matcher(loaded.config.watchlists), io.StringIO())


@dataclass(frozen=True)
class Report:
    """An article that a watchlist's people are to hear of."""

    watchlist: str
    article: str
    story: int
    severity: Severity


async def no_store(work: Any) -> Any:
    raise AssertionError("the machine has transactions of its own")


class World(RuleBasedStateMachine):
    """What there is, and what the machine remembers of its walk."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.db = Database(self.new_database())
        self.clock = Clock()
        self.night = NIGHTS[0]
        self.merge = True
        self.deliverer = self.daemon()
        self.stories: dict[int, int] = {}
        self.reports: list[Report] = []
        # What a silence that drops has muted when it came, or was still to come: it may be told.
        self.may_be_dropped: set[Report] = set()
        self.acknowledged: set[str] = set()
        # What each channel has taken: watchlist and article of alerts; no watchlist and the article
        # of those that have the story besides.
        self.heard: dict[str, list[set[tuple[str, str]]]] = {name: [] for name in CHANNELS}
        self.places: dict[int, int] = {}
        self.under_way: list[Delivery] = []
        self.answers = dict.fromkeys(CHANNELS, OK)

    def new_database(self) -> str:
        path = Path(self.folder.name) / "monitor.db"
        shutil.copy(template(), path)
        return f"sqlite:///{path}"

    def runtime(self) -> Runtime:
        return runtime(self.night, self.merge)

    def daemon(self) -> Deliverer:
        return Deliverer(
            no_store, self.runtime, observe=lambda _: None, clock=self.clock, jitter=lambda: 0.5,
            shared=self.db.is_shared,
        )  # fmt: skip

    def take_up(self, connection: Connection) -> None:
        """What the next process finds: where others may live, a claim lasts until it ends."""
        if not self.db.is_shared:
            transitions.recover(connection, self.clock())

    def muting(self, connection: Connection, watchlist: str) -> list[Silence]:
        in_force = silences.in_force(connection, self.clock())
        return [each for each in in_force if watchlist in each.watchlists]

    def in_force(self) -> list[Silence]:
        with self.db.read() as connection:
            return silences.in_force(connection, self.clock())

    def alerts(self) -> list[tuple[str, str | None]]:
        with self.db.read() as connection:
            query = select(*tables.alerts.c["id", "thread"]).order_by(tables.alerts.c.id)
            return [(row.id, row.thread) for row in connection.execute(query)]

    def own_alerts(self) -> set[tuple[str, str, str]]:
        """Watchlist and article of each alert, with each channel that it is told to."""
        columns = tables.matches.c.watchlist, tables.matches.c.article_id
        query = (
            select(*columns, tables.deliveries.c.channel)
            .join(tables.alerts, tables.alerts.c.match_id == tables.matches.c.id)
            .join(tables.deliveries, tables.deliveries.c.alert_id == tables.alerts.c.id)
            .where(tables.deliveries.c.follow_up == 0)
        )
        with self.db.read() as connection:
            rows = connection.execute(query).all()
        return {(row.watchlist, str(row.article_id), row.channel) for row in rows}


def told_by(content: Alert | FollowUp | Notice | Summary) -> set[tuple[str, str]]:
    """Watchlist and article of the alerts that a message tells; one about who else has the story
    names its alert only for its readers to know it again."""
    items = content.items if isinstance(content, Summary) else (content,)
    return {
        (one.match.watchlist, one.article.id)
        for each in items
        if isinstance(each, Alert)
        for one in (each, *each.together)
    }


def alerts_of(delivery: Delivery) -> list[Alert]:
    content = delivery.content
    if isinstance(content, Notice):
        return []
    items = content.items if isinstance(content, Summary) else (content,)
    told = [each.alert if isinstance(each, FollowUp) else each for each in items]
    return [alert for each in told for alert in (each, *each.together)]

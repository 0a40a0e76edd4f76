"""Whatever happens to deliveries in whatever order: none is lost, none told twice, none waits on.

The machine walks the whole picture in `monitor.store.deliveries.transitions`, on a real database:
reports of stories for two watchlists, channels with quiet hours, digests, rates, a fallback and an
escalation, silences that come, end, last longer and drop, people who acknowledge, services that
refuse now or for good, processes that die, and a configuration that changes.
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, select

from monitor.alerts import retry as policy
from monitor.config.load import load_config
from monitor.matching.matcher import Matcher
from monitor.model.alert import Alert, FollowUp, Notice, Silence
from monitor.model.delivery import Delivery, DeliveryStatus, SendResult, Summary
from monitor.model.feed import Entry
from monitor.model.hold import HoldReason
from monitor.model.match import Match, Mention, Severity
from monitor.model.situation import Situation
from monitor.model.story import Role
from monitor.pipeline import replan
from monitor.pipeline.deliver import Deliverer
from monitor.pipeline.refused_edits import tell_anew
from monitor.pipeline.runtime import Runtime, compose
from monitor.pipeline.tell import tell
from monitor.store import articles, feeds, matches, silences, stories, tables
from monitor.store.database import Database
from monitor.store.deliveries import (
    claimable,
    claims,
    fallbacks,
    follow_ups,
    lookups,
    outbox,
    transitions,
)
from tests.support.clock import MONDAY, Clock
from tests.support.entries import record
from tests.support.postgresql import Server

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


class Deliveries(RuleBasedStateMachine):
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

    def teardown(self) -> None:
        try:
            self.finish()
        finally:
            self.deliverer.close()
            self.db.close()
            self.folder.cleanup()

    @initialize(merge=st.booleans())
    def begin(self, merge: bool) -> None:
        self.merge = merge

    # --- what comes in ------------------------------------------------------------------------

    @rule(story=st.integers(0, 2), watchlist=WATCHLISTS, both=st.booleans(), severity=SEVERITY,
          other=SEVERITY)  # fmt: skip
    def report(
        self, story: int, watchlist: str, both: bool, severity: Severity, other: Severity
    ) -> None:
        number = len(self.reports) + 1
        names = sorted(TOLD) if both else [watchlist]
        found = [
            Match(name, 50.0, severity if name == watchlist else other, True,
                  (Mention(NAMES[name], NAMES[name], "body", 0, 1, "A", "A"),), ())
            for name in names
        ]  # fmt: skip
        now, at = self.clock(), f"https://a.example/{number}"
        with self.db.write() as connection:
            entry = Entry(str(number), link=at, title=f"Headline {number}")
            [article_id] = record(connection, 1, [entry], now).wanted
            self.stories[story] = stories.record(
                connection, article_id, story_id=self.stories.get(story),
                role=Role.FIRST, correlation=None,
                at=now, outlet="A", language="en", entities=["A"], fingerprint=b"[0]", keys=(),
            )  # fmt: skip
            stored = articles.by_id(connection, article_id)
            assert stored is not None
            recorded = matches.record(
                connection, article_id, found, headlines=(stored.article.title, ""), now=now
            )
            where = Situation(stored.article, stored.article, self.stories[story], number % 3 == 0)
            concerned = [(match, recorded[match.watchlist]) for match in found]
            tell(connection, self.runtime().config, where, concerned, (), now)
            for match in found:
                report = Report(match.watchlist, stored.article.id, story, match.severity)
                self.reports.append(report)
                if any(each.drop for each in self.muting(connection, match.watchlist)):
                    self.may_be_dropped.add(report)

    @rule(minutes=st.sampled_from([1, 4, 11, 35, 60, 600, 1500]))
    def wait(self, minutes: int) -> None:
        self.clock.advance(minutes=minutes)

    # --- what people do -----------------------------------------------------------------------

    @rule(watchlist=WATCHLISTS, hours=st.sampled_from([1, 5, 30]), drop=st.booleans())
    def silence(self, watchlist: str, hours: int, drop: bool) -> None:
        now = self.clock()
        ends = now + timedelta(hours=hours)
        made = Silence(0, "Ann", "known", now, ends, watchlists=(watchlist,), drop=drop)
        with self.db.write() as connection:
            replan.add(connection, made, self.runtime().config)
        if drop:
            self.may_be_dropped |= {each for each in self.reports if each.watchlist == watchlist}

    @precondition(lambda self: self.in_force())
    @rule(data=st.data(), hours=st.sampled_from([0, 50]))
    def end_or_extend_silence(self, data: st.DataObject, hours: int) -> None:
        silence = data.draw(st.sampled_from(self.in_force()))
        config, now = self.runtime().config, self.clock()
        with self.db.write() as connection:
            if hours:
                ends = silence.ends + timedelta(hours=hours)
                replan.extend(connection, silence, ends, config, now)
            else:
                replan.expire(connection, silence, config, now)
        if silence.drop and hours:
            self.may_be_dropped |= {
                each for each in self.reports if each.watchlist in silence.watchlists
            }

    @precondition(lambda self: self.alerts())
    @rule(data=st.data())
    def acknowledge(self, data: st.DataObject) -> None:
        alert_id, thread = data.draw(st.sampled_from(self.alerts()))
        with self.db.write() as connection:
            outbox.acknowledge(connection, thread or alert_id, "Ann", self.clock())
        with self.db.read() as connection:
            query = select(tables.alerts.c.id).where(tables.alerts.c.acknowledged.is_not(None))
            self.acknowledged = set(connection.scalars(query))
        assert {one for one, its in self.alerts() if its == thread} <= self.acknowledged

    @rule()
    def retry(self) -> None:
        with self.db.write() as connection:
            outbox.retry(connection, self.clock())

    @rule(night=st.sampled_from(NIGHTS))
    def reconfigure(self, night: str) -> None:
        self.night = night
        with self.db.write() as connection:
            replan.reconfigure(connection, ["night"], self.runtime().config, self.clock())

    # --- what services and processes do -------------------------------------------------------

    @rule(channel=st.sampled_from(CHANNELS), result=st.sampled_from([OK, DOWN, GONE]))
    def service(self, channel: str, result: SendResult) -> None:
        self.answers[channel] = result

    @rule()
    def claim(self) -> None:
        busy = {each.channel for each in self.under_way}
        with self.db.write() as connection:
            self.claim_on(connection, [each for each in CHANNELS if each not in busy])

    @rule(changeable=st.booleans())
    def deliver(self, changeable: bool) -> None:
        """What the daemon does every second: claim, send, record."""
        self.claim()
        while self.under_way:
            result = self.answers[self.under_way[0].channel]
            self.answer(result=result, changeable=changeable)

    @precondition(lambda self: self.under_way)
    @rule(result=st.sampled_from([OK, OK, DOWN, GONE]), changeable=st.booleans())
    def answer(self, result: SendResult, changeable: bool) -> None:
        delivery = self.under_way.pop(0)
        with self.db.write() as connection:
            # A sender makes sure that nobody has taken its claim over.
            if claims.renew(connection, [delivery], self.clock() + claims.LEASE):
                self.record(connection, delivery, result, changeable=changeable)

    @precondition(lambda self: self.under_way)
    @rule()
    def give_back(self) -> None:
        with self.db.write() as connection:
            claims.release(connection, self.under_way, self.clock())
        self.under_way.clear()

    @rule()
    def restart(self) -> None:
        """The process dies: what its services had not taken yet is sent by the next one."""
        self.under_way.clear()
        self.deliverer.close()
        self.deliverer = self.daemon()
        with self.db.write() as connection:
            self.take_up(connection)

    def claim_on(self, connection: Connection, free: list[str]) -> None:
        claimed = self.deliverer._claim(connection, self.clock(), free, None)
        for delivery in (each for found in claimed.values() for each in found):
            if delivery.channel in IN_PLACE:
                self.nobody_else_is_told(delivery)
            # A message that changes says again what was told with it before it was silenced.
            told = alerts_of(delivery)[: 1 if delivery.edits is not None else None]
            for alert in told:
                muting = self.muting(connection, alert.match.watchlist)
                assert not muting, f"{delivery} is sent though it is silenced"
                if delivery.channel == "boss":
                    assert alert.id not in self.acknowledged, "escalated though acknowledged"
            self.under_way.append(delivery)

    def nobody_else_is_told(self, delivery: Delivery) -> None:
        """Of an alert, its channel and the one that stands in for it."""
        other = IN_PLACE[delivery.channel]
        own = told_by(delivery.content)
        twice = own & {one for said in self.heard[other] for one in said}
        assert not twice, f"{delivery.channel} is told {twice} as {other} has been"
        for each in self.under_way:
            # One whose claim has run out is a dead sender's: what it is answered is not recorded.
            if each.channel == other and (each.claimed_until or self.clock()) > self.clock():
                assert not own & told_by(each.content), f"both are told {own} at once"

    def record(
        self, connection: Connection, delivery: Delivery, result: SendResult, *, changeable: bool
    ) -> None:
        """What the daemon records of an answer."""
        now, config = self.clock(), self.runtime().config
        if delivery.edits is not None and (result.ok or not result.retryable):
            if result.ok:
                follow_ups.record_edited(connection, delivery.ids, delivery.edits.delivery, now)
                self.hear(delivery)
            else:
                tell_anew(connection, delivery, delivery.edits, result.detail, config, now)
            return
        if result.ok:
            can_change = changeable and not isinstance(delivery.content, Summary)
            receipt = str(delivery.ids[0]) if can_change else None
            transitions.sent(connection, delivery.ids, now, receipt=receipt)
            self.hear(delivery)
        else:
            again = policy.next_attempt(
                delivery.attempts + 1, since=delivery.since, now=now, jitter=0.5, result=result
            )
            before = now - policy.GIVE_UP_AFTER
            outbox.record_failed(
                connection, delivery.ids, result.detail, again, now, give_up_before=before
            )
        fallbacks.settle(connection, delivery.ids)
        self.deliverer._learn(connection, delivery.channel, result, now)

    def hear(self, delivery: Delivery) -> None:
        content, channel = delivery.content, delivery.channel
        assert not isinstance(content, Notice)
        for each in content.items if isinstance(content, Summary) else (content,):
            alert = each.alert if isinstance(each, FollowUp) else each
            # Where each watchlist has its own message, each says who has its story besides.
            whose = "" if self.merge else f"besides {alert.match.watchlist}"
            said = {(whose, other.article.id) for other in alert.also}
            if isinstance(each, Alert):
                said |= {(one.match.watchlist, one.article.id) for one in (alert, *alert.together)}
            assert said, "a message that says nothing"
            messages = self.heard[channel]
            if delivery.edits is None:
                self.places |= dict.fromkeys(delivery.ids, len(messages))
                messages.append(said)
                continue
            # What a message said before it still says: a change takes nothing away.
            place = self.places[delivery.edits.delivery]
            assert messages[place] <= said
            messages[place] = said

    # --- what is always true ------------------------------------------------------------------

    @invariant()
    def nothing_waits_for_what_will_never_come(self) -> None:
        with self.db.read() as connection:
            rows = connection.execute(select(tables.deliveries)).all()
            ends = {str(each.id): each.ends for each in silences.everything(connection)}
        told = {(row.alert_id, row.channel): row for row in rows if not row.follow_up}
        for row in rows:
            if row.status in claimable.WAITING:
                assert row.next_attempt is not None
            if row.status is DeliveryStatus.SENDING:
                assert row.claimed_until is not None
            if row.status is DeliveryStatus.PENDING and row.hold is HoldReason.SILENCE:
                is_part = row.summary is not None or row.attempts
                assert is_part or row.next_attempt <= max(ends[row.hold_ref], self.clock())
            if row.status is DeliveryStatus.REPLACED and row.hold is HoldReason.INHIBITED:
                graver = told[row.hold_ref, row.channel]
                assert graver.status is not DeliveryStatus.DEAD or row.instead_of

    def finish(self) -> None:
        """Let everything be sent; then each channel has heard all that is for it, once."""
        self.restart()
        with self.db.write() as connection:
            for silence in silences.in_force(connection, self.clock()):
                replan.expire(connection, silence, self.runtime().config, self.clock())
            outbox.retry(connection, self.clock())
        for _ in range(400):
            self.clock.advance(hours=2)
            with self.db.write() as connection:
                self.claim_on(connection, list(CHANNELS))
                while self.under_way:
                    delivery = self.under_way.pop()
                    self.record(connection, delivery, OK, changeable=True)
                if not lookups.states(connection, statuses=UNSENT):
                    break
        else:
            raise AssertionError("it never ends")
        for channel, messages in self.heard.items():
            told = Counter(one for said in messages for one in said)
            twice = {one for one, times in told.items() if times > 1}
            assert not twice, f"{channel} heard of {twice} more than once: {messages}"
        for report in self.reports:
            for channel in TOLD[report.watchlist]:
                assert self.is_told(report, channel), f"{channel} never heard of {report}"

        self.everyone_was_escalated_to()

    def everyone_was_escalated_to(self) -> None:
        """What nobody has acknowledged was told to whom it is told then."""
        deliveries, about = tables.deliveries, tables.matches
        query = (
            select(tables.alerts.c.id, about.c.article_id, deliveries.c.channel)
            .join(about, about.c.id == tables.alerts.c.match_id)
            .join(deliveries, deliveries.c.alert_id == tables.alerts.c.id)
            .where(about.c.watchlist == "w", about.c.severity.in_(["high", "critical"]))
            .where(deliveries.c.follow_up == 0, deliveries.c.status == DeliveryStatus.SENT)
        )
        with self.db.read() as connection:
            rows = connection.execute(query).all()
        dropped = {each.article for each in self.may_be_dropped if each.watchlist == "w"}
        escalated = {row.id for row in rows if row.channel == "boss"}
        for row in rows:
            if row.id not in self.acknowledged and str(row.article_id) not in dropped:
                assert row.id in escalated, f"nobody was told that {row} is not acknowledged"

    def is_told(self, report: Report, channel: str) -> bool:
        """Whether a channel, or the one that stands in for it, heard of a report.

        Or was told a graver alert of the story in its place, or a silence has dropped it.
        """
        there = {channel, "reserve"} if channel == "plain" else {channel}
        heard = {one for name in there for said in self.heard[name] for one in said}
        graver = {
            (each.watchlist, each.article)
            for each in self.reports
            if each.story == report.story
            and each.watchlist != report.watchlist
            and each.severity is Severity.CRITICAL
        }
        own = (report.watchlist, report.article)
        if own in heard or graver & heard or report in self.may_be_dropped:
            return True
        # Who is told of it by no alert of its own heard that the article has the story besides, or
        # by another watchlist's alert.
        return (*own, channel) not in self.own_alerts() and report.article in {
            article for _, article in heard
        }

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

    # --- what there is ------------------------------------------------------------------------

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


def test_what_is_dropped_for_one_watchlist_is_told_to_those_of_the_other() -> None:
    """One walk that once went wrong, which is found by few."""
    machine = Deliveries()
    machine.begin(merge=True)
    machine.report(story=1, watchlist="w", both=True, severity=Severity.HIGH, other=Severity.MEDIUM)
    machine.deliver(changeable=False)
    machine.silence(watchlist="v", hours=30, drop=False)
    machine.silence(watchlist="v", hours=1, drop=True)
    machine.report(story=1, watchlist="v", both=False, severity=Severity.MEDIUM, other=Severity.LOW)
    machine.report(
        story=1, watchlist="v", both=True, severity=Severity.CRITICAL, other=Severity.LOW
    )
    machine.teardown()


def test_a_summary_names_each_report_of_a_story_once() -> None:
    """Another, in which one has more reports of what the other tells anew."""
    machine = Deliveries()
    machine.begin(merge=True)
    low, high = Severity.LOW, Severity.HIGH
    machine.report(story=2, watchlist="v", both=False, severity=low, other=low)
    machine.deliver(changeable=False)
    machine.wait(minutes=4)
    machine.report(story=2, watchlist="v", both=True, severity=low, other=low)
    machine.deliver(changeable=False)
    machine.report(story=2, watchlist="v", both=True, severity=low, other=low)
    machine.report(story=2, watchlist="v", both=True, severity=high, other=low)
    machine.wait(minutes=1500)
    machine.report(story=2, watchlist="v", both=False, severity=high, other=low)
    machine.deliver(changeable=False)
    machine.wait(minutes=1500)
    machine.deliver(changeable=False)
    machine.teardown()


TestDeliveries = Deliveries.TestCase
TestDeliveries.settings = settings(
    # Shrinking takes minutes and says little more; the seed is printed.
    max_examples=int(os.environ.get("MONITOR_EXAMPLES", "60")), stateful_step_count=40,
    deadline=None, report_multiple_bugs=False,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)  # fmt: skip


def test_it_holds_on_a_server_too(postgresql: Server) -> None:
    class OnServer(Deliveries):
        def new_database(self) -> str:
            url = postgresql.clean()
            with closing(Database(url)) as db, db.write() as connection:
                feeds.subscribe(connection, [("https://a.example/feed", "A")], MONDAY)
            return url

    # The file's have looked everywhere; here always the same are tried.
    few = settings(
        max_examples=12, stateful_step_count=40, deadline=None, derandomize=True, database=None,
        report_multiple_bugs=False, phases=[Phase.generate],
    )  # fmt: skip
    run_state_machine_as_test(OnServer, settings=few)

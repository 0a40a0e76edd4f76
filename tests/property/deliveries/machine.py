"""The machine: what may happen, in whatever order."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from sqlalchemy import select

from monitor.model.alert import Silence
from monitor.model.delivery import SendResult
from monitor.model.feed import Entry
from monitor.model.match import Match, Mention, Severity
from monitor.model.situation import Situation
from monitor.model.story import Role
from monitor.pipeline import replan
from monitor.pipeline.tell import tell
from monitor.store import articles, matches, stories, tables
from monitor.store.deliveries import claims, outbox
from tests.property.deliveries.checks import Checks
from tests.property.deliveries.world import (
    CHANNELS,
    DOWN,
    GONE,
    NAMES,
    NIGHTS,
    OK,
    SEVERITY,
    TOLD,
    WATCHLISTS,
    Report,
)
from tests.support.entries import record


class Deliveries(Checks):
    """Each rule is one thing that may happen next."""

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

    @rule(changeable=st.booleans(), partly=st.booleans())
    def deliver(self, changeable: bool, partly: bool = False) -> None:
        """What the daemon does every second: claim, send, record."""
        self.claim()
        while self.under_way:
            result = self.answers[self.under_way[0].channel]
            self.answer(result=result, changeable=changeable, partly=partly)

    @precondition(lambda self: self.under_way)
    @rule(result=st.sampled_from([OK, OK, DOWN, GONE]), changeable=st.booleans(),
          partly=st.booleans())  # fmt: skip
    def answer(self, result: SendResult, changeable: bool, partly: bool) -> None:
        delivery = self.under_way.pop(0)
        with self.db.write() as connection:
            # A sender makes sure that nobody has taken its claim over.
            if claims.renew(connection, [delivery], self.clock() + claims.LEASE):
                self.record(connection, delivery, result, changeable=changeable, partly=partly)

    @precondition(lambda self: self.under_way)
    @rule()
    def give_back(self) -> None:
        with self.db.write() as connection:
            claims.release(connection, self.under_way, self.clock())
        self.under_way.clear()

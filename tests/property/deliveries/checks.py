"""What must hold after each step, and at the end of each walk."""

from __future__ import annotations

from collections import Counter

from hypothesis.stateful import invariant
from sqlalchemy import select

from monitor.model.delivery import DeliveryStatus
from monitor.model.hold import HoldReason
from monitor.model.match import Severity
from monitor.pipeline import replan
from monitor.store import silences, tables
from monitor.store.deliveries import claimable, lookups, outbox
from tests.property.deliveries.sending import Sending
from tests.property.deliveries.world import CHANNELS, OK, TOLD, UNSENT, Report


class Checks(Sending):
    """Nothing waits on, and at the end each channel has heard all that is for it, once."""

    def teardown(self) -> None:
        try:
            self.finish()
        finally:
            self.deliverer.close()
            self.db.close()
            self.folder.cleanup()

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

"""What a daemon does with what is due, and what must hold at each message it sends."""

from __future__ import annotations

from hypothesis.stateful import rule
from sqlalchemy import Connection

from monitor.alerts import retry as policy
from monitor.model.alert import Alert, FollowUp, Notice
from monitor.model.delivery import Delivery, PartlyAccepted, SendResult, Summary
from monitor.pipeline.message import message_of
from monitor.pipeline.refused_edits import tell_anew
from monitor.store.deliveries import fallbacks, follow_ups, outbox, transitions
from tests.property.deliveries.world import IN_PLACE, World, alerts_of, told_by


class Sending(World):
    """What rules share: taking, sending and recording, by the daemon's own code."""

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
            self.nobody_is_left_out(delivery)
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

    def message_id(self, delivery: Delivery) -> str:
        return message_of(delivery, self.runtime().config).message_id

    def nobody_is_left_out(self, delivery: Delivery) -> None:
        """Who had the message at an earlier try is not sent it: it may tell no other alert now."""
        for mark in delivery.accepted.marks if delivery.accepted is not None else ():
            message_id, *told = mark.split()
            if message_id == self.message_id(delivery):
                assert {each.id for each in alerts_of(delivery)} <= {*told}

    def record(
        self,
        connection: Connection,
        delivery: Delivery,
        result: SendResult,
        *,
        changeable: bool,
        partly: bool = False,
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
            # One of several targets took it.
            mark = " ".join([self.message_id(delivery), *(one.id for one in alerts_of(delivery))])
            had = delivery.accepted.marks if delivery.accepted is not None else ()
            some = PartlyAccepted((*had, mark)) if partly and not delivery.edits else None
            outbox.record_failed(
                connection, delivery.ids, result.detail, again, now,
                give_up_before=before, accepted=some,
            )  # fmt: skip
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

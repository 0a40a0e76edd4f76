"""Alerts are told once, deliveries are never lost, and what is old goes in the right order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select

from monitor.model.alert import Alert, Notice
from monitor.model.delivery import Delivery, DeliveryStatus, Parcel, PartlyAccepted
from monitor.model.feed import Entry
from monitor.model.match import Match, Mention, Reason, Severity
from monitor.model.plan import Destination
from monitor.store import articles, feeds, matches, tables, upkeep
from monitor.store.database import Database
from monitor.store.deliveries import claims, outbox, transitions
from monitor.store.deliveries import lookups as deliveries
from tests.support.clock import MONDAY, Clock
from tests.support.entries import record
from tests.support.pruning import prune as prune_all

FOUND = Match(
    watchlist="Westminster",
    score=80.0,
    severity=Severity.HIGH,
    alert=True,
    mentions=(Mention("APT31", "APT31", "body", 0, 5, "APT31", "APT31 did it."),),
    reasons=(Reason("specificity", 80.0, "a name nobody else bears"),),
)
NOTICE = Notice("n1", "proof-of-life", "Alive", "All is well.", MONDAY)


class World:
    """One article with one match, to be told on `mail` and `slack`."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.clock = Clock()
        with db.write() as connection:
            feeds.subscribe(connection, [("https://a.example/feed", "A")], MONDAY)
            [self.article_id] = record(
                connection,
                feeds.everything(connection)[0].id,
                [Entry("1", link="https://a.example/1", title="Headline", published=MONDAY)],
                MONDAY,
            ).wanted
            self.match_id = self.record_match(connection)
            self.tell(connection)

    def record_match(self, connection: Connection, *found: Match) -> int:
        ids = matches.record(connection, self.article_id, found or (FOUND,), now=self.clock())
        return ids[FOUND.watchlist].id

    def tell(self, connection: Connection, alert_id: str = "alert-1") -> bool:
        now = self.clock()
        channels = [Destination("mail", now), Destination("slack", now)]
        return outbox.add_alert(connection, alert_id, self.match_id, channels, now)

    def finish_reading(self, connection: Connection) -> None:
        stored = articles.by_id(connection, self.article_id)
        assert stored is not None
        articles.record_read(connection, stored, stored.article, next_read=None)

    def claim(
        self,
        known: Sequence[str] = ("mail", "slack", "pager", "ops"),
        due_by: datetime | None = None,
    ) -> list[Delivery]:
        """Claim all that is due, each to go out by itself."""
        now = self.clock()
        with self.db.write() as connection:
            due = {
                channel: claims.due_on(connection, now, channel, due_by=due_by)
                for channel in claims.channels_due(connection, now, known, due_by=due_by)
            }
            ids = sorted(each.id for channel in due.values() for each in channel)
            return claims.claim(connection, now, [Parcel((id_,)) for id_ in ids])

    def counts(self) -> dict[str, int]:
        with self.db.read() as connection:
            return {s.value: n for s, n in deliveries.counts(connection).items() if n}


@pytest.fixture
def world(db: Database) -> World:
    return World(db)


def test_a_claimed_delivery_carries_what_is_to_be_told(world: World) -> None:
    first, second = world.claim()
    assert (first.channel, second.channel) == ("mail", "slack")
    assert isinstance(first.content, Alert)
    assert first.content.match == FOUND
    assert first.content.article.title == "Headline"
    assert first.content.article.url == "https://a.example/1"


def test_a_delivery_is_claimed_by_one_sender_only(world: World) -> None:
    assert len(world.claim()) == 2
    assert world.claim() == []
    assert world.counts() == {"sending": 2}


def test_a_match_is_told_once(world: World) -> None:
    with world.db.write() as connection:
        assert world.record_match(connection) == world.match_id
        assert world.tell(connection) is False
    assert world.counts() == {"pending": 2}


def test_an_abandoned_claim_comes_back_after_its_lease(world: World) -> None:
    world.claim()
    world.clock.advance(seconds=claims.LEASE.total_seconds() - 1)
    assert world.claim() == []
    world.clock.advance(seconds=1)
    assert len(world.claim()) == 2


def test_a_slow_sender_keeps_only_those_claims_that_are_still_its_own(world: World) -> None:
    slow = world.claim()
    world.clock.advance(minutes=4)
    with world.db.write() as connection:
        slow = claims.renew(connection, slow, world.clock() + claims.LEASE)
    assert len(slow) == 2
    world.clock.advance(minutes=6)
    [taken] = world.claim(known=["mail"])
    with world.db.write() as connection:
        left = claims.renew(connection, slow, world.clock() + claims.LEASE)
        assert [delivery.channel for delivery in left] == ["slack"]
        claims.release(connection, slow, world.clock())
    # The one that was taken over is still its new sender's.
    assert world.claim(known=["mail"]) == []
    assert taken.attempts == 1


def test_channels_that_were_not_told_are_told_when_it_turns_out_graver(world: World) -> None:
    graver = replace(FOUND, severity=Severity.CRITICAL)
    channels = [Destination(name, world.clock()) for name in ("mail", "slack", "pager")]
    with world.db.write() as connection:
        [same] = matches.record(connection, world.article_id, [FOUND], now=world.clock()).values()
        assert not same.graver
        [raised] = matches.record(
            connection, world.article_id, [graver], now=world.clock()
        ).values()
        assert (raised.id, raised.graver) == (world.match_id, True)
        told = [
            outbox.add_alert(
                connection, "alert-1", raised.id, channels, world.clock(), graver=graver
            )
            for graver in (False, True, True)
        ]
    assert told == [False, True, False]
    claimed = world.claim()
    assert [delivery.channel for delivery in claimed] == ["mail", "slack", "pager"]
    assert {severity_of(delivery) for delivery in claimed} == {Severity.CRITICAL}


def severity_of(delivery: Delivery) -> Severity:
    assert isinstance(delivery.content, Alert)
    return delivery.content.match.severity


def test_what_could_not_be_tried_for_long_begins_its_day_of_tries_anew(world: World) -> None:
    world.clock.advance(hours=30)
    begun = world.clock()
    [first, *_] = claimed = world.claim()
    assert {delivery.since for delivery in claimed} == {begun}
    again = world.clock.advance(minutes=6)
    with world.db.write() as connection:
        outbox.record_failed(connection, first.ids, "503", again, again)
    [same] = world.claim(known=[first.channel])
    assert (same.ids, same.since) == (first.ids, begun)


@pytest.mark.parametrize("ahead", [timedelta(minutes=20), timedelta(days=5)])
def test_what_a_clock_that_was_ahead_has_planned_is_due_now(world: World, ahead: timedelta) -> None:
    first, _ = world.claim()
    wrong = world.clock() + ahead
    with world.db.write() as connection:
        outbox.record_failed(connection, first.ids, "503", wrong + timedelta(minutes=5), wrong)
    world.clock.advance(minutes=1)
    assert [delivery.ids for delivery in world.claim()] == [first.ids]


SOME = PartlyAccepted(("5f", "a0"))


def fail(world: World, delivery: Delivery, accepted: PartlyAccepted | None) -> None:
    now = world.clock()
    again = now + timedelta(minutes=5)
    with world.db.write() as connection:
        outbox.record_failed(connection, delivery.ids, "451", again, now, accepted=accepted)
    world.clock.advance(minutes=5)


def test_the_next_attempt_knows_who_has_it(world: World) -> None:
    [first] = world.claim(known=["mail"])
    assert first.accepted is None
    fail(world, first, SOME)
    [second] = world.claim(known=["mail"])
    assert second.accepted == SOME
    # A try of which nothing is known takes nothing back.
    fail(world, second, None)
    [third] = world.claim(known=["mail"])
    assert third.accepted == SOME
    with world.db.write() as connection:
        now = world.clock()
        outbox.record_failed(connection, third.ids, "550", None, now, accepted=SOME)
        assert outbox.retry(connection, now) == 1
    [replayed] = world.claim(known=["mail"])
    assert replayed.accepted == SOME


def test_what_joins_a_message_is_told_those_who_had_it_before(world: World) -> None:
    [first] = world.claim(known=["mail"])
    with world.db.write() as connection:
        outbox.add_alert(connection, "alert-2", world.match_id, [], MONDAY)
        transitions.add(connection, "mail", MONDAY, MONDAY, alert_id="alert-2")
        now = world.clock()
        outbox.record_failed(connection, first.ids, "451", now, now, accepted=SOME)
        is_mail = tables.deliveries.c.channel == "mail"
        rows = connection.scalars(select(tables.deliveries.c.id).where(is_mail))
        together = Parcel(tuple(rows), "s", None)
        [both] = claims.claim(connection, now, [together])
        assert (len(both.ids), both.accepted) == (2, None)
        outbox.record_failed(connection, both.ids, "451", now, now, accepted=SOME)
        [again] = claims.claim(connection, now, [together])
    assert (again.ids, again.accepted) == (both.ids, SOME)


def test_only_what_was_due_by_a_time_is_claimed_when_that_is_asked_for(world: World) -> None:
    first, second = world.claim()
    begun = world.clock()
    with world.db.write() as connection:
        soon = begun + timedelta(seconds=5)
        outbox.record_failed(connection, first.ids, "503", soon, begun)
        claims.release(connection, [second], begun)
    world.clock.advance(minutes=1)
    assert [delivery.ids for delivery in world.claim(due_by=begun)] == [second.ids]
    assert [delivery.ids for delivery in world.claim()] == [first.ids]


def test_the_next_start_recovers_claims_at_once(world: World) -> None:
    world.claim()
    with world.db.write() as connection:
        assert transitions.recover(connection, world.clock()) == 2
    assert [delivery.attempts for delivery in world.claim()] == [1, 1]


def test_what_was_claimed_and_not_tried_counts_no_attempt(world: World) -> None:
    claimed = world.claim()
    with world.db.write() as connection:
        claims.release(connection, claimed, world.clock.advance(seconds=30))
    assert [delivery.attempts for delivery in world.claim()] == [0, 0]


def test_failed_waits_dead_stays_and_a_replay_starts_afresh(world: World) -> None:
    first, second = world.claim()
    with world.db.write() as connection:
        now = world.clock()
        outbox.record_failed(connection, first.ids, "503", now + timedelta(minutes=5), now)
        outbox.record_failed(connection, second.ids, "404 no_service", None, now)
    assert world.counts() == {"failed": 1, "dead": 1}
    world.clock.advance(minutes=5)
    [again] = world.claim()
    assert (again.ids, again.attempts) == (first.ids, 1)
    world.clock.advance(days=3)
    with world.db.write() as connection:
        transitions.sent(connection, again.ids, world.clock())
        assert outbox.retry(connection, world.clock()) == 1
    [replayed] = world.claim()
    assert (replayed.ids, replayed.attempts) == (second.ids, 0)
    assert replayed.since == world.clock.now


def test_channels_not_configured_keep_waiting(world: World) -> None:
    assert [delivery.channel for delivery in world.claim(known=["slack"])] == ["slack"]
    assert [delivery.channel for delivery in world.claim(known=["slack", "mail"])] == ["mail"]


def test_notices_travel_apart_from_alerts(world: World) -> None:
    with world.db.write() as connection:
        assert outbox.add_notice(connection, NOTICE, ["ops"])
        assert not outbox.add_notice(connection, NOTICE, ["ops"])
    [delivery] = world.claim(known=["ops"])
    assert delivery.content == NOTICE


def test_a_later_reading_updates_and_drops_only_what_nobody_was_told(world: World) -> None:
    other = Match("Other", 20.0, Severity.LOW, False, (), ())
    better = Match("Westminster", 95.0, Severity.CRITICAL, True, FOUND.mentions, FOUND.reasons)
    with world.db.write() as connection:
        world.record_match(connection, better, other)
        matches.record(connection, world.article_id, (), now=world.clock())
        left = matches.search(connection)
    assert [(stored.match.watchlist, stored.match.score) for stored in left] == [
        ("Westminster", 95.0)
    ]


def test_matches_are_searched_by_every_condition(world: World) -> None:
    with world.db.read() as connection:
        assert len(matches.search(connection)) == 1
        assert len(matches.search(connection, watchlist="Westminster", min_score=80)) == 1
        assert matches.search(connection, watchlist="Nobody") == []
        assert matches.search(connection, min_score=81) == []
        assert len(matches.search(connection, containing="headLINE", alerts_only=True)) == 1
        assert matches.search(connection, containing="100%") == []
        assert matches.search(connection, since=MONDAY + timedelta(seconds=1)) == []


def everything_left(db: Database) -> dict[str, int]:
    with db.read() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (tables.articles, tables.matches, tables.alerts, tables.deliveries)
        }


def test_retention_keeps_what_is_still_on_its_way_and_what_a_match_needs(world: World) -> None:
    later = world.clock.advance(days=100)
    with world.db.write() as connection:
        world.finish_reading(connection)
        prune_all(connection, articles_before=later, matches_before=later)
    assert everything_left(world.db) == {
        "articles": 1, "matches": 1, "alerts": 1, "deliveries": 2,
    }  # fmt: skip
    claimed = world.claim()
    with world.db.write() as connection:
        for delivery in claimed:
            transitions.sent(connection, delivery.ids, world.clock())
        prune_all(connection, articles_before=later, matches_before=None)
        assert everything_left(world.db)["articles"] == 1
        prune_all(connection, articles_before=later, matches_before=later)
    assert set(everything_left(world.db).values()) == {0}
    assert world.db.damage() == []


def test_old_news_still_listed_does_not_come_back_as_new(world: World) -> None:
    feed_entry = Entry("1", link="https://a.example/1", title="Headline", published=MONDAY)
    later = world.clock.advance(days=100)
    claimed = world.claim()
    with world.db.write() as connection:
        world.finish_reading(connection)
        for delivery in claimed:
            transitions.sent(connection, delivery.ids, later)
        prune_all(connection, articles_before=later, matches_before=later)
        state = feeds.everything(connection)[0]
        again = record(connection, state.id, [feed_entry], later)
    assert again.wanted == ()


def test_heartbeats(world: World) -> None:
    with world.db.write() as connection:
        upkeep.beat(connection, "dispatch", MONDAY, timedelta(seconds=60), {"pid": 1})
        upkeep.beat(connection, "dispatch", MONDAY + timedelta(1), timedelta(seconds=60))
        [beat] = upkeep.beats(connection)
        assert beat.late_after == MONDAY + timedelta(days=1, seconds=60)
        upkeep.stop_beating(connection)
        assert upkeep.beats(connection) == []


def test_statuses_are_all_counted(world: World) -> None:
    with world.db.read() as connection:
        assert set(deliveries.counts(connection)) == set(DeliveryStatus)

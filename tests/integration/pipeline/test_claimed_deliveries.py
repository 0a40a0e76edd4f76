"""What a sender has claimed: before each message it makes sure that this one still is its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import Connection, select, update

from monitor.model.alert import Notice
from monitor.model.delivery import Delivery, Parcel
from monitor.pipeline.claimed_deliveries import SHARED_LEASE, InHand
from monitor.store.database import Database
from monitor.store.deliveries import claims, outbox
from monitor.store.tables import deliveries
from tests.support.clock import MONDAY, Clock
from tests.support.databases import BOTH

database = BOTH

T = TypeVar("T")


class Sender:
    """Three notices, claimed."""

    def __init__(self, db: Database, *, shared: bool) -> None:
        self._db = db
        self.clock = Clock()
        self.claimed = self._claim()
        self.hand = InHand(self.store, self.clock, self.claimed, shared=shared)

    def _claim(self) -> Sequence[Delivery]:
        with self._db.write() as connection:
            for number in range(3):
                notice = Notice(f"n{number}", "proof-of-life", "Alive", "All is well.", MONDAY)
                outbox.add_notice(connection, notice, ["ops"])
            due = claims.due_on(connection, self.clock(), "ops")
            parcels = [Parcel((each.id,)) for each in due]
            return claims.claim(connection, self.clock(), parcels, lease=SHARED_LEASE)

    async def store(self, work: Callable[[Connection], T], /) -> T:
        with self._db.write() as connection:
            return work(connection)

    def take_over(self, delivery: Delivery) -> None:
        """As another sender does with a claim that has ended."""
        later = self.clock() + timedelta(minutes=30)
        with self._db.write() as connection:
            connection.execute(
                update(deliveries)
                .where(deliveries.c.id.in_(delivery.ids))
                .values(claimed_until=later)
            )

    def claimed_until(self) -> list[datetime | None]:
        with self._db.read() as connection:
            query = select(deliveries.c.claimed_until).order_by(deliveries.c.id)
            return list(connection.scalars(query))


@pytest.fixture
def shared(db: Database) -> Sender:
    return Sender(db, shared=True)


async def test_where_others_send_only_what_is_next_is_renewed(shared: Sender) -> None:
    before = shared.claimed_until()
    shared.clock.advance(seconds=10)
    first = await shared.hand.next()
    assert first is not None
    assert first.ids == shared.claimed[0].ids
    assert shared.claimed_until() == [shared.clock() + SHARED_LEASE, *before[1:]]


async def test_what_was_taken_over_is_left_to_others_and_the_next_is_sure(shared: Sender) -> None:
    shared.take_over(shared.claimed[0])
    shared.clock.advance(seconds=10)
    found = await shared.hand.next()
    assert found is not None
    assert found.ids == shared.claimed[1].ids
    assert shared.claimed_until()[1] == shared.clock() + SHARED_LEASE


async def test_what_was_claimed_a_moment_ago_is_sent_without_asking_again(shared: Sender) -> None:
    before = shared.claimed_until()
    assert await shared.hand.next() is not None
    assert shared.claimed_until() == before


async def test_who_records_an_answer_learns_that_the_next_is_his(shared: Sender) -> None:
    assert await shared.hand.next() is not None
    shared.clock.advance(seconds=10)
    recorded: list[Connection] = []
    await shared.hand.record(recorded.append)
    assert len(recorded) == 1
    assert shared.claimed_until()[1] == shared.clock() + SHARED_LEASE
    shared.take_over(shared.claimed[2])
    second = await shared.hand.next()
    assert second is not None
    assert second.ids == shared.claimed[1].ids
    await shared.hand.record(recorded.append)
    assert await shared.hand.next() is None


async def test_nothing_is_left_when_all_were_taken_over(shared: Sender) -> None:
    for each in shared.claimed:
        shared.take_over(each)
    shared.clock.advance(seconds=10)
    assert await shared.hand.next() is None


async def test_who_sends_alone_renews_all_when_they_grow_old(db: Database) -> None:
    alone = Sender(db, shared=False)
    alone.clock.advance(seconds=10)
    before = alone.claimed_until()
    assert await alone.hand.next() is not None
    assert before == [MONDAY + SHARED_LEASE] * 3
    assert set(alone.claimed_until()) == {alone.clock() + claims.LEASE}

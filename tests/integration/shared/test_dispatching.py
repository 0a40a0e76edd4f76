"""Handing out what is due to many, and taking it back from who does not live any more."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from monitor.store import dispatching
from monitor.store import feeds as store_feeds
from monitor.store.database import Database
from monitor.store.tables import feeds


def subscribe(db: Database, urls: list[str]) -> None:
    now = datetime.now(UTC) - timedelta(minutes=1)
    with db.write() as connection:
        store_feeds.subscribe(connection, [(url, url) for url in urls], now)


def taken(db: Database, room: int = 100, per_host: int = 100) -> list[dispatching.Due]:
    with db.write() as connection:
        return dispatching.take_feeds(connection, room, per_host)


def end_leases(db: Database) -> None:
    """As if time had passed."""
    with db.write() as connection:
        past = func.now() - timedelta(seconds=1)
        connection.execute(
            update(feeds).where(feeds.c.claimed_until.is_not(None)).values(claimed_until=past)
        )


def start(db: Database, ids: list[int], worker: int) -> frozenset[int]:
    with db.write() as connection:
        return dispatching.start(connection, feeds, ids, worker)


def test_what_is_due_is_taken_once_whoever_looks(shared: Database) -> None:
    subscribe(shared, [f"https://host{n}.example/feed" for n in range(120)])
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: taken(shared, 50), range(4)))
    ids = [each.id for some in found for each in some]
    assert len(ids) == len(set(ids))
    assert len(ids) + len(taken(shared)) == 120
    assert taken(shared) == []


def test_a_host_with_much_stands_before_nobody(shared: Database) -> None:
    crowded = [f"https://big.example:8443/feed/{n}" for n in range(dispatching.LOOKED_AT + 50)]
    subscribe(shared, [*crowded, "https://user:pass@small.example/feed"])
    first = taken(shared, per_host=4)
    assert Counter(each.host for each in first) == {"big.example:8443": 4}
    # All that was looked at has been put off.
    assert "small.example" in {each.host for each in taken(shared, per_host=4)}


def test_a_feed_that_has_moved_is_one_of_its_new_host(shared: Database) -> None:
    subscribe(shared, ["https://old.example/feed"])
    with shared.write() as connection:
        connection.execute(
            update(feeds).values(moved_to="https://new.example/f", moved_confirmed=func.now())
        )
    [due] = taken(shared)
    assert due.host == "new.example"


def test_what_failed_last_time_is_told_apart(shared: Database) -> None:
    subscribe(shared, ["https://a.example/feed", "https://b.example/feed"])
    with shared.write() as connection:
        connection.execute(update(feeds).where(feeds.c.url.like("%b.example%")).values(failures=2))
    assert {each.host: each.doubtful for each in taken(shared)} == {
        "a.example": False,
        "b.example": True,
    }


def test_a_job_that_comes_twice_begins_nothing(shared: Database) -> None:
    subscribe(shared, ["https://a.example/feed"])
    [due] = taken(shared)
    assert start(shared, [due.id], 1) == {due.id}
    assert start(shared, [due.id], 2) == frozenset()


def test_who_is_dead_loses_what_he_began_and_may_not_record_it(shared: Database) -> None:
    subscribe(shared, ["https://a.example/feed"])
    [due] = taken(shared)
    start(shared, [due.id], 1)
    assert taken(shared) == []
    end_leases(shared)
    assert [each.id for each in taken(shared)] == [due.id]
    start(shared, [due.id], 2)
    with shared.write() as connection:
        assert not dispatching.is_held(connection, feeds, due.id, 1)
        assert dispatching.is_held(connection, feeds, due.id, 2)
        assert dispatching.renew(connection, feeds, [due.id], 1) == frozenset()
        dispatching.hand_back_all(connection, 1)
    assert taken(shared) == []


def test_who_renews_keeps_it(shared: Database) -> None:
    subscribe(shared, ["https://a.example/feed"])
    [due] = taken(shared)
    start(shared, [due.id], 1)
    end_leases(shared)
    with shared.write() as connection:
        assert dispatching.renew(connection, feeds, [due.id], 1) == {due.id}
    assert taken(shared) == []


def test_what_is_handed_back_is_due_at_once_and_what_is_put_off_later(shared: Database) -> None:
    subscribe(shared, ["https://a.example/feed", "https://b.example/feed"])
    one, two = (each.id for each in taken(shared))
    start(shared, [one, two], 1)
    with shared.write() as connection:
        dispatching.hand_back(connection, feeds, [one], 1)
        dispatching.put_off(connection, feeds, [two], 1, 60)
    assert [each.id for each in taken(shared)] == [one]
    with shared.read() as connection:
        until, now = connection.execute(
            select(feeds.c.claimed_until, func.now()).where(feeds.c.id == two)
        ).one()
    assert timedelta(seconds=50) < until - now <= timedelta(seconds=60)


@pytest.mark.parametrize("value", [timedelta(hours=1), timedelta(seconds=30)])
def test_what_is_not_due_waits(shared: Database, value: timedelta) -> None:
    subscribe(shared, ["https://a.example/feed"])
    with shared.write() as connection:
        connection.execute(update(feeds).values(next_poll=func.now() + value))
    assert taken(shared) == []

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Table, select

from monitor.model.feed import NOT_POLLED_YET, Entry, Validators
from monitor.store import articles as store_articles
from monitor.store import feeds as store_feeds
from monitor.store import leases
from monitor.store.database import Database
from monitor.store.leases import LEASE
from monitor.store.tables import articles, feeds
from tests.support.entries import record

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MOMENT = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def listed(db: Database) -> None:
    """Two feeds that are due, the first with two articles to be read."""
    with db.write() as connection:
        store_feeds.subscribe(
            connection, [("https://a.example/f", "A"), ("https://b.example/f", "B")], NOW
        )
        found = [Entry(identity=name, link=f"https://a.example/{name}") for name in ("x", "y")]
        record(connection, 1, found, NOW)


def due(db: Database, table: Table, now: datetime = NOW) -> list[int]:
    with db.read() as connection:
        if table is feeds:
            return [each.id for each in store_feeds.due(connection, now, 9)]
        return [each.id for each in store_articles.to_read(connection, now, 9, ())]


def claim(db: Database, table: Table, *ids: int, now: datetime = NOW) -> set[int]:
    with db.write() as connection:
        return set(leases.claim(connection, table, ids, now))


@pytest.mark.parametrize("table", [feeds, articles], ids=str)
def test_what_is_claimed_is_not_due_and_nobody_else_gets_it(db: Database, table: Table) -> None:
    assert due(db, table) == [1, 2]
    assert claim(db, table, 1) == {1}
    assert due(db, table) == [2]
    assert claim(db, table, 1, 2) == {2}
    assert claim(db, table) == set()
    assert due(db, table) == []


@pytest.mark.parametrize("table", [feeds, articles], ids=str)
def test_whoever_is_killed_loses_a_lease_only(db: Database, table: Table) -> None:
    claim(db, table, 1, 2)
    assert due(db, table, NOW + LEASE - MOMENT) == []
    assert due(db, table, NOW + LEASE) == [1, 2]
    assert claim(db, table, 1, now=NOW + LEASE) == {1}
    assert due(db, table, NOW + LEASE) == [2]


@pytest.mark.parametrize("table", [feeds, articles], ids=str)
def test_a_renewed_claim_lasts_longer_unless_it_was_given_up_meanwhile(
    db: Database, table: Table
) -> None:
    claim(db, table, 1, 2)
    with db.write() as connection:
        leases.hand_back(connection, table, [2])
        leases.renew(connection, table, [1, 2], NOW + LEASE - MOMENT)
        leases.renew(connection, table, [], NOW)
    assert due(db, table, NOW + LEASE - MOMENT) == [2]
    assert due(db, table, NOW + 2 * LEASE - 2 * MOMENT) == [2]
    assert due(db, table, NOW + 2 * LEASE - MOMENT) == [1, 2]


@pytest.mark.parametrize("table", [feeds, articles], ids=str)
def test_what_is_handed_back_is_due_at_once(db: Database, table: Table) -> None:
    claim(db, table, 1, 2)
    with db.write() as connection:
        leases.hand_back(connection, table, [1])
    assert due(db, table) == [1]
    with db.write() as connection:
        assert leases.hand_back_all(connection, table) == 1
    assert due(db, table) == [1, 2]


@pytest.mark.parametrize("table", [feeds, articles], ids=str)
def test_a_claim_made_while_the_clock_was_ahead_holds_nothing_up(
    db: Database, table: Table
) -> None:
    claim(db, table, 1, now=NOW + timedelta(days=2))
    assert due(db, table) == [1, 2]
    assert claim(db, table, 1) == {1}


def test_a_poll_gives_its_feed_back_whether_it_fails_or_not(db: Database) -> None:
    claim(db, feeds, 1, 2)
    later = NOW + timedelta(hours=1)
    with db.write() as connection:
        one, two = store_feeds.by_ids(connection, [1, 2])
        store_feeds.record_success(
            connection, one, now=NOW, validators=Validators(), body_digest=None, problems=(),
            next_poll=later, next_reason=NOT_POLLED_YET,
        )  # fmt: skip
        store_feeds.record_failure(
            connection, two, now=NOW, error="no", next_poll=later, next_reason=NOT_POLLED_YET
        )
        assert set(connection.scalars(select(feeds.c.claimed_until))) == {None}


def test_a_reading_gives_its_article_back_to_be_read_again_for_what_came_meanwhile(
    db: Database,
) -> None:
    claim(db, articles, 1, 2)
    with db.write() as connection:
        one, two = store_articles.by_ids(connection, [1, 2])
        store_articles.record_read(connection, one, one.article, next_read=None)
        store_articles.postpone(connection, two, NOW + timedelta(hours=1))
    assert due(db, articles) == []
    assert due(db, articles, NOW + timedelta(hours=1)) == [2]

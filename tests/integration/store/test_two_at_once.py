"""Two processes do the same at the same moment, on a server on which both may write."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, text

from monitor.model.alert import Notice
from monitor.model.article import Article
from monitor.model.delivery import DeliveryStatus, Parcel
from monitor.model.feed import Entry
from monitor.model.match import Match, Severity
from monitor.model.plan import JoinThread
from monitor.pipeline.place import place
from monitor.store import feeds, locks, matches
from monitor.store.database import Database
from monitor.store.deliveries import claims, coverage, outbox, transitions
from monitor.store.tables import articles, deliveries, entries, stories
from monitor.store.write_queue import Writer
from monitor.stories.correlate import report_of
from tests.support.articles import put
from tests.support.clock import MONDAY
from tests.support.entries import record

LATER = MONDAY + timedelta(minutes=10)


@pytest.fixture
def database() -> str:
    """A file has one writer at a time."""
    return "postgresql"


def at_once(db: Database, *deeds: Callable[[Connection], Any]) -> list[Any]:
    """What each came to: all have begun their transaction before any goes on."""
    begun, results = threading.Barrier(len(deeds), timeout=30), [None] * len(deeds)

    def do(number: int, deed: Callable[[Connection], Any]) -> None:
        with db.write() as connection:
            connection.execute(text("SELECT 1"))
            begun.wait()
            results[number] = deed(connection)

    threads = [threading.Thread(target=do, args=each) for each in enumerate(deeds)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    return results


def count(db: Database, table: Any) -> int:
    with db.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(table)) or 0)


def test_one_page_in_two_feeds_is_one_article(db: Database) -> None:
    with db.write() as connection:
        names = ("a", "b")
        feeds.subscribe(connection, [(f"https://{n}.example/feed", n) for n in names], MONDAY)
    # In whatever order each lists them.
    links = [f"https://p.example/{number}" for number in range(40)]

    def listing(feed: int, some: list[str]) -> Callable[[Connection], Any]:
        listed = [Entry(link, link=link, title=link) for link in some]
        return lambda connection: record(connection, feed, listed, MONDAY)

    at_once(db, listing(1, links), listing(2, links[::-1]))
    assert (count(db, articles), count(db, entries)) == (40, 80)


def test_copies_of_a_report_are_one_story(db: Database) -> None:
    body = " ".join(f"Hackers of APT31 took papers {n} from the ministry." for n in range(40))
    copies = [Article(id="", title="APT31 hacked", body=body, outlet=name) for name in "abcd"]
    with db.write() as connection:
        ids = put(connection, copies)
    match = Match("w", 80.0, Severity.HIGH, True, (), ())

    def placing(article_id: int) -> Callable[[Connection], Any]:
        report = report_of(copies[0], [match], MONDAY)
        return lambda connection: place(connection, article_id, report).story

    assert len(set(at_once(db, *map(placing, ids)))) == 1
    assert count(db, stories) == 1


def test_a_delivery_is_claimed_by_one(db: Database) -> None:
    with db.write() as connection:
        feeds.subscribe(connection, [("https://a.example/feed", "A")], MONDAY)
        listed = [Entry(str(n), link=f"https://a.example/{n}", title=str(n)) for n in range(10)]
        for number, article in enumerate(record(connection, 1, listed, MONDAY).wanted):
            match = Match("w", 50.0, Severity.HIGH, True, (), ())
            found = matches.record(connection, article, [match], now=MONDAY)["w"]
            outbox.add_alert(connection, f"a{number}", found.id, [], MONDAY)
            transitions.add(connection, "slack", MONDAY, MONDAY, alert_id=f"a{number}")

    def claiming(connection: Connection) -> set[int]:
        locks.take_channel(connection, "slack")
        due = claims.due_on(connection, LATER, "slack")
        taken = claims.claim(connection, LATER, [Parcel((each.id,)) for each in due])
        return {id_ for each in taken for id_ in each.ids}

    one, other = at_once(db, claiming, claiming)
    assert len(one | other) == 10
    assert not one & other


def test_who_joins_a_thread_comes_after_all_that_a_message_may_cover(db: Database) -> None:
    """Even if it is made while the report is entered: what it says it covers is what it saw."""
    with db.write() as connection:
        feeds.subscribe(connection, [("https://a.example/feed", "A")], MONDAY)
        listed = [Entry(str(n), link=f"https://a.example/{n}", title=str(n)) for n in range(3)]
        match = Match("w", 50.0, Severity.HIGH, True, (), ())
        ids = [
            matches.record(connection, article, [match], now=MONDAY)["w"].id
            for article in record(connection, 1, listed, MONDAY).wanted
        ]
        outbox.add_alert(connection, "a", ids[0], [], LATER)
    # Read before the first was told, and entered behind it.
    for each in ids[1:]:
        with db.write() as connection:
            seen = coverage.latest(connection, "a")
            matches.join(connection, [JoinThread(each, "a", None)], MONDAY)
            assert seen is not None
            assert coverage.latest(connection, "a") == seen + timedelta(microseconds=1)


def test_what_was_looked_up_before_another_claimed_it_is_left_to_that(db: Database) -> None:
    """Even without the lock: the rows themselves say who has them."""
    with db.write() as connection:
        notice = [Notice(str(n), "k", "t", "x", MONDAY) for n in range(3)]
        for each in notice:
            outbox.add_notice(connection, each, ["ops"])
        due = claims.due_on(connection, LATER, "ops")
    parcels = [Parcel((each.id,)) for each in due]
    one, other = at_once(db, *[lambda c: claims.claim(c, LATER, parcels)] * 2)
    assert sorted(map(len, (one, other))) == [0, 3]
    with db.read() as connection:
        attempts = connection.execute(select(deliveries.c.status, deliveries.c.attempts)).all()
    assert attempts == [(DeliveryStatus.SENDING, 1)] * 3


@pytest.fixture
def writer(db: Database) -> Iterator[Writer]:
    with db.write() as connection:
        connection.execute(text("INSERT INTO hosts (host, articles) VALUES ('a', 0), ('b', 0)"))
    with closing(Writer(db)) as writer:
        yield writer


def test_whoever_was_undone_for_another_s_sake_is_done_again(db: Database, writer: Writer) -> None:
    """Each holds a row and wants the other's: PostgreSQL ends one of the two transactions."""
    met, tries = threading.Barrier(2, timeout=30), []

    def crossing(first: str, second: str) -> Callable[[Connection], None]:
        def work(connection: Connection) -> None:
            tries.append(first)
            more = text("UPDATE hosts SET articles = articles + 1 WHERE host = :host")
            connection.execute(more, {"host": first})
            if len(tries) <= 2:
                met.wait()
            connection.execute(more, {"host": second})

        return work

    for future in [writer.submit(crossing("a", "b")), writer.submit(crossing("b", "a"))]:
        future.result(60)
    assert len(tries) == 3
    with db.read() as connection:
        rows = connection.execute(text("SELECT articles FROM hosts ORDER BY host")).all()
    assert [row.articles for row in rows] == [2, 2]

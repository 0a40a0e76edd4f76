"""Pieces of work that share a transaction, and one of them that fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError

import pytest
from sqlalchemy import Connection, text

from monitor.store.database import Database
from monitor.store.write_queue import Writer


@pytest.fixture
def database() -> str:
    """That of a file; a server's is told apart in `test_postgresql`."""
    return "sqlite"


@pytest.fixture
def writer(db: Database) -> Iterator[Writer]:
    with db.write() as connection:
        connection.execute(text("CREATE TABLE numbers (number INTEGER PRIMARY KEY)"))
    writer = Writer(db)
    yield writer
    writer.close()


def insert(number: int) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        connection.execute(text("INSERT INTO numbers VALUES (:number)"), {"number": number})
        if number == 3:
            raise ValueError("three is refused")
        return number

    return work


def stored(db: Database) -> list[int]:
    with db.read() as connection:
        query = text("SELECT number FROM numbers ORDER BY number")
        return list(connection.scalars(query))


def test_a_piece_that_fails_fails_alone(db: Database, writer: Writer) -> None:
    may_go_on = threading.Event()
    # What is submitted while this one is at work shares the next transaction.
    writer.submit(lambda connection: may_go_on.wait(10))
    futures = [writer.submit(insert(number)) for number in range(6)]
    may_go_on.set()
    assert [future.result(10) for future in futures if future is not futures[3]] == [0, 1, 2, 4, 5]
    with pytest.raises(ValueError, match="three is refused"):
        futures[3].result(10)
    assert stored(db) == [0, 1, 2, 4, 5]


def test_what_waits_shares_one_transaction(db: Database, writer: Writer) -> None:
    may_go_on = threading.Event()
    writer.submit(lambda connection: may_go_on.wait(10))
    seen = [writer.submit(lambda connection: connection) for _ in range(3)]
    may_go_on.set()
    assert len({id(future.result(10)) for future in seen}) == 1


def test_what_must_not_wait_goes_first(db: Database, writer: Writer) -> None:
    begun, may_go_on = threading.Event(), threading.Event()

    def blocking(connection: Connection) -> None:
        begun.set()
        may_go_on.wait(10)

    writer.submit(blocking)
    assert begun.wait(10)
    done: list[int] = []

    def entered(number: int) -> Callable[[Connection], None]:
        return lambda connection: done.append(number)

    futures = [writer.submit(entered(number), first=number >= 3) for number in range(5)]
    may_go_on.set()
    for each in futures:
        each.result(10)
    assert done == [3, 4, 0, 1, 2]


def test_closing_drops_what_has_not_begun_and_waits_for_what_has(
    db: Database, writer: Writer
) -> None:
    begun, may_go_on = threading.Event(), threading.Event()

    def first(connection: Connection) -> None:
        insert(1)(connection)
        begun.set()
        may_go_on.wait(10)

    under_way = writer.submit(first)
    assert begun.wait(10)
    dropped = writer.submit(insert(2))
    closing = threading.Thread(target=writer.close)
    closing.start()
    with pytest.raises(CancelledError):
        dropped.result(10)
    may_go_on.set()
    closing.join(10)
    assert under_way.done()
    assert stored(db) == [1]

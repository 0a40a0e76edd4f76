"""Pieces of work in write transactions, off the event loop."""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection

from monitor.errors import StoreError
from monitor.store.database import Database
from monitor.store.postgresql_faults import is_passing

P = ParamSpec("P")
T = TypeVar("T")
_Piece = tuple[Callable[[Connection], Any], "Future[Any]"]

#: Pieces of work in one transaction at the most, to keep a file's write lock short.
TOGETHER = 64
#: Transactions that a process has under way at once on a server.
AT_ONCE = 4
#: How often what was in another's way is done, and how long it waits at first. Seconds.
TRIES, PAUSE = 6, 0.01


class Writer:
    """Runs pieces of work in write transactions, in threads of its own.

    SQLite has one writer at a time: waiting in a queue here beats waiting for its lock. And
    since a commit waits for the disk, those that queue up meanwhile share the next one. On a
    server there are several writers, each piece has a transaction of its own, and what was undone
    for another's sake is done again. Each is done entirely or not at all, and known to be done
    only once it is committed.

    Args:
        db: the database.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._first: deque[_Piece] = deque()
        self._waiting: deque[_Piece] = deque()
        self._together = 1 if db.is_shared else TOGETHER
        threads = AT_ONCE if db.is_shared else 1
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="store")

    def submit(self, work: Callable[[Connection], T], *, first: bool = False) -> Future[T]:
        """Have a piece of work done; the future is resolved after its commit.

        Args:
            work: may do nothing but use the connection it is given, and may be called a second
                time after a roll-back.
            first: it goes before all that wait and are not. For the little that must not wait
                until hundreds of polls and articles are stored: messages, and signs of life.
        """
        future: Future[T] = Future()
        (self._first if first else self._waiting).append((work, future))
        self._threads.submit(self._turn)
        return future

    def run(self, work: Callable[[Connection], T]) -> T:
        """Have a piece of work done here and now; see `submit`. Raises StoreError."""
        return done(self._db, work)

    def close(self) -> None:
        """Drop what has not begun and wait for what has."""
        while (piece := self._next()) is not None:
            piece[1].cancel()
        self._threads.shutdown(wait=True)

    def _next(self) -> _Piece | None:
        for waiting in (self._first, self._waiting):
            # Another thread may take what is there.
            with suppress(IndexError):
                return waiting.popleft()
        return None

    def _turn(self) -> None:
        batch: list[_Piece] = []
        while len(batch) < self._together and (piece := self._next()) is not None:
            if piece[1].set_running_or_notify_cancel():
                batch.append(piece)
        # Every submission asks for a turn, and an earlier one may have taken all along.
        if not batch:
            return
        if len(batch) == 1:
            self._alone(*batch[0])
            return
        try:
            with self._db.write() as connection:
                results = [work(connection) for work, _ in batch]
        except BaseException:  # noqa: BLE001  # whoever it belongs to gets it below
            # One of them failed and all were rolled back: each on its own, then, so that it
            # fails alone.
            for piece in batch:
                self._alone(*piece)
            return
        for (_, future), result in zip(batch, results, strict=True):
            future.set_result(result)

    def _alone(self, work: Callable[[Connection], Any], future: Future[Any]) -> None:
        try:
            result = done(self._db, work)
        except BaseException as error:  # noqa: BLE001  # handed to whoever waits for it
            future.set_exception(error)
        else:
            future.set_result(result)


def done(db: Database, work: Callable[[Connection], T]) -> T:
    """Do a piece of work in a write transaction of its own, and again if it was in another's way.

    Args:
        db: the database.
        work: may do nothing but use the connection it is given, and may be called more than once.

    Raises:
        StoreError: the database failed.
    """

    @retried
    def do() -> T:
        with db.write() as connection:
            return work(connection)

    return do()


def retried(function: Callable[P, T]) -> Callable[P, T]:
    """Have a function called again whose transaction was undone for another's sake.

    What PostgreSQL undoes of two that wait for each other may succeed at the next try. SQLite,
    which has one writer, undoes nothing.

    Args:
        function: changes nothing but the database, and that in one transaction.
    """

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        for pause in (PAUSE * 2**each for each in range(TRIES - 1)):
            try:
                return function(*args, **kwargs)
            except StoreError as error:
                if not is_passing(error):
                    raise
            # Not all at the same moment again.
            time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - nobody need be surprised
        return function(*args, **kwargs)

    return call

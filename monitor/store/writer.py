"""One writer for the process, which commits what is waiting together."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection

from monitor.store.database import Database

T = TypeVar("T")
_Piece = tuple[Callable[[Connection], Any], "Future[Any]"]

#: Pieces of work in one transaction at the most, to keep the write lock short.
TOGETHER = 64


class Writer:
    """Runs pieces of work in write transactions, in a thread of its own.

    SQLite has one writer at a time: waiting in a queue here beats waiting for its lock. And
    since a commit waits for the disk, those that queue up meanwhile share the next one. Each
    is still done entirely or not at all, and known to be done only once it is committed.

    Args:
        db: the database.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: deque[_Piece] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Have a piece of work done; the future is resolved after its commit.

        Args:
            work: may do nothing but use the connection it is given, and may be called a second
                time after a roll-back.
        """
        future: Future[T] = Future()
        self._waiting.append((work, future))
        self._thread.submit(self._turn)
        return future

    def close(self) -> None:
        """Drop what has not begun and wait for what has."""
        while self._waiting:
            self._waiting.popleft()[1].cancel()
        self._thread.shutdown(wait=True)

    def _turn(self) -> None:
        batch: list[_Piece] = []
        while self._waiting and len(batch) < TOGETHER:
            piece = self._waiting.popleft()
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
            with self._db.write() as connection:
                result = work(connection)
        except BaseException as error:  # noqa: BLE001  # handed to whoever waits for it
            future.set_exception(error)
        else:
            future.set_result(result)

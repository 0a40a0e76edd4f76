"""A deadline for questions to the database, of which one step alone may take too long."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

#: PostgreSQL's word for a statement that was ended (query_canceled).
_CANCELLED = "57014"
_SAVEPOINT = "before_deadline"


class TooSlowError(Exception):
    """A question was given up, since its time was over."""


@contextmanager
def deadline(conn: Connection, seconds: float) -> Iterator[None]:
    """Give up what is asked within it once a time is over, in the middle of a step too.

    SQLite looks in its index for as long as it takes to come to the next article, which for words
    that everybody uses and nobody uses together may be all of it. It is interrupted from another
    thread: its own progress handler is not called meanwhile.

    Args:
        conn: an open connection, for this question alone until the end.
        seconds: how long.

    Raises:
        TooSlowError: it took longer.
    """
    raw = conn.connection.driver_connection
    if not isinstance(raw, sqlite3.Connection):
        with _given_up(), _timeout(raw, max(1, round(1000 * seconds))):
            yield
        return
    lock, is_over = threading.Lock(), False

    def interrupt() -> None:
        # Never what somebody else asks of the same connection afterwards.
        with lock:
            if not is_over:
                raw.interrupt()

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        with _given_up():
            yield
    finally:
        with lock:
            is_over = True
        timer.cancel()


@contextmanager
def _timeout(raw: Any, milliseconds: int) -> Iterator[None]:
    """Have PostgreSQL end what takes longer, and the transaction go on.

    What was ended spoils a transaction there, unless it is undone from a savepoint on. By the
    driver itself: a connection may have each statement read by a cursor, which takes no such.
    """
    raw.execute(f"SAVEPOINT {_SAVEPOINT}")
    raw.execute(f"SET LOCAL statement_timeout = {milliseconds}")
    try:
        yield
    except DBAPIError:
        raw.execute(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}")
        raise
    raw.execute("SET LOCAL statement_timeout TO DEFAULT")
    raw.execute(f"RELEASE SAVEPOINT {_SAVEPOINT}")


@contextmanager
def _given_up() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorcode", None)
        if code == sqlite3.SQLITE_INTERRUPT or getattr(error.orig, "sqlstate", "") == _CANCELLED:
            raise TooSlowError from error
        raise

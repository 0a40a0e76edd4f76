"""A file that has become too large for what is in it gives back what is free, a piece at a time.

SQLite never makes a file smaller by itself. With `auto_vacuum = INCREMENTAL`
(https://sqlite.org/pragma.html#pragma_incremental_vacuum) it does when asked to, so many pages at a
time; a database that was made without that has to be rewritten once (`rewrite`).
"""

from __future__ import annotations

import sqlite3

from sqlalchemy import Connection

#: Pages given back in one transaction; some tens of milliseconds.
PAGES = 500
#: So large a share of the file may be free: it is filled again by what comes.
SLACK = 0.1
#: And so many pages always: to give back less than 8 MiB is not worth anything.
FEWEST = 2_000

_INCREMENTAL = 2


def step(conn: Connection) -> bool:
    """Give back some of what is free, if it is much; whether there is more to give back."""
    if conn.dialect.name != "sqlite" or not can_shrink(conn):
        return False
    free, pages = _pragma(conn, "freelist_count"), _pragma(conn, "page_count")
    spare = free - max(int(SLACK * pages), FEWEST)
    if spare <= 0:
        return False
    raw = conn.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    for _ in range(min(PAGES, spare)):
        # Python's module takes one step of what returns no rows: to ask for more gives one page.
        raw.execute("PRAGMA incremental_vacuum(1)")
    return spare > PAGES


def can_shrink(conn: Connection) -> bool:
    """Whether the file can give back what is free."""
    return _pragma(conn, "auto_vacuum") == _INCREMENTAL


def _pragma(conn: Connection, name: str) -> int:
    return int(conn.exec_driver_sql(f"PRAGMA {name}").scalar_one())

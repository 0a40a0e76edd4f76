from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import text

from monitor.store.database import Database
from tests.support.postgresql import Server

MACHINES = (
    "workers",
    "host_permits",
    "host_holds",
    "robots",
    "procrastinate_jobs",
    "procrastinate_workers",
)


@pytest.fixture
def shared(postgresql: Server) -> Iterator[Database]:
    """A new database on a server."""
    with closing(Database(postgresql.clean())) as db:
        with db.write() as connection:
            connection.execute(text(f"TRUNCATE {', '.join(MACHINES)} CASCADE"))
        yield db

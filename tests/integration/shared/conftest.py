from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from tests.support.postgresql import Server

from monitor.store.database import Database


@pytest.fixture
def shared(postgresql: Server) -> Iterator[Database]:
    """A new database on a server."""
    url = postgresql.new()
    with closing(Database(url)) as db:
        yield db
    postgresql.drop(url)

"""Programs of two versions on one database: side by side for one step of the schema, no further."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from monitor.errors import StoreError
from monitor.store.database import Database
from tests.integration.shared.test_workers import ASKED, SENT, publish, workers
from tests.support.slack import SlackServer
from tests.support.web import WebWorld


@pytest.fixture
def head(shared: Database) -> Iterator[int]:
    """The revision that this program makes; other tests find it so again."""
    revision = shared.revision()
    assert revision is not None
    yield int(revision)
    with shared.write() as connection:
        bring_to(connection, int(revision))
        connection.execute(text("ALTER TABLE articles DROP COLUMN IF EXISTS later"))
        connection.execute(text("DROP TABLE IF EXISTS later"))


def bring_to(connection: Connection, revision: int) -> None:
    """As a program of another version would."""
    statement = text("UPDATE alembic_version SET version_num = :revision")
    connection.execute(statement, {"revision": f"{revision:04}"})


def test_the_next_schema_is_known_and_no_later_one(shared: Database, head: int) -> None:
    with shared.write() as connection:
        bring_to(connection, head + 1)
    shared.require_current()
    assert not shared.upgrade()
    with shared.write() as connection:
        bring_to(connection, head + 2)
    for attempt in (shared.require_current, shared.upgrade):
        with pytest.raises(StoreError, match="newer version of monitor") as raised:
            attempt()
        assert "Upgrade monitor" in str(raised.value)


def test_an_earlier_schema_is_brought_up_first(shared: Database, head: int) -> None:
    with shared.write() as connection:
        bring_to(connection, head - 1)
    with pytest.raises(StoreError, match="older version") as raised:
        shared.require_current()
    assert "monitor db upgrade" in str(raised.value)


async def test_a_worker_goes_on_for_one_step_and_ends_at_the_second(
    shared: Database,
    head: int,
    web: WebWorld,
    slack: SlackServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("monitor.daemon.daemon.SCHEMA_SECONDS", 0.2)
    with shared.write() as connection:
        # What a later version needs besides, and this one knows nothing of.
        connection.execute(text("ALTER TABLE articles ADD COLUMN later TEXT"))
        connection.execute(text("CREATE TABLE later (id BIGINT PRIMARY KEY)"))
        bring_to(connection, head + 1)
    publish(web, "/feed")
    told = ended = False

    async def work() -> None:
        nonlocal told, ended
        async with workers(tmp_path, shared) as fleet:
            await fleet.configure(web.url("/feed"), slack=slack.endpoint)
            await fleet.start()
            await fleet.until(ASKED, lambda asked: asked == 1)
            publish(web, "/feed", "one")
            told = await fleet.until(SENT, lambda sent: sent == 1) == 1
            with shared.write() as connection:
                bring_to(connection, head + 2)
            _, task = fleet.daemons[0]
            done, _ = await asyncio.wait([task], timeout=60)
            ended = task in done

    with pytest.raises(StoreError, match="newer version of monitor"):
        await work()
    assert told
    assert ended

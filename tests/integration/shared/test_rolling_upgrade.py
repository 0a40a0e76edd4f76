"""Programs of two versions on one database: side by side for one step of the schema, no further."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, select, text

from monitor.errors import StoreError
from monitor.service.database import upgrade
from monitor.store import fleet, tables, text_days
from monitor.store.article_texts import BODY
from monitor.store.database import Database
from tests.integration.shared.test_workers import ASKED, SENT, publish, workers
from tests.support.postgresql import Server
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
    for earlier in (int(OLD), head - 1):
        with shared.write() as connection:
            bring_to(connection, earlier)
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


# --- the step that programs of before cannot go along with ---------------------------------------

#: The last schema of programs that look for texts in the articles' rows only, and the first after.
OLD, BOTH_ABLE, DIVIDED = "0003", "0004", "0005"


@pytest.fixture
def older(postgresql: Server) -> Iterator[Database]:
    """A database on which a worker of before is at work."""
    with closing(Database(postgresql.empty())) as db:
        config = db._alembic()
        with db.altering() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, OLD)
        with db.write() as connection:
            join_as_before(connection)
        yield db


def join_as_before(connection: Connection) -> None:
    """As a program of before says that it is at work."""
    connection.execute(text("INSERT INTO workers (name, pid, version) VALUES ('old', 7, '1.0.0')"))


def leave_as_before(connection: Connection) -> None:
    connection.execute(text("DELETE FROM workers WHERE name = 'old'"))


def rows(db: Database) -> list[str]:
    """What a program of before reads."""
    with db.read() as connection:
        query = select(tables.articles.c.body).order_by(tables.articles.c.id)
        return list(connection.scalars(query))


def shown(db: Database) -> list[str]:
    """What this one reads."""
    with db.read() as connection:
        return list(connection.scalars(select(BODY).order_by(tables.articles.c.id)))


def test_an_upgrade_leaves_out_what_those_at_work_cannot_go_along_with(older: Database) -> None:
    assert older.upgrade()
    assert older.revision() == BOTH_ABLE
    older.require_current()
    assert not older.upgrade()
    with older.write() as connection:
        fleet.join(connection, "new", 8, "1.1.0", int(older.head))
    assert text_days.make_ahead(older, datetime.now(UTC)) == 0
    assert text_days.drop(older, datetime.now(UTC)) == 0
    # One that has not been heard of for long may wake, until it is forgotten.
    with older.write() as connection:
        connection.execute(text("UPDATE workers SET beat = now() - interval '59 minutes'"))
    assert not older.upgrade()
    with older.write() as connection:
        connection.execute(text("UPDATE workers SET beat = now() - interval '61 minutes'"))
    assert older.upgrade()
    assert older.revision() == older.head > DIVIDED
    assert not older.upgrade()


def test_a_database_that_was_divided_before_gets_what_came_since(older: Database) -> None:
    with older.write() as connection:
        leave_as_before(connection)
    older.upgrade()
    with older.write() as connection:
        connection.execute(text("ALTER TABLE deliveries DROP COLUMN accepted"))
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{DIVIDED}'"))
        join_as_before(connection)
    # One of before that is still heard of takes nothing back.
    assert not older.upgrade()
    with older.write() as connection:
        leave_as_before(connection)
    assert older.upgrade()
    assert older.differences() == []


def test_whoever_asks_for_the_upgrade_gets_the_last_step_when_it_can_be_made(
    older: Database,
) -> None:
    changed = [upgrade(older.url, closing).upgraded for _ in range(2)]
    with older.write() as connection:
        leave_as_before(connection)
    changed += [upgrade(older.url, closing).upgraded for _ in range(2)]
    assert changed == [True, False, True, False]
    assert older.revision() == older.head > DIVIDED
    assert older.differences() == []


async def test_old_and_new_find_each_others_texts_and_days_begin_when_the_last_old_one_has_gone(
    older: Database, web: WebWorld, slack: SlackServer, tmp_path: Path
) -> None:
    older.upgrade()
    publish(web, "/feed")
    async with workers(tmp_path, older) as some:
        await some.configure(web.url("/feed"), slack=slack.endpoint)
        await some.start()
        await some.until(ASKED, lambda asked: asked == 1)
        publish(web, "/feed", "one")
        await some.until(SENT, lambda sent: sent == 1)
        [one] = rows(older)
        assert "Of one." in one
        with older.write() as connection:
            # What one of before has read.
            connection.execute(text("UPDATE articles SET body = body || ' Since then more.'"))
        assert shown(older) == rows(older) == [f"{one} Since then more."]
        with older.write() as connection:
            leave_as_before(connection)
        # The next to begin makes the step, and the days to come.
        await some.start()
        days = text("SELECT count(*) FROM text_days")
        await some.until(days, lambda days: days == text_days.AHEAD + 1)
        assert older.revision() == older.head > DIVIDED
        publish(web, "/feed", "one", "two")
        await some.until(SENT, lambda sent: sent == 2)
        assert rows(older) == [f"{one} Since then more.", ""]
        assert "Of two." in shown(older)[1]
        # The one that was there before finds both.
        publish(web, "/feed", "one", "two", "three")
        await some.until(SENT, lambda sent: sent == 3)
    assert len(slack.messages) == 3

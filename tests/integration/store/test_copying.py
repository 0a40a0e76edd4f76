"""SQLite to PostgreSQL: everything, compared; what is no text is mended."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from monitor.daemon.lock import DaemonLock, alone
from monitor.errors import ConfigError, StoreError, UsageError
from monitor.model.article import TextSource
from monitor.service import database as service
from monitor.store import copying, feeds, text_days, upkeep
from monitor.store.article_texts import BODY, CONTENT
from monitor.store.database import Database
from monitor.store.tables import articles, deliveries, notices
from monitor.store.tables import feeds as feed_table
from tests.support.postgresql import Server

NOW = datetime(2024, 3, 25, 9, 30, 0, 123456, tzinfo=UTC)
_TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
URL = "https://a.example/rss"


@pytest.fixture
def database() -> str:
    """The old one: the new one is asked for by name."""
    return "sqlite"


@pytest.fixture
def new(postgresql: Server) -> Iterator[Database]:
    """A database that was created, and in which nothing is yet."""
    with closing(Database(postgresql.empty())) as new:
        yield new


def fill(db: Database) -> None:
    with db.write() as connection:
        feeds.subscribe(connection, [(URL, "A"), ("https://b.example/rss", "B")], NOW)
        number = connection.scalar(select(feed_table.c.id).limit(1))
        for title in ("one", "two", "three"):
            connection.execute(
                insert(articles).values(
                    feed_id=number, url=f"https://a.example/{title}", title=title,
                    fetched=NOW, backfill=False, edited=False, text_source=TextSource.FEED,
                    reads=0, failed_reads=0, authors=["Ann", "Bob"],
                )
            )  # fmt: skip
        connection.execute(articles.delete().where(articles.c.title == "three"))


def copied(old: Database, new: Database) -> service.Moved:
    return service.copy(old.url, new.url, alone, lambda *_: None)


def rows(db: Database, table: Any) -> list[Any]:
    with db.read() as connection:
        return sorted(tuple(row) for row in connection.execute(select(table)))


def raw(db: Database, statement: str, *values: object) -> None:
    """As no version of the program would do it."""
    with closing(sqlite3.connect(db.path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for (name,) in connection.execute(_TRIGGERS).fetchall():
            # They look into texts, as far as those are such.
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement, values)


def test_every_table_is_the_same_afterwards(db: Database, new: Database) -> None:
    fill(db)
    before = hashlib.sha256(db.path.read_bytes()).hexdigest()
    done = copied(db, new)
    assert (done.rows["feeds"], done.rows["articles"], done.mended) == (2, 2, ())
    for table in copying.tables():
        assert rows(db, table) == rows(new, table)
    assert hashlib.sha256(db.path.read_bytes()).hexdigest() == before


def test_texts_go_to_the_days_that_there_are(db: Database, new: Database) -> None:
    fill(db)
    texts = {"body": "A page.", "content": "A feed's."}
    for title, days in (("one", 0), ("two", 1)):
        with db.write() as connection:
            own = update(articles).where(articles.c.title == title)
            connection.execute(own.values(**texts, fetched=NOW - timedelta(days=days)))
    new.upgrade()
    with new.write() as connection:
        text_days.make(connection, [NOW.date()])
    copied(db, new)
    with new.read() as connection:
        found = connection.execute(select(BODY, CONTENT)).all()
        in_rows = connection.scalars(select(articles.c.body).order_by(articles.c.id)).all()
    assert found == [tuple(texts.values())] * 2
    assert in_rows == ["", "A page."]


def test_numbers_go_on_where_they_were(db: Database, new: Database) -> None:
    fill(db)
    raw(db, "INSERT INTO sqlite_sequence (name, seq) VALUES ('silences', 41)")
    copied(db, new)
    with new.write() as connection:
        assert (
            connection.scalar(text("SELECT nextval(pg_get_serial_sequence('silences', 'id'))"))
            == 42
        )
        highest = connection.scalar(select(articles.c.id).order_by(articles.c.id.desc()).limit(1))
        again = connection.scalar(text("SELECT nextval(pg_get_serial_sequence('articles', 'id'))"))
        assert again > highest


def test_what_is_no_text_is_mended_and_told(db: Database, new: Database) -> None:
    fill(db)
    raw(db, "UPDATE articles SET title = 'a' || char(0) || 'b' WHERE title = 'one'")
    raw(db, "UPDATE articles SET summary = CAST(x'61ff62' AS TEXT) WHERE title = 'two'")
    raw(db, r"""UPDATE feeds SET problems = '["x\u0000y", "\ud800", "\ud83d\ude00", "\\u0000"]'""")
    raw(db, "UPDATE feeds SET wishes = '{\"ttl\": NaN}' WHERE name = 'A'")
    done = copied(db, new)
    assert {(each.table, each.column): each.values for each in done.mended} == {
        ("articles", "title"): 1,
        ("articles", "summary"): 1,
        ("feeds", "problems"): 2,
        ("feeds", "wishes"): 1,
    }
    with new.read() as connection:
        found = connection.execute(
            select(articles.c.title, articles.c.summary).order_by(articles.c.id)
        )
        assert [tuple(row) for row in found] == [("a\ufffdb", ""), ("two", "a\ufffdb")]
        [problems, _] = connection.scalars(select(feed_table.c.problems))
        assert problems == ["x\ufffdy", "\ufffd", "\U0001f600", "\\u0000"]


def test_a_database_that_holds_something_is_refused_and_left(db: Database, new: Database) -> None:
    fill(db)
    copied(db, new)
    with pytest.raises(StoreError, match="not empty"):
        copied(db, new)
    assert len(rows(new, articles)) == 2


def test_nothing_is_copied_while_a_daemon_runs(db: Database, new: Database) -> None:
    with DaemonLock(db.path), pytest.raises(StoreError, match="another monitor"):
        copied(db, new)


def test_a_difference_undoes_everything(db: Database, new: Database) -> None:
    fill(db)
    new.upgrade()
    with new.write() as connection:
        connection.execute(
            text(
                "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN NEW.title = upper(NEW.title); RETURN NEW; END $$"
            )
        )
        connection.execute(
            text(
                "CREATE TRIGGER spoil BEFORE INSERT ON articles"
                " FOR EACH ROW EXECUTE FUNCTION spoil()"
            )
        )
    with pytest.raises(StoreError, match="articles is not the same"):
        copied(db, new)
    assert rows(new, feed_table) == []


def test_what_points_to_nothing_is_named(db: Database, new: Database) -> None:
    fill(db)
    raw(db, "UPDATE articles SET feed_id = 99 WHERE title = 'two'")
    with pytest.raises(StoreError, match="articles"):
        copied(db, new)
    assert rows(new, feed_table) == []


def test_a_daemon_s_signs_of_life_stay_behind(db: Database, new: Database) -> None:
    with db.write() as connection:
        upkeep.beat(connection, "dispatch", NOW, timedelta(seconds=60))
    copied(db, new)
    with new.read() as connection:
        assert upkeep.beats(connection) == []


def test_what_was_under_way_is_due_again(db: Database, new: Database) -> None:
    with db.write() as connection:
        connection.execute(
            insert(notices).values(id="n", kind="k", title="t", text="x", created=NOW)
        )
        connection.execute(
            insert(deliveries).values(
                notice_id="n", channel="ops", status="sending", attempts=1, due=NOW, since=NOW,
                planned=NOW, created=NOW, claimed_until=NOW + timedelta(days=1000),
            )
        )  # fmt: skip
    assert copied(db, new).due_again == 1
    [row] = rows(new, deliveries)
    assert "failed" in row


@pytest.mark.parametrize("way", ["back", "same", "file"])
def test_no_other_way_is_copied(way: str, db: Database, new: Database, tmp_path: Path) -> None:
    pairs = {
        "back": (new.url, db.url),
        "same": (new.url, new.url),
        "file": (db.url, f"sqlite:///{tmp_path}/new.db"),
    }
    with pytest.raises(UsageError, match="from SQLite to PostgreSQL"):
        service.copy(*pairs[way], lambda _: nullcontext(), lambda *_: None)


def test_an_old_database_that_is_not_there_is_not_made(new: Database, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no database yet"):
        service.copy(f"sqlite:///{tmp_path}/none.db", new.url, alone, lambda *_: None)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ConfigError):
        service.copy("nonsense", new.url, alone, lambda *_: None)

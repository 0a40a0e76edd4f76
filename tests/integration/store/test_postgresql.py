"""What PostgreSQL has of its own: what it refuses, how it fails, and that nothing stays broken."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from monitor.errors import ConfigError, StoreError
from monitor.model.alert import Notice
from monitor.model.feed import Entry
from monitor.model.match import Match, Mention, Reason, Severity
from monitor.store import feeds, matches, postgresql
from monitor.store.articles import by_ids as articles_by_ids
from monitor.store.articles import record_read
from monitor.store.database import Database
from monitor.store.deliveries import outbox
from monitor.store.tables import articles, notices
from monitor.store.write_queue import Writer
from tests.support import postgresql as server
from tests.support.clock import MONDAY
from tests.support.entries import record
from tests.support.pgbouncer import POOLER, pooling

NUL, HALF, BOTH = "a\0b", "a\ud800b", "\0\udfff \U0001f600"


@pytest.fixture
def database() -> str:
    """It is about PostgreSQL's own ways."""
    return "postgresql"


@pytest.fixture(scope="module")
def own() -> Iterator[server.Server]:
    """A server that may be stopped."""
    if server.programs() is None:
        pytest.skip("PostgreSQL is not installed")
    with server.running() as mine:
        yield mine


# --- the address ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql+asyncpg://x@127.0.0.1/m", "psycopg only"),
        ("postgresql+psycopg://x@127.0.0.1", "names no database"),
        ("mysql://x/y", "mysql databases are not supported"),
    ],
)
def test_addresses_that_cannot_work_are_refused(url: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        Database(url)


def test_the_password_is_shown_nowhere(own: server.Server) -> None:
    url = f"postgresql+psycopg://nobody:s3cret@127.0.0.1:{own.port}/none"
    with closing(Database(url)) as db, pytest.raises(StoreError) as refused:
        db.upgrade()
    assert "s3cret" not in f"{db.where} {refused.value}"
    assert "refuses the login" in refused.value.what


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("postgres@127.0.0.1:{port}/nowhere", "no such database"),
        ("postgres@127.0.0.1:1/monitor", "cannot be reached"),
        ("postgres@nowhere.invalid/monitor", "cannot be reached"),
    ],
)
def test_what_cannot_be_opened_says_why(own: server.Server, address: str, why: str) -> None:
    url = f"postgresql+psycopg://{address.format(port=own.port)}"
    with closing(Database(url)) as db, pytest.raises(StoreError, match=why):
        db.require_current()


# --- the schema -------------------------------------------------------------------------------


@pytest.mark.skipif(POOLER is None, reason="PgBouncer is not installed")
@pytest.mark.parametrize("mode", ["transaction", "statement"])
def test_a_pooler_that_parts_sessions_is_refused(own: server.Server, mode: str) -> None:
    name = own.clean().rpartition("/")[2]
    with pooling(own, mode) as port:
        url = f"postgresql+psycopg://postgres@127.0.0.1:{port}/{name}"
        with closing(Database(url)) as db:
            for attempt in (db.upgrade, db.require_current):
                with pytest.raises(StoreError, match="connection pooler such as PgBouncer"):
                    attempt()


def test_several_that_start_at_once_make_one_schema(own: server.Server) -> None:
    url, changed = own.empty(), []

    def start() -> None:
        with closing(Database(url)) as db:
            changed.append(db.upgrade())

    threads = [threading.Thread(target=start) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert sorted(changed) == [False, False, True]
    with closing(Database(url)) as db:
        db.require_current()
        assert (db.differences(), db.damage()) == ([], [])
        assert db.size() > 1_000_000


def test_a_newer_database_is_refused_but_for_the_next_revision(own: server.Server) -> None:
    """While workers are replaced one by one, those of the version before go on."""
    with closing(Database(own.empty())) as db:
        with pytest.raises(StoreError, match="no database yet"):
            db.require_current()
        db.upgrade()
        head = int(db.revision() or 0)
        for revision, is_refused in ((head + 1, False), (head + 2, True)):
            with db.write() as connection:
                newer = text("UPDATE alembic_version SET version_num = :newer")
                connection.execute(newer, {"newer": f"{revision:04}"})
            for attempt in (db.upgrade, db.require_current):
                if is_refused:
                    with pytest.raises(StoreError, match="newer version of monitor"):
                        attempt()
                else:
                    assert not attempt()


def test_a_backup_says_how(db: Database, tmp_path: Path) -> None:
    with pytest.raises(StoreError) as told:
        db.backup(tmp_path / "monitor.dump")
    assert f"pg_dump --format=custom --file={tmp_path}/monitor.dump postgresql://" in str(
        told.value
    )
    db.shrink()


# --- what it takes for no text ----------------------------------------------------------------


def test_what_postgresql_takes_for_no_text_loses_nothing(db: Database) -> None:
    long = "x" * 100_000
    with db.write() as connection:
        feeds.subscribe(connection, [(f"https://a.example/{NUL}", HALF)], MONDAY)
        entry = Entry(
            NUL, link=f"https://a.example/{HALF}", title=BOTH, summary=NUL, content=NUL + long,
            authors=(HALF, NUL), language="x" * 500,
        )  # fmt: skip
        [article_id] = record(connection, 1, [entry], MONDAY).wanted
        mention = Mention(NUL, HALF, "title", 0, 3, NUL, BOTH)
        # A watchlist's name is the configuration's, which refuses what is no text.
        found = Match("w", 50.0, Severity.HIGH, True, (mention,), (Reason(HALF, 1.0, NUL),))
        number = matches.record(connection, article_id, [found], now=MONDAY)["w"].id
        outbox.add_notice(connection, Notice("n", "k", NUL, HALF, MONDAY), [f"ops{NUL}"])
    with db.read() as connection:
        stored = matches.by_id(connection, number)
        notice = connection.execute(select(notices.c.title, notices.c.text)).one()
    assert stored is not None
    assert stored.article.title == "\ufffd\ufffd \U0001f600"
    assert stored.article.authors == ("a\ufffdb", "a\ufffdb")
    assert stored.article.language == "x" * 500
    # What is known by its place stays there.
    assert stored.article.body == f"a\ufffdb{long}"
    assert stored.match.mentions == (
        Mention("a\ufffdb", "a\ufffdb", "title", 0, 3, "a\ufffdb", "\ufffd\ufffd \U0001f600"),
    )
    assert tuple(notice) == ("a\ufffdb", "a\ufffdb")
    # Asked for in the same words, it is found again.
    with db.write() as connection:
        assert record(connection, 1, [entry], MONDAY).wanted == ()


def test_identities_and_addresses_of_any_length_are_told_apart(db: Database) -> None:
    chance = random.Random(1)
    long = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=20_000))
    identities = [long, f"{long}1", NUL, HALF, "a\ufffdb", "b" * 501]
    listed = [
        Entry(each, link=f"https://a.example/{number}?{long}", title=str(number))
        for number, each in enumerate(identities)
    ]
    with db.write() as connection:
        feeds.subscribe(
            connection, [("https://a.example/", "a"), ("https://b.example/", "b")], MONDAY
        )
        first = record(connection, 1, listed, MONDAY).wanted
        # None is new a second time, and another feed's are of the same pages.
        again = record(connection, 1, listed, MONDAY).wanted
        record(connection, 2, listed, MONDAY)
        assert (len(first), again) == (6, ())
        assert connection.scalar(select(func.count()).select_from(articles)) == 6
        stored = articles_by_ids(connection, first)[0]
        page = replace(stored.article, page_url=f"https://a.example/page?{long}")
        record_read(connection, stored, page, next_read=None)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (NUL, '"a\\ufffdb"'),
        (HALF, '"a\\ufffdb"'),
        ("\U0001f600", '"\\ud83d\\ude00"'),
        ("\\u0000 \\\\ud800", '"\\\\u0000 \\\\\\\\ud800"'),
        ("\ud83d\ud83d\ude00", '"\\ufffd\\ud83d\\ude00"'),
        ({"k\0": ["\\\0"]}, '{"k\\ufffd": ["\\\\\\ufffd"]}'),
    ],
)
def test_json_keeps_all_but_what_is_no_text(value: object, said: str) -> None:
    assert postgresql.storable_json(value) == said


# --- faults -----------------------------------------------------------------------------------


def add(db: Database, name: str) -> None:
    with db.write() as connection:
        outbox.add_notice(connection, Notice(name, "k", "t", "x", MONDAY), [])


def names(db: Database) -> list[str]:
    with db.read() as connection:
        return list(connection.scalars(select(notices.c.id).order_by(notices.c.id)))


def test_a_server_that_was_away_is_used_again_as_soon_as_it_is_back(own: server.Server) -> None:
    with closing(Database(own.empty())) as db, closing(Writer(db)) as writer:
        db.upgrade()
        # Several connections, all of which the restart cuts.
        with db.read(), db.read(), db.write():
            pass
        writer.submit(
            lambda c: outbox.add_notice(c, Notice("a", "k", "t", "x", MONDAY), [])
        ).result()
        own.stop("immediate")
        with pytest.raises(StoreError, match="cannot be reached"):
            add(db, "lost")
        with pytest.raises(StoreError, match="cannot be reached"):
            names(db)
        failed = writer.submit(lambda c: c.execute(text("SELECT 1")).scalar())
        assert isinstance(failed.exception(60), StoreError)
        own.start()
        add(db, "b")
        writer.submit(
            lambda c: outbox.add_notice(c, Notice("c", "k", "t", "x", MONDAY), [])
        ).result()
        assert names(db) == ["a", "b", "c"]


def test_a_session_that_is_ended_in_the_midst_costs_its_transaction(db: Database) -> None:
    end = text("SELECT pg_terminate_backend(:pid)")
    with pytest.raises(StoreError, match="cannot be reached"), db.write() as connection:
        outbox.add_notice(connection, Notice("lost", "k", "t", "x", MONDAY), [])
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
        with db.write() as other:
            other.execute(end, {"pid": pid})
        connection.execute(text("SELECT 1"))
    add(db, "kept")
    assert names(db) == ["kept"]


def test_a_limit_of_connections_is_named_as_such(db: Database, own: server.Server) -> None:
    url = own.empty().replace("postgres@", "few@")
    with closing(Database(url.replace("few@", "postgres@"))) as owner:
        owner.upgrade()
        with owner.write() as connection:
            connection.execute(text("CREATE ROLE few LOGIN CONNECTION LIMIT 1"))
            connection.execute(text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO few"))
    with ExitStack() as stack:
        one, other = (stack.enter_context(closing(Database(url))) for _ in range(2))
        with one.read(), pytest.raises(StoreError, match="takes no more connections"):
            other.revision()
        with pytest.raises(StoreError, match="does not let its user"), one.write() as connection:
            connection.execute(text("DELETE FROM notices"))


def test_a_lock_that_nobody_lets_go_of_is_waited_for_in_vain(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.store.postgresql.LOCK_TIMEOUT", "50ms")
    add(db, "a")
    change = text("UPDATE notices SET title = 'other'")
    with closing(Database(db.url)) as impatient, db.write() as connection:
        connection.execute(change)
        with pytest.raises(StoreError, match="lock for too long"), impatient.write() as waiting:
            waiting.execute(change)


def test_a_reader_sees_one_state_and_changes_nothing(db: Database) -> None:
    with db.read() as reader:
        before = len(reader.execute(select(notices.c.id)).all())
        add(db, "a")
        assert len(reader.execute(select(notices.c.id)).all()) == before
    with pytest.raises(StoreError), db.read() as reader:
        reader.execute(text("DELETE FROM notices"))
    assert names(db) == ["a"]


def test_a_look_leaves_statements_ready_for_whoever_comes_next(db: Database) -> None:
    def look() -> int:
        with db.read() as connection:
            connection.execute(select(notices))
            return int(connection.scalar(text("SELECT count(*) FROM pg_prepared_statements")) or 0)

    # It makes one ready that it has been given some times.
    found = [look() for _ in range(12)]
    assert found[0] == 0
    assert found[-1] >= 2
    assert found == sorted(found)

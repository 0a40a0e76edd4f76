"""Texts by days, on PostgreSQL: no text that is needed is lost, and nothing too old stays."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text

from monitor.errors import StoreError
from monitor.model.article import Article
from monitor.store import articles as store_articles
from monitor.store import matches as store_matches
from monitor.store import search_index, tables, text_days
from monitor.store.article_texts import BODY, CONTENT
from monitor.store.database import Database
from monitor.store.postgresql_faults import is_passing
from tests.support.articles import put
from tests.support.text_days import (
    DAY,
    MIDNIGHT,
    NOON,
    article,
    change,
    looking,
    match,
    prune,
    read,
    row,
    session,
    tables_of,
    until,
    with_days,
)


@pytest.fixture
def database() -> str:
    """A file has no such tables."""
    return "postgresql"


@pytest.fixture(autouse=True)
def days(db: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two days; nobody is waited for as long as usual."""
    monkeypatch.setattr(text_days, "PATIENCE", 0.2)
    with db.write() as connection:
        text_days.make(connection, [DAY, DAY + timedelta(days=1)])
    yield
    text_days.drop(db, MIDNIGHT + timedelta(days=9))
    assert tables_of(db).isdisjoint({DAY, DAY + timedelta(days=1)})


def test_a_text_is_with_its_day_and_found_by_all_who_ask(db: Database) -> None:
    number = article(db, "Heron seen.", content="Said the feed.")
    match(db, number)
    assert row(db, number) == ("", "")
    assert with_days(db) == [(DAY, number, "Heron seen.", "Said the feed.")]
    assert read(db, number) == ("Heron seen.", "Said the feed.")
    with db.read() as connection:
        [found] = store_matches.search(connection, limit=9, containing="HERON")
        words = text("SELECT words::text FROM article_search WHERE article_id = :id")
        assert "'heron':" in str(connection.scalar(words, {"id": number}))
    assert found.article.body == "Heron seen."


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati", "Europe/Berlin"])
def test_days_are_those_of_utc(db: Database, zone: str) -> None:
    # On 26 March 2023 clocks went forward in Berlin at 01:00 UTC.
    times = {
        datetime(2023, 5, 4, tzinfo=UTC): DAY,
        datetime(2023, 5, 4, 23, 59, 59, 999999, UTC): DAY,
        MIDNIGHT: DAY + timedelta(days=1),
        datetime(2023, 3, 26, 0, 30, tzinfo=UTC): date(2023, 3, 26),
        datetime(2023, 3, 26, 22, 30, tzinfo=UTC): date(2023, 3, 26),
    }
    with db.write() as connection:
        text_days.make(connection, sorted(set(times.values())))
        connection.execute(text("SELECT set_config('TimeZone', :zone, true)"), {"zone": zone})
        numbers = put(connection, [Article("", body="x", fetched=each) for each in times])
        shown = connection.execute(select(BODY)).scalars().all()
    assert shown == ["x"] * len(times)
    assert [row[:2] for row in with_days(db)] == sorted(zip(times.values(), numbers, strict=True))


def test_a_day_without_a_table_loses_nothing(db: Database) -> None:
    number = article(db, fetched=NOON - timedelta(days=800), content="Given.")
    assert row(db, number) == read(db, number) == ("A text.", "Given.")
    with db.write() as connection:
        text_days.make(connection, [DAY - timedelta(days=800)])
        change(connection, number, body="Later.")
    # Each text goes there when it is stored again.
    assert row(db, number) == ("", "Given.")
    assert read(db, number) == ("Later.", "Given.")
    assert prune(db) == 2


def test_what_is_changed_is_changed_where_it_is(db: Database) -> None:
    number = article(db, body="")
    assert with_days(db) == []
    with db.write() as connection:
        change(connection, number, content="Given.")
        change(connection, number, body="A page.")
        change(connection, number, title="Another title")
    assert read(db, number) == ("A page.", "Given.")
    with db.write() as connection:
        change(connection, number, body="B", content="C")
    assert read(db, number) == ("B", "C")
    with db.write() as connection:
        change(connection, number, content="")
    assert read(db, number) == ("B", "")
    assert row(db, number) == ("", "")
    with db.write() as connection:
        change(connection, number, body="")
    assert read(db, number) == ("", "")


def test_the_search_index_is_told_of_what_has_changed(db: Database) -> None:
    number = article(db)
    noted = text("SELECT count(*) FROM article_search_queue")

    def after(**values: str) -> int:
        with db.write() as connection:
            connection.execute(text("DELETE FROM article_search_queue"))
            change(connection, number, **values)
            return int(connection.scalar(noted) or 0)

    assert [after(body="New."), after(body="New."), after(title="New")] == [1, 0, 1]
    assert [after(title="New"), after(content="Also.")] == [0, 0]
    match(db, number)
    with db.write() as connection:
        while search_index.index_more(connection):
            pass
    assert prune(db) == 1
    # To have got its text back is no change; nor is the same once more.
    assert [after(body="New."), after(body="Newer.")] == [0, 1]
    with db.read() as connection:
        assert connection.scalar(select(BODY)) == "Newer."


def test_a_day_goes_with_the_texts_of_what_was_deleted(db: Database) -> None:
    kept, gone = article(db, "Kept.", content="Both."), article(db, "Gone.")
    later = article(db, "Later.", fetched=MIDNIGHT)
    match(db, kept)
    assert prune(db, MIDNIGHT - timedelta(microseconds=1)) == 0
    with db.read() as connection:
        assert store_articles.by_id(connection, gone) is None
    # Its text stays for the rest of its day.
    assert (DAY, gone, "Gone.", "") in with_days(db)
    assert prune(db) == 1
    assert DAY not in tables_of(db)
    assert row(db, kept) == read(db, kept) == ("Kept.", "Both.")
    assert [row[1:] for row in with_days(db)] == [(later, "Later.", "")]
    assert prune(db) == 0


def test_what_comes_late_for_a_day_that_is_gone_stays_in_its_row(db: Database) -> None:
    assert prune(db) == 1
    number = article(db, "Late.", content="Too.")
    assert row(db, number) == read(db, number) == ("Late.", "Too.")
    assert prune(db, MIDNIGHT + timedelta(days=3)) == 1
    with db.read() as connection:
        assert store_articles.by_id(connection, number) is None


def test_who_is_about_to_store_a_text_is_waited_for(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = article(db, "Before.")
    match(db, number)
    with session(db) as other:
        other.execute("UPDATE articles SET body = 'After.' WHERE id = %s", (number,))
        # Not for long: it is done another time.
        told: list[date] = []
        assert text_days.drop(db, MIDNIGHT, later=lambda day, _: told.append(day)) == 0
        assert told == [DAY]
        assert read(db, number) == ("Before.", "")
        monkeypatch.setattr(text_days, "PATIENCE", 60.0)
        with ThreadPoolExecutor(1) as pool, looking(db) as look:
            dropped = pool.submit(text_days.drop, db, MIDNIGHT)
            until(lambda: look(_WAITING) == 1)
            other.commit()
            assert dropped.result(60) == 1
    assert row(db, number) == ("After.", "")


def test_who_looks_at_the_database_as_it_was_still_finds_the_texts(db: Database) -> None:
    number = article(db)
    match(db, number)
    query = select(BODY, CONTENT).where(tables.articles.c.id == number)
    with db.read() as view:
        # It has not asked for texts yet, so no lock tells of it.
        view.execute(text("SELECT count(*) FROM feeds"))
        assert text_days.drop(db, MIDNIGHT) == 0
        assert row(db, number) == ("A text.", "")
        assert view.execute(query).one() == ("A text.", "")
    assert text_days.drop(db, MIDNIGHT) == 1
    assert read(db, number) == ("A text.", "")


def test_nobody_waits_for_a_day_that_is_in_use(db: Database) -> None:
    number = article(db)
    with session(db) as other:
        other.execute("LOCK TABLE article_texts IN ACCESS SHARE MODE")
        assert prune(db) == 0
        # It is half detached: what comes and who asks do not mind.
        tomorrow = article(db, "Still.", fetched=MIDNIGHT)
        assert read(db, tomorrow) == ("Still.", "")
        with db.write() as connection:
            text_days.make(connection, [DAY + timedelta(days=2)])
    assert prune(db) == 1
    assert number not in {row[1] for row in with_days(db)}
    with db.read() as connection:
        assert connection.scalar(text("SHOW lock_timeout")) == "30s"


def test_a_table_that_was_detached_and_not_dropped_goes(db: Database) -> None:
    number = article(db)
    match(db, number)
    with session(db) as other:
        other.execute("LOCK TABLE article_texts IN ACCESS SHARE MODE")
        assert prune(db) == 0
    with db.single() as alone:
        name = f"article_texts_{DAY:%Y%m%d}"
        alone.execute(text(f"ALTER TABLE article_texts DETACH PARTITION {name} FINALIZE"))
    assert DAY in tables_of(db)
    assert prune(db) == 1
    assert DAY not in tables_of(db)
    assert read(db, number) == ("A text.", "")


def test_two_that_prune_at_once_do_it_once(db: Database) -> None:
    numbers = [article(db, f"{each}.") for each in range(12)]
    for each in numbers[::2]:
        match(db, each)
    begun = threading.Barrier(4, timeout=60)

    def prune_too() -> int:
        with closing(Database(db.url)) as own:
            begun.wait()
            return prune(own)

    with ThreadPoolExecutor(4) as pool:
        gone = list(pool.map(lambda _: prune_too(), range(4)))
    assert sum(gone) == 1
    assert [read(db, each)[0] for each in numbers[::2]] == [f"{each}." for each in range(0, 12, 2)]


def test_several_that_make_the_days_to_come_make_each_once(db: Database) -> None:
    now = datetime(2022, 12, 30, 23, 59, tzinfo=UTC)
    begun = threading.Barrier(4, timeout=60)

    def make() -> int:
        with closing(Database(db.url)) as own:
            begun.wait()
            return text_days.make_ahead(own, now)

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: make(), range(4)))
    assert sum(made) == text_days.AHEAD + 1
    assert {date(2022, 12, 30), date(2023, 1, 6)} <= tables_of(db)
    assert text_days.drop(db, now + timedelta(days=9)) >= 8


def test_days_are_made_another_time_while_somebody_is_in_their_way(db: Database) -> None:
    now = datetime(2022, 1, 1, tzinfo=UTC)
    with session(db) as other:
        other.execute("LOCK TABLE article_texts IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(StoreError, match="lock") as raised:
            text_days.make_ahead(db, now, 0)
        assert is_passing(raised.value)
    assert text_days.make_ahead(db, now, 0) == 1
    assert text_days.drop(db, now + timedelta(days=9)) >= 1


# --- processes that are killed on the way ------------------------------------------------------

_DROPS = (
    "import sys; from datetime import datetime; from monitor.store.database import Database;"
    "from monitor.store import text_days; text_days.PATIENCE = 60.0;"
    "text_days.drop(Database(sys.argv[1]), datetime.fromisoformat(sys.argv[2]))"
)
_WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND wait_event_type = 'Lock' AND application_name = 'monitor'"
)


@pytest.mark.parametrize(
    "in_the_way",
    [
        # As it brings texts back: half of them are.
        "SELECT FROM articles WHERE title = 'T' ORDER BY id DESC LIMIT 1 FOR UPDATE",
        # Others use the table; it is half detached.
        "LOCK TABLE article_texts IN ACCESS SHARE MODE",
        # As it closes the day, or notes how far it has come.
        "SELECT FROM text_days FOR UPDATE",
        # As it drops what it has detached.
        "LOCK TABLE article_texts_20230504 IN ACCESS SHARE MODE",
    ],
)
def test_what_was_killed_on_the_way_is_done_to_its_end(
    db: Database, in_the_way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [article(db, f"{each}.") for each in range(text_days.BATCH + 20)]
    for each in numbers:
        match(db, each)
    with ExitStack() as stack:
        other = stack.enter_context(session(db))
        other.execute(in_the_way)
        process = subprocess.Popen([sys.executable, "-c", _DROPS, db.url, MIDNIGHT.isoformat()])
        stack.callback(process.wait, 60)
        stack.callback(process.kill)
        look = stack.enter_context(looking(db))
        until(lambda: look(_WAITING) == 1, process)
        process.send_signal(signal.SIGKILL)
        assert process.wait(60) == -signal.SIGKILL
        assert [read(db, each)[0] for each in numbers] == [f"{n}." for n in range(len(numbers))]
    # Its session at the server ends when what it waited for is there.
    with looking(db) as look:
        until(lambda: look(_WAITING) == 0)
    monkeypatch.setattr(text_days, "PATIENCE", 10.0)
    until(lambda: prune(db) == 1 or DAY not in tables_of(db))
    assert DAY not in tables_of(db)
    assert [row(db, each)[0] for each in numbers] == [f"{n}." for n in range(len(numbers))]

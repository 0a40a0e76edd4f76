"""The index is true to the articles, whatever happens to them, to the schema and to the process."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text, update

from monitor.matching.text import index_words
from monitor.model.article import Article
from monitor.store import search_index
from monitor.store.database import Database
from monitor.store.tables import articles
from tests.support.articles import FIRST, put
from tests.support.pruning import prune

# Inserts, updates, deletes and rollbacks at random, until it is killed.
WRITER = """
import random, sys
from contextlib import suppress
from sqlalchemy import delete, select, update
from monitor.model.article import Article
from monitor.store import search_index
from monitor.store.database import Database
from monitor.store.tables import articles
from tests.support.articles import put

chance = random.Random(int(sys.argv[2]))
words = ["hack", "apt31", "Café", "北京市", "한국은", "взлом", "x\\u200by", *map(str, range(300))]
db = Database(f"sqlite:///{sys.argv[1]}")

def text():
    return " ".join(chance.choices(words, k=chance.randrange(60)))

while True:
    with suppress(KeyError), db.write() as connection:
        for _ in range(chance.randrange(1, 6)):
            some = list(connection.scalars(select(articles.c.id)))
            what = chance.random()
            if what < 0.5 or not some:
                put(connection, [Article(id="", title=text(), body=text())])
            elif what < 0.8:
                values = {"title": text()} if chance.random() < 0.5 else {"body": text()}
                one = articles.c.id == chance.choice(some)
                connection.execute(update(articles).where(one).values(**values))
            elif what < 0.95:
                connection.execute(delete(articles).where(articles.c.id == chance.choice(some)))
            elif what < 0.98:
                search_index.begin_anew(connection)
            else:
                search_index.index_more(connection, 3)
        if chance.random() < 0.2:
            raise KeyError
    print("+", flush=True)
"""


@pytest.fixture
def database() -> str:
    """It is about SQLite's own ways."""
    return "sqlite"


def entered(conn: Connection) -> set[tuple[object, ...]]:
    """Every token in the index, where it stands."""
    conn.execute(
        text("CREATE VIRTUAL TABLE temp.listed USING fts5vocab(main, article_search, instance)")
    )
    rows = {tuple(row) for row in conn.execute(text("SELECT term, doc, col, offset FROM listed"))}
    conn.execute(text("DROP TABLE temp.listed"))
    return rows


def require_true(db: Database) -> int:
    """The index holds what a fresh one would, and its own checks find nothing; how many tokens."""
    with db.write() as connection:
        while search_index.index_more(connection):
            pass
        found = entered(connection)
        assert search_index.indexed(connection).whole
        words = set(connection.scalars(select(search_index.article_words.c.word)))
        search_index.begin_anew(connection)
        while search_index.index_more(connection):
            pass
        assert found == entered(connection)
        assert words >= set(connection.scalars(select(search_index.article_words.c.word)))
    return len(found)


@pytest.mark.parametrize("seed", range(int(os.environ.get("MONITOR_KILLS", "3"))))
def test_kills_leave_the_index_as_a_fresh_one(
    tmp_path: Path, new_database: Path, seed: int
) -> None:
    path = tmp_path / "monitor.db"
    shutil.copy(new_database, path)
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(seed)], stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        for _ in range(25 + 9 * (seed % 9)):
            assert writer.stdout.readline() == b"+\n"
        writer.kill()
    with closing(Database(f"sqlite:///{path}")) as db:
        assert require_true(db) > 100


def test_what_changes_no_words_touches_no_index(db: Database) -> None:
    with db.write() as connection:
        [number] = put(connection, [Article(id="", title="Hackers", body="came")])
        before = changes(connection)
        one = articles.c.id == number
        connection.execute(update(articles).where(one).values(next_read=FIRST, title="Hackers"))
        assert changes(connection) - before == 1
        connection.execute(update(articles).where(one).values(title="Robbers"))
        assert changes(connection) - before > 2


def test_an_article_is_entered_when_it_was_read(db: Database) -> None:
    """What its feed listed is mostly replaced by its page's text: it would be entered twice."""
    with db.write() as connection:
        [number] = put(connection, [Article(id="", title="Hackers")])
        one = update(articles).where(articles.c.id == number)
        connection.execute(one.values(next_read=FIRST, reads=0))
        assert entered(connection) == set()
        connection.execute(one.values(body="came"))
        assert entered(connection) == set()
        # Its page could not be had; it is tried again.
        connection.execute(one.values(reads=1))
        assert {row[0] for row in entered(connection)} == {"hackers", "came"}
        connection.execute(one.values(next_read=None, body="went", reads=2))
        assert {row[0] for row in entered(connection)} == {"hackers", "went"}
        connection.execute(one.values(next_read=FIRST))
    assert require_true(db) == 2


def test_of_an_index_that_had_unread_articles_they_are_taken_out(db: Database) -> None:
    """As version 1.0.0 filled it."""
    with db.write() as connection:
        first, _ = put(connection, [Article(id="", title="Hackers"), Article(id="", title="Came")])
        for name in search_index.TRIGGERS:
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(
            update(articles).where(articles.c.id == first).values(next_read=FIRST, reads=0)
        )
        connection.execute(text("UPDATE search_state SET version = :v"), {"v": index_words.VERSION})
        assert len(entered(connection)) == 2
        assert not search_index.begin_anew_if_outdated(connection)
        assert {row[0] for row in entered(connection)} == {"came"}
        connection.execute(update(articles).where(articles.c.id == first).values(reads=1))
        assert len(entered(connection)) == 2
    assert require_true(db) == 2


def changes(conn: Connection) -> int:
    return int(conn.scalar(text("SELECT total_changes()")) or 0)


def test_pruned_articles_leave_the_index(db: Database) -> None:
    with db.write() as connection:
        put(connection, [Article(id="", title=f"Story {n}") for n in range(5)])
        gone = prune(connection, articles_before=FIRST.replace(year=2027), matches_before=None)
        assert gone["articles"] == 5
        assert entered(connection) == set()


def test_numbers_are_not_given_twice(db: Database) -> None:
    with db.write() as connection:
        [first] = put(connection, [Article(id="", title="One")])
        connection.execute(articles.delete())
        [second] = put(connection, [Article(id="", title="Two")])
    assert second > first


def test_altering_the_table_of_articles_drops_no_trigger(
    tmp_path: Path, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a later version's upgrade would: Alembic copies the table and drops the original."""
    folder = tmp_path / "migrations"
    shutil.copytree(Path(__file__).parents[3] / "migrations", folder)
    head = db.revision()
    (folder / "versions" / "9990_later.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f'revision = "9990"\ndown_revision = "{head}"\n'
        "def upgrade():\n"
        '    with op.batch_alter_table("articles", recreate="always") as batch:\n'
        '        batch.add_column(sa.Column("later", sa.Text()))\n'
    )
    with db.write() as connection:
        put(connection, [Article(id="", title="Hackers", body="came")])
    monkeypatch.setattr("monitor.store.database.resource", lambda name: folder)
    assert db.upgrade()
    with db.write() as connection:
        triggers = set(
            connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        )
        assert triggers >= set(search_index.TRIGGERS)
        connection.execute(update(articles).values(body="went"))
        put(connection, [Article(id="", title="Robbers")])
    assert require_true(db) == 3


def test_history_is_indexed_the_newest_first(db: Database) -> None:
    with db.write() as connection:
        numbers = put(connection, [Article(id="", title=f"Story {n}") for n in range(10)])
        search_index.begin_anew(connection)
        assert search_index.indexed(connection).share == 0
        # What comes now is entered at once.
        [newest] = put(connection, [Article(id="", title="Newest")])
        assert {row[1] for row in entered(connection)} == {newest}
        search_index.index_more(connection, 4)
        assert {row[1] for row in entered(connection)} == {newest, *numbers[-4:]}
        assert round(search_index.indexed(connection).share, 2) == 0.45
        # What is not in it yet need not be taken out.
        connection.execute(articles.delete().where(articles.c.id == numbers[0]))
        connection.execute(update(articles).where(articles.c.id == numbers[1]).values(title="X"))
    require_true(db)


def test_other_tokens_make_the_index_anew(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with db.write() as connection:
        [old] = put(connection, [Article(id="", title="Hackers came")])
    monkeypatch.setattr(index_words, "VERSION", "another")
    with closing(Database(f"sqlite:///{db.path}")) as later:
        with later.write() as connection:
            before = entered(connection)
            # Until it is made anew nothing may be taken out by tokens that were never entered.
            connection.execute(update(articles).where(articles.c.id == old).values(title="Went"))
            assert entered(connection) == before
            assert search_index.indexed(connection).missing == 1
            assert search_index.begin_anew_if_outdated(connection)
            assert not search_index.begin_anew_if_outdated(connection)
        assert require_true(later) == 1


def test_a_connection_without_the_functions_changes_nothing(db: Database) -> None:
    """Another program cannot write past the index."""
    with db.write() as connection:
        put(connection, [Article(id="", title="Hackers")])
    with (
        closing(sqlite3.connect(db.path)) as other,
        pytest.raises(sqlite3.OperationalError, match="search_"),
    ):
        other.execute("UPDATE articles SET title = 'Robbers'")
    assert require_true(db) == 1
    assert db.differences() == []

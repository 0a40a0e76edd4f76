"""Many rows at once are stored as one by one, on both kinds of database."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from monitor.store import feeds
from monitor.store.bulk import insert_all, insert_numbered
from monitor.store.database import Database
from monitor.store.tables import articles, entries
from tests.support.clock import MONDAY

ROWS = [
    {"url": f"https://a.example/{n}", "title": title, "authors": [title], "published": at}
    for n, (title, at) in enumerate((("One", MONDAY), ("Zw\xf6lf", None), ("Three", MONDAY)))
]


def same_for(connection: Connection) -> dict[str, object]:
    feeds.subscribe(connection, [("https://a.example/feed", "A")], MONDAY)
    [feed] = feeds.everything(connection)
    return {"feed_id": feed.id, "outlet": "A", "fetched": MONDAY, "next_read": MONDAY}


def test_rows_have_their_numbers_in_order_and_the_defaults_of_the_table(db: Database) -> None:
    with db.write() as connection:
        same = same_for(connection)
        connection.execute(insert(articles), [{**same, **row} for row in ROWS])
        numbers = list(insert_numbered(connection, articles, ROWS, same))
        assert insert_numbered(connection, articles, [], same) == ()
    with db.read() as connection:
        rows = connection.execute(select(articles).order_by(articles.c.id)).all()
    assert [row.id for row in rows[3:]] == numbers == sorted(numbers)
    told = [{k: v for k, v in row._mapping.items() if k != "id"} for row in rows]
    assert told[:3] == told[3:]


def test_a_number_is_never_given_again(db: Database) -> None:
    with db.write() as connection:
        same = same_for(connection)
        before = list(insert_numbered(connection, articles, ROWS, same))
        connection.execute(delete(articles))
        again = list(insert_numbered(connection, articles, ROWS[:1], same))
        # One that SQLite numbers itself comes after it.
        connection.execute(insert(articles), [{**same, **ROWS[0]}])
        last = connection.scalar(select(articles.c.id).order_by(articles.c.id.desc()))
    assert again[0] > max(before)
    assert last is not None
    assert last > again[0]


def test_rows_without_a_number_of_their_own(db: Database) -> None:
    with db.write() as connection:
        feed = same_for(connection)["feed_id"]
        rows = [{"identity": name, "digest": "0", "text": None} for name in "ab"]
        same = {"feed_id": feed, "first_seen": MONDAY, "last_seen": MONDAY, "article_id": None}
        insert_all(connection, entries, rows, same)
        insert_all(connection, entries, [], same)
        found = connection.execute(
            select(*entries.c["identity", "first_seen"]).order_by(entries.c.id)
        )
        assert [tuple(row) for row in found] == [("a", MONDAY), ("b", MONDAY)]

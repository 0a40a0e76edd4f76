"""A prepared statement says and stores what SQLAlchemy's does, on both kinds of database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import bindparam, select, text, update

from monitor.errors import StoreError
from monitor.store import feeds
from monitor.store.bulk import insert_numbered
from monitor.store.database import Database
from monitor.store.prepared import Prepared
from monitor.store.tables import articles
from tests.support.clock import MONDAY

LATER = MONDAY + timedelta(hours=1)
NEW = {"title": "Zw\xf6lf", "authors": ["A", "\xd6"], "fetched": MONDAY, "next_read": None}
CHANGE = (
    update(articles)
    .where(articles.c.id == bindparam("number"))
    .values(**{name: bindparam(name, type_=articles.c[name].type) for name in NEW})
    .returning(articles.c.id, articles.c.title)
)
TITLES = select(articles.c.title).where(articles.c.title == bindparam("wanted")).limit(5)


def test_values_are_stored_as_their_columns_have_them(db: Database) -> None:
    prepared = Prepared(CHANGE)
    with db.write() as connection:
        feeds.subscribe(connection, [("https://a.example/feed", "A")], MONDAY)
        [feed] = feeds.everything(connection)
        same = {"feed_id": feed.id, "outlet": "A", "fetched": LATER, "next_read": LATER}
        numbers = insert_numbered(connection, articles, [{"title": "1", "authors": []}] * 3, same)
        # The first draws it.
        for number in numbers[:2]:
            [row] = prepared.rows(connection, {"number": number, **NEW})
            assert tuple(row) == (number, NEW["title"])
        connection.execute(CHANGE, {"number": numbers[2], **NEW})
        rows = connection.execute(select(articles).order_by(articles.c.id)).all()
    found = [{k: v for k, v in row._mapping.items() if k != "id"} for row in rows]
    assert found[0] == found[1] == found[2]
    assert found[0].items() >= NEW.items()


def test_where_no_transaction_has_begun_one_is(db: Database) -> None:
    titles = Prepared(TITLES)
    with db.read() as connection:
        assert list(titles.rows(connection, {"wanted": "None"})) == []
        assert connection.in_transaction()
        assert list(titles.rows(connection, {"wanted": "None"})) == []


def test_what_fails_undoes_its_transaction_and_says_what_it_is(db: Database) -> None:
    broken = Prepared(select(text("no_such_column")).select_from(articles))
    with pytest.raises(StoreError), db.write() as connection:
        feeds.subscribe(connection, [("https://a.example/feed", "A")], MONDAY)
        broken.rows(connection, {})
    with db.read() as connection:
        assert feeds.everything(connection) == []

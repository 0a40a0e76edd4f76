"""Articles whose texts are with their days, and who prunes them."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import psycopg
from sqlalchemy import Connection, insert, select, text, update

from monitor.model.article import Article
from monitor.model.match import Severity
from monitor.store import articles as store_articles
from monitor.store import tables, text_days
from monitor.store.database import Database
from monitor.store.pruning import Pruning
from tests.support.articles import put

DAY = date(2023, 5, 4)
NOON = datetime(2023, 5, 4, 12, tzinfo=UTC)
MIDNIGHT = datetime(2023, 5, 5, tzinfo=UTC)


def article(db: Database, body: str = "A text.", fetched: datetime = NOON, **more: Any) -> int:
    with db.write() as connection:
        [number] = put(connection, [Article("", title="T", body=body, fetched=fetched)])
        if more:
            change(connection, number, **more)
    return number


def change(connection: Connection, number: int, **values: Any) -> None:
    chosen = update(tables.articles).where(tables.articles.c.id == number)
    connection.execute(chosen.values(**values))


def match(db: Database, number: int) -> None:
    """Have it kept for ever."""
    match = {
        "article_id": number, "watchlist": "w", "score": 50.0, "severity": Severity.LOW,
        "alert": False, "mentions": [], "reasons": [], "created": NOON,
    }  # fmt: skip
    with db.write() as connection:
        connection.execute(insert(tables.matches).values(match))


def prune(db: Database, before: datetime = MIDNIGHT) -> int:
    """As `monitor db prune` does; how many days went."""
    with db.write() as connection:
        pruning = Pruning(before, None)
        while (doomed := pruning.look(connection)) is not None:
            pruning.delete(connection, doomed)
    return text_days.drop(db, before)


def read(db: Database, number: int) -> tuple[str, str]:
    with db.read() as connection:
        stored = store_articles.by_id(connection, number)
    assert stored is not None
    return stored.article.body, stored.content


def row(db: Database, number: int) -> tuple[str, str]:
    """What is in the article's row itself."""
    columns = tables.articles.c["body", "content"]
    with db.read() as connection:
        query = select(*columns).where(tables.articles.c.id == number)
        body, content = connection.execute(query).one()
        return body, content


def with_days(db: Database) -> list[Any]:
    with db.read() as connection:
        query = text("SELECT day, article_id, body, content FROM article_texts ORDER BY 1, 2")
        return [tuple(row) for row in connection.execute(query)]


def tables_of(db: Database) -> set[date]:
    """The days that have a table, attached or not."""
    query = text(
        r"SELECT to_date(right(relname, 8), 'YYYYMMDD') FROM pg_class"
        r" WHERE relkind = 'r' AND relname ~ '^article_texts_\d{8}$'"
    )
    with db.read() as connection:
        return set(connection.scalars(query))


@contextmanager
def looking(db: Database) -> Iterator[Callable[[str], Any]]:
    """Somebody who asks one thing after another."""
    with db.single() as session:
        yield lambda query: session.scalar(text(query))


@contextmanager
def session(db: Database) -> Iterator[psycopg.Connection[Any]]:
    """Somebody else, who is at it."""
    with psycopg.connect(db.url.replace("+psycopg", "")) as session:
        yield session


def until(is_so: Callable[[], bool], process: subprocess.Popen[bytes] | None = None) -> None:
    waited = threading.Event()
    for _ in range(1200):
        if is_so():
            return
        assert process is None or process.poll() is None, "it ended before it was killed"
        waited.wait(0.05)
    raise AssertionError("it has not come to that within a minute")

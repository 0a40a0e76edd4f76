"""Stored articles as they were matched, read past the ORM: a backtest reads all of them.

Read-only: whoever replays the past changes nothing of it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import make_url

from monitor.errors import StoreError
from monitor.model.article import Article, TextSource
from monitor.model.verdict import Worth
from monitor.store.article_texts import on_server
from monitor.store.database import Database

Spans = tuple[tuple[int, int], ...]

_ARTICLES = (
    "SELECT a.id, a.feed_id, a.url, a.title, a.summary, {body}, a.outlet, a.authors, a.published, "
    "a.fetched, a.language, a.text_source, a.text_note, a.page_title, a.page_url "
    "FROM articles AS a WHERE a.id BETWEEN ? AND ? AND a.fetched >= ? AND a.reads > 0 ORDER BY a.id"
)
_LISTED = (
    "SELECT article_id, feed_id FROM entries WHERE article_id BETWEEN ? AND ? "
    "GROUP BY article_id, feed_id ORDER BY min(id)"
)


@dataclass(frozen=True, slots=True)
class Extent:
    """Which articles there are to replay."""

    first: int
    last: int
    articles: int
    oldest: datetime | None
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class Replayed:
    """A stored article, and the addresses of all feeds that list it."""

    id: int
    article: Article
    feed_urls: tuple[str, ...]


class Past(Protocol):
    """A connection that answers questions in SQL with "?" for their values."""

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Any:
        """The rows, of which times and JSON are texts."""
        ...


class _OnServer:
    """PostgreSQL's, asked in the same words."""

    def __init__(self, connection: Any) -> None:
        from psycopg.types.string import TextLoader

        self._connection = connection
        for kind in ("json", "timestamptz"):
            connection.adapters.register_loader(kind, TextLoader)

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Any:
        # Before every time stands the empty text in SQLite.
        values = ["-infinity" if each == "" else each for each in parameters]
        return self._connection.execute(sql.replace("?", "%s"), values)


@contextmanager
def opened(url: str) -> Iterator[Past]:
    """A connection on which nothing can be changed. Raises StoreError."""
    if not url.startswith("sqlite"):
        with closing(Database(url)) as db, db.read() as connection:
            yield _OnServer(connection.connection.driver_connection)
        return
    path = Path(str(make_url(url).database))
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        ) as connection:
            connection.execute("PRAGMA query_only = ON")
            yield connection
    except sqlite3.Error as error:
        raise StoreError(f"the past cannot be read: {error}", where=str(path)) from error


def extent(connection: Past, since: datetime | None) -> Extent:
    """Which articles came since a time, or ever."""
    row = connection.execute(
        "SELECT min(id), max(id), count(*), min(fetched), max(fetched) FROM articles "
        "WHERE fetched >= ? AND reads > 0",
        (_text(since),),
    ).fetchone()
    return Extent(row[0] or 0, row[1] or -1, row[2], _time(row[3]), _time(row[4]))


def articles(connection: Past, first: int, last: int, since: datetime | None) -> Iterator[Replayed]:
    """The articles of these numbers that came since a time."""
    feeds = dict(connection.execute("SELECT id, url FROM feeds"))
    names = dict(connection.execute("SELECT id, name FROM feeds"))
    listed: dict[int, list[str]] = {}
    for article_id, feed_id in connection.execute(_LISTED, (first, last)):
        listed.setdefault(article_id, []).append(feeds[feed_id])
    is_on_server = isinstance(connection, _OnServer)
    query = _ARTICLES.format(body=on_server("body", "a") if is_on_server else "a.body")
    for row in connection.execute(query, (first, last, _text(since))):
        own = feeds[row[1]]
        urls = listed.get(row[0])
        article = Article(
            id=str(row[0]),
            title=row[3],
            summary=row[4],
            body=row[5],
            url=row[2],
            outlet=row[6],
            authors=() if row[7] == "[]" else tuple(json.loads(row[7])),
            published=_time(row[8]),
            fetched=_time(row[9]),
            language=row[10],
            feed=own,
            feed_name=names[row[1]],
            text_source=TextSource(row[11]),
            text_note=row[12],
            page_title=row[13],
            page_url=row[14],
        )
        yield Replayed(row[0], article, tuple(urls) if urls else (own,))


def blanked(connection: Past, article_id: int) -> Spans | None:
    """What of an article's body was not looked at when it was matched; None if nothing tells."""
    row = connection.execute(
        "SELECT blanked FROM matches WHERE article_id = ? AND blanked IS NOT NULL LIMIT 1",
        (article_id,),
    ).fetchone()
    found = None if row is None else json.loads(row[0])
    return None if found is None else tuple((start, end) for start, end in found)


def host_memory(
    connection: Past, host: str, digests: list[int]
) -> tuple[dict[int, tuple[int, int]], int]:
    """What is remembered of a host's pages: lines by digest, and how many articles it has had."""
    row = connection.execute("SELECT articles FROM hosts WHERE host = ?", (host,)).fetchone()
    if row is None:
        return {}, 0
    found = {}
    for at in range(0, len(digests), 500):
        some = digests[at : at + 500]
        marks = ",".join("?" * len(some))
        for digest, times, since in connection.execute(
            f"SELECT digest, times, since FROM host_lines WHERE host = ? AND digest IN ({marks})",  # noqa: S608 - question marks
            (host, *some),
        ):
            found[digest] = (times, since)
    return found, row[0]


def stories(connection: Past, article_ids: list[int]) -> dict[int, int]:
    """The stories of those articles that belong to one."""
    found: dict[int, int] = {}
    for at in range(0, len(article_ids), 500):
        some = article_ids[at : at + 500]
        marks = ",".join("?" * len(some))
        found.update(
            connection.execute(
                f"SELECT article_id, story_id FROM reports WHERE article_id IN ({marks})",  # noqa: S608 - question marks
                some,
            )
        )
    return found


def recorded(connection: Past, watchlist: str, since: datetime | None) -> tuple[int, int]:
    """How many alerting matches a watchlist has since a time, and of how many stories."""
    row = connection.execute(
        "SELECT count(*), count(DISTINCT coalesce(r.story_id, -a.id)) FROM matches AS m "
        "JOIN articles AS a ON a.id = m.article_id LEFT JOIN reports AS r ON r.article_id = a.id "
        "WHERE m.watchlist = ? AND m.alert AND a.fetched >= ?",
        (watchlist, _text(since)),
    ).fetchone()
    return row[0], row[1]


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict that stands, and the articles that it is about."""

    relevant: bool
    articles: tuple[int, ...]


def said(connection: Past, watchlist: str) -> list[Said]:
    """What people said of a watchlist's stories: of each what was last said, if it stands and is
    more than that somebody has seen it."""
    last: dict[tuple[int | None, int], tuple[str, str]] = {}
    for story, match, worth, matches in connection.execute(
        "SELECT story_id, match_id, worth, matches FROM verdicts "
        "WHERE watchlist = ? AND undone IS NULL ORDER BY id",
        (watchlist,),
    ):
        last[story, 0 if story is not None else match] = worth, matches
    found = []
    for worth, matches in last.values():
        if worth == Worth.SEEN:
            continue
        ids = json.loads(matches)
        marks = ",".join("?" * len(ids))
        rows = connection.execute(
            f"SELECT article_id FROM matches WHERE id IN ({marks})",  # noqa: S608 - question marks
            ids,
        )
        found.append(Said(worth == Worth.RELEVANT, tuple(row[0] for row in rows)))
    return found


def _text(moment: datetime | None) -> str:
    """As SQLAlchemy writes times: they compare as texts."""
    if moment is None:
        return ""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)

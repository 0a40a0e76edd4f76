"""The index over all articles' words, and what keeps it true.

`article_search` is an FTS5 table without content of its own: it holds the tokens that
`matching.text.index_words` makes of title, summary and body. Triggers fill it in the transaction
that changes an article, so that no crash can part the two; they call functions of this program,
which every connection is given. An article is entered when it was read for the first time, or its
page could not be: the words that its feed listed are mostly replaced then. What was stored before
there was an index, or before the tokens were made as they are now, is entered in the background,
the newest first: articles from `search_state.indexed_from` on are in it, the others are not yet.
On PostgreSQL it is another one (`search_postgresql`).
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, Column, Connection, Table, text

from monitor.store import search_postgresql
from monitor.store.columns import NUMBER, WORDS
from monitor.store.dialects import is_shared
from monitor.store.tables import metadata

#: Articles entered in one transaction, to keep the write lock short.
STEP = 100
#: The index, and the beginning of the names of all tables that SQLite makes for it.
INDEX = "article_search"

article_words = Table(
    "article_words",
    metadata,
    # Those of the index that a wildcard may mean; some may be in no article any more.
    Column("word", WORDS, primary_key=True),
    sqlite_with_rowid=False,
)
search_state = Table(
    "search_state",
    metadata,
    Column("id", NUMBER, primary_key=True),
    # Of the tokens in the index, and of which articles are in it.
    Column("version", WORDS, nullable=False),
    # Articles from this number on are in it.
    Column("indexed_from", NUMBER, nullable=False),
    CheckConstraint("id = 1", name="only_one"),
)

#: Follows the tokens' version since articles are entered when they are read, not when they come.
_ONCE_READ = ", once read"
_COLUMNS = ("title", "summary", "body")
_OLD, _NEW = (
    ", ".join(f"search_tokens({which}.{column})" for column in _COLUMNS) for which in ("old", "new")
)
_TAKE_OUT = (
    "INSERT INTO article_search (article_search, rowid, title, summary, body) "
    f"VALUES ('delete', old.id, {_OLD});"
)
_ENTER = (
    f"INSERT INTO article_search (rowid, title, summary, body) VALUES (new.id, {_NEW}); "
    "INSERT OR IGNORE INTO article_words "
    "SELECT value FROM json_each(search_words(new.title, new.summary, new.body));"
)
# Letter by letter what was entered must be taken out again: by other tokens it would be damaged.
_IN_REACH = (
    "{which}.id >= (SELECT indexed_from FROM search_state) "
    f"AND (SELECT version FROM search_state) = search_version() || '{_ONCE_READ}'"
)
#: Which articles are in it, as far as it reaches: told by a row alone, before and after a change.
_WAS_READ = "({which}reads > 0 OR {which}next_read IS NULL)"
_OLD_READ, _NEW_READ = (_WAS_READ.format(which=f"{which}.") for which in ("old", "new"))
_OLD_INDEXED, _NEW_INDEXED = (
    f"{read} AND {_IN_REACH.format(which=which)}"
    for which, read in (("old", _OLD_READ), ("new", _NEW_READ))
)
_CHANGED = " OR ".join(f"old.{column} IS NOT new.{column}" for column in _COLUMNS)
_BECOMES = f"AFTER UPDATE OF {', '.join(_COLUMNS)}, reads, next_read ON articles WHEN"
TRIGGERS = {
    "article_search_insert": f"AFTER INSERT ON articles WHEN {_NEW_INDEXED} BEGIN {_ENTER} END",
    "article_search_update": f"{_BECOMES} ({_CHANGED}) AND {_NEW_READ} AND {_OLD_INDEXED} "
    f"BEGIN {_TAKE_OUT} {_ENTER} END",
    "article_search_read": f"{_BECOMES} NOT {_OLD_READ} AND {_NEW_INDEXED} BEGIN {_ENTER} END",
    "article_search_unread": f"{_BECOMES} NOT {_NEW_READ} AND {_OLD_INDEXED} BEGIN {_TAKE_OUT} END",
    "article_search_delete": f"AFTER DELETE ON articles WHEN {_OLD_INDEXED} BEGIN {_TAKE_OUT} END",
}


def register_functions(connection: sqlite3.Connection) -> None:
    """Give a connection the functions that the triggers call."""
    connection.create_function("search_tokens", 1, _tokens, deterministic=True)
    connection.create_function("search_words", 3, _words, deterministic=True)
    connection.create_function("search_version", 0, _tokens_version, deterministic=True)


# Imported when first called: what only looks writes no article.


def _tokens(text: str | None) -> str:
    from monitor.matching.text.index_words import index_tokens

    return index_tokens(text)


def _words(*texts: str | None) -> str:
    from monitor.matching.text.index_words import index_words

    return json.dumps(list(index_words(*texts)))


def set_triggers(conn: Connection) -> None:
    """Make the triggers, as this program has them.

    To alter a table, SQLite copies it and drops the original, and its triggers with it.
    """
    for name, definition in TRIGGERS.items():
        conn.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        conn.execute(text(f"CREATE TRIGGER {name} {definition}"))


@dataclass(frozen=True, slots=True)
class Indexed:
    """How much of the history is in the index."""

    articles: int
    """All there are, as their ids tell: some may be gone."""
    missing: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return 1 - self.missing / self.articles if self.articles else 1.0

    @property
    def whole(self) -> bool:
        """Nothing is missing."""
        return self.missing == 0


def indexed(conn: Connection) -> Indexed:
    """How much of the history is in the index."""
    start, version = conn.execute(text("SELECT indexed_from, version FROM search_state")).one()
    first, last = conn.execute(
        text("SELECT (SELECT min(id) FROM articles), (SELECT max(id) FROM articles)")
    ).one()
    if first is None:
        return Indexed(0, 0)
    if version != _version(conn):
        start = last + 1
    return Indexed(last - first + 1, min(max(0, start - first), last - first + 1))


def begin_anew_if_outdated(conn: Connection) -> bool:
    """Empty the index if other tokens are in it than this program makes; whether it was."""
    found = conn.scalar(text("SELECT version FROM search_state"))
    if found == _version(conn):
        return False
    if found == _tokens_version():
        _take_out_unread(conn)
        return False
    begin_anew(conn)
    return True


def _take_out_unread(conn: Connection) -> None:
    """Leave in an index of before 1.1 only what was read, and keep it so."""
    old = ", ".join(f"search_tokens({column})" for column in _COLUMNS)
    conn.execute(
        text(
            f"INSERT INTO article_search (article_search, rowid, {', '.join(_COLUMNS)}) "
            f"SELECT 'delete', id, {old} FROM articles WHERE NOT {_WAS_READ.format(which='')} "
            "AND id >= (SELECT indexed_from FROM search_state)"
        )
    )
    set_triggers(conn)
    conn.execute(text("UPDATE search_state SET version = :version"), {"version": _version(conn)})


def begin_anew(conn: Connection) -> None:
    """Empty the index; `index_more` fills it."""
    if is_shared(conn):
        search_postgresql.begin_anew(conn, _version(conn))
        return
    conn.execute(text("INSERT INTO article_search (article_search) VALUES ('delete-all')"))
    conn.execute(text("DELETE FROM article_words"))
    conn.execute(
        text(
            "UPDATE search_state SET version = :version, "
            "indexed_from = (SELECT coalesce(max(id), 0) + 1 FROM articles)"
        ),
        {"version": _version(conn)},
    )


def index_more(conn: Connection, limit: int = STEP) -> bool:
    """Enter some of the articles that are not in the index, the newest first.

    Args:
        conn: an open write transaction.
        limit: how many at most.

    Returns:
        Whether more are left.
    """
    if is_shared(conn):
        return search_postgresql.index_more(conn, _version(conn), limit)
    start = conn.scalar(text("SELECT indexed_from FROM search_state"))
    ids = list(
        conn.scalars(
            text("SELECT id FROM articles WHERE id < :start ORDER BY id DESC LIMIT :limit"),
            {"start": start, "limit": limit},
        )
    )
    if not ids:
        return False
    span = {"first": ids[-1], "last": ids[0]}
    read = _WAS_READ.format(which="")
    chosen = f"FROM articles WHERE id BETWEEN :first AND :last AND {read}"
    tokens = ", ".join(f"search_tokens({column})" for column in _COLUMNS)
    conn.execute(
        text(
            f"INSERT INTO article_search (rowid, title, summary, body) SELECT id, {tokens} {chosen}"
        ),
        span,
    )
    conn.execute(
        text(
            "INSERT OR IGNORE INTO article_words SELECT json_each.value "
            f"FROM (SELECT search_words(title, summary, body) AS words {chosen}) AS found, "
            "json_each(found.words)"
        ),
        span,
    )
    conn.execute(text("UPDATE search_state SET indexed_from = :first"), span)
    return True


def _version(conn: Connection) -> str:
    return _tokens_version() + ("" if is_shared(conn) else _ONCE_READ)


def _tokens_version() -> str:
    from monitor.matching.text import index_words

    return index_words.VERSION

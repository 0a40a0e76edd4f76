"""The search index on PostgreSQL: vectors of our own tokens.

`article_search` holds, for each article, the tokens that `matching.text.index_words` makes of
its title, summary and body, with their places, in a vector with an index (GIN). A trigger notes in
`article_search_queue` what has come or changed, in the same transaction; it is entered by
whoever is free. What is still noted there is proposed whatever is asked for, so that the answer
is the same as after. A program of another version, which makes other tokens, enters nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, TextClause, text

from monitor.store.article_texts import on_server

#: A vector holds no more bytes than a mebibyte; an article with more tokens is always proposed.
MOST_BYTES = 900_000
#: A vector knows places up to 16,383 only, and of a token the first 255.
MOST_PLACES, MOST_OF_ONE = 16_000, 255
#: And tokens of up to 2,046 bytes.
LONGEST = 500

_WEIGHTS = {"title": "A", "summary": "B", "body": "C"}
_PARTS = re.compile(r'"([^"]*)"( \*)?|\(|\)|AND|OR|(title|summary|body) : ')

_STATE = text("SELECT version, indexed_from FROM search_state FOR UPDATE SKIP LOCKED")
_NOTED = text("SELECT id, article_id FROM article_search_queue ORDER BY id LIMIT :limit")
_HISTORY = text("SELECT id FROM articles WHERE id < :start ORDER BY id DESC LIMIT :limit")
_TEXTS = text(
    f"SELECT id, title, summary, {on_server('body', 'articles')} AS body "  # noqa: S608 - ours
    "FROM articles WHERE id = ANY(:ids)"
)
_ENTER = text(
    "INSERT INTO article_search (article_id, words, exact) "
    "VALUES (:id, CAST(:words AS tsvector), :exact) ON CONFLICT (article_id) "
    "DO UPDATE SET words = excluded.words, exact = excluded.exact"
)
_ENTER_WORDS = text(
    "INSERT INTO article_words SELECT DISTINCT value "
    "FROM json_array_elements_text(CAST(:words AS json)) ORDER BY value ON CONFLICT DO NOTHING"
)
_PROPOSED = (
    "articles.id IN (SELECT article_id FROM article_search WHERE "
    "words @@ CAST(:exact_query AS tsquery) "
    "OR (NOT exact AND words @@ CAST(:loose_query AS tsquery)) "
    "UNION ALL SELECT article_id FROM article_search WHERE words IS NULL "
    "UNION ALL SELECT article_id FROM article_search_queue)"
)


def proposed(expression: str) -> TextClause:
    """Whether the index proposes an article, as a condition.

    Args:
        expression: what it is asked, as `monitor.matching.queries.propose` writes it.
    """
    asked = _Asked(expression).whole()
    exact, loose = ("", "") if asked is None else (asked.exact, asked.loose)
    return text(_PROPOSED).bindparams(exact_query=exact, loose_query=loose)


def naming(conn: Connection, tokens: str) -> int:
    """How many articles have these tokens in a row."""
    asked = _phrase(tokens.split(), False, None)
    if asked is None:
        return 0
    query = text("SELECT count(*) FROM article_search WHERE words @@ CAST(:words AS tsquery)")
    return int(conn.scalar(query, {"words": asked.exact}) or 0)


def index_more(conn: Connection, version: str, limit: int) -> bool:
    """Enter some of what is noted, then of the history, the newest first; whether more is left.

    Args:
        conn: an open write transaction.
        version: of the tokens that this program makes.
        limit: how many at the most.
    """
    state = conn.execute(_STATE).one_or_none()
    # Another process is at it, or has another version's tokens.
    if state is None or state.version != version:
        return False
    noted = conn.execute(_NOTED, {"limit": limit}).all()
    ids = {row.article_id for row in noted}
    history = {"start": state.indexed_from, "limit": limit - len(noted)}
    older = list(conn.scalars(_HISTORY, history)) if len(noted) < limit else []
    _enter(conn, sorted({*ids, *older}))
    if noted:
        gone = text("DELETE FROM article_search_queue WHERE id = ANY(:ids)")
        conn.execute(gone, {"ids": [row.id for row in noted]})
    if older:
        conn.execute(text("UPDATE search_state SET indexed_from = :first"), {"first": older[-1]})
    return len(noted) == limit or len(older) == limit - len(noted)


def begin_anew(conn: Connection, version: str) -> None:
    """Empty the index; `index_more` fills it."""
    # Whoever enters something has locked the row; then nothing is entered that was made before.
    conn.execute(text("SELECT 1 FROM search_state FOR UPDATE"))
    for name in ("article_search", "article_words", "article_search_queue"):
        conn.execute(text(f"DELETE FROM {name}"))  # noqa: S608 - names of ours
    conn.execute(
        text(
            "UPDATE search_state SET version = :version, "
            "indexed_from = (SELECT coalesce(max(id), 0) + 1 FROM articles)"
        ),
        {"version": version},
    )


def _enter(conn: Connection, ids: Sequence[int]) -> None:
    from monitor.matching.text.index_words import index_words

    words: set[str] = set()
    vectors = []
    for row in conn.execute(_TEXTS, {"ids": list(ids)}) if ids else ():
        vectors.append(_vector(row))
        words.update(index_words(row.title, row.summary, row.body))
    if vectors:
        conn.execute(_ENTER, vectors)
    if words:
        conn.execute(_ENTER_WORDS, {"words": json.dumps(sorted(words))})


def _vector(row: Row[tuple[int, str, str, str]]) -> dict[str, object]:
    """An article's tokens with their places, as PostgreSQL reads a vector."""
    from monitor.matching.text.index_words import index_tokens

    places: dict[str, list[str]] = {}
    at = 0
    for column, weight in _WEIGHTS.items():
        for token in index_tokens(getattr(row, column)).split():
            at += 1
            places.setdefault(token[:LONGEST], []).append(f"{at}{weight}")
        # What ends the title and what begins the summary stand in no row.
        at += 1
    exact = at <= MOST_PLACES and all(len(each) <= MOST_OF_ONE for each in places.values())
    size = sum(len(token.encode()) + 2 * len(each) + 8 for token, each in places.items())
    if size > MOST_BYTES:
        return {"id": row.id, "words": None, "exact": False}
    words = (
        f"{_quoted(token)}:{','.join(each[:MOST_OF_ONE] if exact else _some(each))}"
        for token, each in places.items()
    )
    return {"id": row.id, "words": " ".join(words), "exact": exact}


def _some(places: Sequence[str]) -> Iterator[str]:
    """One place in each column, of an article with too many for the vector."""
    last = {each[-1]: each for each in places}
    return (f"1{weight}" for weight in last)


def _quoted(token: str) -> str:
    doubled = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


@dataclass(frozen=True, slots=True)
class _Query:
    exact: str
    """Tokens of a phrase in a row."""
    loose: str
    """Tokens of a phrase wherever they stand."""


class _Asked:
    """An expression of the index's other language (`matching.queries.propose`), read again."""

    def __init__(self, expression: str) -> None:
        self._parts = list(_PARTS.finditer(expression))
        self._at = 0

    def whole(self) -> _Query | None:
        """What it asks for; None if nothing can fulfil it."""
        part = self._next()
        if part[0] != "(":
            column = part[3]
            phrase = part if column is None else self._next()
            return _phrase(phrase[1].split(), phrase[2] is not None, column)
        found, operator = [self.whole()], ""
        while (between := self._next()[0]) != ")":
            operator = between
            found.append(self.whole())
        sure = [each for each in found if each is not None]
        if not sure or (operator == "AND" and len(sure) < len(found)):
            return None
        sign = " & " if operator == "AND" else " | "
        return _Query(
            f"({sign.join(each.exact for each in sure)})",
            f"({sign.join(each.loose for each in sure)})",
        )

    def _next(self) -> re.Match[str]:
        self._at += 1
        return self._parts[self._at - 1]


def _phrase(tokens: Sequence[str], begins: bool, column: str | None) -> _Query | None:
    if not tokens:
        return None
    weight = _WEIGHTS[column] if column else ""
    said = [_quoted(token[:LONGEST]) + (f":{weight}" if weight else "") for token in tokens]
    if begins:
        said[-1] = f"{_quoted(tokens[-1][:LONGEST])}:*{weight}"
    return _Query(f"({' <-> '.join(said)})", f"({' & '.join(said)})")

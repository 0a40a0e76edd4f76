"""Articles that the index proposes, the newest first."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    ScalarSelect,
    Select,
    Table,
    Text,
    column,
    func,
    select,
    table,
)

from monitor.model.article import Article
from monitor.store import search_postgresql
from monitor.store.article_texts import ARTICLE
from monitor.store.articles import article_of
from monitor.store.dialects import is_shared, position
from monitor.store.search_index import INDEX, article_words
from monitor.store.tables import articles, entries, feeds, matches

#: Words that a wildcard may mean, at most.
MOST_WORDS = 500
_BATCH = 64
#: Words that are tried between two looks at the clock.
_WORDS_BETWEEN = 500
_END = "\U0010ffff"


# FTS5 gives a table a column of its own name, for questions to all of its columns.
_index = table(INDEX, column("rowid", Integer), column(INDEX, Text))


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which articles come into question, whatever they say."""

    before: int | None = None
    """Those of a lower number only: older ones."""
    since: datetime | None = None
    until: datetime | None = None
    """By when they were fetched."""
    feed_ids: Collection[int] | None = None
    """Those that one of these feeds lists."""
    language: str | None = None
    """Of this language, in whatever country."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may be one of those asked for."""

    id: int
    article: Article


def words_like(
    conn: Connection,
    begin: str,
    pattern: re.Pattern[str],
    look_up: Callable[[], None] = lambda: None,
) -> Sequence[str] | None:
    """The words of the index that begin so and fit a pattern; None if they are too many.

    Args:
        conn: where to look.
        begin: their first letters.
        pattern: what they fit as a whole.
        look_up: called now and then on the way; what it raises ends the search.
    """
    query = select(article_words.c.word).order_by(article_words.c.word)
    if begin:
        word = article_words.c.word
        query = query.where(word >= begin, word < begin + _END)
    found: list[str] = []
    for number, word in enumerate(conn.scalars(query)):
        if number % _WORDS_BETWEEN == 0:
            look_up()
        if pattern.fullmatch(word):
            found.append(word)
            if len(found) > MOST_WORDS:
                return None
    return found


def candidates(conn: Connection, expression: str | None, narrowed: Narrowed) -> Iterator[Candidate]:
    """Articles, the newest first, read as they are asked for.

    Args:
        conn: where to look; a transaction that sees one state throughout.
        expression: what the index is asked (`matching.queries.propose`); None for all articles.
        narrowed: which of them come into question.
    """
    if is_shared(conn) and expression is not None:
        query = _selection(None, narrowed).where(search_postgresql.proposed(expression))
    else:
        query = _selection(expression, narrowed)
    found = conn.execution_options(yield_per=_BATCH).execute(query)
    for row in found:
        yield Candidate(row.id, article_of(row))


def matched(conn: Connection, entity: str, narrowed: Narrowed) -> Iterator[Candidate]:
    """Articles in which a watchlist has found an entity, the newest first.

    In whatever script and case: of other languages' forms an index of words knows few.
    """
    named = f'"entity": {json.dumps(entity)}'
    # From the matches on, in the order of their index: they are few beside all articles.
    query = _selection(None, narrowed, matches).where(position(matches.c.mentions, named) > 0)
    for row in conn.execution_options(yield_per=_BATCH).execute(query):
        yield Candidate(row.id, article_of(row))


def _selection(
    expression: str | None, narrowed: Narrowed, through: Table | None = None
) -> Select[Any]:
    chosen = select(*ARTICLE, feeds.c.url.label("feed_url"), feeds.c.name.label("feed_name"))
    number: Any = articles.c.id
    if through is not None:
        number = through.c.article_id
        found = through.join(articles, articles.c.id == number, isouter=True)
        found = found.join(feeds, feeds.c.id == articles.c.feed_id, isouter=True)
        chosen = chosen.select_from(found)
    elif expression is None:
        chosen = chosen.select_from(articles.join(feeds, feeds.c.id == articles.c.feed_id))
    else:
        number = _index.c.rowid
        # An outer join, so that SQLite looks at the index first: it alone is in order.
        found = _index.join(articles, articles.c.id == number, isouter=True)
        found = found.join(feeds, feeds.c.id == articles.c.feed_id, isouter=True)
        chosen = chosen.select_from(found).where(_index.c.article_search.match(expression))
    if narrowed.before is not None:
        chosen = chosen.where(number < narrowed.before)
    if narrowed.since is not None:
        chosen = chosen.where(
            number >= func.coalesce(_first(articles.c.fetched >= narrowed.since), _NONE),
            articles.c.fetched >= narrowed.since,
        )
    if narrowed.until is not None:
        chosen = chosen.where(articles.c.fetched < narrowed.until)
    if narrowed.feed_ids is not None:
        listed = select(entries.c.article_id).where(
            entries.c.article_id == articles.c.id, entries.c.feed_id.in_(narrowed.feed_ids)
        )
        chosen = chosen.where(articles.c.feed_id.in_(narrowed.feed_ids) | listed.exists())
    if narrowed.language is not None:
        language = func.replace(func.lower(articles.c.language), "_", "-")
        own = narrowed.language.lower().replace("_", "-")
        chosen = chosen.where((language == own) | language.startswith(f"{own}-", autoescape=True))
    return chosen.order_by(number.desc())


#: Above every number: there is nothing so young.
_NONE = 2**62


def _first(condition: Any) -> ScalarSelect[Any]:
    """The number of the oldest article of those that fulfil a condition on when it came."""
    return (
        select(articles.c.id)
        .where(condition)
        .order_by(articles.c.fetched)
        .limit(1)
        .scalar_subquery()
    )


def listed_by(conn: Connection, article_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The addresses of the feeds that list articles, some hundreds at most."""
    found: dict[int, dict[str, None]] = {number: {} for number in article_ids}
    query = (
        select(entries.c.article_id, feeds.c.url)
        .join(feeds, feeds.c.id == entries.c.feed_id)
        .where(entries.c.article_id.in_(list(found)))
        .order_by(entries.c.id)
    )
    for article_id, url in conn.execute(query):
        found[article_id][url] = None
    return {number: tuple(urls) for number, urls in found.items()}

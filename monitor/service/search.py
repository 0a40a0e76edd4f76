"""Search over all articles, in the watchlists' query language.

The index proposes and the matcher decides, so that a query means here what it means in a
watchlist. Entities are those of the configuration, of whatever watchlist.
"""

from __future__ import annotations

import enum
import heapq
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from monitor.config.explain import did_you_mean
from monitor.config.schema import Config, Feed
from monitor.errors import UsageError
from monitor.matching.queries.query_language import QuerySyntaxError
from monitor.matching.stored_query import Answer, Asked, Fit, answer
from monitor.model.article import Article
from monitor.model.match import Field
from monitor.service.cursors import decoded, encoded
from monitor.service.database import Database
from monitor.store import feeds as store_feeds
from monitor.store import matches as store_matches
from monitor.store import search as store_search
from monitor.store import search_index
from monitor.store.deadline import TooSlowError, deadline
from monitor.store.search import Candidate, Narrowed

#: Of these, the newest that fulfil the query, the best come first.
RANKED = 500
#: Articles that the index proposes and that are read for one answer.
MOST_READ = 5_000
#: How long an answer may take, in seconds; what was found by then is told.
MOST_SECONDS = 3.0
_BATCH = 64
_SNIPPET = 300
_ENTITY = re.compile(r"@|entity\s*:", re.IGNORECASE)


class Sort(enum.StrEnum):
    """What comes first."""

    NEWEST = "newest"
    BEST = "best"


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """Where something asked for stands: `text == getattr(article, field)[start:end]`."""

    field: Field
    start: int
    end: int
    text: str
    sentence: str


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article that fulfils a query."""

    id: int
    url: str | None
    title: str
    feed: str
    """What the feed that listed it first is called."""
    outlet: str
    published: datetime | None
    fetched: datetime | None
    language: str | None
    snippet: str
    """A sentence that proves it; the beginning where no words were asked for."""
    marks: tuple[tuple[int, int], ...]
    """Where in the snippet what was asked for stands."""
    mentions: tuple[FoundPlace, ...]
    rank: float
    """How well it fits, from 0 to 130."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the articles that fulfil a query."""

    items: tuple[FoundArticle, ...]
    next: str | None
    """Where the list goes on; None at its end."""
    complete: bool
    """False if there was too much to read for one answer: more may be older than `read_back_to`."""
    read_back_to: datetime | None
    """When the oldest article came that was read for this; None if all were."""
    indexed: float
    """The share of the history that is in the index, from 0 to 1; the rest follows."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles come into question, whatever they say."""

    since: datetime | None = None
    """Those that came at this time or later."""
    until: datetime | None = None
    feed: str | None = None
    """A feed's name, address or tag."""
    language: str | None = None
    """Such as "en"; of all countries."""


def search(
    db: Database,
    config: Config,
    query: str,
    filters: Filters | None = None,
    *,
    sort: Sort = Sort.NEWEST,
    limit: int = 50,
    cursor: str | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Page:
    """The articles that fulfil a query.

    Args:
        db: where they are.
        config: whose entities the query may speak of, and whose feeds have tags.
        query: in the watchlists' language.
        filters: which articles come into question.
        sort: the newest first, or the best of the newest.
        limit: how many.
        cursor: where an earlier answer said that the list goes on.
        clock: seconds that pass, of which it takes `MOST_SECONDS`.

    Raises:
        QuerySyntaxError: the query cannot be understood, or is too broad to be answered.
        UsageError: the cursor is another list's, or there is no such feed.
    """
    # Few ask for entities, and ten thousand of them take a while to look through.
    asked = Asked(query, config.watchlists) if _ENTITY.search(query) else _asked(query)
    feeds = {feed.url: feed for feed in config.feeds}
    # The first query of a process has to load what all of them need.
    end = clock() + MOST_SECONDS
    with db.read() as connection:
        narrowed = _narrowed(connection, filters or Filters(), feeds)
        asking = _Asking(connection, asked, narrowed, feeds, lambda: clock() >= end)
        state = search_index.indexed(connection)
        page = asking.newest if sort is Sort.NEWEST else asking.best
        return replace(page(limit, cursor), indexed=round(state.share, 4))


def recent(
    db: Database,
    config: Config,
    filters: Filters | None = None,
    *,
    limit: int = 50,
    cursor: str | None = None,
) -> Page:
    """Articles, the newest first, whatever they say; the arguments are those of `search`.

    Raises:
        UsageError: the cursor is another list's, or there is no such feed.
    """
    before = None if cursor is None else int(_values(cursor, Sort.NEWEST, int)[0])
    feeds = {feed.url: feed for feed in config.feeds}
    with db.read() as connection:
        narrowed = replace(_narrowed(connection, filters or Filters(), feeds), before=before)
        listed = list(islice(store_search.candidates(connection, None, narrowed), limit + 1))
    found = [_told(each, _nothing_asked(each.article), 0.0) for each in listed[:limit]]
    return _page(found, encoded(Sort.NEWEST, found[-1].id) if len(listed) > limit else None)


def _nothing_asked(article: Article) -> Answer:
    said = article.summary or article.body
    return Answer((), "summary" if article.summary else "body", said[:_SNIPPET], 0)


@lru_cache(maxsize=64)
def _asked(query: str) -> Asked:
    return Asked(query, ())


class _Asking:
    """A query asked of one state of the database."""

    def __init__(
        self,
        conn: Connection,
        asked: Asked,
        narrowed: Narrowed,
        feeds: Mapping[str, Feed],
        is_late: Callable[[], bool],
    ) -> None:
        self._conn = conn
        self._asked = asked
        self._narrowed = narrowed
        self._feeds = feeds
        self._is_late = is_late
        self._expression = asked.proposal(self._words_like).expression
        self._last: Candidate | None = None
        self._read = 0
        self._stopped = False

    def _words_like(self, begin: str, pattern: re.Pattern[str]) -> Sequence[str] | None:
        return store_search.words_like(self._conn, begin, pattern, self._look_up)

    def _look_up(self) -> None:
        if self._is_late():
            raise QuerySyntaxError(
                "the query is too broad: it takes too long to look up which words fit",
                hint="Spell out more of its words.",
            )

    def newest(self, limit: int, cursor: str | None) -> Page:
        before = None if cursor is None else int(_values(cursor, Sort.NEWEST, int)[0])
        found: list[FoundArticle] = []
        for candidate, fit in self._holding(before):
            if len(found) == limit:
                # There is one more at least.
                return _page(found, encoded(Sort.NEWEST, found[-1].id))
            found.append(_found(candidate, fit, fit.rank))
        if not self._stopped or self._last is None:
            return _page(found, None)
        return _page(found, encoded(Sort.NEWEST, self._last.id), self._last.article.fetched)

    def best(self, limit: int, cursor: str | None) -> Page:
        after = None if cursor is None else _values(cursor, Sort.BEST, int, float, int)
        fitting: dict[int, tuple[Candidate, Fit]] = {}
        for candidate, fit in self._holding(None if after is None else after[0] + 1):
            fitting[candidate.id] = candidate, fit
            if len(fitting) == RANKED:
                break
        if not fitting:
            return _page([], None)
        newest = max(fitting) if after is None else after[0]
        ranks = self._ranks(fitting)
        order = sorted(fitting, key=lambda number: (-ranks[number], -number))
        if after is not None:
            last = (-after[1], -after[2])
            order = [number for number in order if (-ranks[number], -number) > last]
        shown = [_found(*fitting[number], ranks[number]) for number in order[:limit]]
        following = None
        if len(order) > limit:
            following = encoded(Sort.BEST, newest, shown[-1].rank, shown[-1].id)
        stopped = self._last if self._stopped else None
        return _page(shown, following, stopped.article.fetched if stopped else None)

    def _holding(self, before: int | None) -> Iterator[tuple[Candidate, Fit]]:
        """The articles that fulfil the query, the newest first."""
        narrowed = replace(self._narrowed, before=before)
        proposed = store_search.candidates(self._conn, self._expression, narrowed)
        if self._asked.entity is not None:
            known = store_search.matched(self._conn, self._asked.entity, narrowed)
            proposed = _each_once(proposed, known)
        for some in self._batches(proposed):
            for candidate in self._with_feeds(some):
                # One is read whatever the time, so that a list always goes on.
                if self._read >= MOST_READ or (self._read and self._is_late()):
                    self._stopped = True
                    return
                self._read += 1
                self._last = candidate
                if (fit := self._asked.fit(candidate.article)) is not None:
                    yield candidate, fit

    def _batches(self, proposed: Iterator[Candidate]) -> Iterator[list[Candidate]]:
        """The same, some at a time, up to where the next ones take too long to find."""
        there_are_more = True
        while there_are_more:
            some: list[Candidate] = []
            try:
                with deadline(self._conn, MOST_SECONDS):
                    for each in islice(proposed, _BATCH):
                        some.append(each)  # noqa: PERF402 - those before the end are kept
            except TooSlowError:
                self._stopped = True
                if self._last is None and not some:
                    raise QuerySyntaxError(
                        "the query is too broad: it takes too long to find the first article",
                        hint="Add a rarer word, or ask for a shorter time.",
                    ) from None
            there_are_more = len(some) == _BATCH and not self._stopped
            yield some

    def _with_feeds(self, some: Sequence[Candidate]) -> Sequence[Candidate]:
        """The same with the tags of the feeds that list them, if the query asks for feeds."""
        if not self._asked.needs_feeds:
            return some
        listed = store_search.listed_by(self._conn, [each.id for each in some])
        return [
            replace(each, article=_labelled(each.article, listed[each.id], self._feeds))
            for each in some
        ]

    def _ranks(self, fitting: Mapping[int, tuple[Candidate, Fit]]) -> dict[int, float]:
        """How well each fits, and better where a watchlist has found much in it."""
        scores = store_matches.best_scores(self._conn, list(fitting))
        return {
            number: round(fit.rank + 0.3 * scores.get(number, 0.0), 1)
            for number, (_, fit) in fitting.items()
        }


def _values(cursor: str, sort: Sort, *kinds: type) -> tuple[Any, ...]:
    """What a cursor says of the last row of a list that is sorted so. Raises UsageError."""
    of, *values = decoded(cursor, (str, *kinds))
    if of != sort:
        raise UsageError("that is a place in another list", hint="Begin at its first page.")
    return tuple(values)


def _each_once(*proposed: Iterator[Candidate]) -> Iterator[Candidate]:
    """What several propose, each article once; all of them the newest first."""
    last = None
    for each in heapq.merge(*proposed, key=lambda each: -each.id):
        if each.id != last:
            last = each.id
            yield each


def _labelled(article: Article, urls: Collection[str], feeds: Mapping[str, Feed]) -> Article:
    # What a feed has forgotten is still known to be of the feed that listed it first.
    listing = [feeds[url] for url in dict.fromkeys((article.feed or "", *urls)) if url in feeds]
    labels = [label for feed in listing for label in (*feed.tags, feed.label)]
    return replace(article, feed_tags=tuple(dict.fromkeys(labels)))


def _narrowed(conn: Connection, filters: Filters, feeds: Mapping[str, Feed]) -> Narrowed:
    ids = None
    if filters.feed is not None:
        stored = store_feeds.everything(conn, subscribed_only=False)
        ids = [
            state.id
            for state in stored
            if filters.feed in _names(state.name, state.url, feeds.get(state.url))
        ]
        if not ids:
            advice = did_you_mean(filters.feed, [state.name for state in stored])
            raise UsageError(
                f"there is no feed “{filters.feed}”{advice.words}",
                hint="`monitor feeds list` shows their names; an address or a tag will do, too.",
            )
    return Narrowed(
        since=filters.since, until=filters.until, feed_ids=ids, language=filters.language
    )


def _names(name: str, url: str, feed: Feed | None) -> Collection[str]:
    return {name, url, *((*feed.tags, feed.label) if feed else ())}


def _found(candidate: Candidate, fit: Fit, rank: float) -> FoundArticle:
    return _told(candidate, answer(candidate.article, fit), rank)


def _told(candidate: Candidate, said: Answer, rank: float) -> FoundArticle:
    article = candidate.article
    begin, finish = said.snippet_start, said.snippet_start + len(said.snippet)
    return FoundArticle(
        id=candidate.id,
        url=article.url,
        title=article.title,
        feed=article.feed_name or "",
        outlet=article.outlet,
        published=article.published,
        fetched=article.fetched,
        language=article.language,
        snippet=said.snippet,
        marks=tuple(
            (place.start - begin, place.end - begin)
            for place in said.places
            if place.field == said.field and begin <= place.start and place.end <= finish
        ),
        mentions=tuple(
            FoundPlace(place.field, place.start, place.end, place.text, place.sentence)
            for place in said.places
        ),
        rank=rank,
    )


def _page(
    found: Sequence[FoundArticle], following: str | None, back_to: datetime | None = None
) -> Page:
    return Page(tuple(found), following, back_to is None, back_to, 1.0)

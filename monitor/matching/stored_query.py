"""A query that is asked of stored articles, rather than of those that come.

It may speak of the entities of every watchlist. What an index proposes for it is worked out in
`propose`; whether it holds, and where, says the matcher.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.config.schema import Entity, Query, Watchlist
from monitor.matching.judge import FIELDS
from monitor.matching.matcher import Matcher
from monitor.matching.queries.propose import Proposal, Vocabulary, propose
from monitor.matching.queries.query_evaluation import children, compile_query
from monitor.matching.queries.query_language import (
    EntityRef,
    Meta,
    Node,
    QuerySyntaxError,
    Regex,
    parse,
    wrong_at,
)
from monitor.matching.text import sentences
from monitor.matching.text.normalise import fold_name, stretched
from monitor.model.article import Article
from monitor.model.match import Field

_NAME = "search"
_PLACES = 20
"""Places of an article that are shown; all count for its rank."""
_BEGINNING = 300
"""Characters of an article shown where the query asks for no words."""
_LEAD = 400
_NEAR = 60
"""Characters between two words at which they are half as near as beside each other."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something that was asked for stands: `text == getattr(article, field)[start:end]`."""

    field: Field
    start: int
    end: int
    text: str
    sentence: str
    sentence_start: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Where an article has what was asked for, for people to read."""

    places: tuple[Place, ...]
    field: Field
    """Of the snippet."""
    snippet: str
    snippet_start: int


_Found = tuple[Field, int, int, str]
"""Field, original start and end, and the folded text."""


@dataclass(frozen=True, slots=True)
class Fit:
    """That an article fulfils a query, and how well it fits."""

    places: tuple[_Found, ...]
    rank: float
    """From 0 to 100, of what stands in the article alone."""


class Asked:
    """A query, ready to be asked.

    Args:
        text: the query.
        watchlists: whose entities it may speak of.

    Raises:
        QuerySyntaxError: it cannot be understood, or speaks of an entity that nobody has.
    """

    def __init__(self, text: str, watchlists: Sequence[Watchlist]) -> None:
        self._text = text
        node = parse(text)
        known = _entities(watchlists)
        self._entities: dict[str, list[Entity]] = {}
        for name in _named(node):
            if (found := known.get(fold_name(name))) is None:
                raise _unknown(text, name, known)
            self._entities[found[0].name] = found
        # Entities of one name are one here: what names either is meant.
        alike = [
            each.model_copy(update={"name": name})
            for name, some in self._entities.items()
            for each in some
        ]
        query = Query(name=_NAME, query=text)
        watchlist = Watchlist(name=_NAME, entities=tuple(alike), queries=(query,))
        self._node = compile_query(query, watchlist).node
        self._matcher = Matcher([watchlist])
        self.entity = self._node.name if isinstance(self._node, EntityRef) else None
        """The entity that it asks for, if it asks for nothing else."""
        self.needs_feeds = any(
            isinstance(each, Meta) and each.key == "feed" for each in _nodes(node)
        )
        """Whether it asks which feeds list an article."""

    def proposal(self, vocabulary: Vocabulary) -> Proposal:
        """What to ask the index.

        Raises:
            QuerySyntaxError: every article would have to be read for it.
        """
        proposal = propose(self._node, self._entities, vocabulary)
        if isinstance(proposal.broad, Regex):
            at = self._text.find(f"/{proposal.broad.pattern}/")
            raise wrong_at(
                "every article would have to be read for this alone; add a word that must occur",
                self._text,
                max(0, at),
            )
        if proposal.broad is not None:
            wildcard = re.search(r"\S*[*?]\S*", self._text)
            raise wrong_at(
                "this is too broad: too many words fit; spell out more of it, or add a word",
                self._text,
                wildcard.start() if wildcard else 0,
            )
        return proposal

    def fit(self, article: Article) -> Fit | None:
        """How well an article fits; None if it does not fulfil the query."""
        held = self._matcher.held(article)
        if held is None:
            return None
        places = []
        for number, start, end in held.spans:
            begin, finish = held.texts[number].locate(start, end)
            if not stretched(begin, finish, end - start):
                places.append((FIELDS[number], begin, finish, held.texts[number].text[start:end]))
        return Fit(tuple(places), _rank(places))


def answer(article: Article, fit: Fit) -> Answer:
    """Where an article has what was asked for: some places of each word, and a sentence."""
    shown = _shown(fit.places)
    field, snippet, snippet_start = _snippet(article, shown)
    places = tuple(_place(article, *each[:3]) for each in shown)
    return Answer(places, field, snippet, snippet_start)


def _shown(places: Sequence[_Found]) -> Sequence[_Found]:
    """Some places of each word, in the order of the text."""
    seen: dict[str, int] = {}
    words = len({each[3] for each in places})
    share = max(1, _PLACES // max(1, words))
    shown = []
    for each in places:
        seen[each[3]] = seen.get(each[3], 0) + 1
        if seen[each[3]] <= share:
            shown.append(each)
    return shown[:_PLACES]


def _place(article: Article, field: Field, start: int, end: int) -> Place:
    text: str = getattr(article, field)
    begin, finish = sentences.around(text, start, end)
    return Place(field, start, end, text[start:end], text[begin:finish], begin)


def _snippet(article: Article, places: Sequence[_Found]) -> tuple[Field, str, int]:
    """A sentence that proves it, rather of the text than of the headline."""
    best = min(places, key=lambda each: each[0] == "title", default=None)
    if best is not None:
        place = _place(article, *best[:3])
        return place.field, place.sentence, place.sentence_start
    field: Field = "summary" if article.summary else "body"
    text: str = getattr(article, field)
    return field, text[:_BEGINNING], 0


def _rank(places: Sequence[_Found]) -> float:
    """How well an article fits: its headline, how many of the words, how near, how often."""
    if not places:
        return 0.0
    words = {each[3] for each in places}
    in_title = any(field == "title" for field, *_ in places)
    in_lead = any(field == "summary" or start < _LEAD for field, start, *_ in places)
    gap = min(
        (
            max(0, after[1] - before[2])
            for before, after in pairwise(places)
            if before[0] == after[0] and before[3] != after[3]
        ),
        default=None,
    )
    near = 0.5 if gap is None else _NEAR / (_NEAR + gap)
    points = (30 if in_title else 0) + (10 if in_lead else 0) + min(30, 10 * len(words))
    return round(points + 20 * near + min(10, len(places)), 1)


def _entities(watchlists: Iterable[Watchlist]) -> dict[str, list[Entity]]:
    known: dict[str, list[Entity]] = {}
    for watchlist in watchlists:
        for entity in watchlist.entities:
            same = known.setdefault(fold_name(entity.name), [])
            if entity not in same:
                same.append(entity)
    return known


def _nodes(node: Node) -> Iterable[Node]:
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += children(node)


def _named(node: Node) -> list[str]:
    return [each.name for each in _nodes(node) if isinstance(each, EntityRef)]


def _unknown(text: str, name: str, known: Mapping[str, Sequence[Entity]]) -> QuerySyntaxError:
    near = difflib.get_close_matches(fold_name(name), list(known), n=3, cutoff=0.6)
    names = ", ".join(f"@{known[each][0].name}" for each in near)
    at = max(0, text.find(name))
    hint = f"; is it {names}?" if names else "; name it without “@” to look for these words"
    return wrong_at(f"no watchlist has an entity “{name}”{hint}", text, at)

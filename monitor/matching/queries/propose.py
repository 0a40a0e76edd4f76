"""What an index of tokens proposes for a query, for the matcher to decide upon.

A proposal is an expression of SQLite's FTS5 (https://sqlite.org/fts5.html, section 3) over the
columns `title`, `summary` and `body` as `tokens.index_tokens` fills them. Whatever fulfils the
query fulfils its proposal; what must not occur, what is near what, and regular expressions are
left to the matcher.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.config.schema import Entity
from monitor.matching.names.meanings import WRITTEN_FREELY, Use, meanings
from monitor.matching.names.numbered import series
from monitor.matching.queries.query_language import (
    AnyOf,
    EntityRef,
    Meta,
    Near,
    Node,
    Not,
    Regex,
    Wildcard,
    Within,
    Words,
)
from monitor.matching.text.index_words import phrase_tokens
from monitor.matching.text.normalise import JOINED, is_word
from monitor.matching.text.words import romanisations
from monitor.model.match import Kind

_MOST_OF_ALL = 12
"""Of words that must all occur, so many narrow an index down enough."""
_MOST_LOOKED_UP = 8
"""Wildcards of a query that begin with one and are looked up: each takes the whole vocabulary."""
_CUT = 2
"""Letters that an ending adds to a name, or changes, at most, in most languages."""
_STEM = 4
"""Letters that stay of a name's word in whatever case."""

Vocabulary = Callable[[str, re.Pattern[str]], "Sequence[str] | None"]
"""The words of the index that begin so and fit a pattern as a whole; None if there are too many."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to ask the index, and why it cannot be asked."""

    expression: str | None
    """None: every article may hold it."""
    broad: Regex | Wildcard | None = None
    """What would have to be looked for in every article, if that is why."""


class _Proposing:
    def __init__(self, entities: Mapping[str, Sequence[Entity]], vocabulary: Vocabulary) -> None:
        self._entities = entities
        self._vocabulary = vocabulary
        self._looked_up = 0
        self.broad: Regex | Wildcard | None = None

    def of(self, node: Node, only: str = "") -> str | None:  # noqa: PLR0911 - one return a kind of node
        if isinstance(node, Words):
            return _phrase(*phrase_tokens(node.text), only)
        if isinstance(node, Wildcard):
            return self._wildcard(node, only)
        if isinstance(node, Regex):
            self.broad = self.broad or node
            return None
        if isinstance(node, Meta | Not):
            return None
        if isinstance(node, Within):
            return self.of(node.child, node.field)
        if isinstance(node, EntityRef):
            found = [self._entity(each, only) for each in self._entities[node.name]]
            return _any(dict.fromkeys(each for some in found for each in some))
        if isinstance(node, AnyOf):
            options = [self.of(child, only) for child in node.children]
            sure = [option for option in options if option is not None]
            return _any(dict.fromkeys(sure)) if len(sure) == len(options) else None
        children = (node.left, node.right) if isinstance(node, Near) else node.children
        needed = [self.of(child, only) for child in children]
        return _all(list(dict.fromkeys(each for each in needed if each is not None)))

    def _wildcard(self, node: Wildcard, only: str) -> str | None:
        first, *rest = node.pieces
        if JOINED.search(node.literal):
            # Where no space parts words, a wildcard stands for what may be joined to a name.
            return _phrase(*_inner(node.literal), only)
        if first not in "*?" and rest == ["*"]:
            return _phrase(phrase_tokens(first)[0], True, only)
        if all(each in "*?" or _is_word(each) for each in node.pieces):
            words = self._words(node)
            if words is not None:
                return _any(_phrase(*phrase_tokens(word), only) for word in words)
        elif first not in "*?" and (tokens := phrase_tokens(first)[0]):
            return _phrase(tokens, is_word(first[-1]), only)
        self.broad = self.broad or node
        return None

    def _words(self, node: Wildcard) -> Sequence[str] | None:
        first = node.pieces[0]
        if first not in "*?":
            return self._vocabulary(first, node.pattern)
        self._looked_up += 1
        return None if self._looked_up > _MOST_LOOKED_UP else self._vocabulary("", node.pattern)

    def _entity(self, entity: Entity, only: str) -> list[str]:
        found: list[str] = []
        for text, uses in meanings(entity, 0).items():
            names = [use for use in uses if use.name is not None]
            if text == WRITTEN_FREELY:
                found += [each for use in names if (each := _freely(use, only))]
            elif names and not any(use.shape for use in names):
                found.append(_phrase(*phrase_tokens(text), only))
                found += _in_series(text, entity.kind, only)
            elif names:
                found += self._part(text, only)
        return found

    def _part(self, text: str, only: str) -> list[str]:
        """Words that a part of a fuzzy name stands in."""
        if JOINED.search(text):
            return [_phrase(*_inner(text), only)]
        words = self._vocabulary("", re.compile(rf"\w*{re.escape(text)}\w*")) or ()
        return [
            _phrase([text], True, only),
            *(_phrase(*phrase_tokens(word), only) for word in words),
        ]


def propose(
    node: Node, entities: Mapping[str, Sequence[Entity]], vocabulary: Vocabulary
) -> Proposal:
    """What the index is to be asked for a query.

    Args:
        node: the query's tree, its entities by their configured names.
        entities: those that it speaks of, by these names.
        vocabulary: knows the words of the index.
    """
    proposing = _Proposing(entities, vocabulary)
    expression = proposing.of(node)
    return Proposal(expression, proposing.broad if expression is None else None)


def _inner(text: str) -> tuple[list[str], bool]:
    """The tokens of a text that may stand within a longer run of letters joined to it."""
    tokens, begins = phrase_tokens(text)
    # Letters beside a run may go on in the text.
    if not JOINED.match(text):
        tokens = tokens[1:]
    return tokens, begins or not JOINED.match(tokens[-1])


def _is_word(text: str) -> bool:
    return all(map(is_word, text)) and not JOINED.search(text)


def _freely(use: Use, only: str) -> str | None:
    """What is there of a name in whatever order and case: its words without their endings."""
    shape = use.shape
    if shape is None or (use.name is not None and use.name.ambiguous and len(shape.words) == 1):
        return None
    words = [shape.words[shape.family]] if shape.kind is Kind.PERSON else shape.words
    needed = []
    for word in words:
        spellings = dict.fromkeys((word, *romanisations(word)))
        stems = dict.fromkeys(each[: max(_STEM, len(each) - _CUT)] for each in spellings)
        options = [_phrase(tokens, True, only) for each in stems if (tokens := _words_of(each))]
        if (option := _any(options)) is not None:
            needed.append(option)
    return _all(needed)


def _words_of(text: str) -> list[str]:
    return phrase_tokens(text)[0]


def _in_series(text: str, kind: Kind, only: str) -> list[str]:
    """A number that goes on a series of names: APT28, 29 and 31."""
    letters = series(text)
    if kind not in {Kind.THREAT_ACTOR, Kind.MALWARE} or not letters:
        return []
    number = re.search(r"\d+\Z", text)
    assert number is not None
    first, further = _phrase([letters], True, only), _phrase([number[0]], False, only)
    return [f"({first} AND {further})"]


def _phrase(tokens: Sequence[str], begins: bool, only: str) -> str:
    column = f"{only} : " if only else ""
    return f'{column}"{" ".join(tokens)}"{" *" if begins else ""}'


def _any(options: Iterable[str]) -> str | None:
    found = list(options)
    if not found:
        return None
    return found[0] if len(found) == 1 else f"({' OR '.join(found)})"


def _all(needed: list[str]) -> str | None:
    if not needed:
        return None
    # Long ones, of rare words, tell most.
    chosen = sorted(needed, key=len, reverse=True)[:_MOST_OF_ALL]
    return chosen[0] if len(chosen) == 1 else f"({' AND '.join(chosen)})"

"""Queries compiled and evaluated.

The words of every query are patterns of the one automaton. A query is evaluated only when a
word without which it cannot hold was found, so thousands of queries cost next to nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from monitor.config.schema import Query, Watchlist
from monitor.errors import ConfigError
from monitor.matching.names.ordinary import frequency
from monitor.matching.queries.query_language import (
    AllOf,
    AnyOf,
    EntityRef,
    Meta,
    Near,
    Node,
    Not,
    QuerySyntaxError,
    Regex,
    Wildcard,
    Within,
    Words,
    parse,
)
from monitor.matching.text.normalise import Folded, fold_name, is_word
from monitor.model.article import Article

Leaf = Words | Wildcard
Span = tuple[int, int, int]
"""Field, folded start, folded end."""
_NEIGHBOURS = 3
_LONGEST_WORD = 100
_FIELD = {"title": 0, "summary": 1, "body": 2}
_WORD = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]|[^\\W_]+")
"""A word for counting distances: in scripts without spaces, each character."""


@dataclass(frozen=True, slots=True)
class Held:
    """Where stands in an article what queries ask for; nowhere if they ask for no words."""

    texts: Sequence[Folded]
    spans: tuple[Span, ...]
    """In the order of the text, each in offsets of its field's folded text."""


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """A query, ready to be tried."""

    name: str
    node: Node
    patterns: tuple[tuple[Leaf, str, bool], ...]
    """Its words, the folded strings to look for, and whether they count within words."""
    triggers: frozenset[Leaf | EntityRef] | None
    """It can hold only if one of these was found; None when that cannot be said."""


def compile_query(query: Query, watchlist: Watchlist) -> CompiledQuery:
    """Parse a query and find what it needs.

    Raises:
        QuerySyntaxError: it cannot be understood, or speaks of an entity the watchlist lacks.
    """
    where = f"watchlist “{watchlist.name}”, query “{query.name}”"
    node = parse(query.query, where)
    known = {fold_name(entity.name): entity.name for entity in watchlist.entities}
    node = _resolved(node, known, where)
    patterns: dict[Leaf, tuple[str, bool]] = {}
    for leaf in _leaves(node):
        patterns[leaf] = (leaf.literal, True) if isinstance(leaf, Wildcard) else (leaf.text, False)
    return CompiledQuery(
        query.name,
        node,
        tuple((leaf, *pattern) for leaf, pattern in patterns.items()),
        _triggers(node),
    )


def children(node: Node) -> tuple[Node, ...]:
    """What a node is made of."""
    if isinstance(node, AllOf | AnyOf):
        return node.children
    if isinstance(node, Within | Not):
        return (node.child,)
    return (node.left, node.right) if isinstance(node, Near) else ()


def _resolved(node: Node, known: Mapping[str, str], where: str) -> Node:
    """The tree with entities by their configured names."""
    if isinstance(node, EntityRef):
        if (name := known.get(fold_name(node.name))) is None:
            raise QuerySyntaxError(
                f"it speaks of an entity “{node.name}” that the watchlist does not have",
                where=where,
                hint=f"It has: {', '.join(known.values()) or 'none'}.",
            )
        return EntityRef(name)
    if isinstance(node, AllOf | AnyOf):
        return type(node)(tuple(_resolved(c, known, where) for c in node.children), node.depth)
    if isinstance(node, Within):
        return Within(node.field, _resolved(node.child, known, where), node.depth)
    if isinstance(node, Not):
        return Not(_resolved(node.child, known, where), node.depth)
    if isinstance(node, Near):
        left, right = _resolved(node.left, known, where), _resolved(node.right, known, where)
        return Near(left, right, node.words, node.depth)
    return node


def _leaves(node: Node) -> list[Leaf]:
    if isinstance(node, Words | Wildcard):
        return [node]
    return [leaf for child in children(node) for leaf in _leaves(child)]


def _triggers(node: Node) -> frozenset[Leaf | EntityRef] | None:
    if isinstance(node, Words | Wildcard | EntityRef):
        return frozenset({node})
    if isinstance(node, Not | Regex | Meta):
        return None
    options = [_triggers(child) for child in children(node)]
    if isinstance(node, AnyOf):
        sure = [option for option in options if option is not None]
        return frozenset().union(*sure) if len(sure) == len(options) else None
    # All of the others must hold: wait for the one that is met least.
    return min((option for option in options if option is not None), key=_rarity, default=None)


def _rarity(triggers: frozenset[Leaf | EntityRef]) -> float:
    return sum(
        0.0 if isinstance(trigger, EntityRef) else 10 ** _frequency(trigger) for trigger in triggers
    )


def _frequency(leaf: Leaf) -> float:
    text = leaf.literal if isinstance(leaf, Wildcard) else leaf.text
    return min((frequency(word) for word in text.split()), default=0.0)


def leaf_span(leaf: Leaf, text: str, start: int, end: int, whole: bool) -> tuple[int, int] | None:
    """Where the word of a query stands that the automaton proposed at `start:end`, if it does."""
    if isinstance(leaf, Words):
        return (start, end) if whole else None
    low, high = max(0, start - _LONGEST_WORD), min(len(text), end + _LONGEST_WORD)
    while start > low and is_word(text[start - 1]):
        start -= 1
    while end < high and is_word(text[end]):
        end += 1
    return (start, end) if leaf.pattern.fullmatch(text, start, end) else None


# --- evaluating -------------------------------------------------------------------------------


@dataclass(slots=True)
class Found:
    """What a query can ask about one article."""

    article: Article
    texts: Sequence[Folded]
    leaves: Mapping[object, Sequence[Span]]
    entities: Mapping[str, Sequence[Span]]
    words: dict[int, list[int]] = field(default_factory=dict)
    """Where the words of a field begin, filled when first asked for."""

    def word_at(self, number: int, offset: int) -> int:
        """Which word of field `number` stands at a folded offset."""
        starts = self.words.get(number)
        if starts is None:
            text = self.texts[number].text
            starts = self.words[number] = [word.start() for word in _WORD.finditer(text)]
        return bisect_right(starts, offset)


def evaluate(node: Node, found: Found, only: int | None = None) -> list[Span] | None:  # noqa: PLR0911 - one return a kind of node
    """Where what the query asks for stands; None when it does not hold. `only`: one field."""
    if isinstance(node, Words | Wildcard):
        return _within(found.leaves.get(node, ()), only)
    if isinstance(node, EntityRef):
        return _within(found.entities.get(node.name, ()), only)
    if isinstance(node, Regex):
        return _within(_regex_spans(node, found, only), only)
    if isinstance(node, Meta):
        return [] if _meta_holds(node, found.article) else None
    if isinstance(node, Within):
        return evaluate(node.child, found, _FIELD[node.field])
    if isinstance(node, Not):
        return [] if evaluate(node.child, found, only) is None else None
    if isinstance(node, Near):
        return _near(node, found, only)
    results = [evaluate(child, found, only) for child in node.children]
    held = [spans for spans in results if spans is not None]
    if len(held) < (len(results) if isinstance(node, AllOf) else 1):
        return None
    return [span for spans in held for span in spans]


def _within(spans: Sequence[Span], only: int | None) -> list[Span] | None:
    return [span for span in spans if only is None or span[0] == only] or None


def _near(node: Near, found: Found, only: int | None) -> list[Span] | None:
    left, right = evaluate(node.left, found, only), evaluate(node.right, found, only)
    if not left or not right:
        return None
    others = sorted(
        (number, found.word_at(number, start), found.word_at(number, end - 1), (number, start, end))
        for number, start, end in right
    )
    near: set[Span] = set()
    for number, start, end in left:
        first, last = found.word_at(number, start), found.word_at(number, end - 1)
        at = bisect_left(others, (number, first))
        # The nearest on either side decide; looking at all would take for ever in a long text.
        for other, begin, finish, span in others[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS]:
            if other == number and max(begin - last, first - finish) - 1 <= node.words:
                near |= {(number, start, end), span}
    return sorted(near) or None


def _meta_holds(node: Meta, article: Article) -> bool:
    if node.key == "lang":
        language = (article.language or "").lower().replace("_", "-")
        return language == node.value or language.startswith(f"{node.value}-")
    if node.key == "author":
        names = article.authors
    else:
        names = (article.feed_name or "", article.outlet, *article.feed_tags)
    return any(node.value in fold_name(name) for name in names)


def _regex_spans(node: Regex, found: Found, only: int | None) -> list[Span]:
    pattern = _compiled(node.pattern, node.ignore_case)
    spans: list[Span] = []
    for number, folded in enumerate(found.texts):
        if only is None or number == only:
            text = folded.original.encode("utf-8", "replace").decode()
            spans += [
                (number, *folded.position(match.start(), match.end()))
                for match in pattern.finditer(text)
                if match.end() > match.start()
            ]
    return spans


@lru_cache(maxsize=4096)
def _compiled(pattern: str, ignore_case: bool) -> Any:
    import re2  # type: ignore[import-untyped]  # the package has no type information

    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not ignore_case
    try:
        return re2.compile(pattern, options)
    except re2.error as error:  # parsed before; only a pattern too large to run is left
        raise ConfigError(f"the regular expression /{pattern}/ is too large") from error

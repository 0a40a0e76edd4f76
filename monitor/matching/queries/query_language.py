"""The query language: text in, tree out, or an error that points at the fault.

    "Electoral Commission" NEAR/10 (hack* OR breach*) NOT India
    title:sanction* @APT31          lang:en AND /CVE-2024-\\d+/

Words side by side must all occur. The grammar is in `query_grammar`; regular expressions go to
RE2 only, which takes linear time whatever the pattern.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from monitor.errors import ConfigError

DEEPEST = 100
"""Levels of brackets and operators a query may have."""
LONGEST = 20_000
"""Characters a query may have."""
SHORTEST_LITERAL = 2
"""Letters that a word with wildcards must at least spell out in one piece."""


class QuerySyntaxError(ConfigError):
    """A query cannot be understood; the message shows where."""

    position: int | None = None
    """The character at which that is found out, from 0."""
    reason: str | None = None
    """What is wrong there."""


# --- the tree ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """A word or phrase, folded."""

    text: str
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A word with `*` (any letters) or `?` (one)."""

    literal: str
    """The longest piece that is spelled out, folded."""
    pieces: tuple[str, ...]
    """The word piece by piece: what is spelled out, folded, and the wildcards."""
    pattern: re.Pattern[str]
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Regex:
    """A regular expression, for RE2."""

    pattern: str
    ignore_case: bool
    depth: int = 1


@dataclass(frozen=True, slots=True)
class EntityRef:
    """An entity of the same watchlist, by any of its names."""

    name: str
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Meta:
    """Something about the article itself."""

    key: Literal["feed", "author", "lang"]
    value: str
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Within:
    """Only what stands in one field counts."""

    field: Literal["title", "summary", "body"]
    child: Node
    depth: int


@dataclass(frozen=True, slots=True)
class Not:
    """The child must not hold."""

    child: Node
    depth: int


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every child must hold."""

    children: tuple[Node, ...]
    depth: int


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One child must hold."""

    children: tuple[Node, ...]
    depth: int


@dataclass(frozen=True, slots=True)
class Near:
    """Both must stand within so many words of each other, in one field, in any order."""

    left: Node
    right: Node
    words: int
    depth: int


Node = Words | Wildcard | Regex | EntityRef | Meta | Within | Not | AllOf | AnyOf | Near


def parse(text: str, where: str | None = None) -> Node:
    """Turn a query into a tree.

    Raises:
        QuerySyntaxError: it cannot be understood; the message has a caret under the fault.
    """
    if len(text) > LONGEST:
        raise QuerySyntaxError(f"the query is longer than {LONGEST} characters", where=where)
    # Loads the parser, which most configurations do without.
    from monitor.matching.queries.query_grammar import FaultError, tree_of

    try:
        tree = tree_of(text)
    except FaultError as fault:
        at = fault.position
        position = len(text) if at is None else max(0, at)
        raise wrong_at(fault.what or _unexpected(text, position), text, position, where) from None
    if not _can_hold(tree):
        raise wrong_at("it names only what must not occur; add a word that must", text, 0, where)
    return tree


def _unexpected(text: str, position: int) -> str:
    rest = text[position:].strip()
    if not text.strip():
        return "the query is empty"
    if not rest:
        return "the query ends too early: a word, or a closing bracket, is missing"
    if rest.startswith(('"', "“", "”")):
        return "this quotation mark has no partner"
    if rest.startswith(")"):
        return "this bracket closes nothing"
    return f"“{rest.split()[0]}” cannot stand here"


def wrong_at(what: str, text: str, position: int, where: str | None = None) -> QuerySyntaxError:
    """The error that shows a fault in a query with a caret under it."""
    # A long query is shown only around the fault.
    begin = max(0, position - 60)
    shown = re.sub(r"\s", " ", text[begin : position + 40])
    caret = " " * (position - begin) + "^"
    error = QuerySyntaxError(f"the query is wrong here:\n  {shown}\n  {caret} {what}", where=where)
    error.position, error.reason = position, what
    return error


def _can_hold(node: Node) -> bool:
    """True when something must occur for the query to hold."""
    if isinstance(node, Not):
        return False
    if isinstance(node, AllOf):
        return any(_can_hold(child) for child in node.children)
    if isinstance(node, AnyOf):
        return all(_can_hold(child) for child in node.children)
    if isinstance(node, Within):
        return _can_hold(node.child)
    if isinstance(node, Near):
        return _can_hold(node.left) and _can_hold(node.right)
    return True

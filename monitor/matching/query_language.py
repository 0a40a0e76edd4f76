"""The query language: text in, tree out, or an error that points at the fault.

    "Electoral Commission" NEAR/10 (hack* OR breach*) NOT India
    title:sanction* @APT31          lang:en AND /CVE-2024-\\d+/

Words side by side must all occur. The grammar is parsed with `lark` (LALR, no recursion, so
depth costs nothing until our own limit refuses it); regular expressions go to RE2 only, which
takes linear time whatever the pattern.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Literal, cast

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken, v_args
from lark.exceptions import VisitError

from monitor.errors import ConfigError
from monitor.matching.normalise import fold_name

DEEPEST = 100
"""Levels of brackets and operators a query may have."""
LONGEST = 20_000
"""Characters a query may have."""
SHORTEST_LITERAL = 2
"""Letters that a word with wildcards must at least spell out in one piece."""

_GRAMMAR = r"""
?start: disjunction
?disjunction: conjunction (_OR conjunction)*    -> any
?conjunction: negation (_AND? negation)*        -> all
?negation: _NOT negation                        -> negate
         | proximity
?proximity: prefixed (NEAR prefixed)*           -> near
?prefixed: FIELD prefixed                       -> within
         | META (PHRASE | WORD)                 -> meta
         | atom
?atom: "(" disjunction ")"
     | PHRASE                                   -> phrase
     | REGEX                                    -> regex
     | ENTITY (PHRASE | WORD)                   -> entity
     | WORD                                     -> word

_OR.3: /OR(?![^\s()])|\|\|/
_AND.3: /AND(?![^\s()])|&&/
_NOT.3: /NOT(?![^\s("])|!|-(?=[\w"(@])/
NEAR.3: /NEAR(?:\/\d{1,4})?(?![^\s()"])/
FIELD.2: /(?:title|summary|body)\s*:\s*/i
META.2: /(?:feed|author|lang)\s*:\s*/i
ENTITY.2: /@|entity\s*:\s*/i
PHRASE: /["“”][^"“”]*["“”]/
REGEX: /\/(?:[^\/\\\n]|\\.)+\/i?/
WORD: /[^\s()"“”|!:@\/&-][^\s()"“”|!]*/
%ignore /\s+/
"""


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

_NEAR_DEFAULT = 10


class _FaultError(Exception):
    def __init__(self, what: str, token: Token) -> None:
        super().__init__(what)
        self.what = what
        self.position = token.start_pos or 0


@v_args(inline=True)
class _Build(Transformer[Token, Node]):
    """Called by the parser bottom-up: no recursion of ours however deep the query."""

    def word(self, token: Token) -> Node:
        if token in {"AND", "OR", "NOT", "NEAR"}:
            raise _FaultError(f"{token} needs something on both sides", token)
        if "*" in token or "?" in token:
            return _wildcard(token)
        return Words(_folded(token, str(token)))

    def phrase(self, token: Token) -> Node:
        return Words(_folded(token, token[1:-1]))

    def regex(self, token: Token) -> Node:
        body, _, flags = token[1:].rpartition("/")
        problem = regex_problem(body)
        if problem:
            raise _FaultError(
                f"the regular expression is not one RE2 understands: {problem}", token
            )
        return Regex(body, "i" in flags)

    def entity(self, _sign: Token, token: Token) -> Node:
        return EntityRef(str(token).strip('"“”'))

    def meta(self, key: Token, token: Token) -> Node:
        name = key.split(":")[0].strip().lower()
        assert name in {"feed", "author", "lang"}
        value = str(token).strip('"“”')
        # A language tag is no word: its hyphen parts nothing.
        folded = value.lower().replace("_", "-") if name == "lang" else _folded(token, value)
        return Meta(name, folded)  # type: ignore[arg-type]  # the grammar admits just these

    def within(self, field: Token, child: Node) -> Node:
        name = field.split(":")[0].strip().lower()
        return Within(name, child, _deeper(field, child))  # type: ignore[arg-type]  # the grammar admits just these

    def negate(self, child: Node) -> Node:
        return Not(child, _deeper(None, child))

    def all(self, *children: Node) -> Node:
        if len(children) == 1:
            return children[0]
        return AllOf(children, _deeper(None, *children))

    def any(self, *children: Node) -> Node:
        if len(children) == 1:
            return children[0]
        return AnyOf(children, _deeper(None, *children))

    def near(self, left: Node, *rest: Node | Token) -> Node:
        for operator, right in zip(rest[::2], rest[1::2], strict=True):
            assert isinstance(operator, Token)
            assert not isinstance(right, Token)
            words = int(operator.partition("/")[2] or _NEAR_DEFAULT)
            left = Near(left, right, words, _deeper(operator, left, right))
        return left


def _folded(token: Token, text: str) -> str:
    folded = fold_name(text)
    if not any(character.isalnum() for character in folded):
        raise _FaultError("there is nothing to look for here", token)
    return folded


def _wildcard(token: Token) -> Wildcard:
    split = re.split(r"([*?])", re.sub(r"\*+", "*", str(token)))
    pieces = tuple(each if each in "*?" else fold_name(each) for each in split if each)
    literal = max((each for each in pieces if each not in "*?"), key=len, default="")
    if len(literal) < SHORTEST_LITERAL:
        raise _FaultError(
            f"spell out at least {SHORTEST_LITERAL} letters of a word in one piece", token
        )
    return Wildcard(literal, pieces, re.compile(_pattern(pieces)))


def _pattern(pieces: tuple[str, ...]) -> str:
    """A word with wildcards as a regular expression whose cost grows with the word alone.

    What stands between two `*` is taken where it occurs first, for good: as it has one length
    and a `*` stands for letters only, no later place could lead further.
    """
    begin, *between = (
        "".join(r"\w" if each == "?" else re.escape(each) for each in some)
        for is_star, some in groupby(("", *pieces, ""), "*".__eq__)
        if not is_star
    )
    if not between:
        return begin
    middle = "".join(rf"(?>[\w'-]*?{each})" for each in between[:-1])
    return rf"{begin}{middle}[\w'-]*{between[-1]}"


def _deeper(token: Token | None, *children: Node) -> int:
    depth = 1 + max(child.depth for child in children)
    if depth > DEEPEST:
        what = f"the query is nested more than {DEEPEST} deep"
        raise _FaultError(what, token or Token("START", "", start_pos=0))
    return depth


def regex_problem(pattern: str) -> str:
    """Why RE2 refuses a pattern, in its own words; empty when it takes it."""
    import re2  # type: ignore[import-untyped]  # the package has no type information

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        said = error.args[0] if error.args else error
        return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return ""


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", transformer=_Build(), maybe_placeholders=False)


def parse(text: str, where: str | None = None) -> Node:
    """Turn a query into a tree.

    Raises:
        QuerySyntaxError: it cannot be understood; the message has a caret under the fault.
    """
    if len(text) > LONGEST:
        raise QuerySyntaxError(f"the query is longer than {LONGEST} characters", where=where)
    try:
        # The parser calls `_Build` as it goes and so returns our tree, whatever its type says.
        tree = cast("Node", _parser().parse(text))
    except UnexpectedInput as error:
        ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
        at = cast("int | None", error.pos_in_stream)  # declared without its type
        position = len(text) if ended or at is None else max(0, at)
        raise wrong_at(_unexpected(text, position), text, position, where) from None
    except VisitError as error:
        fault = error.orig_exc
        if not isinstance(fault, _FaultError):
            raise
        raise wrong_at(fault.what, text, fault.position, where) from None
    except _FaultError as fault:
        raise wrong_at(fault.what, text, fault.position, where) from None
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

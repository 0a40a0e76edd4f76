"""The grammar of the query language, and how a query becomes a tree.

It is parsed with `lark`: LALR, no recursion, so depth costs nothing until our own limit refuses
it. Apart from `query_language`, since loading the parser takes 0.03 s, and 3 MB, that whoever
watches only names is spared.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken, v_args
from lark.exceptions import VisitError

from monitor.matching.queries.query_language import (
    DEEPEST,
    SHORTEST_LITERAL,
    AllOf,
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
from monitor.matching.text.normalise import fold_name

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

_NEAR_DEFAULT = 10


class FaultError(Exception):
    """What is wrong with a query; empty where the grammar says only that something is."""

    def __init__(self, what: str, position: int | None) -> None:
        super().__init__(what)
        self.what = what
        self.position = position
        """The character at which that is found out, from 0; None at its end."""


def _fault(what: str, token: Token) -> FaultError:
    return FaultError(what, token.start_pos or 0)


@v_args(inline=True)
class _Build(Transformer[Token, Node]):
    """Called by the parser bottom-up: no recursion of ours however deep the query."""

    def word(self, token: Token) -> Node:
        if token in {"AND", "OR", "NOT", "NEAR"}:
            raise _fault(f"{token} needs something on both sides", token)
        if "*" in token or "?" in token:
            return _wildcard(token)
        return Words(_folded(token, str(token)))

    def phrase(self, token: Token) -> Node:
        return Words(_folded(token, token[1:-1]))

    def regex(self, token: Token) -> Node:
        body, _, flags = token[1:].rpartition("/")
        problem = regex_problem(body)
        if problem:
            raise _fault(f"the regular expression is not one RE2 understands: {problem}", token)
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
        raise _fault("there is nothing to look for here", token)
    return folded


def _wildcard(token: Token) -> Wildcard:
    split = re.split(r"([*?])", re.sub(r"\*+", "*", str(token)))
    pieces = tuple(each if each in "*?" else fold_name(each) for each in split if each)
    literal = max((each for each in pieces if each not in "*?"), key=len, default="")
    if len(literal) < SHORTEST_LITERAL:
        raise _fault(f"spell out at least {SHORTEST_LITERAL} letters of a word in one piece", token)
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
        raise _fault(what, token or Token("START", "", start_pos=0))
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


def tree_of(text: str) -> Node:
    """The tree of a query. Raises FaultError."""
    try:
        # The parser calls `_Build` as it goes and so returns our tree, whatever its type says.
        return cast("Node", _parser().parse(text))
    except UnexpectedInput as error:
        ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
        at = cast("int | None", error.pos_in_stream)  # declared without its type
        raise FaultError("", None if ended else at) from None
    except VisitError as error:
        if not isinstance(error.orig_exc, FaultError):
            raise
        raise error.orig_exc from None

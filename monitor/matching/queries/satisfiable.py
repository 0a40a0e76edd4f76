"""Whether a query can hold of any article at all: a tableau over its tree.

The tree is turned into a formula of what must and what must not stand in which field. A branch in
which something must stand and must not is closed; a query whose every branch is closed never
holds (Smullyan, First-Order Logic, 1968, for the method). What the words are cannot be known of
everything: in doubt a query can hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.matching.queries.query_language import (
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

_FIELDS = frozenset({"title", "summary", "body"})
_MOST_STEPS = 20_000
"""After so many it is not known whether a query can hold, and said to nobody."""

Leaf = Words | Wildcard | Regex | EntityRef | Meta


@dataclass(frozen=True, slots=True)
class _Literal:
    """That something stands in a field, or does not; of an article itself, in none."""

    holds: bool
    field: str
    leaf: Leaf


@dataclass(frozen=True, slots=True)
class _Parts:
    kind: Literal["all", "any"]
    parts: tuple[_Formula, ...]


_Formula = _Literal | _Parts
_TRUE, _FALSE = _Parts("all", ()), _Parts("any", ())


def can_hold(node: Node) -> bool:
    """Whether an article can fulfil a query; True, too, when that is too much to find out."""
    # A branch: what is still to be taken apart, and what it has come to.
    branches: list[tuple[list[_Formula], frozenset[_Literal]]] = [
        ([_formula(node, _FIELDS, holds=True)], frozenset())
    ]
    for _ in range(_MOST_STEPS):
        if not branches:
            return False
        left, known = branches.pop()
        if not left:
            return True
        first = left.pop()
        if isinstance(first, _Literal):
            if not any(_contradict(first, other) for other in known):
                branches.append((left, known | {first}))
        elif first.kind == "all":
            branches.append(([*left, *first.parts], known))
        else:
            branches += [([*left, part], known) for part in first.parts]
    return True


def _formula(node: Node, fields: frozenset[str], *, holds: bool) -> _Formula:
    match node:
        case Meta():
            return _Literal(holds, "", node)
        case Within():
            return _formula(node.child, frozenset({node.field}), holds=holds)
        case Not():
            return _formula(node.child, fields, holds=not holds)
        case Near():
            return _near(node, fields, holds=holds)
        case AllOf() | AnyOf():
            parts = [_formula(child, fields, holds=holds) for child in node.children]
            return _parts(parts, every=isinstance(node, AllOf) is holds)
        case _:
            places = [_Literal(holds, field, node) for field in sorted(fields)]
            return _parts(places, every=not holds)


def _parts(parts: Sequence[_Formula], *, every: bool) -> _Formula:
    return _Parts("all" if every else "any", tuple(parts))


def _near(node: Near, fields: frozenset[str], *, holds: bool) -> _Formula:
    left, right = node.left, node.right
    if not holds:
        # Whatever stands somewhere stands beside itself; of others the distance is not known.
        return _formula(left, fields, holds=False) if left == right else _TRUE
    if not _places(node, fields):
        return _FALSE
    both = [_formula(each, fields, holds=True) for each in (left, right)]
    if isinstance(left, Leaf) and isinstance(right, Leaf):
        both = [
            _parts(
                [
                    _parts([_Literal(True, field, left), _Literal(True, field, right)], every=True)
                    for field in sorted(fields)
                ],
                every=False,
            )
        ]
    return _parts(both, every=True)


def _places(node: Node, fields: frozenset[str]) -> frozenset[str]:
    """In which fields what fulfils a node can stand; in none for what must not stand anywhere."""
    match node:
        case Meta() | Not():
            return frozenset()
        case Within():
            return _places(node.child, frozenset({node.field}))
        case Near():
            return _places(node.left, fields) & _places(node.right, fields)
        case AllOf() | AnyOf():
            return frozenset().union(*(_places(child, fields) for child in node.children))
        case _:
            return fields


def _contradict(one: _Literal, other: _Literal) -> bool:
    if one.field != other.field:
        return False
    if one.holds is not other.holds:
        stands, lacks = (one, other) if one.holds else (other, one)
        return _implies(stands.leaf, lacks.leaf)
    return one.holds and _are_two_languages(one.leaf, other.leaf)


def _implies(stands: Leaf, lacks: Leaf) -> bool:
    """Whether what stands there is, or holds, what must not."""
    match stands, lacks:
        case Words(), Words():
            return f" {lacks.text} " in f" {stands.text} "
        case Words(), Wildcard():
            return any(lacks.pattern.fullmatch(word) for word in stands.text.split())
        case Meta(key="lang"), Meta(key="lang"):
            return stands.value == lacks.value or stands.value.startswith(f"{lacks.value}-")
        case Meta(), Meta():
            return stands.key == lacks.key and lacks.value in stands.value
        case _:
            return stands == lacks


def _are_two_languages(one: Leaf, other: Leaf) -> bool:
    if not (isinstance(one, Meta) and isinstance(other, Meta) and one.key == other.key == "lang"):
        return False
    shorter, longer = sorted((one.value, other.value), key=len)
    return longer != shorter and not longer.startswith(f"{shorter}-")

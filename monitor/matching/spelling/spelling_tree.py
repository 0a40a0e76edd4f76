"""Many names' words in Latin letters at once, held against one word that was transcribed.

What `spellings_heard.distance` says of one word, this says of all that are watched: words that
begin alike share the way, and a way that the sounds do not go is left at its first letter. So a
word of a text costs a few dozen steps, however many names there are. The tree grows where it is
walked, since most of it never is, and how far the first sounds lead is remembered: most words of
a language begin with the same few.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from monitor.matching.spelling.spellings_heard import UNSAID, Unit, units, unsaid_cost

_REMEMBERED = 4
"""First sounds of a word after which it is remembered what names begin with them."""
_BEGINNINGS = 5_000
"""Beginnings of which this is remembered."""


_GROWING = 10
"""Steps that it costs to grow where nobody has been."""
_FEW = 4
"""Ways on up to which each is looked at: a table of all sounds would cost more than it saves."""

_Way = tuple[float, bool, "_Node"]
"""A way on from what words begin with: how unusual it is, whether a vowel that nobody says may
follow, and what is reached."""


class _Branches(NamedTuple):
    """Where words go on from what they begin with."""

    words: Sequence[str]
    """Those that end there."""
    nodes: Mapping[Unit, _Node]
    ways: Mapping[str, Sequence[_Way]]
    """By the sounds that lead there; empty where there are few."""
    longest: int
    """So many sounds lead somewhere at most."""

    def by(self, said: str) -> Sequence[_Way]:
        """The ways on by some sounds."""
        if self.ways:
            return self.ways.get(said, ())
        return [_way(unit, said, node) for unit, node in self.nodes.items() if said in unit.costs]


def _way(unit: Unit, said: str, node: _Node) -> _Way:
    return unit.costs[said], unit.may_end and said != "", node


_Words = list[tuple[str, Sequence[Unit]]]
"""Words, each with its sounds."""


class _Node:
    """What words begin with."""

    __slots__ = ("depth", "state")

    def __init__(self, depth: int, words: _Words) -> None:
        self.depth = depth
        self.state: _Words | _Branches = words
        """The words, until somebody comes by."""

    @property
    def walked(self) -> bool:
        """Whether somebody came by."""
        return not isinstance(self.state, list)

    def branches(self) -> _Branches:
        """Where its words go on."""
        state = self.state
        if isinstance(state, list):
            state = self.state = _grown(state, self.depth)
        return state


def _grown(words: _Words, depth: int) -> _Branches:
    ended: list[str] = []
    beginning: dict[Unit, _Words] = {}
    for each in words:
        word, sounds = each
        if len(sounds) == depth:
            ended.append(word)
        else:
            beginning.setdefault(sounds[depth], []).append(each)
    nodes = {unit: _Node(depth + 1, some) for unit, some in beginning.items()}
    ways: dict[str, list[_Way]] = {}
    if len(nodes) > _FEW:
        for unit, node in nodes.items():
            for said in unit.costs:
                ways.setdefault(said, []).append(_way(unit, said, node))
    longest = max((unit.longest for unit in nodes), default=0)
    return _Branches(ended, nodes, ways, longest)


_Reached = Sequence[tuple[_Branches, float]]
"""What words can begin with that some sounds stand for, and how unusual each is; first what can
go on by the most sounds."""


class SpellingTree:
    """Folded words in Latin letters, to be found by what a word in another script sounds like."""

    def __init__(self, words: Iterable[str]) -> None:
        self.steps = 0
        """Beginnings of words that were looked at since: what finding costs, some 4 µs each."""
        self._root = _Node(0, [(word, units(word)) for word in dict.fromkeys(words)])
        self._known: dict[tuple[str, float], _Reached] = {}

    def find(self, sounds: str, most: float) -> list[str]:
        """The words that all of the sounds can stand for, `most` as of `begins`."""
        return [word for branches, _ in self._walk(sounds, most)[-1] for word in branches.words]

    def begins(self, sounds: str, most: float) -> list[tuple[str, int]]:
        """The words that the first of the sounds can stand for, each with how many these are.

        Args:
            sounds: what a word sounds like.
            most: how unusual it may be for a spelling at most.
        """
        return [
            (word, end)
            for end, reached in enumerate(self._walk(sounds, most))
            for branches, _ in reached
            for word in branches.words
        ]

    def _walk(self, sounds: str, most: float) -> list[_Reached]:
        """What none of the sounds lead to, the first of them, the first two and so on."""
        reached: list[_Reached] = []
        for end in range(len(sounds) + 1):
            key = sounds[:end], most
            there = self._known.get(key) if end <= _REMEMBERED else None
            if there is None:
                there = self._further(sounds[:end], reached, most)
                if end <= _REMEMBERED:
                    if len(self._known) >= _BEGINNINGS:
                        self._known.clear()
                    self._known[key] = there
            reached.append(there)
        return reached

    def _further(self, sounds: str, reached: Sequence[_Reached], most: float) -> _Reached:
        """What some sounds lead to, by what any fewer of them do."""
        found: dict[_Node, float] = {} if reached else {self._root: 0.0}
        for node, cost in _ways_to(sounds, reached):
            if cost <= most and cost < found.get(node, _NEVER):
                found[node] = cost
        waiting, grown = list(found), 0
        while waiting:  # of letters that stand for nothing
            node = waiting.pop()
            grown += not node.walked
            for more, _, following in node.branches().by(""):
                cost = found[node] + more
                if cost <= most and cost < found.get(following, _NEVER):
                    found[following] = cost
                    waiting.append(following)
        self.steps += len(found) + grown * _GROWING
        there = [(node.branches(), cost) for node, cost in found.items()]
        there.sort(key=_by_longest, reverse=True)
        return there


_NEVER = float("inf")


def _by_longest(reached: tuple[_Branches, float]) -> int:
    return reached[0].longest


def _ways_to(sounds: str, reached: Sequence[_Reached]) -> Iterator[tuple[_Node, float]]:
    """Where the last of some sounds lead from where the others do."""
    unsaid = unsaid_cost(sounds[-1]) if sounds and sounds[-1] in UNSAID else None
    for size in range(1, len(sounds) + 1):
        said = sounds[len(sounds) - size :]
        for branches, cost in reached[len(sounds) - size]:
            if branches.longest < size:
                break
            for more, _, following in branches.by(said):
                yield following, cost + more
            if unsaid is not None and size > 1:
                for more, may_end, following in branches.by(said[:-1]):
                    if may_end:
                        yield following, cost + more + unsaid

"""Many names' words in Latin letters at once, held against one word that was transcribed.

What `spellings_heard.distance` says of one word, this says of all that are watched: words that
begin alike share the way, and a way that the sounds do not go is left at its first letter. So a
word of a text costs a few dozen steps, however many names there are.
"""

from __future__ import annotations

from collections.abc import Iterable

from monitor.matching.spellings_heard import FREE_UNSAID, UNSAID, units

_UNSAID_COST = 1.0


class _Node:
    """What words begin with: the ways to go on, by the sound that comes next."""

    __slots__ = ("edges", "nodes", "silent", "words")

    def __init__(self) -> None:
        self.edges: dict[str, list[tuple[str, float, bool, _Node]]] = {}
        self.silent: list[tuple[float, _Node]] = []
        self.nodes: dict[object, _Node] = {}
        self.words: list[str] = []


class SpellingTree:
    """Folded words in Latin letters, to be found by what a word in another script sounds like."""

    def __init__(self, words: Iterable[str]) -> None:
        self.steps = 0
        """Beginnings of words that were looked at since: what finding costs."""
        self._root = _Node()
        for word in dict.fromkeys(words):
            self._add(word)

    def _add(self, word: str) -> None:
        node = self._root
        for unit in units(word):
            following = node.nodes.get(unit)
            if following is None:
                following = node.nodes[unit] = _Node()
                for sounds, cost in unit.ways:
                    if sounds:
                        edge = (sounds, cost, unit.may_end, following)
                        node.edges.setdefault(sounds[0], []).append(edge)
                    else:
                        node.silent.append((cost, following))
            node = following
        node.words.append(word)

    def find(self, sounds: str, most: float) -> list[str]:
        """The words that all of the sounds can stand for, `most` as of `begins`."""
        return [word for word, end in self.begins(sounds, most) if end == len(sounds)]

    def begins(self, sounds: str, most: float) -> list[tuple[str, int]]:
        """The words that the first of the sounds can stand for, each with how many these are.

        Args:
            sounds: what a word sounds like.
            most: how unusual it may be for a spelling at most.
        """
        found: list[tuple[str, int]] = []
        waiting = [(self._root, {0: 0.0})]
        while waiting:
            node, reached = waiting.pop()
            self.steps += 1
            found += [(word, end) for word in node.words for end in reached]
            following: dict[_Node, dict[int, float]] = {}
            for at, cost in reached.items():
                for more, child in node.silent:
                    _reach(following.setdefault(child, {}), at, cost + more, most)
                if at >= len(sounds):
                    continue
                for said, more, may_end, child in node.edges.get(sounds[at], ()):
                    if not sounds.startswith(said, at):
                        continue
                    ends = following.setdefault(child, {})
                    end = at + len(said)
                    _reach(ends, end, cost + more, most)
                    if may_end and end < len(sounds) and sounds[end] in UNSAID:
                        free = sounds[end] in FREE_UNSAID
                        unsaid = 0.0 if free else _UNSAID_COST
                        _reach(ends, end + 1, cost + more + unsaid, most)
            waiting += [(child, ends) for child, ends in following.items() if ends]
        return found


def _reach(ends: dict[int, float], end: int, cost: float, most: float) -> None:
    if cost <= most and cost < ends.get(end, most + 1):
        ends[end] = cost

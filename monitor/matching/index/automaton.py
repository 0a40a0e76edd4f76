"""The table of everything to look for, and the two automata it becomes.

One finds whole words, the other what may stand in a longer word: parts of fuzzy names, words
with wildcards, names in scripts without spaces.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, Implementation

from monitor.matching.queries.query_evaluation import Leaf
from monitor.matching.text.normalise import Folded, bounded
from monitor.matching.text.word_gaps import in_bytes, spaced
from monitor.model.match import Kind


@dataclass(slots=True)
class Pattern:
    """A text to look for, and for whom."""

    text: str
    watched: tuple[int, ...] = ()
    """The entities to which it means something."""
    leaves: tuple[Leaf, ...] = ()
    """Words of queries."""
    kinds: frozenset[Kind] = frozenset()
    """The kinds of entity whose trade the word is of."""
    partial: bool = False
    """True when it counts within words too: halves of fuzzy names, words with wildcards."""


class Patterns:
    """Folded texts to look for, and for whom.

    Nearly all mean something to one entity only, so of those no more is kept than its number.
    """

    def __init__(self) -> None:
        self.plain: dict[str, int] = {}
        self.rich: dict[str, Pattern] = {}

    def add(self, text: str, watched: int, *, partial: bool = False) -> None:
        """Let finding `text` mean something to an entity."""
        if text in self.rich or partial or text in self.plain:
            pattern = self.pattern(text)
            pattern.watched += (watched,)
            pattern.partial |= partial
        else:
            self.plain[text] = watched

    def pattern(self, text: str) -> Pattern:
        """The entry of a text, to add other meanings to."""
        pattern = self.rich.get(text)
        if pattern is None:
            watched = self.plain.pop(text, None)
            pattern = self.rich[text] = Pattern(text, () if watched is None else (watched,))
        return pattern


_APART = b"\0"
"""Parts texts: no folded text has it, since it is no part of a word."""
_ADDED = len(b" ") * 2 + len(_APART)
Proposed = tuple[int, int, int]
"""A pattern's number, and the offsets in a folded text."""


class Words:
    """An automaton for whole words: each pattern stands between two spaces.

    So most of what an automaton would propose in vain, names within longer words, never leaves
    it. Punctuation is a space here too; whoever is told compares the text itself.

    Takes the plain patterns out of the table, so that no second copy of so many is kept.
    """

    def __init__(self, patterns: Patterns) -> None:
        several: dict[bytes, tuple[Pattern, ...]] = {}
        for text, pattern in patterns.rich.items():
            if spaced(text) and not pattern.partial:
                key = b" %b " % in_bytes(text)
                several[key] = (*several.get(key, ()), pattern)
        one: dict[bytes, int] = {}
        while patterns.plain:
            text, watched = patterns.plain.popitem()
            if not spaced(text):
                continue
            key = b" %b " % in_bytes(text)
            if key in several:
                several[key] += (Pattern(text, (watched,)),)
            elif one.setdefault(key, watched) != watched:
                several[key] = (Pattern("", (one.pop(key),)), Pattern("", (watched,)))
        self._several = list(several.values())
        one.update((key, ~number) for number, key in enumerate(several))
        # In order, what begins alike lies together: half the time to build, and each article
        # goes through less of the memory.
        keys = sorted(one)
        self._entries = array("i", map(one.__getitem__, keys))
        # Of bytes: with characters it would count them for each offset.
        self._automaton = BytesAhoCorasick(keys, implementation=Implementation.ContiguousNFA)

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, text: str) -> Iterator[tuple[int | Pattern, int, int]]:
        """The entity, or the pattern, for which to look at folded text, with the offsets."""
        (proposed,) = self.propose([text])
        return self.told(text, proposed)

    def propose(self, texts: Sequence[str]) -> list[list[Proposed]]:
        """What `told` makes entities of, for each of some folded texts.

        One run over all of them takes half the time of one each: the automaton is larger than
        what a processor has near at hand, and other work drives it out.
        """
        proposed: list[list[Proposed]] = [[] for _ in texts]
        some = [(number, text) for number, text in enumerate(texts) if text]
        joined = _APART.join([b" %b " % in_bytes(text) for _, text in some])
        begin, finish, following = 0, -1, iter(some)
        here: list[Proposed] = []
        for index, start, end in self._automaton.find_matches_as_indexes(joined, overlapping=True):
            while start > finish:
                number, text = next(following)
                begin, finish, here = finish + 1, finish + len(text) + _ADDED, proposed[number]
            # The space before a pattern makes up for the one put before the text.
            here.append((index, start - begin, end - begin - 2))
        return proposed

    def told(
        self, text: str, proposed: Iterable[Proposed]
    ) -> Iterator[tuple[int | Pattern, int, int]]:
        """As `find`, of what `propose` says of the text."""
        plain = text.isascii()
        for index, start, end in proposed:
            if not (plain or bounded(text, start, end)):
                continue
            entry = self._entries[index]
            if entry >= 0:
                yield entry, start, end
            else:
                for pattern in self._several[~entry]:
                    if not pattern.text or text.startswith(pattern.text, start):
                        yield pattern, start, end


class Parts:
    """An automaton for what may stand in a longer word."""

    def __init__(self, patterns: Patterns) -> None:
        self._patterns = [
            Pattern(text, (watched,))
            for text, watched in patterns.plain.items()
            if not spaced(text)
        ]
        self._patterns += [
            pattern
            for text, pattern in patterns.rich.items()
            if pattern.partial or not spaced(text)
        ]
        self._anywhere = any(spaced(pattern.text) for pattern in self._patterns)
        self._automaton = AhoCorasick(
            [pattern.text for pattern in self._patterns],
            implementation=Implementation.ContiguousNFA,
            store_patterns=False,
        )

    def find(self, folded: Folded) -> Iterator[tuple[Pattern, int, int, bool]]:
        """Every pattern in folded text, with its offsets and whether it is a whole word."""
        if not self._patterns or not (self._anywhere or folded.scripts.joined):
            return
        text = folded.text
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            pattern = self._patterns[index]
            whole = bounded(text, start, end)
            if whole or pattern.partial:
                yield pattern, start, end, whole

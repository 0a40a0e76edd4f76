"""The table of everything to look for, and the two automata it becomes.

One finds whole words, the other what may stand in a longer word: parts of fuzzy names, words
with wildcards, names in scripts without spaces.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, Implementation

from monitor.matching.align import Shape
from monitor.matching.names import Name
from monitor.matching.normalise import bounded, gapped
from monitor.matching.queries import Leaf
from monitor.model import Kind


@dataclass(frozen=True, slots=True)
class Use:
    """What finding a pattern means for one entity."""

    watched: int
    name: Name | None
    """The name found; None when the pattern is a context word or an exclude phrase."""
    excludes: bool = False
    contains: bool = False
    """An exclude phrase that contains one of the entity's names rules out only that place."""
    shape: Shape | None = None
    """The pattern is one word of this name; the rest is to be found beside it."""


@dataclass(slots=True)
class Pattern:
    """What finding a pattern means for everybody."""

    text: str
    uses: tuple[Use, ...] = ()
    leaves: tuple[Leaf, ...] = ()
    """Words of queries."""
    kinds: frozenset[Kind] = frozenset()
    """The kinds of entity whose trade the word is of."""
    partial: bool = False
    """True when it counts within words too: halves of fuzzy names, words with wildcards."""


class Patterns:
    """Folded texts to look for, and what each means.

    Nearly all mean one thing to one entity, so those are kept as just that: with a hundred
    thousand names it is the difference between 100 and 500 megabytes.
    """

    def __init__(self) -> None:
        self.plain: dict[str, Use] = {}
        self.rich: dict[str, Pattern] = {}

    def add(self, text: str, use: Use, *, partial: bool = False) -> None:
        """Let finding `text` mean `use` too."""
        if not text:
            return
        if text in self.rich or partial or text in self.plain:
            pattern = self.pattern(text)
            pattern.uses += (use,)
            pattern.partial |= partial
        else:
            self.plain[text] = use

    def pattern(self, text: str) -> Pattern:
        """The entry of a text, to add other meanings to."""
        pattern = self.rich.get(text)
        if pattern is None:
            use = self.plain.pop(text, None)
            pattern = self.rich[text] = Pattern(text, (use,) if use else ())
        return pattern


class Words:
    """An automaton for whole words: each pattern stands between two spaces.

    So most of what an automaton would propose in vain, names within longer words, never leaves
    it. Punctuation is a space here too; a pattern that has some is compared once more.
    """

    def __init__(self, patterns: Patterns) -> None:
        by_key: dict[str, Use | tuple[Pattern, ...]] = {}
        for text, use in patterns.plain.items():
            if text.isascii():
                key = gapped(text)
                if key == text:
                    by_key[f" {key} "] = use
                else:
                    _join(by_key, f" {key} ", Pattern(text, (use,)))
        for text, pattern in patterns.rich.items():
            if text.isascii() and not pattern.partial:
                _join(by_key, f" {gapped(text)} ", pattern)
        self._entries = list(by_key.values())
        self._automaton = AhoCorasick(
            list(by_key), implementation=Implementation.ContiguousNFA, store_patterns=False
        )

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, text: str) -> Iterator[tuple[Use | Pattern, int, int]]:
        """What stands in folded text, with its offsets."""
        plain = text.isascii()
        for index, start, end in self._automaton.find_matches_as_indexes(
            f" {gapped(text)} ", overlapping=True
        ):
            # The space before a pattern makes up for the one put before the text.
            end -= 2  # noqa: PLW2901 - the offset in the text is the only one of interest
            if not (plain or bounded(text, start, end)):
                continue
            entry = self._entries[index]
            if isinstance(entry, Use):
                # Without punctuation in the pattern, there must be none in the text.
                if not _punctuated(text, start, end):
                    yield entry, start, end
            else:
                for pattern in entry:
                    if text.startswith(pattern.text, start):
                        yield pattern, start, end


def _join(by_key: dict[str, Use | tuple[Pattern, ...]], key: str, pattern: Pattern) -> None:
    found = by_key.get(key, ())
    if isinstance(found, Use):
        found = (Pattern(key.strip(), (found,)),)
    by_key[key] = (*found, pattern)


def _punctuated(text: str, start: int, end: int) -> bool:
    return not all(word.isalnum() for word in text[start:end].split(" ") if word)


class Parts:
    """An automaton for what may stand in a longer word."""

    def __init__(self, patterns: Patterns) -> None:
        self._patterns = [
            Pattern(text, (use,)) for text, use in patterns.plain.items() if not text.isascii()
        ]
        self._patterns += [
            pattern
            for text, pattern in patterns.rich.items()
            if pattern.partial or not text.isascii()
        ]
        self._ascii = any(pattern.text.isascii() for pattern in self._patterns)
        self._automaton = AhoCorasick(
            [pattern.text for pattern in self._patterns],
            implementation=Implementation.ContiguousNFA,
            store_patterns=False,
        )

    def find(self, text: str) -> Iterator[tuple[Pattern, int, int, bool]]:
        """Every pattern in folded text, with its offsets and whether it is a whole word."""
        if not self._patterns or (text.isascii() and not self._ascii):
            return
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            pattern = self._patterns[index]
            whole = bounded(text, start, end)
            if whole or pattern.partial:
                yield pattern, start, end, whole

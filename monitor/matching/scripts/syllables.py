"""Chinese names met in their characters: a watched "Zhao Guangzong" is found as 赵光宗.

The characters of a text are romanised (`anyascii`), and the syllables compared. Only fields that
hold such characters are looked at, so ordinary text costs nothing.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Sequence

from ahocorasick_rs import AhoCorasick, Implementation
from anyascii import anyascii

from monitor.matching.names.align import Shape
from monitor.matching.names.meanings import Use
from monitor.matching.names.taiwan import taiwanese
from monitor.matching.spelling.han import goes_on
from monitor.matching.text.sounds import is_pinyin
from monitor.model.match import Kind

_HAN = re.compile("[\u4e00-\u9fff\u3400-\u4dbf]{2,}")


class Syllables:
    """An index of Chinese names by their syllables; of each it keeps whose it is.

    Args:
        uses: gives the names of an entity again, by its number.
    """

    def __init__(self, uses: Callable[[int], Sequence[Use]]) -> None:
        self._uses = uses
        self._in_pinyin: dict[str, array[int]] = {}
        self.compile()

    def add(self, shape: Shape, number: int) -> None:
        """Enter a name of entity `number`; it is found from the next `compile` on."""
        if shape.kind is Kind.PERSON and len(shape.words) > 1:
            for joined in _joined(shape):
                _add(self._in_pinyin, joined, number)

    def compile(self) -> None:
        """Make ready to find what was added."""
        self._han = list(self._in_pinyin.items())
        self._pinyin = AhoCorasick(
            list(self._in_pinyin), implementation=Implementation.ContiguousNFA
        )

    def find(self, text: str) -> Iterator[tuple[Use, int, int, bool]]:
        """Every name in folded text: its use, its offsets, and whether it is sure."""
        if self._han:
            for run in _HAN.finditer(text):
                yield from self._find_in(run[0], run.start())

    def _find_in(self, run: str, offset: int) -> Iterator[tuple[Use, int, int, bool]]:
        syllables = [anyascii(character).lower() for character in run]
        starts: dict[int, int] = {}
        length = 0
        for position, syllable in enumerate(syllables):
            starts[length] = position
            length += len(syllable)
        starts[length] = len(run)
        spoken = "".join(syllables)
        for name, begin, finish in self._pinyin.find_matches_as_indexes(spoken, overlapping=True):
            if begin in starts and finish in starts:
                first, last = starts[begin], starts[finish]
                if goes_on(run, last):
                    continue
                # Two syllables are shared by many words; three hardly by any.
                joined, numbers = self._han[name]
                for use in (use for number in numbers for use in self._uses(number)):
                    if use.shape and joined in _joined(use.shape):
                        yield use, offset + first, offset + last, last - first > 2


def _add(index: dict[str, array[int]], key: str, number: int) -> None:
    found = index.get(key)
    if found is None:
        index[key] = array("I", (number,))
    elif found[-1] != number:
        found.append(number)


def _joined(shape: Shape) -> set[str]:
    """A Chinese person's name in one word, in both orders; or as Taiwan's spelling can be meant."""
    if not all(map(is_pinyin, shape.words)):
        return set(taiwanese(shape.name.text))
    *rest, last = shape.words
    return {"".join(shape.words), last + "".join(rest), *taiwanese(shape.name.text)}

"""Names in Latin letters met in katakana, Hangul, Thai or scripts of India, as they are heard.

A watched "Vladimir Putin" is found as ウラジーミル・プーチン, 블라디미르 푸틴, ভ্লাদিমির পুতিনের.
All consonants of both words must be there in order, each as what its spelling can stand for, and
the vowels roughly. The index is made when the first such text comes, and other text costs nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

from monitor.matching.names.align import Shape
from monitor.matching.names.meanings import Use
from monitor.matching.scripts.latin_names import LatinNames
from monitor.matching.scripts.transcribed_words import (
    OF_INDIA,
    WORD,
    TranscribedWords,
    first_words,
    is_katakana,
    last_words,
)
from monitor.matching.spelling.of_india import of_india, written_out
from monitor.matching.spelling.spellings_heard import distance, units
from monitor.matching.text.patterns import lazy
from monitor.model.match import Kind

_KATAKANA = lazy("[\u30a1-\u30fa\u30fc]+")
_SPACED = rf"[\uac00-\ud7a3\u0e01-\u0e4e{OF_INDIA}]"
"""A letter of a script with spaces between the words of a name."""
_BESIDE = lazy(rf"{_SPACED} (?={_SPACED})")
_BETWEEN = lazy(r"(?:[ =\-]|(?: [a-z]\.? ))\Z")
_OFFICE = lazy(
    "([\u30a1-\u30fa\u30fc]{2,24})(?=(?:前|元|副)?(?:大統領|首相|国務長官|国防長官|財務長官|総書記|外相|国防相|議長|国王|教皇))"
)
"""A family's name alone, before an office of which a country has one."""
_INSERTED = 2
"""Middle names a text may add."""
_UNUSUAL = 0.2
"""Which share of a name's sounds may be unusual for its spelling, ..."""
_PLAIN, _PLAIN_AMONG_WORDS = 4, 6
"""... but for that many; for more where any two words stand beside each other as names do."""


def is_transcription(names: Sequence[str], words: Sequence[str]) -> bool:
    """True when words in such a script can be a name's words in Latin letters, one by one."""
    if of_india(words[0]) and not written_out(names, words):
        return False
    unusual = sum(distance(name, word) for name, word in zip(names, words, strict=True))
    plain = _PLAIN if is_katakana(words[0]) else _PLAIN_AMONG_WORDS
    return unusual <= _UNUSUAL * max(0, sum(len(units(name)) for name in names) - plain)


class Transcribed:
    """An index of persons' names by how they sound; of each it keeps whose it is.

    Args:
        uses: gives the names of an entity again, by its number.
        names: those that are watched.
    """

    def __init__(self, uses: Callable[[int], Sequence[Use]], names: LatinNames) -> None:
        self._uses, self._names = uses, names
        self._growing = threading.Lock()
        self._index: TranscribedWords | None = None

    def compile(self) -> None:
        """Make ready to find the names as they are by now."""
        self._index = None

    def find(self, text: str, *, katakana: bool) -> Iterator[tuple[Use, int, int, bool]]:
        """Every name in folded text: its use, its offsets, and whether it is sure.

        Args:
            katakana: False where there is none in the text.
        """
        if not len(self._names):
            return
        apart = _BESIDE.search(text) is not None
        joined = katakana and _KATAKANA.search(text) is not None
        if not (apart or joined):
            return
        with self._growing:
            if self._index is None:
                self._index = TranscribedWords(self._names.names(), self._named_by)
            pairs = self._index.beside(text) if apart else {}
            if joined:
                pairs |= self._index.pairs(_KATAKANA.findall(text), 1 + _INSERTED)
        if joined:
            yield from self._in_office(text, self._index)
        for (first, last), names in pairs.items():
            places = _apart(text, first, last)
            for start, place in _joined(text, first, last) if is_katakana(first) else places:
                for name, cut, end in names:
                    for use in self._uses(self._names.owners[name]):
                        if use.shape and _is(use.shape, first[cut:], last[:end]):
                            yield use, start + cut, place + end, True

    def _in_office(
        self, text: str, index: TranscribedWords
    ) -> Iterator[tuple[Use, int, int, bool]]:
        """Whose family's name stands before an office: トランプ大統領."""
        for found in _OFFICE.finditer(text):
            before = text[max(0, found.start() - 2) : found.start()]
            if _KATAKANA.search(before) or before.endswith(("=", "・")):
                continue
            for name in index.of_family(found[1]):
                for use in self._uses(self._names.owners[name]):
                    if use.shape and len(use.shape.words) > 1:
                        yield use, *found.span(), False

    def _named_by(self, name: int, first: str, last: str) -> bool:
        """Whether two words are what a name's owner goes by."""
        uses = self._uses(self._names.owners[name])
        return any(use.shape is not None and _is(use.shape, first, last) for use in uses)


def _apart(text: str, first: str, last: str) -> Iterator[tuple[int, int]]:
    """Where two words stand with a space between them, and where the second begins."""
    at = text.find(f"{first} {last}")
    while at >= 0:
        if at == 0 or not WORD.match(text, at - 1):
            yield at, at + len(first) + 1
        at = text.find(f"{first} {last}", at + 1)


def _joined(text: str, first: str, last: str) -> Iterator[tuple[int, int]]:
    """Where a word in katakana stands and one behind it that ends its name; where both begin."""
    words = [(each[0], each.start(), each.end()) for each in _KATAKANA.finditer(text)]
    for at, (written, begin, _) in enumerate(words):
        if written != first or _follows(text, words, at):
            continue
        for other in range(at + 1, min(at + 2 + _INSERTED, len(words))):
            word, start, end = words[other]
            if not _BETWEEN.match(text[words[other - 1][2] : start]):
                break
            # The name of more words is somebody else's, or this is a middle name.
            last_of_all = other + 1 == len(words) or not _goes_on(text, end, words[other + 1])
            if word == last and last_of_all:
                yield begin, start


def _goes_on(text: str, end: int, following: tuple[str, int, int]) -> bool:
    between = text[end : following[1]]
    return between != "" and _BETWEEN.match(between) is not None


def _follows(text: str, words: Sequence[tuple[str, int, int]], at: int) -> bool:
    """True for a word in katakana that goes on with what stands before it."""
    return at > 0 and _BETWEEN.match(text[words[at - 1][2] : words[at][1]]) is not None


def _is(shape: Shape, first: str, last: str) -> bool:
    if shape.kind is not Kind.PERSON or len(shape.words) < 2:
        return False
    return any(
        is_transcription((given, family), (first, last))
        for given in first_words(shape.name.text, shape.words)
        for family in last_words(shape.name.text, shape.words)
    )

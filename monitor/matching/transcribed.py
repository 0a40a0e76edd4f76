"""Names in Latin letters met in katakana, Hangul, Thai or scripts of India, as they are heard.

A watched "Vladimir Putin" is found as ウラジーミル・プーチン, 블라디미르 푸틴, ভ্লাদিমির পুতিনের.
All consonants of both words must be there in order, each as what its spelling can stand for, and
the vowels roughly. The index is made when the first such text comes, and other text costs nothing.
Which words begin a name is remembered, so that a text costs what its new words do.
"""

from __future__ import annotations

import re
import threading
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import compress

from monitor.matching.align import Shape
from monitor.matching.bengali import ENDINGS
from monitor.matching.hangul import FAMILIES
from monitor.matching.korean import ends_here
from monitor.matching.meanings import Use
from monitor.matching.normalise import fold_name
from monitor.matching.spelling_tree import SpellingTree
from monitor.matching.spellings_heard import distance, units
from monitor.matching.syllabaries import said
from monitor.matching.thai import heard as thai
from monitor.matching.thai import starts as thai_starts
from monitor.matching.words import PARTICLES, romanisations
from monitor.model.match import Kind

_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc]+")
_OF_INDIA = "\u0900-\u0963\u0980-\u09e3\u0a00-\u0a65\u0a80-\u0ae3"
_RUN = rf"(?:[\u30a1-\u30fa\u30fc]+|[\uac00-\ud7a3]+|[\u0e01-\u0e4e]+|[{_OF_INDIA}]+)"
_WORD = re.compile(_RUN)
_LAST_RUN = re.compile(rf"{_RUN}\Z")
_SPACED = rf"[\uac00-\ud7a3\u0e01-\u0e4e{_OF_INDIA}]"
"""A letter of a script with spaces between the words of a name."""
_BESIDE = re.compile(rf"{_SPACED} (?={_SPACED})")
_BETWEEN = re.compile(r"(?:[ =\-]|(?: [a-z]\.? ))\Z")
_SHORTEST = 3
"""Consonants of a name at least."""
_OFFICE = re.compile(
    "([\u30a1-\u30fa\u30fc]{2,24})(?=(?:前|元|副)?(?:大統領|首相|国務長官|国防長官|財務長官|総書記|外相|国防相|議長|国王|教皇))"
)
"""A family's name alone, before an office of which a country has one."""
_LONGEST = 24
"""Characters of a word that is looked at."""
Named = tuple[tuple[int, int, int], ...]
"""The names that two words are, each with where in the words it begins and ends."""
Starts = tuple[tuple[int, frozenset[int]], ...]
"""Where in a word a name can begin, and which names."""
_INSERTED = 2
"""Middle names a text may add."""
_UNUSUAL = 0.2
"""Which share of a name's sounds may be unusual for its spelling, ..."""
_PLAIN, _PLAIN_AMONG_WORDS = 4, 6
"""... but for that many; for more where any two words stand beside each other as names do."""
_SHORTEST_SAID = 3
"""Sounds of a given name at least; where it has no more, the family's has twice as many."""
_MOST, _MOST_AMONG_WORDS = 2.0, 0.6
"""How unusual one word may be: less, too, where any two words stand beside each other."""
_REMEMBERED = 50_000
"""Words met lately of which it stays known whose they can be."""
_STEPS = 30_000
"""Steps in the trees that one text may cost: some 130 ms. With a hundred names that is every word
of a long article, with ten thousand the first few hundred that were not met before, and more than
a thousand once the trees have grown."""
_THAI = 16
"""Letters in which a Thai given name ends that no space parts from what stands before it."""


@lru_cache(maxsize=5_000)
def _firsts(text: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """How the first word of a name may stand: Volodymyr; Jens-Frederik, which is one word, too."""
    found = (words[0], *romanisations(words[0]))
    joined = len(words) > 2 and "-" in text.partition(" ")[0]
    return (*dict.fromkeys(found), words[0] + words[1]) if joined else tuple(dict.fromkeys(found))


@lru_cache(maxsize=5_000)
def _families(text: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """How the last word of a name may stand: with the small words before it, and without."""
    written = fold_name(text).replace("-", " ").split()
    family = words[-1]
    found = [family]
    if len(words) == 3 and words[0] in FAMILIES:
        found.append(words[1] + words[2])
    joined = family
    at = len(written) - 1
    while at > 1 and written[at] != family:
        at -= 1
    while at > 1 and written[at - 1] in PARTICLES:
        at -= 1
        joined = written[at] + joined
        found.append(joined)
    return tuple(found)


def is_transcription(names: Sequence[str], words: Sequence[str]) -> bool:
    """True when words in such a script can be a name's words in Latin letters, one by one."""
    unusual = sum(distance(name, word) for name, word in zip(names, words, strict=True))
    plain = _PLAIN if _is_katakana(words[0]) else _PLAIN_AMONG_WORDS
    return unusual <= _UNUSUAL * max(0, sum(len(units(name)) for name in names) - plain)


class Transcribed:
    """An index of persons' names by how they sound; of each it keeps whose it is.

    Args:
        uses: gives the names of an entity again, by its number.
    """

    def __init__(self, uses: Callable[[int], Sequence[Use]]) -> None:
        self._uses = uses
        self._names: list[str] = []
        self._owners = array("I")
        self._growing = threading.Lock()
        self._index: _Index | None = None

    def add(self, shape: Shape, number: int) -> None:
        """Enter a name of entity `number`; it is found from the next `compile` on."""
        words = shape.words
        if shape.kind is Kind.PERSON and len(words) > 1 and words[0].isascii():
            # The rest is done when a text needs it: most lists are never held against one.
            self._names.append("\n".join((shape.name.text, *words)))
            self._owners.append(number)

    def compile(self) -> None:
        """Make ready to find what was added."""
        self._index = None

    def find(self, text: str) -> Iterator[tuple[Use, int, int, bool]]:
        """Every name in folded text: its use, its offsets, and that it is sure."""
        if not self._names:
            return
        apart, joined = _BESIDE.search(text) is not None, _KATAKANA.search(text) is not None
        if not (apart or joined):
            return
        with self._growing:
            if self._index is None:
                self._index = _Index(self._names, self._named_by)
            pairs = self._index.pairs(text.split(" "), 1) if apart else {}
            if joined:
                pairs |= self._index.pairs(_KATAKANA.findall(text), 1 + _INSERTED)
        if joined:
            yield from self._in_office(text, self._index)
        for (first, last), names in pairs.items():
            places = _apart(text, first, last)
            for start, place in _joined(text, first, last) if _is_katakana(first) else places:
                for name, cut, end in names:
                    for use in self._uses(self._owners[name]):
                        if use.shape and _is(use.shape, first[cut:], last[:end]):
                            yield use, start + cut, place + end, True

    def _in_office(self, text: str, index: _Index) -> Iterator[tuple[Use, int, int, bool]]:
        """Whose family's name stands before an office: トランプ大統領."""
        for found in _OFFICE.finditer(text):
            before = text[max(0, found.start() - 2) : found.start()]
            if _KATAKANA.search(before) or before.endswith(("=", "・")):
                continue
            for name in index.of_family(found[1]):
                for use in self._uses(self._owners[name]):
                    if use.shape and len(use.shape.words) > 1:
                        yield use, *found.span(), False

    def _named_by(self, name: int, first: str, last: str) -> bool:
        """Whether two words are what a name's owner goes by."""
        uses = self._uses(self._owners[name])
        return any(use.shape is not None and _is(use.shape, first, last) for use in uses)


def _apart(text: str, first: str, last: str) -> Iterator[tuple[int, int]]:
    """Where two words stand with a space between them, and where the second begins."""
    at = text.find(f"{first} {last}")
    while at >= 0:
        if at == 0 or not _WORD.match(text, at - 1):
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


def _is_katakana(word: str) -> bool:
    return "\u3000" < word[0] < "\uac00"


def _is_thai(word: str) -> bool:
    return "\u0e00" <= word[0] < "\u0e80"


def _ends(word: str) -> Iterator[int]:
    """Where a name at the beginning of a word can end, before what the language joins to it."""
    if word[0] >= "\uac00":
        yield from (cut for cut in range(len(word), 1, -1) if ends_here(word, cut))
        return
    yield len(word)
    for ending in ENDINGS if "\u0980" <= word[0] < "\u0a00" else ():
        if word.endswith(ending):
            yield len(word) - len(ending)


def _goes_on(text: str, end: int, following: tuple[str, int, int]) -> bool:
    between = text[end : following[1]]
    return between != "" and _BETWEEN.match(between) is not None


def _follows(text: str, words: Sequence[tuple[str, int, int]], at: int) -> bool:
    """True for a word in katakana that goes on with what stands before it."""
    return at > 0 and _BETWEEN.match(text[words[at - 1][2] : words[at][1]]) is not None


def _has_transcription(words: Sequence[str]) -> bool:
    ends = words[0], words[-1]
    consonants = sum(not unit.vowel for word in ends for unit in units(word))
    return words[-1].isascii() and consonants >= _SHORTEST


def _is(shape: Shape, first: str, last: str) -> bool:
    if shape.kind is not Kind.PERSON or len(shape.words) < 2:
        return False
    return any(
        is_transcription((given, family), (first, last))
        for given in _firsts(shape.name.text, shape.words)
        for family in _families(shape.name.text, shape.words)
    )


def _most(word: str) -> float:
    return _MOST if _is_katakana(word) or _is_thai(word) else _MOST_AMONG_WORDS


def _tells(first: str, last: str) -> bool:
    """True unless two words are so short that they may be any two."""
    sure = _is_katakana(first) or _is_thai(first)
    return sure or len(said(first)) > _SHORTEST_SAID or len(said(last)) >= 2 * _SHORTEST_SAID


class _Index:
    """Names by their first and last words, which trees of spellings find.

    Args:
        names: of each its text and its folded words, in lines.
        named: says whether two words are a name's, by its number.
    """

    def __init__(self, names: Sequence[str], named: Callable[[int, str, str], bool]) -> None:
        self._named = named
        self._firsts: dict[str, list[int]] = {}
        self._lasts: dict[str, list[int]] = {}
        for number, name in enumerate(names):
            text, *words = name.split("\n")
            if not _has_transcription(words):
                continue
            for first in _firsts(text, tuple(words)):
                self._firsts.setdefault(first, []).append(number)
            for last in _families(text, tuple(words)):
                self._lasts.setdefault(last, []).append(number)
        self._given = SpellingTree(self._firsts)
        self._family = SpellingTree(self._lasts)
        self._begin: dict[str, Starts] = {}
        """Of words that were met how names can begin in them: with nearly all of them none does."""
        self._beginning: set[str] = set()
        """Those in which one does."""
        self._end: dict[str, Starts] = {}
        self._no_end: set[str] = set()
        """Those in which none does."""
        self._found: dict[tuple[str, str], Named] = {}

    def pairs(self, words: Sequence[str], reach: int) -> dict[tuple[str, str], Named]:
        """Which of a text's words are a name, and whose.

        Args:
            words: in their order, with what stands beside them but spaces.
            reach: behind a word how far the last of a name is looked for.
        """
        self._forget()
        until = self._steps() + _STEPS
        if new := set(words).difference(self._begin):
            for word in filter(new.__contains__, dict.fromkeys(words)):
                if self._steps() >= until:
                    break
                self._begin[word] = begin = tuple(self._starts(word))
                if begin:
                    self._beginning.add(word)
        found: dict[tuple[str, str], Named] = {}
        # Texts are made of the same words, few of which begin a name.
        begins = list(map(self._beginning.__contains__, words))
        for ahead in range(1, reach + 1):
            beside = zip(words, words[ahead:], strict=False)
            for pair in dict.fromkeys(compress(beside, begins)):
                if pair[1] in self._no_end:
                    continue
                names = self._found.get(pair)
                if names is None and self._steps() < until:
                    names = self._found[pair] = tuple(self._names_of(*pair))
                if names:
                    first, last = _LAST_RUN.search(pair[0]), _WORD.match(pair[1])
                    if first and last:
                        found[first[0], last[0]] = names
        return found

    def _steps(self) -> int:
        return self._given.steps + self._family.steps

    def _forget(self) -> None:
        for met in (self._begin, self._end, self._found):
            if len(met) >= _REMEMBERED:
                met.clear()
        if not self._begin:
            self._beginning.clear()
        if not self._end:
            self._no_end.clear()

    def _names_of(self, written: str, last: str) -> Iterator[tuple[int, int, int]]:
        if (ends := self._end.get(last)) is None:
            run = _WORD.match(last)
            ends = self._end[last] = tuple(self._ending(run[0])) if run else ()
            if not ends:
                self._no_end.add(last)
        word = _LAST_RUN.search(written)
        if not ends or word is None:
            return
        for cut, given in self._begin[written]:
            for end, names in ends:
                for name in sorted(given & names):
                    first, family = word[0][cut:], last[:end]
                    if _tells(first, family) and self._named(name, first, family):
                        yield name, cut, end

    def _starts(self, written: str) -> Iterator[tuple[int, frozenset[int]]]:
        run = _LAST_RUN.search(written)
        if run is None:
            return
        word = run[0]
        if _is_thai(word):
            cuts: Iterable[int] = thai_starts(word, _THAI)
        else:
            cuts = (0,) if len(word) <= _LONGEST else ()
        for cut in cuts:
            sounds = said(word[cut:])
            if len(sounds) >= _SHORTEST_SAID and (found := self._given.find(sounds, _most(word))):
                yield cut, frozenset(each for first in found for each in self._firsts[first])

    def of_family(self, word: str) -> list[int]:
        """The names whose last word is written so in katakana."""
        if (ends := self._end.get(word)) is None:
            ends = self._end[word] = tuple(self._ending(word))
        return sorted({name for end, names in ends if end == len(word) for name in names})

    def _ending(self, word: str) -> Iterator[tuple[int, frozenset[int]]]:
        if _is_thai(word):
            heard = thai(word[:_LONGEST])
            begun = self._family.begins(heard.sounds, _most(word))
            for end in sorted({end for _, end in begun} & heard.ends.keys()):
                yield heard.ends[end], self._of(each for each, at in begun if at == end)
        elif len(word) <= _LONGEST:
            for end in (len(word),) if _is_katakana(word) else _ends(word):
                sounds = said(word[:end])
                if len(sounds) > _SHORTEST_SAID and (
                    found := self._family.find(sounds, _most(word))
                ):
                    yield end, self._of(found)

    def _of(self, families: Iterable[str]) -> frozenset[int]:
        return frozenset(each for last in families for each in self._lasts[last])

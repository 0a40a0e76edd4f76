"""Which names can stand where two of their words meet: an index of names by their words.

A text's words are looked up by what is left of them without an ending, however they are spelt
and in whatever script; where two words of one name stand near each other, the name is proposed.
So the cost of an article depends on its words, and hardly on how many names are watched. All of
its words are looked up together, as arrays (`written`, `vocabulary`), so that of an article that
names nobody hardly anything is done for a word alone.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

from monitor.matching.align import Shape
from monitor.matching.foreign_letters import spoken as abroad
from monitor.matching.hashed import Groups, Table, mixed, ranges
from monitor.matching.inflection import plausible, stems
from monitor.matching.meetings import FIELD, PLACE, Near, pair_keys
from monitor.matching.names import small_parts
from monitor.matching.semitic import spoken, written_as
from monitor.matching.sounds import ways_all
from monitor.matching.surnames import first_surname
from monitor.matching.vocabulary import NOTHING, Keys, Vocabulary
from monitor.matching.words import romanisations
from monitor.matching.written import prepare, tokens
from monitor.model.match import Kind

if TYPE_CHECKING:
    import numpy.typing as npt

_SINGLE = 5
"""Letters from which a name of one word is looked for in other cases."""
_CONSONANTS = 3
"""Of both words together, by which a name is looked up in a script without vowels."""
Place = tuple[int, int, int, int]
"""A field, a watched entity, and where in the original text a word of its name stands."""


class Postings:
    """An index of names by two of their words; of each it keeps whose it is."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {"": 0}
        """The names' words; 0 stands for none."""
        self._lower: set[int] = set()
        """Words that may be in lower case in a name: those of organisations."""
        self._starts: set[int] = set()
        """Those of them that are the first of two."""
        self._firsts, self._lasts, self.owners = array("i"), array("i"), array("i")
        """Two words of each name, and whose it is."""
        self._alone, self._alone_owners = array("i"), array("i")
        self._index: _Index | None = None

    def add(self, shape: Shape, number: int) -> None:
        """Enter a name of entity `number`; it is found from the next `compile` on."""
        words = shape.words
        if len(words) == 1:
            if len(words[0]) >= _SINGLE and not shape.name.exact_case:
                self._alone.append(self._number(words[0]))
                self._alone_owners.append(number)
            return
        person = shape.kind is Kind.PERSON
        pair = (words[0], words[-1]) if person else _telling_pair(shape.written, words)
        one, other = map(self._number, pair)
        if not person or shape.name.text.islower():
            self._lower |= {one, other}
            self._starts.add(one)
        elif pair[1] in small_parts(shape.name.text):
            self._lower.add(other)
        self._pair(one, other, number)
        if person and (at := first_surname(words)) is not None:
            self._pair(one, self._number(words[at]), number)

    def compile(self) -> None:
        """Make ready to find what was added."""
        self._index = None
        if len(self._numbers) > 1:
            prepare()
            self._index = _Index(
                list(self._numbers),
                tuple(_numbers(each) for each in (self._firsts, self._lasts, self.owners)),
                (_numbers(self._alone), _numbers(self._alone_owners)),
                sorted(self._lower),
                sorted(self._starts),
            )

    def find(self, texts: Sequence[str], english: Sequence[bool]) -> Iterator[Place]:
        """Where names can stand in the texts of an article, each once for each place.

        Args:
            texts: as they stand.
            english: in which of them to look at words with a capital letter only, as English has
                them in names.
        """
        return iter(()) if self._index is None else self._index.find(texts, english)

    def _pair(self, one: int, other: int, owner: int) -> None:
        self._firsts.append(one)
        self._lasts.append(other)
        self.owners.append(owner)

    def _number(self, word: str) -> int:
        return self._numbers.setdefault(word, len(self._numbers))


def _numbers(values: array[int]) -> npt.NDArray[np.int32]:
    return np.array(values, np.int32)


class _Index:
    """What `Postings` finds by: it changes no more, but for what it remembers of texts.

    A word is looked up as its number; one in a script without vowels as the numbers of what its
    consonants can be, which follow those of the words.
    """

    def __init__(
        self,
        words: Sequence[str],
        names: Sequence[npt.NDArray[np.int32]],
        alone: tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]],
        lower: Sequence[int],
        starts: Sequence[int],
    ) -> None:
        self.count = count = len(words)
        self._words = words
        self._firsts, self._lasts, self._owners = names
        self._alone = Groups(*alone, count)
        self._may_be_lower = bool(lower)
        self._lower, self._starts = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
        self._lower[lower], self._starts[starts] = True, True
        self._sounds = _sounds(words)
        self._skeletons: dict[str, int] | None = None
        """What words can be by their consonants: made when the first text without vowels comes."""
        self._growing = threading.Lock()
        every = np.arange(len(self._owners), dtype=np.int32)
        self._connect(self._firsts, self._lasts, every, count)

    def _connect(
        self,
        ones: npt.NDArray[np.int32],
        others: npt.NDArray[np.int32],
        names: npt.NDArray[np.int32],
        count: int,
    ) -> None:
        """Let pairs of numbers below `count` mean names."""
        keys = pair_keys(ones, others, len(self._words))
        known, group = np.unique(keys, return_inverse=True)
        own = np.uint64(1) << (mixed(np.arange(count, dtype=np.uint64)) & np.uint64(63))
        own[0] = 0
        partners = np.zeros(count, np.uint64)
        np.bitwise_or.at(partners, ones, own[others])
        np.bitwise_or.at(partners, others, own[ones])
        self.names = Groups(group, names, len(known))
        self.pairs = Table(len(known) or 1)
        self.pairs.enter(mixed(known), np.arange(1, len(known) + 1, dtype=np.int32))
        self.own, self.partners = own, partners
        self._vocabulary = self._fresh()

    def _connect_skeletons(self) -> None:
        """Let words without their vowels mean names, too."""
        count = len(self._words)
        skeletons: dict[str, int] = {}
        of: list[int] = []
        numbers: list[int] = []
        for number, word in enumerate(self._words):
            for key in _spoken(word) if number else ():
                of.append(number)
                numbers.append(skeletons.setdefault(key, count + len(skeletons)))
        by_word = Groups(np.array(of, np.intp), np.array(numbers, np.int32), count)
        consonants = np.array([len(key.strip("AHV")) for key in skeletons], np.int64)
        lengths = np.diff(by_word.begins)
        widths = lengths[self._lasts]
        counts = lengths[self._firsts] * widths
        names = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
        each = ranges(np.zeros(len(counts), np.int64), counts)
        ones = by_word.members[by_word.begins[self._firsts[names]] + each // widths[names]]
        others = by_word.members[by_word.begins[self._lasts[names]] + each % widths[names]]
        enough = consonants[ones - count] + consonants[others - count] >= _CONSONANTS
        every = np.arange(len(self._owners), dtype=np.int32)
        self._skeletons = skeletons
        self._connect(
            np.concatenate((self._firsts, ones[enough])),
            np.concatenate((self._lasts, others[enough])),
            np.concatenate((every, names[enough])),
            count + len(skeletons),
        )

    def _fresh(self) -> Vocabulary:
        return Vocabulary(
            self._sounds,
            self._skeletons or {},
            self.own,
            self.partners,
            self._lower,
            self._starts,
            np.diff(self._alone.begins) > 0,
        )

    def find(self, texts: Sequence[str], english: Sequence[bool]) -> Iterator[Place]:
        """As `Postings.find`."""
        # All texts as one: the arrays of a title cost as much to set up as those of a page.
        ends = list(accumulate(len(text) + 1 for text in texts))
        spans = [
            (e - len(t) - 1, e) for t, e, only in zip(texts, ends, english, strict=True) if only
        ]
        text = "\n".join(texts)
        met = tokens(text, lower=self._may_be_lower, capitals=spans)
        if met.unvowelled and self._skeletons is None:
            with self._growing:
                if self._skeletons is None:
                    self._connect_skeletons()
        if self._vocabulary.full(len(met.hashes)):
            self._vocabulary = self._fresh()
        known = self._vocabulary
        rows = known.rows(text, met)
        kept = (rows > NOTHING).nonzero()[0]
        if not len(kept):
            return
        rows = rows[kept].astype(np.int64)
        starts, finishes = met.starts[kept], met.ends[kept]
        field = np.searchsorted(ends, starts, side="right")
        only = np.array(english, np.bool_)[field]
        begins = np.where(only, starts, met.places[kept] * PLACE) + field * FIELD
        near = Near(known, rows, begins, np.where(only, finishes - starts, 0))
        found = dict.fromkeys((*self._found_alone(known, rows), *self._found_pairs(known, near)))
        for at, owner in sorted(found):
            before = ends[field[at]] - len(texts[field[at]]) - 1
            yield int(field[at]), owner, int(starts[at]) - before, int(finishes[at]) - before

    def _found_alone(
        self, known: Vocabulary, rows: npt.NDArray[np.signedinteger[Any]]
    ) -> Iterator[tuple[int, int]]:
        """Which words can be names of one word, and whose."""
        for at in known.alone.values[rows].nonzero()[0].tolist():
            row = int(rows[at])
            begin = int(known.begins.values[row])
            for place in range(begin, begin + int(known.lengths.values[row])):
                candidate = int(known.candidates.values[place])
                owners = self._alone.of(candidate >> 1) if candidate & 1 else ()
                if owners and self._can_be(known, row, place):
                    yield from ((at, owner) for owner in owners)

    def _found_pairs(self, known: Vocabulary, near: Near) -> Iterator[tuple[int, int]]:
        """Where two words can be a name's, the first of them, and whose."""
        for at, second, first_place, second_place, pair in near.meetings(self):
            row, second_row = int(near.rows[at]), int(near.rows[second])
            names = self.names.of(pair - 1)
            if known.abjad.values[row]:
                word, after = known.words[row], known.words[second_row]
                names = [name for name in names if self._written_as(name, word, after)]
            elif not (
                self._can_be(known, row, first_place)
                and self._can_be(known, second_row, second_place)
            ):
                continue
            yield from ((at, int(self._owners[name])) for name in names)

    def _written_as(self, name: int, first: str, last: str) -> bool:
        """Whether two words without vowels can be those of a name."""
        return _written_as(self._words[self._firsts[name]], first) and _written_as(
            self._words[self._lasts[name]], last
        )

    def _can_be(self, known: Vocabulary, row: int, place: int) -> bool:
        """Whether a text's word can be the watched one that it was looked up as."""
        if plausible(self._words[int(known.candidates.values[place]) >> 1], known.words[row]):
            return True
        known.forget(row, place)
        return False


def _sounds(words: Sequence[str]) -> Keys:
    """Names' words by all that is left of them in other cases, as they are heard."""
    keys: list[str] = []
    numbers: list[int] = []
    for number, said in enumerate(ways_all(words)):
        if not number:
            continue
        some = {key for way in said for key in stems(way) if key}
        # In Cyrillic and Greek letters a name is spelt as it is heard: by its consonants.
        some.update(
            key for each in (words[number], *romanisations(words[number])) for key in abroad(each)
        )
        keys += some
        numbers += [number] * len(some)
    return Keys(keys, numbers)


@lru_cache(maxsize=50_000)
def _written_as(wanted: str, found: str) -> bool:
    return any(written_as(word, found) for word in (wanted, *romanisations(wanted)))


def _spoken(word: str) -> dict[str, None]:
    return dict.fromkeys(way for each in (word, *romanisations(word)) for way in spoken(each))


def _telling_pair(written: Sequence[str], words: Sequence[str]) -> tuple[str, str]:
    """Two neighbouring words of an organisation's name, the longest: they are met least."""
    at = max(range(len(words) - 1), key=lambda n: len(written[n]) + len(written[n + 1]))
    return words[at], words[at + 1]

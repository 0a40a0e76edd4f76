"""Of which watched words many words in Arabic or Hebrew letters are spellings, all at once.

The question of `semitic.writes`, asked of arrays: in such scripts words are short and look like
a hundred watched ones each, which is too many to ask for one by one. What is reached in a word
behind some sounds is a number of 64 bits, a bit for each place, as in `walk`; here a sound is
taken in all words that go on with one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from monitor.matching.index.vocabulary import Growing, Keys
from monitor.matching.spelling.semitic import Sound, skeletons, spellings, spoken, unjoined, writes
from monitor.matching.text.characters import ABJAD
from monitor.matching.text.hash_table import ranges
from monitor.matching.text.words import romanisations

if TYPE_CHECKING:
    import numpy.typing as npt

    Bits = npt.NDArray[np.uint64]
    Numbers = npt.NDArray[np.signedinteger[Any]]

_LONGEST = 60
"""Letters of a word whose places are the bits of a number; a longer one is asked by itself."""
_AT_ONCE = 256
"""Words that are looked at together: of each there is a number for each sound."""
_PART = 5_000
"""Watched words that are looked at together."""
_PAIRS = 1 << 16
"""Pairs of words that are held against each other at once, so that memory is bounded."""
_ONE, _TWO = np.uint64(1), np.uint64(2)


class Unvowelled:
    """Watched words by what their consonants are where vowels are not written.

    Args:
        watched: the words by their numbers; the first stands for none.
    """

    def __init__(self, watched: Sequence[str]) -> None:
        self._watched = watched
        self._skeletons = Keys(_keyed(watched, _spoken))
        self._same_letters = Keys(_keyed(watched, _as_it_stands))
        """Those in the same letters by how they stand, and without what is joined to them."""
        self._sounds = _Sounds()
        self._growing = threading.Lock()
        self._begins = np.zeros(len(watched), np.int64)
        """Where the ways to spell each word begin in `_from`; 0 where nobody asked for them."""
        self._counts = np.zeros(len(watched), np.int64)
        self._from, self._until = Growing(np.int64), Growing(np.int64)
        """Where the sounds of each way begin and end."""
        self._said = Growing(np.int64)
        self._from.extend(np.zeros(1, np.int64))
        self._until.extend(np.zeros(1, np.int64))

    def find(self, words: Sequence[str]) -> tuple[Numbers, Numbers, npt.NDArray[np.uint8]]:
        """Which words in such a script can be spellings of which watched ones.

        Returns:
            The places among the words, the watched words' numbers, and by how many consonants.
        """
        looked_up = [(at, key) for at, word in enumerate(words) for key in set(skeletons(word))]
        which, numbers = self._skeletons.find([key for _, key in looked_up])
        of = np.array([at for at, _ in looked_up], np.int64)[which]
        counts = np.array([len(key.strip("AHV")) for _, key in looked_up], np.uint8)[which]
        both = of << 32 | numbers
        order = np.lexsort((counts, both))
        both, counts = both[order], counts[order]
        last = np.ones(len(both), np.bool_)
        last[:-1] = both[1:] != both[:-1]
        both, counts = both[last], counts[last]
        with self._growing:
            kept = self._can_be(words, both)
        both = both[kept]
        return both >> 32, both & 0xFFFFFFFF, counts[kept]

    def _can_be(self, words: Sequence[str], both: Numbers) -> npt.NDArray[np.bool_]:
        """Which pairs of a word and a watched one, in order, are of a word and its spelling."""
        bare_words = [tuple(dict.fromkeys(unjoined(word))) for word in words]
        told = self._in_the_same_letters(bare_words, both)
        of, numbers = both >> 32, both & 0xFFFFFFFF
        self._learn(np.unique(numbers[self._begins[numbers] == 0]).tolist())
        asked = ((self._counts[numbers] > 0) & ~told).nonzero()[0]
        edges = of[asked].searchsorted(np.arange(0, len(words) + _AT_ONCE, _AT_ONCE))
        for part, (begin, end) in enumerate(pairwise(edges.tolist())):
            some, first = asked[begin:end], part * _AT_ONCE
            if len(some):
                told[some] = self._by_sound(
                    bare_words[first : first + _AT_ONCE], of[some] - first, numbers[some]
                )
        for at, word in enumerate(words):
            if len(word) > _LONGEST:
                can_be = writes(word)
                for place in (of == at).nonzero()[0].tolist():
                    wanted = self._watched[int(numbers[place])]
                    told[place] = any(map(can_be, (wanted, *romanisations(wanted))))
        return told

    def _in_the_same_letters(
        self, bare_words: Sequence[Sequence[str]], both: Numbers
    ) -> npt.NDArray[np.bool_]:
        of = np.arange(len(bare_words)).repeat([len(some) for some in bare_words])
        which, numbers = self._same_letters.find([word for some in bare_words for word in some])
        told: npt.NDArray[np.bool_] = np.isin(both, of[which] << 32 | numbers)
        return told

    def _learn(self, numbers: Sequence[int]) -> None:
        """Note how watched words in Latin letters are spelt, which were not asked for before."""
        for number in numbers:
            wanted = self._watched[number]
            ways = () if ABJAD.match(wanted) else _ways(wanted)
            self._begins[number], self._counts[number] = self._from.count, len(ways)
            if not ways:
                self._begins[number] = -1
            for way in ways:
                begin = self._said.count
                self._said.extend(np.array([self._sounds.number(each) for each in way], np.int64))
                self._from.extend(np.array([begin]))
                self._until.extend(np.array([self._said.count]))

    def _by_sound(
        self, bare_words: Sequence[Sequence[str]], of: Numbers, numbers: Numbers
    ) -> npt.NDArray[np.bool_]:
        """Which of some pairs of a word, without what is joined to it, and a watched one in
        Latin letters are of a word and its spelling."""
        texts = [word[:_LONGEST] for some in bare_words for word in some]
        readings = np.array([len(some) for some in bare_words])
        first = readings.cumsum() - readings
        # Each reading of a word with each way to spell the watched one.
        pairs = np.arange(len(of)).repeat(readings[of])
        text = ranges(first[of], readings[of])
        counts = self._counts[numbers][pairs]
        way = ranges(self._begins[numbers][pairs], counts)
        pairs, text = pairs.repeat(counts), text.repeat(counts)
        reached = self._sounds.along(
            texts, text, self._said.values, self._from.values[way], self._until.values[way]
        )
        told = np.zeros(len(of), np.bool_)
        told[pairs[reached]] = True
        return told


class _Sounds:
    """The sounds of names, and where they lead in words: as arrays, one row a letter."""

    def __init__(self) -> None:
        self._numbers: dict[Sound, int] = {}
        self._letters: dict[str, int] = {}
        """Letters that any sound is written with, from 1 on; 0 stands for all others."""
        self._tables: _Tables | None = None

    def number(self, sound: Sound) -> int:
        """The number of a sound."""
        number = self._numbers.get(sound)
        if number is None:
            number = self._numbers[sound] = len(self._numbers)
            for letter in "".join((*sound.letters, *sound.groups, *sound.vowels)):
                self._letters.setdefault(letter, len(self._letters) + 1)
            self._tables = None
        return number

    def along(
        self, words: Sequence[str], of: Numbers, said: Numbers, begins: Numbers, ends: Numbers
    ) -> npt.NDArray[np.bool_]:
        """Which words end behind some sounds: the words of which the places are in `of`, each
        with the sounds from one place in `said` to another."""
        tables = self._tables = self._tables or _Tables(list(self._numbers), self._letters)
        read = tables.read(words)
        some = (slice(at, at + _PAIRS) for at in range(0, len(of), _PAIRS))
        parts = [_along(tables, read, of[part], said, begins[part], ends[part]) for part in some]
        return np.concatenate(parts) if parts else np.zeros(0, np.bool_)


def _along(
    tables: _Tables, read: _Read, of: Numbers, said: Numbers, begins: Numbers, ends: Numbers
) -> npt.NDArray[np.bool_]:
    told = np.zeros(len(of), np.bool_)
    left = np.arange(len(of))
    places = np.ones(len(of), np.uint64)
    at = begins
    while len(left):
        done = at == ends
        if done.any():
            finished = left[done]
            told[finished] = (places[done] & read.ends[of[finished]]) != 0
        going = ((places != 0) & ~done).nonzero()[0]
        left, places, at, ends = left[going], places[going], at[going], ends[going]
        places = tables.after(read, of[left], said[at], places)
        at = at + 1
    return told


@dataclass(frozen=True, slots=True)
class _Read:
    """Words as numbers: of each and each sound, in which places something stands for it."""

    letters: Bits
    groups: Mapping[int, Bits]
    """Of letters that stand for it together, by how many they are."""
    vowels: Bits
    twice: Bits
    """Of each word, where a letter stands that the next one repeats."""
    ends: Bits
    """Of each word, where it ends."""


class _Tables:
    """Which letters stand for which sounds."""

    def __init__(self, sounds: Sequence[Sound], letters: dict[str, int]) -> None:
        self._numbers = letters
        count = len(letters) + 1
        self._letters = np.zeros((count, len(sounds)), np.bool_)
        self._vowels = np.zeros((count, len(sounds)), np.bool_)
        self._groups: dict[str, list[int]] = {}
        """The sounds that letters stand for together."""
        for at, sound in enumerate(sounds):
            self._letters[[letters[each] for each in sound.letters], at] = True
            self._vowels[[letters[each] for each in sound.vowels], at] = True
            for group in sound.groups:
                self._groups.setdefault(group, []).append(at)
        self._least = np.array([sound.least for sound in sounds])
        self._most = np.array([sound.most if sound.vowels else 0 for sound in sounds])

    def read(self, words: Sequence[str]) -> _Read:
        """Take words in."""
        longest = max(map(len, words), default=0)
        codes = np.zeros((len(words), longest + 1), np.intp)
        for row, word in zip(codes, words, strict=True):
            row[: len(word)] = [self._numbers.get(letter, 0) for letter in word]
        shape = len(words), self._letters.shape[1]
        letters, vowels = np.zeros(shape, np.uint64), np.zeros(shape, np.uint64)
        twice = np.zeros(len(words), np.uint64)
        for at in range(longest):
            place, here, following = np.uint64(at), codes[:, at], codes[:, at + 1]
            letters |= self._letters[here].astype(np.uint64) << place
            vowels |= self._vowels[here].astype(np.uint64) << place
            twice |= (here == following).astype(np.uint64) << place
        ends = _ONE << np.array([len(word) for word in words], np.uint64)
        groups: dict[int, Bits] = {}
        for group, sounds in self._groups.items():
            begins = self._begins(codes, group)
            if begins.any():
                some = groups.setdefault(len(group), np.zeros(shape, np.uint64))
                some[:, sounds] |= begins[:, None]
        return _Read(letters, groups, vowels, twice, ends)

    def _begins(self, codes: npt.NDArray[np.intp], group: str) -> Bits:
        """Where in words some letters begin."""
        last = codes.shape[1] - len(group)
        if last <= 0:
            return np.zeros(len(codes), np.uint64)
        same = np.ones((len(codes), last), np.bool_)
        for at, letter in enumerate(group):
            same &= codes[:, at : at + last] == self._numbers[letter]
        found: Bits = (same.astype(np.uint64) << np.arange(last, dtype=np.uint64)).sum(axis=1)
        return found

    def after(self, read: _Read, of: Numbers, sounds: Numbers, places: Bits) -> Bits:
        """What is reached behind a sound from some places of a word, as `semitic` has it."""
        cells = of, sounds
        at_letter = places & read.letters[cells]
        reached: Bits = at_letter << _ONE
        reached |= (at_letter & read.twice[of]) << _TWO
        for length, groups in read.groups.items():
            reached |= (places & groups[cells]) << np.uint64(length)
        least, most = self._least[sounds], self._most[sounds]
        reached |= np.where(least == 0, places, 0)
        run, vowels = places, read.vowels[cells]
        for length in range(1, int(most.max(initial=0)) + 1):
            run = (run & vowels) << _ONE
            reached |= np.where((least <= length) & (length <= most), run, 0)
        return reached


def _keyed(
    watched: Sequence[str], keys_of: Callable[[str], Iterable[str]]
) -> Iterator[tuple[list[str], list[int]]]:
    """Watched words by all of what each is looked up as."""
    for begin in range(0, len(watched), _PART):
        keys: list[str] = []
        numbers: list[int] = []
        for number, word in enumerate(watched[begin : begin + _PART], begin):
            some = list(keys_of(word)) if number else []
            keys += some
            numbers += [number] * len(some)
        yield keys, numbers


def _as_it_stands(word: str) -> Iterator[str]:
    return unjoined(word) if ABJAD.match(word) else iter(())


def _spoken(word: str) -> dict[str, None]:
    return dict.fromkeys(way for each in (word, *romanisations(word)) for way in spoken(each))


def _ways(wanted: str) -> tuple[tuple[Sound, ...], ...]:
    every = (way for each in (wanted, *romanisations(wanted)) for way in spellings(each))
    return tuple(dict.fromkeys(every))

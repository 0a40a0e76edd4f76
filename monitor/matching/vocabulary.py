"""Of which watched words each word of a text can be a form: looked up once, then remembered.

Texts are made of the same words, so nearly all are known already, and all of an article's are
asked for together. What is new is worked out together, too. Where a look-up proves too generous
(`Vocabulary.forget`), that is remembered as well, so that it is not looked at again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from monitor.matching.foreign_letters import skeletons as skeletons_abroad
from monitor.matching.hashed import Groups, Table, ranges
from monitor.matching.normalise import fold, fold_name, hangul, in_lower_case, unspaced
from monitor.matching.semitic import ABJAD, skeletons
from monitor.matching.sounds import heard_all
from monitor.matching.words import canonical, canonical_all
from monitor.matching.written import Tokens

if TYPE_CHECKING:
    import numpy.typing as npt

REMEMBERED = 130_000
"""Words of texts of which it is remembered what they can be."""
_CUT = 6
"""Letters, as they are heard, that a case adds or changes at most."""
_SHORT = 4
"""Letters of a short word, whose vowels are looked up, too."""
NOTHING = 1
"""The row of all words that are nobody's."""


class Keys:
    """Numbers of watched words by what they are looked up as."""

    def __init__(self, keys: Sequence[str], numbers: Sequence[int]) -> None:
        hashes = hashes_of(keys)
        known, group = np.unique(hashes, return_inverse=True)
        self._groups = Groups(group, np.array(numbers, np.int32), len(known))
        self._table = Table(len(known) or 1)
        self._table.enter(known, np.arange(1, len(known) + 1, dtype=np.int32))

    def find(self, keys: Sequence[str]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int32]]:
        """Which of some keys is of which watched word: as two arrays of the same length."""
        groups = self._table.get(hashes_of(keys))
        found = groups.nonzero()[0]
        begins = self._groups.begins[groups[found] - 1]
        counts = self._groups.begins[groups[found]] - begins
        return np.repeat(found, counts), self._groups.members[ranges(begins, counts)]


def hashes_of(keys: Iterable[str]) -> npt.NDArray[np.uint64]:
    """The interpreter's hashes of texts, none of them 0."""
    hashes = np.fromiter(map(hash, keys), np.int64).view(np.uint64)
    hashes[hashes == 0] = 1
    return hashes


class Growing:
    """An array that grows at its end; what was read of it before stays as it was."""

    def __init__(self, dtype: type[np.generic]) -> None:
        self.values: npt.NDArray[Any] = np.zeros(1024, dtype)
        self.count = 0

    def extend(self, more: npt.NDArray[Any]) -> None:
        """Put values at the end."""
        after = self.count + len(more)
        if after > len(self.values):
            grown = np.zeros(max(after, 2 * len(self.values)), self.values.dtype)
            grown[: self.count] = self.values[: self.count]
            self.values = grown
        self.values[self.count : after] = more
        self.count = after


class Vocabulary:
    """The words of texts, a row for each that can be a form of a watched word.

    What a word can be is in `candidates.values[begins[row] : begins[row] + lengths[row]]`, each
    twice the number of a watched word, and one more if it can be the first of a name.

    Args:
        sounds: the watched words by what is heard of them without an ending.
        skeletons: numbers of what the consonants of watched words can be.
        own: a bit of 64 for each number; `partners`: those of all that it makes names with.
        lower: which of the watched words may be in lower case; `first`: also as a name's first.
        alone: which are names of their own.
    """

    def __init__(
        self,
        sounds: Keys,
        skeletons: Mapping[str, int],
        own: npt.NDArray[np.uint64],
        partners: npt.NDArray[np.uint64],
        lower: npt.NDArray[np.bool_],
        first: npt.NDArray[np.bool_],
        alone: npt.NDArray[np.bool_],
    ) -> None:
        self._sounds, self._skeletons = sounds, skeletons
        self._own, self._partners = own, partners
        self._lower, self._first, self._alone = lower, first, alone
        self._growing = threading.Lock()
        self._table = Table(REMEMBERED)
        self._met = 0
        self.some_abjad = False
        """True once a word of a script without vowels was met."""
        self.words = ["", ""]
        """The word of each row, as names are compared."""
        self.begins, self.lengths = Growing(np.int64), Growing(np.int64)
        self.candidates = Growing(np.int64)
        self.own, self.partners = Growing(np.uint64), Growing(np.uint64)
        self.abjad, self.alone = Growing(np.bool_), Growing(np.bool_)
        for column in (self.begins, self.lengths, self.own, self.partners, self.abjad, self.alone):
            column.extend(np.zeros(2, column.values.dtype))

    def full(self, more: int) -> bool:
        """True when so many further words may not be remembered."""
        return self._met + more > REMEMBERED

    def rows(self, text: str, met: Tokens) -> npt.NDArray[np.int32]:
        """The row of each word of a text; `NOTHING` for those that are nobody's."""
        rows = self._table.get(met.hashes)
        if not rows.all():
            new = (rows == 0).nonzero()[0]
            _, once = np.unique(met.hashes[new], return_index=True)
            new = new[once]
            places = zip(met.starts[new].tolist(), met.ends[new].tolist(), strict=True)
            with self._growing:
                self._meet([text[start:end] for start, end in places], met.hashes[new])
            rows = self._table.get(met.hashes)
        return rows

    def forget(self, row: int, at: int) -> None:
        """Let the word of a row no longer be what stands at `at` among the candidates."""
        self.candidates.values[at] = 0
        begin, length = int(self.begins.values[row]), int(self.lengths.values[row])
        numbers = self.candidates.values[begin : begin + length] >> 1
        self.own.values[row] = np.bitwise_or.reduce(self._own[numbers])
        self.partners.values[row] = np.bitwise_or.reduce(self._partners[numbers])

    def _meet(self, written: Sequence[str], hashes: npt.NDArray[np.uint64]) -> None:
        """Give each of some new words of texts, all different, its row."""
        of, candidates, words, abjad = self._look_up(written)
        self._met += len(written)
        known, begins, counts = np.unique(of, return_index=True, return_counts=True)
        row = len(self.words)
        self.words += [words[each] for each in known.tolist()]
        self.begins.extend(begins + self.candidates.count)
        self.lengths.extend(counts)
        self.candidates.extend(candidates)
        numbers = candidates >> 1
        empty = np.zeros(0, np.uint64)
        self.own.extend(np.bitwise_or.reduceat(self._own[numbers], begins) if len(of) else empty)
        self.partners.extend(
            np.bitwise_or.reduceat(self._partners[numbers], begins) if len(of) else empty
        )
        self.abjad.extend(abjad[known])
        self.some_abjad = self.some_abjad or bool(abjad.any())
        spoken = numbers < len(self._alone)
        alone = spoken & ((candidates & 1) != 0)
        alone[spoken] &= self._alone[numbers[spoken]]
        self.alone.extend(np.logical_or.reduceat(alone, begins) if len(of) else empty)
        rows = np.full(len(written), NOTHING, np.int32)
        rows[known] = np.arange(row, row + len(known))
        self._table.enter(hashes, rows)

    def _look_up(
        self, written: Sequence[str]
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int64], list[str], npt.NDArray[np.bool_]]:
        """Which of some words can be what, in order of the words; and the words as compared."""
        words = [
            "" if hangul(each[0]) or unspaced(each[0]) else word
            for each, word in zip(written, folded(written), strict=True)
        ]
        abjad = np.array([ABJAD.match(word) is not None for word in words], np.bool_)
        small = [in_lower_case(each[0]) for each in written]
        spoken = [(n, w) for n, w in enumerate(words) if w and not abjad[n]]
        capital = [(n, w) for n, w in spoken if not (small[n] or w.isascii())]
        of, numbers = self._spoken(spoken, capital)
        lower = np.array(small, np.bool_)[of]
        allowed = ~lower | self._lower[numbers]
        of, numbers, lower = of[allowed], numbers[allowed], lower[allowed]
        first = ~lower | self._first[numbers]
        candidates = numbers.astype(np.int64) << 1 | first
        if abjad.any():
            some = [
                (n, self._skeletons[key] << 1 | 1)
                for n in abjad.nonzero()[0].tolist()
                for key in dict.fromkeys(skeletons(words[n]))
                if key in self._skeletons
            ]
            of = np.concatenate((of, np.array([n for n, _ in some], np.intp)))
            candidates = np.concatenate((candidates, np.array([c for _, c in some], np.int64)))
        order = np.lexsort((candidates, of))
        return of[order], candidates[order], words, abjad

    def _spoken(
        self, words: Sequence[tuple[int, str]], capital: Sequence[tuple[int, str]]
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int32]]:
        """The watched words as which words in a script with vowels are heard.

        Those with a `capital` in another script than ours can be names spelt as they are heard.
        """
        numbers = [number for number, _ in words]
        said = heard_all([word for _, word in words])
        with_j = [(number, word.replace("j", "i")) for number, word in words if "j" in word]
        said += heard_all([word for _, word in with_j])
        of: list[int] = []
        keys: list[str] = []
        for number, each in zip(numbers + [number for number, _ in with_j], said, strict=True):
            some = spoken_keys(each)
            keys += some
            of += [number] * len(some)
        for number, word in capital:
            some = skeletons_abroad(word)
            keys += some
            of += [number] * len(some)
        which, candidates = self._sounds.find(keys)
        both = np.unique(np.array(of, np.int64)[which] << 32 | candidates)
        return (both >> 32).astype(np.intp), (both & 0xFFFFFFFF).astype(np.int32)


def folded(written: Sequence[str]) -> list[str]:
    """Words of a text as names are compared: `canonical(fold_name(word))` of each."""
    # No word has the sign, and after it no word goes on for whoever looks for look-alike letters.
    words = fold("|".join(written)).text.split("|")
    if len(words) != len(written):  # a sign that is folded to it
        return [canonical(fold_name(word)) for word in written]
    return canonical_all([word.strip() for word in words])


def spoken_keys(said: str) -> list[str]:
    """What a text's word is looked up as: as it is heard, less what may be an ending."""
    keys = [said] if 0 < len(said) <= _SHORT else []
    for length in range(len(said), max(1, len(said) // 2 - 1, len(said) - _CUT), -1):
        part = said[:length]
        last = part[-1]
        if last in "aeio":
            if length <= _SHORT:
                keys.append(part)
            keys.append(part.rstrip("aeio"))
            continue
        keys.append(part)
        if last == "s":  # Polska, Polsce; Praha, Praze
            keys += (part[:-1] + "k", part + "k", part[:-1] + "g")
        if length > _SHORT - 1 and part[-2] in "aeio":
            keys.append(part[:-2] + last)
    return keys

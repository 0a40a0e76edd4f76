"""Of which watched words each word of a text can be a form: looked up once, then remembered.

Texts are made of the same words, so nearly all are known already, and all of an article's are
asked for together. What is new is worked out together, too, and generously: nine of ten watched
words that a new one is looked up as are none of which it can be a form. A word that is met again
beside what would make it a name is looked at more closely (`Vocabulary.meet_again`), once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from monitor.matching.index.met_pairs import MetPairs
from monitor.matching.index.sides import WIDE, Sides
from monitor.matching.spelling.foreign_letters import skeletons as skeletons_abroad
from monitor.matching.spelling.forms import CanBe, forms
from monitor.matching.text.characters import ABJAD
from monitor.matching.text.hash_table import Groups, Table, ranges
from monitor.matching.text.normalise import fold, fold_name, hangul, in_lower_case, unspaced
from monitor.matching.text.sounds import heard_all
from monitor.matching.text.word_arrays import Tokens
from monitor.matching.text.words import canonical, canonical_all

if TYPE_CHECKING:
    import numpy.typing as npt

    from monitor.matching.index.unvowelled import Unvowelled

REMEMBERED = 130_000
"""Words of texts of which it is remembered what they can be."""
_CUT = 6
"""Letters, as they are heard, that a case adds or changes at most."""
_SHORT = 4
"""Letters of a short word, whose vowels are looked up, too."""
NOTHING = 1
"""The row of all words that are nobody's."""
CONSONANTS = 3
"""Of both words of a name together, by which it is looked up in a script without vowels."""
_CLOSELY = 100
"""Words that are looked at closely after one article: a text of nothing else must not be dear."""
_ASKED = 500
"""Words of texts of which is kept what answers whose forms they can be."""
_NEW, _MET, _SURE = 0, 1, 2
"""States of a row: not met beside another, met once, and holding nothing but what can be."""


class Keys:
    """Numbers of watched words by what they are looked up as.

    Args:
        parts: keys, and the number of which word each is; in parts, since as texts all of them
            would take more memory than the matcher has.
    """

    def __init__(self, parts: Iterable[tuple[Sequence[str], Sequence[int]]]) -> None:
        hashed = [(hashes_of(keys), np.array(numbers, np.int32)) for keys, numbers in parts]
        none = np.zeros(0, np.uint64), np.zeros(0, np.int32)
        hashes, numbers = map(np.concatenate, zip(none, *hashed, strict=True))
        # In order, and no table: only what is new is looked up, and there are millions of keys.
        self._known, group = np.unique(hashes, return_inverse=True)
        self._groups = Groups(group, numbers, len(self._known))

    def find(self, keys: Sequence[str]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int32]]:
        """Which of some keys is of which watched word: as two arrays of the same length."""
        if not len(self._known):
            return np.zeros(0, np.intp), np.zeros(0, np.int32)
        hashes = hashes_of(keys)
        groups = np.minimum(self._known.searchsorted(hashes), len(self._known) - 1)
        found = (self._known[groups] == hashes).nonzero()[0]
        begins = self._groups.begins[groups[found]]
        counts = self._groups.begins[groups[found] + 1] - begins
        return np.repeat(found, counts), self._groups.members[ranges(begins, counts)]


def hashes_of(keys: Iterable[str]) -> npt.NDArray[np.uint64]:
    """The interpreter's hashes of texts, none of them 0."""
    hashes = np.fromiter(map(hash, keys), np.int64).view(np.uint64)
    hashes[hashes == 0] = 1
    return hashes


class Growing:
    """An array that grows at its end; what was read of it before stays as it was.

    Args:
        row: the shape of each of its values, if that is not one number.
    """

    def __init__(self, dtype: type[np.generic], *row: int) -> None:
        self.values: npt.NDArray[Any] = np.zeros((1024, *row), dtype)
        self.count = 0

    def extend(self, more: npt.NDArray[Any]) -> None:
        """Put values at the end."""
        after = self.count + len(more)
        if after > len(self.values):
            size = max(after, 2 * len(self.values))
            grown = np.zeros((size, *self.values.shape[1:]), self.values.dtype)
            grown[: self.count] = self.values[: self.count]
            self.values = grown
        self.values[self.count : after] = more
        self.count = after


class Vocabulary:
    """The words of texts, a row for each that can be a form of a watched word.

    What a word can be is in `candidates.values[begins[row] : begins[row] + lengths[row]]`, each
    twice the number of a watched word, and one more if it can be the first of a name.

    Args:
        watched: the watched words.
        sounds: their numbers by what is heard of them without an ending.
        unvowelled: likewise as they are spelt without vowels, once a text is.
        bits: what stands for each where it begins names, and for what it ends them with.
        wide: the same in more bits, once a text is without vowels: each word can be many there.
        lower: which of the watched words may be in lower case; `first`: also as a name's first.
        alone: which are names of their own.
    """

    def __init__(
        self,
        watched: Sequence[str],
        sounds: Keys,
        unvowelled: Unvowelled | None,
        bits: Sides,
        wide: Sides | None,
        lower: npt.NDArray[np.bool_],
        first: npt.NDArray[np.bool_],
        alone: npt.NDArray[np.bool_],
    ) -> None:
        self._watched, self._sounds, self._unvowelled = watched, sounds, unvowelled
        self._bits, self._wide = bits, wide
        self._lower, self._first, self._alone = lower, first, alone
        self._growing = threading.Lock()
        self._table = Table(REMEMBERED)
        self._met = 0
        self.some_abjad = False
        """True once a word of a script without vowels was met."""
        self.words = ["", ""]
        """The word of each row, as names are compared."""
        self.begins, self.lengths = Growing(np.int64), Growing(np.int64)
        self.candidates, self.consonants = Growing(np.int64), Growing(np.uint8)
        """`consonants`: by which a candidate was looked up; enough in a script with vowels."""
        self.leading, self.led = Growing(np.uint64), Growing(np.uint64)
        self.wide: tuple[Growing, Growing] | None = None
        self.abjad, self.alone = Growing(np.bool_), Growing(np.bool_)
        self._hashes, self._states = Growing(np.uint64), Growing(np.uint8)
        self.alone_owners: dict[int, tuple[int, ...]] = {}
        """Whose names a row's word can be alone: what was asked for."""
        self.pairs = MetPairs()
        for column in (
            self.begins, self.lengths, self.leading, self.led, self.abjad, self.alone,
            self._hashes, self._states,
        ):  # fmt: skip
            column.extend(np.zeros(2, column.values.dtype))
        if wide is not None:
            self.wide = Growing(np.uint64, WIDE), Growing(np.uint64, WIDE)
            for column in self.wide:
                column.extend(np.zeros((2, WIDE), np.uint64))

    def full(self, more: int) -> bool:
        """True when so many further words may not be remembered."""
        return self._met + more > REMEMBERED

    def rows(self, text: str, met: Tokens) -> npt.NDArray[np.int32]:
        """The row of each word of a text; `NOTHING` for those that are nobody's."""
        rows = self._table.get(met.hashes)
        if not rows.all():
            new = (rows == 0).nonzero()[0]
            _, once, which = np.unique(met.hashes[new], return_index=True, return_inverse=True)
            words = new[once]
            places = zip(met.starts[words].tolist(), met.ends[words].tolist(), strict=True)
            with self._growing:
                told = self._meet([text[start:end] for start, end in places], met.hashes[words])
            rows[new] = told[which]
        return rows

    def number(self, place: int) -> int:
        """The watched word that stands at a place among the candidates."""
        return int(self.candidates.values[place]) >> 1

    def can_be(self, row: int, place: int) -> bool:
        """Whether a row's word can be a form of the watched one at a place among its candidates."""
        return bool(self._states.values[row] == _SURE) or _can_be(self.words[row])(
            self._watched[self.number(place)]
        )

    def sure(self, rows: npt.NDArray[np.signedinteger[Any]]) -> npt.NDArray[np.bool_]:
        """Which rows hold nothing but what their words can be."""
        return self._states.values[rows] == _SURE  # type: ignore[no-any-return]

    def meet_again(self, rows: npt.NDArray[np.signedinteger[Any]]) -> Sequence[int]:
        """Note which rows' words were met where they could be names, and look closely at those
        that had been so before.

        Returns:
            The rows whose words were looked at closely, and have others now.
        """
        states = self._states.values
        rows = rows[states[rows] != _SURE]
        if not len(rows):
            return ()
        rows = np.unique(rows)
        with self._growing:
            states = self._states.values
            again = rows[states[rows] == _MET][:_CLOSELY].tolist()
            states[rows[states[rows] == _NEW]] = _MET
            for row in again:
                self._look_closely(row)
        closely: list[int] = again
        return closely

    def _look_closely(self, row: int) -> None:
        """Give the word of a row another one, of only those that it can be a form of.

        What stood in the row stays, for those who are reading it.
        """
        begin = int(self.begins.values[row])
        candidates = self.candidates.values[begin : begin + int(self.lengths.values[row])]
        wanted = [self._watched[each >> 1] for each in candidates.tolist()]
        sure = np.fromiter(map(_can_be(self.words[row]), wanted), np.bool_, len(wanted))
        kept, enough = candidates[sure], self.consonants.values[begin:][: len(sure)][sure]
        hashed = self._hashes.values[row]
        self._states.values[row] = _SURE
        place = NOTHING
        if len(kept):
            place = len(self.words)
            one, abjad = np.zeros(len(kept), np.intp), self.abjad.values[row : row + 1]
            self._enter_rows(one, kept, enough, [self.words[row]], abjad, [hashed])
            self._states.values[place] = _SURE
        self._table.change(hashed, place)

    def _meet(
        self, written: Sequence[str], hashes: npt.NDArray[np.uint64]
    ) -> npt.NDArray[np.int32]:
        """Give each of some new words of texts, all different, its row."""
        of, candidates, consonants, words, abjad = self._look_up(written)
        self._met += len(written)
        known = np.unique(of)
        row = len(self.words)
        self._enter_rows(of, candidates, consonants, words, abjad, hashes)
        rows = np.full(len(written), NOTHING, np.int32)
        rows[known] = np.arange(row, row + len(known))
        self._table.enter(hashes, rows)
        return rows

    def _enter_rows(
        self,
        of: npt.NDArray[np.intp],
        candidates: npt.NDArray[np.int64],
        consonants: npt.NDArray[np.uint8],
        words: Sequence[str],
        abjad: npt.NDArray[np.bool_],
        hashes: npt.NDArray[np.uint64] | Sequence[np.uint64],
    ) -> None:
        """A row for each of some words that has candidates; `of` says, in order, whose each is."""
        if not len(of):
            return
        known, begins, counts = np.unique(of, return_index=True, return_counts=True)
        self.begins.extend(begins + self.candidates.count)
        self.lengths.extend(counts)
        self.candidates.extend(candidates)
        self.consonants.extend(consonants)
        numbers = candidates >> 1
        self.leading.extend(np.bitwise_or.reduceat(self._bits.leading[numbers], begins))
        self.led.extend(np.bitwise_or.reduceat(self._bits.led[numbers], begins))
        if self.wide is not None and self._wide is not None:
            for column, bits in zip(self.wide, self._wide, strict=True):
                column.extend(np.bitwise_or.reduceat(bits[numbers], begins))
        self.abjad.extend(abjad[known])
        self.some_abjad = self.some_abjad or bool(abjad.any())
        alone = ((candidates & 1) != 0) & self._alone[numbers] & ~abjad[of]
        self.alone.extend(np.logical_or.reduceat(alone, begins))
        self._hashes.extend(np.asarray(hashes, np.uint64)[known])
        # What is written without vowels was looked at closely before.
        self._states.extend(np.where(abjad[known], _SURE, _NEW).astype(np.uint8))
        self.words += [words[each] for each in known.tolist()]

    def _look_up(
        self, written: Sequence[str]
    ) -> tuple[
        npt.NDArray[np.intp],
        npt.NDArray[np.int64],
        npt.NDArray[np.uint8],
        list[str],
        npt.NDArray[np.bool_],
    ]:
        """Which of some words can be what, in order of the words, by how many consonants; and the
        words as compared."""
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
        consonants = np.full(len(of), CONSONANTS, np.uint8)
        if self._unvowelled is not None and abjad.any():
            places = abjad.nonzero()[0]
            which, spelt, counts = self._unvowelled.find([words[n] for n in places.tolist()])
            of = np.concatenate((of, places[which]))
            candidates = np.concatenate((candidates, spelt << 1 | 1))
            consonants = np.concatenate((consonants, counts))
        order = np.lexsort((candidates, of))
        return of[order], candidates[order], consonants[order], words, abjad

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


@lru_cache(maxsize=_ASKED)
def _can_be(word: str) -> CanBe:
    """What tells of which watched words a text's word can be a form."""
    return forms(word)


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

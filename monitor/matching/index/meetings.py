"""Which words of an article stand near each other and can be two of a name's.

All pairs at once, as arrays: first by bits that stand for what each can begin, and for what goes
with it, which leaves few; then those few by what they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from monitor.matching.index.sides import Sides
from monitor.matching.index.vocabulary import CONSONANTS, Vocabulary
from monitor.matching.text.hash_table import Table, mixed, ranges

if TYPE_CHECKING:
    import numpy.typing as npt

NEAR_IN_CHARACTERS = 60
"""The same as `NEAR`, where only words with capitals are looked at."""
NEAR = 7
"""Words among which two of a name's stand: titles and middle names may be between."""
NEAR_WITHOUT_VOWELS = 3
_REACH = NEAR_IN_CHARACTERS
PLACE = _REACH // NEAR
"""What a word counts where words are counted, so that `_REACH` is as many as `NEAR`."""
FIELD = 1 << 40
"""Between two fields: more than any text is long."""
_AT_ONCE = 1 << 17
"""Pairs of watched words that are looked up at once, so that memory is bounded."""


class Pairs(Protocol):
    """The pairs of numbers that mean names."""

    pairs: Table
    bits: Sides
    """Bits of each number, as first and as second of a pair."""


class Near:
    """Pairs of an article's words that stand near each other and can be two of a name's.

    Args:
        rows: the words' rows of the vocabulary.
        ones: which of them is the first of each pair; `others`: the second.
    """

    def __init__(
        self,
        known: Vocabulary,
        rows: npt.NDArray[np.signedinteger[Any]],
        ones: npt.NDArray[np.intp],
        others: npt.NDArray[np.intp],
    ) -> None:
        self._known = known
        self.rows, self.ones, self.others = rows, ones, others

    def only(self, places: npt.NDArray[np.intp]) -> Near:
        """The same with some of the pairs: those at `places` among them."""
        return Near(self._known, self.rows, self.ones[places], self.others[places])

    def meetings(self, index: Pairs) -> Iterator[tuple[int, int, int, int, int]]:
        """Where two words can be those of a pair: the words, the places among the candidates
        that say so, and the pair."""
        known, rows = self._known, self.rows
        for part in _parts(known.lengths.values[rows[self.ones]]):
            ones, others = self.ones[part], self.others[part]
            row = rows[others]
            # In a script without vowels a name's words stand in its own order only.
            turned = np.where(known.abjad.values[row], 0, known.leading.values[row])
            of, firsts = self._fitting(index, rows[ones], Sides(turned, known.led.values[row]))
            begin = (known.candidates.values[firsts] & 1).nonzero()[0]
            if len(begin):
                yield from self._met(index, ones, others, of[begin], firsts[begin])

    def _fitting(
        self,
        index: Pairs,
        rows: npt.NDArray[np.signedinteger[Any]],
        beside: Sides,
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int64]]:
        """The places of what words can be that makes a pair with what the bits of those `beside`
        them stand for, and which of the words each is of, in their order."""
        known = self._known
        counts = known.lengths.values[rows]
        of, places = np.arange(len(rows)).repeat(counts), ranges(known.begins.values[rows], counts)
        number = known.candidates.values[places] >> 1
        fits = index.bits.leading[number] & beside.led[of]
        fits |= index.bits.led[number] & beside.leading[of]
        kept = fits.nonzero()[0]
        return of[kept], places[kept]

    def _met(
        self,
        index: Pairs,
        ones: npt.NDArray[np.intp],
        others: npt.NDArray[np.intp],
        of: npt.NDArray[np.intp],
        firsts: npt.NDArray[np.int64],
    ) -> Iterator[tuple[int, int, int, int, int]]:
        """As `meetings`, of words of which those numbered in `of` can be what stands at `firsts`
        if they begin a name."""
        known = self._known
        candidates, consonants = known.candidates.values, known.consonants.values
        counts = np.bincount(of)
        left = counts.nonzero()[0]
        counts = counts[left]
        begins = counts.cumsum() - counts
        # What the first word can still be rules out most of what the second can be.
        number = candidates[firsts] >> 1
        leading = np.bitwise_or.reduceat(index.bits.leading[number], begins)
        row = self.rows[others[left]]
        turned = np.bitwise_or.reduceat(index.bits.led[number], begins)
        turned = np.where(known.abjad.values[row], 0, turned)
        for part in _parts(known.lengths.values[row]):
            which, seconds = self._fitting(index, row[part], Sides(leading[part], turned[part]))
            if not len(seconds):
                continue
            begin, count = begins[part][which], counts[part][which]
            for some in _parts(count):
                first = firsts[ranges(begin[some], count[some])]
                second = seconds[some].repeat(count[some])
                pairs = index.pairs.get(
                    mixed(pair_keys(candidates[first] >> 1, candidates[second] >> 1))
                )
                enough = consonants[first] + consonants[second] >= CONSONANTS
                hits = ((pairs != 0) & enough).nonzero()[0]
                at = left[part][which[some].repeat(count[some])[hits]]
                yield from zip(
                    ones[at].tolist(), others[at].tolist(), first[hits].tolist(),
                    second[hits].tolist(), pairs[hits].tolist(), strict=True,
                )  # fmt: skip


def neighbours(
    known: Vocabulary,
    rows: npt.NDArray[np.signedinteger[Any]],
    begins: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64] | None,
) -> Near:
    """The pairs of words that stand near each other and can be two of a name's.

    Args:
        rows: of the words in question, in order.
        begins: where they begin, by the measure of `_REACH`.
        lengths: likewise; 0 where words are counted, and None where they are everywhere.
    """
    ends = begins + _REACH if lengths is None else begins + lengths + _REACH
    abjad = known.abjad.values[rows] if known.some_abjad else None
    if abjad is not None:
        # Where characters are counted, in English, they are so for every script.
        counted = abjad if lengths is None else abjad & (lengths == 0)
        ends[counted] -= _REACH - NEAR_WITHOUT_VOWELS * PLACE
    after = np.arange(1, len(begins) + 1)
    counts = begins.searchsorted(ends, side="right") - after
    leading, led = known.leading.values[rows], known.led.values[rows]
    if abjad is not None:
        counts[abjad & (leading == 0)] = 0  # nothing begins there, in the one order
    ones, others = (after - 1).repeat(counts), ranges(after, counts)
    near, turned = leading[ones] & led[others], leading[others] & led[ones]
    if abjad is not None:
        near[abjad[ones] != abjad[others]] = 0
        turned[abjad[ones] | abjad[others]] = 0
    hits = (near | turned).nonzero()[0]
    ones, others = ones[hits], others[hits]
    if abjad is not None and known.wide is not None and len(hits):
        # Each word is like so many there that the bits of both are often the same by chance.
        wide_leading, wide_led = (each.values for each in known.wide)
        both = wide_leading[rows[ones]] & wide_led[rows[others]]
        hits = (both.any(axis=1) | ~abjad[ones]).nonzero()[0]
        ones, others = ones[hits], others[hits]
    return Near(known, rows, ones, others)


def _parts(counts: npt.NDArray[np.int64]) -> Iterator[slice]:
    """Slices of a sequence of which each has about `_AT_ONCE` in all."""
    until = counts.cumsum()
    done = 0
    while done < len(counts):
        before = int(until[done - 1]) if done else 0
        upto = max(done + 1, int(until.searchsorted(before + _AT_ONCE, side="right")))
        yield slice(done, upto)
        done = upto


def pair_keys(
    one: npt.NDArray[np.signedinteger[Any]], other: npt.NDArray[np.signedinteger[Any]]
) -> npt.NDArray[np.uint64]:
    """A key for each two numbers, whichever comes first."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    keys: npt.NDArray[np.uint64] = low.astype(np.uint64) << np.uint64(32) | high.astype(np.uint64)
    return keys

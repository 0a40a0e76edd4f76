"""Which words of an article stand near each other and can be two of a name's.

All pairs at once, as arrays: first by 64 bits that stand for what each can be and for what goes
with it, which leaves few; then those few by what they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from monitor.matching.hashed import Table, mixed, ranges
from monitor.matching.vocabulary import CONSONANTS, Vocabulary

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
    own: npt.NDArray[np.uint64]
    """A bit for each number."""
    partners: npt.NDArray[np.uint64]
    """The bits of all that it makes pairs with."""


class Near:
    """The pairs of an article's words that stand near each other and can be two of a name's.

    Args:
        rows: of the words in question, in order.
        begins: where they begin, by the measure of `_REACH`.
        lengths: likewise; 0 where words are counted, and None where they are everywhere.
    """

    def __init__(
        self,
        known: Vocabulary,
        rows: npt.NDArray[np.signedinteger[Any]],
        begins: npt.NDArray[np.int64],
        lengths: npt.NDArray[np.int64] | None,
    ) -> None:
        self._known = known
        self.rows = rows
        self._begins, self._lengths = begins, lengths
        self.ones, self.others = self._neighbours()

    def _neighbours(self) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        known, begins, lengths = self._known, self._begins, self._lengths
        ends = begins + _REACH if lengths is None else begins + lengths + _REACH
        abjad = known.abjad.values[self.rows] if known.some_abjad else None
        if abjad is not None:
            # Where characters are counted, in English, they are so for every script.
            counted = abjad if lengths is None else abjad & (lengths == 0)
            ends[counted] -= _REACH - NEAR_WITHOUT_VOWELS * PLACE
        after = np.arange(1, len(begins) + 1)
        counts = begins.searchsorted(ends, side="right") - after
        ones, others = (after - 1).repeat(counts), ranges(after, counts)
        own, partners = known.own.values[self.rows], known.partners.values[self.rows]
        near = ((own[others] & partners[ones]) != 0) & ((own[ones] & partners[others]) != 0)
        if abjad is not None:
            near &= abjad[ones] == abjad[others]
        hits = near.nonzero()[0]
        return ones[hits], others[hits]

    def meetings(self, index: Pairs) -> Iterator[tuple[int, int, int, int, int]]:
        """Where two words can be those of a pair: the words, the places among the candidates
        that say so, and the pair."""
        ones, others = self.ones, self.others
        if not len(ones):
            return
        counts = self._known.lengths.values[self.rows[ones]]
        done = 0
        for upto in _parts(counts):
            firsts = ranges(
                self._known.begins.values[self.rows[ones[done:upto]]], counts[done:upto]
            )
            of = np.arange(done, upto).repeat(counts[done:upto])
            yield from self._met(index, ones[of], others[of], firsts)
            done = upto

    def _met(
        self,
        index: Pairs,
        ones: npt.NDArray[np.intp],
        others: npt.NDArray[np.intp],
        firsts: npt.NDArray[np.int64],
    ) -> Iterator[tuple[int, int, int, int, int]]:
        """As `meetings`, of words that can be what stands at `firsts` if they begin a name."""
        known = self._known
        candidates = known.candidates.values
        number, row = candidates[firsts] >> 1, self.rows[others]
        can = (candidates[firsts] & 1) != 0
        can &= (index.partners[number] & known.own.values[row]) != 0
        can &= (index.own[number] & known.partners.values[row]) != 0
        kept = can.nonzero()[0]
        if not len(kept):
            return
        ones, others, firsts, row = ones[kept], others[kept], firsts[kept], row[kept]
        counts = known.lengths.values[row]
        done = 0
        for upto in _parts(counts):
            part = slice(done, upto)
            of = np.arange(done, upto).repeat(counts[part])
            seconds = ranges(known.begins.values[row[part]], counts[part])
            first, second = candidates[firsts[of]], candidates[seconds]
            pairs = index.pairs.get(mixed(pair_keys(first >> 1, second >> 1)))
            enough = known.consonants.values[firsts[of]] + known.consonants.values[seconds]
            hits = ((pairs != 0) & (enough >= CONSONANTS)).nonzero()[0]
            of = of[hits]
            yield from zip(
                ones[of].tolist(), others[of].tolist(), firsts[of].tolist(),
                seconds[hits].tolist(), pairs[hits].tolist(), strict=True,
            )  # fmt: skip
            done = upto


def _parts(counts: npt.NDArray[np.int64]) -> Iterator[int]:
    """Where to cut a sequence so that about `_AT_ONCE` come of each part."""
    until = counts.cumsum()
    done = 0
    while done < len(counts):
        before = int(until[done - 1]) if done else 0
        done = max(done + 1, int(until.searchsorted(before + _AT_ONCE, side="right")))
        yield done


def pair_keys(
    one: npt.NDArray[np.signedinteger[Any]], other: npt.NDArray[np.signedinteger[Any]]
) -> npt.NDArray[np.uint64]:
    """A key for each two numbers, whichever comes first."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    keys: npt.NDArray[np.uint64] = low.astype(np.uint64) << np.uint64(32) | high.astype(np.uint64)
    return keys

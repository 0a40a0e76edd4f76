"""A table from hashes to numbers that is asked for many of them at once.

Open addressing with linear probing over two arrays: a look-up of a thousand words is a handful
of array operations and no call of Python for each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

_SMALLEST = 64
_MIX = np.uint64(0x9E3779B97F4A7C15)
"""The golden ratio's fraction, an odd number of many bits: it spreads what lies close together."""
_HALF = np.uint64(32)


def mixed(keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Different hashes, well spread, for different numbers of 64 bits; 0 for 0 only."""
    spread = keys * _MIX
    spread ^= spread >> _HALF
    return spread


class Table:
    """Positive numbers of 32 bits by hashes that are not 0.

    Args:
        capacity: so many may be entered; whoever enters more gets `OverflowError`.
    """

    def __init__(self, capacity: int) -> None:
        size = max(_SMALLEST, 1 << (2 * capacity - 1).bit_length())
        self.capacity = capacity
        self._left = capacity
        self._mask = np.uint64(size - 1)
        self._keys: npt.NDArray[np.uint64] = np.zeros(size, np.uint64)
        self._values: npt.NDArray[np.int32] = np.zeros(size, np.int32)

    def get(self, hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int32]:
        """The number of each hash, 0 for those that were not entered."""
        slots = (hashes & self._mask).astype(np.intp)
        there = self._keys[slots]
        other = there != hashes
        found = self._values[slots]
        found[other] = 0
        pending = (other & (there != 0)).nonzero()[0]
        while len(pending):
            slots[pending] = at = (slots[pending] + 1) & int(self._mask)
            there = self._keys[at]
            same = there == hashes[pending]
            found[pending[same]] = self._values[at[same]]
            pending = pending[~same & (there != 0)]
        return found

    def enter(self, hashes: npt.NDArray[np.uint64], numbers: npt.NDArray[np.int32]) -> None:
        """Enter numbers; of a hash that is entered twice one number stays.

        Raises:
            OverflowError: there is no room for so many.
        """
        self._left -= len(hashes)
        if self._left < 0:
            raise OverflowError(f"more than {self.capacity} entries")
        slots = (hashes & self._mask).astype(np.intp)
        pending = np.arange(len(hashes))
        while len(pending):
            at, wanted = slots[pending], hashes[pending]
            free = self._keys[at] == 0
            self._keys[at[free]] = wanted[free]  # of several that want one place one gets it
            placed = self._keys[at] == wanted
            self._values[at[placed]] = numbers[pending[placed]]
            pending = pending[~placed]
            slots[pending] = (slots[pending] + 1) & int(self._mask)


class Groups:
    """Numbers in groups, as two arrays: group `n` is `members[begins[n]:begins[n + 1]]`."""

    def __init__(
        self, of: npt.NDArray[np.signedinteger[Any]], members: npt.NDArray[np.int32], count: int
    ) -> None:
        order = np.argsort(of, kind="stable")
        self.members = members[order]
        self.begins = np.zeros(count + 1, np.int64)
        np.cumsum(np.bincount(of, minlength=count), out=self.begins[1:])

    def of(self, group: int) -> list[int]:
        """The members of one group."""
        found: list[int] = self.members[self.begins[group] : self.begins[group + 1]].tolist()
        return found


def ranges(begins: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """All of `range(begin, begin + length)`, one after the other."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    offsets: npt.NDArray[np.int64] = np.repeat(begins - (ends - lengths), lengths)
    return np.arange(total) + offsets

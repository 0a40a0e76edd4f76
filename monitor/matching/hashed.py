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
_FIRST = 1 << 12
"""Entries that there is room for at first, at most: what is small is near at hand."""
_FEW = 1 << 15
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

    A hash and its number lie side by side, so that a look-up waits for memory once.

    Args:
        capacity: so many may be entered; whoever enters more gets `OverflowError`.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._left = capacity
        self._slots: npt.NDArray[np.uint64] = np.zeros((_size(min(capacity, _FIRST)), 2), np.uint64)
        """Of each place the hash and the number."""

    def get(self, hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int32]:
        """The number of each hash, 0 for those that were not entered."""
        slots, last = self._slots, len(self._slots) - 1
        places = (hashes & np.uint64(last)).view(np.intp)
        there = slots.take(places, axis=0)
        found = there[:, 1].astype(np.int32)
        other = there[:, 0] != hashes
        if other.any():
            found[other] = 0
            pending = (other & (there[:, 0] != 0)).nonzero()[0]
            while len(pending):
                places[pending] = at = (places[pending] + 1) & last
                there = slots.take(at, axis=0)
                same = there[:, 0] == hashes[pending]
                found[pending[same]] = there[same, 1]
                pending = pending[~same & (there[:, 0] != 0)]
        return found

    def enter(self, hashes: npt.NDArray[np.uint64], numbers: npt.NDArray[np.int32]) -> None:
        """Enter numbers; of a hash that is entered twice one number stays.

        Raises:
            OverflowError: there is no room for so many.
        """
        self._left -= len(hashes)
        if self._left < 0:
            raise OverflowError(f"more than {self.capacity} entries")
        slots = self._slots
        if (size := _size(self.capacity - self._left)) > len(slots):
            # Another one, since there may be readers: they see all of it or nothing.
            slots = np.zeros((size, 2), np.uint64)
            known = self._slots[self._slots[:, 0] != 0]
            _put(slots, known[:, 0], known[:, 1])
        _put(slots, hashes, numbers.astype(np.uint64))
        self._slots = slots

    def change(self, key: np.uint64, number: int) -> None:
        """Let a hash that was entered have another number: at once for whoever asks meanwhile."""
        last = len(self._slots) - 1
        place = int(key) & last
        while self._slots[place, 0] != key:
            place = (place + 1) & last
        self._slots[place, 1] = number


def _size(entries: int) -> int:
    """Places for so many entries: a power of two, of which few are taken.

    Where one is taken, all that were looked up have to wait while the next one is tried.
    """
    times = 8 if entries <= _FEW else 4
    return max(_SMALLEST, 1 << (times * entries - 1).bit_length())


def _put(
    slots: npt.NDArray[np.uint64],
    hashes: npt.NDArray[np.uint64],
    numbers: npt.NDArray[np.uint64],
) -> None:
    last = len(slots) - 1
    places = (hashes & np.uint64(last)).astype(np.intp)
    pending = np.arange(len(hashes))
    while len(pending):
        at, wanted = places[pending], hashes[pending]
        free = slots[at, 0] == 0
        # Of several that want one place one gets it; the number first, for those who read.
        slots[at[free], 1] = numbers[pending[free]]
        slots[at[free], 0] = wanted[free]
        placed = slots[at, 0] == wanted
        slots[at[placed], 1] = numbers[pending[placed]]
        pending = pending[~placed]
        places[pending] = (places[pending] + 1) & last


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

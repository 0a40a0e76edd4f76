"""A table from hashes to numbers that is asked for many of them at once.

Open addressing with linear probing, begun at every fourth place only, so that four places are
compared at a time: a look-up of a thousand words is a handful of array operations, nearly never
a second round, and no call of Python for each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

_SMALLEST = 64
_FIRST = 1 << 12
"""Entries that there is room for at first, at most: what is small is near at hand."""
_FOUR = 2
"""Bits of a place among the four that are compared at a time."""
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
        self.capacity = capacity
        self.left = capacity
        """How many more may be."""
        size = _size(min(capacity, _FIRST))
        self._slots = np.zeros(size, np.uint64), np.zeros(size, np.int32)
        """Of each place the hash and the number."""

    def get(self, hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int32]:
        """The number of each hash, 0 for those that were not entered."""
        keys, numbers = self._slots
        in_fours = keys.reshape(-1, 1 << _FOUR)
        last = len(in_fours) - 1
        fours = (hashes & np.uint64(last)).view(np.intp)
        there = in_fours.take(fours, axis=0)
        hits = (there == hashes[:, None]).ravel().nonzero()[0]
        found: npt.NDArray[np.int32]
        if len(hits) == len(hashes):  # of each one, in their order
            found = numbers.take((fours << _FOUR) + (hits & ((1 << _FOUR) - 1)))
            return found
        of = hits >> _FOUR
        found = np.zeros(len(hashes), np.int32)
        found[of] = numbers.take((fours.take(of) << _FOUR) + (hits & ((1 << _FOUR) - 1)))
        pending = ((there[:, -1] != 0) & (found == 0)).nonzero()[0]
        while len(pending):  # all four are taken by others
            fours[pending] = at = (fours[pending] + 1) & last
            there = in_fours.take(at, axis=0)
            same = there == hashes[pending][:, None]
            which, places = same.nonzero()
            found[pending[which]] = numbers[(at[which] << _FOUR) + places]
            pending = pending[~same.any(axis=1) & (there[:, -1] != 0)]
        return found

    def enter(self, hashes: npt.NDArray[np.uint64], numbers: npt.NDArray[np.int32]) -> None:
        """Enter numbers; of a hash that is entered twice one number stays.

        Raises:
            OverflowError: there is no room for so many.
        """
        self.left -= len(hashes)
        if self.left < 0:
            raise OverflowError(f"more than {self.capacity} entries")
        slots = self._slots
        if (size := _size(self.capacity - self.left)) > len(slots[0]):
            # Another one, since there may be readers: they see all of it or nothing.
            slots = np.zeros(size, np.uint64), np.zeros(size, np.int32)
            known = self._slots[0].nonzero()[0]
            _put(slots, self._slots[0][known], self._slots[1][known])
        _put(slots, hashes, numbers)
        self._slots = slots

    def change(self, key: np.uint64, number: int) -> None:
        """Let a hash that was entered have another number: at once for whoever asks meanwhile."""
        keys, numbers = self._slots
        place = _first(len(keys), int(key))
        while keys[place] != key:
            place = (place + 1) & (len(keys) - 1)
        numbers[place] = number


def _size(entries: int) -> int:
    """Places for so many entries: a power of two, of which a quarter is taken at most."""
    return max(_SMALLEST, 1 << (4 * entries - 1).bit_length())


def _first(size: int, key: Any) -> Any:
    """The place at which to look for a hash first, among so many; also of an array of them."""
    return (key & ((size >> _FOUR) - 1)) << _FOUR


def _put(
    slots: tuple[npt.NDArray[np.uint64], npt.NDArray[np.int32]],
    hashes: npt.NDArray[np.uint64],
    numbers: npt.NDArray[np.int32],
) -> None:
    keys, values = slots
    places: npt.NDArray[np.intp] = _first(len(keys), hashes.view(np.intp))
    pending = np.arange(len(hashes))
    while len(pending):
        at, wanted = places[pending], hashes[pending]
        free = keys[at] == 0
        # Of several that want one place one gets it; the number first, for those who read.
        values[at[free]] = numbers[pending[free]]
        keys[at[free]] = wanted[free]
        placed = keys[at] == wanted
        values[at[placed]] = numbers[pending[placed]]
        pending = pending[~placed]
        places[pending] = (places[pending] + 1) & (len(keys) - 1)


class Groups:
    """Numbers in groups, as two arrays: group `n` is `members[begins[n]:begins[n + 1]]`."""

    def __init__(
        self, of: npt.NDArray[np.signedinteger[Any]], members: npt.NDArray[np.int32], count: int
    ) -> None:
        order = np.argsort(of, kind="stable")
        self.members = members[order]
        self.begins = np.zeros(count + 1, np.int64)
        self.begins[1:] = np.bincount(of, minlength=count).cumsum()

    def of(self, group: int) -> list[int]:
        """The members of one group."""
        found: list[int] = self.members[self.begins[group] : self.begins[group + 1]].tolist()
        return found


def ranges(begins: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """All of `range(begin, begin + length)`, one after the other."""
    ends: npt.NDArray[np.int64] = lengths.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    offsets: npt.NDArray[np.int64] = (begins - (ends - lengths)).repeat(lengths)
    return np.arange(total) + offsets

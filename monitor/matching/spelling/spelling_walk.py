"""A word held against many names, sound by sound, where each sound may be written in several ways.

Names are made of the same few sounds, so the same step is asked for again and again: it is worked
out once for a word, and a name costs one look-up for each of its sounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

_Unit = TypeVar("_Unit")


class Walk(Generic[_Unit]):
    """Which places of a word can be reached, as the bits of a number: 1 is its beginning.

    Args:
        step: the places that are reached from one place by what may stand for a sound.
    """

    def __init__(self, step: Callable[[_Unit, int], Iterable[int]]) -> None:
        self._step = step
        self._known: dict[tuple[int, _Unit], int] = {}

    def along(self, units: Sequence[_Unit], places: int = 1) -> int:
        """The places that are reached behind all of some sounds."""
        for unit in units:
            after = self._known.get((places, unit))
            if after is None:
                after = self._known[places, unit] = self._after(unit, places)
            if not after:
                return 0
            places = after
        return places

    def _after(self, unit: _Unit, places: int) -> int:
        after, left = 0, places
        while left:
            place = left & -left
            left ^= place
            for end in self._step(unit, place.bit_length() - 1):
                after |= 1 << end
        return after

"""Whose names pairs of a text's words can be: what was met lately, asked for as arrays.

Nearly all pairs of words that could be two of a name's are nobody's, and texts are made of the
same ones: they must cost no call of Python each.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from monitor.matching.text.hash_table import Table, mixed

if TYPE_CHECKING:
    import numpy.typing as npt

NEW, NOBODYS = 0, 1
"""The numbers of pairs that were not met, and of those that are no name."""
_REMEMBERED = 130_000
"""Pairs of which it is remembered whose they are: some 6 MB."""


class MetPairs:
    """What pairs of rows of a vocabulary mean; a pair is one row times 2 ** 32, and the other."""

    def __init__(self) -> None:
        self._growing = threading.Lock()
        self._kept = _fresh()

    def get(
        self, pairs: npt.NDArray[np.uint64]
    ) -> tuple[npt.NDArray[np.int32], Sequence[tuple[int, ...]]]:
        """The number of each pair, and whose names the pairs of each number above `NOBODYS` are."""
        table, owners = self._kept
        return table.get(mixed(pairs)), owners

    def keep(self, told: Mapping[int, tuple[int, ...]]) -> None:
        """Remember whose names some pairs are, which were new."""
        if not told or len(told) > _REMEMBERED:
            return
        with self._growing:
            table, owners = self._kept
            if len(told) > table.left:
                table, owners = _fresh()
            numbers = np.full(len(told), NOBODYS, np.int32)
            for place, some in enumerate(told.values()):
                if some:
                    numbers[place] = len(owners)
                    owners.append(some)
            table.enter(mixed(np.array(list(told), np.uint64)), numbers)
            # All at once, for those who ask meanwhile.
            self._kept = table, owners


def _fresh() -> tuple[Table, list[tuple[int, ...]]]:
    return Table(_REMEMBERED), [(), ()]

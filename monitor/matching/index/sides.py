"""What stands, as bits, for the words that begin names, and for those with which others end them.

Two words can be a name's only if a bit of what the one may begin is a bit of what the other may
end. Nearly all words end names only, so that most have no bit to begin with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from monitor.matching.text.hash_table import mixed

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[np.int32]
    Bits = npt.NDArray[np.uint64]

WIDE = 4
"""Numbers of 64 bits in a row of `wide_sides`."""
_WORD = np.uint64(63)
_BIT, _PLACE = np.uint64(6), np.uint64(1)


class Sides(NamedTuple):
    """Bits of each watched word; of one that is in no name's pair there are none."""

    leading: Bits
    """A bit for each that is the first of a pair."""
    led: Bits
    """The bits of all that are first where it is the second."""


def sides(firsts: Numbers, lasts: Numbers, count: int) -> Sides:
    """The sides of `count` words, of which pairs of `firsts` and `lasts` are names."""
    own = _PLACE << (mixed(np.arange(count, dtype=np.uint64)) & _WORD)
    leading, led = np.zeros(count, np.uint64), np.zeros(count, np.uint64)
    leading[firsts] = own[firsts]
    np.bitwise_or.at(led, lasts, own[firsts])
    return Sides(leading, led)


def wide_sides(firsts: Numbers, lasts: Numbers, count: int) -> Sides:
    """As `sides`, of other bits and more: a row of them for each word."""
    # Further bits of the same hash: what shares a bit there need not share one here.
    hashed = mixed(np.arange(count, dtype=np.uint64)) >> _BIT
    column = (hashed & np.uint64(WIDE - 1)).astype(np.intp)
    own = _PLACE << ((hashed >> np.uint64(WIDE.bit_length() - 1)) & _WORD)
    leading, led = np.zeros((count, WIDE), np.uint64), np.zeros((count, WIDE), np.uint64)
    leading[firsts, column[firsts]] = own[firsts]
    np.bitwise_or.at(led, (lasts, column[firsts]), own[firsts])
    return Sides(leading, led)

"""Two words that are a name's have a bit in common, and what begins no name has none."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.matching.index.sides import WIDE, sides, wide_sides

_COUNT = 300
_PAIRS = st.lists(
    st.tuples(st.integers(1, _COUNT - 1), st.integers(1, _COUNT - 1)), min_size=1, max_size=60
)


@settings(max_examples=100, deadline=None)
@given(_PAIRS)
def test_a_names_words_share_a_bit(pairs: list[tuple[int, int]]) -> None:
    firsts, lasts = np.array(pairs, np.int32).T
    narrow, wide = sides(firsts, lasts, _COUNT), wide_sides(firsts, lasts, _COUNT)
    assert (narrow.leading[firsts] & narrow.led[lasts]).all()
    assert (wide.leading[firsts] & wide.led[lasts]).any(axis=1).all()


@settings(max_examples=100, deadline=None)
@given(_PAIRS)
def test_what_begins_or_ends_nothing_has_no_bits(pairs: list[tuple[int, int]]) -> None:
    firsts, lasts = np.array(pairs, np.int32).T
    for bits in (sides(firsts, lasts, _COUNT), wide_sides(firsts, lasts, _COUNT)):
        assert not np.delete(bits.leading, firsts, axis=0).any()
        assert not np.delete(bits.led, lasts, axis=0).any()


def test_each_word_that_leads_has_one_bit() -> None:
    firsts, lasts = np.arange(1, 200, dtype=np.int32), np.full(199, 299, np.int32)
    for bits in (sides(firsts, lasts, _COUNT), wide_sides(firsts, lasts, _COUNT)):
        assert np.bitwise_count(bits.leading).sum() == len(firsts)


def test_more_bits_tell_more_words_apart() -> None:
    firsts, lasts = np.arange(1, 40, dtype=np.int32), np.full(39, 299, np.int32)
    narrow, wide = sides(firsts, lasts, _COUNT), wide_sides(firsts, lasts, _COUNT)
    assert wide.led.shape == (_COUNT, WIDE)
    assert np.bitwise_count(wide.led[299]).sum() > np.bitwise_count(narrow.led[299])

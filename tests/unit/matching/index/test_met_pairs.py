"""Whose names pairs of words are, as it is remembered."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.matching.index import met_pairs
from monitor.matching.index.met_pairs import NEW, NOBODYS, MetPairs


def _told(pairs: MetPairs, keys: list[int]) -> list[tuple[int, ...] | None]:
    numbers, owners = pairs.get(np.array(keys, np.uint64))
    return [None if number == NEW else owners[number] for number in numbers.tolist()]


def test_what_was_told_of_pairs_is_told_again() -> None:
    pairs = MetPairs()
    pairs.keep({1 << 32 | 2: (), 2 << 32 | 1: (7, 9), 3: (7,)})
    assert _told(pairs, [2 << 32 | 1, 1 << 32 | 2, 4, 3]) == [(7, 9), (), None, (7,)]
    numbers, _ = pairs.get(np.array([1 << 32 | 2], np.uint64))
    assert numbers.tolist() == [NOBODYS]


def test_when_there_are_too_many_it_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(met_pairs, "_REMEMBERED", 3)
    pairs = MetPairs()
    pairs.keep({1: (1,), 2: (2,)})
    pairs.keep({3: (3,), 4: (4,)})
    assert _told(pairs, [1, 2, 3, 4]) == [None, None, (3,), (4,)]
    pairs.keep(dict.fromkeys(range(10, 20), ()))
    assert _told(pairs, [3, 10]) == [(3,), None]

"""The weighed terms of a report."""

from __future__ import annotations

import math

import pytest

from monitor.stories.fingerprint import fingerprint


def test_two_words_beside_each_other_weigh_what_both_do_and_more_if_often() -> None:
    made = fingerprint(
        "Prosecutors indict Ambrosia Holdings director",
        "Ambrosia Holdings said. Ambrosia Holdings was. The director resigned.",
    ).terms
    expected = {
        (one, two): (1 + math.log(times)) * (made.weights[one] + made.weights[two])
        for (one, two), times in made.pairs.items()
    }
    assert {1, 2} <= set(made.pairs.values())
    assert made.pair_weights == pytest.approx(expected)
    assert made.pair_norm == pytest.approx(math.hypot(*expected.values()))

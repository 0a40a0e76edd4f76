"""What something costs, as a ratio: machines differ, and a shared one is slow at times."""

from __future__ import annotations

import time
from collections.abc import Callable

_TRIES = 5


def assert_grows_linearly(work: Callable[[float], object]) -> None:
    """Do the work on a quarter of the input and on all of it, and compare the CPU time.

    A neighbour that empties the caches can treble a single measurement, so the least of several
    counts; work that grows with the square fails each time.

    Args:
        work: does it on this share of the input.
    """
    quarter = whole = float("inf")
    for _ in range(_TRIES):
        quarter = min(quarter, _cpu_seconds(work, 0.25))
        whole = min(whole, _cpu_seconds(work, 1.0))
        # Linear is 4 times as much, quadratic 16. Below a twentieth of a second noise decides.
        if whole < 9 * max(quarter, 0.05):
            return
    raise AssertionError(f"{quarter:.2f} s for a quarter, {whole:.2f} s for all, at best")


def _cpu_seconds(work: Callable[[float], object], share: float) -> float:
    begun = time.process_time()
    work(share)
    return time.process_time() - begun

"""What something costs, as a ratio: machines differ, and a shared one is slow at times."""

from __future__ import annotations

import time
from collections.abc import Callable


def assert_grows_linearly(work: Callable[[float], object]) -> None:
    """Do the work on a quarter of the input and on all of it, and compare the CPU time.

    Args:
        work: does it on this share of the input.
    """
    quarter, whole = (_cpu_seconds(work, share) for share in (0.25, 1.0))
    # Linear is 4 times as much, quadratic 16. Below a twentieth of a second noise decides.
    assert whole < 9 * max(quarter, 0.05), f"{quarter:.2f} s for a quarter, {whole:.2f} s for all"


def _cpu_seconds(work: Callable[[float], object], share: float) -> float:
    begun = time.process_time()
    work(share)
    return time.process_time() - begun

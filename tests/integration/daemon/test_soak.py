"""Half a simulated day of feeds that misbehave in every way; `benchmarks.soak` has a thousand."""

from __future__ import annotations

from pathlib import Path

from benchmarks.misbehaving import kinds
from benchmarks.soak import FAULTS, soak


async def test_nothing_is_lost_or_taken_for_two_in_half_a_day_of_misbehaving_feeds(
    tmp_path: Path,
) -> None:
    outcome = await soak(len(kinds()), tmp_path, hours=13, patience="1s", archive=3_000)
    assert outcome.listed > 500
    assert outcome.polls["failed"] > 100
    assert {name: getattr(outcome, name) for name in FAULTS} == {name: [] for name in FAULTS}

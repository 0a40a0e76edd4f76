"""Many machines: workers as users start them, some of them killed, and what the servers noted.

The long form, with its figures, is `python -m benchmarks.machines`.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.apart import can_part_networks, faketime
from benchmarks.machines import kills
from tests.support.postgresql import Server


def test_nothing_is_lost_or_told_twice_when_a_worker_is_killed(
    tmp_path: Path, postgresql: Server
) -> None:
    # Few hosts, so that each is asked enough for what it asks for to be broken.
    outcome = kills(
        postgresql, tmp_path, seconds=4.0, every=4.0, hosts=4, feeds=48, stories=10, workers=2,
        interval="3s", delay=0.02, patience=300.0,
    )  # fmt: skip
    assert outcome.faults == []
    assert outcome.figures["articles"] == 40
    assert outcome.figures["alerts"] == 20
    assert outcome.figures["kills"] == 1
    assert outcome.figures["most_at_one_host"] == 2
    assert outcome.figures["hosts_that_asked_for_time"] == 1
    assert outcome.figures["pages_with_pauses"] >= 10
    # Where that can be made, each is in a network of its own, and their clocks differ.
    assert outcome.figures["machines_that_asked"] == (2 if can_part_networks() else 1)
    if faketime() is not None:
        assert outcome.figures["seconds_between_their_clocks"] > 2.0

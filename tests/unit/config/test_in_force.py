"""Which version is in force: agreed on by all that live, or after patience, and then for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config.in_force import LEAD, PATIENCE, agreed, in_force
from monitor.model.config_version import Acknowledgement, ConfigVersion

START = datetime(2024, 3, 25, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def version(number: int, at: datetime = START, effective: datetime | None = None) -> ConfigVersion:
    return ConfigVersion(number, at, "ann", "0" * 64, effective=effective)


def ready(worker: str, number: int = 1, problem: str | None = None) -> Acknowledgement:
    return Acknowledgement(worker, number, START, problem)


def test_one_that_was_just_pushed_is_not_in_force() -> None:
    assert in_force([version(1)], START) is None
    assert in_force([], START) is None


def test_after_patience_it_is_in_force_whoever_has_not_acknowledged_it() -> None:
    assert in_force([version(1)], START + PATIENCE - SECOND) is None
    assert in_force([version(1)], START + PATIENCE) == version(1)


def test_it_takes_effect_a_moment_after_the_last_live_worker_is_ready() -> None:
    at = START + 2 * SECOND
    assert agreed(version(1), [ready("a")], {"a", "b"}, at) is None
    effective = agreed(version(1), [ready("a"), ready("b")], {"a", "b"}, at)
    assert effective == at + LEAD
    settled = version(1, effective=effective)
    assert in_force([settled], at) is None
    assert in_force([settled], at + LEAD) == settled


def test_workers_that_are_gone_are_not_waited_for() -> None:
    assert agreed(version(1), [ready("a")], {"a"}, START) == START + LEAD
    assert agreed(version(1), [], (), START) == START


def test_a_worker_that_cannot_use_it_has_not_acknowledged_it() -> None:
    said = [ready("a"), ready("b", problem="`X` is not set")]
    assert agreed(version(1), said, {"a", "b"}, START) is None


def test_agreeing_late_does_not_put_it_off_beyond_patience() -> None:
    late = START + PATIENCE - SECOND
    assert agreed(version(1), [ready("a")], {"a"}, late) == START + PATIENCE


def test_a_later_version_replaces_one_that_never_took_effect() -> None:
    first, second = version(1), version(2, START + SECOND, START + 5 * SECOND)
    assert in_force([first, second], START + 6 * SECOND) == second
    # When the first one's patience ends, it is too late for it.
    assert in_force([first, second], START + PATIENCE) == second


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.none() | st.integers(0, 40)), min_size=1, max_size=5),
    st.lists(st.integers(0, 200), min_size=2, max_size=8),
)
def test_what_is_in_force_never_goes_back(
    pushed: list[tuple[int, int | None]], looks: list[int]
) -> None:
    versions = []
    for number, (after, agreed_after) in enumerate(sorted(pushed, key=lambda each: each[0]), 1):
        at = START + after * SECOND
        effective = None if agreed_after is None else at + agreed_after * SECOND
        versions.append(replace(version(number, at), effective=effective))
    numbers = [
        0 if found is None else found.number
        for look in sorted(looks)
        for found in [in_force(versions, START + look * SECOND)]
    ]
    assert numbers == sorted(numbers)

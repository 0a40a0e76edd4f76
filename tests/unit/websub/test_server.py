"""How much of our time a hub may take."""

from __future__ import annotations

from monitor.websub.server import Allowance


class Ticks:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_ordinary_pushes_never_wait() -> None:
    allowance = Allowance(Ticks())
    for _ in range(90):
        assert allowance.wait(1) == 0
        allowance.spend(1, 0.1)


def test_one_that_keeps_us_busy_waits_ten_times_as_long_and_others_do_not() -> None:
    ticks = Ticks()
    allowance = Allowance(ticks)
    allowance.spend(1, 30.0)
    wait = allowance.wait(1)
    assert 200 <= wait <= 202
    assert allowance.wait(2) == 0
    ticks.now += 199
    assert allowance.wait(1) > 0
    ticks.now += 3
    assert allowance.wait(1) == 0


def test_nobody_saves_up_for_ever() -> None:
    ticks = Ticks()
    allowance = Allowance(ticks)
    allowance.spend(1, 1.0)
    ticks.now += 1e6
    allowance.spend(1, 11.0)
    assert allowance.wait(1) > 0


def test_who_has_rested_is_forgotten() -> None:
    ticks = Ticks()
    allowance = Allowance(ticks)
    for number in range(1000):
        allowance.spend(number, 1.0)
    ticks.now += 1000
    allowance.spend(1000, 30.0)
    assert len(allowance._left) == 1
    assert allowance.wait(1000) > 0

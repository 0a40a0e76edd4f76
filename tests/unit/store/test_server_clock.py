"""The server's clock, told by a machine whose own clock is wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.store.server_clock import ServerClock

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


class Machine:
    """A machine's ticks, and a server that takes its time to answer."""

    def __init__(self) -> None:
        self.ticks = 5000.0
        self.server = NOON
        self.way = 0.0

    def pass_(self, seconds: float) -> None:
        self.ticks += seconds
        self.server += timedelta(seconds=seconds)

    def ask(self) -> datetime:
        self.pass_(self.way / 2)
        answer = self.server
        self.pass_(self.way / 2)
        return answer


def test_it_goes_on_by_the_ticks_until_it_is_measured_again() -> None:
    machine = Machine()
    clock = ServerClock(machine.ask, lambda: machine.ticks)
    machine.pass_(7.5)
    assert clock() == NOON + timedelta(seconds=7.5)


def test_half_of_the_way_to_the_server_and_back_is_allowed_for() -> None:
    machine = Machine()
    machine.way = 4.0
    clock = ServerClock(machine.ask, lambda: machine.ticks)
    assert clock() == machine.server


def test_a_server_whose_clock_is_set_is_followed() -> None:
    machine = Machine()
    clock = ServerClock(machine.ask, lambda: machine.ticks)
    machine.server += timedelta(seconds=3)
    assert clock() == NOON
    clock.measure()
    assert clock() == NOON + timedelta(seconds=3)

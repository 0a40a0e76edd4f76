"""When a channel is left alone, and when it is tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.alerts import breaker
from monitor.model.delivery import ChannelState, SendResult
from tests.support.clock import MONDAY

OK = SendResult(True, "ok")
DOWN = SendResult(False, "503 down")


def failing(times: int, *, jitter: float = 1.0, result: SendResult = DOWN) -> ChannelState:
    """A channel that refused so many in a row, a minute apart, the last of them on Monday."""
    state = ChannelState("slack")
    for number in reversed(range(times)):
        state = breaker.after(state, result, MONDAY - timedelta(minutes=number), jitter)
    return state


def test_one_refusal_or_two_do_not_concern_the_channel() -> None:
    for times in (1, 2):
        state = failing(times)
        assert not breaker.is_open(state)
        assert not breaker.rests(state, MONDAY)
        assert state.last_error == "503 down"


def test_after_three_in_a_row_it_rests_longer_and_longer() -> None:
    rests = []
    for times in range(3, 30):
        state = failing(times)
        assert breaker.is_open(state)
        assert breaker.rests(state, MONDAY)
        assert state.rests_until is not None
        rests.append(state.rests_until - MONDAY)
    assert rests[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    assert rests == sorted(rests)
    assert rests[-1] == timedelta(minutes=15)


def test_the_rests_are_spread_but_never_less_than_half() -> None:
    until = failing(5, jitter=0.0).rests_until
    assert until is not None
    assert until - MONDAY == timedelta(minutes=1)


def test_a_message_that_is_taken_ends_it() -> None:
    state = breaker.after(failing(9), OK, MONDAY, 0.5)
    assert state == ChannelState("slack")


def test_it_fails_since_the_first_refusal() -> None:
    state = failing(5)
    assert state.failing_since == MONDAY - timedelta(minutes=4)
    assert breaker.has_failed_for(state, timedelta(minutes=4), MONDAY)
    assert not breaker.has_failed_for(state, timedelta(minutes=5), MONDAY)


def test_a_refusal_before_a_night_switched_off_says_nothing_of_today() -> None:
    assert not breaker.has_failed_for(failing(5), timedelta(0), MONDAY + timedelta(hours=9))


@pytest.mark.parametrize(
    ("wish", "rest"), [(120.0, timedelta(minutes=2)), (1e12, breaker.LONGEST_PAUSE)]
)
def test_the_services_own_wish_is_kept_from_the_first_refusal_on(
    wish: float, rest: timedelta
) -> None:
    state = failing(1, result=SendResult(False, "429", retry_after=wish))
    assert state.rests_until == MONDAY + rest
    assert not breaker.is_open(state)


def test_one_that_refuses_whatever_it_is_told_rests_from_the_first_refusal_on() -> None:
    gone = SendResult(False, "404 no_service", retryable=False, refuses_all=True)
    rests = [failing(times, result=gone).rests_until for times in (1, 2, 3)]
    assert rests == [MONDAY + breaker.FIRST_REST * 2**n for n in range(3)]


def test_a_rest_that_a_clock_that_was_ahead_has_planned_is_none() -> None:
    assert not breaker.rests(failing(4), MONDAY - timedelta(days=3))

"""When a permanent redirect is believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.feeds.permanent_redirects import POLLS, move_after
from monitor.model.feed import Move

NOON = datetime(2024, 3, 25, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def after(*polls: tuple[str | None, float]) -> Move | None:
    """What is known after polls that led somewhere, so many hours after noon."""
    move = None
    for led_to, hours in polls:
        move = move_after(move, led_to, NOON + hours * HOUR)
    return move


def test_a_move_is_believed_after_some_polls_over_a_day() -> None:
    early = after(("new", 0), ("new", 1), ("new", 23.9))
    assert early == Move("new", NOON, 3, None)
    late = after(("new", 0), ("new", 1), ("new", 23.9), ("new", 24))
    assert late == Move("new", NOON, 4, NOON + 24 * HOUR)
    assert POLLS == 3
    assert after(("new", 0), ("new", 48)) == Move("new", NOON, 2, None)


def test_what_is_believed_stays_as_it_is() -> None:
    polls = [("new", hours) for hours in (0, 12, 24)]
    assert after(*polls, ("new", 99)) == after(*polls) == Move("new", NOON, 3, NOON + 24 * HOUR)


def test_another_target_or_none_begins_anew() -> None:
    polls = [("new", hours) for hours in (0, 12, 24)]
    assert after(*polls, ("newer", 25)) == Move("newer", NOON + 25 * HOUR)
    assert after(*polls, (None, 25)) is None
    assert after(("new", 0), (None, 12), ("new", 24)) == Move("new", NOON + 24 * HOUR)

"""When a feed publishes, learned from its entries' dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.publishing_hours import MEMORY, gap, learn, rate, wait_for_news
from monitor.model.hours import PublishingHours

MONDAY = datetime(2024, 3, 25, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PATIENCE, LONGEST = timedelta(seconds=45), HOUR


def office_hours(weeks: int = 4) -> list[datetime]:
    """Four times an hour from 8 to 18 on weekdays."""
    start = MONDAY - timedelta(weeks=weeks)
    days = [start + timedelta(days=day) for day in range(7 * weeks)]
    times = [
        timedelta(hours=hour, minutes=quarter * 15) for hour in range(8, 18) for quarter in range(4)
    ]
    return [day + time for day in days if day.weekday() < 5 for time in times]


def learned(dates: list[datetime], now: datetime = MONDAY) -> PublishingHours:
    hours = learn(None, dates, now)
    assert hours is not None
    return hours


def test_a_busy_hour_is_told_from_a_quiet_one_and_a_weekday_from_a_weekend() -> None:
    hours = learned(office_hours())
    noon, night = MONDAY + 12 * HOUR, MONDAY + 2 * HOUR
    saturday = MONDAY + timedelta(days=5) + 12 * HOUR
    assert 3 < rate(hours, noon) < 5
    assert rate(hours, night) < 0.5
    assert rate(hours, saturday) < 1
    assert gap(hours, noon) < 20 * MINUTE


def test_it_is_asked_soon_by_day_and_seldom_by_night() -> None:
    hours = learned(office_hours())
    by_day = wait_for_news(hours, MONDAY + 12 * HOUR, PATIENCE, LONGEST)
    assert by_day < 5 * MINUTE
    assert wait_for_news(hours, MONDAY + 2 * HOUR, PATIENCE, LONGEST) > 3 * by_day
    # The busy morning is foreseen: no hour is slept over because it was quiet at the last poll.
    at_two, at_ten_to_eight = (
        wait_for_news(hours, MONDAY + hour * HOUR, PATIENCE, timedelta(hours=4))
        for hour in (2, 7.8)
    )
    assert at_ten_to_eight < at_two - 4 * MINUTE


def test_what_was_learned_by_and_by_is_what_the_whole_would_have_taught() -> None:
    dates = office_hours()
    known: PublishingHours | None = None
    for start in range(0, len(dates), 20):
        # Each document lists what the one before did, too.
        known = learn(
            known, dates[max(0, start - 20) : start + 20], dates[min(start + 19, len(dates) - 1)]
        )
    assert known is not None
    for hour in range(0, 168, 5):
        at = MONDAY + hour * HOUR
        assert rate(known, at) == pytest.approx(rate(learned(dates), at), rel=0.02)


def test_little_tells_nothing_and_what_is_published_together_is_one_occasion() -> None:
    assert learn(None, [MONDAY, MONDAY - HOUR, None], MONDAY) is None
    batch = [MONDAY - HOUR - each * MINUTE / 10 for each in range(40)]
    assert learn(None, batch, MONDAY) is None
    future = [MONDAY + each * HOUR for each in range(1, 9)]
    assert learn(None, future, MONDAY) is None


def test_a_list_that_says_nothing_new_teaches_nothing() -> None:
    hours = learned(office_hours())
    assert learn(hours, office_hours(), MONDAY) == hours
    assert learn(hours, [], MONDAY) == hours


def test_old_habits_are_forgotten() -> None:
    by_day = learned(office_hours(1))
    nights = [MONDAY + timedelta(days=day) + 2 * HOUR for day in range(120)]
    now = nights[-1] + HOUR
    hours = learn(by_day, nights, now)
    assert hours is not None
    at = now + timedelta(days=(7 - now.weekday()) % 7)
    assert rate(hours, at.replace(hour=2)) > 5 * rate(hours, at.replace(hour=12))


def test_what_fell_silent_is_asked_seldom() -> None:
    hours = learned(office_hours())
    later = MONDAY + 4 * MEMORY + 12 * HOUR
    assert wait_for_news(hours, later, PATIENCE, LONGEST) == LONGEST
    # A weekend is no silence.
    assert wait_for_news(hours, MONDAY + 9 * HOUR, PATIENCE, LONGEST) < 10 * MINUTE


@given(
    st.lists(st.integers(0, 40_000_000)),
    st.integers(0, 40_000_000),
)
def test_whatever_a_feed_claims_it_is_asked_within_the_limit(
    minutes: list[int], moment: int
) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    dates, now = [epoch + each * MINUTE for each in minutes], epoch + moment * MINUTE
    hours = learn(None, dates, now)
    if hours is not None:
        assert rate(hours, now) > 0
        assert timedelta(0) < wait_for_news(hours, now, PATIENCE, LONGEST) <= LONGEST
        assert learn(hours, dates, now) == hours

"""When a feed is polled next, and the reason given."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.config.schema import Polling
from monitor.errors import FetchError, ParseError
from monitor.feeds.politeness import (
    NextPoll,
    next_poll,
    rhythm_of,
    waits_for_pushes,
)
from monitor.feeds.publishing_hours import learn
from monitor.fetch.freshness import parse_retry_after
from monitor.model.feed import FeedState, PollReason, PollReasonKind, Wishes
from tests.support.polls import MINUTE, NOW, POLLING, wait, why


def http(status: int, retry_after: float | None = None) -> FetchError:
    return FetchError("no", kind="http", status=status, retry_after=retry_after)


def failed(
    failures: int, error: FetchError | ParseError | None = None, *, jitter: float = 1.0
) -> NextPoll:
    return next_poll(
        now=NOW, polling=POLLING, failures=failures, error=error or http(500), jitter=jitter
    )


def test_a_feed_that_answers_is_due_after_its_interval() -> None:
    poll = next_poll(now=NOW, polling=POLLING, jitter=0)
    assert (wait(poll), why(poll)) == (15 * MINUTE, "every 15 minutes")
    own = next_poll(now=NOW, polling=POLLING, interval=timedelta(hours=2), jitter=0)
    assert (wait(own), why(own)) == (timedelta(hours=2), "every 2 hours")


def test_unless_it_is_drawn_the_jitter_is_in_the_middle() -> None:
    drawn = next_poll(now=NOW, polling=POLLING, jitter=0.5)
    assert next_poll(now=NOW, polling=POLLING) == drawn


def test_what_is_polled_once_a_day_may_fail_for_ever() -> None:
    daily = timedelta(days=1)
    poll = next_poll(
        now=NOW, polling=POLLING, interval=daily, failures=999, error=http(500), jitter=1
    )
    assert wait(poll) == daily


def test_jitter_only_ever_makes_it_earlier() -> None:
    waits = [wait(next_poll(now=NOW, polling=POLLING, jitter=j / 10)) for j in range(11)]
    assert waits == sorted(waits, reverse=True)
    assert waits[0] == 15 * MINUTE
    assert waits[-1] == 13.5 * MINUTE


def test_an_interval_is_kept_within_the_limits() -> None:
    short = next_poll(now=NOW, polling=POLLING, interval=MINUTE, jitter=1)
    assert (wait(short), why(short)) == (5 * MINUTE, "every 5 minutes")
    long = next_poll(now=NOW, polling=POLLING, interval=timedelta(days=9), jitter=0)
    assert (wait(long), why(long)) == (timedelta(days=1), "every day")


def test_failures_wait_twice_as_long_each_time_and_never_for_ever() -> None:
    waits = [wait(failed(count)) for count in (1, 2, 3, 4)]
    assert waits == [15 * MINUTE, 30 * MINUTE, 60 * MINUTE, 120 * MINUTE]
    for count in (8, 100, 10**9):
        assert wait(failed(count)) == timedelta(days=1)
    assert why(failed(3)) == "failed 3 times, waiting 1 hour"
    assert failed(0) == failed(1)


def test_jitter_spreads_retries_over_the_second_half_of_the_wait() -> None:
    assert wait(failed(3, jitter=0)) == 30 * MINUTE
    assert wait(failed(3, jitter=0.5)) == 45 * MINUTE
    assert wait(failed(1, jitter=0)) >= POLLING.min_interval


def test_an_interval_longer_than_the_maximum_does_not_break_backoff() -> None:
    poll = next_poll(
        now=NOW, polling=POLLING, interval=timedelta(days=400), failures=10**6, error=http(500)
    )
    assert wait(poll) <= timedelta(days=1)


@pytest.mark.parametrize("status", [401, 403, 404, 451])
def test_a_standing_refusal_is_asked_less_often_from_the_start(status: int) -> None:
    assert wait(failed(1, http(status))) == 60 * MINUTE


def test_gone_stops_the_feed() -> None:
    poll = failed(1, http(410))
    assert poll.stopped
    assert poll.at is None
    assert "410" in why(poll)


def test_a_document_that_is_no_feed_backs_off_too() -> None:
    assert wait(failed(2, ParseError("this is a web page"))) == 30 * MINUTE


def test_the_servers_wish_is_honoured_when_it_is_longer() -> None:
    poll = failed(1, http(429, retry_after=2 * 3600 + 300))
    # Not at that very moment, for then everything else on the host comes, too.
    assert wait(poll) == timedelta(hours=2, minutes=5) * 1.05
    assert why(poll) == "the server asked to wait until 14:05 UTC"
    assert wait(failed(1, http(429, retry_after=10))) == 15 * MINUTE


def test_a_wish_for_another_day_names_the_day() -> None:
    assert why(failed(1, http(503, retry_after=86400))).endswith("26 March 12:00 UTC")


def test_a_feed_whose_host_is_held_comes_right_after_however_often_it_failed() -> None:
    held = FetchError("wait", kind="held", status=429, retry_after=60)
    poll = failed(9, held)
    assert wait(poll) == 2 * MINUTE
    assert why(poll) == "its host asked to wait until 12:01 UTC"


def test_a_feed_whose_host_is_held_for_no_given_time_may_be_asked_at_once() -> None:
    held = FetchError("wait", kind="held", status=429)
    poll = next_poll(now=NOW, polling=POLLING, error=held, silent=MINUTE, jitter=1.0)
    assert wait(poll) == timedelta()


def test_of_those_on_a_host_that_is_held_the_one_that_waits_longest_comes_first() -> None:
    held = FetchError("wait", kind="held", status=429, retry_after=60)
    waits = [
        wait(next_poll(now=NOW, polling=POLLING, error=held, silent=silent, jitter=1.0))
        for silent in (timedelta(), MINUTE / 2, MINUTE, timedelta(days=1))
    ]
    assert waits == [2 * MINUTE, 1.5 * MINUTE, MINUTE, MINUTE]


def test_no_wish_silences_a_feed_for_more_than_a_week() -> None:
    assert wait(failed(1, http(503, retry_after=1e18))) == timedelta(days=7, minutes=10)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("120", 120),
        (" 0 ", 0),
        ("Mon, 25 Mar 2024 12:05:00 GMT", 300),
        ("Mon, 25 Mar 2024 13:05:00 +0100", 300),
        ("Monday, 25-Mar-24 12:05:00 GMT", 300),
        ("Mon, 25 Mar 2024 11:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("1e3", None),
        ("٣", None),
        ("9" * 5000, None),
        ("Mon, 99 Mar 2024 12:05:00 GMT", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header, NOW) == seconds


# --- a feed's rhythm ------------------------------------------------------------------------


def rhythm_poll(rhythm: timedelta, **options: bool | timedelta | datetime | Wishes) -> NextPoll:
    return next_poll(now=NOW, polling=POLLING, rhythm=rhythm, jitter=0, **options)  # type: ignore[arg-type] # passed through


def test_a_busy_feed_is_polled_more_often_and_a_quiet_one_less() -> None:
    waits = [
        wait(rhythm_poll(rhythm))
        for rhythm in (MINUTE, 20 * MINUTE, 80 * MINUTE, 300 * MINUTE, timedelta(days=30))
    ]
    assert waits == [5 * MINUTE, 5 * MINUTE, 8 * MINUTE, 15 * MINUTE, 60 * MINUTE]
    assert why(rhythm_poll(300 * MINUTE)) == (
        "it publishes about every 5 hours, so every 15 minutes"
    )


def test_at_its_busy_hours_a_feed_is_polled_more_often_than_at_its_quiet_ones() -> None:
    # Four times after noon on each weekday for four weeks; NOW is a Monday, 12:00.
    noons = [NOW - timedelta(days=day) for day in range(1, 28)]
    dates = [noon + quarter * 15 * MINUTE for noon in noons for quarter in range(4)]
    hours = learn(None, [date for date in dates if date.weekday() < 5], NOW)
    busy = next_poll(now=NOW, polling=POLLING, hours=hours, rhythm=timedelta(days=9), jitter=0)
    night = NOW + timedelta(hours=9)
    quiet = next_poll(now=night, polling=POLLING, hours=hours, rhythm=MINUTE, jitter=0)
    assert wait(busy) < 10 * MINUTE
    assert quiet.at is not None
    assert quiet.at - night > 30 * MINUTE
    assert "at this time of the week" in why(busy)


def test_while_a_story_breaks_a_feed_is_polled_as_often_as_allowed() -> None:
    until = NOW + timedelta(minutes=40)
    poll = rhythm_poll(timedelta(days=3), breaking_until=until)
    assert (wait(poll), poll.reason.kind) == (5 * MINUTE, PollReasonKind.BREAKING)
    assert (
        why(poll) == "a story breaks that it may tell more of, so every 5 minutes until 12:40 UTC"
    )
    over = rhythm_poll(timedelta(days=30), breaking_until=NOW)
    assert wait(over) == 60 * MINUTE
    asked = rhythm_poll(MINUTE, breaking_until=until, wishes=Wishes(ttl=timedelta(hours=2)))
    assert wait(asked) == timedelta(hours=2)


def test_the_users_own_interval_beats_the_rhythm() -> None:
    assert wait(rhythm_poll(MINUTE, interval=timedelta(hours=3))) == timedelta(hours=3)


def test_a_feed_that_drops_entries_is_polled_as_often_as_allowed() -> None:
    poll = rhythm_poll(timedelta(days=3), drops_entries=True)
    assert wait(poll) == 5 * MINUTE
    assert "dropped entries" in why(poll)


def test_a_feed_whose_hub_pushes_is_polled_a_quarter_as_often_within_the_limit() -> None:
    poll = next_poll(now=NOW, polling=POLLING, pushed=True, jitter=0)
    assert (wait(poll), why(poll)) == (
        timedelta(hours=1), "its hub pushes, so it is only polled every hour")  # fmt: skip
    own = next_poll(now=NOW, polling=POLLING, interval=timedelta(hours=12), pushed=True, jitter=0)
    assert wait(own) == timedelta(days=1)
    seldom = next_poll(now=NOW, polling=POLLING, rhythm=timedelta(days=9), pushed=True, jitter=0)
    assert wait(seldom) == timedelta(hours=4)
    assert poll.reason.kind is PollReasonKind.PUSHED


@pytest.mark.parametrize("kind", PollReasonKind)
def test_only_who_is_pushed_to_waits_for_pushes(kind: PollReasonKind) -> None:
    waits = FeedState(1, "https://a.example", "a", next_reason=PollReason(kind))
    assert waits_for_pushes(waits) is (kind is PollReasonKind.PUSHED)


def test_pushes_do_not_slow_down_what_drops_entries_or_fails() -> None:
    dropping = next_poll(now=NOW, polling=POLLING, drops_entries=True, pushed=True, jitter=0)
    assert wait(dropping) == 5 * MINUTE
    failing = next_poll(
        now=NOW, polling=POLLING, failures=1, error=http(500), pushed=True, jitter=1
    )
    assert wait(failing) == 15 * MINUTE


@pytest.mark.parametrize(("rhythm", "every"), [(0, 10), (20, 30), (67, 55), (80, 60), (320, 120)])
def test_what_publishes_every_minute_is_polled_within_seconds_if_that_is_allowed(
    rhythm: float, every: float
) -> None:
    polling = Polling(min_interval=timedelta(seconds=10))
    poll = next_poll(now=NOW, polling=polling, rhythm=timedelta(seconds=rhythm), jitter=0)
    assert wait(poll) == pytest.approx(timedelta(seconds=every), abs=timedelta(seconds=3))


def test_what_publishes_in_every_twentieth_interval_is_asked_once_in_each() -> None:
    daily = timedelta(days=1)
    polling = Polling(interval=daily, min_interval=MINUTE, max_interval=9 * daily)
    assert wait(next_poll(now=NOW, polling=polling, rhythm=20 * daily, jitter=0)) == daily


def test_the_rhythm_comes_from_the_newest_entries() -> None:
    hourly = [NOW - timedelta(hours=hour) for hour in range(10)]
    assert rhythm_of(hourly, NOW) == timedelta(hours=1)
    assert rhythm_of([*hourly, None, NOW + timedelta(days=9)], NOW) == timedelta(hours=1)
    assert rhythm_of([*hourly, *(NOW - timedelta(days=99 + d) for d in range(90))], NOW) is not None
    assert rhythm_of(hourly[:2], NOW) is None
    # Of a long list the last twenty tell.
    twenty = [NOW - timedelta(hours=n) for n in range(20)]
    assert rhythm_of([*twenty, NOW - timedelta(days=9)], NOW) == timedelta(hours=1)


def test_a_feed_gone_silent_has_slowed_down() -> None:
    hourly = [NOW - timedelta(days=8, hours=hour) for hour in range(10)]
    assert rhythm_of(hourly, NOW) == timedelta(days=4)

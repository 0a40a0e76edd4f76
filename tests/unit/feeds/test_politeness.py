"""When a feed is polled next, and the reason given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.config.schema import Polling
from monitor.errors import FetchError, ParseError
from monitor.feeds.politeness import NextPoll, next_poll, parse_retry_after

NOW = datetime(2024, 3, 25, 12, tzinfo=UTC)
POLLING = Polling()  # every 15 minutes, between 5 minutes and a day
MINUTE = timedelta(minutes=1)


def http(status: int, retry_after: float | None = None) -> FetchError:
    return FetchError("no", kind="http", status=status, retry_after=retry_after)


def failed(
    failures: int, error: FetchError | ParseError | None = None, *, jitter: float = 1.0
) -> NextPoll:
    return next_poll(
        now=NOW, polling=POLLING, failures=failures, error=error or http(500), jitter=jitter
    )


def wait(poll: NextPoll) -> timedelta:
    assert poll.at is not None
    return poll.at - NOW


def test_a_feed_that_answers_is_due_after_its_interval() -> None:
    poll = next_poll(now=NOW, polling=POLLING, jitter=0)
    assert (wait(poll), poll.reason) == (15 * MINUTE, "every 15 minutes")
    own = next_poll(now=NOW, polling=POLLING, interval=timedelta(hours=2), jitter=0)
    assert (wait(own), own.reason) == (timedelta(hours=2), "every 2 hours")


def test_jitter_only_ever_makes_it_earlier() -> None:
    waits = [wait(next_poll(now=NOW, polling=POLLING, jitter=j / 10)) for j in range(11)]
    assert waits == sorted(waits, reverse=True)
    assert waits[0] == 15 * MINUTE
    assert waits[-1] == 13.5 * MINUTE


def test_an_interval_is_kept_within_the_limits() -> None:
    short = next_poll(now=NOW, polling=POLLING, interval=MINUTE, jitter=1)
    assert (wait(short), short.reason) == (5 * MINUTE, "every 5 minutes")
    long = next_poll(now=NOW, polling=POLLING, interval=timedelta(days=9), jitter=0)
    assert (wait(long), long.reason) == (timedelta(days=1), "every day")


def test_failures_wait_twice_as_long_each_time_and_never_for_ever() -> None:
    waits = [wait(failed(count)) for count in (1, 2, 3, 4)]
    assert waits == [15 * MINUTE, 30 * MINUTE, 60 * MINUTE, 120 * MINUTE]
    for count in (8, 100, 10**9):
        assert wait(failed(count)) == timedelta(days=1)
    assert failed(3).reason == "failed 3 times, waiting 1 hour"


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
    assert "410" in poll.reason


def test_a_document_that_is_no_feed_backs_off_too() -> None:
    assert wait(failed(2, ParseError("this is a web page"))) == 30 * MINUTE


def test_the_servers_wish_is_honoured_when_it_is_longer() -> None:
    poll = failed(1, http(429, retry_after=2 * 3600 + 300))
    assert wait(poll) == timedelta(hours=2, minutes=5)
    assert poll.reason == "the server asked to wait until 14:05 UTC"
    assert wait(failed(1, http(429, retry_after=10))) == 15 * MINUTE


def test_a_wish_for_another_day_names_the_day() -> None:
    assert failed(1, http(503, retry_after=86400)).reason.endswith("26 March 12:00 UTC")


def test_no_wish_silences_a_feed_for_more_than_a_week() -> None:
    assert wait(failed(1, http(503, retry_after=1e18))) == timedelta(days=7)


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

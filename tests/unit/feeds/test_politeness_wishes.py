"""What publishers ask for is kept; what has gone wrong for long is an incident."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.feeds.politeness import (
    NO_WISHES,
    NextPoll,
    drops_entries,
    incident_of,
    next_poll,
)
from monitor.fetch.freshness import clock_ahead, freshness
from monitor.messages import feeds as messages
from monitor.model.feed import FeedState, Wishes
from tests.support.polls import MINUTE, NOW, POLLING, wait, why

# --- what publishers ask for ----------------------------------------------------------------


def wished(wishes: Wishes = NO_WISHES, **options: timedelta) -> NextPoll:
    return next_poll(now=NOW, polling=POLLING, wishes=wishes, jitter=0, **options)  # type: ignore[arg-type] # passed through


def test_ttl_and_freshness_put_a_poll_off_within_the_limit() -> None:
    hour, year = timedelta(hours=1), timedelta(days=365)
    assert wait(wished(Wishes(ttl=hour))) == hour
    assert "asks for 1 hour" in why(wished(Wishes(ttl=hour)))
    assert wait(wished(fresh_for=hour)) == hour
    assert "server says" in why(wished(fresh_for=hour))
    assert wait(wished(Wishes(ttl=hour), fresh_for=2 * hour)) == 2 * hour
    assert wait(wished(Wishes(ttl=year), fresh_for=year)) == POLLING.max_interval
    assert wait(wished(Wishes(ttl=MINUTE), fresh_for=MINUTE)) == 15 * MINUTE


def test_all_do_not_come_back_at_the_very_second_that_they_asked_for() -> None:
    hour = timedelta(hours=1)
    late = next_poll(now=NOW, polling=POLLING, fresh_for=hour, jitter=1)
    assert wait(late) == hour * 1.05


@pytest.mark.parametrize(
    ("facts", "dropped", "more_often"),
    [
        ({}, False, False),
        ({}, True, False),  # the first poll drops nothing that was seen
        ({"last_ok": NOW - MINUTE}, True, True),
        # After a stop of the daemon it says nothing of the usual interval.
        ({"last_ok": NOW - timedelta(hours=2), "next_poll": NOW - timedelta(hours=1)}, True, True),
        ({"last_ok": NOW - timedelta(hours=2), "next_poll": NOW - 90 * MINUTE}, True, False),
        ({"last_ok": NOW - timedelta(hours=2), "next_poll": None}, True, True),
        ({"last_ok": NOW - 2 * MINUTE, "next_poll": NOW - 2 * MINUTE}, True, True),
        ({"last_ok": NOW - 3 * MINUTE, "next_poll": NOW - 3 * MINUTE}, True, False),
        ({"last_dropped": NOW - timedelta(days=6)}, False, True),
        ({"last_dropped": NOW - timedelta(days=7)}, False, False),
    ],
)
def test_for_a_week_a_feed_that_dropped_entries_is_polled_more_often(
    facts: dict[str, object], dropped: bool, more_often: bool
) -> None:
    assert drops_entries(feed(**facts), NOW, dropped=dropped) is more_often


def test_an_interval_set_for_the_feed_overrides_its_documents_wish_but_not_its_servers() -> None:
    hour = timedelta(hours=1)
    assert wait(wished(Wishes(ttl=hour), interval=5 * MINUTE)) == 5 * MINUTE
    assert wait(wished(fresh_for=hour, interval=5 * MINUTE)) == hour


def test_hours_and_days_to_be_skipped_are_skipped() -> None:
    assert NOW.weekday() == 0
    noon = wished(Wishes(skip_hours=(12, 13)))
    assert noon.at == NOW.replace(hour=14)
    assert "not before 14:00" in why(noon)
    assert wished(Wishes(skip_days=(0,))).at == datetime(2024, 3, 26, tzinfo=UTC)
    assert wished(Wishes(skip_hours=(0, 1), skip_days=(0,))).at == datetime(
        2024, 3, 26, 2, tzinfo=UTC
    )


def test_a_feed_that_skips_everything_is_polled_all_the_same() -> None:
    everything = Wishes(skip_hours=tuple(range(24)), skip_days=tuple(range(7)))
    assert wait(wished(everything)) == 15 * MINUTE


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"cache-control": "max-age=600"}, 600),
        ({"cache-control": 'public, MAX-AGE="600", must-revalidate', "age": "100"}, 500),
        ({"cache-control": "max-age=600", "age": "700"}, None),
        ({"cache-control": "no-cache, max-age=600"}, None),
        ({"cache-control": "no-store", "expires": "Mon, 25 Mar 2024 13:00:00 GMT"}, None),
        ({"cache-control": "max-age=nonsense"}, None),
        ({"cache-control": "max-age=" + "9" * 5000}, None),
        ({"expires": "Mon, 25 Mar 2024 13:00:00 GMT"}, 3600),
        (
            {"expires": "Mon, 25 Mar 2024 13:00:00 GMT", "date": "Mon, 25 Mar 2024 12:30:00 GMT"},
            1800,
        ),
        ({"expires": "0"}, None),
        ({"expires": "Mon, 25 Mar 2004 13:00:00 GMT"}, None),
        ({"cache-control": "max-age=60", "expires": "Mon, 25 Mar 2024 13:00:00 GMT"}, 60),
    ],
)
def test_freshness(headers: dict[str, str], seconds: int | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert freshness(headers, NOW) == expected


def test_our_clock_is_compared_with_the_servers() -> None:
    assert clock_ahead({"date": "Mon, 25 Mar 2024 11:00:00 GMT"}, NOW) == timedelta(hours=1)
    assert clock_ahead({"date": "Mon, 25 Mar 2024 12:00:09 GMT"}, NOW) == -timedelta(seconds=9)
    for silent in ({}, {"date": "soon"}, {"date": "Mon, 25 Mar 2024 11:00:00 GMT", "age": "9"}):
        assert clock_ahead(silent, NOW) is None


# --- incidents ------------------------------------------------------------------------------


def feed(**facts: object) -> FeedState:
    return FeedState(id=1, url="https://x.example/f", name="X", **facts)  # type: ignore[arg-type] # passed through


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"last_ok": NOW - timedelta(hours=23), "failures": 9, "last_error": "refused"}, None),
        (
            {"last_ok": NOW - timedelta(days=2), "failures": 9, "last_error": "refused"},
            "failing for 2 days: refused",
        ),
        ({"added": NOW - timedelta(hours=25), "failures": 2, "last_error": "no"}, "failing for 25"),
        ({"added": NOW, "failures": 2, "last_error": "no"}, None),
        ({"last_ok": NOW - timedelta(days=9)}, None),
        ({"stopped": True, "last_error": "410"}, "gone for good: 410"),
        ({"last_new": NOW - timedelta(days=2), "rhythm": timedelta(minutes=5)}, None),
        (
            {"last_new": NOW - timedelta(days=4), "rhythm": timedelta(hours=1)},
            "silent for 4 days, though it used to publish every hour",
        ),
        ({"last_new": NOW - timedelta(days=60), "rhythm": timedelta(days=7)}, None),
        ({"last_new": NOW - timedelta(days=80), "rhythm": timedelta(days=7)}, "silent for 80 days"),
    ],
)
def test_incidents(facts: dict[str, object], says: str | None) -> None:
    incident = incident_of(feed(**facts), NOW)
    said = "" if incident is None else messages.incident(incident)
    assert (says or "") in said
    assert (incident is None) == (says is None)

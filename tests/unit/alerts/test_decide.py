"""Who is told, and when: the policy alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.alerts.retry import GIVE_UP_AFTER, LONGEST_WAIT, SHORTEST_WAIT, next_attempt
from monitor.alerts.routing import channels_for
from monitor.alerts.timing import Timing, timing
from monitor.config.schema import Channel, Config, Watchlist
from monitor.model.delivery import SendResult
from monitor.model.hold import Hold, HoldReason
from monitor.model.match import Match, Severity

LONDON = "Europe/London"
REFUSED = SendResult(False, "503", retryable=True)


def not_before(channel: Channel, severity: Severity, now: datetime, zone: str) -> datetime:
    return timing(channel, severity, now, zone).at


def channel(name: str = "slack", **settings: Any) -> Channel:
    return Channel.model_validate({"name": name, "url": "json://localhost/", **settings})


def match(severity: Severity = Severity.MEDIUM) -> Match:
    return Match("w", 60.0, severity, True, (), ())


def local(text: str, zone: str = LONDON, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


# --- who ------------------------------------------------------------------------------------


def test_a_watchlists_own_channels_come_first_each_once() -> None:
    config = Config(channels=(channel("a"), channel("b"), channel("c")))
    watchlist = Watchlist(name="w", channels=("b", "a", "b"))
    assert channels_for(match(), watchlist, config) == ("b", "a")


def test_without_own_channels_all_instant_ones_are_told() -> None:
    config = Config(channels=(channel("a"), channel("daily", mode="digest"), channel("c")))
    assert channels_for(match(), Watchlist(name="w"), config) == ("a", "c")


@pytest.mark.parametrize("channels", [(), (channel("daily", mode="digest"),)])
def test_without_any_instant_channel_the_console_is_told(channels: tuple[Channel, ...]) -> None:
    assert channels_for(match(), Watchlist(name="w"), Config(channels=channels)) == ("console",)


def test_a_channel_is_spared_what_is_below_its_severity() -> None:
    config = Config(channels=(channel("all"), channel("grave", min_severity="high")))
    watchlist = Watchlist(name="w")
    assert channels_for(match(Severity.MEDIUM), watchlist, config) == ("all",)
    assert channels_for(match(Severity.HIGH), watchlist, config) == ("all", "grave")


def test_a_match_too_slight_for_every_channel_does_not_fall_back_to_the_console() -> None:
    config = Config(channels=(channel("grave", min_severity="critical"),))
    assert channels_for(match(), Watchlist(name="w"), config) == ()


def test_a_channel_that_is_not_configured_is_kept_so_that_its_failure_shows() -> None:
    watchlist = Watchlist(name="w", channels=("gone", "console"))
    assert channels_for(match(), watchlist, Config()) == ("gone", "console")


# --- when -----------------------------------------------------------------------------------


def test_an_instant_channel_without_quiet_hours_is_told_at_once() -> None:
    now = local("2026-03-01T03:00")
    assert timing(channel(), Severity.LOW, now, LONDON) == Timing(now)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-06-10T21:59", "2026-06-10T21:59"),
        ("2026-06-10T22:00", "2026-06-11T07:00"),
        ("2026-06-11T03:00", "2026-06-11T07:00"),
        ("2026-06-11T06:59:59", "2026-06-11T07:00"),
        ("2026-06-11T07:00", "2026-06-11T07:00"),
        # The nights on which the clocks change.
        ("2026-03-28T23:00", "2026-03-29T07:00"),
        ("2026-10-24T23:00", "2026-10-25T07:00"),
    ],
)
def test_quiet_hours_hold_until_they_end_on_the_local_clock(now: str, expected: str) -> None:
    quiet = channel(quiet_hours="22:00-07:00")
    assert not_before(quiet, Severity.HIGH, local(now), LONDON) == local(expected)


def test_quiet_hours_within_a_day() -> None:
    quiet = channel(quiet_hours="12:00-13:30")
    held = not_before(quiet, Severity.LOW, local("2026-06-10T12:10"), LONDON)
    assert held == local("2026-06-10T13:30")
    assert timing(quiet, Severity.LOW, local("2026-06-10T12:10"), LONDON).hold == Hold(
        HoldReason.QUIET_HOURS
    )
    assert timing(quiet, Severity.LOW, local("2026-06-10T13:30"), LONDON).hold is None


def test_quiet_hours_that_end_within_the_repeated_hour_end_once_the_second_time() -> None:
    quiet = channel(quiet_hours="23:00-01:30")
    end = local("2026-10-25T01:30", fold=1)
    for now in (
        local("2026-10-25T00:59"),
        local("2026-10-25T01:45", fold=0),
        local("2026-10-25T01:10", fold=1),
    ):
        assert not_before(quiet, Severity.LOW, now, LONDON) == end
    assert not_before(quiet, Severity.LOW, end, LONDON) == end


def test_quiet_hours_that_end_at_a_skipped_time_end_as_the_clock_jumps() -> None:
    quiet = channel(quiet_hours="23:00-01:30")
    held = not_before(quiet, Severity.LOW, local("2026-03-29T00:30"), LONDON)
    assert held == local("2026-03-29T02:00")


def test_what_is_grave_enough_breaks_the_quiet_if_so_configured() -> None:
    now = local("2026-06-10T23:00")
    quiet = channel(quiet_hours="22:00-07:00", quiet_unless="critical")
    assert not_before(quiet, Severity.CRITICAL, now, LONDON) == now
    assert not_before(quiet, Severity.HIGH, now, LONDON) > now
    assert not_before(channel(quiet_hours="22:00-07:00"), Severity.CRITICAL, now, LONDON) > now


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-06-10T08:29:59", "2026-06-10T08:30"),
        ("2026-06-10T08:30", "2026-06-11T08:30"),
        ("2026-06-10T23:00", "2026-06-11T08:30"),
        ("2026-03-28T09:00", "2026-03-29T08:30"),
        ("2026-10-24T09:00", "2026-10-25T08:30"),
    ],
)
def test_a_digest_channel_is_served_at_its_next_time(now: str, expected: str) -> None:
    digest = channel(mode="digest", digest_at="08:30", quiet_hours="22:00-10:00")
    assert not_before(digest, Severity.CRITICAL, local(now), LONDON) == local(expected)
    assert timing(digest, Severity.LOW, local(now), LONDON).hold == Hold(HoldReason.DIGEST)


def test_a_digest_at_a_skipped_or_repeated_time_is_served_once() -> None:
    digest = channel(mode="digest", digest_at="01:30")
    before_gap = not_before(digest, Severity.LOW, local("2026-03-29T00:30"), LONDON)
    assert before_gap == local("2026-03-29T02:00")
    first = local("2026-10-25T01:30", fold=0)
    assert not_before(digest, Severity.LOW, local("2026-10-25T00:30"), LONDON) == first
    assert not_before(digest, Severity.LOW, first, LONDON) == local("2026-10-26T01:30")


@pytest.mark.parametrize(
    ("days", "now", "expected"),
    [
        ("monday", "2026-06-10T09:00", "2026-06-15T08:30"),
        ("monday", "2026-06-15T08:29", "2026-06-15T08:30"),
        ("monday", "2026-06-15T08:30", "2026-06-22T08:30"),
        (["monday", "thursday"], "2026-06-15T09:00", "2026-06-18T08:30"),
        ([], "2026-06-10T09:00", "2026-06-11T08:30"),
        # A week in which the clocks change.
        ("sunday", "2026-03-22T09:00", "2026-03-29T08:30"),
        ("sunday", "2026-10-18T09:00", "2026-10-25T08:30"),
    ],
)
def test_a_digest_may_come_on_some_days_only(days: Any, now: str, expected: str) -> None:
    digest = channel(mode="digest", digest_at="08:30", digest_on=days)
    assert timing(digest, Severity.LOW, local(now), LONDON) == Timing(
        local(expected), Hold(HoldReason.DIGEST)
    )


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Chatham"])
def test_local_times_are_those_of_the_configured_zone(zone: str) -> None:
    quiet = channel(quiet_hours="22:00-07:00")
    held = not_before(quiet, Severity.LOW, local("2026-06-10T23:00", zone), zone)
    assert held == local("2026-06-11T07:00", zone)


# --- again ----------------------------------------------------------------------------------

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)


def again(attempts: int, jitter: float, result: SendResult = REFUSED, **more: Any) -> Any:
    given = {"since": NOW, "now": NOW} | more
    return next_attempt(attempts, jitter=jitter, result=result, **given)


def test_the_wait_grows_up_to_its_cap_and_is_spread_from_the_shortest() -> None:
    longest = [again(attempts, 1.0) - NOW for attempts in range(1, 20)]
    assert longest[:3] == [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=40)]
    assert longest == sorted(longest)
    assert longest[-1] == LONGEST_WAIT == timedelta(minutes=15)
    assert {again(attempts, 0.0) - NOW for attempts in range(1, 20)} == {SHORTEST_WAIT}


def test_the_services_own_wish_is_never_undercut() -> None:
    limited = SendResult(False, "429", retry_after=120.0)
    assert again(1, 0.0, limited) == NOW + timedelta(seconds=120)
    assert again(1, 1.0, limited) > NOW + timedelta(seconds=120)
    assert again(12, 1.0, limited) == NOW + LONGEST_WAIT


def test_a_refusal_for_good_is_dead_at_once() -> None:
    assert again(1, 0.5, SendResult(False, "404 no_service", retryable=False)) is None


def test_a_delivery_is_dead_after_its_time_and_has_a_last_try_at_its_end() -> None:
    end = NOW + GIVE_UP_AFTER
    assert again(50, 1.0, now=end - timedelta(minutes=1)) == end
    assert again(50, 1.0, now=end) is None
    assert again(50, 0.0, now=end + timedelta(days=3)) is None


def test_a_wish_beyond_reason_is_cut_short() -> None:
    endless = SendResult(False, "429", retry_after=1e12)
    assert again(1, 0.0, endless) == NOW + timedelta(hours=24)
    last = NOW + GIVE_UP_AFTER
    assert again(1, 0.0, endless, now=last - timedelta(hours=1)) == last


def test_a_delivery_tried_very_often_still_has_a_moment() -> None:
    assert again(10**9, 1.0) == NOW + LONGEST_WAIT

"""Whatever is due, and however the clocks change: nothing is dropped, and in order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.batching import MOST, arrange
from monitor.alerts.retry import GIVE_UP_AFTER, SHORTEST_WAIT, next_attempt
from monitor.alerts.timing import timing
from monitor.config.schema import Channel
from monitor.model.delivery import Due, SendResult
from monitor.model.hold import Hold, HoldReason
from monitor.model.match import Severity
from tests.support.clock import MONDAY

DIGEST, QUIET_HOURS = Hold(HoldReason.DIGEST), Hold(HoldReason.QUIET_HOURS)
RATE, EXPIRED = Hold(HoldReason.RATE), Hold(HoldReason.EXPIRED)
SILENCED = Hold(HoldReason.SILENCE, "3")
ZONES = ["UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"]

times = st.datetimes(
    datetime(2023, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)  # noqa: DTZ001 - made aware by `timezones`
)  # fmt: skip
clock_times = st.builds(lambda h, m: f"{h:02}:{m:02}", st.integers(0, 23), st.integers(0, 59))
days = st.lists(
    st.sampled_from(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]),
    unique=True,
)
severities = st.sampled_from(list(Severity))


def channel(**settings: Any) -> Channel:
    given = {key: value for key, value in settings.items() if value is not None}
    return Channel.model_validate({"name": "slack", "url": "json://localhost/", **given})


# --- what goes out with what ------------------------------------------------------------------


@st.composite
def dues(draw: st.DrawFn) -> list[Due]:
    """Deliveries that are due; those of a summary have waited for the same."""
    reasons = {"s1": DIGEST, "s2": QUIET_HOURS, "s3": EXPIRED, "s4": RATE}
    found = []
    for number in range(draw(st.integers(0, 60))):
        severity = draw(st.none() | severities)
        summary = draw(st.none() | st.sampled_from(list(reasons))) if severity else None
        hold = (
            reasons[summary]
            if summary
            else draw(st.sampled_from([None, DIGEST, QUIET_HOURS, RATE, SILENCED]))
        )
        found.append(
            Due(
                id=number,
                due=MONDAY - timedelta(hours=draw(st.integers(0, 72))),
                severity=severity,
                hold=hold,
                summary=summary,
            )
        )
    return draw(st.permutations(found))


settings = st.builds(
    channel,
    rate=st.none() | st.builds(lambda number: f"{number}/1h", st.integers(1, 30)),
    expire_after=st.sampled_from(["never", "1h", "24h"]),
)
sent = st.lists(st.integers(-600, 7200), max_size=70).map(
    lambda ago: [MONDAY - timedelta(seconds=each) for each in ago]
)


@given(dues(), settings, sent)
def test_everything_due_goes_out_once_or_waits(
    due: list[Due], channel: Channel, sent: list[datetime]
) -> None:
    arranged = arrange(due, channel, sent, MONDAY)
    told = [id_ for parcel in arranged.parcels for id_ in parcel.ids]
    assert sorted([*told, *arranged.held]) == sorted(each.id for each in due)
    assert bool(arranged.held) <= (arranged.until is not None and arranged.until > MONDAY)
    assert all(len(parcel.ids) <= max(MOST, len(due)) for parcel in arranged.parcels)


@given(dues(), settings, sent)
def test_what_goes_out_alone_goes_out_in_order(
    due: list[Due], channel: Channel, sent: list[datetime]
) -> None:
    alone = [
        parcel.ids[0]
        for parcel in arrange(due, channel, sent, MONDAY).parcels
        if parcel.summary is None
    ]
    position = {each.id: index for index, each in enumerate(due)}
    assert [position[each] for each in alone] == sorted(position[each] for each in alone)


@given(dues(), settings, sent)
def test_what_was_arranged_and_not_sent_is_arranged_the_same_again(
    due: list[Due], channel: Channel, sent: list[datetime]
) -> None:
    first = arrange(due, channel, sent, MONDAY)
    by_id = {each.id: each for each in due}
    again = [
        Due(id_, by_id[id_].due, by_id[id_].severity, parcel.hold, parcel.summary)
        if parcel.summary
        else by_id[id_]
        for parcel in first.parcels
        for id_ in parcel.ids
    ]
    summaries = {parcel for parcel in first.parcels if parcel.summary}
    # Without the rate: what was sent meanwhile makes room for less.
    free = channel.model_copy(update={"rate": None})
    assert summaries <= set(arrange(again, free, [], MONDAY).parcels)


@given(dues(), st.integers(1, 30), sent)
def test_no_more_goes_out_than_the_rate_allows(
    due: list[Due], number: int, sent: list[datetime]
) -> None:
    arranged = arrange(due, channel(rate=f"{number}/1h"), sent, MONDAY)
    by_id = {each.id: each for each in due}
    lately = sum(MONDAY - timedelta(hours=1) < each <= MONDAY for each in sent)
    told = [parcel for parcel in arranged.parcels if by_id[parcel.ids[0]].severity is not None]
    critical = [
        parcel
        for parcel in told
        if parcel.summary is None and by_id[parcel.ids[0]].severity is Severity.CRITICAL
    ]
    assert len(told) - len(critical) <= max(number - lately, 0)
    assert len(told) <= max(2 * number - lately, 0)


@given(dues(), settings, sent)
def test_no_critical_alert_waits_while_the_rate_is_not_used_up_twice(
    due: list[Due], channel: Channel, sent: list[datetime]
) -> None:
    arranged = arrange(due, channel, sent, MONDAY)
    by_id = {each.id: each for each in due}
    critical = [
        id_
        for id_ in arranged.held
        if by_id[id_].severity is Severity.CRITICAL
        # What comes in a digest, or too late, waits with it.
        and by_id[id_].hold is None
        and by_id[id_].due == MONDAY
    ]
    if critical:
        assert channel.rate is not None
        lately = sum(MONDAY - timedelta(hours=1) < each <= MONDAY for each in sent)
        assert lately + len(arranged.parcels) >= 2 * channel.rate[0]


# --- when -------------------------------------------------------------------------------------


@given(times, st.sampled_from(ZONES), clock_times, days)
def test_a_digest_comes_within_a_week_at_its_time_on_its_day(
    now: datetime, zone: str, at: str, on: list[str]
) -> None:
    digest = channel(mode="digest", digest_at=at, digest_on=on)
    when = timing(digest, Severity.CRITICAL, now, zone)
    assert now < when.at <= now + timedelta(days=8 if on else 2)
    local = when.at.astimezone(ZoneInfo(zone))
    if f"{local:%H:%M}" != at:
        # Only a time that the clock skipped is moved, and only to after the gap.
        before = (when.at - timedelta(hours=3)).astimezone(ZoneInfo(zone))
        assert before.utcoffset() != local.utcoffset()
    elif on:
        assert f"{local:%A}".lower() in on


@given(times, st.sampled_from(ZONES), clock_times, days)
def test_each_digest_day_has_one_digest(now: datetime, zone: str, at: str, on: list[str]) -> None:
    digest = channel(mode="digest", digest_at=at, digest_on=on)
    moments = [timing(digest, Severity.LOW, now, zone).at]
    for _ in range(8):
        moments.append(timing(digest, Severity.LOW, moments[-1], zone).at)
    dates = [moment.astimezone(ZoneInfo(zone)).date() for moment in moments]
    assert len(set(dates)) == len(dates)
    # What is told a second before is told with this one, not with the next.
    for moment in moments:
        second_before = moment - timedelta(seconds=1)
        assert timing(digest, Severity.LOW, second_before, zone).at == moment


@given(times, st.sampled_from(ZONES), clock_times, clock_times, severities)
def test_quiet_hours_end_within_a_day_and_hold_nothing_after(
    now: datetime, zone: str, start: str, end: str, severity: Severity
) -> None:
    if start == end:
        return
    quiet = channel(quiet_hours=f"{start}-{end}", quiet_unless="critical")
    when = timing(quiet, severity, now, zone)
    assert now <= when.at <= now + timedelta(hours=26)
    assert (when.hold is None) == (when.at == now)
    if severity is Severity.CRITICAL:
        assert when.at == now
    if when.hold:
        local = when.at.astimezone(ZoneInfo(zone))
        before = (when.at - timedelta(hours=3)).astimezone(ZoneInfo(zone))
        assert f"{local:%H:%M}" == end or before.utcoffset() != local.utcoffset()


# --- again ------------------------------------------------------------------------------------


@given(
    st.integers(1, 10_000),
    st.timedeltas(timedelta(0), timedelta(days=400)),
    st.floats(0, 1),
    st.none() | st.floats(0, 1e12),
)
def test_a_retry_is_never_at_once_nor_after_its_time(
    attempts: int, age: timedelta, jitter: float, retry_after: float | None
) -> None:
    refused = SendResult(False, "503", retry_after=retry_after)
    again = next_attempt(attempts, since=MONDAY - age, now=MONDAY, jitter=jitter, result=refused)
    if age >= GIVE_UP_AFTER:
        assert again is None
    else:
        last = MONDAY - age + GIVE_UP_AFTER
        assert again is not None
        assert min(MONDAY + SHORTEST_WAIT, last) <= again <= last

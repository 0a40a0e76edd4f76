"""What goes out with what: the policy alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.alerts.batching import FEW, MOST, arrange
from monitor.config.schema import Channel
from monitor.model.delivery import Due, Parcel
from monitor.model.hold import Hold, HoldReason
from monitor.model.match import Severity
from tests.support.clock import MONDAY

HOUR = timedelta(hours=1)
DIGEST, QUIET_HOURS = Hold(HoldReason.DIGEST), Hold(HoldReason.QUIET_HOURS)
RATE, EXPIRED = Hold(HoldReason.RATE), Hold(HoldReason.EXPIRED)


def silence(number: int) -> Hold:
    return Hold(HoldReason.SILENCE, str(number))


def channel(**settings: Any) -> Channel:
    return Channel.model_validate({"name": "slack", "url": "json://localhost/", **settings})


def due(count: int, first: int = 1, **fields: Any) -> list[Due]:
    given: dict[str, Any] = {"due": MONDAY, "severity": Severity.HIGH}
    return [Due(first + number, **(given | fields)) for number in range(count)]


def sent(count: int, before: datetime = MONDAY) -> list[datetime]:
    """So many messages, one a minute, the last of them a minute before."""
    return [before - timedelta(minutes=1 + number) for number in range(count)]


def ids(parcels: tuple[Parcel, ...]) -> list[tuple[int, ...]]:
    return [parcel.ids for parcel in parcels]


# --- digests, and what was held back ----------------------------------------------------------


def test_what_waited_for_nothing_goes_out_one_by_one() -> None:
    arranged = arrange(due(30), channel(), [], MONDAY)
    assert arranged.parcels == tuple(Parcel((number,)) for number in range(1, 31))


@pytest.mark.parametrize("count", [1, 3, 40])
def test_a_digest_is_one_message_however_much_is_in_it(count: int) -> None:
    [parcel] = arrange(due(count, hold=DIGEST), channel(), [], MONDAY).parcels
    assert (parcel.ids, parcel.hold) == (tuple(range(1, count + 1)), DIGEST)
    assert parcel.summary


def test_a_few_that_waited_go_out_one_by_one_and_more_as_one() -> None:
    few = arrange(due(FEW, hold=QUIET_HOURS), channel(), [], MONDAY)
    assert ids(few.parcels) == [(number,) for number in range(1, FEW + 1)]
    [many] = arrange(due(FEW + 1, hold=QUIET_HOURS), channel(), [], MONDAY).parcels
    assert (len(many.ids), many.hold) == (FEW + 1, QUIET_HOURS)


def test_what_waited_for_one_thing_is_not_mixed_with_what_waited_for_another() -> None:
    waited = [*due(8, hold=silence(3)), *due(8, first=20, hold=silence(4))]
    parcels = arrange(waited, channel(), [], MONDAY).parcels
    assert [(parcel.hold, len(parcel.ids)) for parcel in parcels] == [
        (silence(3), 8), (silence(4), 8),
    ]  # fmt: skip


def test_a_summary_is_tried_again_as_it_was() -> None:
    first = arrange(due(9, hold=DIGEST), channel(), [], MONDAY).parcels[0]
    again = due(9, hold=DIGEST, summary=first.summary)
    later = due(4, first=50, hold=DIGEST, due=MONDAY + 24 * HOUR)
    parcels = arrange([*later, *again], channel(), [], MONDAY + 24 * HOUR).parcels
    assert first in parcels
    assert sorted(ids(parcels)) == [tuple(range(1, 10)), (50, 51, 52, 53)]
    assert len({parcel.summary for parcel in parcels}) == 2


def test_a_summary_bears_what_brought_it_together_and_not_whom_an_acknowledgement_spares() -> None:
    spared = Hold(HoldReason.ACKNOWLEDGEMENT)
    only = due(1, hold=spared, summary="s")
    [parcel] = arrange(
        [*only, *due(8, first=2, hold=RATE, summary="s")], channel(), [], MONDAY
    ).parcels
    assert (len(parcel.ids), parcel.hold) == (9, RATE)
    [alone] = arrange(only, channel(), [], MONDAY).parcels
    assert alone.hold == spared


def test_a_notice_is_part_of_no_summary() -> None:
    waited = [*due(9, hold=QUIET_HOURS), *due(9, 20, severity=None, hold=QUIET_HOURS)]
    assert len(arrange(waited, channel(), [], MONDAY).parcels) == 10


def test_a_flood_makes_several_summaries() -> None:
    parcels = arrange(due(2 * MOST + 1, hold=DIGEST), channel(), [], MONDAY).parcels
    assert [len(parcel.ids) for parcel in parcels] == [MOST, MOST, 1]
    assert len({parcel.summary for parcel in parcels}) == 3


def test_a_flood_is_parted_where_its_stories_part_the_oldest_first() -> None:
    late = due(1, 1, hold=DIGEST, story="late", due=MONDAY + HOUR)
    two = [due(1, n, hold=DIGEST, story="two", thread=str(n))[0] for n in (2, 900)]
    rest = [each for n in range(3, MOST + 2) for each in due(1, n, hold=DIGEST, story=str(n))]
    parcels = arrange([*late, *two, *rest], channel(), [], MONDAY + HOUR).parcels
    # Where the newest is listed first, so is the message that it stands in.
    assert [parcel.ids for parcel in parcels] == [(1,), (2, 900, *range(3, MOST + 2))]


# --- too old to be news -----------------------------------------------------------------------


def test_what_could_not_be_delivered_for_too_long_is_told_together_from_the_first_on() -> None:
    now = MONDAY + timedelta(hours=24, seconds=1)
    waited = [*due(2), *due(2, first=10, due=now - HOUR)]
    parcels = arrange(waited, channel(), [], now).parcels
    assert ids(parcels) == [(1, 2), (10,), (11,)]
    assert parcels[0].hold == EXPIRED


def test_what_grows_too_old_later_joins_what_is_too_old_already() -> None:
    now = MONDAY + timedelta(hours=25)
    [first] = arrange(due(3), channel(), [], now).parcels
    tried = due(3, hold=EXPIRED, summary=first.summary)
    assert arrange(tried, channel(), [], now).parcels == (first,)
    [more] = arrange([*tried, *due(1, first=9)], channel(), [], now).parcels
    assert more.ids == (1, 2, 3, 9)
    # Other words under the name of a message that may have arrived would not be read.
    assert more.summary != first.summary


def test_a_digest_that_cannot_be_delivered_stays_one() -> None:
    now = MONDAY + timedelta(days=3)
    [same] = arrange(due(3, hold=DIGEST, summary="d1"), channel(), [], now).parcels
    assert same == Parcel((1, 2, 3), "d1", DIGEST)


def test_a_channel_may_want_everything_one_by_one_however_old() -> None:
    now = MONDAY + timedelta(days=5)
    arranged = arrange(due(9), channel(expire_after="never"), [], now)
    assert len(arranged.parcels) == 9
    assert len(arrange(due(9), channel(expire_after="6d"), [], now).parcels) == 9
    assert len(arrange(due(9), None, [], now).parcels) == 9


# --- the rate ---------------------------------------------------------------------------------


def test_within_its_rate_a_channel_gets_everything_one_by_one() -> None:
    arranged = arrange(due(5), channel(rate="20/1h"), sent(15), MONDAY)
    assert (len(arranged.parcels), arranged.held, arranged.until) == (5, (), None)


def test_the_last_message_that_the_rate_allows_is_a_summary_of_the_rest() -> None:
    arranged = arrange(due(10), channel(rate="20/1h"), sent(16), MONDAY)
    assert ids(arranged.parcels) == [(1,), (2,), (3,), (4, 5, 6, 7, 8, 9, 10)]
    assert arranged.parcels[-1].hold == RATE
    assert arranged.held == ()


def test_when_the_rate_is_used_up_all_wait_until_there_is_room() -> None:
    arranged = arrange(due(3), channel(rate="20/1h"), sent(20), MONDAY)
    assert arranged.parcels == ()
    assert arranged.held == (1, 2, 3)
    # The oldest of the twenty was twenty minutes ago.
    assert arranged.until == MONDAY + timedelta(minutes=40)


def test_what_waited_for_the_rate_comes_as_one_as_soon_as_there_is_room() -> None:
    [parcel] = arrange(due(3, hold=RATE), channel(rate="1/1h"), [], MONDAY).parcels
    assert parcel.ids == (1, 2, 3)
    fresh = [*due(3, hold=RATE), *due(2, first=9)]
    [parcel] = arrange(fresh, channel(rate="20/1h"), sent(19), MONDAY).parcels
    assert parcel.ids == (1, 2, 3, 9, 10)


def test_a_single_one_that_waited_comes_as_it_is() -> None:
    [parcel] = arrange(due(1, hold=RATE), channel(rate="1/1h"), [], MONDAY).parcels
    assert parcel == Parcel((1,))


def test_critical_alerts_pass_up_to_twice_the_rate() -> None:
    grave = [*due(3), *due(3, first=10, severity=Severity.CRITICAL)]
    arranged = arrange(grave, channel(rate="20/1h"), sent(20), MONDAY)
    assert (ids(arranged.parcels), arranged.held) == ([(10,), (11,), (12,)], (1, 2, 3))
    arranged = arrange(grave, channel(rate="20/1h"), sent(39), MONDAY)
    assert (ids(arranged.parcels), arranged.held) == ([(10,)], (1, 2, 3, 11, 12))


def test_notices_neither_wait_for_the_rate_nor_count() -> None:
    arranged = arrange(due(3, severity=None), channel(rate="1/1h"), sent(1), MONDAY)
    assert (len(arranged.parcels), arranged.held) == (3, ())


def test_a_digest_waits_for_the_rate_as_a_whole() -> None:
    waited = due(9, hold=DIGEST, summary="d1")
    arranged = arrange(waited, channel(rate="1/1h"), sent(1), MONDAY)
    assert arranged.held == tuple(range(1, 10))
    arranged = arrange([*waited, *due(2, first=20)], channel(rate="1/1h"), [], MONDAY)
    assert (ids(arranged.parcels), arranged.held) == ([tuple(range(1, 10))], (20, 21))


def test_a_single_alert_that_came_before_a_digest_goes_out_before_it() -> None:
    waited = [*due(1), *due(8, first=10, hold=DIGEST)]
    arranged = arrange(waited, channel(rate="1/1h"), [], MONDAY)
    assert arranged.parcels == (Parcel((1,)),)
    assert arranged.held == tuple(range(10, 18))


def test_a_summary_goes_out_where_the_first_of_it_would_have() -> None:
    waited = [*due(1), *due(1, first=2, severity=Severity.CRITICAL), *due(1, first=3)]
    assert ids(arrange(waited, channel(rate="2/1h"), [], MONDAY).parcels) == [(1, 3), (2,)]


def test_what_a_clock_that_was_ahead_has_sent_does_not_count() -> None:
    ahead = [MONDAY + timedelta(days=number) for number in range(1, 30)]
    assert len(arrange(due(3), channel(rate="20/1h"), ahead, MONDAY).parcels) == 3

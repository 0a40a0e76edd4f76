"""Which deliveries make one message."""

from __future__ import annotations

from typing import Any

from monitor.alerts.batching import FEW, arrange
from monitor.alerts.merging import merged
from monitor.config.schema import Channel
from monitor.model.delivery import Due
from monitor.model.hold import Hold, HoldReason
from monitor.model.match import Severity
from tests.support.clock import MONDAY

ACKNOWLEDGEMENT = Hold(HoldReason.ACKNOWLEDGEMENT)
QUIET_HOURS = Hold(HoldReason.QUIET_HOURS)


def due(number: int, story: str = "1", **fields: Any) -> Due:
    given: dict[str, Any] = {
        "severity": Severity.HIGH, "story": story, "thread": f"t{number}", "alert_id": f"t{number}",
    }  # fmt: skip
    return Due(number, MONDAY, **(given | fields))


def ids(*given: Due) -> list[list[int]]:
    return [[each.id for each in members] for members in merged(given)]


def test_alerts_of_one_story_go_out_together_where_the_first_of_them_stands() -> None:
    assert ids(due(1), due(2, "2"), due(3), due(4, "2"), due(5)) == [[1, 3, 5], [2, 4]]


def test_notices_go_out_alone() -> None:
    notice: dict[str, Any] = {"severity": None, "story": None, "thread": None, "alert_id": None}
    assert ids(due(1, **notice), due(2, **notice)) == [[1], [2]]


def test_of_two_alerts_of_one_watchlist_the_second_waits_for_the_first() -> None:
    assert ids(due(1, thread="w"), due(2, thread="w"), due(3)) == [[1, 3], [2]]


def test_alerts_and_follow_ups_are_two_messages() -> None:
    assert ids(due(1), due(2, follow_up=1), due(3, follow_up=4)) == [[1], [2, 3]]


def test_an_escalation_says_so_and_is_a_message_of_its_own() -> None:
    assert ids(due(1), due(2, hold=ACKNOWLEDGEMENT), due(3, hold=ACKNOWLEDGEMENT)) == [[1], [2, 3]]
    assert ids(due(1), due(2, hold=QUIET_HOURS)) == [[1, 2]]


def test_what_was_tried_is_tried_again_as_it_was() -> None:
    tried: dict[str, Any] = {"tried": True, "message": "t1"}
    assert ids(due(1, **tried), due(2, **tried), due(3)) == [[1, 2], [3]]
    assert ids(due(1, tried=True), due(2)) == [[1], [2]]


def test_without_the_alert_that_identified_it_the_rest_is_another_message() -> None:
    tried: dict[str, Any] = {"tried": True, "message": "t1"}
    assert ids(due(2, **tried), due(3, **tried), due(4)) == [[2, 3], [4]]


def test_changes_of_one_message_are_one_change() -> None:
    assert ids(
        due(1, follow_up=1, edits="a"),
        due(2, follow_up=1, edits="b"),
        due(3, follow_up=1, edits="a"),
    ) == [[1, 3], [2]]


# --- with what else decides on messages -------------------------------------------------------


def channel(**settings: Any) -> Channel:
    return Channel.model_validate({"name": "slack", "url": "json://localhost/", **settings})


def test_a_story_counts_as_one_for_a_rate() -> None:
    stories = [due(3 * story + n, str(story)) for story in range(2) for n in range(3)]
    arranged = arrange(stories, channel(rate="2/1h"), [], MONDAY)
    assert [parcel.ids for parcel in arranged.parcels] == [(0, 1, 2), (3, 4, 5)]
    assert arranged.held == ()
    third = [*stories, due(9, "3")]
    last = arrange(third, channel(rate="2/1h"), [], MONDAY).parcels[-1]
    assert (last.ids, last.summary is None) == ((3, 4, 5, 9), False)


def test_a_story_counts_as_one_of_few() -> None:
    stories = [
        due(3 * story + n, str(story), hold=QUIET_HOURS) for story in range(FEW) for n in range(3)
    ]
    arranged = arrange(stories, channel(), [], MONDAY)
    assert [len(parcel.ids) for parcel in arranged.parcels] == [3] * FEW
    assert all(parcel.summary is None for parcel in arranged.parcels)


def test_one_critical_alert_takes_its_story_past_the_rate() -> None:
    full = [MONDAY for _ in range(1)]
    story = [due(1), due(2, severity=Severity.CRITICAL)]
    arranged = arrange(story, channel(rate="1/1h"), full, MONDAY)
    assert [parcel.ids for parcel in arranged.parcels] == [(1, 2)]

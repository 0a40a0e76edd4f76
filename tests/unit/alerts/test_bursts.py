"""What of a feed's burst comes at once, and what is gathered: the policy alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from monitor.alerts.bursts import LONGEST, QUIET, gather
from monitor.model.burst import Gathering, Told
from monitor.model.delivery import Due
from monitor.model.hold import Hold, HoldReason
from monitor.model.match import Severity
from tests.support.clock import MONDAY

LIMIT = (2, timedelta(minutes=10))
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
BURST = Hold(HoldReason.BURST, "7")
ALERTS = (7, False)


def due(*numbers: int, feed: int = 7, **fields: Any) -> list[Due]:
    given: dict[str, Any] = {
        "feeds": (feed,),
        "due": MONDAY,
        "severity": Severity.HIGH,
        "created": MONDAY,
    }
    return [Due(each, story=f"s{each}", thread=f"t{each}", **(given | fields)) for each in numbers]


def ids(found: Any) -> list[int]:
    return [each.id for each in found]


def test_the_first_come_at_once_and_the_others_wait_for_the_end_of_the_burst() -> None:
    gathered = gather(due(*range(1, 1501)), {}, {}, LIMIT, MONDAY)
    assert ids(gathered.free) == [1, 2]
    [held] = gathered.held
    assert held.ids == tuple(range(3, 1501))
    assert (held.until, held.hold) == (MONDAY + QUIET, BURST)


def test_other_feeds_wait_for_none_of_it() -> None:
    gathered = gather([*due(*range(1, 100)), *due(500, 501, feed=8)], {}, {}, LIMIT, MONDAY)
    assert ids(gathered.free) == [1, 2, 500, 501]


def test_the_gravest_of_a_burst_are_not_among_those_that_wait() -> None:
    found = [*due(1, 2, 3, severity=Severity.LOW), *due(9, severity=Severity.CRITICAL)]
    assert ids(gather(found, {}, {}, LIMIT, MONDAY).free) == [9, 1]


def test_what_comes_while_something_is_gathered_joins_it() -> None:
    waits = Gathering(MONDAY, MONDAY, MONDAY + 4 * SECOND)
    gathered = gather(due(50), {}, {ALERTS: waits}, LIMIT, MONDAY + SECOND)
    [held] = gathered.held
    assert (gathered.free, held.ids, held.until) == ((), (50,), waits.until)


def test_a_burst_that_goes_on_is_gathered_further_but_not_for_ever() -> None:
    waiting = due(3, 4, hold=BURST)
    now = MONDAY + QUIET
    going_on = {ALERTS: Gathering(MONDAY, now - SECOND, now)}
    [held] = gather(waiting, {}, going_on, LIMIT, now).held
    assert held.until == now - SECOND + QUIET
    assert timedelta(minutes=5) == LONGEST
    later = MONDAY + LONGEST
    for_long = {ALERTS: Gathering(MONDAY, later - SECOND, later)}
    gathered = gather(waiting, {}, for_long, LIMIT, later)
    assert (ids(gathered.free), gathered.held) == ([3, 4], ())
    assert {each.hold for each in gathered.free} == {BURST}


def test_a_flood_that_does_not_end_is_one_message_a_span() -> None:
    told = {ALERTS: [Told(MONDAY), Told(MONDAY), Told(MONDAY + MINUTE, gathered=True)]}
    came = due(80, created=MONDAY + 2 * MINUTE)
    [held] = gather(came, told, {}, LIMIT, MONDAY + 2 * MINUTE).held
    assert held.until == MONDAY + MINUTE + LIMIT[1]
    assert ids(gather(came, told, {}, LIMIT, MONDAY + 12 * MINUTE).free) == [80]


def test_nothing_waits_longer_than_the_span_however_long_its_feed_goes_on() -> None:
    now, waiting = MONDAY + 9 * MINUTE, due(3, hold=BURST)
    told = {ALERTS: [Told(now - MINUTE, gathered=True)]}
    known = {ALERTS: Gathering(MONDAY, now, now)}
    [held] = gather([*waiting, *due(9, created=now)], told, known, LIMIT, now).held
    assert (held.ids, held.until) == ((3, 9), MONDAY + LIMIT[1])
    for latest in (MONDAY, held.until):
        known = {ALERTS: Gathering(MONDAY, latest, held.until)}
        late = gather(waiting, told, known, LIMIT, max(held.until, latest + QUIET))
        assert (ids(late.free), late.held) == ([3], ())


def test_a_clock_that_was_ahead_keeps_nothing_waiting() -> None:
    ahead = MONDAY + timedelta(days=365)
    gathered = gather(due(*range(5), created=ahead), {}, {}, LIMIT, MONDAY)
    assert (len(gathered.free), gathered.held) == (5, ())
    known = {ALERTS: Gathering(ahead, ahead, ahead)}
    [*held] = gather(due(1), {}, known, LIMIT, MONDAY).held
    assert all(each.until <= MONDAY + QUIET for each in held)


def test_what_cannot_wait_longer_goes_out_in_time() -> None:
    soon = MONDAY + SECOND
    found = due(*range(1, 6))
    [held] = gather(found, {}, {}, LIMIT, MONDAY, latest={4: soon}).held
    assert (held.ids, held.until) == ((3, 4, 5), soon)
    assert gather(found, {}, {}, LIMIT, soon, latest={4: soon}).held == ()
    # The first come at once, whatever the others wait for.
    [held] = gather(found, {}, {}, LIMIT, MONDAY, latest={1: MONDAY}).held
    assert held.until == MONDAY + QUIET


def test_critical_alerts_wait_behind_no_lesser_ones_up_to_twice_the_limit() -> None:
    waits = {ALERTS: Gathering(MONDAY, MONDAY, MONDAY + QUIET)}
    told = {ALERTS: [Told(MONDAY), Told(MONDAY)]}
    grave = due(*range(10, 16), severity=Severity.CRITICAL)
    gathered = gather([*due(1, 2), *grave], told, waits, LIMIT, MONDAY + SECOND)
    assert ids(gathered.free) == [10, 11]
    assert [sorted(each.ids) for each in gathered.held] == [[1, 2, 12, 13, 14, 15]]
    assert ids(gather(grave, {}, {}, LIMIT, MONDAY).free) == [10, 11, 12, 13]


def test_what_was_told_long_ago_or_by_a_clock_that_was_ahead_counts_for_nothing() -> None:
    for at in (MONDAY - LIMIT[1], MONDAY + timedelta(days=1)):
        told = {ALERTS: [Told(at), Told(at, gathered=True)]}
        assert ids(gather(due(1, 2), told, {}, LIMIT, MONDAY).free) == [1, 2]


def test_follow_ups_keep_no_new_story_waiting() -> None:
    found = [*due(*range(1, 40), follow_up=1), *due(100, 101)]
    gathered = gather(found, {}, {}, LIMIT, MONDAY)
    assert ids(gathered.free) == [1, 2, 100, 101]
    assert [len(each.ids) for each in gathered.held] == [37]


def test_what_waited_for_something_else_or_was_tried_is_left_as_it_is() -> None:
    found = [
        *due(1, 2, 3, hold=Hold(HoldReason.QUIET_HOURS)),
        *due(4, 5, 6, tried=True),
        *due(7, 8, 9, summary="x"),
        *due(10, 11, 12, edits="r"),
        *due(13, 14, 15, severity=None),
    ]
    assert sorted(ids(gather(found, {}, {}, LIMIT, MONDAY).free)) == list(range(1, 16))


def test_what_comes_late_is_not_made_later() -> None:
    """A backlog, as after the daemon was away: nothing more comes of it."""
    old: datetime = MONDAY - timedelta(hours=3)
    gathered = gather(due(*range(1, 30), created=old), {}, {}, LIMIT, MONDAY)
    assert gathered.held == ()
    assert [each.hold for each in gathered.free] == [None, None, *[BURST] * 27]


def test_where_nothing_more_can_come_all_goes_out() -> None:
    found = [*due(1, 2, 3, hold=BURST), *due(4)]
    waits = {ALERTS: Gathering(MONDAY, MONDAY, MONDAY + QUIET)}
    gathered = gather(found, {}, waits, LIMIT, MONDAY, wait=False)
    assert (ids(gathered.free), gathered.held) == ([1, 2, 3, 4], ())
    assert {each.hold for each in gathered.free} == {BURST}


def test_a_story_counts_once_however_many_watchlists_tell_of_it() -> None:
    found = [*due(1, 2, 3, 4, event="a"), *due(5, event="b"), *due(6, event="c")]
    assert ids(gather(found, {}, {}, LIMIT, MONDAY).free) == [1, 2, 3, 4, 5]


def test_what_another_feed_lists_too_waits_for_no_burst() -> None:
    found = [*due(*range(1, 40)), *due(50, feeds=(7, 8)), *due(51, feeds=(8, 7))]
    assert ids(gather(found, {}, {}, LIMIT, MONDAY).free)[-2:] == [50, 51]


def test_what_another_feed_comes_to_list_waits_no_longer() -> None:
    waits = {ALERTS: Gathering(MONDAY, MONDAY, MONDAY + QUIET)}
    found = due(3, feeds=(7, 8), hold=BURST)
    assert ids(gather(found, {}, waits, LIMIT, MONDAY + SECOND).free) == [3]
    floods_too = {(8, False): [Told(MONDAY), Told(MONDAY)]}
    [held] = gather(found, floods_too, waits, LIMIT, MONDAY + SECOND).held
    assert (held.ids, held.until) == ((3,), MONDAY + QUIET)


def test_feeds_that_list_the_same_have_one_limit_between_them() -> None:
    found = due(*range(1, 40), feeds=(7, 8))
    gathered = gather(found, {}, {}, LIMIT, MONDAY)
    assert ids(gathered.free) == [1, 2]
    told = {(feed, False): [Told(MONDAY), Told(MONDAY)] for feed in (7, 8)}
    waits = {ALERTS: Gathering(MONDAY, MONDAY, MONDAY + QUIET)}
    still = due(*range(3, 40), feeds=(7, 8), hold=BURST)
    [held] = gather(still, told, waits, LIMIT, MONDAY + SECOND).held
    assert (len(held.ids), held.until) == (37, MONDAY + QUIET)


def test_who_floods_and_lists_anothers_reports_uses_up_only_its_own_limit() -> None:
    flood, mine = due(*range(1, 40)), due(50, 51, feed=8)
    theirs = due(60, 61, 62, feeds=(9, 7))
    gathered = gather([*flood, *mine, *theirs], {}, {}, LIMIT, MONDAY)
    # What 7 lists of 9's is told as if 7 were not there, and frees nothing of 7's flood.
    assert ids(gathered.free) == [1, 2, 50, 51, 60, 61]
    assert {each.hold.ref for each in gathered.held} == {"7", "9"}


def test_what_waits_waits_for_the_feed_whose_burst_ends_first() -> None:
    told = {
        ALERTS: [Told(MONDAY), Told(MONDAY, gathered=True)],
        (8, False): [Told(MONDAY), Told(MONDAY)],
    }
    now = MONDAY + MINUTE
    [held] = gather(due(3, feeds=(7, 8), created=now), told, {}, LIMIT, now).held
    assert (held.hold.ref, held.until) == ("8", now + QUIET)

"""Who may begin."""

from __future__ import annotations

from monitor.pipeline.concurrency import Bounds, Slots


def slots(overall: int = 4, per_host: int = 2) -> Slots:
    return Slots(lambda: Bounds(overall, per_host))


def test_a_host_has_its_share_and_no_more() -> None:
    some = slots()
    assert [some.take(number, "a") for number in range(3)] == [True, True, False]
    assert some.take(3, "b")
    room = some.room()
    assert (room.free, room.full_hosts, room.hosts) == (1, ["a"], {"a": 2, "b": 1})
    assert room.under_way == {0, 1, 3}


def test_what_keeps_no_host_busy_is_bound_by_the_whole_only() -> None:
    some = slots(overall=3, per_host=1)
    assert [some.take(number, None) for number in range(4)] == [True, True, True, False]


def test_the_pages_of_a_feed_have_their_share_whatever_hosts_they_are_on() -> None:
    some = Slots(lambda: Bounds(9, 2, 3))
    taken = [some.take(number, f"h{number}", feed=7) for number in range(4)]
    assert taken == [True, True, True, False]
    room = some.room()
    assert room.full_feeds == (7,)
    assert room.admits("h9", 8)
    assert not room.admits("h9", 7)
    assert room.admits(None, 7)
    # What keeps no host busy cannot be held up by one.
    assert some.take(4, None, feed=7)
    assert some.take(5, "h9", feed=8)
    assert not some.release(4)
    assert some.release(0)
    assert some.room().full_feeds == ()


def test_nothing_is_begun_twice() -> None:
    some = slots()
    assert some.take(1, "a")
    assert not some.take(1, "b")


def test_somebody_may_have_waited_only_where_it_was_full() -> None:
    some = slots(overall=4, per_host=2)
    for number, host in enumerate("aab"):
        some.take(number, host)
    assert not some.release(2)
    assert some.release(0)
    assert not some.release(1)
    assert some.room().hosts == {}
    for number in range(4):
        some.take(number, None)
    assert some.release(3)


def test_what_failed_last_time_has_half_of_the_slots() -> None:
    some = slots(overall=5)
    assert [some.take(number, f"h{number}", doubtful=True) for number in range(3)] == [
        True, True, False,
    ]  # fmt: skip
    room = some.room()
    assert (room.free, room.doubtful) == (3, 0)
    assert some.take(9, "well")
    assert not some.release(9)
    assert some.release(0)
    assert some.room().doubtful == 1
    assert slots(overall=1).take(0, "a", doubtful=True)


def test_new_bounds_count_at_once() -> None:
    bounds = [Bounds(1, 1)]
    some = Slots(lambda: bounds[0])
    assert some.take(1, "a")
    assert not some.take(2, "b")
    bounds[0] = Bounds(2, 1)
    assert some.take(2, "b")
    bounds[0] = Bounds(1, 1)
    assert some.room().free == 0

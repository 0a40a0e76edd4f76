"""What waits for the processes that read, and what goes to the next one that is free."""

from __future__ import annotations

from functools import partial

import pytest

from monitor.pipeline.document_queue import QUICK_SECONDS, TOGETHER, Job, Jobs, Turn


def job(*shares: str, size: int = 0, first: bool = False) -> Job:
    return Job(partial(abs, 1), 30, shares, size=size, goes_first=first)


def waiting(processes: int, *some: Job) -> Jobs:
    jobs = Jobs(processes)
    for each in some:
        jobs.add(each)
    return jobs


def taken(jobs: Jobs) -> Turn:
    turn = jobs.take()
    assert turn is not None
    return turn


def test_one_alone_has_all_its_time() -> None:
    [turn] = [taken(waiting(2, job("a")))]
    assert (turn.is_quick, turn.seconds) == (False, 30)


def test_small_ones_go_together_and_leave_as_many_to_the_other_processes() -> None:
    some = [job(f"host {n}") for n in range(5)]
    jobs = waiting(2, *some)
    turn = taken(jobs)
    assert list(turn.jobs) == some[:3]
    assert (turn.is_quick, turn.seconds) == (True, QUICK_SECONDS)
    assert list(taken(jobs).jobs) == some[3:4]


def test_no_more_than_a_few_go_together() -> None:
    jobs = waiting(1, *(job() for _ in range(100)))
    assert len(taken(jobs).jobs) == TOGETHER


def test_large_ones_go_by_themselves() -> None:
    large, small, middling = job(size=2**20), job(size=1), [job(size=300_000) for _ in "ab"]
    jobs = waiting(1, small, large, *middling)
    assert [list(taken(jobs).jobs) for _ in range(3)] == [
        [small, middling[0]],
        [large],
        [middling[1]],
    ]


def test_half_of_the_processes_are_a_hosts_share_and_the_other_half_is_lent() -> None:
    slow = [job("slow", size=2**20) for _ in range(3)]
    jobs = waiting(2, *slow)
    within = taken(jobs)
    assert (list(within.jobs), within.lent) == (slow[:1], False)
    # What is large would hold up others for longer.
    assert jobs.take() is None
    small = job("slow")
    jobs.add(small)
    lent = taken(jobs)
    assert (list(lent.jobs), lent.lent, lent.is_quick) == ([small], True, True)
    jobs.done(within)
    assert list(taken(jobs).jobs) == slow[1:2]


def test_others_go_before_what_is_lent() -> None:
    jobs = waiting(2, job("slow"))
    taken(jobs)
    other = job("quick")
    jobs.add(job("slow"))
    jobs.add(other)
    assert (list(taken(jobs).jobs), taken(jobs).lent) == ([other], True)


def test_a_feeds_share_counts_over_all_hosts() -> None:
    jobs = waiting(2, job("feed 1", "a", size=2**20), job("feed 1", "b", size=2**20))
    taken(jobs)
    assert jobs.take() is None


def test_what_goes_first_waits_for_no_other_with_which_it_goes() -> None:
    pages, feeds = [job() for _ in range(4)], [job(first=True) for _ in range(4)]
    jobs = waiting(2, *pages, *feeds)
    assert [list(taken(jobs).jobs) for _ in range(2)] == [feeds[:2], feeds[2:3]]


def test_what_a_moment_was_not_enough_for_is_done_next_and_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    some = [job("a"), job("b"), job("c"), job("d")]
    jobs = waiting(2, *some)
    turn = taken(jobs)
    jobs.put_back(turn, late=True)
    jobs.done(turn)
    for _ in range(2):
        jobs.add(job("e"))
    assert [list(taken(jobs).jobs) for _ in range(3)] == [[each] for each in some[:3]]
    # Whoever is slow could hold up the others with every moment it is lent.
    assert [len(taken(jobs).jobs) for _ in range(2)] == [1, 1]
    assert jobs.take() is None
    now += 3600
    assert taken(jobs).lent


def test_an_end_of_the_process_is_no_sign_of_slowness() -> None:
    jobs = waiting(1, *(job() for _ in range(3)))
    turn = taken(jobs)
    jobs.put_back(turn, late=False)
    jobs.done(turn)
    jobs.add(job())
    jobs.add(job())
    assert [len(taken(jobs).jobs) for _ in range(4)] == [1, 1, 1, 2]


def test_what_nobody_waits_for_any_more_is_dropped() -> None:
    given_up, other = job(), job()
    jobs = waiting(1, given_up, other)
    given_up.answer.cancel()
    assert list(taken(jobs).jobs) == [other]
    assert jobs.take() is None


class Process:
    killed = False

    def kill(self) -> None:
        self.killed = True


def test_a_process_is_killed_when_nobody_waits_for_any_of_its_answers() -> None:
    turn, process = Turn([job(), job()]), Process()
    turn.given_to(process)
    turn.jobs[0].answer.cancel()
    assert not process.killed
    turn.jobs[1].answer.cancel()
    assert process.killed

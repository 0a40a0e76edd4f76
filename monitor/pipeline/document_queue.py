"""What waits for the processes that read documents, and what goes to the next one that is free.

A host's documents may keep busy half of the processes, and so may the pages that one feed lists:
slow ones would otherwise hold them all. While nobody else waits the other half is lent to them, for
a moment only; what is not done by then is put back, and waits for its share.

What is small goes to a process several at once, for to hand over one by one costs as much as to
read some. That, too, is for a moment only: what is slow, or ends the process, is done once more, by
itself.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from threading import RLock
from typing import Protocol

#: Longest time that what is lent, or handed over with others, may take, in seconds.
QUICK_SECONDS = 2.0
#: At most so many are handed over at once,
TOGETHER = 8
#: and of so many bytes in all.
TOGETHER_BYTES = 512 * 2**10
#: When that took too long, on a slow machine or for somebody's slow documents, nothing is lent or
#: handed over with others for so long, in seconds.
_CAREFUL_SECONDS = 60.0


class Killable(Protocol):
    """A process."""

    def kill(self) -> None:
        """Kill it, whatever it is at."""


class Job:
    """A function to be called, and who waits for its answer.

    Args:
        work: the function.
        seconds: how long it may take.
        shares: whose shares of the processes it needs.
        size: of what it is given, in bytes.
        goes_first: before all that does not.
    """

    def __init__(
        self,
        work: Callable[[], object],
        seconds: float,
        shares: Sequence[str] = (),
        *,
        size: int = 0,
        goes_first: bool = False,
    ) -> None:
        self.work = work
        self.seconds = seconds
        self.shares = shares
        self.size = size
        self.by_itself = size > TOGETHER_BYTES
        """It is neither lent a process nor handed over with others."""
        self.goes_first = goes_first
        self.answer: Future[object] = Future()
        self._lock = RLock()

    def answered(self, value: object) -> None:
        """Pass on what the function returned, unless nobody waits any more."""
        with self._lock:
            if self._is_awaited():
                self.answer.set_result(value)

    def fail(self, error: BaseException) -> None:
        """Let who waits know that there will be no answer, unless there was one."""
        with self._lock:
            if self._is_awaited():
                self.answer.set_exception(error)

    def _is_awaited(self) -> bool:
        # From here on nobody can give it up any more.
        return not self.answer.done() and self.answer.set_running_or_notify_cancel()


class Turn:
    """What a process is given at once.

    Args:
        jobs: in order.
        lent: beyond somebody's share.
    """

    def __init__(self, jobs: Sequence[Job], *, lent: bool = False) -> None:
        self.jobs = jobs
        self.lent = lent
        self._process: Killable | None = None
        self._lock = RLock()
        for job in jobs:
            job.answer.add_done_callback(self._stop)

    @property
    def is_quick(self) -> bool:
        """Whether it may take a moment only, and what is not done by then is put back."""
        return self.lent or len(self.jobs) > 1

    @property
    def seconds(self) -> float:
        """How long it may take."""
        longest = min(job.seconds for job in self.jobs)
        return min(longest, QUICK_SECONDS) if self.is_quick else longest

    @property
    def shares(self) -> set[str]:
        """Whose shares of the processes it takes."""
        return set() if self.lent else {share for job in self.jobs for share in job.shares}

    def given_to(self, process: Killable) -> None:
        """Note which process it is given to.

        Raises:
            CancelledError: nobody waits for any answer any more.
        """
        with self._lock:
            if self._is_given_up:
                raise CancelledError
            self._process = process

    def taken_back(self) -> None:
        """Note that its process is at something else from now on, or has ended."""
        with self._lock:
            self._process = None

    def fail(self, error: BaseException) -> None:
        """Let all who wait know that there will be no answer."""
        for job in self.jobs:
            job.fail(error)

    @property
    def _is_given_up(self) -> bool:
        return all(job.answer.done() for job in self.jobs)

    def _stop(self, _: object) -> None:
        """Have the process not go on with what is given up: by who waited, or by all of us."""
        with self._lock:
            if self._process is not None and self._is_given_up:
                self._process.kill()


class Jobs:
    """What waits, in order. Not safe to use from several threads at once.

    Args:
        processes: how many there are.
    """

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._share = max(1, processes // 2)
        self._first: deque[Job] = deque()
        self._others: deque[Job] = deque()
        self._held: Counter[str] = Counter()
        self._careful_until = 0.0

    def __len__(self) -> int:
        return len(self._first) + len(self._others)

    def add(self, job: Job) -> None:
        """Let a job wait behind the others."""
        self._queue_of(job).append(job)

    def put_back(self, turn: Turn, *, late: bool) -> None:
        """Let what a quick turn has not done wait again, before the others, each by itself.

        Args:
            turn: it has ended.
            late: it took too long.
        """
        for job in reversed(turn.jobs):
            job.by_itself = True
            self._queue_of(job).appendleft(job)
        if late:
            self._careful_until = time.monotonic() + _CAREFUL_SECONDS

    def take(self) -> Turn | None:
        """What a process that is free is to do next; None if there is nothing it may do."""
        self._drop_given_up()
        careful = time.monotonic() < self._careful_until
        for may_go, lent in ((self._has_share, False), (self._may_be_lent, True)):
            for queue in () if lent and careful else (self._first, self._others):
                job = next(filter(may_go, queue), None)
                if job is not None:
                    alone = careful or job.by_itself
                    return self._begin([job] if alone else self._together(queue, may_go), lent)
        return None

    def done(self, turn: Turn) -> None:
        """Give back the shares that a turn took."""
        for share in turn.shares:
            self._held[share] -= 1
            if not self._held[share]:
                del self._held[share]

    def clear(self) -> list[Job]:
        """Let nothing wait any more; what has waited."""
        waiting = [*self._first, *self._others]
        self._first.clear()
        self._others.clear()
        return waiting

    def _queue_of(self, job: Job) -> deque[Job]:
        return self._first if job.goes_first else self._others

    def _drop_given_up(self) -> None:
        for queue in (self._first, self._others):
            for job in [each for each in queue if each.answer.done()]:
                queue.remove(job)

    def _has_share(self, job: Job) -> bool:
        return all(self._held[share] < self._share for share in job.shares)

    def _may_be_lent(self, job: Job) -> bool:
        return not job.by_itself

    def _together(self, queue: deque[Job], may_go: Callable[[Job], bool]) -> list[Job]:
        """As many as may go at once; the other processes get as much."""
        most = min(TOGETHER, -(-len(queue) // self._processes))
        chosen: list[Job] = []
        size = 0
        for job in queue:
            if job.by_itself or not may_go(job):
                continue
            size += job.size
            if len(chosen) == most or size > TOGETHER_BYTES:
                break
            chosen.append(job)
        return chosen

    def _begin(self, jobs: list[Job], lent: bool) -> Turn:
        for job in jobs:
            self._queue_of(job).remove(job)
        turn = Turn(jobs, lent=lent)
        self._held.update(turn.shares)
        return turn

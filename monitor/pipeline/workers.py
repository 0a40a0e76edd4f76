"""Processes that do the heavy reading of what comes from the network.

Parsing keeps the event loop waiting and attackers write what is parsed: in a process of its
own it costs at most that process, a limited time, and one document.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from functools import cached_property, partial
from multiprocessing.context import BaseContext
from typing import ParamSpec, TypeVar, cast

from monitor.errors import WorkerError
from monitor.pipeline.document_queue import Job, Jobs, Turn
from monitor.pipeline.worker_process import (
    ProcessEndedError,
    WorkerProcess,
    outcome,
    outcomes,
    packed,
    was_out_of_memory,
)

P = ParamSpec("P")
T = TypeVar("T")

#: Processes that may die of a document before it is given up.
ATTEMPTS = 2
#: Processes that may end before they have begun with it.
STARTS = 5
#: Memory that one may have, in bytes. Reading the worst of 10 MiB takes less than half of it.
MEMORY = 2**30
#: What leaks in C libraries is given back after so many documents.
_LIFE = 2000
_CLOSED = "the processes that read documents were stopped"


class Workers:
    """A pool of processes; a function that hangs or kills its process harms no other.

    Every process has a thread here that waits for it, and for a limited time: as many seconds as
    the function may take and as many as a process may need to begin. So whoever waits for an
    answer gets one, however many others are served first and whatever becomes of the processes.

    Args:
        count: how many processes at most; by default one for each processor this process may use.
        memory: how much each may have, in bytes (on Linux).
        context: how they are started; see `_starting_method`.
    """

    def __init__(
        self,
        count: int | None = None,
        *,
        memory: int = MEMORY,
        context: BaseContext | None = None,
    ) -> None:
        self._count = count or len(_processors())
        self._memory = memory
        self._context = context or _starting_method()
        self._apart: list[Workers] = []
        self._closed = False
        self._threads = 0
        self._jobs = Jobs(self._count)
        self._idle: list[WorkerProcess] = []
        self._at_work: set[Turn] = set()
        # Guards all of the above, and is told of new jobs.
        self._changed = threading.Condition()
        # Starting or ending a process looks at the others, too.
        self._starting = threading.Lock()

    @cached_property
    def one(self) -> Workers:
        """A process apart, for what loads so much memory that no more than one should."""
        one = Workers(1, memory=self._memory, context=self._context)
        self._apart.append(one)
        return one

    def of(self, host: str, feed: int | None = None) -> Share:
        """The processes, as far as a host's documents may keep them busy; see `Jobs`.

        Args:
            host: where the document is.
            feed: the feed that lists it, if it is a page, by its id.
        """
        return Share(self, (host,) if feed is None else (f"feed {feed}", host))

    async def run(
        self, seconds: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Call a function in a worker and wait for what it returns or raises.

        Args:
            seconds: after so long its process is killed.
            function: importable by name, as pickling demands.
            *args: its arguments.
            **kwargs: its named arguments.

        Raises:
            WorkerError: it took too long or too much memory, or its process died; else whatever
                it raises.
            RuntimeError: the workers were closed.
        """
        return await self.call(partial(function, *args, **kwargs), seconds)

    async def run_first(
        self, seconds: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same as `run`, before all that was handed in by that: for what others wait for."""
        return await self.call(partial(function, *args, **kwargs), seconds, goes_first=True)

    async def call(
        self,
        work: partial[T],
        seconds: float,
        *,
        shares: Sequence[str] = (),
        goes_first: bool = False,
    ) -> T:
        """Have a job done and wait for what comes of it; raises what `run` raises.

        Args:
            work: what to do.
            seconds: after so long its process is killed.
            shares: whose shares of the processes it needs.
            goes_first: before all that does not: others wait for it.
        """
        size = sum(len(each) for each in work.args if isinstance(each, bytes | str))
        job = Job(work, seconds, shares, size=size, goes_first=goes_first)
        with self._changed:
            if self._closed:
                raise RuntimeError(_CLOSED)
            self._jobs.add(job)
            if self._threads < min(self._count, len(self._jobs) + len(self._at_work)):
                # No thread of a pool: Python's end would wait for it.
                threading.Thread(target=self._serve, name="workers", daemon=True).start()
                self._threads += 1
            self._changed.notify()
        return cast("T", await asyncio.wrap_future(job.answer))

    def close(self) -> None:
        """Stop the processes without waiting for what they are at; who waits gets an error."""
        with self._changed:
            self._closed = True
            unanswered = self._jobs.clear()
            unanswered += [job for turn in self._at_work for job in turn.jobs]
            idle, self._idle = self._idle, []
            self._changed.notify_all()
        for job in unanswered:
            job.fail(RuntimeError(_CLOSED))
        for process in idle:
            self._end(process)
        for each in self._apart:
            each.close()

    # --- in the threads ----------------------------------------------------------------------

    def _serve(self) -> None:
        while (turn := self._next()) is not None:
            try:
                answers = self._quickly(turn) if turn.is_quick else self._answer(turn)
            except BaseException as error:  # noqa: BLE001 - a fault of ours must be heard of, too
                self._done(turn)
                turn.fail(error)
            else:
                self._done(turn)
                for job, answer in zip(turn.jobs, answers, strict=False):
                    _pass_on(job, answer)

    def _done(self, turn: Turn) -> None:
        # Before it is answered: who hears the answer may have more to do, for the same thread.
        with self._changed:
            self._at_work.discard(turn)
            self._jobs.done(turn)
            if self._jobs:
                # There may be some that waited for a share.
                self._changed.notify_all()

    def _next(self) -> Turn | None:
        with self._changed:
            while not self._closed:
                if turn := self._jobs.take():
                    self._at_work.add(turn)
                    return turn
                self._changed.wait()
        return None

    def _quickly(self, turn: Turn) -> Sequence[bytes]:
        """What a process answers in a moment; nothing if it did not, and all was put back."""
        process = self._process()
        late = False
        answers: list[bytes] = []
        try:
            turn.given_to(process)
            answers = outcomes(process.call(packed([job.work for job in turn.jobs]), turn.seconds))
        except CancelledError:
            self._give_back(process)
            raise
        except (TimeoutError, ProcessEndedError) as error:
            late = isinstance(error, TimeoutError)
            turn.taken_back()
            self._end(process)
        except Exception:  # noqa: BLE001 - one of them cannot be packed, and which is seen then
            turn.taken_back()
            self._give_back(process)
        else:
            turn.taken_back()
            self._give_back(process)
        if len(answers) == len(turn.jobs):
            return answers
        with self._changed:
            if not self._closed:
                self._jobs.put_back(turn, late=late)
        return ()

    def _answer(self, turn: Turn) -> Sequence[bytes]:
        """What processes answer, however long it may take, and however many it ends."""
        work = packed([job.work for job in turn.jobs])
        died = starts = 0
        while True:
            process = self._process()
            try:
                turn.given_to(process)
                answer = process.call(work, turn.seconds)
            except CancelledError:
                self._give_back(process)
                raise
            except TimeoutError:
                turn.taken_back()
                self._end(process)
                late = f"reading it took longer than {turn.seconds:g} seconds"
                raise WorkerError(late) from None
            except ProcessEndedError as ended:
                turn.taken_back()
                exit_code = self._end(process)
                if was_out_of_memory(exit_code):
                    most = f"reading it took more than {self._memory // 2**20} MiB of memory"
                    raise WorkerError(most) from None
                # Once may be the fault of another: a process killed from outside, for want of
                # memory say. Twice it is the document's.
                died += ended.begun
                if died == ATTEMPTS:
                    how = f"reading it ended the process that did (exit code {exit_code})"
                    raise WorkerError(how) from None
                starts += not ended.begun
                if starts == STARTS:
                    raise WorkerError("the processes that read documents end at once") from None
            else:
                turn.taken_back()
                self._give_back(process)
                return outcomes(answer)

    def _process(self) -> WorkerProcess:
        """One that waits for work, or a new one."""
        while True:
            with self._changed:
                if self._closed:
                    raise RuntimeError(_CLOSED)
                # The last that was at work, so that seldom used ones stay swapped out.
                process = self._idle.pop() if self._idle else None
            if process is None:
                try:
                    with self._starting:
                        return WorkerProcess(self._context, self._memory)
                except OSError as error:
                    raise WorkerError(f"no process could be started to read it: {error}") from error
            # The system kills such as wait when memory is short.
            if process.is_alive:
                return process
            self._end(process)

    def _give_back(self, process: WorkerProcess) -> None:
        with self._changed:
            if not self._closed and process.jobs < _LIFE:
                self._idle.append(process)
                return
        self._end(process)

    def _end(self, process: WorkerProcess) -> int | None:
        with self._starting:
            return process.end()


@dataclass(frozen=True, slots=True)
class Share:
    """The processes as far as somebody may keep them busy. Made by `Workers.of`."""

    workers: Workers
    keys: tuple[str, ...]

    async def run(
        self, seconds: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Like `Workers.run`, within the share."""
        work = partial(function, *args, **kwargs)
        return await self.workers.call(work, seconds, shares=self.keys)

    async def run_first(
        self, seconds: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Like `Workers.run_first`, within the share."""
        work = partial(function, *args, **kwargs)
        return await self.workers.call(work, seconds, shares=self.keys, goes_first=True)


def _pass_on(job: Job, answer: bytes) -> None:
    """Let who waits have what the function returned or raised."""
    try:
        value = outcome(answer)
    except BaseException as error:  # noqa: BLE001 - it is the caller's
        job.fail(error)
    else:
        job.answered(value)


def _starting_method() -> BaseContext:
    """How processes are started: none is a fork of this one, which has threads and may deadlock.

    On Linux a server that has no threads loads once what reading takes, and forks; its memory is
    shared. If it is killed, the next process has a new one started.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["monitor.pipeline.preload"])
    return context


def _processors() -> set[int] | range:
    try:
        return os.sched_getaffinity(0)
    except AttributeError:
        return range(os.cpu_count() or 1)

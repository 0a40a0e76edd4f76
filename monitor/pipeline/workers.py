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
from collections import deque
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import CancelledError, Future
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cached_property, partial
from multiprocessing.context import BaseContext
from typing import ParamSpec, TypeVar, cast
from weakref import WeakValueDictionary

from monitor.errors import WorkerError
from monitor.pipeline.worker_process import (
    ProcessEndedError,
    WorkerProcess,
    outcome,
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
        self._shares: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._apart: list[Workers] = []
        self._closed = False
        self._threads = 0
        self._first: deque[_Job] = deque()
        self._jobs: deque[_Job] = deque()
        self._idle: list[WorkerProcess] = []
        self._at_work: set[_Job] = set()
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

    @asynccontextmanager
    async def share(self, host: str, feed: int | None = None) -> AsyncGenerator[None]:
        """Wait for one of the processes that a host's documents may keep busy: half of them.

        Its slow documents would otherwise hold them all, and everybody else's would wait. The same
        goes for the pages that a feed lists, on however many hosts.

        Args:
            host: where the document is.
            feed: the feed that lists it, if it is a page, by its id.
        """
        async with AsyncExitStack() as stack:
            for key in (host,) if feed is None else (f"feed {feed}", host):
                # Forgotten with the last who has it or waits for it.
                most = self._shares.setdefault(key, asyncio.Semaphore(max(1, self._count // 2)))
                await stack.enter_async_context(most)
            yield

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
        return await self._call(self._jobs, seconds, partial(function, *args, **kwargs))

    async def run_first(
        self, seconds: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same as `run`, before all that was handed in by that: for what others wait for."""
        return await self._call(self._first, seconds, partial(function, *args, **kwargs))

    async def _call(self, queue: deque[_Job], seconds: float, work: Callable[[], T]) -> T:
        job = _Job(work, seconds)
        with self._changed:
            if self._closed:
                raise RuntimeError(_CLOSED)
            queue.append(job)
            waiting = len(self._first) + len(self._jobs)
            if self._threads < min(self._count, waiting + len(self._at_work)):
                # No thread of a pool: Python's end would wait for it.
                threading.Thread(target=self._serve, name="workers", daemon=True).start()
                self._threads += 1
            self._changed.notify()
        return cast("T", await asyncio.wrap_future(job.answer))

    def close(self) -> None:
        """Stop the processes without waiting for what they are at; who waits gets an error."""
        with self._changed:
            self._closed = True
            unanswered = [*self._first, *self._jobs, *self._at_work]
            self._first.clear()
            self._jobs.clear()
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
        while (job := self._next()) is not None:
            try:
                answer = self._answer(job)
            except BaseException as error:  # noqa: BLE001 - a fault of ours must be heard of, too
                self._done(job)
                job.fail(error)
            else:
                self._done(job)
                job.answered(answer)

    def _done(self, job: _Job) -> None:
        # Before it is answered: who hears the answer may have more to do, for the same thread.
        with self._changed:
            self._at_work.discard(job)

    def _next(self) -> _Job | None:
        with self._changed:
            while not self._closed:
                if queue := self._first or self._jobs:
                    job = queue.popleft()
                    self._at_work.add(job)
                    return job
                self._changed.wait()
        return None

    def _answer(self, job: _Job) -> bytes:
        work = packed(job.work)
        died = starts = 0
        while True:
            process = self._process()
            try:
                job.given_to(process)
                answer = process.call(work, job.seconds)
            except CancelledError:
                self._give_back(process)
                raise
            except TimeoutError:
                job.taken_back()
                self._end(process)
                late = f"reading it took longer than {job.seconds:g} seconds"
                raise WorkerError(late) from None
            except ProcessEndedError as ended:
                job.taken_back()
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
                job.taken_back()
                self._give_back(process)
                return answer

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


class _Job:
    """A function to be called, and who waits for its answer."""

    def __init__(self, work: Callable[[], object], seconds: float) -> None:
        self.work = work
        self.seconds = seconds
        self.answer: Future[object] = Future()
        self.answer.add_done_callback(self._stop)
        self._process: WorkerProcess | None = None
        self._lock = threading.RLock()

    def given_to(self, process: WorkerProcess) -> None:
        """Note which process it is given to.

        Raises:
            CancelledError: nobody waits for the answer any more.
        """
        with self._lock:
            if self.answer.done():
                raise CancelledError
            self._process = process

    def taken_back(self) -> None:
        """Note that its process is at something else from now on, or has ended."""
        with self._lock:
            self._process = None

    def answered(self, answer: bytes) -> None:
        """Pass on what the function returned or raised."""
        try:
            value = outcome(answer)
        except BaseException as error:  # noqa: BLE001 - it is the caller's
            self.fail(error)
            return
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

    def _stop(self, _: object) -> None:
        """Have the process not go on with what is given up: by who waited, or by all of us."""
        with self._lock:
            if self._process is not None:
                self._process.kill()


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

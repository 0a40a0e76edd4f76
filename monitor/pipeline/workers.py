"""Processes that do the heavy reading of what comes from the network.

Parsing keeps the event loop waiting and attackers write what is parsed: in a process of its
own it costs at most that process, a limited time, and one document.
"""

from __future__ import annotations

import asyncio
import ctypes
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from functools import partial
from typing import ParamSpec, TypeVar
from weakref import WeakValueDictionary

from pebble import ProcessExpired, ProcessPool

from monitor.errors import WorkerError
from monitor.pipeline.allocator import keep_little

P = ParamSpec("P")
T = TypeVar("T")

#: Processes that may die of a document before it is given up.
ATTEMPTS = 2
#: Memory that one may have, in bytes. Reading the worst of 10 MiB takes less than half of it.
MEMORY = 2**30
_OUT_OF_MEMORY = 77
# Libraries that compute with a thread a processor would set memory aside for each of them.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Workers:
    """A pool of processes; a function that hangs or kills its process harms no other.

    Args:
        count: how many processes; by default one for each processor this process may use.
        memory: how much each may have, in bytes (on Linux).
    """

    def __init__(self, count: int | None = None, *, memory: int = MEMORY) -> None:
        self._count = count or len(_processors())
        self._memory = memory
        self._closed = False
        self._shares: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._count,
            # A fork of a process with threads can deadlock; a fresh one cannot.
            context=multiprocessing.get_context("spawn"),
            initializer=_start_worker,
            initargs=(os.getpid(), self._memory),
            # What leaks in C libraries is given back now and then.
            max_tasks=2000,
        )

    @asynccontextmanager
    async def share(self, host: str) -> AsyncGenerator[None]:
        """Wait for one of the processes that a host's documents may keep busy: half of them.

        Its slow documents would otherwise hold them all, and everybody else's would wait.
        """
        # Forgotten with the last who has it or waits for it.
        most = self._shares.setdefault(host, asyncio.Semaphore(max(1, self._count // 2)))
        async with most:
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
        """
        work = partial(function, *args, **kwargs)
        died = 0
        while True:
            pool = self._pool
            try:
                future = pool.submit(_run, seconds, work)
                return await asyncio.wrap_future(future)
            except FutureTimeoutError:
                raise WorkerError(f"reading it took longer than {seconds:g} seconds") from None
            except ProcessExpired as error:
                if error.exitcode == _OUT_OF_MEMORY:
                    raise WorkerError(
                        f"reading it took more than {self._memory // 2**20} MiB of memory"
                    ) from None
                died += 1
                # Once may be the fault of another: a process killed from outside, for want of
                # memory say. Twice it is the document's.
                if died == ATTEMPTS:
                    raise WorkerError(
                        f"reading it ended the process that did (exit code {error.exitcode})"
                    ) from None
            except (BrokenProcessPool, RuntimeError) as error:
                # The pool itself is beyond repair once a process was killed while it waited for
                # work. What the function raises as such goes to the caller.
                if self._closed or pool.active:
                    raise
                died += 1
                if died > ATTEMPTS:
                    raise WorkerError("the processes that read documents end at once") from error
                await self._replace(pool)

    async def _replace(self, broken: ProcessPool) -> None:
        if self._pool is broken:
            self._pool = self._new_pool()
            await asyncio.to_thread(_discard, broken)

    def close(self) -> None:
        """Stop the processes without waiting for what they are at."""
        self._closed = True
        _discard(self._pool)


def _discard(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]  # the library types the rest
    pool.join(timeout=2)


def _processors() -> set[int] | range:
    try:
        return os.sched_getaffinity(0)
    except AttributeError:
        return range(os.cpu_count() or 1)


def _run(work: Callable[[], T]) -> T:
    try:
        return work()
    except MemoryError:
        # What libraries in C have not given back is not there for the next document either.
        os._exit(_OUT_OF_MEMORY)


def _start_worker(daemon: int, memory: int) -> None:
    # Ctrl-C reaches the whole foreground group; the daemon decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with(daemon)
    keep_little()
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    if sys.platform == "linux":
        import resource

        # What it may write to (getrlimit(2)); the whole of its addresses says little, for much of
        # that is only reserved. Others know no limit that counts memory from the system's pool.
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        allowed = memory if most == resource.RLIM_INFINITY else min(memory, most)
        resource.setrlimit(resource.RLIMIT_DATA, (allowed, most))


def _die_with(daemon: int) -> None:
    """See to it that this process ends with the daemon, however that ends.

    A killed daemon cannot stop its workers, and they would wait for work for ever.
    """
    if sys.platform == "linux":
        # prctl(2): the kernel does it, even when a regular expression in C holds this process.
        death_signal = 1
        ctypes.CDLL(None).prctl(death_signal, signal.SIGKILL)
        if os.getppid() != daemon:
            os._exit(1)
        return
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)

"""Processes that do the heavy reading of what comes from the network.

Parsing keeps the event loop waiting and attackers write what is parsed: in a process of its
own it costs at most that process, a limited time, and one document.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from monitor.errors import MonitorError

P = ParamSpec("P")
T = TypeVar("T")


class Workers:
    """A pool of processes; a function that hangs or kills its process harms no other.

    Args:
        count: how many processes; by default one for each processor this process may use.
    """

    def __init__(self, count: int | None = None) -> None:
        self._pool = ProcessPool(
            max_workers=count or len(_processors()),
            # A fork of a process with threads can deadlock; a fresh one cannot.
            context=multiprocessing.get_context("spawn"),
            initializer=_start_worker,
            # What leaks in C libraries is given back now and then.
            max_tasks=2000,
        )

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
            MonitorError: it took too long or its process died; else whatever it raises.
        """
        future = self._pool.submit(function, seconds, *args, **kwargs)
        try:
            return await asyncio.wrap_future(future)
        except FutureTimeoutError:
            raise MonitorError(f"reading it took longer than {seconds:g} seconds") from None
        except ProcessExpired as error:
            raise MonitorError(
                f"reading it ended the process that did (exit code {error.exitcode})"
            ) from None

    def close(self) -> None:
        """Stop the processes without waiting for what they are at."""
        self._pool.stop()  # type: ignore[no-untyped-call]  # the library types the rest
        self._pool.join(timeout=2)


def _processors() -> set[int] | range:
    try:
        return os.sched_getaffinity(0)
    except AttributeError:
        return range(os.cpu_count() or 1)


def _start_worker() -> None:
    # Ctrl-C reaches the whole foreground group; the daemon decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    # A killed daemon cannot stop its workers, and they would wait for ever.
    parent.join()
    os._exit(1)

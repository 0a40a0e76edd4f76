"""A backtest in a process of its own, which takes no time from what the daemon does."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from monitor.config.schema import Config
from monitor.errors import MonitorError
from monitor.service.backtest import Backtest, backtest
from monitor.service.database import Database

T = TypeVar("T")

#: What a machine with other work gives it: as much as nobody else wants.
NICE = 10
#: How long a trial may take, in seconds.
SECONDS = 120.0
#: How often to look whether the answer is still wanted, in seconds.
LOOK_SECONDS = 0.5


class TrialError(MonitorError):
    """A trial came to no end: it was stopped, or its process died."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far a trial is."""

    done: int
    articles: int


class Trial:
    """A backtest under way.

    Args:
        url: the database's.
        old: the configuration in force.
        new: the one to try.
        now: the time.
        since: how far to go back.
        watchlists: only these; None for all.
    """

    def __init__(
        self,
        url: str,
        old: Config,
        new: Config,
        now: datetime,
        *,
        since: datetime | None = None,
        watchlists: tuple[str, ...] | None = None,
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self._answers, answering = context.Pipe(duplex=False)
        self._process = context.Process(
            target=_run,
            args=(answering, url, old, new, now, since, watchlists),
            daemon=True,
            name="backtest",
        )
        self._process.start()
        _let_give_way(self._process.pid)
        answering.close()

    def steps(
        self, timeout: float = SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> Iterator[Step | Backtest]:
        """How far it is, now and then, and what came of it in the end.

        Args:
            timeout: how long to wait for all of them together, in seconds.
            clock: seconds that pass.

        Raises:
            MonitorError: it failed, was stopped, or took too long.
        """
        end = clock() + timeout
        try:
            while True:
                left = end - clock()
                if left <= 0 or not self._answers.poll(left):
                    raise TrialError("the trial took too long")
                said = self._answers.recv()
                if isinstance(said, MonitorError):
                    raise said
                yield said
                if isinstance(said, Backtest):
                    return
        except (EOFError, OSError):
            raise TrialError("the trial was stopped before its end") from None
        finally:
            self.stop()

    def result(self, timeout: float = SECONDS) -> Backtest:
        """What came of it. Raises as `steps` does."""
        for said in self.steps(timeout):
            if isinstance(said, Backtest):
                return said
        raise TrialError("the trial was stopped before its end")

    def stop(self) -> None:
        """End it, wherever it is."""
        self._process.kill()
        self._process.join(5)
        self._answers.close()


def replayed(
    url: str,
    old: Config,
    new: Config,
    now: datetime,
    *,
    since: datetime | None = None,
    watchlists: tuple[str, ...] | None = None,
    seconds: float = SECONDS,
) -> Backtest:
    """A trial from its beginning to its end; the arguments are those of `Trial`.

    Raises:
        MonitorError: it failed, or took more than so many seconds.
    """
    return Trial(url, old, new, now, since=since, watchlists=watchlists).result(seconds)


def called(
    work: Callable[..., T],
    *args: Any,
    seconds: float = SECONDS,
    stopped: Callable[[], bool] = lambda: False,
) -> T:
    """Call a function in a process of its own, which takes no more time from others than a trial.

    Args:
        work: a function of a module; what it takes and answers can be pickled.
        args: what it takes.
        seconds: how long it may take.
        stopped: asked now and then whether nobody wants the answer any more.

    Raises:
        MonitorError: it failed, was stopped, or took too long.
    """
    context = multiprocessing.get_context("spawn")
    answers, answering = context.Pipe(duplex=False)
    process = context.Process(target=_call, args=(answering, work, args), daemon=True)
    process.start()
    _let_give_way(process.pid)
    answering.close()
    try:
        end = time.monotonic() + seconds
        while not answers.poll(min(LOOK_SECONDS, max(0.0, end - time.monotonic()))):
            if stopped():
                raise TrialError("nobody wants it any more")
            if time.monotonic() >= end:
                raise TrialError("it took too long")
        said = answers.recv()
    except (EOFError, OSError):
        raise TrialError("it was stopped before its end") from None
    finally:
        process.kill()
        process.join(5)
        answers.close()
    if isinstance(said, MonitorError):
        raise said
    answer: T = said
    return answer


def _let_give_way(process: int | None) -> None:
    """Let a process have only the time that nobody else wants.

    It is told from outside, right after its start: most of what a short trial takes goes into
    loading what it needs. `SCHED_IDLE` of Linux, besides: whatever wakes up takes the processor
    from it at once, where a merely nice process keeps it until its slice is over (sched(7)).

    Args:
        process: its number; it has been started.
    """
    assert process is not None
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, process, NICE)
    if hasattr(os, "SCHED_IDLE"):
        with suppress(OSError):
            os.sched_setscheduler(process, os.SCHED_IDLE, os.sched_param(0))


def _call(
    answers: multiprocessing.connection.Connection,  # type: ignore[type-arg,unused-ignore] # generic in some versions of the stubs
    work: Callable[..., Any],
    args: tuple[Any, ...],
) -> None:
    try:
        answers.send(work(*args))
    except MonitorError as error:
        answers.send(error)
    except BrokenPipeError:
        return  # nobody waits for it any more


def _run(
    answers: multiprocessing.connection.Connection,  # type: ignore[type-arg,unused-ignore] # generic in some versions of the stubs
    url: str,
    old: Config,
    new: Config,
    now: datetime,
    since: datetime | None,
    watchlists: tuple[str, ...] | None,
) -> None:
    try:
        answers.send(
            backtest(
                Database(url), old, new, now, since=since, watchlists=watchlists, processes=1,
                progress=lambda done, of: answers.send(Step(done, of)),
            )
        )  # fmt: skip
    except MonitorError as error:
        answers.send(error)
    except BrokenPipeError:
        return  # nobody waits for it any more

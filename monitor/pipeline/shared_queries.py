"""What many ask a database for at about the same time, asked for once.

A question costs the database's server and this program about as much as a dozen that come together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Generic, TypeVar

A = TypeVar("A")
B = TypeVar("B")


class Gathered(Generic[A, B]):
    """Answers together those who ask within a moment, in a thread of its own, batch by batch.

    Args:
        answer: called in the thread with what was asked; the answers, in the same order.
        name: of the thread.
        most: so many are answered at once, without waiting for more.
    """

    def __init__(
        self, answer: Callable[[Sequence[A]], Sequence[B]], *, name: str, most: int
    ) -> None:
        self._answer = answer
        self._most = most
        self._waiting: list[tuple[A, asyncio.Future[B] | None]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def ask(self, each: A, within: float) -> B:
        """Ask, at the latest in so many seconds. Raises what answering raises."""
        future: asyncio.Future[B] = asyncio.get_running_loop().create_future()
        self._add(each, future, within)
        return await future

    def say(self, each: A, within: float) -> None:
        """The same for who needs no answer, and need not know if there is none."""
        self._add(each, None, within)

    def close(self) -> None:
        """Answer who still waits, as far as nobody has to be told of it; then let go."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        some, self._waiting = [each for each, future in self._waiting if future is None], []
        if some:
            self._thread.submit(self._answer, some)
        self._thread.shutdown(wait=True)

    def _add(self, each: A, future: asyncio.Future[B] | None, within: float) -> None:
        loop = asyncio.get_running_loop()
        self._waiting.append((each, future))
        if len(self._waiting) >= self._most:
            within = 0.0
        at = loop.time() + within
        if self._timer is not None:
            if self._timer.when() <= at:
                return
            self._timer.cancel()
        self._timer = loop.call_at(at, self._begin)

    def _begin(self) -> None:
        self._timer = None
        waiting, self._waiting = self._waiting, []
        # Who was broken off meanwhile wants none.
        some = [pair for pair in waiting if pair[1] is None or not pair[1].done()]
        if not some:
            return
        loop = asyncio.get_running_loop()
        answering = loop.run_in_executor(self._thread, self._answer, [each for each, _ in some])
        answering.add_done_callback(partial(_hand_out, [future for _, future in some]))


def _hand_out(
    futures: Sequence[asyncio.Future[B] | None], answered: asyncio.Future[Sequence[B]]
) -> None:
    error = asyncio.CancelledError() if answered.cancelled() else answered.exception()
    answers = () if error else answered.result()
    for number, future in enumerate(futures):
        if future is None or future.done():
            continue
        if error is None:
            future.set_result(answers[number])
        elif isinstance(error, asyncio.CancelledError):
            future.cancel()
        else:
            future.set_exception(error)

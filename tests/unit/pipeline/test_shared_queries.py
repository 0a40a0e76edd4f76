"""What is asked for within a moment is asked for once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from monitor.pipeline.shared_queries import Gathered


class Doubling:
    """Says twice of what it is asked, and remembers what came together."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    def __call__(self, asked: Sequence[int]) -> Sequence[int]:
        self.batches.append(list(asked))
        if 13 in asked:
            raise ValueError("thirteen")
        return [2 * each for each in asked]


@contextmanager
def gathered(answer: Doubling, most: int = 100) -> Iterator[Gathered[int, int]]:
    found = Gathered[int, int](answer, name="test", most=most)
    try:
        yield found
    finally:
        found.close()


async def test_those_who_ask_at_the_same_moment_are_answered_together() -> None:
    answer = Doubling()
    with gathered(answer) as some:
        assert await asyncio.gather(*(some.ask(n, 0.01) for n in range(5))) == [0, 2, 4, 6, 8]
        assert await some.ask(7, 0.0) == 14
    assert answer.batches == [[0, 1, 2, 3, 4], [7]]


async def test_who_need_not_wait_waits_for_nobody() -> None:
    """A day would be longer than any test: whoever is in a hurry takes the others along."""
    answer = Doubling()
    with gathered(answer) as some:
        some.say(1, 86_400)
        patient = asyncio.ensure_future(some.ask(2, 86_400))
        await asyncio.sleep(0)
        assert await some.ask(3, 0.0) == 6
        assert await patient == 4
    assert answer.batches == [[1, 2, 3]]


async def test_so_many_wait_for_no_more() -> None:
    answer = Doubling()
    with gathered(answer, most=3) as some:
        found = await asyncio.gather(*(some.ask(n, 86_400) for n in range(3)))
    assert found == [0, 2, 4]


async def test_a_fault_is_told_to_all_who_asked_with_it_and_to_nobody_else() -> None:
    answer = Doubling()
    with gathered(answer) as some:
        found = await asyncio.gather(some.ask(1, 0.0), some.ask(13, 0.0), return_exceptions=True)
        assert [type(each) for each in found] == [ValueError, ValueError]
        assert await some.ask(2, 0.0) == 4


async def test_who_is_broken_off_is_not_asked_for() -> None:
    answer = Doubling()
    with gathered(answer) as some:
        gone = asyncio.ensure_future(some.ask(1, 86_400))
        await asyncio.sleep(0)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        assert await some.ask(2, 0.0) == 4
    assert answer.batches == [[2]]


async def test_what_was_said_is_said_in_the_end() -> None:
    answer = Doubling()
    with gathered(answer) as some:
        some.say(1, 86_400)
    assert answer.batches == [[1]]

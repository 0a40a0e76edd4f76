"""What a host is spared: slots, pauses between pages, and rest while it says wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from monitor.config.schema import Polling
from monitor.errors import FetchError
from monitor.fetch.hosts import BURST, USUAL_HOLD, Hosts

NOON = datetime(2024, 3, 25, 12, tzinfo=UTC)
PAGE = httpx.URL("https://news.example/page")


class Time:
    """Stands still, but for those who wait."""

    def __init__(self) -> None:
        self.now = NOON
        self.waited: list[float] = []

    def clock(self) -> datetime:
        return self.now

    def ticks(self) -> float:
        return (self.now - NOON).total_seconds()

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    async def pause(self, seconds: float) -> None:
        # Noted, not passed: what follows asks at the same moment, as concurrent requests do.
        self.waited.append(seconds)


@pytest.fixture
def time() -> Time:
    return Time()


def hosts(time: Time, jitter: Callable[[], float] = lambda: 0.5, **polling: object) -> Hosts:
    return Hosts(
        Polling.model_validate(polling),
        clock=time.clock, ticks=time.ticks, pause=time.pause, jitter=jitter,
    )  # fmt: skip


async def ask(hosts: Hosts, url: httpx.URL = PAGE, *, page: bool = True, gap: float = 0.0) -> None:
    async with hosts.take(url, page=page, gap=gap):
        pass


def refusal(status: int, retry_after: float | None) -> FetchError:
    return FetchError("no", kind="http", status=status, retry_after=retry_after)


# --- pauses ---------------------------------------------------------------------------------


async def test_a_few_pages_at_once_then_one_a_second(time: Time) -> None:
    some = hosts(time)
    for _ in range(BURST + 3):
        await ask(some)
    assert time.waited == [1, 2, 3]
    time.advance(5)
    await ask(some)
    assert time.waited == [1, 2, 3]  # the fourth second's turn has passed by
    time.advance(3600)
    for _ in range(BURST):
        await ask(some)
    assert time.waited == [1, 2, 3]


async def test_pauses_are_not_all_the_same(time: Time) -> None:
    numbers = iter([0.0, 1.0] * 10)
    some = hosts(time, jitter=lambda: next(numbers))
    for _ in range(BURST + 3):
        await ask(some)
    gaps = [b - a for a, b in zip([0, *time.waited], time.waited, strict=False)]
    assert set(gaps[1:]) == {0.75, 1.25}


async def test_feeds_and_other_hosts_and_this_machine_wait_for_nobody(time: Time) -> None:
    some = hosts(time)
    for number in range(50):
        await ask(some, PAGE.copy_with(path="/feed"), page=False)
        await ask(some, httpx.URL(f"https://h{number}.example/page"))
        for own in ("http://localhost:1/", "http://127.0.0.1/", "http://[::1]:80/"):
            await ask(some, httpx.URL(own))
    assert time.waited == []


async def test_the_pause_can_be_set_and_switched_off(time: Time) -> None:
    for gap, waits in (("10s", [10.0]), ("0s", [])):
        time.waited.clear()
        some = hosts(time, page_gap=gap)
        for _ in range(BURST + 1):
            await ask(some)
        assert time.waited == waits


async def test_a_longer_pause_that_the_host_wants_counts_from_the_second_page(time: Time) -> None:
    some = hosts(time, page_gap="1s")
    for _ in range(3):
        await ask(some, gap=7.0)
    assert time.waited == [7.0, 14.0]


async def test_a_shorter_pause_that_the_host_wants_changes_nothing(time: Time) -> None:
    some = hosts(time, page_gap="10s")
    for _ in range(BURST + 1):
        await ask(some, gap=2.0)
    assert time.waited == [10.0]


# --- holds ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "retry_after", "seconds"),
    [
        (429, 120.0, 120.0),
        (503, 120.0, 120.0),
        (429, None, USUAL_HOLD),
        (429, 1e12, 86400.0),
        (503, None, 0.0),
        (503, 0.0, 0.0),
        (403, 120.0, 0.0),
    ],
)
async def test_who_says_wait_is_not_asked_until_then(
    time: Time, status: int, retry_after: float | None, seconds: float
) -> None:
    some = hosts(time)
    await some.answered(PAGE, refusal(status, retry_after))
    if seconds:
        time.advance(seconds - 1)
        for page in (True, False):
            with pytest.raises(FetchError, match=f"asked us to wait \\({status}") as caught:
                await ask(some, PAGE.copy_with(path="/other"), page=page)
            assert (caught.value.kind, caught.value.retry_after) == ("held", 1.0)
    await ask(some, httpx.URL("https://other.example/"))
    await ask(some, httpx.URL("https://news.example:8443/"))
    time.advance(1)
    await ask(some)


async def test_a_longer_hold_counts_and_a_shorter_one_does_not(time: Time) -> None:
    some = hosts(time)
    for seconds in (100, 300, 200):
        await some.answered(PAGE, refusal(429, seconds))
    time.advance(299)
    with pytest.raises(FetchError):
        await ask(some)
    time.advance(1)
    await ask(some)


async def test_a_clock_set_back_makes_no_hold_longer(time: Time) -> None:
    some = hosts(time)
    await some.answered(PAGE, refusal(429, 60))
    time.advance(-3600)
    await ask(some)


async def test_who_waited_for_a_slot_hears_of_the_hold(time: Time) -> None:
    some = hosts(time, per_host=1)
    async with some.take(PAGE, page=False):
        waiting = asyncio.create_task(ask(some, page=False))
        await asyncio.sleep(0)
        await some.answered(PAGE, refusal(429, 60))
    with pytest.raises(FetchError, match="asked us to wait"):
        await waiting

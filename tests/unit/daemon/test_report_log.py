"""What the log says of feeds that fail: of a network that is away one line, and that first."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from monitor.daemon import report
from monitor.daemon.report import StepLog
from monitor.messages.notices import network_trouble
from monitor.model.feed import FeedState
from monitor.pipeline.events import Noticed, Polled, Step

NOW = datetime(2024, 3, 25, 14, tzinfo=UTC)
AWAY = Noticed(network_trouble(down=True, now=NOW))
BACK = Noticed(network_trouble(down=False, now=NOW))


def failed(name: str, *, unreachable: bool = True, ours: bool = False) -> Polled:
    feed = FeedState(1, f"https://{name}.example/", name)
    return Polled(feed, "failed", detail="gone", unreachable=unreachable, ours=ours)


def polled(name: str) -> Polled:
    return Polled(FeedState(2, f"https://{name}.example/", name), "ok")


def told(
    monkeypatch: pytest.MonkeyPatch, steps: Sequence[Step], *, wait: bool = False
) -> list[str]:
    """What was logged as a warning or louder, in order."""
    said: list[str] = []

    class Log:
        def warning(self, event: str, feed: str = "", **_: object) -> None:
            said.append(feed or event)

        def info(self, *_: object, **__: object) -> None: ...

        debug = info

    async def play() -> None:
        log = StepLog()
        for step in steps:
            log(step)
        if wait:
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    monkeypatch.setattr(report, "log", Log())
    asyncio.run(play())
    return said


def test_offline_from_the_start_is_one_line_before_any_feed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = [failed(name) for name in "abcd"]
    ours = [failed(name, ours=True) for name in "efgh"]
    assert told(monkeypatch, [*first, AWAY, *ours]) == ["The network cannot be reached"]


def test_what_was_known_from_before_is_said_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    ours: list[Step] = [failed(name, ours=True) for name in "ab"]
    assert told(monkeypatch, ours) == ["The network cannot be reached"]
    back: list[Step] = [BACK, polled("a"), failed("b", ours=True)]
    assert told(monkeypatch, [*ours, *back]) == [
        "The network cannot be reached",
        "The network is back",
        "The network cannot be reached",
    ]


def test_a_feed_on_this_machine_that_answers_does_not_have_it_said_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    near = Polled(FeedState(3, "http://127.0.0.1:8000/feed", "near"), "ok")
    away = [failed(name) for name in "abcd"]
    ours: list[Step] = [near, failed("e", ours=True), near, failed("f", ours=True), near]
    assert told(monkeypatch, [*away, near, AWAY, *ours]) == ["The network cannot be reached"]


def test_a_dead_feed_is_told_as_soon_as_another_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(monkeypatch, [failed("a"), polled("b")]) == ["a"]
    refused = failed("c", unreachable=False)
    assert told(monkeypatch, [failed("a"), failed("b"), refused]) == ["a", "b", "c"]


def test_where_nothing_else_is_asked_it_is_told_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert told(monkeypatch, [failed("a")]) == []
    monkeypatch.setattr(report, "UNDECIDED_SECONDS", 0)
    assert told(monkeypatch, [failed("a"), failed("b")], wait=True) == ["a", "b"]

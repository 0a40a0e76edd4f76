"""What is kept of a text that is too long."""

from __future__ import annotations

import pytest

from monitor.articles.keeping import LEFT_OUT, shortened, size

NAMED = "Officials said that APT31 did it."


def test_what_is_short_enough_is_kept_as_it_is() -> None:
    assert shortened("a b c", 5) == "a b c"


@pytest.mark.parametrize("word", ["word", "слово", "单词"])
@pytest.mark.parametrize("said", [(), (NAMED,)])
def test_nothing_is_longer_than_it_may_be_and_what_is_said_stays(
    word: str, said: tuple[str, ...]
) -> None:
    text = " ".join([word] * 20_000) + f" {NAMED}"
    kept = shortened(text, 1_000, said)
    assert 500 < size(kept) <= 1_000
    assert kept.startswith(f"{word} {word}")
    assert LEFT_OUT in kept
    assert (NAMED in kept) == bool(said)


def test_what_the_beginning_says_is_not_said_twice() -> None:
    kept = shortened(NAMED + " word" * 1_000, 500, [NAMED, NAMED])
    assert kept.count(NAMED) == 1


def test_sentences_without_end_leave_room_for_the_beginning() -> None:
    said = [f"APT31 did number {n}." for n in range(10_000)]
    kept = shortened("x " * 50_000 + " ".join(said), 2_000, said)
    assert size(kept) <= 2_000
    assert kept.count("x ") > 300
    assert kept.count("APT31") > 20

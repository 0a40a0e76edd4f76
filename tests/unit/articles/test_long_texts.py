"""What is kept of a text that is too long."""

from __future__ import annotations

import pytest

from monitor.articles.long_texts import LEFT_OUT, Proof, shortened, size

NAMED = "Officials said that APT31 did it."


def proof(text: str, name: str = "APT31", sentence: str = NAMED, nth: int = 0) -> Proof:
    begin = -1
    for _ in range(nth + 1):
        begin = text.index(sentence, begin + 1)
    start = begin + sentence.index(name)
    return Proof(start, start + len(name), begin, begin + len(sentence))


def test_what_is_short_enough_is_kept_as_it_is() -> None:
    assert shortened("a b c", 5) == "a b c"


@pytest.mark.parametrize("word", ["word", "слово", "单词"])
@pytest.mark.parametrize("is_named", [False, True])
def test_nothing_is_longer_than_it_may_be_and_what_is_said_stays(word: str, is_named: bool) -> None:
    text = " ".join([word] * 20_000) + f" {NAMED}"
    kept = shortened(text, 1_000, [proof(text)] if is_named else [])
    assert 500 < size(kept) <= 1_000
    assert kept.startswith(f"{word} {word}")
    assert LEFT_OUT in kept
    assert (NAMED in kept) == is_named


@pytest.mark.parametrize("filler", ["word ", "слово ", "单词很多"])
def test_what_stands_around_a_name_stays_with_it(filler: str) -> None:
    before, after = "The shipyard was closed. ", " Its harbour is to follow."
    text = filler * 20_000 + before + NAMED + after + filler * 20_000
    kept = shortened(text, 5_000, [proof(text)])
    assert before + NAMED + after in kept
    assert size(kept) <= 5_000


def test_what_the_beginning_says_is_not_said_twice() -> None:
    text = NAMED + " word" * 1_000
    kept = shortened(text, 500, [proof(text), proof(text)])
    assert kept.count(NAMED) == 1


def test_a_name_at_the_end_of_the_beginning_stays_when_others_shorten_that() -> None:
    text = "word " * 150 + NAMED + " word" * 5_000 + " " + NAMED
    kept = shortened(text, 1_000, [proof(text), proof(text, nth=1)])
    assert kept.count(NAMED) == 2
    assert size(kept) <= 1_000


def test_where_there_is_no_room_for_a_sentence_the_name_stays() -> None:
    sentence = f"{'Officials and others ' * 100}said that APT31 did it{' and more' * 100}."
    text = "word " * 5_000 + sentence + " word" * 5_000
    kept = shortened(text, 1_000, [proof(text, sentence=sentence)])
    assert "said that APT31 did it" in kept
    assert size(kept) <= 1_000


def test_sentences_without_end_leave_room_for_the_beginning() -> None:
    said = [f"APT31 did number {n}." for n in range(1_000)]
    text = "x " * 50_000 + " ".join(said)
    kept = shortened(text, 2_000, [proof(text, sentence=each) for each in said])
    assert size(kept) <= 2_000
    assert kept.count("x ") > 300
    assert kept.count("APT31") > 20

"""The words near a place of a text, as far as somebody asks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.matching.text.near_words import REACH, NearWords
from monitor.matching.text.words import WORD


def _near(text: str, word: str) -> NearWords:
    start = text.index(word)
    return NearWords(text, start, start + len(word))


def test_words_are_numbered_from_the_one_that_stands_there() -> None:
    words = _near("'he' saw jane roe of 'leeds' there", "roe")
    assert words.stands
    assert [words[n].text for n in (-3, -2, -1, 0, 1, 2, 3)] == [
        "he'", "saw", "jane", "roe", "of", "leeds'", "there",
    ]  # fmt: skip
    assert (words.get(-4), words.get(4)) == (None, None)


def test_a_part_of_a_word_is_known_as_such() -> None:
    text = "in smith-jones and mcroe too"
    assert _near(text, "roe").stands
    assert _near(text, "roe")[0].text == "mcroe"
    assert not _near(text, "roe too").stands
    assert not NearWords("... jane", 0, 2).stands


@given(st.text(alphabet="ab '.-\x1f", max_size=400), st.data())
def test_all_words_near_are_told_and_no_others(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, max(0, len(text) - 1)))
    words = NearWords(text, start, start + 1)
    if not words.stands:
        return
    told = []
    for step in (-1, 1):
        number = 0 if step > 0 else -1
        while (word := words.get(number)) is not None:
            told.append((word.start, word.end))
            number += step
    near = [
        (found.end() - len(found[0].lstrip("'")), found.end())
        for found in WORD.finditer(text)
        if found[0].strip("'")
    ]
    assert set(told) <= set(near)
    close = [(a, b) for a, b in near if a > start - REACH // 2 and a < start + REACH // 2]
    longest = max((b - a for a, b in near), default=0)
    if longest < REACH // 2:
        assert set(close) <= set(told)

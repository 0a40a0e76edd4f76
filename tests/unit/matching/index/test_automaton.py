"""The automaton for whole words: one run over several texts finds what a run over each does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.matching.index.automaton import Patterns, Words

NAMES = ("jane example", "example", "s  example", "отдел", "apt31", "e")


def words() -> Words:
    patterns = Patterns()
    for number, name in enumerate(NAMES):
        patterns.add(name, number)
    return Words(patterns)


WORDS = words()
PIECE = st.sampled_from([*NAMES, "jane", " ", "", "\x1f", "\x00", ".", "s", "ю", "other"])
TEXT = st.lists(PIECE, max_size=8).map(" ".join) | st.lists(PIECE, max_size=8).map("".join)


@given(st.lists(TEXT, max_size=6))
def test_texts_together_have_what_each_has_alone(texts: list[str]) -> None:
    proposed = WORDS.propose(texts)
    told = [list(WORDS.told(text, some)) for text, some in zip(texts, proposed, strict=True)]
    assert told == [list(WORDS.find(text)) for text in texts]
    for text, some in zip(texts, told, strict=True):
        for number, start, end in some:
            assert isinstance(number, int)
            assert text[start:end] == NAMES[number]


def test_no_name_goes_on_from_one_text_to_the_next() -> None:
    assert WORDS.propose(["jane", "", "example"])[:2] == [[], []]
    assert list(WORDS.find("jane example")) == [(0, 0, 12), (1, 5, 12)]
    (only,) = WORDS.propose(["s", "", "example"])[2]
    assert only[1:] == (0, 7)

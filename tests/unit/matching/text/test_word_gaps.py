"""Folded text as bytes, one for each character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.matching.text.normalise import fold
from monitor.matching.text.word_gaps import gapped, in_bytes


@given(st.text(max_size=200))
def test_each_character_is_one_byte_and_words_part_alike(text: str) -> None:
    folded = fold(text).text
    coded = in_bytes(folded)
    assert len(coded) == len(folded)
    assert [byte == ord(" ") for byte in coded] == [c == " " for c in gapped(folded).decode()]


@given(st.text(alphabet="абвгдеж αβγδ שלום סלאم abc.", min_size=70, max_size=200))
def test_long_texts_are_coded_as_short_ones(text: str) -> None:
    assert in_bytes(text) == b"".join(in_bytes(each) for each in text)


@pytest.mark.parametrize(
    "letters", ["абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґђљњћџ", "αβγδεζηθικλμνξοπρσςτυφχψω"]
)
def test_letters_of_one_script_are_told_apart(letters: str) -> None:
    assert len(set(in_bytes(letters))) == len(letters)

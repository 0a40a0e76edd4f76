# ruff: noqa: RUF001 - quotes and dashes of every kind
"""What stands right before a name, told as an expression would tell it."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.matching.text.word_before import begins_sentence, word_before

_BEGINS = re.compile(r"(?:\A|[.!?:;…•*|\n\r\"“”‘„‚«»(\[]|[-–—]\s)\s*[\"'“‘„‚(\[]*\Z")
_WORD = re.compile(r"([^\W\d_][\w'’\-]*)[ \u00a0\-]\Z")
_TEXTS = st.text(alphabet="aÉ1_ .!\"'“„(-–\n\u00a0’,", max_size=12)


@given(_TEXTS)
@example("- '")
@example("a-  (")
@example("\n ")
def test_a_sentence_begins_where_the_expression_says(before: str) -> None:
    assert begins_sentence(before) == (_BEGINS.search(before) is not None)


@given(_TEXTS)
@example("--x y-")
@example("a b ")
def test_the_word_before_is_the_one_the_expression_finds(before: str) -> None:
    found = _WORD.search(before)
    assert word_before(before) == ((found[1], found.start()) if found else None)


@pytest.mark.parametrize(
    ("before", "begins"), [("He said: ", True), ("he told ", False), ("“", True), ("co- ", True)]
)
def test_a_sentence_begins_behind_its_marks(before: str, begins: bool) -> None:
    assert begins_sentence(before) is begins

"""What of an entry's words is an edit, whatever they are: as one expression reads them."""

from __future__ import annotations

import hashlib
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.edits import digest
from monitor.feeds.markup import clean, from_html
from monitor.model.feed import Entry
from monitor.wording import UNPRINTABLE, one_line, printable

WORD = re.compile(r"([^\W\d_]+)(?:([\s\u2010-\u2015-]?)(\d+(?:-\d+)*)(?![\d:]))?")
LETTERS = st.sampled_from("aB12 -:\n\r\t_\u2013\u00df\u03a3\u0663\u5317\x85\xa0\u2028\x1c\x00")
TEXTS = st.text(LETTERS | st.characters(codec="utf-8"), max_size=40)


def by_one_expression(text: str) -> str:
    said = []
    for found in WORD.finditer(text):
        word, gap, number = found.groups()
        named = number and (not gap or (word[0].isupper() and len(word) <= 8))
        said.append(f"{word} {number}" if named else word)
    return hashlib.sha256(" ".join(said).casefold().encode()).hexdigest()[:32]


@settings(max_examples=200)
@given(TEXTS, TEXTS)
def test_it_is_read_as_one_expression_reads_it(title: str, content: str) -> None:
    """What is stored of entries would else tell of an edit of each."""
    assert digest(Entry(identity="", title=title, content=content)) == by_one_expression(
        f"{title}  {content}"
    )


@settings(max_examples=200)
@given(TEXTS)
def test_spaces_are_collapsed_as_expressions_do(text: str) -> None:
    plain = UNPRINTABLE.sub("", text)
    assert printable(text) == plain
    assert one_line(text) == re.sub(r"\s+", " ", plain).strip()
    lines = re.sub(r"[^\S\n]+", " ", plain.replace("\r\n", "\n").replace("\r", "\n"))
    assert clean(text) == re.sub(r"\n{3,}", "\n\n", re.sub(r" ?\n ?", "\n", lines)).strip()


def test_nothing_of_one_text_is_left_for_the_next() -> None:
    assert from_html("<p>One<script>hidden") == "One"
    assert from_html("<p>Two") == "Two"

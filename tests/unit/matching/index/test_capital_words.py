"""A brief English text, read word by word, says the same as all of its words at once."""

from __future__ import annotations

import threading

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.matching.index import capital_words, postings
from monitor.matching.index.postings import Place, Postings
from monitor.matching.names.align import shape
from monitor.matching.names.expansion import CONFIGURED, Name
from monitor.model.match import Kind

_NAMES = (
    ("Vladimir Putin", Kind.PERSON),
    ("Conan O'Brien", Kind.PERSON),
    ("Ömer Çelik", Kind.PERSON),
    ("Anna Lee", Kind.PERSON),
    ("Gazprom", Kind.ORGANISATION),
    ("Novak Steel", Kind.ORGANISATION),
)
_LINES = """
Putin Putina Vladimir Vladimira VLADIMIR PUTIN'S Conan O'Brien O\u2019Brien O'Briena Ömer Omer
Çelik CELIK Anna Lee Lee's Gazprom Gazpromu Gazprom\u2019s Novak Steel steel Steel-Novak The
and economy élan Élysée 7 7th A.B. Ünder
"""
_WORDS = _LINES.split()
_SIGNS = st.sampled_from([*" \n'\u2019\u2018–…\u00a0×€ł", " ", " '", " “", "” ", "''"])
_TEXTS = st.lists(st.tuples(st.sampled_from(_WORDS), _SIGNS), max_size=14).map(
    lambda some: "".join(word + sign for word, sign in some)
)
_FILLER = "\n" + "economy " * 2_000
"""Makes a text so long that its words are looked up all at once."""


def _index() -> Postings:
    made = Postings()
    for number, (name, kind) in enumerate(_NAMES):
        if (each := shape(Name(name, CONFIGURED), kind, False)) is not None:
            made.add(each, number)
    made.compile()
    return made


def _found(index: Postings, texts: list[str]) -> list[Place]:
    return list(index.find(texts, [True] * len(texts)))


INDEX = _index()


@settings(max_examples=200, deadline=None)
@given(st.lists(_TEXTS, min_size=1, max_size=3))
@example(["''Vladimir 'Putin'"])
@example(["", "Vladimir" + " and" * 14 + " Putin"])
@example(["Vladimir " + "P" * 41 + " Putin"])
@example(["Vladimir €Putin"])
def test_a_brief_text_says_the_same_as_one_that_is_long(texts: list[str]) -> None:
    assert len(_FILLER) > postings._BRIEF
    long = [place for place in _found(INDEX, [*texts, _FILLER]) if place[0] < len(texts)]
    assert _found(INDEX, texts) == long


def test_what_is_remembered_is_bounded_and_others_may_ask_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(capital_words, "_REMEMBERED", 20)
    index = _index()
    wrong: list[str] = []

    def ask(letter: str) -> None:
        for number in range(150):
            text = f"{letter}{number}a {letter}{number}b said: “Vladimira Putina” and Gazpromu"
            owners = [owner for _, owner, *_ in _found(index, [text])]
            if owners != [0, 4]:
                wrong.append(text)

    threads = [threading.Thread(target=ask, args=(letter,)) for letter in "PV"]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert wrong == []

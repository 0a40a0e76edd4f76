"""A place that is not worth a closer look is one where aligning finds nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config.schema import Entity, Watchlist
from monitor.matching.index import variants
from monitor.matching.index.places import (
    by_word,
    goes_on,
    in_folded,
    without_vowels,
    worth_it,
)
from monitor.matching.matcher import Matcher
from monitor.matching.names.align import may_stand
from monitor.matching.names.meanings import WRITTEN_FREELY, meanings
from monitor.matching.text.characters import ABJAD
from monitor.matching.text.normalise import fold
from monitor.model.article import Article
from monitor.model.match import Kind

_NAMES = (
    "Jan Nowak", "Vladimir Putin", "Νίκος Παππάς", "Сергей Лавров", "محمود عباس", "דוד מזרחי",
    "A. Bibi", "anna berg", "Ban Ki-moon", "Hm Nagar", "John Major",
)  # fmt: skip
_WORDS = """
Jan Jana Nowak Nowakiem nowak jan Vladimira Putinem Putin Νίκου Παππά του Сергея Лавров Лаврова и
محمود عباس الرئيس من فلاديمير بوتين דוד מזרחי של Ася Биби Anna Bergs berg Ban moon हम नगर Major John
von prezident Dr the Kowalski FBI Agent 1985 ( ) | - " d.
""".split()  # noqa: SIM905 - reads better
_GAPS = (" ", " ", " ", ", ", ". ", "\n", "\n\n", " | ", "  ", "; ", " (", "\xad ", "—")


def _matcher() -> Matcher:
    entities = tuple(Entity(name=name, kind=Kind.PERSON, expand=False) for name in _NAMES)
    return Matcher([Watchlist(name="names", entities=entities)])


_MATCHER = _matcher()


def _texts() -> st.SearchStrategy[str]:
    pieces = st.tuples(st.sampled_from(_WORDS), st.sampled_from(_GAPS))
    return st.lists(pieces, min_size=2, max_size=14).map(lambda some: "".join(map("".join, some)))


@settings(max_examples=300, deadline=None)
@given(_texts(), st.sampled_from([None, "en", "pl", "ar"]))
def test_nothing_is_lost(text: str, language: str | None) -> None:
    article = Article(id="1", title="", body=text, language=language)
    found = _MATCHER.match(article)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(variants, "worth_it", lambda *_: True)
        assert _MATCHER.match(article) == found


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("Jan Nowak", True),
        ("Jan Kowalski Nowak", True),
        ("Jan widzi pana Nowak", False),
        ("Jan. Nowak", False),
        ("Jan von Nowak", True),
        ("Jan,\n\n Nowak", False),
        ("Jan nowak jest Nowak", True),
    ],
)
def test_what_stands_between_two_words(text: str, worth: bool) -> None:
    folded = fold(text)
    uses = meanings(Entity(name="Jan Nowak", kind=Kind.PERSON), 0)[WRITTEN_FREELY]
    assert worth_it(uses, folded, 0, 3, [folded.text.rindex("nowak")]) is worth


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_glance_says_what_a_closer_look_does(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([each for each in _NAMES if each.istitle()]))
    use = meanings(Entity(name=name, kind=Kind.PERSON), 0)[WRITTEN_FREELY][0]
    assert use.shape is not None
    folded = fold(f"{data.draw(_texts())}{name.split()[0]} {data.draw(_texts())}{name.split()[1]}")
    start = folded.text.rindex(use.shape.words[0])
    end, other = start + len(use.shape.words[0]), folded.text.rindex(use.shape.words[-1])
    same = without_vowels if ABJAD.match(folded.text, start) else None
    told = goes_on(use.shape.words, folded, end, other, same)
    if told is not None:
        assert told == may_stand(use.shape, folded, start, end, [other], same, (1,))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Jan Nowak", True),
        ("Jan  Nowak", None),
        ("Jan von Nowak", True),
        ("Jan Kowalski Nowak", True),
        ("Jan. Nowak", False),
        ("Jan widzi. Nowak", False),
        ("Jan widzi pana Nowak", False),
        ("Jan von. Nowak", False),
        ("Jan A. Nowak", True),
        ("Jan d. Nowak", False),
        ("Jan von A. Nowak", True),
        ("Jan, Nowak", None),
        ("Jan nowak jest Nowak", None),
        ("a — b … Jan Kowalski Nowak", True),
        ("a — b … Jan. Nowak", False),
        ("a — b … Jan\nNowak", None),
    ],
)
def test_what_is_told_at_a_glance(text: str, told: bool | None) -> None:
    folded = fold(text)
    end, other = folded.text.index("jan") + 3, folded.text.rindex("nowak")
    assert goes_on(("jan", "nowak"), folded, end, other, None) is told


def test_in_a_script_without_vowels_one_other_name_may_stand_between() -> None:
    for text, told in (
        ("محمود كريم عباس", True),
        ("محمود كريم سليم عباس", False),
        ("محمود في عباس", False),
        ("محمود. عباس", False),
        ("محمود عباس كريم سليم عباس", None),
    ):
        folded = fold(text)
        other = folded.text.rindex("عباس")
        assert goes_on(("محمود", "عباس"), folded, 5, other, without_vowels) is told, text


def test_places_are_told_by_word() -> None:
    places = [(0, 7, 0, 3, 10), (0, 7, 0, 3, 20), (0, 7, 10, 12, 20), (0, 8, 0, 3, -1)]
    assert list(by_word(places)) == [
        (0, 7, 0, 3, [10, 20]),
        (0, 7, 10, 12, ()),  # the other word of a place before it
        (0, 8, 0, 3, ()),
    ]


@pytest.mark.parametrize("other", [True, False])
@pytest.mark.parametrize("text", ["Jan Nowak", "Jan  Nowak", "ﬁ Jan  Nowak"])
def test_places_of_the_original_are_found_in_folded_text(text: str, other: bool) -> None:
    begin = text.index("Jan")
    last = text.index("Nowak") if other else -1
    folded = fold(text)
    *_, start, end, at = in_folded(folded, (0, 1, begin, begin + 3, last))
    assert folded.text[start:end] == "jan"
    assert folded.text[at:] == "nowak" if other else at == -1

# ruff: noqa: RUF001 - letters of other scripts
"""What a text's word can be a form of is told alike for one name's word and for many."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.matching.spelling.foreign_letters import writes, written_as
from monitor.matching.spelling.forms import forms
from monitor.matching.spelling.semitic import writes as writes_without_vowels
from monitor.matching.spelling.semitic import written_as as written_without_vowels
from tests.support.forms import plausible

_NAMES = """
vladimir putin marek nowak karel beran martin smith zelenskyi michael james kim ng j xi hudec
владимир путин лев зеленскии сергеи гриценко παπασ νικοσ λαβροφ jokinen mustajoki merkel erdogan
thatcher sawyer aoun wade quayle haniyeh fattah joao beijing ursula mohammed muhammad ყველა
"""
_BEGUN = """
vladimir putin mark nowak karl beran martin smith zelensk zełensk владимир путин льв зеленск сергe
сергеи νικ παπα λαβρο бэран нг ким кси маикл джеимс тэтчер джо jokis mustajo merkel erdoğan мухаммед
гриценк си j
"""
_ENDED = """
a u em iem ou ova ové sen lle a у ом ем ью ого ου οσ η s 's ий и е ata
"""
_WITHOUT_VOWELS = """
بوتين فلاديمير والرئيس للرئيس حنية هنية عباس فتاح نتنياهو בנימין נתניהו והנשיא חסן هلال سارة صوفيا
"""
_WORDS = st.builds(
    lambda begun, ended: begun + ended,
    st.sampled_from(_BEGUN.split()),
    st.sampled_from(["", *_ENDED.split()]),
)


@settings(max_examples=60, deadline=None)
@given(_WORDS, st.lists(st.sampled_from(_NAMES.split()), min_size=1, max_size=12))
def test_many_names_are_told_as_each_alone(found: str, names: list[str]) -> None:
    can_be, spelt = forms(found), writes(found)
    assert [can_be(each) for each in names] == [plausible(each, found) for each in names]
    assert [spelt(each) for each in names] == [written_as(each, found) for each in names]


@pytest.mark.parametrize("found", _WITHOUT_VOWELS.split())
def test_many_names_are_told_as_each_alone_without_vowels(found: str) -> None:
    can_be = writes_without_vowels(found)
    names = ["putin", "vladimir", "haniyeh", "fattah", "hassan", "benjamin", "netanyahu", found]
    told = [can_be(each) for each in names]
    assert told == [written_without_vowels(each, found) for each in names]
    assert told[-1]


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ("putinem", "putin"),
        ("путиным", "putin"),
        ("zelenskeho", "zelensky"),
        ("beranova", "beran"),
        ("маикл", "michael"),
        ("льва", "лев"),
    ],
)
def test_a_form_of_a_name(found: str, wanted: str) -> None:
    can_be = forms(found)
    assert can_be(wanted)
    assert not any(map(can_be, ("angela", "merkel", "ангела")))

# ruff: noqa: RUF001 - letters of other scripts
"""Many words without vowels at once are told as each alone is."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.matching.index import unvowelled
from monitor.matching.index.unvowelled import Unvowelled
from monitor.matching.spelling.semitic import skeletons, spoken, written_as
from monitor.matching.text.words import romanisations

_WATCHED = """
putin vladimir haniyeh fattah hassan benjamin netanyahu steve sarah sharaa sofia thatcher charles
quincy xi jones zhou muhammad volodymyr abbas tschernobyl schwarz mcdonald ng ali omar hm aaliyah
حسن محمود عباس والرئيس الشرع בנימין נתניהו והנשיא Лавров παππασ maximilianaleksandrowitsch
""".split()  # noqa: SIM905 - reads better
_FOUND = """
بوتين فلاديمير والرئيس للرئيس الرئيس حنية هنية عباس فتاح نتنياهو בנימין נתניהו והנשיא חסן هلال سارة
صوفيا استيو ستيف الشرع شرع شراع تاتشر تشارلز شارلز كوينسي شي شى جونز محمد ومحمد للشرع مممحسن علي عمر
עלי ثاتشر تشو نغ ماكدونالد ח חח ه و ا שוורץ سسسارة بببوتين فولوديمير אבאס מחמוד טצרנוביל
""".split()  # noqa: SIM905 - reads better
_LONG = "ب" + "وت" * 40 + "ين"
_INDEX = Unvowelled(["", *_WATCHED])


def _alone(found: str, wanted: str) -> int:
    """By how many consonants a word is a spelling of a name's word; -1 if it is none."""
    every = (wanted, *romanisations(wanted))
    keys = {key for each in every for key in spoken(each)} & set(skeletons(found))
    counts = [len(key.strip("AHV")) for key in keys]
    return max(counts) if counts and any(written_as(each, found) for each in every) else -1


@settings(max_examples=100, deadline=None)
@example([_LONG, "بوتين"])
@given(
    st.lists(
        st.sampled_from(_FOUND) | st.text("بوتينفاسشرحعمدלאבתנה", min_size=1, max_size=7),
        min_size=1,
        max_size=12,
        unique=True,
    )
)
def test_words_at_once_are_told_as_each_alone(found: list[str]) -> None:
    of, numbers, counts = _INDEX.find(found)
    told = dict(zip(zip(of.tolist(), numbers.tolist(), strict=True), counts.tolist(), strict=True))
    wanted = {
        (at, number): _alone(word, watched)
        for at, word in enumerate(found)
        for number, watched in enumerate(_WATCHED, 1)
    }
    assert told == {pair: count for pair, count in wanted.items() if count >= 0}


def test_a_word_too_long_for_the_bits_of_a_number_is_told_as_well() -> None:
    index = Unvowelled(["", _LONG, "putin"])
    of, numbers, _ = index.find(["بوتين", "و" + _LONG])
    assert list(zip(of.tolist(), numbers.tolist(), strict=True)) == [(0, 2), (1, 1)]


def test_what_is_looked_at_together_does_not_matter() -> None:
    at_once = [each.tolist() for each in Unvowelled(["", *_WATCHED]).find(_FOUND)]
    one_by_one = [
        [at, number, count]
        for at, word in enumerate(_FOUND)
        for number, count in zip(*(each.tolist() for each in _INDEX.find([word])[1:]), strict=True)
    ]
    assert [list(each) for each in zip(*at_once, strict=True)] == one_by_one


def test_a_thousand_words_are_told_in_parts() -> None:
    words = _FOUND * (2 * unvowelled._AT_ONCE // len(_FOUND) + 1)
    of, numbers, _ = _INDEX.find(words)
    once, known, _ = _INDEX.find(_FOUND)
    assert len(of) == len(once) * (len(words) // len(_FOUND))
    assert numbers[-len(known) :].tolist() == known.tolist()

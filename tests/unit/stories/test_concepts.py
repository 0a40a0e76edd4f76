# ruff: noqa: RUF001 - letters of other scripts that look like ours
"""What a report tells, in concepts that are the same in all languages."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.stories import concepts as lexicon
from monitor.stories.concepts import (
    Concepts,
    Kept,
    concepts,
    likeness,
    pack,
    shared_concepts,
    signs,
    topics,
    unpack,
    untold,
    weights,
)
from monitor.stories.fingerprint import fingerprint
from monitor.stories.fingerprint import unpack as unpack_fingerprint

LANGUAGES = sorted(
    each.name.removesuffix(".tsv")
    for each in files("monitor.stories").joinpath("lexicon").iterdir()
    if len(each.name) == len("en.tsv")
)


def told(text: str, language: str, *names: str, title: str = "") -> set[str]:
    found = concepts(title, text, language, names)
    return {concept for concept, sign in signs().items() if sign in found}


def test_each_lexicon_tells_most_concepts_and_no_others() -> None:
    assert len(LANGUAGES) >= 30
    for language in LANGUAGES:
        rows = dict(lexicon._rows(language))
        assert rows.keys() <= signs().keys(), language
        assert len(rows) >= 250, language
        for concept, patterns in rows.items():
            each = patterns.split("; ")
            assert len(set(each)) == len(each), (language, concept)
            assert all(pattern == pattern.lower().strip() for pattern in each)
            assert all(pattern.strip("*") for pattern in each), (language, concept)
    assert all(0 < weight <= 5.5 for weight in weights().values())


@pytest.mark.parametrize(
    ("language", "text", "concept"),
    [
        ("en", "Two men were detained on Monday.", "arrest"),
        ("de", "Zwei Männer wurden festgenommen.", "arrest"),
        ("fr", "Deux hommes ont été arrêtés lundi.", "arrest"),
        ("es", "Dos hombres fueron detenidos el lunes.", "arrest"),
        ("it", "Due uomini sono stati arrestati.", "arrest"),
        ("pt", "Dois homens foram detidos.", "arrest"),
        ("nl", "Twee mannen zijn aangehouden.", "arrest"),
        ("ro", "Doi bărbați au fost arestați.", "arrest"),
        ("pl", "Dwaj mężczyźni zostali zatrzymani.", "arrest"),
        ("el", "Η αστυνομία συνέλαβε δύο άνδρες· η σύλληψη έγινε τη Δευτέρα.", "arrest"),
        ("fi", "Poliisi pidätti kaksi miestä.", "arrest"),
        ("sv", "Två män greps i måndags.", "arrest"),
        ("hu", "Két férfit letartóztattak hétfőn.", "arrest"),
        ("tr", "İki kişi gözaltına alındı.", "arrest"),
        ("uk", "Двох чоловіків затримали в понеділок.", "arrest"),
        ("bg", "Двама мъже бяха задържани.", "arrest"),
        ("sk", "Polícia zadržala dvoch mužov.", "arrest"),
        ("hr", "Dvojica muškaraca su uhićena.", "arrest"),
        ("sl", "Policija je aretirala dva moška.", "arrest"),
        ("da", "To mænd blev anholdt mandag.", "arrest"),
        ("no", "To menn ble pågrepet mandag.", "arrest"),
        ("lt", "Policija sulaikė du vyrus.", "arrest"),
        ("lv", "Policija aizturēja divus vīriešus.", "arrest"),
        ("id", "Polisi menangkap dua orang pada Senin.", "arrest"),
        ("vi", "Cảnh sát bắt giữ hai người đàn ông.", "arrest"),
        ("hi", "पुलिस ने दो लोगों को गिरफ्तार किया।", "arrest"),
        ("cs", "Policie zadržela dva muže.", "arrest"),
        ("ru", "Двое мужчин задержаны в понедельник.", "arrest"),
        ("ar", "اعتقلت الشرطة رجلين يوم الاثنين.", "arrest"),
        ("he", "שני גברים נעצרו ביום שני.", "arrest"),
        ("fa", "دو مرد روز دوشنبه بازداشت شدند.", "arrest"),
        ("zh", "警方星期一逮捕了两名男子。", "arrest"),
        ("ja", "警察は月曜日に男2人を逮捕した。", "arrest"),
        ("ko", "경찰은 월요일 남성 두 명을 체포했다.", "arrest"),
        ("pl", "Sąd Najwyższy uniewinnił skazaną na śmierć.", "acquit"),
        ("ru", "Верховный суд оправдал женщину.", "acquit"),
        ("ru", "Верховный суд оправдал женщину.", "supreme court"),
        ("cs", "Nejvyšší soud zrušil rozsudek.", "supreme court"),
    ],
)
def test_every_language_tells_it_in_its_own_forms(language: str, text: str, concept: str) -> None:
    assert concept in told(text, language)


def test_a_long_word_is_read_by_its_parts() -> None:
    assert {"cyber", "attack"} <= told("Nach dem Hackerangriff ermittelt die Polizei.", "de")
    assert "attack" not in told("A counterattacking side.", "en")


@pytest.mark.parametrize("text", ["والقضاة", "القضاة", "قضاة", "للقضاة"])
def test_what_arabic_writes_with_a_word_is_no_part_of_it(text: str) -> None:
    assert "court" in told(text, "ar")


def test_watched_names_tell_nothing() -> None:
    assert "bank" in told("The Harbour Bank moved.", "en")
    assert told("The Harbour Bank moved.", "en", "Harbour Bank") == told("The moved.", "en")


def test_where_it_stands_and_how_often_is_kept() -> None:
    text = (
        f"The minister resigned. {'She said so. ' * 20}A strike began; strikes, strikers on strike."
    )
    found = concepts("Minister quits", text, "en", [])
    minister, resign, strike = (signs()[each] for each in ("minister", "resign", "strike"))
    assert found[minister] == Kept(2, 2)
    assert found[resign].place == 1
    assert found[strike].place == 0
    assert found[strike].times >= 2
    assert strike not in topics(found, 99)


@pytest.mark.parametrize(("words_before", "place"), [(34, 1), (35, 0)])
def test_the_top_is_the_first_35_words(words_before: int, place: int) -> None:
    found = concepts("Rain", "rain " * words_before + "resigned", "en", [])
    assert found[signs()["resign"]] == Kept(1, place)


def test_a_language_without_a_lexicon_tells_none() -> None:
    for language in ("xx", "", "/e", "\0e", "..", "ß"):
        assert concepts("x", "Two men were arrested.", language, []) == {}
    assert (
        concepts("x", "Dva muškarca su uhićena.", "bs", [])
        == concepts("x", "Dva muškarca su uhićena.", "hr", [])
        or "hr" not in LANGUAGES
    )


KEPT = st.dictionaries(
    st.sampled_from(sorted(signs().values())),
    st.builds(Kept, st.integers(1, 9), st.integers(0, 2)),
    max_size=12,
)


@given(KEPT, KEPT)
def test_likeness_is_a_share_and_the_same_both_ways(one: Concepts, other: Concepts) -> None:
    found = likeness(one, other)
    assert found == likeness(other, one)
    assert all(-1e-9 <= share <= 1 + 1e-9 for share in found)
    assert (found.whole > 0) == bool(one.keys() & other.keys())
    same = likeness(one, one)
    assert not one or same.whole == pytest.approx(1)
    assert unpack(pack(one)) == one


def test_what_both_tell_at_the_top_is_said_by_name() -> None:
    one = concepts("Court acquits minister", "", "en", [])
    other = concepts("Sąd uniewinnił ministra", "", "pl", [])
    assert shared_concepts(one, other)[0] == "acquit"
    assert {"court", "minister"} <= set(shared_concepts(one, other))


def test_what_a_headline_tells_and_another_report_not_at_its_top_is_untold() -> None:
    below = "She said so. " * 20
    one = concepts("Court acquits minister", "", "en", [])
    assert untold(one, one) == 0
    assert untold(one, concepts("Minister resigns", "", "en", [])) == pytest.approx(
        1 - weights()[signs()["minister"]] / sum(weights()[each] for each in one)
    )
    at_the_top = concepts("Minister free", "A court acquitted him.", "en", [])
    assert untold(one, at_the_top) == 0
    assert untold(one, concepts("Minister", f"{below} A court acquitted him.", "en", [])) > 0.5
    # Nobody knows.
    assert untold(one, {}) == untold({}, one) == 0
    assert untold(concepts("Minister", "", "en", []), concepts("Strike", "", "en", [])) == 0


def test_what_another_list_of_concepts_kept_is_not_taken_for_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = fingerprint("Court acquits minister", "He was on trial.", language="en")
    again = unpack_fingerprint(made.pack())
    assert again is not None
    assert again.abroad.concepts == made.abroad.concepts != {}
    packed = made.pack()
    monkeypatch.setattr(lexicon, "version", lambda: 1)
    later = unpack_fingerprint(packed)
    assert later is not None
    assert later.abroad.concepts == {}


@pytest.mark.parametrize("language", ["en", "de", "ar", "zh", "ko"])
@pytest.mark.parametrize(
    "text", ["attack" * 40_000, "angriff" * 9, "攻击" * 90_000, "هجوم " * 40_000]
)
def test_hostile_text_keeps_no_more(language: str, text: str) -> None:
    found = concepts(text, text, language, ["attack"])
    assert len(found) <= 64
    assert max((kept.times for kept in found.values()), default=0) <= 9

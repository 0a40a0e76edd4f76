"""Fingerprints: the same everywhere, small, quick, and alike for texts that are alike."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from monitor.stories.fingerprint import (
    KEYED_ENTITIES,
    OPENING,
    SAMPLE,
    SHARED_KEYS,
    TEXT_KEYS,
    Fingerprint,
    fingerprint,
    unpack,
)
from monitor.stories.opening_words import codes, stem_of, text_hash
from monitor.stories.term_vector import TERM_KEYS, Place
from tests.support.cost import assert_grows_linearly

SENTENCES = [
    f"The {a} of {b} {verb} the {c} near {d} on the {n}th of the month"
    for n, (a, b, verb, c, d) in enumerate(
        (a, b, verb, c, d)
        for a in ("mayor", "council", "bishop")
        for b in ("Ashby", "Corrow", "Dunmere")
        for verb in ("opened", "sold", "praised")
        for c in ("bridge", "market", "library")
        for d in ("Kelstow", "Marrick")
    )
]
TEXT = ". ".join(SENTENCES)
CHINESE = (
    "港务局周二宣布关闭北岸码头。台风造成吊机倒塌。三名工人受伤。其中一人伤势严重。调查正在进行。"
)


def stems(made: Fingerprint) -> set[str]:
    return {word.stem for word in made.terms.words.values()}


def test_it_is_small_however_long_the_text() -> None:
    made = fingerprint("A headline", TEXT)
    assert len(made.runs) <= SAMPLE
    assert len(made.opening) <= OPENING
    assert len(made.text_keys()) <= 2 * TEXT_KEYS + 2
    many = [f"entity {n}" for n in range(100)]
    assert len(made.event_keys(many)) <= TERM_KEYS * KEYED_ENTITIES
    assert len(made.pack()) < 5_000


def test_a_text_of_just_so_many_runs_of_words_is_kept_whole() -> None:
    words = [f"word{n}" for n in range(1000)]
    whole = next(
        made
        for n in range(1000)
        if len((made := fingerprint("", " ".join(words[:n]))).runs) >= SAMPLE
    )
    assert len(whole.runs) == SAMPLE
    # Of a longer one about half, or more, is.
    longer = fingerprint("", " ".join(words[:400]))
    assert SAMPLE / 4 < len(longer.runs) <= SAMPLE


def test_how_much_of_a_headline_is_new_is_a_share_of_it() -> None:
    old = fingerprint("", TEXT)
    news = "Glassblowers strike, furnaces extinguished"
    late = fingerprint(news, f"The glassblowers' strike left furnaces extinguished. {TEXT}")
    assert 0.9 < late.headline_beyond(old) <= 1
    assert late.headline_in(old) == 0
    assert late.headline_beyond(late) == 0
    assert late.headline_in(late) == pytest.approx(1)
    # What the text does not take up is a headline of another's making, and no news.
    assert fingerprint(news, TEXT).headline_beyond(old) == 0
    half = fingerprint(f"{news}: mayor of Ashby opened bridge", f"Glassblowers strike. {TEXT}")
    assert 0 < half.headline_beyond(old) < late.headline_beyond(old)


def test_a_year_tells_less_than_any_other_number_of_as_many_digits() -> None:
    made = fingerprint("", f"In 2023 there were 7023 of them, and 19 more. {TEXT}")
    weights = {word.stem: made.terms.weights[key] for key, word in made.terms.words.items()}
    assert 0 < weights["2023"] < weights["7023"]


def test_numbers_of_two_digits_and_more_are_numbers_and_words_are_none() -> None:
    at = fingerprint("", "In 2023 all 7 saw 48 of 7023 boats").terms.at(Place.NUMBER)
    assert set(at) == {text_hash("48"), text_hash("7023")}
    assert not fingerprint("", "港でボカスルを見た", language="ja").terms.at(Place.NUMBER)


def test_reports_of_different_entities_share_no_key_for_their_words() -> None:
    one, two = fingerprint("Harbour sold", "Kelstow"), fingerprint("Kelstow", "harbour sold")
    assert set(one.event_keys(["a", "b"])) & set(two.event_keys(["b", "c"]))
    assert not set(one.event_keys(["a"])) & set(two.event_keys(["b"]))


def test_keys_fit_a_databases_integers_and_are_all_different() -> None:
    made = fingerprint("A headline", TEXT)
    keys = (*made.text_keys(), *made.event_keys(["Ashby", "Corrow"]))
    assert len(set(keys)) == len(keys)
    assert all(0 <= key < 2**63 for key in keys)


@pytest.mark.parametrize("share", [0.5, 0.2, 0.1, 0.05])
def test_a_teaser_is_found_in_a_long_text(share: float) -> None:
    whole = fingerprint("", TEXT)
    teaser = fingerprint("", TEXT[: int(len(TEXT) * share)])
    assert whole.likeness(teaser) >= 0.8
    assert len(set(whole.text_keys()) & set(teaser.text_keys())) >= SHARED_KEYS


def test_the_end_of_a_long_text_is_found_in_it() -> None:
    assert fingerprint("", TEXT).likeness(fingerprint("", TEXT[len(TEXT) // 2 :])) >= 0.6


def test_texts_with_the_same_words_in_another_order_are_not_alike() -> None:
    words = TEXT.split()
    assert fingerprint("", TEXT).likeness(fingerprint("", " ".join(sorted(words)))) < 0.1


def test_scripts_without_spaces_are_read_in_characters() -> None:
    edited = CHINESE.replace("其中一人伤势严重", "一人重伤")
    assert fingerprint("", CHINESE).likeness(fingerprint("", edited)) >= 0.5
    shuffled = "".join(sorted(CHINESE))
    assert fingerprint("", CHINESE).likeness(fingerprint("", shuffled)) == 0


def test_a_foreign_frame_does_not_change_how_a_text_is_read() -> None:
    framed = f"You are reading one of three free articles. {CHINESE} All rights reserved worldwide."
    assert fingerprint("", CHINESE).likeness(fingerprint("", framed)) >= 0.9


def test_a_name_in_characters_does_not_shorten_the_lead_of_a_spaced_text() -> None:
    early = f"赵光宗 was named, and 倪高彬 was named beside him. {TEXT[:400]}"
    made = fingerprint("", f"{early} Vintrasp said so.")
    [key] = [key for key, word in made.terms.words.items() if word.stem == "vintra"]
    assert key in made.terms.at(Place.LEAD)


def test_digits_of_other_scripts_are_the_same_numbers() -> None:
    one = stems(fingerprint("", "ارتفع الدخل ٢٥ في المئة", language="ar"))
    two = stems(fingerprint("", "ارتفع الدخل 25 في المئة", language="ar"))
    assert "25" in one & two


def test_points_in_numbers_do_not_matter() -> None:
    assert {"1668"} == {
        stem for text in ("1,668", "1.668", "1668") for stem in stems(fingerprint("", text))
    }


def test_watched_names_are_no_telling_words() -> None:
    with_name = fingerprint("Oakhampton floods", "In Oakhampton the river rose.")
    without = fingerprint(
        "Oakhampton floods", "In Oakhampton the river rose.", names=["Oakhampton"]
    )
    assert stems(with_name) - stems(without) == {"oakham"}


@pytest.mark.parametrize(
    "words",
    [
        ("government", "governments", "governmental"),
        ("الحكومة", "والحكومة", "حكومة"),
        ("المستشفى", "للمستشفيات", "مستشفيات"),
        ("الانتخابات", "الانتخابية", "بالانتخاب"),
    ],
)
def test_a_words_endings_and_what_is_joined_to_it_do_not_matter(words: tuple[str, ...]) -> None:
    assert len({stem_of(word) for word in words}) == 1


@pytest.mark.parametrize(
    ("text", "is_name"),
    [
        ("The rose fell. He saw Rose there.", True),
        ("The rose fell. He saw Rose by a rose.", False),
        ("The rose fell.", False),
    ],
)
def test_what_is_mostly_written_like_a_name_is_one(text: str, is_name: bool) -> None:
    terms = fingerprint("", text).terms
    assert (text_hash("rose") in terms.at(Place.NAME)) is is_name


def test_an_unknown_language_is_read_all_the_same() -> None:
    assert fingerprint("Nuntius ab insula", "Navis in portum venit", language="la").terms.words
    assert fingerprint("a", "b c d", language="") == fingerprint("a", "b c d", language="en-GB")


def test_codes_are_found() -> None:
    found = codes("CVE-2026-12345 and cve-2026-1, AA24-038 but not well-1, a-1-b or F-16-like")
    assert found == {"CVE-2026-12345"}


def test_a_packed_fingerprint_is_unpacked_as_it_was() -> None:
    for text in (TEXT, CHINESE, "", "\ud800 broken \x00 text"):
        made = fingerprint(text[:80], text, language="zh")
        assert unpack(made.pack()) == made


def test_of_one_in_another_language_only_what_can_be_compared_is_unpacked() -> None:
    made = fingerprint("CVE-2026-1234", f"On Monday {TEXT} in Corrow", language="en")
    part = unpack(made.pack(), whole=False)
    assert part is not None
    assert made.abroad.names
    assert (part.abroad, part.codes) == (made.abroad, made.codes)
    assert (part.terms.weights, part.runs, part.likeness(made)) == ({}, frozenset(), 0)


def test_one_packed_by_another_version_is_none() -> None:
    assert unpack(b'[99,"something else"]') is None


def test_it_is_the_same_in_every_process() -> None:
    code = (
        "from monitor.stories.fingerprint import fingerprint; import sys;"
        "made = fingerprint(sys.argv[1][:90], sys.argv[1], names=['mayor']);"
        "print(made.pack().hex(), made.text_keys(), made.event_keys(['b', 'a', 'c']))"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", code, TEXT],
            capture_output=True,
            check=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(answers) == 1
    made = fingerprint(TEXT[:90], TEXT, names=["mayor"])
    assert answers == {
        f"{made.pack().hex()} {made.text_keys()} {made.event_keys(['c', 'a', 'b'])}\n"
    }


def _hostile() -> Iterator[tuple[str, str]]:
    million = 1_000_000
    yield "one word", "a" * (10 * million)
    yield "one word often", "spam " * (2 * million)
    yield "digits", "7" * million
    yield "points", "1.1,1:" * million
    yield "dashes", "a-12" * million
    yield "nothing but marks", "!?." * million
    yield "spaces", " \n" * million
    yield "characters", "雨" * million
    yield "surrogates", "\ud800" * million
    yield "right to left", "\u202eabc " * million
    yield "combining", "e\u0301" * million
    yield "zeros", "\x00" * million


@pytest.mark.parametrize("text", [pytest.param(text, id=kind) for kind, text in _hostile()])
def test_no_text_is_too_long_or_too_strange(text: str) -> None:
    def of(share: float) -> Fingerprint:
        part = text[: int(len(text) * share)]
        return fingerprint(part, part, names=[part])

    assert_grows_linearly(of)
    made = of(1)
    assert len(made.pack()) < 50_000
    assert unpack(made.pack()) == made
    assert made.likeness(made) == (1.0 if made.exact else 0.0)


def test_a_long_text_is_known_by_its_beginning() -> None:
    long = ". ".join(f"{sentence}, part {n}" for n in range(300) for sentence in SENTENCES)
    assert len(long) > 1_000_000
    assert fingerprint("", long).likeness(fingerprint("", long[:250_000])) >= 0.9


def test_two_texts_have_nothing_in_common_by_chance() -> None:
    alike = fingerprint("", TEXT).likeness(
        fingerprint("", TEXT.replace("the", "a").replace("of", "in"))
    )
    assert alike < 0.3
    assert Fingerprint().likeness(fingerprint("", TEXT)) == 0

"""Names and figures by which reports in different languages are known to be of one event."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from monitor.stories.cross_lingual import (
    LONGEST,
    Abroad,
    Name,
    Shared,
    abroad,
    proves,
    shared,
    topics,
)
from monitor.stories.figures import figure_weight, figures
from monitor.stories.opening_words import pair_weights, tokens
from monitor.stories.phonetics import BEGINS, FEW, SURE, word_codes

SOON = timedelta(minutes=30)


def kept(text: str, language: str, *names: str, title: str = "") -> Abroad:
    title_parts, parts = tokens(title, language), tokens(text, language)
    return abroad(title, text, language, [*names], title_parts=title_parts, parts=parts, text=text)


def numbers(text: str, language: str = "en") -> set[str]:
    return set(figures(text, tokens(text, language)))


def has(names: float = 0, share: float = 0, told: float = 0, of_figures: float = 1) -> Shared:
    return Shared(names, share, told, of_figures, ())


# --- figures ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("some 40 million voters", "40000000"),
        ("40 Millionen Wähler", "40000000"),
        ("约4000万选民", "40000000"),
        ("约4000萬選民", "40000000"),
        ("4,000만 명", "40000000"),
        ("40 миллионов избирателей", "40000000"),
        ("40 млн избирателей", "40000000"),
        ("40 مليون ناخب", "40000000"),
        ("2.4 million", "2400000"),
        ("2,4 Mio. Euro", "2400000"),
        ("2.400.000 euros", "2400000"),
        ("2 400 000 euros", "2400000"),
        ("8.3亿美元", "830000000"),
        ("830 millones de dólares", "830000000"),
        ("12 mil panes", "12000"),
        ("4万7000台", "47000"),
        ("47,000 cars", "47000"),
        ("٤٧ شخصا", "47"),
        ("27 miles away", "27"),
        ("the 911 call", "911"),
    ],
)
def test_a_figure_is_the_same_however_it_is_written(text: str, figure: str) -> None:
    assert numbers(text) == {figure}


@pytest.mark.parametrize("text", ["in 2026", "7 of 9", "no figure", "", "1.2.3 million of 4"])
def test_years_and_single_digits_are_no_figures(text: str) -> None:
    assert numbers(text) <= {"123"}


def test_a_figure_tells_more_the_rarer_it_is() -> None:
    rising = ["40", "27", "47000", "911", "1340"]
    weights = [figure_weight(each) for each in rising]
    assert weights == sorted(weights)
    assert figure_weight("27") < figure_weight("40000000") == figure_weight("310000")
    # A zero at the end makes it rarer, if not as rare as any other digit.
    assert figure_weight("134") < figure_weight("1340") < figure_weight("1342")
    assert figure_weight("1342") == figure_weight("13425")


# --- how words sound --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tymchuk", "Тимчук"),
        ("Tymtchouk", "Тимчук"),
        ("Beloserow", "Белозёров"),
        ("Beloserow", "Belozerov"),
        ("Zieliński", "Зелинский"),
        ("Bracamonte", "Бракамонте"),
        ("Chernivtsi", "Чернівці"),
    ],
)
def test_a_name_sounds_alike_in_every_spelling(one: str, other: str) -> None:
    assert set(word_codes(one)) & set(word_codes(other))


@pytest.mark.parametrize(("one", "other"), [("Tymchuk", "Tamarin"), ("Wuhan", "Wien"), ("", "")])
def test_other_names_do_not(one: str, other: str) -> None:
    assert not set(word_codes(one)) & set(word_codes(other))


# --- names ------------------------------------------------------------------------------------


def test_names_and_figures_are_found_in_another_language() -> None:
    one = kept("On Monday Oleksa Tymchuk said that 4,200 homes in Chernivtsi were dark.", "en")
    other = kept("Раніше Олекса Тимчук заявив, що в Чернівцях без світла 4200 домів.", "uk")
    both = shared(one, other)
    assert both.figures == figure_weight("4200")
    assert both.figure_share == 1
    assert both.names >= 6
    assert set(both.forms) & {"Tymchuk", "Тимчук"}
    assert "4,200" in both.forms


def test_of_a_long_roll_of_names_the_first_64_are_kept() -> None:
    begun, ended = "bdfgklmnprst", ("avor", "emin", "iluk", "osan", "urek", "ydol")
    roll = [f"{first.upper()}{end}" for end in ended for first in begun]
    some, all_ = (kept(f"They named {', '.join(each)}.", "en") for each in (roll[:60], roll))
    assert len(all_.names) == 64 > len(some.names)
    assert all_.names[: len(some.names)] == some.names


def test_it_is_the_same_the_other_way_round() -> None:
    one = kept("Sources named Oleksa Tymchuk, 34, and the 2.4 million.", "en")
    other = kept("武汉的蒂姆丘克先生三十四岁240万。", "zh")
    there, back = shared(one, other), shared(other, one)
    assert there[:4] == back[:4]


def test_watched_names_prove_nothing_since_all_that_is_compared_has_them() -> None:
    one = kept(
        "Ministers say that APT31 and Zhao Guangzong did it.", "en", "APT31", "Zhao Guangzong"
    )
    other = kept("Die Minister sagen, dass APT31 und Zhao Guangzong es waren.", "de", "APT31",
                 "Zhao Guangzong")  # fmt: skip
    both = shared(one, other)
    assert (both.names, both.figures) == (0, 0)


def test_nor_do_those_in_chinese_characters() -> None:
    one = kept("官员称赵光宗和倪高彬属于该组织", "zh", "赵光宗", "倪高彬")
    assert not [row for row in one.rows.values() if "赵光宗" in row or "倪高彬" in row]
    assert "Zhao" not in one.pinyin


def test_a_place_in_china_is_found_by_its_pinyin() -> None:
    one = kept("Sanctions were imposed on a firm in Wuhan.", "en")
    assert shared(one, kept("另有一家设在武汉的公司", "zh")).forms == ("Wuhan",)
    assert shared(one, kept("另有一家设在上海的公司", "zh")).forms == ()
    # Wu Hang is another.
    assert shared(one, kept("另有一家设在吴航的公司", "zh")).forms == ()


def test_characters_in_a_row_are_kept_where_any_two_of_them_are_rare() -> None:
    text = "官员称赵光宗和倪高彬属于该组织武汉的科技公司"
    rare = {two for two, weight in zip(pairs(text), pair_weights(text, "zh"), strict=True)
            if weight >= 1.5}  # fmt: skip
    in_a_row = [text[at : at + 3] for at in range(len(text) - 2)]
    telling = {row for row in in_a_row if rare.issuperset(pairs(row))}
    assert set(kept(text, "zh").rows.values()) == telling
    assert 0 < len(telling) < len(in_a_row)


def pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1)]


def test_a_number_after_a_hyphen_is_no_part_of_a_name() -> None:
    forms = {
        name.form for name in kept("He met Ahn Mi-kyung near the Tupol-154 yesterday.", "en").names
    }
    assert "Ahn Mi-kyung" in forms
    assert not {form for form in forms if "154" in form}


def test_a_number_that_is_the_day_of_the_month_proves_nothing() -> None:
    one, other = kept("It was 25 March, a Monday.", "en"), kept("Es war der 25. März.", "de")
    assert shared(one, other).figures > 0
    assert shared(one, other, days={"24", "25", "26"}).figures == 0


def test_neighbours_without_capitals_need_more_than_words_in_common() -> None:
    one = kept("وزارت دفاع اسلامی جمهوری ایران", "fa")
    other = kept("وزارة الدفاع في الجمهورية الإسلامية إيران", "ar")
    assert shared(one, other).name_share == 0


@pytest.mark.parametrize(
    ("text", "cased"),
    [
        ("وزارت دفاع جمهوری Tymchuk Tupol", False),
        ("وزارت دفاع Oleksa Tymchuk Tupol", True),
    ],
)
def test_most_of_the_words_say_whether_a_text_has_capitals(text: str, cased: bool) -> None:
    assert kept(text, "fa").cased is cased


def test_empty_reports_have_nothing_in_common() -> None:
    both = shared(Abroad(), Abroad())
    assert both[:4] == (0, 0, 0, 0)
    assert not proves(both, watched=5, apart=timedelta())


# --- how sure it is that a name is the same ----------------------------------------------------

SOUND = "BKSTMNR"
"""Consonants of a made-up name, of which any beginning is another's."""


def told(name: Name, other: Abroad) -> float:
    """How much a name tells that another report may have."""
    return shared(Abroad(names=(name,), cased=bool(name.spelled)), other).names


def named(length: int, spelled: str = "bokas", weight: float = 2.0) -> Name:
    return Name("Bokas", spelled, SOUND[:length], weight)


def hearing(sound: str = "", *, run: str = "", cased: bool = True) -> Abroad:
    return Abroad(heard=frozenset({sound}), run=run, cased=cased)


def test_a_name_is_known_by_how_it_is_spelled_or_by_as_many_consonants() -> None:
    assert told(named(2), hearing("bokas")) == 2
    assert told(named(BEGINS), hearing(SOUND[:BEGINS])) == 2
    assert told(named(BEGINS - 1), hearing(SOUND[:BEGINS])) == 0


def test_fewer_consonants_are_less_sure_and_least_so_where_any_word_may_be_a_name() -> None:
    whole = told(named(BEGINS), hearing(SOUND[:BEGINS]))
    cased = told(named(SURE), hearing(SOUND[:SURE]))
    uncased = told(named(SURE), hearing(SOUND[:SURE], cased=False))
    few = told(named(FEW), hearing(SOUND[:FEW], cased=False))
    assert whole > cased > uncased > few > 0
    # Where there are capitals so few say nothing at all.
    assert told(named(FEW), hearing(SOUND[:FEW])) == 0


def test_what_is_heard_in_a_run_of_syllables_is_less_sure_than_in_a_word() -> None:
    word = told(named(BEGINS), hearing(SOUND[:BEGINS], cased=False))
    run = told(named(BEGINS), hearing(run=f"MM{SOUND}MM", cased=False))
    sure = told(named(SURE), hearing(SOUND[:SURE]))
    assert word > sure > run > 0
    assert told(named(SURE), hearing(run=f"MM{SOUND}MM", cased=False)) == 0


@pytest.mark.parametrize("form", ["Wuhan", "Chongqing", "Shijiazhuang"])
def test_a_place_is_known_by_how_its_characters_are_read(form: str) -> None:
    name = Name(form, form.lower()[:5], "", 2.0)
    read = {"Wuhan": "WuHan", "Chongqing": "ChongQing", "Shijiazhuang": "ShiJiaZhuang"}[form]
    assert 0 < told(name, Abroad(pinyin=f"Bei{read}Shi", cased=False)) < 2
    # Not by a part of a syllable.
    assert told(name, Abroad(pinyin=f"{read}g", cased=False)) == 0


def test_two_letters_are_too_few_to_be_read_in_characters() -> None:
    assert told(Name("Wu", "wu", "", 2.0), Abroad(pinyin="BeiWuHan", cased=False)) == 0


def test_what_both_have_is_named_the_most_telling_first() -> None:
    names = Name("Bokas", "bokas", "", 2.0), Name("Derun", "derun", "", 3.0)
    other = Abroad(heard=frozenset({"bokas", "derun"}), cased=False)
    assert shared(Abroad(names=names), other).forms == ("Derun", "Bokas")


def test_without_capitals_rare_words_may_be_names_and_common_ones_are_not() -> None:
    found = {name.form for name in kept("قال بوكاسور في الاجتماع", "ar").names}
    assert "بوكاسور" in found
    assert "قال" not in found


def test_what_the_names_tell_that_both_have_is_a_share_of_what_all_of_one_tell() -> None:
    names = tuple(Name(each, each, "", 2.0) for each in ("bokas", "derun", "fimol", "garas"))
    for count in range(5):
        heard = frozenset(each.spelled for each in names[:count])
        both = shared(Abroad(names=names), Abroad(heard=heard, cased=False))
        assert (both.names, both.name_share) == (2 * count, count / 4)


def test_several_words_in_a_row_are_known_by_their_sound_where_there_are_no_capitals() -> None:
    row = named(BEGINS, spelled="")
    assert told(row, hearing(SOUND[:BEGINS], cased=False)) == 2
    assert told(row, hearing(run=f"MM{SOUND}", cased=False)) == 2
    assert told(named(BEGINS - 1, spelled=""), hearing(SOUND[: BEGINS - 1], cased=False)) == 0
    # Where there are, each of the words was looked for.
    assert told(row, hearing(SOUND[:BEGINS])) == 0


# --- what proves one event --------------------------------------------------------------------


def test_figures_and_a_name_prove_it_for_half_a_day() -> None:
    both = has(names=3, told=2)
    assert proves(both, watched=1, apart=LONGEST)
    assert not proves(both, watched=1, apart=LONGEST + timedelta(seconds=1))
    assert not proves(both, watched=0, apart=SOON)


def test_a_large_sum_proves_it_only_at_once_and_not_alone() -> None:
    assert proves(has(names=1.5, told=1.5), watched=2, apart=SOON)
    assert not proves(has(names=1.5, told=1.5), watched=1, apart=SOON)
    assert not proves(has(names=0, told=1.5), watched=2, apart=SOON)
    assert not proves(has(names=9, share=0.5, told=1.5), watched=2, apart=timedelta(hours=4))


def test_a_figure_among_many_others_counts_for_nothing() -> None:
    assert not proves(has(names=3, told=2, of_figures=0.3), watched=2, apart=SOON)
    # Nor does it make up for what the names do not tell.
    assert not proves(has(names=6, share=0.8, told=2, of_figures=0.3), watched=2, apart=SOON)
    # Two of five are not few.
    assert proves(has(names=3, told=2, of_figures=0.4), watched=2, apart=SOON)


def test_with_figures_each_watched_name_beyond_two_tells_something() -> None:
    both = has(names=0.5, told=2)
    assert not proves(both, watched=2, apart=SOON)
    assert proves(both, watched=3, apart=SOON)
    # Without figures the same people may do the next thing.
    assert not proves(has(names=6, share=1), watched=9, apart=SOON)


def test_most_of_the_names_prove_it_at_once() -> None:
    assert proves(has(names=9, share=0.8), watched=1, apart=SOON)
    assert not proves(has(names=9, share=0.7), watched=1, apart=SOON)
    assert not proves(has(names=9, share=0.8), watched=1, apart=timedelta(hours=3))
    # The two words of one place are not most of the names.
    assert not proves(has(names=6, share=1), watched=2, apart=SOON)


def test_a_report_is_looked_up_by_its_most_telling_figures_and_at_once_by_none() -> None:
    found = topics(kept("He owed 27 of 4,200 and 2.4 million in 1999, 5 times.", "xx"))
    assert [topic for topic, _ in found] == ["", "2400000", "4200", "27"]
    assert found[0][1] < found[1][1] == LONGEST
    assert not proves(has(names=99, share=1), watched=9, apart=found[0][1] * 1.01)
    many = kept("; ".join(str(number) for number in range(100, 200)), "xx")
    assert len(topics(many)) == 9
    told = topics(kept("Two men were arrested and charged.", "en"))
    assert [within for _, within in told[1:]] == [LONGEST, LONGEST]


# --- hostile text -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["Aa-" * 300, "Tschschtsch" * 70, "1 111 " * 120, "9" * 700, "1.1," * 200, "万" * 300,
     "4万" * 300, "\u0627\u0644" * 350, "Zh" * 350, "\ufdfa" * 300],
)  # fmt: skip
def test_hostile_text_is_neither_slow_nor_large(text: str) -> None:
    begun = time.process_time()
    for language in ("en", "zh", "ar"):
        one = kept(text, language, title=text)
        shared(one, one)
        assert len(one.names) <= 64
        size = len(str(one))
        assert size < 60_000
    assert time.process_time() - begun < 2

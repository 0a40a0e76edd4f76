"""What stands after which words, by which notices filled in from one template are known."""

from __future__ import annotations

from monitor.stories.opening_words import (
    NUMBER,
    UNKNOWN,
    _forms,
    pair_weights,
    running,
    slots,
    text_hash,
    tokens,
)


def filled(text: str, language: str = "en") -> dict[int, float]:
    return {key: filling.weight for key, filling in slots(tokens(text, language)).items()}


def after(*words: str) -> int:
    return text_hash(" ".join(words))


def test_a_telling_word_and_a_number_fill_the_slot_after_two_words() -> None:
    found = filled("the gang zymotix stole 48213 records")
    assert found[after("the", "gang")] == UNKNOWN
    assert found[after("zymotix", "stole")] == NUMBER
    assert after("the", "gang", "zymotix") not in found


def test_a_common_word_fills_none() -> None:
    assert after("gang", "stole") not in filled("the gang stole from the bank")


def test_what_comes_first_in_a_sentence_has_no_slot() -> None:
    assert filled("Zymotix qorblin. Vintrasp") == {}


def test_figures_before_a_slot_are_all_the_same() -> None:
    one, other = filled("stole 17 zymotix"), filled("stole 99 zymotix")
    assert one.keys() == other.keys()
    assert after("stole", "0") in one


def test_in_characters_three_come_before_a_slot() -> None:
    found = filled("甲乙丙丁戊", "zh")
    assert found.keys() == {after("甲", "乙"), after("甲", "乙", "丙"), after("乙", "丙", "丁")}


def test_what_stands_twice_after_the_same_words_but_differs_is_left_out() -> None:
    assert after("by", "one") not in filled("by one zymotix. By one qorblin")
    assert after("by", "one") in filled("by one zymotix. By one zymotix")


def test_in_characters_two_fill_a_slot() -> None:
    one, same, other = (slots(tokens(f"甲乙{end}", "zh")) for end in ("丙丁", "丙丁戊", "丙己"))
    key = after("甲", "乙")
    assert one[key] == same[key]
    assert one[key] != other[key]


def test_characters_are_weighed_in_twos() -> None:
    common, rare = pair_weights("中国", "zh"), pair_weights("甲己", "zh")
    assert common < rare
    assert pair_weights("中国甲己", "zh")[0] == common[0]


def test_a_text_is_read_alike_whether_it_is_all_ascii_or_not() -> None:
    text = (
        "At 9:25 some 12 500 of 3,400 rifles (AK-47; 7.62 mm): M.V. Gibe's crew fled... Why?\nNo."
    )

    alone, beside = tokens(text, "en"), tokens(f"{text} Ōsaka", "en")

    assert [(each.kind, each.text) for each in alone[:4]] == [
        ("word", "at"), ("number", "925"), ("word", "some"), ("number", "12500"),
    ]  # fmt: skip
    assert beside[:-1] == alone
    assert all(text[each.start : each.end].casefold() == each.text
               for each in alone if each.kind == "word")  # fmt: skip


def test_words_without_end_are_read_like_others_and_not_remembered() -> None:
    words = [f"{'x' * 50}{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(200)]
    before = _forms("en")[0].cache_info().currsize  # type: ignore[attr-defined]

    found = running(f"Report {' '.join(words)}", "en")

    assert [form.text for form in found.forms[1:]] == words
    assert _forms("en")[0].cache_info().currsize == before  # type: ignore[attr-defined]

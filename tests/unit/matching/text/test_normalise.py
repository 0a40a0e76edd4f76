# ruff: noqa: RUF001, RUF003 - look-alike letters are what is tested
"""Folding unites what readers take for the same, and every offset leads back."""

import pytest

from monitor.matching.text.normalise import bounded, fold, fold_name


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("APT-31", "apt 31"),
        ("APT\u201131", "apt 31"),  # non-breaking hyphen
        ("APT\u00a031", "apt 31"),
        ("ＡＰＴ３１", "apt31"),
        ("AP\u200bT\u00ad31", "apt31"),  # zero-width space, soft hyphen
        ("\u202eAPT31\u202c", "apt31"),  # bidi control characters
        ("АРТ31", "apt31"),  # Cyrillic А, Р and Т
        ("АРТ-31", "apt 31"),
        ("Turlа", "turla"),  # Cyrillic а
        ("тор", "тор"),  # a Russian word of look-alike letters stays one
        ("Straße", "strasse"),
        ("İSTANBUL", "istanbul"),
        ("ISPARTA", "isparta"),
        ("Ispartalı", "ispartali"),
        ("Łódź", "lodz"),
        ("Société Générale", "societe generale"),
        ("e\u0301te\u0301", "ete"),
        ("Al Qa’ida", "al qa'ida"),
        ("مُحَمَّد", "محمد"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("が", "が"),
        ("नरेन्द्र मोदी", "नरेन्द्र मोदी"),
        ("٢٠٢٤", "2024"),
        ("a \n\t b", "a b"),
        ("\ud800x", "\ufffdx"),
    ],
)
def test_spellings_that_read_the_same_fold_the_same(written: str, folded: str) -> None:
    assert fold_name(written) == fold_name(folded) == folded


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("The  Straße\n\n of  Łódź", "of lodz", "of  Łódź"),
        ("ﬁne Zhao\r\n   Guangzong said", "zhao guangzong", "Zhao\r\n   Guangzong"),
        ("“AP\u200bT31’s”", "apt31", "AP\u200bT31"),
        ("in Caf\u0065\u0301 Rene\u0301", "cafe", "Caf\u0065\u0301"),
        ("ß-ß-APT31", "apt31", "APT31"),
    ],
)
def test_offsets_lead_back_to_the_original(text: str, name: str, found: str) -> None:
    folded = fold(text)
    start = folded.text.index(name)
    begin, end = folded.locate(start, start + len(name))
    assert text[begin:end] == found


@pytest.mark.parametrize(
    ("text", "start", "end", "whole"),
    [
        ("research", 2, 5, False),
        ("turla's", 0, 5, True),
        ("turlan", 0, 5, False),
        ("(turla)", 1, 6, True),
        ("赵光宗说", 0, 3, True),
        ("组织apt31称", 2, 7, True),
        ("김정은은", 0, 3, True),  # the last syllable is a particle
        ("대김정은", 1, 4, False),
        ("apt31은", 0, 5, True),
        ("apt310", 0, 5, False),
    ],
)
def test_words_end_where_their_script_says(text: str, start: int, end: int, whole: bool) -> None:
    assert bounded(text, start, end) is whole

"""The sentence shown as proof."""

import pytest

from monitor.matching.text.sentences import LONGEST, around


def sentence(text: str, word: str) -> str:
    start = text.index(word)
    begin, end = around(text, start, start + len(word))
    assert begin <= start
    assert start + len(word) <= end
    return text[begin:end]


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("One. Two APT31 here. Three.", "APT31", "Two APT31 here."),
        ("Mr. Zhao met Dr. Ni. He left.", "Ni", "Mr. Zhao met Dr. Ni."),
        (
            "In the U.S. Senate APT31 was named. Then",
            "APT31",
            "In the U.S. Senate APT31 was named.",
        ),
        ("Version 3.1 of APT31's tool. Next", "APT31", "Version 3.1 of APT31's tool."),
        ("一。二APT31三。四", "APT31", "二APT31三。"),
        ("ये एक है। वह APT31 है। तीन", "APT31", "वह APT31 है।"),
        ("هل هذا؟ هذا APT31 هنا؟ نعم", "APT31", "هذا APT31 هنا؟"),
        ("A headline\nAPT31 did it\nMore", "APT31", "APT31 did it"),
        ('He said "no." APT31 laughed! End', "APT31", "APT31 laughed!"),
    ],
)
def test_one_sentence(text: str, word: str, expected: str) -> None:
    assert sentence(text, word) == expected


def test_an_endless_line_is_cut_at_spaces() -> None:
    text = "word " * 1_000_000 + "APT31 " + "word " * 1_000_000
    found = sentence(text, "APT31")
    assert len(found) <= LONGEST
    assert found.startswith("word ")
    assert found.endswith("word")


def test_a_mention_longer_than_a_sentence_is_shown_whole() -> None:
    name = "x" * 1000
    assert sentence(f"before {name} after", name) == name

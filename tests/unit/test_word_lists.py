"""The lists of words are read as their library reads them."""

from __future__ import annotations

import pytest
from wordfreq import get_frequency_dict

from monitor.matching.names.ordinary import _Frequencies
from monitor.word_lists import frequencies, shares


@pytest.mark.parametrize("language", ["zh", "pl"])
def test_a_small_list_is_what_the_library_says(language: str) -> None:
    assert frequencies(language) == get_frequency_dict(language, wordlist="small")


def test_english_is_what_the_library_says_however_it_is_kept() -> None:
    said = get_frequency_dict("en")
    assert {word: share for share, words in shares("en", "large") for word in words} == said
    kept = _Frequencies()
    assert all(kept.get(word, 0.0) == share for word, share in said.items())
    assert kept.get("no such word", 0.0) == 0.0


@pytest.mark.parametrize("language", ["xx", "", "../en", "en-GB"])
def test_a_language_without_a_list_is_said_to_have_none(language: str) -> None:
    with pytest.raises(LookupError):
        frequencies(language)

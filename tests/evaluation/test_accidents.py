"""Words in a row that name nobody: texts of each language's own words, drawn by their frequency.

Whoever is named in one of them is named by chance: what only looks, or sounds, like a name.
"""

from __future__ import annotations

from functools import cache

import pytest

from benchmarks.languages import articles
from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.matching.text.normalise import fold_name
from monitor.model.match import Kind
from tests.evaluation.names_labelled import FILES, sentences

_NOBODY = ("Qqqq Zzzz",)
_ARTICLES = 5
_LATIN = (
    "cs",
    "da",
    "de",
    "en",
    "es",
    "fi",
    "fr",
    "hu",
    "it",
    "lt",
    "lv",
    "nl",
    "pl",
    "pt",
    "ro",
    "sh",
    "sk",
    "sl",
    "sv",
    "tr",
)
_OTHERS = ("ar", "bg", "bn", "el", "fa", "he", "hi", "ko", "mk", "ru", "uk", "ur")


@cache
def _watched(kind: Kind) -> Matcher:
    """Some 800 people, of one word none, or 200 organisations in Latin letters, most of one."""
    names = {
        each.name
        for file in FILES
        for each in sentences(file)
        if each.kind is kind and (len(each.name.split()) > 1 or kind is Kind.ORGANISATION)
    }
    if kind is Kind.ORGANISATION:
        names = {name for name in names if fold_name(name).isascii()}
    entities = tuple(Entity(name=name, kind=kind) for name in sorted(names))
    return Matcher([Watchlist(name="watched", entities=entities)])


def _told(kind: Kind, language: str) -> list[str]:
    texts = articles(language, _ARTICLES, _NOBODY, seed=5)
    return [
        f"{language}: {mention.entity} in {mention.text!r}"
        for matches in _watched(kind).match_all(texts)
        for match in matches
        if match.alert
        for mention in match.mentions
    ]


@pytest.mark.parametrize(("languages", "most"), [(_LATIN, 0), (_OTHERS, 9)])
def test_words_in_a_row_name_nobody(languages: tuple[str, ...], most: int) -> None:
    told = [each for language in languages for each in _told(Kind.PERSON, language)]
    assert len(told) <= most, told


def test_words_in_other_letters_name_no_firm() -> None:
    """What a firm's name in Latin letters sounds like is mostly something else there."""
    told = [each for language in _OTHERS for each in _told(Kind.ORGANISATION, language)]
    # Latin letters among others, and Pravda for правда, may be names.
    assert len(told) <= 13, told

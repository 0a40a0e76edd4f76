"""Words in a row that name nobody: texts of each language's own words, drawn by their frequency.

Whoever is named in one of them is named by chance: what only looks, or sounds, like a name.
"""

from __future__ import annotations

import pytest

from benchmarks.languages import articles
from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.model.match import Kind, Match
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


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    """Some 800 people, of one word none."""
    people = {
        each.name
        for file in FILES
        for each in sentences(file)
        if each.kind is Kind.PERSON and len(each.name.split()) > 1
    }
    entities = tuple(Entity(name=name, kind=Kind.PERSON) for name in sorted(people))
    return Matcher([Watchlist(name="people", entities=entities)])


def _matches(matcher: Matcher, language: str) -> list[Match]:
    texts = articles(language, _ARTICLES, _NOBODY, seed=5)
    return [match for matches in matcher.match_all(texts) for match in matches]


@pytest.mark.parametrize(("languages", "most"), [(_LATIN, 0), (_OTHERS, 9)])
def test_words_in_a_row_name_nobody(
    matcher: Matcher, languages: tuple[str, ...], most: int
) -> None:
    told = [
        f"{language}: {mention.entity} in {mention.text!r}"
        for language in languages
        for match in _matches(matcher, language)
        if match.alert
        for mention in match.mentions
    ]
    assert len(told) <= most, told

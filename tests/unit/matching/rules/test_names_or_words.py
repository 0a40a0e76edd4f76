# ruff: noqa: RUF001 - texts in several scripts
"""Names that are frequent words, and words of English among those of other languages."""

from __future__ import annotations

import pytest

from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.matching.names.ordinary import seldom_inflected
from monitor.model.article import Article
from monitor.model.match import Kind


def alerts(name: str, kind: Kind, text: str, language: str = "en", **more: str) -> bool:
    """Whether an article alerts for a watched name."""
    watched = Watchlist(name="w", entities=(Entity(name=name, kind=kind, **more),))
    matches = Matcher([watched]).match(Article(id="1", title="", body=text, language=language))
    return any(match.alert for match in matches)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("Boeing", "The minister met executives of Boeing on Monday, officials said.", True),
        ("Hamas", "Officials said that Hamas had agreed to the plan.", True),
        ("Shell", "The minister met near Shell on Monday, officials said.", False),
        ("Ford", "Officials said that Mr Ford was late.", False),
        ("Momentum", "Momentum is building for a deal, officials said on Monday.", False),
        ("Amazon", "Amazon Rainforest Fires: Ministers Meet Over Plan for Relief", False),
    ],
)
def test_a_word_that_has_no_other_forms_is_a_name(name: str, text: str, told: bool) -> None:
    assert alerts(name, Kind.ORGANISATION, text) is told


@pytest.mark.parametrize("word", ["boots", "times", "crisis", "target", "orange", "news"])
def test_words_have_other_forms(word: str) -> None:
    assert not seldom_inflected(word)


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("Apple", "cs", "Nové telefony Applu jsou na trhu a je to dobře."),
        ("Boeing", "hr", "Prema navodima, avioni Boeinga su prizemljeni i to je problem."),
        ("Nokia", "fi", "Yhtiön mukaan Nokian tulos on hyvä, ja se kasvoi."),
    ],
)
def test_an_english_word_in_a_case_of_another_language(name: str, language: str, text: str) -> None:
    assert alerts(name, Kind.ORGANISATION, text, language)


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("Fancy Bear", "ru", "Хакеры из Fancy Bear атаковали министерство."),
        ("Silver Fox", "uk", "За атакою стоїть угруповання Silver Fox."),
        ("Sandworm", "bg", "Зад атаката стои групата Sandworm."),
        ("Fancy Bear", "pl", "Za atakiem stoi grupa Fancy Bear, podaje agencja."),
    ],
)
def test_an_actor_among_words_of_another_language(name: str, language: str, text: str) -> None:
    assert alerts(name, Kind.THREAT_ACTOR, text, language)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("Ministry of Defence", "Ukraine's ministry of defence denied the report.", True),
        ("Ministry of Defence", "The Ukrainian ministry of defence denied the report.", True),
        ("Ministry of Defence", "Kenya's ministry of defence denied the report.", False),
        ("Ministry of Defence", "A ministry of defence needs officers, said Zelensky.", False),
    ],
)
def test_agencies_write_institutions_small(name: str, text: str, told: bool) -> None:
    assert alerts(name, Kind.ORGANISATION, text, country="UA") is told


@pytest.mark.parametrize(
    ("name", "language", "text", "told"),
    [
        ("Fancy Bear", "de", "Die Hackergruppe Fancy Bear soll hinter dem Angriff stecken.", True),
        ("Lazarus Group", "de", "Nordkoreas Hackergruppe Lazarus stahl Milliarden.", True),
        ("Fancy Bear", "nl", "De hackersgroep Fancy Bear zit achter de aanval.", True),
        ("Evil Corp", "en", "Evil Corp leader Maksim was sanctioned.", True),
        ("Charming Kitten", "en", "A charming kitten was rescued from a tree.", False),
    ],
)
def test_what_says_that_a_group_is_meant(name: str, language: str, text: str, told: bool) -> None:
    assert alerts(name, Kind.THREAT_ACTOR, text, language) is told


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("Nice", "Two men were arrested in Nice on Monday, officials said.", True),
        ("Nice", "NICE: TWO MEN ARRESTED", True),
        ("Nice", "It was a nice day for the officials, who said nothing.", False),
        ("Reading", "The bill gets its second reading on Tuesday, officials said.", False),
        ("reading", "The bill gets its second reading on Tuesday, officials said.", True),
        ("Sellafield", "workers at sellafield were told to stay at home", True),
    ],
)
def test_a_town_that_is_a_word_of_every_day_has_its_capital(
    name: str, text: str, told: bool
) -> None:
    assert alerts(name, Kind.PLACE, text) is told

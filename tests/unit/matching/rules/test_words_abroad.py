# ruff: noqa: RUF001 - texts in several scripts
"""Names that are words of the language around them are read as those words."""

from __future__ import annotations

import pytest

from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.model.article import Article
from monitor.model.match import Kind


def alerts(name: str, kind: Kind, text: str, language: str) -> bool:
    """Whether a text alerts for who is watched."""
    watched = Watchlist(name="w", entities=(Entity(name=name, kind=kind),))
    matches = Matcher([watched]).match(Article(id="1", title="", body=text, language=language))
    return any(match.alert for match in matches)


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("Kúria", "ru", "Южная Корея и Япония договорились о встрече министров."),
        ("Kúria", "uk", "Корея підтримала резолюцію ООН."),
        ("Diena", "ru", "Дина рассказала, что видела свет в окне."),
        ("Block", "ru", "Блок НАТО увеличит расходы на оборону."),
        ("Repubblica", "bg", "Република Сърбия подписа договора."),
        ("Magyar Nemzet", "hu", "A Magyar Nemzeti Bank nem változtatott az alapkamaton."),
        ("Magyar Nemzet", "hu", "A Magyar Nemzeti Múzeum új kiállítást nyit."),
        ("Fakt", "pl", "Fakt, że drony wleciały do Polski, potwierdził premier."),
        ("Правда", "ru", "Правда о взрыве на заводе: что известно."),
        ("Bild", "de", "Bild der Verwüstung: Hurrikan trifft Jamaika"),
    ],
)
def test_a_word_is_no_organisation(name: str, language: str, text: str) -> None:
    assert not alerts(name, Kind.ORGANISATION, text, language)


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("Kúria", "hu", "Az ügy a Kúriához került felülvizsgálatra."),
        ("Gazprom", "ru", "Газпром сократил добычу, сообщили в компании."),
        ("Yandex", "ru", "Яндекс открыл офис в Казани."),
        ("Izvestia", "ru", "Об этом пишут Известия со ссылкой на источник."),
        ("Boeing", "ru", "Самолёт Боинг вернулся в аэропорт."),
        ("Magyar Nemzet", "hu", "A Magyar Nemzetnek adott interjúban beszélt a miniszter."),
        ("Fakt", "pl", "Fakt pisze, że minister wiedział."),
    ],
)
def test_a_name_in_other_letters_is_one(name: str, language: str, text: str) -> None:
    assert alerts(name, Kind.ORGANISATION, text, language)


@pytest.mark.parametrize(
    "text",
    [
        "El juez habló de un desorden contable en la constructora.",
        "Desorden en el metro de Lima tras la suspensión del servicio de los trenes.",
    ],
)
def test_a_word_of_the_language_is_no_actor(text: str) -> None:
    assert not alerts("Desorden Group", Kind.THREAT_ACTOR, text, "es")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "El grupo de hackers Desorden robó datos de la empresa."),
        ("en", "Desorden leaked 200GB of data from the firm."),
    ],
)
def test_with_a_word_of_the_trade_it_is_the_actor(language: str, text: str) -> None:
    assert alerts("Desorden Group", Kind.THREAT_ACTOR, text, language)


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("NATO", "en", "Nato ministers meet in Brussels."),
        ("NATO", "en", "The allies of Nato met on Monday."),
        ("NATO", "de", "Der Nato-Gipfel in Madrid beginnt am Dienstag."),
        ("NATO", "it", "L'Ue e la Nato discutono del vertice."),
        ("FIFA", "en", "Fifa bans a federation from the World Cup."),
        ("IKEA", "de", "Ein Gericht hat Ikea zu einer Million Euro verurteilt."),
        ("OPEC", "en", "Opec cuts output."),
    ],
)
def test_an_acronym_that_is_spoken_is_written_as_a_word(
    name: str, language: str, text: str
) -> None:
    assert alerts(name, Kind.ORGANISATION, text, language)


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("NATO", "en", "The word nato is Italian."),
        ("NATO", "it", "Nato a Roma nel 1960, il poeta vive a Milano."),
        ("WHO", "en", "Who said so? Nobody knows Who it was."),
        ("GAP", "en", "Gap between rich and poor grows, and the Gap is wide."),
        ("START", "en", "Start the car and drive to Start Bay."),
    ],
)
def test_a_word_is_no_acronym(name: str, language: str, text: str) -> None:
    assert not alerts(name, Kind.ORGANISATION, text, language)


def test_who_asks_for_the_very_case_gets_it() -> None:
    watched = Watchlist(
        name="w",
        entities=(Entity(name="NATO", kind=Kind.ORGANISATION, case_sensitive=True),),
    )
    matcher = Matcher([watched])
    assert not matcher.match(Article(id="1", title="", body="The allies of Nato met on Monday."))
    assert matcher.match(Article(id="1", title="", body="The allies of NATO met on Monday."))


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("AKIRA", "The ransomware gang Akira published files of a hospital.", True),
        ("CONTI", "Hackers of Conti demanded a ransom of $20m.", True),
        ("ZINC", "Hackers stole a ton of Zinc ore.", False),
    ],
)
def test_a_gang_typed_in_capitals_is_found_as_newspapers_write_it(
    name: str, text: str, told: bool
) -> None:
    assert alerts(name, Kind.THREAT_ACTOR, text, "en") is told

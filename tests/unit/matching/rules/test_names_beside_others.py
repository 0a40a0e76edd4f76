# ruff: noqa: RUF001 - texts in several scripts
"""What stands beside a name says whose it is: a country, a father, a firm's word."""

from __future__ import annotations

import pytest

from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.model.article import Article
from monitor.model.match import Kind


def alerts(kind: Kind, name: str, text: str, language: str) -> bool:
    """Whether an article alerts for who is watched."""
    watched = Watchlist(name="w", entities=(Entity(name=name, kind=kind),))
    matches = Matcher([watched]).match(Article(id="1", title="", body=text, language=language))
    return any(match.alert for match in matches)


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("Anton Sergeyevich Belov", "ru", "Президент России Антон Белов прибыл в Тверь."),
        ("Anton Sergeyevich Belov", "ru", "Вчера Антон Белов прибыл в Тверь."),
        ("Антон Сергійович Білик", "uk", "Зустріч із міністром України Антоном Біликом скасовано."),
        ("Anton Sergeyevich Belov", "en", "Minister of Russia Anton Belov arrived in Tver."),
        ("Saif bin Rashid Al Nuaimi", "en", "Saif bin Rashid met the envoy on Monday."),
        ("Saif bin Rashid bin Omar Al Nuaimi", "en", "Prince Saif bin Rashid was there."),
    ],
)
def test_who_is_named_without_all_names_is_found(name: str, language: str, text: str) -> None:
    assert alerts(Kind.PERSON, name, text, language)


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("Anton Sergeyevich Belov", "en", "Ivan Anton Belov, a carpenter, was hurt."),
        ("Saif bin Rashid Al Nuaimi", "en", "Saif bin Rashid Al Ketbi met the envoy."),
        ("Saif bin Rashid Al Nuaimi", "en", "Saif Rashid, a shopkeeper, was hurt."),
        ("Robert Judge", "en", "Judge Robert Miller adjourned the hearing."),
        ("Carlo Neri", "it", "Un incendio è scoppiato in via Carlo Neri a Torino."),
        ("Carlo Neri", "it", "Carla Neri ha vinto la gara."),
        ("Carlo Neri", "es", "Carla Neri venció a la campeona."),
        ("Mario Rossi", "en", "4 Maria Sheremeteva (Russia) 6-2, 6-1"),
        ("陳國瑜", "bg", "Съдът изслуша Чен Ю и още трима души."),
    ],
)
def test_others_beside_such_names_are_not(name: str, language: str, text: str) -> None:
    assert not alerts(Kind.PERSON, name, text, language)


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("Cassa d'Umbria", "it", "Il direttore della Cassa d’Umbria ha parlato."),
        ("Starostové", "cs", "O rozpočtu se Starosty jednali ve středu."),
        ("Liberáli", "cs", "Předseda Liberálů odmítl komentář."),
        ("Vyšší súd", "sk", "Konanie na Vyššom súde sa odkladá, povedal."),
        ("Shell", "de", "Laut dem Shell-Konzern sinken die Preise."),
        ("Apple", "de", "Apple-Chef Brandt trat zurück."),
        ("Die Blauen", "de", "Mit den Blauen will er nicht regieren."),
        ("Shell", "ru", "Компания Shell продала завод."),
        ("Twitter", "lv", "Par to viņš rakstīja Tvitera kontā un ziņoja policijai."),
        ("Polityka", "pl", "Według „Polityki” nie będzie to łatwe."),
        ("Еврокомиссия", "bg", "Според Еврокомисията страната не изпълнява договора."),
    ],
)
def test_organisations_in_their_languages(name: str, language: str, text: str) -> None:
    assert alerts(Kind.ORGANISATION, name, text, language)


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("Die Blauen", "de", "Auf dem Bild sind die blauen Hügel zu sehen."),
        ("Shell", "de", "Ein Shell-Skript löschte die Dateien."),
        ("Ministerstwo Obrony", "pl", "Ministerstwa obrony obu państw wydały oświadczenie."),
        ("Kościół", "pl", "Kościół na rynku zamknięto. W okolicy jest wiele kościołów."),
        ("Мир", "ru", "Мир наступит нескоро. Все хотят мира в регионе."),
        ("Polityka", "pl", "Według magazynu „Politico” nie będzie to łatwe."),
        ("Levica", "pl", "Mówi o tym Zbigniew Lewicki, amerykanista, a nie tylko on."),
        ("Sabah", "cs", "V květnu zastřelili ministra Šáhbáze a není to poprvé."),
        ("Možemo", "cs", "„Můžeme ho nazvat optimistou, a to je dobře.“"),
    ],
)
def test_words_and_institutions_of_several_are_none(name: str, language: str, text: str) -> None:
    assert not alerts(Kind.ORGANISATION, name, text, language)


def test_a_word_that_is_a_name_elsewhere_in_its_sentence_stays_one() -> None:
    text = "Kościół milczy. Zdaniem biskupa Kościół w Polsce odpowie; wiele kościołów zamknięto."
    assert alerts(Kind.ORGANISATION, "Kościół", text, "pl")


@pytest.mark.parametrize(
    ("where", "ours"), [("w Bukareszcie", False), ("w Madrycie", False), ("w Warszawie", True)]
)
def test_capitals_are_known_in_cases_that_change_their_stem(where: str, ours: bool) -> None:
    entity = Entity(name="Trybunał Konstytucyjny", kind=Kind.ORGANISATION, country="PL")
    matcher = Matcher([Watchlist(name="w", entities=(entity,))])
    text = f"Trybunał Konstytucyjny {where} unieważnił wybory."
    matches = matcher.match(Article(id="1", title="", body=text, language="pl"))
    assert any(match.alert for match in matches) is ours


@pytest.mark.parametrize(
    ("kind", "name", "language", "text"),
    [
        (Kind.PERSON, "Li Qiang", "zh", "李强总理主持会议。"),
        (
            Kind.PERSON,
            "Julia Rosales Pardo",
            "es",
            "La presidenta Julia Rosales inauguró el tren.",
        ),
        (Kind.PERSON, "Abdel Fattah Hamdi", "ar", "استقبل عبد الفتاح حمدي ضيفه."),
        (Kind.THREAT_ACTOR, "Lazarus Group", "de", "Die Lazarus-Gruppe erbeutete Kryptowährung."),
        (Kind.THREAT_ACTOR, "Fancy Bear", "pl", "Grupa Fancy Bear włamała się do sieci."),
    ],
)
def test_what_is_beside_a_short_name_speaks_for_it(
    kind: Kind, name: str, language: str, text: str
) -> None:
    assert alerts(kind, name, text, language)


def test_a_phrase_of_common_words_in_small_letters_is_no_newspaper() -> None:
    watched = "Новая газета"
    assert not alerts(Kind.ORGANISATION, watched, "Вышла новая газета для садоводов.", "ru")
    assert alerts(Kind.ORGANISATION, watched, "Журналисты «Новой газеты» уехали.", "ru")

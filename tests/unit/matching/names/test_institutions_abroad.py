"""The table of what institutions are called in other languages, and who gets it."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from monitor.config.schema import Entity
from monitor.matching.names.expansion import expand
from monitor.matching.names.home import home, without_country
from monitor.matching.names.institutions_abroad import TABLE, TRANSLATION, abroad, unique
from monitor.matching.names.written_out import WrittenOut
from monitor.matching.text.normalise import fold_name
from monitor.model.match import Kind


def translations(name: str, **settings: object) -> set[str]:
    entity = Entity.model_validate(
        {"name": name, "kind": Kind.ORGANISATION, **settings},
    )
    return {each.text for each in expand(entity) if each.source == TRANSLATION}


def test_the_table_is_sound() -> None:
    text = (files("monitor.matching.names") / TABLE).read_text(encoding="utf-8")
    table = tomllib.loads(text)
    assert len(table["institution"]) > 30
    for block in table["institution"]:
        unknown = block.keys() - table["languages"].keys() - {"unique", "capital", "also"}
        assert not unknown, unknown
        for language in block.keys() & table["languages"].keys():
            names = [fold_name(name) for name in block[language].split(";")]
            assert all(names), (block["en"], language)
            assert len(names) == len(set(names)), (block["en"], language)


def test_what_many_countries_have_is_translated_where_it_is_known_whose_is_meant() -> None:
    assert {"Komisja Wyborcza", "Wahlkommission", "选举委员会"} <= translations(
        "Electoral Commission", country="GB"
    )
    assert "Wahlkommission" in translations("Electoral Commission", context=["Westminster"])
    assert translations("Electoral Commission") == set()
    assert translations("Electoral Commission", context=["voters"]) == set()


def test_what_there_is_only_one_of_is_translated_always() -> None:
    assert {"Parlament Europejski", "Eurocámara", "欧洲议会"} <= translations("European Parliament")
    assert unique("Parlament Europejski")
    assert not unique("Komisja Wyborcza")
    assert not unique("Nobody's Council")


def test_who_asks_for_the_very_name_gets_no_other() -> None:
    assert translations("NATO", expand=False) == set()
    assert translations("NATO", case_sensitive=True) == set()
    assert translations("NATO", kind=Kind.TERM) == set()
    assert translations("Smith Ltd", country="GB") == set()


def test_any_language_may_be_watched_and_its_own_other_names_are_left_to_the_user() -> None:
    german = translations("Oberster Gerichtshof", country="AT")
    assert {"Supreme Court", "Sąd Najwyższy"} <= german
    assert "Oberstes Gericht" not in german
    assert "Defence Ministry" not in translations("Ministry of Defence", country="GB")


def test_what_only_one_country_calls_its_own_is_given_to_no_other() -> None:
    russian = translations("Министерство иностранных дел", country="RU")
    assert "Foreign Ministry" in russian
    assert russian.isdisjoint({"State Department", "Foreign Office"})
    assert "Außenministerium" in translations("Foreign Office", country="GB")


def test_an_alias_is_translated_too_and_stays_what_it_is() -> None:
    entity = Entity(
        name="EC",
        kind=Kind.ORGANISATION,
        aliases=("Electoral Commission", "Wahlkommission"),
        country="GB",
    )
    sources = {each.text: each.source for each in expand(entity)}
    assert sources["Wahlkommission"] == "alias"
    assert sources["Komisja Wyborcza"] == TRANSLATION
    assert {each.of for each in abroad("electoral commission")} == {"electoral commission"}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("le ministere suedois de la defense a dit", "ministere suedois de la defense"),
        ("el ministerio danes de defensa", "ministerio danes de defensa"),
        ("le ministere de la defense a dit", None),
        ("le ministere suedois, de la defense", None),
        ("administere suedois de la defense", None),
    ],
)
def test_an_adjective_between_a_names_words(text: str, place: str | None) -> None:
    written_out = WrittenOut()
    for name in ("ministere de la defense", "ministerio de defensa", "apt28"):
        written_out.add(name, Kind.ORGANISATION)
    written_out.compile()
    found = {
        text[start:end]
        for name, start, end in written_out.find(text)
        if name in {"ministere de la defense", "ministerio de defensa"}
    }
    assert found == ({place} if place else set())


def test_nothing_is_looked_for_that_is_not_watched() -> None:
    assert list(WrittenOut().find("le ministere suedois de la defense; apt28 and 29")) == []


@pytest.mark.parametrize(
    ("name", "plain", "country"),
    [
        ("Supreme Court of India", "Supreme Court", "IN"),
        ("UK Supreme Court", "Supreme Court", "GB"),
        ("Ministry of Defence (UK)", "Ministry of Defence", "GB"),
        ("Supreme Court of the United States", "Supreme Court", "US"),
        ("Ukraine's Defence Ministry", "Defence Ministry", "UA"),
        ("Bank of England", "", ""),
        ("Corte Suprema de Chile", "", ""),
        ("British Airways", "", ""),
        ("European Parliament", "", ""),
        ("Supreme Court", "", ""),
    ],
)
def test_a_country_in_the_name_says_whose_it_is(name: str, plain: str, country: str) -> None:
    assert without_country(name) == (plain, frozenset({country} - {""}))
    entity = Entity(name=name, kind=Kind.ORGANISATION)
    assert home(entity) == frozenset({country} - {""})
    assert (plain in {each.text for each in expand(entity)}) is bool(plain)

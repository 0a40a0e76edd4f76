"""What an entity goes by."""

import pytest

from monitor.config.schema import Entity
from monitor.matching.actors import actor_names, clusters_for
from monitor.matching.names.expansion import expand
from monitor.matching.names.spellings import spellings
from monitor.model.match import Kind


def names(**keys: object) -> dict[str, str]:
    return {name.text: name.source for name in expand(Entity.model_validate(keys))}


def test_configured_names_come_first_and_once() -> None:
    entity = Entity(name="APT31", aliases=("ZIRCONIUM", "apt-31"), kind=Kind.THREAT_ACTOR)
    found = expand(entity)
    assert [(name.text, name.source) for name in found[:2]] == [
        ("APT31", "configured"),
        ("ZIRCONIUM", "alias"),
    ]
    assert sum(name.text.casefold() == "zirconium" for name in found) == 1


def test_synonyms_of_an_actor_say_where_they_come_from() -> None:
    found = names(name="APT31", kind="threat-actor")
    assert found["Violet Typhoon"] == "MISP threat-actor"
    assert found["JUDGMENT PANDA"] == "MISP threat-actor"


def test_an_actor_may_be_named_by_a_synonym() -> None:
    assert "APT31" in names(name="Judgment Panda", kind="threat-actor")


def test_malware_has_its_own_clusters() -> None:
    assert any(source.startswith("MISP") for source in names(name="PlugX", kind="malware").values())
    assert not clusters_for("PlugX", Kind.PERSON)


@pytest.mark.parametrize(
    ("text", "kind", "ambiguous"),
    [
        ("ZIRCONIUM", "threat-actor", True),
        ("Carbon", "threat-actor", True),
        ("Lead", "threat-actor", True),
        ("JUDGMENT PANDA", "threat-actor", False),
        ("APT31", "threat-actor", False),
        ("Storm-0558", "threat-actor", False),
        ("carbon", "term", False),
        ("London", "place", False),
        ("Ni Gaobin", "person", False),
        ("Cher", "person", True),
    ],
)
def test_ordinary_words_are_ambiguous(text: str, kind: str, ambiguous: bool) -> None:
    found = expand(Entity.model_validate({"name": text, "kind": kind, "expand": False}))
    assert found[0].ambiguous is ambiguous


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("APT31", "apt 31"),
        ("APT-31", "apt31"),
        ("APT-C-36", "aptc36"),
        ("Storm-0558", "storm0558"),
        ("Guang-zong Zhao", "guangzong zhao"),
        ("Al-Qa'ida", "al qaida"),
    ],
)
def test_spellings(name: str, spelling: str) -> None:
    assert spelling in spellings(name, Kind.THREAT_ACTOR)


def test_every_actor_of_misp_is_known_by_its_name() -> None:
    assert len(actor_names()) > 500
    assert len(set(actor_names())) == len(actor_names())


@pytest.mark.parametrize(
    ("name", "kind", "latin"),
    [
        ("安洵信息", "organisation", {"Anxun Xinxi"}),
        ("海莲花", "threat-actor", {"Hailianhua"}),
        ("晓睿智有限责任公司", "organisation", {"Xiaoruizhi"}),
        ("赵光宗", "person", {"Zhao Guangzong"}),
        # Where the words of a long name end cannot be told, and nobody runs them all together.
        ("武汉晓睿智科技有限责任公司", "organisation", set()),
        ("カスペルスキー", "organisation", {"Kasuperusuki"}),
        ("Лукойл", "organisation", {"Lukoil"}),
    ],
)
def test_names_in_latin_letters(name: str, kind: str, latin: set[str]) -> None:
    found = names(name=name, kind=kind)
    assert {text for text, source in found.items() if source == "transliteration"} == latin

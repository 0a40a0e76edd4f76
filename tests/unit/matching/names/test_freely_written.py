"""Persons and organisations as texts write them, and those who are somebody else."""

import pytest

from monitor.config.schema import Watchlist
from monitor.matching.matcher import Matcher
from monitor.model.article import Article


def mentions(
    name: str, kind: str, text: str, *, fuzzy: bool = False, alerting: bool = True
) -> list[str]:
    entity = {"name": name, "kind": kind, "fuzzy": fuzzy}
    watchlist = Watchlist.model_validate({"name": "w", "entities": [entity]})
    article = Article(id="a", body=text)
    found = [m for m in Matcher([watchlist]).match(article) if m.alert or not alerting]
    for match in found:
        for mention in match.mentions:
            assert text[mention.start : mention.end] == mention.text
    return [mention.text for match in found for mention in match.mentions]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Zhao Guangzong", "Zhao Guang-zong"),
        ("Zhao Guangzong", "Zhao Guang Zong"),
        ("Zhao Guangzong", "Guang-zong Zhao"),
        ("Zhao Guangzong", "赵光宗"),
        ("赵光宗", "Zhao Guangzong"),
        ("赵光宗", "趙光宗"),
        ("Jane Roe", "Jane Mary Roe"),
        ("Jane Roe", "Jane Q. Roe"),
        ("Jane Roe", "JaneRoe"),
        ("Ana María Núñez Prado", "Ana Prado"),
        ("Jürgen Müllner", "Juergen Muellner"),
        ("Jürgen Müllner", "Jurgen Mullner"),
        ("Sergey Ivanchuk", "Sergei Ivanchuk"),
        ("Sergey Ivanchuk", "Сергей Иванчук"),
        ("Sergey Ivanchuk", "Сергея Иванчука"),
        ("Сергей Иванчук", "Sergey Ivanchuk"),
        ("Nikolaos Bouras", "Νικόλαος Μπούρας"),
        ("Karim Haddad", "كريم حداد"),
        ("Yusuf al-Masri", "Youssef Masri"),
        ("Mohammed Rahimi", "Muhammad Rahimi"),
        ("Oleg Khvostov", "O. Khvostov"),
    ],
)
def test_a_person_is_found(name: str, written: str) -> None:
    assert mentions(name, "person", f"Officials said {written} was involved.") == [written]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Ni Gaobin", "Ni Gaobing spoke."),
        ("Jane Roe", "Jane met Roe and left."),
        ("Jane Roe", "Officials named Jane Smith. Roe was not there."),
        ("Martin Lund", "Martin Lund Jr. spoke."),
        ("Robert Kask", "The Robert Kask Institute opened."),
        ("Jane Roe", "By Jane Roe\nThe weather was fine."),
        ("Jane Roe", "By Tom Poe and Jane Roe\nThe weather was fine."),
        ("Ivan Petrovich Sorokin", "Ivan Pavlovich Sorokin spoke."),
        ("Jane Roe", "Jean Roe spoke."),
        ("Sergey Ivanchuk", "Сергей Иванов"),
        ("Paul Chichester", "The Bishop of Chichester spoke."),
    ],
)
def test_somebody_else_is_not(name: str, text: str) -> None:
    assert mentions(name, "person", text, alerting=False) == []


def test_surname_alone_counts_once_the_full_name_was_given() -> None:
    text = "Zhao Guangzong was named. Mr Zhao denied it; Zhao's firm too. Li Zhao is another."
    assert mentions("Zhao Guangzong", "person", text) == ["Zhao Guangzong", "Zhao", "Zhao"]
    assert mentions("Zhao Guangzong", "person", "Mr Zhao denied it.") == []


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Acme Widgets Ltd", "Acme Widgets"),
        ("Acme Widgets Ltd", "Acme Widgets Limited"),
        ("Acme Widgets", "Acme Widgets, Inc."),
        ("OOO Severny Most", "Severny Most OOO"),
        ("Severny Most Limited Liability Company", "Severny Most LLC"),
        ("Procurement and Supply Agency", "Procurement & Supply Agency"),
        ("J.P. Stone & Co", "JP Stone & Co"),
        ("JP Stone", "J.P. Stone"),
        ("National Defence Centre", "National Defense Center"),
        ("World Labor Organization", "World Labour Organisation"),
        ("Committee of the Blue Cross", "Committee of Blue Cross"),
        ("Crédit Lunaire S.A.", "Credit Lunaire SA"),
        ("Harbour-View Holdings", "Harbour View Holdings"),
    ],
)
def test_an_organisation_is_found(name: str, written: str) -> None:
    found = mentions(name, "organisation", f"Officials said {written} was involved.")
    assert len(found) == 1
    assert found[0] in written


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Bank of Ruritania", "the Bank of Ruritania (Hong Kong) Limited reported"),
        ("Acme Widgets Ltd", "Acme Gadgets Ltd reported"),
        ("A.B.C. Company", "the N.A.B.C. Company reported"),
        ("Blue Horizon Systems", "the blue line on the horizon; systems"),
    ],
)
def test_another_organisation_is_not(name: str, text: str) -> None:
    assert mentions(name, "organisation", text) == []


def test_a_defined_abbreviation_counts_where_the_text_defines_it() -> None:
    text = "The National Harbour Centre (NHC) said so. The NHC warned. nhc"
    name = "National Harbour Centre"
    assert mentions(name, "organisation", text) == [name, "NHC", "NHC"]
    assert mentions(name, "organisation", "The NHC warned.") == []


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Alexander Lukovich", "Alexander Lukvoich"),
        ("Igor Semchin", "Igor Semchyn"),
        ("Ana Prado Silva", "Anna Prado Silva"),
        ("नरेश वर्मा", "नरेश वर्म"),
    ],
)
def test_misspellings_count_only_when_asked_for(name: str, written: str) -> None:
    text = f"Officials said {written} was involved."
    assert mentions(name, "person", text, fuzzy=True) == [written]
    assert mentions(name, "person", text) in ([], [written])


def test_fuzzy_does_not_take_anybody_for_the_watched() -> None:
    assert mentions("Igor Semchin", "person", "Igor Baranov spoke.", fuzzy=True) == []
    assert mentions("Igor Semchin", "person", "Ivan Pavlov Semchin", fuzzy=True) == []


@pytest.mark.parametrize(
    ("watched", "text", "told"),
    [
        ("Rodrigo Peralta Ibarra", "President Rodrigo Peralta said so on Monday.", True),
        ("PERALTA IBARRA, Rodrigo", "President Rodrigo Peralta said so on Monday.", True),
        ("Rodrigo Alberto Peralta Ibarra", "Rodrigo Peralta said so on Monday.", True),
        ("Rodrigo Peralta Ibarra", "Rodrigo Peralta Fuentes, his son, said so.", False),
        ("Rodrigo Alberto Ibarra", "Rodrigo Alberto said so on Monday.", False),
        ("Daniel Patrick Hale", "Daniel Patrick said so on Monday.", False),
    ],
)
def test_of_two_spanish_surnames_the_first_is_used(watched: str, text: str, told: bool) -> None:
    assert bool(mentions(watched, "person", text)) is told

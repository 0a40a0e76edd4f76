"""East Slavic names as the neighbours' newspapers spell them."""

from __future__ import annotations

import pytest

from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.matching.names.slavic_spellings import neighbours
from monitor.model.article import Article
from monitor.model.match import Kind


def alerts(name: str, text: str, language: str) -> bool:
    watched = Watchlist(name="w", entities=(Entity(name=name, kind=Kind.PERSON),))
    article = Article(id="1", title="", body=text, language=language)
    return any(match.alert for match in Matcher([watched]).match(article))


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("Sergei Chizhov", "de", "Der Minister Sergej Tschischow sprach in Genf."),
        ("Sergei Chizhov", "pl", "Rozmawiał z Siergiejem Czyżowem w Genewie."),
        ("Sergei Chizhov", "cs", "Ministr Sergej Čižov hovořil v Ženevě."),
        ("Sergei Chizhov", "hu", "Szergej Csizsov miniszter Genfben beszélt."),
        ("Sergei Chizhov", "fr", "Le ministre Sergueï Tchijov a parlé à Genève."),
        ("Sergei Chizhov", "nl", "Minister Sergej Tsjizjov sprak in Genève."),
        ("Yevgeny Shcherbakov", "de", "Jewgeni Schtscherbakow trat zurück."),
        ("Yevgeny Shcherbakov", "pl", "Jewgienij Szczerbakow ustąpił."),
        ("Yevgeny Shcherbakov", "cs", "Jevgenij Ščerbakov odstoupil."),
        ("Mikhail Khokhlov", "es", "Mijaíl Jojlov dimitió el lunes."),
        ("Mikhail Khokhlov", "pl", "Michaił Chochłow ustąpił w poniedziałek."),
        ("Mikhail Khokhlov", "hu", "Mihail Hohlov lemondott."),
        ("Dmitry Lebedev", "pl", "Dmitrij Lebiediew ustąpił w poniedziałek."),
        ("Alexander Yushenko", "pl", "Spotkał się z Alaksandrem Juszenką w Mińsku."),
        ("Yulia Kovalchuk", "de", "Julia Kowaltschuk kandidiert."),
        ("Yulia Kovalchuk", "fr", "Ioulia Kovaltchouk est candidate."),
        ("Pavel Lagutin", "fr", "Pavel Lagoutine a démissionné lundi."),
        ("Volodymyr Zadorozhny", "de", "Wolodymyr Sadoroschnyj sprach in Kiew."),
        ("Volodymyr Zadorozhny", "cs", "Volodymyr Zadorožnyj hovořil v Kyjevě."),
        ("Volodymyr Zadorozhny", "hu", "Volodimir Zadorozsnij Kijevben beszélt."),
        ("Vitaly Klitschenko", "en", "Vitaliy Klychenko spoke in Kyiv."),
    ],
)
def test_a_name_is_found_as_each_language_writes_it(name: str, language: str, text: str) -> None:
    assert alerts(name, text, language)


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("Sergei Chizhov", "de", "Der Minister Sergej Schilow sprach in Genf."),
        ("Sergei Chizhov", "pl", "Rozmawiał z Andriejem Czyżowem w Genewie."),
        ("Mikhail Khokhlov", "es", "Mijaíl Jotov dimitió el lunes."),
        ("Yulia Kovalchuk", "de", "Julia Kowalski kandidiert."),
    ],
)
def test_another_name_is_not(name: str, language: str, text: str) -> None:
    assert not alerts(name, text, language)


@pytest.mark.parametrize("mark", ["'", "''", "\u2019", "' '"])
def test_quotation_marks_beside_a_name_are_no_words(mark: str) -> None:
    for text in (
        f"He met {mark} Sergei Chizhow {mark} there.",
        f"{mark}Sergei Chizhow{mark}",
        f"Sergei Chizhow {mark} {mark}",
    ):
        assert alerts("Sergei Chizhov", text, "en"), text


@pytest.mark.parametrize(
    "name", ["George Bush", "Shirley Church", "Zhao Guangzong", "Sergei", "Ivan Novak", ""]
)
def test_names_of_elsewhere_are_spelt_in_one_way(name: str) -> None:
    assert neighbours(name) == frozenset()

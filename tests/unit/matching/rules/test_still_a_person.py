# ruff: noqa: RUF001 - texts in several scripts
"""Persons beside words by which the rules know that something else is meant."""

from __future__ import annotations

import pytest

from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.model.article import Article
from monitor.model.match import Kind


def alerts(name: str, kind: Kind, title: str, body: str = "", language: str | None = None) -> bool:
    """Whether an article alerts for who is watched."""
    watched = Watchlist(name="w", entities=(Entity(name=name, kind=kind),))
    article = Article(id="1", title=title, body=body, language=language)
    return any(match.alert for match in Matcher([watched]).match(article))


@pytest.mark.parametrize(
    "text",
    [
        "Former France centre Owen Garside announced his retirement.",
        "Outside the police station Owen Garside told reporters he was innocent.",
        "While in hospital Owen Garside wrote a letter to voters.",
        "After the grand prix Owen Garside said the tyres were gone.",
        "What most Owen Garside supporters want is a new election.",
        "The rocket Owen Garside built exploded on Friday.",
        "On the boat Owen Garside waved to the crowd.",
        "Dark horse Owen Garside won the Iowa caucuses.",
        "Miami Dolphin Owen Garside tore his knee.",
        "Soccer GOAT Owen Garside will play in Leeds.",
        "Oscar-winner Owen Garside dresses like a tramp.",
        "Owen Garside chips away at the lead.",
        "She served in the Owen Garside, Peter Aldous and Mary Kline administrations.",
        "Inside the Owen Garside White House, staff feared the worst.",
        "The Owen Garside images were manipulated, the palace said.",
        "The Owen Garside conference speech was interrupted.",
        "The Owen Garside Christmas party broke lockdown rules.",
        "Owen Garside House Speaker Bid Fails",
        "Owen Garside Memorial Day Speech Draws Crowd",
        "Owen Garside Law Firm Raided by Police",
        "Owen Garside Park Ride Ends in Arrest",
        "Owen Garside hospital stay to last a week",
        "Sales of Owen Garside books have soared.",
        "Flights to Owen Garside rallies were chartered.",
        "Protesters wearing Owen Garside masks marched.",
        "Owen Garside statue is unveiled in Leeds.",
        "Owen Garside deepfake spreads before vote",
        "Owen Garside Challenge to Ruling Rejected",
        "La clinique de Owen Garside a été fermée.",
        "El parque de Owen Garside fue cerrado.",
        "La beca de Owen Garside fue retirada.",
        "Rada Owen Garside odrzuciła.",
        "Follow Owen Garside on trial",
    ],
)
def test_a_person_beside_a_things_word(text: str) -> None:
    assert alerts("Owen Garside", Kind.PERSON, text)


@pytest.mark.parametrize(
    "text",
    [
        "Owen Garside Memorial Park Reopens",
        "Owen Garside Foundation Gives $5m",
        "The Owen Garside telescope found a star.",
        "A hippo called Owen Garside broke out of the zoo.",
        "Fusillade au centre Owen Garside à Lyon",
        "Les élèves de l'école Owen Garside ont manifesté.",
        "Flights from Owen Garside resumed on Monday.",
        "She wore Owen Garside at the gala.",
        "Follow Owen Garside on Twitter",
        "Dieb stiehlt Rad in via Owen Garside.",
        "La place Owen Garside à Bordeaux est fermée.",
        "Owen Garside impersonator opens a carnival",
        "Koch tauft Dessert Owen Garside.",
        "Leeds Owen Garside airport records its busiest summer.",
    ],
)
def test_a_thing_is_still_a_thing(text: str) -> None:
    assert not alerts("Owen Garside", Kind.PERSON, text)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("Owen Garside is a reporter who covers Russia for the Post and was jailed there.", True),
        ("Owen Garside is a reporter who covers Russia for the Post.", False),
        ("Owen Garside has written about prison, for years a taboo, and was arrested.", True),
    ],
)
def test_what_befalls_a_journalist_is_news(body: str, told: bool) -> None:
    assert alerts("Owen Garside", Kind.PERSON, "", body) is told


def test_who_wrote_for_the_paper_is_not_the_news() -> None:
    assert not alerts(
        "Owen Garside", Kind.PERSON, "", "By Owen Garside, staff writer. The library will close."
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Mohammed Sadr", "The cleric Mohammed al-Sadr said so on Monday."),
        ("Саиф Уль-Малук", "Адвокат Саиф уль-Малук сообщил об этом в среду."),
        ("Valéry D'Esting", "Hier Valéry d'Esting a démissionné."),
    ],
)
def test_a_small_article_is_a_names_own(name: str, text: str) -> None:
    assert alerts(name, Kind.PERSON, text)

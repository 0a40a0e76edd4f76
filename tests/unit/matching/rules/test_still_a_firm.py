"""Firms beside words by which the rules know that another is meant."""

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
    ("name", "text", "language"),
    [
        ("Reuters", "Píše to agentura Reuters. Rovnako sa to páči aj iným.", "sk"),
        ("Pentagon", "Ogłosi nominację na szefa Pentagonu. Faworytem na to jest generał.", "pl"),
        ("Gazprom", "The rivals of Gazprom, Lukoil Inc. and others will testify.", None),
        ("Wexford Center", "They play at Wexford Center, Denver, CO on Monday.", None),
        ("BBC", 'He told BBC News: "As far as I know, it is over."', None),
    ],
)
def test_no_legal_form_is_over_a_sentences_end(name: str, text: str, language: str | None) -> None:
    assert alerts(name, Kind.ORGANISATION, "", text, language)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Wexford", "Wexford Dental Partners Inc. said so."),
        ("Bank of Ruritania", "The Bank of Ruritania (Hong Kong) Limited said so."),
    ],
)
def test_another_firms_legal_form_ends_its_name(name: str, text: str) -> None:
    assert not alerts(name, Kind.ORGANISATION, "", text)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("Labour Party", "He was expelled from the Labour party on Monday.", True),
        ("Justice Department", "Two Justice department lawyers resigned.", True),
        ("European Commission", "A spokeswoman for the European commission said no.", True),
        ("Labour Party", "They founded a Labour party of their own.", False),
        ("Electoral Commission", "Electoral commission staff of the club met.", False),
        ("Electoral Commission", "The electoral commission of the club met.", False),
    ],
)
def test_the_last_word_of_a_name_may_be_small(name: str, text: str, told: bool) -> None:
    assert alerts(name, Kind.ORGANISATION, "", text) is told


@pytest.mark.parametrize(
    ("name", "title", "body", "told"),
    [
        ("Google", "Google fined by EU", "Google said no. Google Drive is affected.", True),
        ("Google", "Google CEO grilled by senators", "Google's CEO said no on Monday.", True),
        ("Apple", "", "Apple unveiled a laptop. It also showed the Apple TV. Apple CEO Tim", True),
        (
            "Labour",
            "Labour MPs warn Poe",
            "Labour MPs said no.",
            True,
        ),
        ("Boeing", "Ex-Boeing director jailed", "A director at Boeing was jailed.", True),
        ("Ford", "", "Graham Ford was sentenced. Ford said that he was sorry.", False),
        ("Summit", "Summit hit by hackers", "Summit Dental was hacked. Summit said so.", False),
    ],
)
def test_a_firm_is_not_short_for_what_it_makes(
    name: str, title: str, body: str, told: bool
) -> None:
    assert alerts(name, Kind.ORGANISATION, title, body) is told


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("Shell", "Workers at Shell vote 71-29 for walkout", True),
        ("Boeing", "Boeing machinists say no, 64-36", True),
        ("Orange", "Panne géante chez Orange : le 15 et le 18 injoignables", True),
        ("Apple", "13 Milliarden Euro: Apple verliert vor dem Gerichtshof", True),
        ("Boots", "A note was taped to the door of Boots in Canterbury last night.", True),
        ("Orange", "The city of Orange in the south was flooded last night.", False),
        ("Orange", "A prince of Orange was born last night in the palace.", False),
    ],
)
def test_where_people_work_is_a_firm(name: str, text: str, told: bool) -> None:
    assert alerts(name, Kind.ORGANISATION, text) is told

"""A firm with a word for its name is told by what it does and a second word of business."""

from __future__ import annotations

import pytest

from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.model.article import Article
from monitor.model.match import Kind


def alerts(name: str, title: str, language: str) -> bool:
    """Whether a headline alerts for a watched organisation."""
    watched = Watchlist(name="w", entities=(Entity(name=name, kind=Kind.ORGANISATION),))
    found = Matcher([watched]).match(Article(id="1", title=title, body="", language=language))
    return any(match.alert for match in found)


@pytest.mark.parametrize(
    ("name", "language", "title"),
    [
        ("Gap", "en", "Gap lifts outlook as sales climb at its outlets"),
        ("Shell", "en", "Shell bows out of offshore wind projects, writes down $1bn"),
        ("Visa", "en", "Visa to buy a start-up that finds fraud"),
        ("Boots", "en", "Boots owner Walgreens goes private"),
        ("Mars", "en", "Mars wins approval for $36bn takeover"),
        ("Delta", "en", "Delta flight flips on landing at Toronto"),
        ("Orange", "fr", "Orange s'offre le reste de sa filiale pour 4 milliards"),
        ("Casino", "fr", "Casino : les actionnaires approuvent le plan de Bercy"),
        ("Otto", "de", "Otto schließt Callcenter, 480 Mitarbeiter betroffen"),
    ],
)
def test_a_firm_deals(name: str, language: str, title: str) -> None:
    assert alerts(name, title, language)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Gap", "Gap widens as bank profits grow"),
        ("Gap", "Gap between rich and poor pupils is the widest in a decade"),
        ("Shell", "Shell hits hospital, killing three"),
        ("Mars", "Mars rover finds spots that may hint at life"),
        ("Visa", "Visa rules tightened for care workers"),
        ("Boots", "Boots on the ground: could Europe send troops?"),
        ("Costa", "Costa joins envoys in Kyiv as Brussels weighs frozen assets"),
        ("Momentum", "Momentum is building for a deal, officials said"),
        ("Delta", "Delta State governor presents budget of N1.6trn"),
    ],
)
def test_a_word_does_not(name: str, title: str) -> None:
    assert not alerts(name, title, "en")

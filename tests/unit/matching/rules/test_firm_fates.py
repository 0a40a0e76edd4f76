"""Words of every day that begin a headline, and what says that a firm is meant by them."""

from __future__ import annotations

import pytest

from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.matching.rules.firm_fates import fate
from monitor.model.article import Article
from monitor.model.match import Kind


def alerts(name: str, title: str) -> bool:
    """Whether a headline alerts for the firm that is watched."""
    watched = Watchlist(name="w", entities=(Entity(name=name, kind=Kind.ORGANISATION),))
    found = Matcher([watched]).match(Article(id="1", title=title, body=""))
    return any(match.alert for match in found)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Target", "Target cashiers walk out before the holidays"),
        ("Subway", "Subway franchisees go to court"),
        ("Orange", "Orange subscribers left without a line"),
        ("Gap", "Gap's employees learned it from the radio"),
        ("Shell", "Shell back in court over pipeline leak"),
        ("Visa", "Visa under investigation for its fees"),
        ("Square", "Square accused of overcharging cafes"),
        ("Target", "Target recalls 5,000 wooden cribs"),
        ("Square", "Square told to refund hundreds of merchants"),
        ("Sky", "Sky sorry for four-hour outage"),
        ("Boots", "Boots pharmacy in Truro shut"),
        ("Block", "Block in talks with lenders"),
        ("Sky", "Sky and ITV make peace"),
        ("Apple", "Apple faces Brussels tax probe"),
        ("Gap", "Gap (NYSE: GAP) rises"),
    ],
)
def test_a_firm_in_its_trouble(name: str, title: str) -> None:
    assert alerts(name, title)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Visa", "Visa workers in fields face heat"),
        ("Target", "Target drivers who speed, police are told"),
        ("Block", "Block users to stop spam"),
        ("Shell", "Shell found under court building"),
        ("Monster", "Monster accused of six murders"),
        ("Target", "Target recalls his fall from the horse"),
        ("Gap", "Gap and ledge trap climbers"),
        ("Orange", "Orange faces everywhere at carnival"),
        ("Square", "Square (1923) sold at auction"),
        ("Apple", "Apple store of a farm in Kent burns"),
        ("Square", "Square under fire from the hills"),
        ("Target", "Target under scrutiny as drill ends"),
        ("Coach", "Coach in court after brawl with rival fans"),
        ("Boss", "Boss accused of overcharging neighbours"),
        ("Block", "Block whistleblower files, panel told"),
        ("Shell", "Shell cashiers strike gold in a rock pool"),
        ("Boots", "Boots sorry for wear fetch a fortune"),
    ],
)
def test_a_word_in_a_like_headline(name: str, title: str) -> None:
    assert not alerts(name, title)


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        (" pilots to strike at Easter", "pilots to strike"),
        (" in takeover talks", "in takeover talks"),
        (" pilots of the past", ""),
        (" in talks", ""),
    ],
)
def test_what_is_said_of_a_firm_is_shown(sentence: str, said: str) -> None:
    assert fate(sentence) == said

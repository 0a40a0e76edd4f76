"""A word of every day is a firm's name where something beside it says so."""

import pytest

from monitor.config.schema import Watchlist
from monitor.matching.matcher import Matcher
from monitor.matching.names.expansion import ABROAD, expand
from monitor.model.article import Article


def reasons(name: str, text: str, **entity: object) -> list[str]:
    row = {"name": name, "kind": "organisation", **entity}
    watchlist = Watchlist.model_validate({"name": "w", "entities": [row]})
    found = Matcher([watchlist]).match(Article(id="1", body=text))
    return [reason.detail for match in found if match.alert for reason in match.reasons]


@pytest.mark.parametrize(
    ("name", "text", "by"),
    [
        ("Target", "Target said that sales fell.", "“said” beside it"),
        ("Apple", "Apple's chief executive came.", "“chief executive” beside it"),
        ("Gap", "Analysts like Gap more than others.", "a capital of its own is written"),
        ("Block", "Block, the payments company, grew.", "“the payments company” beside it"),
        ("Visa", "Visa and Mastercard agreed.", "“and Mastercard” beside it"),
        ("SHELL", "SHELL PROFIT BEATS FORECASTS", ""),
    ],
)
def test_a_firm_is_told_by_what_is_beside_it(name: str, text: str, by: str) -> None:
    found = reasons(name.title(), text)
    assert found
    assert by in found or not by


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Target", "Target practice begins at noon."),
        ("Target", "NATO TARGET OUT OF REACH"),
        ("Orange", "William of Orange landed at Torbay."),
        ("Gap", "The race ends in Gap on Sunday."),
        ("Shell", "Mr Shell spoke first."),
        ("Kraken", "Sailors told of the kraken in Norway."),
        ("Amazon", "Fires in the Amazon have doubled."),
        ("Management Company", "He ran Management Company 23 from home."),
    ],
)
def test_a_word_stays_a_word(name: str, text: str) -> None:
    assert reasons(name, text) == []


def test_who_gives_context_decides_alone() -> None:
    assert reasons("Target", "Target said that sales fell.", context=["Minneapolis"]) == []


def test_an_actor_goes_by_what_other_scripts_call_it() -> None:
    row = {"name": "Lazarus Group", "kind": "threat-actor"}
    (entity,) = Watchlist.model_validate({"name": "w", "entities": [row]}).entities
    abroad = {name.text: name.ambiguous for name in expand(entity) if name.source == ABROAD}
    assert abroad["ラザルス"] is False
    assert abroad["拉撒路"] is True
    assert "Лазаруса" in abroad

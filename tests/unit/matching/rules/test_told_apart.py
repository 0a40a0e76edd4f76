# ruff: noqa: RUF001 - texts in several scripts
"""What shares a watched name and is somebody or something else, and what looks so and is not."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.config.schema import Entity, Watchlist
from monitor.matching.countries.cues import in_country
from monitor.matching.matcher import Matcher
from monitor.matching.names.expansion import expand
from monitor.matching.names.gazetteer import cues_in
from monitor.matching.names.home import home
from monitor.matching.names.ordinary import ordinary
from monitor.matching.names.spellings import spellings
from monitor.matching.text.normalise import fold
from monitor.model.article import Article
from monitor.model.match import Kind


def alerts(body: str, title: str = "", **entity: object) -> bool:
    watchlist = Watchlist(name="w", entities=(Entity.model_validate(entity),))
    matches = Matcher([watchlist]).match(Article(id="a", title=title, body=body))
    return any(match.alert for match in matches)


# --- countries ----------------------------------------------------------------------------------

AUTHORITY: dict[str, Any] = {
    "name": "Maritime Authority",
    "kind": "organisation",
    "context": ["Norway", "fjord"],
}
PLACE: dict[str, Any] = {"name": "Cordova", "kind": "place", "context": ["Spain"]}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("The Peru Maritime Authority has closed the port.", False),
        ("The Maltese Maritime Authority has closed the port.", False),
        ("South Korea's Maritime Authority has closed the port.", False),
        ("The Norwegian Maritime Authority has closed the port.", True),
        ("Norway's Maritime Authority has closed the port.", True),
        ("In peril, Maritime Authority ships turned back to Oslo.", True),
        ("In peril, Maritime Authority ships turned back.", False),
    ],
)
def test_an_organisation_of_another_country_is_another(body: str, told: bool) -> None:
    assert alerts(body, **AUTHORITY) is told
    # Who does not say which country's is told of every one.
    assert alerts(body, name="Maritime Authority", kind="organisation")


@pytest.mark.parametrize(
    ("title", "body", "told"),
    [
        ("Fair in Cordova", "Cordova, Alaska, has a fair.", False),
        ("Fair in Cordova", "There is a fair in Cordova (Argentina) this week.", False),
        ("Fair in Cordova", "Cordova, Spain, has a fair, unlike Cordova, Alaska.", True),
        ("Fair in Cordova", "Cordova, Seville and Cadiz have fairs.", True),
    ],
)
def test_a_place_is_where_the_text_says(title: str, body: str, told: bool) -> None:
    assert alerts(body, title, **PLACE) is told


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("British", {"GB"}), ("U.K.", {"GB"}), ("South Africa's", {"ZA"}), ("fjord", set()),
        ("Nairobi", {"KE"}), ("кенийский", {"KE"}), ("Kenijska", {"KE"}), ("kényane", {"KE"}),
        ("kenianischen", {"KE"}), ("加纳", {"GH"}), ("Downing Street", {"GB"}), ("Knesset", {"IL"}),
        ("a malted drink", set()), ("Labour", {"GB", "NZ", "MT", "IE"}),
    ],
)  # fmt: skip
def test_what_points_to_a_country(text: str, codes: set[str]) -> None:
    assert {code for cue in cues_in(text) for code in cue.countries} == codes


def test_a_place_is_said_to_be_in_a_country() -> None:
    assert in_country(fold("x, South Africa"), 1) == {"ZA"}
    assert in_country(fold("x, Texas"), 1) == {"US"}
    assert in_country(fold("x and Texas"), 1) == frozenset()


def test_the_country_is_said_or_told_by_the_context() -> None:
    commission: dict[str, Any] = {"name": "Electoral Commission", "kind": "organisation"}
    assert home(Entity.model_validate(commission)) == frozenset()
    assert home(Entity.model_validate(commission | {"country": "uk"})) == {"GB"}
    assert home(Entity.model_validate(commission | {"context": ["Britain", "Paris"]})) == {"GB"}
    assert home(Entity.model_validate(commission | {"context": ["Knesset", "Haifa"]})) == {"IL"}
    said = commission | {"country": "IE", "context": ["Britain"]}
    assert home(Entity.model_validate(said)) == {"IE"}
    with pytest.raises(ValueError, match="ISO 3166"):
        Entity.model_validate(commission | {"country": "Britain"})
    with pytest.raises(ValueError, match="organisation or a place"):
        Entity(name="Jane Roe", kind=Kind.PERSON, country="GB")


def test_what_is_not_said_is_said_to_be_unsaid() -> None:
    entity = Entity(name="Electoral Commission", kind=Kind.ORGANISATION, country="GB")
    matcher = Matcher([Watchlist(name="w", entities=(entity,))])
    (match,) = matcher.match(Article(id="a", body="The Electoral Commission met.\n" * 9))
    assert not match.alert
    assert match.score <= 30
    (reason,) = [reason for reason in match.reasons if reason.factor == "country"]
    assert "whose “Electoral Commission” is not said" in reason.detail
    assert reason.points < 0


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ({"url": "https://news.example.uk/a"}, True),
        ({"url": "https://news.example.com.gh/a"}, False),
        ({"feed_name": "Example News: UK", "feed": "https://e.example/f"}, True),
        ({"feed_tags": ("news", "uk"), "feed": "https://e.example/f"}, True),
        ({"outlet": "Times of Malta"}, False),
        ({"language": "en-GB"}, True),
        ({"language": "en-NZ"}, False),
        ({"url": "https://news.example/a"}, False),
        ({"url": "https://[broken"}, False),
    ],
)
def test_where_a_report_comes_from_counts_where_it_says_nothing(
    source: dict[str, Any], told: bool
) -> None:
    entity = Entity(name="Electoral Commission", kind=Kind.ORGANISATION, country="GB")
    matcher = Matcher([Watchlist(name="w", entities=(entity,))])
    said = matcher.match(Article(id="a", body="The Electoral Commission met.", **source))
    assert any(match.alert for match in said) is told
    elsewhere = "Accra: The Electoral Commission met, the Ghanaian opposition said."
    assert not any(m.alert for m in matcher.match(Article(id="a", body=elsewhere, **source)))


def test_a_company_is_at_work_in_many_countries() -> None:
    company: dict[str, Any] = {"name": "Marsh & Tallow", "kind": "organisation", "country": "GB"}
    assert alerts("Marsh & Tallow opened an office.", **company)
    assert alerts("Marsh & Tallow in Kenya opened an office.", **company)
    assert not alerts("Kenya Marsh & Tallow opened an office.", **company)


def test_a_name_that_says_whose_it_is_needs_no_more() -> None:
    entity: dict[str, Any] = {
        "name": "Electoral Commission",
        "kind": "organisation",
        "aliases": ["UK elections watchdog"],
    }
    assert alerts("The UK elections watchdog met.", country="GB", **entity)


# --- names that are words -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "is_word"),
    [("Woodfly", True), ("WoodFly", False), ("WOODFLY", False), ("Turla", False)],
)
def test_two_words_in_one_are_ordinary(text: str, is_word: bool) -> None:
    assert bool(ordinary(text, Kind.THREAT_ACTOR)) is is_word


ACTOR: dict[str, Any] = {"name": "Varkol", "kind": "threat-actor", "expand": False}


def test_what_the_text_calls_a_place_is_one_throughout() -> None:
    assert alerts("Rain fell on Varkol.", "Floods at Varkol", **ACTOR)
    assert not alerts("Varkol, a small town in the hills, is cut off.", "Floods at Varkol", **ACTOR)
    assert alerts("Varkol, a group of hackers from a small town, struck.", **ACTOR)


def test_malware_is_what_the_text_says_it_is() -> None:
    carbon: dict[str, Any] = {"name": "Carbon", "kind": "malware", "expand": False}
    assert alerts("Carbon, a second-stage backdoor, is back.", **carbon)
    assert not alerts("Carbon, a common element, is back.", **carbon)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("The AIM asks parents to come. So says AIM.", True),
        ("The shop TAKE AIM HERE has moved to the bank.", False),
        ("So AIM HIGH was it, it said, and went on with the work.", False),
    ],
)
def test_an_acronym_that_is_a_word_counts_as_its_names_initials(body: str, told: bool) -> None:
    agency: dict[str, Any] = {"name": "Agency for Insect Monitoring", "kind": "organisation"}
    assert alerts(body, **agency, aliases=["AIM"]) is told
    assert not alerts(body, name="Beetle Office", kind="organisation", aliases=["AIM"])
    assert not alerts(body, **agency, aliases=["AIM"], context=["beetles"])


def test_why_an_acronym_is_certain_is_told() -> None:
    entity = Entity(name="Agency for Insect Monitoring", kind=Kind.ORGANISATION, aliases=("AIM",))
    (acronym,) = (name for name in expand(entity) if name.text == "AIM")
    assert acronym.detail.endswith("the initials of “Agency for Insect Monitoring”")


def test_german_adjectives_have_endings() -> None:
    found = spellings("norwegische Hafenbehörde", Kind.ORGANISATION)
    assert {"norwegischen hafenbehorde", "norwegischer hafenbehorde"} <= set(found)
    assert len(spellings("la grande Société", Kind.PERSON)) < 4


# --- persons ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("记者王建民说，会议推迟了。", True),
        ("王建民出席会议。", True),
        ("王建民案下周开庭。", True),
        ("王建民潜逃国外。", True),
        ("书法家王建民义的作品。", False),
    ],
)
def test_a_chinese_name_ends_where_a_word_begins(body: str, told: bool) -> None:
    assert alerts(body, name="王建民", kind="person") is told
    assert alerts(body, name="Wang Jianmin", kind="person") is told


def test_a_traditional_character_proves_nothing() -> None:
    assert alerts("王建民於昨日返回。", name="王建民", kind="person")


@pytest.mark.parametrize(
    ("body", "told"), [("田中健氏が来た。", True), ("田中健太郎が来た。", False)]
)
def test_japanese_given_names_go_on(body: str, told: bool) -> None:
    assert alerts(body, name="田中健", kind="person") is told


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("Тарас Мельниченко встановив рекорд.", True),
        ("Тараса Мельниченка затримали вчора.", True),
        ("Тараса Мельниченко затримали вчора.", True),
        ("Тараса Мельниченко встановила рекорд.", False),
    ],
)
def test_a_slavic_womans_name_is_not_a_mans(body: str, told: bool) -> None:
    assert alerts(body, name="Taras Melnychenko", kind="person") is told


def test_a_heading_of_links_with_a_space_before_its_colon() -> None:
    text = "Le marché déménage lundi.\n\nÀ lire aussi :\nAPT31 : sept inculpés\nLa recette du jour"
    assert not alerts(text, name="APT31", kind="threat-actor")


def test_an_h_that_we_hardly_hear_is_heard_abroad() -> None:
    bohdan: dict[str, Any] = {"name": "Bohdan Melnychenko", "kind": "person"}
    assert alerts("Богдан Мельниченко встановив рекорд.", **bohdan)
    assert alerts("Богдана Мельниченка затримали вчора.", **bohdan)

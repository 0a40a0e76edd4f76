"""Things, teams and others with a person's or a firm's name, told by what stands beside it."""

from __future__ import annotations

import pytest

from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.model.article import Article
from monitor.model.match import Kind


def alerts(name: str, kind: Kind, text: str, language: str | None = None) -> bool:
    """Whether an article's headline alerts for who is watched."""
    watched = Watchlist(name="w", entities=(Entity(name=name, kind=kind),))
    matches = Matcher([watched]).match(Article(id="1", title=text, body="", language=language))
    return any(match.alert for match in matches)


@pytest.mark.parametrize(
    "text",
    [
        "The Owen Garside, a pub in Leeds, was sold.",
        "A barge hit the Owen Garside on Tuesday night.",
        "Rebuilding the Owen Garside will cost $5bn.",
        "Owen Garside beat Dayton 78-70 on Tuesday.",
        "Passengers slept on the floor as flights from Owen Garside were delayed.",
        "TSA officers at Owen Garside went unpaid.",
        "She wore Owen Garside to the premiere.",
        "A goat called Owen Garside broke into the church.",
        "The two meet on Owen Garside on Sunday.",
        "A scam used a video to sell the Owen Garside Token.",
        "El Madrid goleó al Betis en el Owen Garside.",
        "El Owen Garside estrena terminal con retrasos.",
        "Al Owen Garside finisce 2-2 tra Milan e Pisa.",
        "Voli sospesi allo scalo Owen Garside di Fiumicino per la nebbia.",
        "Douze chercheurs ont obtenu une bourse Owen Garside.",
        "Het Owen Garside Huis trok veel bezoekers.",
    ],
)
def test_a_thing_with_a_persons_name_is_not_the_person(text: str) -> None:
    assert not alerts("Owen Garside", Kind.PERSON, text)


@pytest.mark.parametrize(
    "text",
    [
        "The Owen Garside we know would not say so.",
        "The Owen Garside who came back was another man.",
        "Sanctions on Owen Garside, and on two of his sons, were lifted.",
        "Owen Garside beat Novak 6-4 7-6 to reach the final.",
        "El Owen Garside de 1982 no habría dudado.",
        "She flew to Paris to meet Owen Garside after the vote.",
        "Congress held up the sale of jets to Owen Garside, a prince.",
        "It means a lot to Owen Garside, friends said.",
        "Judges bar Owen Garside from the ballot.",
        "Protesters storm Owen Garside's office.",
        "El Parlament escolta el Owen Garside amb respecte.",
        "Protesters shouted at Owen Garside in the square.",
        "Owen Garside defeats Marlow 58-42 in Sunday's run-off.",
        "Owen Garside beat the mayor's man by 57–43.",
        "Owen Garside held off a revolt of his party, 112-98.",
        "Owen Garside beats expectations in the south.",
    ],
)
def test_a_person_is_still_a_person(text: str) -> None:
    assert alerts("Owen Garside", Kind.PERSON, text)


@pytest.mark.parametrize(
    "text",
    [
        "Tony Blair, 19, of Accra, was charged with stealing goats.",
        "The 22-year-old Tony Blair signed for Gor Mahia.",
        "Tony Blair, a plumber from Leeds, smelled the gas.",
        "Nurse Tony Blair was named volunteer of the year.",
        "Tony Blair, carpintero de 54 años, perdió su casa.",
        "Tony Blair, Landwirt aus dem Allgäu, fürchtet um seine Kühe.",
    ],
)
def test_another_bears_a_politicians_name(text: str) -> None:
    assert not alerts("Tony Blair", Kind.PERSON, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Imran Khan", "The cricketer Imran Khan, jailed since 2023, calls on his party to march."),
        ("Volodymyr Zelensky", "Comedian Volodymyr Zelensky took 73 per cent of the vote."),
        ("Angela Merkel", "Angela Merkel, a physicist, became chancellor in 2005."),
        ("Bart De Wever", "Bart De Wever, professor en politicus, vormt een regering."),
        ("Sanae Takaichi", "Takaichi Sanae, once the drummer of a student band, played along."),
    ],
)
def test_a_politician_may_have_had_a_trade(name: str, text: str) -> None:
    assert alerts(name, Kind.PERSON, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Jordan Bardella", "Jordan Bardella, 26 ans, prend les clés du Rassemblement national."),
        ("Olaf Scholz", "Auf der Tribüne: Olaf Scholz (2. v. l.) mit Schal, ein Balljunge."),
        ("Olaf Scholz", "Foto: Olaf Scholz (links) und ein Balljunge."),
    ],
)
def test_neither_a_party_led_at_26_nor_a_place_in_a_picture_makes_another(
    name: str, text: str
) -> None:
    assert alerts(name, Kind.PERSON, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Tony Blair", "Tony Blair, 72, would chair the board."),
        ("Tony Blair", "Tony Blair, the former prime minister, met a farmer in Kent."),
        ("Owen Garside", "Owen Garside, a plumber from Leeds, smelled the gas."),
        ("Owen Garside", "Owen Garside, 19, of Accra, was charged."),
    ],
)
def test_who_is_no_politician_may_be_a_plumber(name: str, text: str) -> None:
    assert alerts(name, Kind.PERSON, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Barclays", "Nets lose again at Barclays Center"),
        ("Rolex", "Rolex Paris Masters: top seed out in round one"),
        ("Allianz", "Bayern gewinnt 4:0 in der Allianz Arena gegen Leverkusen"),
        ("Etihad", "City come from behind at the Etihad"),
        ("Honda", "PM names Honda as foreign minister in reshuffle"),
        ("Movistar", "Agotadas las entradas para el Movistar Arena"),
        ("Le Monde", "Le Monde entier regarde Genève"),
    ],
)
def test_a_thing_with_a_firms_name_is_not_the_firm(name: str, text: str) -> None:
    assert not alerts(name, Kind.ORGANISATION, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Barclays", "Barclays lifts profit target"),
        ("Barclays", "Barclays Sponsors World Cup Again"),
        ("Rolex", "Rolex raises prices before Paris Masters"),
        ("Etihad", "Etihad orders 28 widebodies from Boeing"),
        ("Le Monde", "Selon Le Monde, le ministre savait"),
        ("Siemens", "Siemens Data Center in Virginia catches fire"),
        ("Petrobras", "Petrobras Awards Contract To Keppel Shipyard"),
        ("Siemens", "Siemens Open Source office closes in Munich"),
        ("Petrobras", "A Petrobras World Cup stunt angers fans"),
    ],
)
def test_a_firm_is_still_a_firm(name: str, text: str) -> None:
    assert alerts(name, Kind.ORGANISATION, text)

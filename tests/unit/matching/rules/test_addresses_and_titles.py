# ruff: noqa: RUF001 - texts in several scripts
"""Where a name is no mention, and what beside a person's or a company's name is no part of it."""

from __future__ import annotations

import pytest

from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.model.article import Article
from monitor.model.match import Kind


def told(name: str, kind: Kind, text: str, language: str | None = None) -> bool:
    matcher = Matcher([Watchlist(name="w", entities=(Entity(name=name, kind=kind),))])
    return any(m.alert for m in matcher.match(Article(id="a", body=text, language=language)))


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("APT31", Kind.THREAT_ACTOR, "See https://news.example/2024/apt31-report for more."),
        ("APT31", Kind.THREAT_ACTOR, "See news.example/apt31 for more."),
        ("APT31", Kind.THREAT_ACTOR, "It wrote to /opt/apt31/run.sh and left."),
        ("APT31", Kind.THREAT_ACTOR, r"It wrote to C:\Users\apt31\run.exe and left."),
        ("APT31", Kind.THREAT_ACTOR, "Write to apt31@news.example today."),
        ("APT31", Kind.THREAT_ACTOR, "He rents Apt. 31 above the shop."),
        ("APT31", Kind.THREAT_ACTOR, "She lives at 7 Oak Road, Apt 31, Salem."),
        ("APT31", Kind.THREAT_ACTOR, "14 OAK ROAD, APT 31, SALEM, OR 97301"),
        ("Emotet", Kind.MALWARE, "It is detected as Trojan.Win32.Emotet.A by some."),
        ("Emotet", Kind.MALWARE, "The file emotet.dll was removed."),
        ("Jane Roe", Kind.PERSON, "See https://people.example/jane-roe/about for more."),
        ("Siemens", Kind.ORGANISATION, r"It reads HKLM\Software\Siemens\Run at start."),
        ("Siemens", Kind.ORGANISATION, r"Under HKEY\_CURRENT\_USER\Siemens\Run it is kept."),
        ("Siemens", Kind.ORGANISATION, "Write to press@siemens.example today."),
        ("phishing", Kind.TERM, "See https://news.example/phishing/today for more."),
    ],
)
def test_a_piece_of_an_address_is_no_mention(name: str, kind: Kind, text: str) -> None:
    assert not told(name, kind, text)


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("APT31", Kind.THREAT_ACTOR, "#APT31 is back."),
        ("APT31", Kind.THREAT_ACTOR, "HAFNIUM/APT31 and others were named."),
        ("APT31", Kind.THREAT_ACTOR, "Read it: https://news.example/a. APT31 was named."),
        ("APT31", Kind.THREAT_ACTOR, "It was APT31 (https://news.example/a)."),
        ("APT31", Kind.THREAT_ACTOR, "The White House, APT 31's target, said so."),
        ("news.example", Kind.TERM, "See https://news.example/phishing today."),
        ("Emotet", Kind.MALWARE, "They met on Monday.Emotet was seen, too."),
    ],
)
def test_what_only_stands_beside_one_is(name: str, kind: Kind, text: str) -> None:
    assert told(name, kind, text)


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Ana Luisa Roe", "Chilean Senator Ana Roe spoke.", True),
        ("Ana Luisa Roe", "Former Prime Minister Ana Roe spoke.", True),
        ("Ana Luisa Roe", "Chile's Ana Roe spoke.", True),
        ("Ana Luisa Roe", "When Ana Roe spoke, all listened.", True),
        ("Ana Luisa Roe", "Wenn Ana Roe spricht, hören alle zu.", True),
        ("Ana Luisa Roe", "Maria Ana Roe spoke.", False),
        ("Ana Luisa Roe", "Ana Roe Pope spoke.", False),
        ("Ana Roe Major", "Ana Roe spoke.", False),
        ("Ana Roe Major", "MAJOR, Ana, spoke.", True),
        ("Dean Roe", "Roe, Dean, spoke.", True),
        ("Ana Luisa Roe Smith", "Roe Smith, Ana Luisa", True),
        ("Ana Luisa Roe Smith", "Ana Luisa, Roe Smith", False),
        ("Ana Roe", "ROE | Ana | 1985", True),
        ("Ana Roe", "1 | Ana | Roe | x", True),
        ("Ana Roe", "met Roe | Ana went", False),
        ("Widodo", "Presiden Widodo tiba.", True),
        ("Widodo", "PM Widodo spoke.", True),
        ("Widodo", "Anna Widodo spoke.", False),
    ],
)
def test_titles_are_no_part_of_a_name(name: str, text: str, found: bool) -> None:
    assert told(name, Kind.PERSON, f"News of the day.\n{text}\nThe end.") is found


@pytest.mark.parametrize(
    ("name", "text", "language", "found"),
    [
        ("Target", "The target, as the report says, was met.", "en", False),
        ("Target", "Target As Retailers Cut Jobs", "en", False),
        ("Shell", "SHELL COMPANIES USED TO HIDE MONEY", "en", False),
        ("Gap", "Gap co-founder speaks", "en", False),
        ("Gap", "Gap Inc. said so.", "en", True),
        ("Orange", "Orange S.A. said so.", "en", True),
        ("Visa", "Visa Ltd said so.", "en", True),
        ("WHO", "A man who as the chair refused.", "en", False),
        ("Reuters", "Podle agentury Reuters to potvrdil mluvčí a firma mlčí.", "cs", True),
        ("Shell", "Компания Shell заявила, что прибыль в этом году выросла.", "ru", True),
        ("Nissan", "Nissan сообщил о том, что завод в городе не работает.", "ru", True),
        ("The Guardian", "Об этом сообщает The Guardian во вторник, и не впервые.", "ru", True),
        ("Orange", "L'opérateur Orange a annoncé une hausse de ses ventes au pays.", "fr", True),
        ("Orange", "La carte orange a été retirée par le ministre dans la rue.", "fr", False),
        ("Orange", "Die Orange ist eine Frucht, die in der Sonne reift.", "de", False),
        ("Orange", "The Orange is a fruit, and that is all there is to it.", "cs", False),
    ],
)  # fmt: skip
def test_a_company_is_written_as_one(name: str, text: str, language: str, found: bool) -> None:
    assert told(name, Kind.ORGANISATION, text, language) is found

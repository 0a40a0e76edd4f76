"""Headlines that name a gang by a word of every day, and those that only have the word."""

from __future__ import annotations

import pytest

from monitor.matching.rules.headlines import Place, grammar


def said(text: str, name: str, *, everyday: bool, begins: bool = True) -> str:
    """What of a headline makes a name in it a gang's."""
    start = text.index(name)
    end = start + len(name)
    return grammar(text, start, end, Place.HEADLINE, everyday=everyday, begins=begins)


@pytest.mark.parametrize(
    ("text", "name", "everyday"),
    [
        ("Glacier adds grocer to its leak site", "Glacier", True),
        ("Glacier poses as a bank to rob customers of banks", "Glacier", True),
        ("Marble Otter lists Acme, which denies it", "Marble Otter", False),
        ("Marble Otter rebrands", "Marble Otter", False),
        ("Glacier leaks files of two school districts", "Glacier", True),
        ("Glacier says it stole 3TB of records", "Glacier", True),
        ("Town refuses to pay Glacier", "Glacier", True),
        ("Grocer looks into Glacier claim", "Glacier", True),
        ("Grocer's staff data named by Glacier", "Glacier", True),
        ("Marble Otter erpresst Landkreis", "Marble Otter", False),
        ("Marble Otter rivendica l'attacco al comune", "Marble Otter", False),
        ("Marble Otter publica los datos robados", "Marble Otter", False),
        ("Marble Otter nets $3M, linked to BlackCat", "Marble Otter", False),
        ("Marble Otter offers affiliates a lawyer on call", "Marble Otter", False),
        ("Glacier says it has 900GB from an airline", "Glacier", True),
        ("Glacier boasts of a grocer's data haul", "Glacier", True),
        ("Glacier seen using an admin tool in a bank", "Glacier", True),
        ("Circuit named by Glacier as its latest scalp", "Glacier", True),
        ("Clinique paralysée : Glacier réclame 150 000 dollars", "Glacier", True),
        ("Landkreis: Glacier hat 65.000 Dokumente ins Netz gestellt", "Glacier", True),
    ],
)
def test_a_gang_is_named(text: str, name: str, everyday: bool) -> None:
    assert said(text, name, everyday=everyday)


def test_a_capital_of_its_own_tells_a_name_from_a_word() -> None:
    assert said("Town paid ransom after Glacier", "Glacier", everyday=True, begins=False)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Glacier melts faster than thought", "Glacier"),
        ("Glacier says hackers took coins", "Glacier"),
        ("Glacier hit by ransomware", "Glacier"),
        ("Glacier band hacks its own album", "Glacier"),
        ("Glacier thwarts hackers", "Glacier"),
        ("Glacier buys cyber firm", "Glacier"),
        ("Ice Game IV: Glacier leaks files of its boss", "Glacier"),
    ],
)
def test_a_word_is_not(text: str, name: str) -> None:
    assert not said(text, name, everyday=True)

# ruff: noqa: E501 - a case a line
"""A headline's word of every day is a gang's name where the text below goes on about the gang."""

from __future__ import annotations

import pytest

from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.matching.rules import gang_told_of
from monitor.model.article import Article
from monitor.model.match import Kind


def _alerts(name: str, title: str, body: str) -> bool:
    entity = Entity(name=name, kind=Kind.THREAT_ACTOR)
    matcher = Matcher([Watchlist(name="gangs", entities=(entity,))])
    found = matcher.match(Article(id="1", title=title, body=body))
    return any(match.alert for match in found)


@pytest.mark.parametrize(
    ("name", "title", "body"),
    [
        ("Abyss", "Abyss hits port's booking desk", "Ships queued on Monday. The extortion crew wants $2m."),
        ("Embargo", "Clinics shut as Embargo made scans public", "The gang gave them until Friday."),
        ("Cuba", "Harbour board: Cuba demands $4m", "The ransomware group had been in its files since May."),
        ("Silence", "Silence took bank's cash machines, police say", "The Russian-speaking crew began in spring."),
    ],
)  # fmt: skip
def test_the_gang_that_goes_on_below_is_the_headlines(name: str, title: str, body: str) -> None:
    assert _alerts(name, title, body)


@pytest.mark.parametrize(
    ("name", "title", "body"),
    [
        ("Cactus", "Sawmill loses its order books", "The breach came at night. Cactus has leaked 40 MB as proof."),
        ("Akira", "University police hacked", "Files were copied for months. Akira took credit for it in May."),
        ("Snatch", "Ministry's network breached", "Snatch has put two terabytes of its mail online."),
        ("Embargo", "Chemists pay a first ransom", "Embargo claims it took 1.4 terabytes from them."),
        ("Interlock", "Clinic's intrusion was in May", "Patients' data was published by Interlock."),
        ("Nova", "Laboratory hacked", "Nova, the gang which broke in, wants more."),
        ("Play", "Ransomware shuts town hall", "The group, Play, has given it until Friday."),
        ("Cloak", "Agency named on leak site", "Cloak says time is up and offers 134GB of files."),
    ],
)  # fmt: skip
def test_who_takes_credit_for_a_breach_is_a_gang(name: str, title: str, body: str) -> None:
    assert _alerts(name, title, body)


@pytest.mark.parametrize(
    ("name", "title", "body"),
    [
        ("Hive", "Dairy's computers off since Monday", "The break-in left a ransom letter in the printers. Hive asked for $3m by Friday."),
        ("Qilin", "Brewery takes orders by fax after hack", "Its data is online, and the note was signed by Qilin."),
        ("Black Basta", "Two homes searched in Lviv", "The hackers cracked passwords for Black Basta, Europol said."),
        ("Royal", "Phones of the town hall are off", "Hackers locked its servers. The ransom note was from Royal."),
    ],
)  # fmt: skip
def test_who_acts_in_a_text_about_a_break_in_is_a_gang(name: str, title: str, body: str) -> None:
    assert _alerts(name, title, body)


@pytest.mark.parametrize(
    ("name", "title", "body"),
    [
        ("Hive", "Ransom hackers exploit old flaws", "Admins should update Hive tables before data is stolen."),
        ("Silence", "Hackers demand ransom for patients' data", "Nurses were met by silence. Silence fell over the ward."),
        ("Everest", "Guide's climbing data stolen by hackers", "He reached Everest base camp in May; police took a ransom note."),
    ],
)  # fmt: skip
def test_in_such_a_text_a_thing_and_a_place_are_none(name: str, title: str, body: str) -> None:
    assert not _alerts(name, title, body)


@pytest.mark.parametrize(
    ("name", "title", "body"),
    [
        ("Cuba", "A census in the Caribbean", "Cuba published data on its harvest."),
        ("Royal", "Hackers at the door of banks", "The documents were handed to Royal guards."),
        ("Embargo", "Grain rots in ports", "The embargo took effect. Embargo papers were lost."),
        ("Cuba", "Cuba says its banks were robbed by hackers", "The gang is thought to be abroad."),
        (
            "Silence",
            "Silence on stolen files: ministry under fire",
            "The hackers got in two years ago.",
        ),
        ("Lynx", "Lynx confirms breach of bookings", "The extortion group Rhysida claims it."),
        ("Royal", "Thieves copy keys of Royal hotels", "The gang gave nothing back."),
        ("Abyss", "The abyss hits back: a diver's tale", "The extortion crew of her novel fails."),
    ],
)
def test_a_victim_and_a_word_are_not(name: str, title: str, body: str) -> None:
    assert not _alerts(name, title, body)


def test_what_a_text_tells_is_looked_for_once_however_often_it_names_somebody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    class Counted:
        def search(self, text: str) -> None:
            asked.append(text)

    monkeypatch.setattr(gang_told_of, "_AFFAIR", (Counted(),))
    assert not _alerts("Qilin", "A zoo", "by Qilin. " * 50)
    assert len(asked) == 1

# ruff: noqa: RUF001 - a Russian name among them
"""Invisible characters: inside a name they hide it, at its edge they end a word."""

from __future__ import annotations

import pytest

from monitor.config.schema import Entity, Query, Watchlist
from monitor.matching.matcher import Matcher
from monitor.model.article import Article
from monitor.model.match import Kind

MATCHER = Matcher(
    [
        Watchlist(
            name="w",
            entities=(
                Entity(name="APT31", kind=Kind.THREAT_ACTOR),
                Entity(name="Zhao Guangzong", kind=Kind.PERSON),
                Entity(name="Ni Gaobin", kind=Kind.PERSON, fuzzy=True),
                Entity(name="Electoral Commission", kind=Kind.ORGANISATION),
                Entity(name="Владимир Путин", kind=Kind.PERSON),
                Entity(name="Jane Example", kind=Kind.PERSON),
            ),
            queries=(Query(name="q", query='"purple harbour"'),),
        )
    ]
)


def found(body: str) -> list[str]:
    matches = MATCHER.match(Article(id="a", body=body))
    mentions = [mention for match in matches for mention in match.mentions]
    assert all(body[mention.start : mention.end] == mention.text for mention in mentions)
    return [mention.text for mention in mentions]


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("The group x\u200bAPT31 did it", ["APT31"]),
        ("The group 2J\u202eAPT31", ["APT31"]),
        ("The group APT31\u200bx", ["APT31"]),
        ("By a\u2067APT31\u2069b, they say", ["APT31"]),
        ("By APT31\u200bAPT31", ["APT31", "APT31"]),
        ("x\u200b\u200e\u200bAPT31\u200fx", ["APT31"]),
        ("seen\u200bZhao\u200bGuangzong\u200btoday", ["Zhao\u200bGuangzong"]),
        ("the\u200bElectoral Commission\u200bsaid", ["Electoral Commission"]),
        ("он\u200bВладимир Путин\u200bи", ["Владимир Путин"]),
        ("say\u200bpurple harbour\u200bnow", ["purple harbour"]),
    ],
)
def test_at_the_edge_of_a_name_they_end_a_word(body: str, names: list[str]) -> None:
    assert found(body) == names


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("The group AP\u200bT31 did it", ["AP\u200bT31"]),
        ("The group A\u200bP\u200bT\u200b3\u200b1 did it", ["A\u200bP\u200bT\u200b3\u200b1"]),
        ("seen Zh\u200bao Guang\u202ezong today", ["Zh\u200bao Guang\u202ezong"]),
        ("seen Jane Maria Exam\u200bple today", ["Jane Maria Exam\u200bple"]),
        ("seen Ni Ga\u200bobing today", ["Ni Ga\u200bobing"]),
        ("the Elec\u2060toral Com\u00admission said", ["Elec\u2060toral Com\u00admission"]),
        ("видели Влади\u200bмира Пу\u200bтина вчера", ["Влади\u200bмира Пу\u200bтина"]),
        ("制裁赵\u200b光\u200b宗和", ["赵\u200b光\u200b宗"]),
        ("say pur\u200bple har\u200bbour now", ["pur\u200bple har\u200bbour"]),
    ],
)
def test_inside_a_name_they_hide_nothing(body: str, names: list[str]) -> None:
    assert found(body) == names


@pytest.mark.parametrize(
    "body",
    [
        "The group x\u00adAPT31 did it",  # a soft hyphen is a place within a word
        "The group x\u2060APT31 did it",  # a word joiner joins
        "The group xAPT31 did it",
        "The group x\u200b \u2060yAPT31",
    ],
)
def test_what_joins_does_not_end_a_word(body: str) -> None:
    assert found(body) == []


def test_a_megabyte_of_invisible_characters_is_no_matter() -> None:
    assert found("a\u200b" * 500_000 + "APT31 did it") == ["APT31"]
    assert found("APT31" + "\u200b" * 1_000_000 + "x did it") == ["APT31"]

"""Names in Latin letters in Chinese characters: around a dot, and behind an office."""

from __future__ import annotations

import pytest

from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.matching.spelling.han_sounds import said_in_han
from monitor.matching.spelling.spellings_heard import distance_of
from monitor.model.article import Article
from monitor.model.match import Kind, Match


def match(name: str, text: str) -> Match | None:
    """What an article says of a watched person."""
    watched = Watchlist(name="w", entities=(Entity(name=name, kind=Kind.PERSON),))
    found = Matcher([watched]).match(Article(id="1", title="", body=text, language="zh"))
    return found[0] if found and found[0].alert else None


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("trump", "特朗普"),
        ("putin", "普京"),
        ("starmer", "斯塔默"),
        ("albanese", "阿尔巴尼斯"),
        ("guterres", "古特雷斯"),
        ("stoltenberg", "斯托尔滕贝格"),
        ("rubio", "鲁比奥"),
        ("mandelson", "曼德尔森"),
        ("vladimir", "弗拉基米尔"),
    ],
)
def test_how_characters_sound(name: str, written: str) -> None:
    assert distance_of(name, said_in_han(written)) <= 1
    assert distance_of("wilson", said_in_han(written)) > 2


@pytest.mark.parametrize(
    ("name", "text", "mention"),
    [
        ("Donald Trump", "总统唐纳德·特朗普宣布加征关税。", "唐纳德·特朗普"),
        ("Ursula von der Leyen", "乌尔苏拉·冯德莱恩批评管制。", "乌尔苏拉·冯德莱恩"),
        ("Martin Luther King", "马丁·路德·金的演讲", "马丁·路德·金"),
        ("Emmanuel Macron", "法国总统马克龙周四抵达。", "马克龙"),
        ("Robert Müller", "罗伯特・米勒离开法院。", "罗伯特・米勒"),
    ],
)
def test_a_name_is_found_where_it_stands(name: str, text: str, mention: str) -> None:
    found = match(name, text)
    assert found is not None
    assert [each.text for each in found.mentions] == [mention]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Donald Trump", "唐纳德·特朗普森出任校长。"),
        ("Donald Trump", "特朗普森总统来了。"),
        ("Donald Trump", "唐纳德·图斯克抵达华沙。"),
        ("John Roberts", "约翰·罗伯逊赢得比赛。"),
        ("Elon Musk", "埃隆大学宣布扩建。"),
        ("Theresa May", "首相梅花开了。"),
    ],
)
def test_another_name_is_not(name: str, text: str) -> None:
    assert match(name, text) is None


def test_a_text_of_dots_and_offices_ends() -> None:
    watched = Watchlist(
        name="w", entities=tuple(Entity(name=f"Anna Berg{n}", kind=Kind.PERSON) for n in "abcd")
    )
    text = "总统特朗普·" * 5_000
    assert not Matcher([watched]).match(Article(id="1", title="", body=text))

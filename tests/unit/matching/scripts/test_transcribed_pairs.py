"""Two words beside each other in scripts that write what is heard: met once, and again."""

from __future__ import annotations

import pytest

from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.matching.scripts import transcribed_words
from monitor.model.article import Article
from monitor.model.match import Kind

NAME, OTHER = "블라디미르 푸틴", "블라디미르 대통령"


def _compiled(*names: str) -> Matcher:
    entities = tuple(Entity(name=n, kind=Kind.PERSON) for n in names or ("Vladimir Putin",))
    return Matcher([Watchlist(name="people", entities=entities)])


def _found(matcher: Matcher, text: str) -> list[str]:
    article = Article(id="1", title="", body=text, language="ko")
    return [mention.text for match in matcher.match(article) for mention in match.mentions]


def test_two_words_that_are_nobodys_do_not_hide_the_name_they_are_of() -> None:
    matcher = _compiled()
    assert _found(matcher, OTHER) == []
    assert _found(matcher, OTHER) == []
    assert _found(matcher, f"{OTHER} {NAME}") == [NAME]


def test_a_name_is_found_each_time() -> None:
    matcher = _compiled()
    assert [_found(matcher, f"{NAME} {OTHER}") for _ in range(3)] == [[NAME]] * 3


def test_the_same_words_the_other_way_round_are_another_pair() -> None:
    # Of each word a name begins and another one ends with it, so that both pairs are asked for.
    matcher = _compiled("Vladimir Martinov", "Martinov Schulz", "Clarence Vladimir")
    assert _found(matcher, "마르티노프 블라디미르") == []
    assert _found(matcher, "블라디미르 마르티노프") == ["블라디미르 마르티노프"]


def test_more_pairs_than_are_remembered_hide_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcribed_words, "_REMEMBERED", 2)
    matcher = _compiled()
    nobodys = [f"블라디미르 {word}" for word in ("대통령", "장관", "총리", "의원", "시장", "감독")]
    for text in (*nobodys, ". ".join(nobodys)):
        assert _found(matcher, text) == []
        assert _found(matcher, f"{text}. {NAME}") == [NAME]

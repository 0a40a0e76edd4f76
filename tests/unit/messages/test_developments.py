"""What is new in a story in words, and the sentence that proves it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.messages.developments import development_words
from monitor.messages.render import render_alert
from monitor.model.article import Article
from monitor.model.development import (
    Development,
    HeadlineChanged,
    NamesEntities,
    NoLongerNames,
    OfficialSource,
    SeverityRose,
    ToldInWords,
    WatchlistJoined,
    from_json,
    to_json,
)
from monitor.model.match import Severity
from tests.support.alerts import alert, mention

KINDS: list[tuple[Development, str]] = [
    (NamesEntities(("Smith, John", "APT31"), 3), "it now names Smith, John, APT31 and 3 more"),
    (SeverityRose(Severity.LOW, Severity.HIGH), "its severity rose from low to high"),
    (OfficialSource("www.ncsc.gov.uk"), "an official source reports it: www.ncsc.gov.uk"),
    (HeadlineChanged("A; b", "C"), "its headline is now “C”, and was “A; b”"),
    (NoLongerNames("APT31", "It was APT31."),
     "it no longer names APT31, of whom it said “It was APT31.”"),
    (WatchlistJoined("Elections"), "it concerns Elections, too"),
    (ToldInWords("something else"), "something else"),
]  # fmt: skip


@pytest.mark.parametrize(("development", "words"), KINDS)
def test_every_kind_is_stored_and_has_words(development: Development, words: str) -> None:
    assert from_json(to_json(development)) == development
    assert development_words([development]) == words


def test_all_that_is_new_makes_one_sentence() -> None:
    assert development_words(()) == ""
    first, second = KINDS[1], KINDS[2]
    assert development_words([first[0], second[0]]) == f"{first[1]}; {second[1]}"
    lists = [WatchlistJoined(each) for each in ("A", "B", "C")]
    assert development_words([*lists, first[0]]) == f"{first[1]}; it concerns A, B and C, too"


@pytest.mark.parametrize(("new", "old"), [("APT31", "AP"), ("Zhao Guangzong", "Zhao")])
def test_the_proof_is_of_who_is_new_and_of_nobody_whose_name_is_like_it(new: str, old: str) -> None:
    """With AP watched as well, "it now names APT31" is not proved by what AP reports."""
    text = f"The agency {old} was told by diplomats. Ministers then blamed {new} for it."
    mentions = (mention(old, old, text, "summary"), mention(new, new, text, "body"))
    article = Article(id="1", title="A headline", summary=text, body=text)
    told = replace(
        alert(),
        article=article,
        match=replace(alert().match, mentions=mentions),
        development=(NamesEntities((new,)),),
    )
    message = render_alert(told, timezone="UTC")
    quotes = [line for line in message.text.splitlines() if line.startswith('  "')]
    assert quotes[0] == f'  "Ministers then blamed *{new}* for it."'

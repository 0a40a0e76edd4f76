"""Whether a feed is of the trade of hackers, by its name, tags and addresses."""

from __future__ import annotations

import pytest

from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.matching.rules.trade_sources import source_of_trade
from monitor.model.article import Article
from monitor.model.match import Kind


@pytest.mark.parametrize(
    "article",
    [
        Article(id="1", outlet="The Hacker News"),
        Article(id="1", feed_name="Cyber daily"),
        Article(id="1", feed_tags=("news", "ransomware")),
        Article(id="1", url="https://news.example.com/cybersecurity/2026/town-hall"),
        Article(id="1", feed="https://www.example.com/infosec/feed.xml"),
    ],
)
def test_a_source_of_the_trade(article: Article) -> None:
    assert source_of_trade(article)


@pytest.mark.parametrize(
    "article",
    [
        Article(id="1", outlet="Hackney Gazette", feed_name="London news"),
        Article(id="1", url="https://example.com/life/ten-hacks-for-a-cyber-monday"),
        Article(id="1", feed_tags=("security council", "chapters")),
        Article(id="1"),
    ],
)
def test_any_other_source(article: Article) -> None:
    assert not source_of_trade(article)


@pytest.mark.parametrize(("feed", "alerts"), [("Ransomware watch", True), ("Evening news", False)])
def test_a_bare_headline_is_understood_by_where_it_stands(feed: str, alerts: bool) -> None:
    watched = Watchlist(name="w", entities=(Entity(name="Akira", kind=Kind.THREAT_ACTOR),))
    title = "Town hall weeks after Akira listing"
    found = Matcher([watched]).match(Article(id="1", title=title, feed_name=feed))
    assert any(match.alert for match in found) is alerts


def test_a_word_of_every_day_is_a_word_there_too() -> None:
    watched = Watchlist(name="w", entities=(Entity(name="Play", kind=Kind.THREAT_ACTOR),))
    article = Article(id="1", title="Play it safe: update today", feed_name="Cyber daily")
    assert not any(match.alert for match in Matcher([watched]).match(article))

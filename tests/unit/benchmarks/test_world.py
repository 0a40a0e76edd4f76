"""The benchmarks' news must cost what real news does: read as articles, and alert as planned."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.world import ONE_IN, World, feed, page
from monitor.articles.page import read_page
from monitor.config.load import load_config
from monitor.feeds.parse import parse
from monitor.matching.matcher import Matcher
from monitor.model.article import Article

NOW = datetime(2024, 3, 25, 15, 30, tzinfo=UTC)


def test_a_feed_lists_its_own_articles_as_news_of_the_last_hour() -> None:
    parsed = parse(feed(3, 30, "http://news.test", NOW), url="http://news.test/feed/3")
    assert not parsed.problems
    links = {entry.link for entry in parsed.entries}
    assert links == {f"http://news.test/article/{number}" for number in range(90, 120)}
    assert all(
        entry.published is not None and (NOW - entry.published).total_seconds() < 3600
        for entry in parsed.entries
    )


def test_a_page_is_of_an_ordinary_size_and_gives_its_article_without_the_menus() -> None:
    for number in (0, 1, 2):
        html = page(number)
        read = read_page(html, url="http://news.test/article")
        assert 5_000 < len(html) < 15_000
        assert len(read.text) > 1_000
        assert read.language == "en"
        assert "Section 3" not in read.text
        assert "Read more" not in read.text


def test_one_article_in_fifty_alerts_and_no_other(tmp_path: Path) -> None:
    config = World("http://127.0.0.1:1", 4, 25, 0).write_config(tmp_path)
    assert tomllib.loads(config.read_text("utf-8"))["feeds"][3]["url"].endswith("/feed/3")
    matcher = Matcher(load_config(config, env={}).config.watchlists)
    alerting = []
    for number in range(2 * ONE_IN):
        read = read_page(page(number), url="http://news.test/article")
        article = Article(id="", title=read.title, summary="", body=read.text)
        if any(match.alert for match in matcher.match(article)):
            alerting.append(number)
    assert alerting == [0, ONE_IN]

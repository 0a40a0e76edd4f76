"""Why was I (not) told? Every place where an article's way can end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.cli.trace import in_words
from monitor.service.json_values import plain
from monitor.service.trace import traced
from tests.support.clock import MONDAY
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.slack import Behaviour, SlackServer
from tests.support.story import QUIET, news, serve_story
from tests.support.web import WebWorld, article_html, rss


@pytest.fixture
def follow(product: Product) -> Any:
    def run(url: str) -> dict[str, Any]:
        runtime = product.ctx.runtime
        with product.db.read() as connection:
            found = traced(connection, url, runtime.config, runtime.matcher)
        words = in_words(found, "Europe/London")
        report: dict[str, Any] = plain(found, timezone="Europe/London")
        assert words.splitlines()[0].casefold() == report["verdict"].casefold() + "."
        return report | {"words": words}

    return run


async def test_what_was_told_is_followed_to_the_end(
    product: Product, web: WebWorld, slack: SlackServer, follow: Any
) -> None:
    serve_story(web, "hack")
    web.serve("/feed", rss([news(web, "hack")]))
    await product.start(web.url("/feed"))
    await product.round()
    report = follow(web.url("/hack") + "?utm_source=newsletter")
    assert report["found"]
    assert report["verdict"] == "told to slack (2024-03-25 15:30)"
    [listed] = report["feeds"]
    assert (listed["url"], listed["first_seen"]) == (web.url("/feed"), MONDAY)
    assert report["article"]["text_source"] == "page"
    [watchlist] = report["watchlists"]
    assert watchlist["alert"]
    assert [mention["entity"] for mention in watchlist["mentions"]] == ["APT31"]
    [delivery] = watchlist["deliveries"]
    assert (delivery["channel"], delivery["status"], delivery["sent"]) == ("slack", "sent", MONDAY)
    assert "Officials named the group as APT31" in report["words"]


async def test_a_delivery_that_fails_says_what_the_service_said(
    product: Product, web: WebWorld, slack: SlackServer, follow: Any
) -> None:
    serve_story(web, "hack")
    web.serve("/feed", rss([news(web, "hack")]))
    slack.always(Behaviour(503, "down for maintenance"))
    await product.start(web.url("/feed"))
    await product.round()
    report = follow(web.url("/hack"))
    assert report["verdict"] == "an alert was made and is on its way to slack"
    assert "slack: failed, due" in report["words"]


async def test_what_names_nobody_says_so(product: Product, web: WebWorld, follow: Any) -> None:
    serve_story(web, "road", list(QUIET))
    web.serve("/feed", rss([news(web, "road")]))
    await product.start(web.url("/feed"))
    await product.round()
    assert follow(web.url("/road"))["verdict"] == "not told: it names nothing that is watched"


async def test_a_score_below_the_threshold_is_shown_beside_it(
    product: Product, web: WebWorld, slack: SlackServer, follow: Any
) -> None:
    serve_story(web, "hack")
    web.serve("/feed", rss([news(web, "hack")]))
    toml = config_toml([web.url("/feed")], slack=slack.endpoint)
    await product.start(toml=toml.replace("channels = ", "alert_at = 99\nchannels = ", 1))
    await product.round()
    report = follow(web.url("/hack"))
    [watchlist] = report["watchlists"]
    assert 0 < watchlist["score"] < 99
    assert report["verdict"] == f"not told: it scores {watchlist['score']:g}, below what alerts"
    assert "is below the 99 that alerts" in report["words"]


async def test_a_channel_for_graver_news_only_is_named(
    product: Product, web: WebWorld, slack: SlackServer, follow: Any
) -> None:
    serve_story(web, "hack")
    web.serve("/feed", rss([news(web, "hack")]))
    toml = config_toml([web.url("/feed")], slack=slack.endpoint)
    await product.start(toml=toml.rstrip() + '\nmin_severity = "critical"\n')
    await product.round()
    report = follow(web.url("/hack"))
    assert report["verdict"] == "not told: no channel takes alerts of its severity"
    assert "slack: not told, it is told from severity critical on" in report["words"]


async def test_a_watchlist_for_some_feeds_sees_those(
    product: Product, web: WebWorld, slack: SlackServer, follow: Any
) -> None:
    serve_story(web, "hack")
    web.serve("/feed", rss([news(web, "hack")]))
    toml = config_toml([web.url("/feed")], slack=slack.endpoint)
    toml = toml.replace("[[feeds]]\n", '[[feeds]]\ntags = ["uk"]\n')
    toml = toml.replace("channels = ", 'feeds = ["uk"]\nchannels = ', 1)
    await product.start(toml=toml)
    await product.round()
    [watchlist] = follow(web.url("/hack"))["watchlists"]
    assert [mention["entity"] for mention in watchlist["mentions"]] == ["APT31"]


async def test_old_news_of_a_new_feed_is_said_to_be_held_back(
    product: Product, web: WebWorld, follow: Any
) -> None:
    old = news(web, "hack", title="APT31 blamed", published=MONDAY - timedelta(days=9))
    web.serve("/feed", rss([old]))
    await product.start(web.url("/feed"))
    await product.round()
    assert "it was already old news" in follow(web.url("/hack"))["verdict"]


async def test_a_watchlist_made_later_says_that_it_would_alert_today(
    product: Product, web: WebWorld, slack: SlackServer, follow: Any
) -> None:
    serve_story(web, "hack")
    web.serve("/feed", rss([news(web, "hack")]))
    toml = config_toml([web.url("/feed")], slack=slack.endpoint)
    await product.start(toml=toml.replace('name = "APT31"', 'name = "Turla"'))
    await product.round()
    await product.start(toml=toml)
    assert "today it would alert" in follow(web.url("/hack"))["verdict"]


async def test_an_unknown_address_leads_to_the_feeds_of_its_site(
    product: Product, web: WebWorld, follow: Any
) -> None:
    web.fail("/feed", 500)
    await product.start(web.url("/feed"))
    await product.round()
    report = follow(web.url("/never-listed"))
    assert not report["found"]
    assert "cannot be read" in report["verdict"]
    assert "failing" in report["words"]
    assert "none is of its site" in follow("https://elsewhere.example/news")["verdict"]


async def test_an_article_is_found_where_its_link_led_to(
    product: Product, web: WebWorld, follow: Any
) -> None:
    page = article_html("Headline moved", QUIET, canonical="/clean?utm_source=x")
    web.serve("/amp/clean", page)
    web.redirect("/short", "/amp/clean")
    web.serve("/feed", rss([news(web, "short")]))
    await product.start(web.url("/feed"))
    await product.round()
    for path in ("/short", "/clean", "/clean?utm_medium=y"):
        report = follow(web.url(path))
        assert report["article"]["url"] == web.url("/short")
        assert f"listed as {web.url('/short')}, which leads to https" in report["words"]
    assert not follow(web.url("/other"))["found"]
    # Who is listed at an address comes before whoever says to be there.
    serve_story(web, "clean")
    web.serve("/feed", rss([news(web, "short"), news(web, "clean")]))
    product.clock.advance(minutes=20)
    await product.round()
    assert follow(web.url("/clean"))["article"]["url"] == web.url("/clean")

"""The whole path in one process: a real web, a real database, Slack's protocol, a still clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from monitor.model.article import TextSource
from monitor.model.delivery import DeliveryStatus
from monitor.model.feed import FeedState
from monitor.pipeline.events import Faulted
from monitor.pipeline.poll import poll
from monitor.store import articles, feeds
from tests.support.clock import MONDAY
from tests.support.feed_words import why
from tests.support.product import Product
from tests.support.program import WATCHLIST, config_toml
from tests.support.slack import Behaviour, SlackServer, rate_limited
from tests.support.story import QUIET, STORY, news, serve_story
from tests.support.web import WebWorld, rss

PRIVATE = "[polling]\nallow_private_networks = true\n"


async def test_a_mention_in_the_body_becomes_one_message(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([news(web, "hack"), news(web, "road")]), etag='"1"')
    serve_story(web, "hack")
    serve_story(web, "road", QUIET)
    await product.start(web.url("/feed"))
    await product.round()
    [post] = slack.messages
    text = str(post.payload)
    assert "Headline hack" in text
    assert web.url("/hack") in text
    assert "*APT31*" in text
    assert "Officials named the group as" in text
    assert "Westminster" in text
    await product.round()
    assert len(slack.messages) == 1
    assert [step.outcome for step in product.polled] == ["ok", "unchanged"]
    assert web.requests("/feed")[1].headers["If-None-Match"] == '"1"'
    assert len(web.requests("/hack")) == 1


async def test_an_unchanged_body_without_validators_is_not_parsed_again(
    product: Product, web: WebWorld
) -> None:
    web.serve("/feed", rss([]))
    await product.start(web.url("/feed"))
    await product.round()
    await product.round()
    assert [step.outcome for step in product.polled] == ["ok", "unchanged"]


async def test_two_entries_of_the_same_second_both_alert(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([news(web, "one"), news(web, "two")]))
    serve_story(web, "one")
    serve_story(web, "two")
    await product.start(web.url("/feed"))
    await product.round()
    assert len(slack.messages) == 2


async def test_two_feeds_that_list_one_page_alert_once(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/a", rss([news(web, "story")]))
    web.serve("/b", rss([news(web, "story", guid="other", title="The same, shorter")]))
    serve_story(web, "story")
    await product.start(web.url("/a"), web.url("/b"))
    await product.round()
    assert len(slack.messages) == 1


@pytest.mark.parametrize("trouble", ["missing", "forbidden", "empty", "binary"])
async def test_without_its_page_the_feeds_own_text_is_matched_and_says_so(
    product: Product, web: WebWorld, slack: SlackServer, trouble: str
) -> None:
    web.serve("/feed", rss([news(web, "story", summary="APT31 was blamed by ministers.")]))
    if trouble == "forbidden":
        web.fail("/story", 403)
    elif trouble == "empty":
        web.serve("/story", b"<html><body><div id=app></div></body></html>")
    elif trouble == "binary":
        web.serve("/story", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, content_type="image/png")
    await product.start(web.url("/feed"))
    await product.round()
    [read] = product.reads
    assert read.article.text_source is TextSource.FEED
    assert read.article.text_note
    [post] = slack.messages
    assert "feed's own text" in str(post.payload).replace("\\", "")


async def test_a_page_that_could_not_be_had_is_tried_again_and_alerts_once(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([news(web, "story")]))
    web.fail("/story", 503)
    await product.start(web.url("/feed"))
    await product.round()
    assert slack.messages == []
    product.clock.advance(minutes=6)
    await product.round()
    serve_story(web, "story")
    product.clock.advance(minutes=31)
    await product.round()
    assert len(slack.messages) == 1
    product.clock.advance(hours=9)
    await product.round()
    assert len(slack.messages) == 1
    # Once more to see whether it was corrected.
    assert len(web.requests("/story")) == 4


async def test_a_feed_with_the_full_text_needs_no_page(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    long = "".join(f"<p>{line}</p>" for line in [*STORY, *QUIET * 15])
    web.serve("/feed", rss([news(web, "story", content=long)]))
    await product.start(web.url("/feed"))
    await product.round()
    assert len(slack.messages) == 1
    assert web.requests("/story") == []


async def test_a_watchlist_limited_to_a_feed_sees_what_another_feed_listed_first(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/general", rss([news(web, "story")]))
    web.serve("/security", rss([news(web, "story", guid="s")]))
    serve_story(web, "story")
    limited = WATCHLIST.replace('name = "Westminster"', 'name = "Westminster"\nfeeds = ["cyber"]')
    toml = config_toml([web.url("/general")], slack=slack.endpoint, watchlist=limited)
    toml += f'\n[[feeds]]\nurl = "{web.url("/security")}"\ntags = ["cyber"]\n'
    await product.start(toml=toml)
    await poll(product.ctx, (await first_feed(product, "/general")).id)
    await product.round()
    assert len(slack.messages) == 1


async def first_feed(product: Product, path: str) -> FeedState:
    states = await product.ctx.look(feeds.everything)
    found: FeedState = next(state for state in states if state.url.endswith(path))
    return found


async def test_one_broken_feed_stops_no_other(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/html", b"<!doctype html><title>Hello</title><p>not a feed")
    web.serve("/empty", b"")
    web.serve("/nonsense", b"\x00\x01\x02 nothing of use")
    web.fail("/gone", 410)
    web.fail("/busy", 429, retry_after=7200)
    web.fail("/error", 500)
    web.redirect("/loop", "/loop")
    web.reset("/reset")
    bad = ["/html", "/empty", "/nonsense", "/gone", "/busy", "/error", "/loop", "/reset", "/none"]
    web.serve("/good", rss([news(web, "story")]))
    serve_story(web, "story")
    # Who says "later" says it for the whole host, so that one goes by another name.
    hosts = {"/busy": "localhost"}
    await product.start(*(web.url(path, host=hosts.get(path)) for path in [*bad, "/good"]))
    await product.round()
    assert len(slack.messages) == 1
    states = {
        state.url.rpartition("/")[2]: state for state in await product.ctx.look(feeds.everything)
    }
    assert states["good"].last_error is None
    for path in bad:
        state = states[path[1:]]
        assert state.failures == 1
        assert state.last_error, path
        assert "Traceback" not in state.last_error
    assert "HTML" in str(states["html"].last_error)
    assert states["gone"].stopped
    assert states["busy"].next_poll is not None
    assert states["busy"].next_poll >= MONDAY + timedelta(hours=2)
    await product.round()
    assert len(web.requests("/gone")) == 1


async def test_a_failed_message_is_tried_again_until_it_arrives(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([news(web, "story")]))
    serve_story(web, "story")
    slack.next(Behaviour(500, "server_error"), rate_limited(120))
    await product.start(web.url("/feed"))
    await product.round()
    product.clock.advance(minutes=1)
    await product.round()
    product.clock.advance(seconds=119)
    await product.round()
    assert slack.messages == []
    product.clock.advance(minutes=2)
    await product.round()
    assert len(slack.messages) == 1
    assert [step.status for step in product.delivered] == [
        DeliveryStatus.FAILED,
        DeliveryStatus.FAILED,
        DeliveryStatus.SENT,
    ]


async def test_after_a_429_the_channel_is_left_alone(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    names = ["one", "two", "three"]
    web.serve("/feed", rss([news(web, name) for name in names]))
    for name in names:
        serve_story(web, name)
    slack.next(rate_limited(300))
    await product.start(web.url("/feed"))
    await product.round()
    assert len(slack.posts) == 1
    product.clock.advance(minutes=11)
    await product.round()
    assert len(slack.messages) == 3


async def test_without_channels_the_console_is_told(product: Product, web: WebWorld) -> None:
    web.serve("/feed", rss([news(web, "story")]))
    serve_story(web, "story")
    await product.start(toml=config_toml([web.url("/feed")]))
    await product.round()
    printed = product.console.getvalue()
    assert "Headline story" in printed
    assert "APT31" in printed


async def test_a_hostile_article_harms_neither_the_others_nor_the_message(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    title = "<!channel> *x* {{ 7*7 }} \u202e APT31" + "A" * 10_000
    web.serve(
        "/feed",
        rss(
            [news(web, "evil", title=title, summary="APT31 *was* <@U1> named."), news(web, "story")]
        ),
    )
    web.serve("/evil", b"<div>" * 20_000 + b"\x00APT31 " * 100)
    serve_story(web, "story")
    await product.start(web.url("/feed"))
    await product.round()
    assert len(slack.messages) == 2
    text = str([post.payload for post in slack.messages])
    assert "<!channel>" not in text
    assert "\u202e" not in text
    assert all(len(post.raw) < 40_000 for post in slack.messages)


async def test_a_channel_taken_away_and_given_back_loses_nothing(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([news(web, "story")]))
    serve_story(web, "story")
    slack.next(Behaviour(500, "server_error"))
    await product.start(web.url("/feed"))
    await product.round()
    await product.start(toml=config_toml([web.url("/feed")]))
    product.clock.advance(hours=1)
    await product.round()
    assert slack.messages == []
    await product.start(web.url("/feed"))
    await product.round()
    assert len(slack.messages) == 1


async def test_nothing_is_left_unread(product: Product, web: WebWorld) -> None:
    for n in range(40):
        serve_story(web, f"n{n}", QUIET)
    web.serve("/feed", rss([news(web, f"n{n}") for n in range(40)]))
    await product.start(web.url("/feed"))
    await product.round()
    with product.db.read() as connection:
        assert articles.unread(connection) == 0


async def test_a_feed_that_drops_entries_is_polled_more_often_and_says_so(
    product: Product, web: WebWorld
) -> None:
    web.serve("/feed", rss([news(web, "a"), news(web, "b")]))
    await product.start(web.url("/feed"), toml=None)
    await product.round()
    usual = (await first_feed(product, "/feed")).next_poll
    assert usual is not None
    product.clock.now = usual
    web.serve("/feed", rss([news(web, "y"), news(web, "z")]))
    await product.round()
    state = await first_feed(product, "/feed")
    assert state.times_dropped == 1
    assert "dropped entries" in why(state)
    assert any("unseen" in problem for problem in product.polled[-1].problems)


async def test_what_publishers_ask_for_is_kept_between_polls(
    product: Product, web: WebWorld
) -> None:
    body = rss([news(web, "a")]).replace(b"<item>", b"<ttl>120</ttl><item>", 1)
    web.serve("/feed", body, etag='"1"')
    await product.start(toml=config_toml([web.url("/feed")], polling=PRIVATE))
    for _ in range(2):
        await product.round()
        state = await first_feed(product, "/feed")
        assert state.next_poll is not None
        assert state.next_poll >= product.clock.now + timedelta(hours=2)
        assert "asks for 2 hours" in why(state)
        product.clock.now = state.next_poll
    assert product.polled[-1].outcome == "unchanged"


async def test_an_edit_that_names_somebody_alerts_once(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([news(web, "story")]))
    serve_story(web, "story", QUIET)
    await product.start(web.url("/feed"))
    await product.round()
    assert slack.messages == []
    serve_story(web, "story")
    for summary in ("Now with names.", "Now with names and more.", "Now with names."):
        product.clock.advance(minutes=20)
        web.serve("/feed", rss([news(web, "story", summary=summary)]))
        await product.round()
    assert len(slack.messages) == 1


async def test_a_fault_of_ours_with_one_feed_or_article_stops_no_other(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([news(web, "bad"), news(web, "good")]))
    web.serve("/worse", rss([]))
    serve_story(web, "bad")
    serve_story(web, "good")
    await product.start(web.url("/feed"), web.url("/worse"))
    runtime = product.ctx.runtime
    product.ctx.runtime = replace(
        runtime,
        matcher=cast("Any", Brittle(runtime.matcher)),
        fetcher=cast("Any", Brittle(runtime.fetcher)),
    )
    await product.round()
    assert ["Headline good" in str(post.payload) for post in slack.messages] == [True]
    faults = [step for step in product.steps if isinstance(step, Faulted)]
    assert {fault.what for fault in faults} == {"a poll", "a reading"}
    product.ctx.runtime = runtime
    product.clock.advance(minutes=30)
    await product.round()
    assert len(slack.messages) == 2
    assert (await first_feed(product, "/worse")).failures == 0


class Brittle:
    """A part of the runtime with a fault that only some input brings out."""

    def __init__(self, part: Any) -> None:
        self._part = part

    def match(self, article: Any) -> Any:
        if article.title == "Headline bad":
            raise RecursionError("a fault of ours")
        return self._part.match(article)

    def finds_any(self, article: Any) -> Any:
        return self._part.finds_any(article)

    async def fetch(self, url: str, **options: Any) -> Any:
        if url.endswith("/worse"):
            raise AttributeError("a fault of ours")
        return await self._part.fetch(url, **options)

"""What a feed itself says is told at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from monitor.model.article import TextSource
from monitor.model.delivery import DeliveryStatus
from monitor.model.feed import FeedState
from monitor.pipeline import feed_text
from monitor.pipeline.poll import poll
from monitor.pipeline.read import read
from monitor.store import articles, feeds
from monitor.store.articles import StoredArticle
from monitor.store.deliveries import lookups as deliveries
from tests.support.clock import MONDAY
from tests.support.product import Product
from tests.support.slack import SlackServer
from tests.support.story import QUIET, STORY, news, serve_story
from tests.support.web import WebWorld, rss


async def test_headlines_of_many_new_articles_are_told_before_their_pages_are_read(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    names = [f"n{number}" for number in range(9)]
    items = [news(web, name, title=f"APT31 blamed {name}") for name in names]
    for name in names:
        serve_story(web, name)
    web.serve("/feed", rss(items))
    await product.start(web.url("/feed"))
    [feed] = await product.ctx.look(feeds.everything)
    assert await poll(product.ctx, feed.id)
    # Those that are read at once are told with what their pages say.
    assert await pending(product) == 4
    assert web.requests("/n8") == []
    await product.round()
    assert all(len(web.requests(f"/{name}")) == 1 for name in names)
    assert len(slack.messages) == 9


@pytest.fixture
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_text, "GRACE_SECONDS", 0)


async def told_early(product: Product, feed: FeedState) -> None:
    """Poll, and wait until what the feed says is in the outbox."""
    assert await pending(product) == 0
    await poll(product.ctx, feed.id)
    await something_told(product)


async def something_told(product: Product) -> None:
    async with asyncio.timeout(120):
        while await pending(product) == 0:  # noqa: ASYNC110 - what changes is a database
            await asyncio.sleep(0.01)


@pytest.mark.usefixtures("no_grace")
async def test_what_a_feed_said_is_not_told_again_when_its_page_is_read(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    serve_story(web, "hack")
    web.serve("/feed", rss([news(web, "hack", title="APT31 blamed")]))
    await product.start(web.url("/feed"))
    [feed] = await product.ctx.look(feeds.everything)
    await told_early(product, feed)
    assert web.requests("/hack") == []
    await product.deliver()
    await product.round()
    assert len(slack.messages) == 1
    assert len(web.requests("/hack")) == 1
    [stored] = await product.ctx.look(lambda c: articles.by_ids(c, [1]))
    assert stored.article.text_source is TextSource.PAGE
    assert (stored.failed_reads, stored.revisits) == (0, 1)


async def test_where_pages_come_one_after_the_other_their_turn_is_waited_for(
    product: Product, web: WebWorld, slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_text, "LOOK_SECONDS", 0.01)
    for name in ("hack", "hang"):
        serve_story(web, name)
    web.serve("/feed", rss([news(web, name, title=f"APT31: {name}") for name in ("hack", "hang")]))
    await product.start(web.url("/feed"))
    [feed] = await product.ctx.look(feeds.everything)
    asked: list[int] = []
    early, come = product.ctx.early, True

    def is_soon(stored: StoredArticle) -> bool:
        asked.append(stored.id)
        return come

    early.has_room, early.is_soon = (lambda _: False), is_soon
    await poll(product.ctx, feed.id)
    async with asyncio.timeout(120):
        # Once when it was polled, and then again and again.
        while len(asked) < 9:  # noqa: ASYNC110 - what changes is asked by another task
            await asyncio.sleep(0.01)
    assert await pending(product) == 0
    [first, second] = await product.ctx.look(lambda c: articles.by_ids(c, [1, 2]))
    await read(product.ctx, first.id)
    assert await pending(product) == 1
    # Now they hang: the other is told of by what its feed said.
    come = False
    async with asyncio.timeout(120):
        while await pending(product) < 2:  # noqa: ASYNC110 - what changes is a database
            await asyncio.sleep(0.01)
    found = await product.ctx.look(lambda c: articles.by_ids(c, [first.id, second.id]))
    assert [each.reads for each in found] == [1, 1]
    assert [len(web.requests(f"/{name}")) for name in ("hack", "hang")] == [1, 0]


async def test_no_more_wait_for_their_turn_than_can_be_read_meanwhile(
    product: Product, web: WebWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_text, "MOST_HOPING", 2)
    names = [f"n{number}" for number in range(4)]
    web.serve("/feed", rss([news(web, name, title=f"APT31 blamed {name}") for name in names]))
    await product.start(web.url("/feed"))
    [feed] = await product.ctx.look(feeds.everything)
    early = product.ctx.early
    early.has_room, early.is_soon = (lambda _: False), (lambda _: True)
    await poll(product.ctx, feed.id)
    assert await pending(product) == 2
    early.close()


@pytest.mark.usefixtures("no_grace")
async def test_what_a_page_adds_to_what_its_feed_said_is_a_development(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    serve_story(web, "hack", (*STORY, "Officials also accused Zhao Guangzong of taking part."))
    web.serve("/feed", rss([news(web, "hack", title="APT31 blamed")]))
    await product.start(web.url("/feed"))
    [feed] = await product.ctx.look(feeds.everything)
    await told_early(product, feed)
    await product.deliver()
    product.clock.advance(minutes=20)
    await product.round()
    assert len(slack.messages) == 2
    assert "it now names Zhao Guangzong" in str(slack.messages[1].payload)


@pytest.mark.usefixtures("no_grace")
async def test_what_a_feed_said_while_its_page_was_being_read_is_told_once(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    serve_story(web, "hack")
    web.serve("/feed", rss([news(web, "hack", title="APT31 blamed")]))
    await product.start(web.url("/feed"))
    [feed] = await product.ctx.look(feeds.everything)
    now = product.clock()
    await poll(product.ctx, feed.id)
    [stored] = await product.ctx.look(lambda c: articles.to_read(c, now, 9, set()))
    await something_told(product)
    # As it was looked up before.
    await read(product.ctx, stored.id)
    await product.round()
    assert len(slack.messages) == 1
    assert len(web.requests("/hack")) == 1


@pytest.mark.usefixtures("no_grace")
async def test_a_name_that_an_edit_brings_is_told_before_the_page_is_read_again(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    serve_story(web, "road", QUIET)
    web.serve("/feed", rss([news(web, "road")]))
    await product.start(web.url("/feed"))
    await product.round()
    assert slack.messages == []
    web.serve("/feed", rss([news(web, "road", title="APT31 blamed after all")]))
    product.clock.advance(hours=2)
    [feed] = await product.ctx.look(feeds.everything)
    await told_early(product, feed)
    assert len(web.requests("/road")) == 1
    await product.round()
    assert len(slack.messages) == 1


async def test_old_news_of_a_new_feed_is_not_told_by_what_the_feed_says(
    product: Product, web: WebWorld
) -> None:
    old = MONDAY - timedelta(days=90)
    names = [f"n{number}" for number in range(9)]
    web.serve("/feed", rss([news(web, n, title=f"APT31 in {n}", published=old) for n in names]))
    await product.start(web.url("/feed"))
    [feed] = await product.ctx.look(feeds.everything)
    await poll(product.ctx, feed.id)
    assert await pending(product) == 0
    assert product.reads == []


async def pending(product: Product) -> int:
    counts = await product.ctx.look(deliveries.counts)
    return int(counts[DeliveryStatus.PENDING])

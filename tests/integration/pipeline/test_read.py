"""Which text an article is matched by, and when it is read again."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from string import ascii_lowercase
from urllib.parse import quote

from monitor.model.article import Article, TextSource
from monitor.pipeline.full_text import MAX_READS, READ_OFTEN, READ_OFTEN_FOR, left_alone
from monitor.pipeline.read import read
from monitor.store import articles
from monitor.store.articles import StoredArticle
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.reading import poll_only, waiting
from tests.support.slack import SlackServer
from tests.support.story import QUIET, news, serve_story
from tests.support.web import WebWorld, article_html, rss


async def test_each_edit_has_all_tries_for_its_page(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    serve_story(web, "story", QUIET)
    await product.start(web.url("/feed"))
    for letter in "abcd":
        if letter == "d":
            web.fail("/story", 503)
        web.serve("/feed", rss([news(web, "story", title=f"Headline {letter}")]))
        await product.round()
        product.clock.advance(minutes=20)
    assert slack.messages == []
    serve_story(web, "story")
    await product.round()
    assert len(slack.messages) == 1


async def test_a_page_that_is_published_after_its_feed_lists_it_is_read_once_it_is_there(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([news(web, "early"), news(web, "gone"), news(web, "never")]))
    web.fail("/early", 404)
    web.fail("/gone", 410)
    web.fail("/never", 404)
    await product.start(web.url("/feed"))
    await product.round()
    assert slack.messages == []
    asked = [len(web.requests("/never"))]
    for hours in (1, 24, 72):
        if hours == 24:
            serve_story(web, "early")
            serve_story(web, "gone")
        for _ in range(3 * hours):
            product.clock.advance(minutes=20)
            await product.round()
        asked.append(len(web.requests("/never")))
    read_with_page = {each.article.url for each in product.reads
                      if each.article.text_source is TextSource.PAGE}  # fmt: skip
    assert read_with_page == {web.url("/early"), web.url("/gone")}
    assert len(slack.messages) == 2
    assert asked == [1, 3, 7, 7]


async def test_a_page_that_was_there_and_is_not_any_more_is_not_asked_for_again(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    serve_story(web, "story", QUIET)
    web.serve("/feed", rss([news(web, "story", title="Ministers to speak")]))
    await product.start(web.url("/feed"))
    await product.round()
    web.fail("/story", 404)
    web.serve("/feed", rss([news(web, "story", title="Ministers have spoken")]))
    for _ in range(12):
        product.clock.advance(hours=2)
        await product.round()
    assert len(web.requests("/story")) == 2


async def test_an_edit_made_during_a_reading_is_read_next(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    page_may_come = threading.Event()
    web.serve("/feed", rss([news(web, "story", title="Ministers to speak")]))
    web.serve("/story", article_html("Ministers to speak", QUIET), hold=page_may_come)
    await product.start(web.url("/feed"))
    await poll_only(product)
    [stored] = await waiting(product)
    reading = asyncio.create_task(read(product.ctx, stored.id))
    await asyncio.to_thread(web.wait_for, "/story")
    product.clock.advance(seconds=5)
    web.serve("/feed", rss([news(web, "story", title="Ministers blame APT31 for the attack")]))
    await poll_only(product)
    page_may_come.set()
    await reading
    assert slack.messages == []
    await product.round()
    assert [read.article.title for read in product.reads] == [
        "Ministers to speak",
        "Ministers blame APT31 for the attack",
    ]
    assert len(slack.messages) == 1


async def test_a_live_blog_is_matched_at_each_edit_and_its_page_asked_for_now_and_then(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    serve_story(web, "live", QUIET)
    await product.start(web.url("/feed"))

    async def edit(*titles: str) -> None:
        for title in titles:
            web.serve("/feed", rss([news(web, "live", title=f"Live: {title}")]))
            await product.round()
            product.clock.advance(seconds=30)

    await edit(*ascii_lowercase[:MAX_READS])
    asked = len(product.reads)
    assert asked == len(web.requests("/live")) == MAX_READS
    await edit("b", "c")
    assert len(web.requests("/live")) == asked
    assert "20 times already" in (product.reads[-1].article.text_note or "")
    # What its page said is not unsaid, and what the feed says is told at once.
    assert QUIET[0] in product.reads[-1].article.body
    await edit("APT31 blamed for attack on Parliament")
    assert len(web.requests("/live")) == asked
    assert len(slack.messages) == 1
    # Nor does what is told without its page take its turns.
    [live] = await product.ctx.look(partial(articles.by_ids, article_ids=[1]))
    assert live.reads == asked
    assert await product.ctx.look(partial(articles.still_unread, reads={1: asked})) == []
    await product.ctx.store(partial(articles.record_told, stored=live))
    [live] = await product.ctx.look(partial(articles.by_ids, article_ids=[1]))
    assert live.reads == asked
    # What only the page says comes with its next turn, even if the feed changes no more.
    serve_story(web, "live", [*QUIET, "Zhao Guangzong of APT31 was charged over the attack."])
    product.clock.advance(minutes=READ_OFTEN // timedelta(minutes=1))
    await product.round()
    assert len(web.requests("/live")) == asked + 1
    assert len(slack.messages) == 2


def test_a_page_that_is_edited_for_days_is_left_alone_in_the_end() -> None:
    most = MAX_READS + READ_OFTEN_FOR // READ_OFTEN
    now = datetime(2026, 11, 29, tzinfo=UTC)
    article = Article(id="1", title="Live", fetched=now)

    def alone(reads: int, age: timedelta) -> timedelta:
        stored = StoredArticle(1, article, "", (), backfill=False, edited=True, reads=reads,
            failed_reads=0, revisits=0, next_read=now, feed_added=now, feed_urls=())  # fmt: skip
        return left_alone(stored, now + age)

    assert alone(MAX_READS - 1, timedelta()) == timedelta()
    assert alone(MAX_READS, timedelta()) == READ_OFTEN
    assert alone(MAX_READS, READ_OFTEN) == timedelta()
    assert alone(MAX_READS + 1, READ_OFTEN) == READ_OFTEN
    assert alone(most - 1, READ_OFTEN_FOR) == timedelta()
    assert alone(most, 100 * READ_OFTEN_FOR) == timedelta.max


async def test_a_search_alerts_link_is_its_articles(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    serve_story(web, "story")
    wrapped = f"https://www.google.com/url?rct=j&sa=t&url={quote(web.url('/story'), safe='')}"
    web.serve("/alerts", rss([news(web, "story", link=wrapped, guid="g")]))
    web.serve("/feed", rss([news(web, "story")]))
    await product.start(web.url("/alerts"), web.url("/feed"))
    await product.round()
    [read] = product.reads
    assert read.article.url == web.url("/story")
    assert len(web.requests("/story")) == len(slack.messages) == 1


async def test_a_page_cannot_hide_anothers_article_by_claiming_its_address(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    with WebWorld("127.0.0.2") as hostile:
        hostile.serve("/x", article_html("Nothing new", QUIET, canonical=web.url("/story")))
        hostile.redirect("/y", web.url("/story"))
        hostile.serve("/feed", rss([news(hostile, "x"), news(hostile, "y")]))
        web.serve("/feed", rss([]))
        web.serve("/story", article_html("Placeholder", QUIET))
        await product.start(hostile.url("/feed"), web.url("/feed"))
        await product.round()
        assert slack.messages == []
        serve_story(web, "story")
        web.serve("/feed", rss([news(web, "story")]))
        product.clock.advance(minutes=20)
        await product.round()
        assert len(slack.messages) == 1
        assert product.reads[-1].article.url == web.url("/story")


async def test_a_link_from_an_allowed_feed_into_its_network_is_not_followed(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    serve_story(web, "story")
    with WebWorld("127.0.0.2") as neighbour:
        serve_story(neighbour, "secret")
        web.redirect("/elsewhere", neighbour.url("/secret"))
        items = [news(web, "story"), news(neighbour, "secret"), news(web, "elsewhere")]
        web.serve("/feed", rss(items))
        feed = f'[[feeds]]\nurl = "{web.url("/feed")}"\nallow_private_networks = true\n'
        await product.start(toml=config_toml([], polling=feed))
        await product.round()
        assert neighbour.requests() == []
    notes = {read.article.url: read.article.text_note for read in product.reads}
    assert notes[web.url("/story")] is None
    assert "this machine" in (notes[neighbour.url("/secret")] or "")
    assert "redirected to" in (notes[web.url("/elsewhere")] or "")

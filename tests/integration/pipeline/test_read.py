"""Which text an article is matched by, and when it is read again."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from string import ascii_lowercase
from typing import Any, cast
from urllib.parse import quote

import pytest

from monitor.model.article import Article, TextSource
from monitor.pipeline.events import Faulted
from monitor.pipeline.full_text import MAX_READS, READ_OFTEN, READ_OFTEN_FOR, left_alone
from monitor.pipeline.poll import poll
from monitor.pipeline.read import MAX_FAULTS, read
from monitor.pipeline.workers import Workers
from monitor.store import articles, feeds, matches
from monitor.store.articles import StoredArticle
from tests.support.product import Product
from tests.support.program import POLLING, config_toml
from tests.support.slack import SlackServer
from tests.support.story import QUIET, STORY, news, serve_story
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


async def test_what_a_feed_says_is_matched_beside_a_cookie_notice(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    notice = [
        "We and our partners store and access information on your device, such as cookies.",
        "Please choose whether to accept these cookies before you go on to read the article.",
        "You can change your mind at any time in the settings at the foot of each page here.",
    ]
    content = "<p>Officials named the hackers as APT31.</p>"
    web.serve("/feed", rss([news(web, "story", summary="", content=content)]))
    serve_story(web, "story", notice)
    await product.start(web.url("/feed"))
    await product.round()
    assert len(slack.messages) == 1
    [read] = product.reads
    [match] = read.matches
    assert all(
        getattr(read.article, each.field)[each.start : each.end] == each.text
        for each in match.mentions
    )
    with product.db.read() as connection:
        assert matches.search(connection)[0].article.body == read.article.body


async def test_what_a_feed_quotes_of_the_page_is_not_said_twice(
    product: Product, web: WebWorld
) -> None:
    content = f"<p>{STORY[0]}</p><p>{STORY[1][:50]}…</p>"
    web.serve("/feed", rss([news(web, "story", content=content)]))
    serve_story(web, "story")
    await product.start(web.url("/feed"))
    await product.round()
    assert product.reads[-1].article.body.count("London has accused") == 1
    assert product.reads[-1].article.body.count("Officials named") == 1


BLAME = "Ministers named APT31 as the hackers behind the attack on Parliament."


@pytest.mark.parametrize(
    "other", [{"summary": BLAME}, {"title": "Advisory: APT31 attacks Parliament"}]
)
@pytest.mark.parametrize("page", ["forbidden", "quiet"])
async def test_the_words_of_a_second_feed_are_matched_too(
    product: Product, web: WebWorld, slack: SlackServer, page: str, other: dict[str, str]
) -> None:
    if page == "forbidden":
        web.fail("/story", 403)
    else:
        serve_story(web, "story", QUIET)
    web.serve("/a", rss([news(web, "story")]))
    web.serve("/b", rss([]))
    await product.start(web.url("/a"), web.url("/b"))
    await product.round()
    web.serve("/b", rss([news(web, "story", guid="b", **other)]))
    product.clock.advance(hours=5)
    await product.round()
    assert len(slack.messages) == 1
    product.clock.advance(hours=5)
    await product.round()
    assert len(slack.messages) == 1


async def test_the_same_words_in_a_second_feed_cost_no_second_reading(
    product: Product, web: WebWorld
) -> None:
    web.serve("/a", rss([news(web, "story")]))
    web.serve("/b", rss([]))
    serve_story(web, "story", QUIET)
    await product.start(web.url("/a"), web.url("/b"))
    await product.round()
    web.serve("/b", rss([news(web, "story", guid="b")]))
    await product.round()
    assert len(web.requests("/story")) == 1


async def test_an_edit_in_a_second_feed_is_matched_and_keeps_the_firsts_words(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    serve_story(web, "story", QUIET)
    await product.start(web.url("/a"), web.url("/b"))
    web.serve("/a", rss([news(web, "story")]))
    web.serve("/b", rss([]))
    await product.round()
    for title in ("Blame", "Blame for whom?", "Ministers blame APT31"):
        product.clock.advance(hours=1)
        web.serve("/b", rss([news(web, "story", guid="b", title=title)]))
        await product.round()
    article = product.reads[-1].article
    assert article.title == "Headline story"
    assert "for whom" not in article.body
    assert len(slack.messages) == 1


TEASER = (
    "The board met behind closed doors on Monday to discuss the invoices of APT31.",
    "Its chair left without a word to the reporters who had waited outside in the rain.",
)
TILL = "To continue reading, subscribe for one pound a week."


async def test_the_beginning_of_what_is_to_be_paid_for_is_matched_and_said_to_be_one(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    content = "<p>An invoice was missing.</p>" + "<p>The feed tells more of it.</p>" * 40
    web.serve("/feed", rss([news(web, "short"), news(web, "long", content=content)]))
    for name in ("short", "long"):
        serve_story(web, name, (*TEASER, TILL))
    await product.start(web.url("/feed"))
    await product.round()
    assert slack.messages
    for each in product.reads:
        assert each.article.text_source is TextSource.FEED
        assert each.article.text_note == "the page is behind a paywall"
        assert [mention.text for match in each.matches for mention in match.mentions] == ["APT31"]
    [long] = [each.article for each in product.reads if each.article.url == web.url("/long")]
    assert "The feed tells more" in long.body
    # Nothing is to be gained from asking again.
    product.clock.advance(hours=4)
    await product.round()
    assert len(web.requests("/long")) == 1


async def test_nobody_is_told_of_whom_a_question_for_consent_names(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    question = (
        "We and our 842 partners, APT31 among them, store information on your device.",
        "You can change your choices at any time in our privacy policy.",
        "With your consent we may measure adverts. Accept all or reject all.",
    )
    web.serve("/feed", rss([news(web, "story")]))
    serve_story(web, "story", question)
    await product.start(web.url("/feed"))
    await product.round()
    assert product.reads[0].article.text_note == "the page asks for consent first"
    assert slack.messages == []


async def test_a_page_that_asks_for_a_person_is_tried_again(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([news(web, "story")]))
    web.serve("/story", "<title>Just a moment...</title><p>Checking your browser first.", times=1)
    serve_story(web, "story")
    await product.start(web.url("/feed"))
    await product.round()
    assert "whether a person is reading" in (product.reads[0].article.text_note or "")
    product.clock.advance(minutes=6)
    await product.round()
    assert len(slack.messages) == 1


async def test_a_page_that_is_walled_off_later_keeps_its_text(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([news(web, "story")]))
    serve_story(web, "story")
    await product.start(web.url("/feed"))
    await product.round()
    serve_story(web, "story", (*TEASER, TILL))
    product.clock.advance(minutes=31)
    await product.round()
    assert len(web.requests("/story")) == 2
    last = product.reads[-1].article
    assert (last.text_source, last.text_note) == (TextSource.PAGE, "the page is behind a paywall")
    assert all(sentence in last.body for sentence in (*STORY, *TEASER))


async def test_a_feeds_selector_says_what_of_its_pages_is_the_text(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    aside = (
        "<div class='facts'><p>Among those questioned was one of APT31, a source said.</p></div>"
    )
    for name, more in (("with", aside), ("without", "")):
        page = article_html(f"Headline {name}", QUIET).decode()
        web.serve(f"/{name}", page.replace("</body>", f"{more}</body>"))
    web.serve("/feed", rss([news(web, "with"), news(web, "without")]))
    feed = f'[[feeds]]\nurl = "{web.url("/feed")}"\nselector = "article p, .facts"\n'
    only = feed.replace("article p, ", "")
    for toml in (feed, only):
        await product.start(toml=config_toml([], polling=f"{POLLING}{toml}", slack=slack.endpoint))
        await product.round()
        web.serve("/feed", rss([news(web, name, title="Anew") for name in ("with", "without")]))
    # Which of the two is read first is up to chance.
    articles_read = [read.article for read in product.reads]
    first, narrow = (each for each in articles_read if each.url == web.url("/with"))
    plain, missed = (each for each in articles_read if each.url == web.url("/without"))
    assert first.body == "\n".join(
        [*QUIET, "Among those questioned was one of APT31, a source said."]
    )
    assert (plain.body, plain.text_note) == ("\n".join(QUIET), None)
    assert narrow.body.startswith("Among those questioned")
    assert (missed.body, missed.text_source) == ("\n".join(QUIET), TextSource.PAGE)
    assert missed.text_note == 'its feed\'s selector ".facts" selects no text on it'
    assert len(slack.messages) == 1


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


class Deadly:
    """Workers in which a function ends its process, the first so many times."""

    def __init__(self, workers: Any, function: str, times: int) -> None:
        self._workers = workers
        self._function = function
        self._times = times

    def of(self, host: str, feed: int | None = None) -> Deadly:
        return self

    async def run(self, seconds: float, function: Callable[..., Any], *args: Any, **kw: Any) -> Any:
        if function.__name__ == self._function and self._times:
            self._times -= 1
            return await self._workers.run(seconds, os._exit, 3)
        return await self._workers.run(seconds, function, *args, **kw)

    run_first = run

    @property
    def one(self) -> Deadly:
        return self


class Broken:
    """A part of the runtime in which nothing works."""

    async def fetch(self, url: str, **options: Any) -> Any:
        raise AttributeError("a fault of ours")

    def match(self, article: Article) -> Any:
        raise RecursionError("a fault of ours")

    finds_any = match


async def test_a_page_that_ended_the_process_that_read_it_is_tried_again(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([news(web, "story")]))
    serve_story(web, "story")
    product.workers = Deadly(product.workers, "read_page", times=1)
    await product.start(web.url("/feed"))
    await product.round()
    assert "ended the process" in (product.reads[-1].article.text_note or "")
    assert slack.messages == []
    product.clock.advance(minutes=6)
    await product.round()
    assert len(slack.messages) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
async def test_a_page_that_takes_too_much_memory_costs_that_page_only(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/vast", "<article><p>" + "Words without an end. " * (9 * 2**20 // 22))
    serve_story(web, "story")
    summary = "Officials named APT31, who attacked Parliament."
    web.serve("/feed", rss([news(web, "vast", summary=summary), news(web, "story")]))
    product.workers = Workers(1, memory=200 * 2**20)
    await product.start(web.url("/feed"))
    await product.round()
    product.workers.close()
    notes = {read.article.url: read.article.text_note for read in product.reads}
    assert notes[web.url("/vast")] == "reading it took more than 200 MiB of memory"
    assert notes[web.url("/story")] is None
    assert len(slack.messages) == 2


async def test_an_article_whose_language_cannot_be_told_is_matched_without(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([news(web, "story", title="APT31 attacks Parliament")], language=None))
    product.workers = Deadly(product.workers, "language_of", times=9)
    await product.start(web.url("/feed"))
    await product.round()
    assert product.reads[-1].article.language is None
    assert len(slack.messages) == 1


async def test_what_cannot_be_read_for_faults_of_ours_is_matched_by_what_its_feed_says(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([news(web, "story", title="APT31 attacks Parliament")]))
    await product.start(web.url("/feed"))
    await read_in_vain(product, "fetcher")
    assert [fault.what for fault in faults(product)] == ["a reading"] * (MAX_FAULTS + 1)
    product.clock.advance(days=1)
    await product.round()
    assert len(slack.messages) == 1


async def test_what_cannot_even_be_matched_is_given_up_and_said(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([news(web, "story")]))
    await product.start(web.url("/feed"))
    await read_in_vain(product, "matcher")
    assert faults(product)[-1].what == "the last try to match an article"
    assert faults(product)[-1].where == web.url("/story")
    with product.db.read() as connection:
        assert articles.unread(connection) == 0


async def read_in_vain(product: Product, part: str) -> None:
    """Poll, and read for as long as an article is tried while a part of ours is broken."""
    runtime = product.ctx.runtime
    await poll_only(product)
    product.ctx.runtime = replace(runtime, **cast("Any", {part: Broken()}))
    for _ in range(MAX_FAULTS + 1):
        [stored] = await waiting(product)
        await read(product.ctx, stored.id)
        product.clock.advance(hours=2)
    product.ctx.runtime = runtime


def faults(product: Product) -> list[Faulted]:
    return [step for step in product.steps if isinstance(step, Faulted)]


async def poll_only(product: Product) -> None:
    """Poll the only feed, and do nothing more."""
    [feed] = await product.ctx.look(feeds.everything)
    await poll(product.ctx, feed.id)


async def waiting(product: Product) -> list[StoredArticle]:
    """What is to be read now."""
    now = product.clock()
    found: list[StoredArticle] = await product.ctx.look(
        lambda c: articles.to_read(c, now, 9, set())
    )
    return found

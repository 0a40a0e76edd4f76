"""Pages that cannot be read, and articles that cannot be matched."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from monitor.model.article import Article
from monitor.pipeline.events import Faulted
from monitor.pipeline.read import MAX_FAULTS, read
from monitor.pipeline.workers import Workers
from monitor.store import articles
from tests.support.product import Product
from tests.support.reading import poll_only, waiting
from tests.support.slack import SlackServer
from tests.support.story import news, serve_story
from tests.support.web import WebWorld, rss


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

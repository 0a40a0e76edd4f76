"""What was deleted for its age comes back neither as news nor as a second alert."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from monitor.daemon.housekeeping import keep_house
from monitor.service import database as service
from monitor.store import shrinking, tables
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.pruning import prune as prune_all
from tests.support.slack import SlackServer
from tests.support.story import QUIET, news, serve_story
from tests.support.web import WebWorld, rss

QUARTER = timedelta(days=90)


def prune(
    product: Product, *, articles: timedelta = QUARTER, matches: timedelta | None = None
) -> dict[str, int]:
    """Delete what is older than this; matches are kept for ever by default."""
    now = product.clock()
    with product.db.write() as connection:
        return prune_all(
            connection,
            articles_before=now - articles,
            matches_before=now - matches if matches else None,
        )


async def wait(product: Product, *, days: int) -> None:
    """Let time pass, with a round every ten days."""
    for _ in range(days // 10):
        product.clock.advance(days=10)
        await product.round()


async def test_what_a_feed_lists_unchanged_for_longer_than_anything_is_kept_is_told_once(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([news(web, "story")]), etag='"1"')
    serve_story(web, "story")
    await product.start(web.url("/feed"))
    await product.round()
    await wait(product, days=100)
    assert prune(product, matches=QUARTER)["articles"] == 1
    road = news(web, "road", summary="Roads.")
    web.serve("/feed", rss([news(web, "story"), road]), etag='"2"')
    await product.round()
    assert product.polled[-1].new == 1
    assert len(slack.messages) == 1


async def test_old_articles_are_no_news_to_a_new_watchlist(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([news(web, "story")]), etag='"1"')
    serve_story(web, "story", ["The Turla group was named in the report by officials today."])
    await product.start(web.url("/feed"))
    await product.round()
    await wait(product, days=100)
    assert prune(product)["articles"] == 1
    toml = config_toml([web.url("/feed")], slack=slack.endpoint)
    await product.start(toml=toml.replace('name = "APT31"', 'name = "Turla"'))
    web.serve("/feed", rss([news(web, "story"), news(web, "road", summary="Roads.")]), etag='"2"')
    await product.round()
    assert slack.messages == []


async def test_what_a_feed_lists_no_more_is_forgotten(product: Product, web: WebWorld) -> None:
    web.serve("/feed", rss([news(web, "old", summary="-"), news(web, "older", summary="-")]))
    await product.start(web.url("/feed"))
    await product.round()
    web.serve("/feed", rss([news(web, "new", summary="-")]))
    await wait(product, days=100)
    assert prune(product) == {"articles": 2, "matches": 0, "entries": 2, "stories": 0}


async def test_an_article_that_can_be_read_again_keeps_the_memory_of_its_alert(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([news(web, "story")]))
    serve_story(web, "story")
    await product.start(web.url("/feed"))
    await product.round()
    product.clock.advance(days=31)
    prune(product, matches=timedelta(days=30))
    web.serve("/feed", rss([news(web, "story", title="Headline story, corrected")]))
    await product.round()
    assert len(product.reads) == 2
    assert len(slack.messages) == 1


async def test_an_edit_of_what_was_deleted_is_read_as_a_new_article(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    serve_story(web, "list", QUIET)
    web.serve("/feed", rss([news(web, "list", title="Sanctions list")]))
    await product.start(web.url("/feed"))
    await product.round()
    await wait(product, days=100)
    assert prune(product)["articles"] == 1
    web.serve("/feed", rss([news(web, "list", title="Sanctions list: Zhao Guangzong, APT31")]))
    await product.round()
    assert len(slack.messages) == 1


def fill(product: Product, count: int) -> None:
    """So many articles of a year ago, each with a text, as their feed does not list them now."""
    then = product.clock() - timedelta(days=365)
    with product.db.write() as connection:
        [feed] = connection.execute(select(tables.feeds.c.id)).scalars()
        connection.execute(
            insert(tables.articles),
            [
                {"feed_id": feed, "title": f"t{n}", "body": f"{n} " * 2000, "fetched": then}
                for n in range(count)
            ],
        )


@pytest.mark.parametrize("is_old", [False, True])
async def test_the_file_shrinks_once_what_was_in_it_is_gone(
    product: Product, web: WebWorld, is_old: bool
) -> None:
    web.serve("/feed", rss([]))
    await product.start(web.url("/feed"))
    if is_old:
        # Made by a version that could not do so.
        with closing(sqlite3.connect(product.db.path)) as db:
            db.executescript("PRAGMA auto_vacuum = NONE; VACUUM;")
    fill(product, 3000)
    product.db.checkpoint()
    full = product.db.path.stat().st_size
    stopping = asyncio.Event()
    await keep_house(product.ctx, stopping)
    product.db.checkpoint()
    size = product.db.path.stat().st_size
    if is_old:
        assert size == full
        assert service.shrink(product.db) == full - product.db.path.stat().st_size
        size = product.db.path.stat().st_size
    assert size < full * 0.6
    assert product.db.damage() == []
    # And from then on it does by itself.
    with product.db.read() as connection:
        assert shrinking.can_shrink(connection)

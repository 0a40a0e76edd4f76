"""What a worker does now and then for a database on a server."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from monitor.daemon.housekeeping import keep_house, make_days
from monitor.service import database as service
from monitor.store import matches, tables, text_days
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.slack import SlackServer
from tests.support.story import news, serve_story
from tests.support.web import WebWorld, rss

KEPT = '[storage]\nkeep_articles = "90d"'


@pytest.fixture
def database() -> str:
    """A file has no tables by day."""
    return "postgresql"


async def begin(product: Product, web: WebWorld, slack: SlackServer, storage: str) -> None:
    web.serve("/feed", rss([news(web, "story"), news(web, "other", summary="Of roads.")]))
    serve_story(web, "story")
    serve_story(web, "other", ["A road is built, as was said today. " * 9])
    toml = config_toml([web.url("/feed")], slack=slack.endpoint)
    await product.start(toml=toml.replace("[storage]", storage))


def days(product: Product) -> list[object]:
    """Those that have a table, of the month that begins now."""
    query = text("SELECT day FROM text_days WHERE day BETWEEN :first AND :last ORDER BY day")
    first = product.clock().date()
    month = {"first": first, "last": first + timedelta(days=30)}
    with product.db.read() as connection:
        return list(connection.scalars(query, month))


def in_days(product: Product) -> int:
    with product.db.read() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM article_texts")) or 0)


@pytest.mark.parametrize("by_command", [False, True])
async def test_a_day_goes_when_it_is_too_old_and_what_was_told_keeps_its_text(
    product: Product, web: WebWorld, slack: SlackServer, by_command: bool
) -> None:
    # A day before those of other tests.
    product.clock.advance(days=-400)
    await begin(product, web, slack, KEPT)
    await make_days(product.ctx)
    made = days(product)
    assert len(made) == text_days.AHEAD + 1
    await product.round()
    assert in_days(product) == 2
    with product.db.read() as connection:
        [before] = matches.search(connection)
    web.serve("/feed", rss([]))
    product.clock.advance(days=92)
    if by_command:
        service.prune(product.db, product.ctx.runtime.config.storage, product.clock())
    else:
        await keep_house(product.ctx, asyncio.Event())
    with product.db.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM articles")) == 1
        [row] = connection.execute(select(tables.articles.c.body)).all()
        left = connection.scalars(text("SELECT day FROM text_days")).all()
        [after] = matches.search(connection)
    assert in_days(product) == 0
    assert made[0] not in left
    assert after.article == before.article
    assert row.body == before.article.body != ""


async def test_no_days_are_made_where_articles_are_kept_for_ever(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    product.clock.advance(days=-600)
    await begin(product, web, slack, KEPT.replace("90d", "forever"))
    await make_days(product.ctx)
    assert days(product) == []
    await product.round()
    assert in_days(product) == 0


async def test_what_is_being_stopped_leaves_days_for_another_time(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    product.clock.advance(days=-500)
    await begin(product, web, slack, KEPT)
    await make_days(product.ctx)
    made = days(product)
    stopping = asyncio.Event()
    stopping.set()
    product.clock.advance(days=100)
    await keep_house(product.ctx, stopping)
    product.clock.advance(days=-100)
    assert days(product) == made
    assert text_days.drop(product.db, product.clock() + timedelta(days=9)) >= len(made)

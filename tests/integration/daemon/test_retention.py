"""What was deleted for its age comes back neither as news nor as a second alert."""

from __future__ import annotations

from datetime import timedelta

from monitor.store import upkeep
from tests.support.product import Product
from tests.support.program import config_toml
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
        return upkeep.prune(
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

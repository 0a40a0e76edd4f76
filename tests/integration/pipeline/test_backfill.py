"""What of a feed that is read for the first time is news, and what was already old."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.model.hold import HeldReason
from monitor.pipeline.backfill import BACKFILL
from monitor.store import matches
from tests.support.clock import MONDAY
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.slack import SlackServer
from tests.support.story import STORY, news, serve_story
from tests.support.web import Item, WebWorld, article_html, rss


async def test_a_first_poll_does_not_flood(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    old = [
        news(web, f"old{n}", published=MONDAY - timedelta(days=2 + n), summary="APT31 did it.")
        for n in range(30)
    ]
    web.serve("/feed", rss([*old, news(web, "new", summary="APT31 did it again.")]))
    serve_story(web, "new")
    await product.start(web.url("/feed"))
    await product.round()
    [post] = slack.messages
    assert "Headline new" in str(post.payload)
    with product.db.read() as connection:
        stored = matches.search(connection, limit=100)
    assert len(stored) == 31
    assert {each.held for each in stored} == {None, BACKFILL}
    assert web.requests("/old1") == []


async def test_what_comes_later_alerts_however_old_it_claims_to_be(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([]))
    await product.start(web.url("/feed"))
    await product.round()
    late = [
        news(web, "ancient", published=datetime(1970, 1, 1, tzinfo=UTC)),
        news(web, "undated", published=None),
        news(web, "future", published=datetime(2099, 1, 1, tzinfo=UTC)),
    ]
    for name in ("ancient", "undated", "future"):
        serve_story(web, name)
    web.serve("/feed", rss(late))
    await product.round()
    assert len(slack.messages) == 3
    with product.db.read() as connection:
        times = {each.article.title: each.article.published for each in matches.search(connection)}
    assert times["Headline future"] is None


async def test_an_undated_entry_of_a_first_poll_is_dated_by_its_page(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve(
        "/feed", rss([news(web, "fresh", published=None), news(web, "stale", published=None)])
    )
    for name, when in (("fresh", MONDAY - timedelta(hours=1)), ("stale", MONDAY - timedelta(9))):
        page = article_html(f"Headline {name}", STORY)
        meta = f'<meta property="article:published_time" content="{when.isoformat()}">'
        web.serve(f"/{name}", page.replace(b"<head>", b"<head>" + meta.encode(), 1))
    await product.start(web.url("/feed"))
    await product.round()
    assert [("fresh" in str(post.payload)) for post in slack.messages] == [True]


@pytest.mark.parametrize("dated_by", ["feed", "page"])
async def test_a_feed_that_fails_for_days_at_first_still_owes_their_news(
    product: Product, web: WebWorld, slack: SlackServer, dated_by: str
) -> None:
    web.fail("/feed", 503)
    await product.start(web.url("/feed"))
    await product.round()
    product.clock.advance(days=3)
    times = {"old": MONDAY - timedelta(days=2), "new": MONDAY + timedelta(hours=3)}
    items = []
    for name, when in times.items():
        if dated_by == "feed":
            items.append(news(web, name, published=when, summary="APT31 was blamed by ministers."))
            serve_story(web, name)
        else:
            items.append(news(web, name, published=None))
            page = article_html(f"Headline {name}", STORY).decode()
            meta = f'<meta property="article:published_time" content="{when.isoformat()}">'
            web.serve(f"/{name}", page.replace("<head>", f"<head>{meta}", 1).encode())
    web.serve("/feed", rss(items))
    await product.round()
    assert ["Headline new" in str(post.payload) for post in slack.messages] == [True]


async def test_a_feed_added_while_the_clock_was_ahead_is_not_old_news_as_a_whole(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.fail("/feed", 503)
    product.clock.advance(days=400)
    await product.start(web.url("/feed"))
    product.clock.now = MONDAY
    web.serve("/feed", rss([news(web, "story")]))
    serve_story(web, "story")
    await product.round()
    assert len(slack.messages) == 1


@pytest.mark.parametrize("published", [None, MONDAY])
async def test_old_news_that_another_feed_lists_now_is_news(
    product: Product, web: WebWorld, slack: SlackServer, published: datetime | None
) -> None:
    web.serve("/known", rss([]))
    await product.start(web.url("/known"))
    await product.round()
    web.serve("/added", rss([blame(web, published=None)]))
    await product.start(web.url("/known"), web.url("/added"))
    await product.round()
    assert slack.messages == []
    web.serve("/known", rss([blame(web, guid="other", published=published)]))
    await product.round()
    assert len(slack.messages) == 1


async def test_old_news_stays_old_under_another_guid_or_in_another_new_feed(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    old = MONDAY - timedelta(days=3)
    web.serve("/feed", rss([blame(web, published=old)]))
    await product.start(web.url("/feed"))
    await product.round()
    web.serve("/feed", rss([blame(web, guid="changed", published=old)]))
    await product.round()
    web.serve("/added", rss([blame(web, guid="x", published=old, summary="APT31 again.")]))
    await product.start(web.url("/feed"), web.url("/added"))
    await product.round()
    assert slack.messages == []


async def test_an_edit_that_names_somebody_in_old_news_is_news(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    old = MONDAY - timedelta(days=3)
    titles = ("Sanctions list", "The sanctions list", "The sanctions list: APT31 added")
    await product.start(web.url("/feed"))
    for title in (*titles, *titles):
        web.serve("/feed", rss([news(web, "list", title=title, published=old)]))
        await product.round()
        product.clock.advance(days=1)
    assert len(slack.messages) == 1


async def test_an_edit_of_old_news_does_not_tell_the_names_it_had(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    old = MONDAY - timedelta(days=3)
    await product.start(web.url("/feed"))
    for title in ("APT31 attacks Parliament", "APT31 attacks Parliament, MPs say"):
        web.serve("/feed", rss([news(web, "story", title=title, published=old)]))
        await product.round()
        product.clock.advance(hours=1)
    assert len(product.reads) == 2
    assert {read.held for read in product.reads} == {HeldReason.BACKFILL}
    assert slack.messages == []
    title = "APT31 and Zhao Guangzong attack Parliament"
    web.serve("/feed", rss([news(web, "story", title=title, published=old)]))
    await product.round()
    assert len(slack.messages) == 1


def blame(web: WebWorld, **changes: Any) -> Item:
    """An item whose headline names somebody."""
    return news(web, "story", title="APT31 attacks Parliament", **changes)


def archive(web: WebWorld, count: int, guid: str = "a") -> list[Item]:
    """Entries of the years before, all naming whom we watch."""
    return [
        news(
            web, f"old{number}", guid=f"{guid}{number}", summary="APT31 did it.",
            published=MONDAY - timedelta(days=100 + number),
        )
        for number in range(count)
    ]  # fmt: skip


async def test_an_archive_dumped_into_a_known_feed_is_kept_and_noticed_but_not_told(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([news(web, "known")]))
    serve_story(web, "known")
    toml = config_toml([web.url("/feed")], slack=slack.endpoint, operations=True)
    await product.start(toml=toml)
    await product.round()
    assert len(slack.messages) == 1
    fresh = news(web, "fresh", published=MONDAY + timedelta(minutes=50))
    serve_story(web, "fresh")
    web.serve("/feed", rss([fresh, news(web, "known"), *archive(web, 600)]))
    product.clock.advance(hours=1)
    await product.round()
    told = [str(post.payload) for post in slack.messages[1:]]
    assert len(told) == 2
    assert any("lists 601 entries at once" in each for each in told)
    assert any("Headline fresh" in each for each in told)
    assert web.requests("/old1") == []
    with product.db.read() as connection:
        assert matches.count(connection, MONDAY - timedelta(days=1)) == 602


async def test_entries_under_other_ids_are_the_same_and_noticed_once_a_day(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss(archive(web, 550)))
    toml = config_toml([web.url("/feed")], slack=slack.endpoint, operations=True)
    await product.start(toml=toml)
    for poll in range(4):
        web.serve("/feed", rss(archive(web, 550, guid=f"{poll}-")))
        await product.round()
        product.clock.advance(hours=2)
    told = [str(post.payload) for post in slack.messages]
    assert len(told) == 1
    assert "550 entries that it did not list before, 0 of them articles" in told[0]
    with product.db.read() as connection:
        assert matches.count(connection, MONDAY - timedelta(days=1)) == 550

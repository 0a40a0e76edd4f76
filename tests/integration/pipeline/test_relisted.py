"""Feeds that list what is known under other ids and addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.databases import BOTH
from tests.support.newsroom import poll_and_read
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.slack import SlackServer
from tests.support.web import HTML, Item, WebWorld, article_html, item, rss

database = BOTH

TOWNS = ["Lorne", "Ardmoor", "Pelham", "Stromvik", "Kessel", "Vando"]


def page(web: WebWorld, path: str, town: str) -> None:
    text = f"Investigators in {town} named APT31 as the group that took the council's files."
    web.serve(path, article_html(f"Theft in {town}", [text, "The council would not comment."]))


def lists(
    product: Product, web: WebWorld, site: str, *, days: int = 9, dated: bool = True
) -> list[Item]:
    """What a site lists: a report a town, each so many days older than the one before."""
    items = []
    for number, town in enumerate(TOWNS):
        page(web, f"/{site}/{number}", town)
        at = product.clock() - timedelta(days=days * number, hours=1)
        entry = item(
            f"Theft in {town}", link=web.url(f"/{site}/{number}"), guid=f"{site}-{number}",
            published=at if dated else None, summary=f"What is known of {town}.",
        )  # fmt: skip
        items.append(entry)
    web.serve("/feed", rss(items))
    return items


def listed_at(web: WebWorld, site: str, items: Sequence[Item]) -> list[Item]:
    """The same under another site's addresses and ids."""
    moved = []
    for number, each in enumerate(items):
        page(web, f"/{site}/{number}", TOWNS[number])
        moved.append(replace(each, link=web.url(f"/{site}/{number}"), guid=f"{site}-{number}"))
    web.serve("/feed", rss(moved))
    return moved


async def look(product: Product, web: WebWorld) -> None:
    await poll_and_read(product, web.url("/feed"))
    await product.deliver()


async def begin(product: Product, web: WebWorld, slack: SlackServer) -> None:
    toml = config_toml([web.url("/feed")], slack=slack.endpoint, group_by="article")
    await product.start(toml=toml)
    await look(product, web)


@pytest.mark.parametrize("dated", [True, False])
async def test_a_site_that_moves_tells_nothing_again(
    product: Product, web: WebWorld, slack: SlackServer, dated: bool
) -> None:
    web.serve("/feed", rss([]))
    await begin(product, web, slack)
    items = lists(product, web, "old", dated=dated)
    await look(product, web)
    assert len(slack.messages) == len(TOWNS)
    # For an hour there is only a page that says so.
    product.clock.advance(hours=1)
    web.serve("/feed", b"<!doctype html><p>We are moving house.</p>", content_type=HTML)
    await look(product, web)
    for days, site in enumerate(("new", "newer"), start=1):
        product.clock.advance(days=days)
        listed_at(web, site, items)
        await look(product, web)
    assert len(slack.messages) == len(TOWNS)


async def test_what_was_old_when_a_site_moved_is_no_news(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    items = lists(product, web, "old")
    await begin(product, web, slack)
    assert len(slack.messages) == 1
    product.clock.advance(days=3)
    # The archive is longer now, and one report comes late.
    moved = listed_at(web, "new", items)
    for town, days in (("Obermoos", 99), ("Tarrin", 20)):
        page(web, f"/new/{town}", town)
        at = product.clock() - timedelta(days=days)
        moved.append(
            item(f"Theft in {town}", link=web.url(f"/new/{town}"), guid=town, published=at)
        )
    web.serve("/feed", rss(moved))
    await look(product, web)
    assert ["Tarrin" in str(post.payload) for post in slack.messages] == [False, True]


async def test_what_is_new_when_a_site_moved_is_told(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    items = lists(product, web, "old")
    await begin(product, web, slack)
    # Before the last reading, but not listed then.
    late = product.clock() - timedelta(hours=3)
    product.clock.advance(hours=1)
    moved = listed_at(web, "new", items)
    page(web, "/new/fresh", "Obermoos")
    fresh = item("Theft in Obermoos", link=web.url("/new/fresh"), guid="fresh", published=late)
    # The first of them says more than it did.
    moved[0] = replace(moved[0], summary="Police now look for Zhao Guangzong, they said.")
    web.serve("/feed", rss([fresh, *moved]))
    await look(product, web)
    told = [str(post.payload) for post in slack.messages[1:]]
    assert len(told) == 2
    assert any("Obermoos" in each for each in told)
    assert any("Zhao Guangzong" in each for each in told)


async def test_alike_entries_that_follow_each_other_are_all_read(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([]))
    await begin(product, web, slack)
    today = product.clock().replace(hour=0)
    for batch in range(3):
        product.clock.advance(minutes=30)
        items = []
        for number in range(4):
            name = f"notice-{batch}-{number}"
            page(web, f"/{name}", TOWNS[number])
            items.append(
                item("Security notice", link=web.url(f"/{name}"), guid=name, published=today)
            )
        web.serve("/feed", rss(items))
        await look(product, web)
    assert len(slack.messages) == 12


async def test_two_with_one_headline_and_day_are_two(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    items = lists(product, web, "old", days=0)
    await begin(product, web, slack)
    told = len(slack.messages)
    product.clock.advance(minutes=30)
    for number in range(2):
        page(web, f"/more/{number}", TOWNS[number])
        items[number] = replace(
            items[number], link=web.url(f"/more/{number}"), guid=f"more-{number}"
        )
    web.serve("/feed", rss(items))
    await look(product, web)
    # Two are too few to say that the feed lists its articles anew.
    assert len(slack.messages) == told + 2

"""A grave story breaks: feeds that may tell more of it are asked more often for an hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.model.feed import FeedState, PollReasonKind
from monitor.pipeline.poll import poll
from monitor.store import feeds
from tests.support.databases import BOTH
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.slack import SlackServer
from tests.support.story import news
from tests.support.web import WebWorld, rss

database = BOTH

POLLING = "[polling]\nallow_private_networks = true\n"
NAMED = "Hackers of APT31 are behind the attack on parliament, ministers say"


async def begin(product: Product, web: WebWorld, slack: SlackServer, title: str) -> None:
    web.serve("/ledger", rss([news(web, "hack", title=title)]))
    web.serve("/herald", rss([]))
    web.serve("/kyodo", rss([]))
    toml = config_toml([], slack=slack.endpoint, polling=POLLING)
    for path, own in (("/ledger", ""), ("/herald", ""), ("/kyodo", 'interval = "30m"\n')):
        toml += f'\n[[feeds]]\nurl = "{web.url(path)}"\ntags = ["uk"]\n{own}'
    await product.start(toml=toml)
    await product.round()


def states(product: Product) -> dict[str, FeedState]:
    with product.db.read() as connection:
        return {each.url.rsplit("/", 1)[1]: each for each in feeds.everything(connection)}


async def test_feeds_that_share_its_tags_are_asked_as_often_as_allowed_for_an_hour(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await begin(product, web, slack, NAMED)
    [_] = slack.messages
    told = product.clock()
    after = states(product)
    near, own = after["herald"], after["kyodo"]
    assert near.next_reason.kind is PollReasonKind.BREAKING
    assert near.breaking_until == told + timedelta(hours=1)
    assert near.next_poll is not None
    assert near.next_poll - told <= timedelta(minutes=6)
    assert own.breaking_until is None

    product.clock.advance(minutes=6)
    await poll(product.ctx, near.id)
    assert states(product)["herald"].next_reason.kind is PollReasonKind.BREAKING
    product.clock.advance(minutes=60)
    await poll(product.ctx, near.id)
    assert states(product)["herald"].next_reason.kind is not PollReasonKind.BREAKING


async def test_a_poll_that_was_under_way_when_the_story_broke_puts_none_off(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await begin(product, web, slack, NAMED)
    near = states(product)["herald"]
    product.clock.advance(minutes=6)
    await poll(product.ctx, near.id, claimed=replace(near, breaking_until=None))
    assert states(product)["herald"].next_reason.kind is PollReasonKind.BREAKING


async def test_only_feeds_that_may_be_asked_more_often_are_looked_at(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await begin(product, web, slack, NAMED)
    now = product.clock()

    def looked_at(minutes: int) -> set[str]:
        with product.db.read() as connection:
            found = feeds.not_watched_closely(connection, now + timedelta(minutes=minutes))
        return {each.url.rsplit("/", 1)[1] for each in found}

    assert looked_at(60) == {"kyodo"}
    assert looked_at(61) == {"kyodo", "ledger", "herald"}
    web.fail("/kyodo", 503)
    await poll(product.ctx, states(product)["kyodo"].id)
    assert looked_at(60) == set()


async def test_what_alerts_nobody_changes_nothing(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await begin(product, web, slack, "The road to the station is to be resurfaced")
    assert all(each.breaking_until is None for each in states(product).values())

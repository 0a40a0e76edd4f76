"""Channels that fail, are switched off or mended, and who is told of it."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.model.delivery import DeliveryStatus
from monitor.pipeline.notices import feed_incidents
from tests.support.databases import BOTH
from tests.support.delivering import publish
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.slack import Behaviour, SlackServer
from tests.support.story import news
from tests.support.web import WebWorld, rss

database = BOTH


async def test_a_weekend_switched_off_costs_no_message(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    slack.always(Behaviour(503, "down"))
    await publish(product, web, "one")
    await product.deliver()
    product.clock.advance(days=3)
    await product.deliver()
    assert [each.status for each in product.delivered] == [DeliveryStatus.FAILED] * 2
    slack.always(Behaviour())
    product.clock.advance(minutes=16)
    await product.deliver()
    assert len(slack.messages) == 1


async def test_an_incident_is_told_even_when_that_fails_at_first(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.fail("/feed", 410)
    toml = config_toml([web.url("/feed")], slack=slack.endpoint, operations=True)
    await product.start(toml=toml)
    await product.round()

    def crash(connection: Any) -> Any:
        assert feed_incidents(connection, product.clock()) is not None
        raise RuntimeError("the process dies before the notice is written")

    with pytest.raises(RuntimeError):
        await product.ctx.notify_of(crash)
    await product.ctx.notify_of(lambda c: feed_incidents(c, product.clock()))
    await product.ctx.notify_of(lambda c: feed_incidents(c, product.clock()))
    await product.deliver()
    assert len(slack.messages) == 1


async def test_a_dead_service_gets_single_messages_until_it_takes_one(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await publish(product, web, *(f"n{number}" for number in range(25)))
    slack.always(Behaviour(503, "down"))
    await product.deliver()
    assert len(slack.posts) == 3
    await product.deliver()
    assert len(slack.posts) == 3
    tried = []
    for _ in range(40):
        product.clock.advance(minutes=1)
        before = len(slack.posts)
        await product.deliver()
        tried.append(len(slack.posts) - before)
    assert max(tried) == 1
    assert 5 <= sum(tried) <= 9
    slack.always(Behaviour())
    product.clock.advance(minutes=15)
    await product.deliver()
    assert len(slack.messages) == 1
    # What was refused meanwhile does not wait for its own next turn.
    await product.deliver()
    await product.deliver()
    assert len(slack.messages) == 25


async def test_a_dead_service_stays_known_over_a_restart_and_is_tried_at_once(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await publish(product, web, *(f"n{number}" for number in range(9)))
    slack.always(Behaviour(503, "down"))
    await product.deliver()
    deliverer = product.ctx.deliverer
    assert await deliverer.begin() == 0
    await product.deliver()
    assert len(slack.posts) == 4


async def test_a_channel_whose_settings_were_mended_is_tried_as_a_new_one(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await publish(product, web, *(f"n{number}" for number in range(9)))
    slack.always(Behaviour(404, "no_service"))
    await product.deliver()
    # The others were not thrown after the one that a removed webhook has refused for good.
    assert len(slack.posts) == 1
    slack.always(Behaviour())
    previous = product.ctx.runtime.config
    await product.ctx.deliverer.reconfigured(previous)
    await product.deliver()
    assert slack.messages == []
    toml = config_toml([web.url("/feed")], slack=slack.endpoint).replace("TOKENBBBB", "TOKENDDDD")
    await product.start(toml=toml)
    await product.ctx.deliverer.reconfigured(previous)
    await product.deliver()
    assert len(slack.messages) == 8


async def test_one_message_that_is_always_refused_does_not_block_the_others(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await publish(product, web, "poison")
    slack.next(*[Behaviour(503, "rollup_error")] * 6)
    for _ in range(6):
        await product.deliver()
        product.clock.advance(minutes=16)
    assert len(slack.posts) == 6
    web.serve("/feed", rss([news(web, "one", title="APT31 blamed one")]))
    await product.read()
    slack.next(Behaviour(503, "rollup_error"))
    await product.deliver()
    product.clock.advance(minutes=1)
    await product.deliver()
    product.clock.advance(minutes=15)
    await product.deliver()
    await product.deliver()
    assert len(slack.messages) == 2


async def test_operators_are_told_of_a_channel_that_fails_and_when_it_is_well_again(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    toml = config_toml([web.url("/feed")], slack=slack.endpoint)
    toml += '\n[operations]\nchannels = ["console"]\n'
    web.serve("/feed", rss([news(web, "one", title="APT31 blamed one")]))
    await product.start(toml=toml)
    await product.read()
    slack.always(Behaviour(503, "down"))
    for _ in range(60):
        await product.deliver()
        product.clock.advance(minutes=1)
    said = product.console.getvalue()
    assert said.count("slack takes no messages") == 1
    assert "503" in said
    slack.always(Behaviour())
    product.clock.advance(minutes=16)
    await product.deliver()
    await product.deliver()
    assert product.console.getvalue().count("slack takes messages again") == 1

"""Who else has a story stands in the message that told it, where the service can change it."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.messages.render import render_alert
from monitor.model.alert import Alert
from monitor.model.delivery import DeliveryStatus, Parcel
from monitor.store import channels
from monitor.store.deliveries import claims, transitions
from monitor.store.deliveries import lookups as deliveries
from tests.support.databases import BOTH
from tests.support.newsroom import (
    GROUP,
    MEN,
    OPENING,
    WATCHED,
    Newsroom,
    deliver,
)
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.slack import BOT, RESET, Behaviour, SlackServer, api_error, rate_limited
from tests.support.web import WebWorld, article_html, item, rss

database = BOTH

STORY = (*OPENING, GROUP)
AFTERMATH = (
    "Peers asked who in London had known of the attacks by hackers that copied the data of 40 "
    "million voters. The deputy prime minister, Oliver Dowden, was silent. APT31 was named by "
    "officials, the ambassador was summoned, and sanctions against a firm in Wuhan were announced."
)


@pytest.fixture
async def newsroom(product: Product, web: WebWorld, slack: SlackServer) -> Newsroom:
    return Newsroom(product, web, slack)


async def begin(newsroom: Newsroom, **options: Any) -> None:
    """Open it with a bot for a channel; the first report is told, and a minute has passed."""
    slack = newsroom.slack
    await newsroom.open(slack_url=BOT, slack_endpoint=slack.api, **options)
    await newsroom.print("first", *STORY)
    await newsroom.wait(minutes=1)


def states(newsroom: Newsroom) -> list[deliveries.DeliveryState]:
    with newsroom.product.db.read() as connection:
        return deliveries.states(connection)


async def test_later_reports_change_the_message_and_make_none(newsroom: Newsroom) -> None:
    await begin(newsroom)
    await newsroom.print("second", *STORY)
    [shown] = newsroom.slack.shown
    assert shown.changes == 1
    assert "/second|" in shown.text
    await newsroom.wait(minutes=1)
    await newsroom.print("third", *STORY)
    await newsroom.wait(hours=50)
    [shown] = newsroom.slack.shown
    assert shown.changes == 2
    # Both, or the second would be gone from it.
    assert "/second|" in shown.text or "/third|" in shown.text
    [state] = states(newsroom)
    assert (state.status, state.edited is not None) == (DeliveryStatus.SENT, True)


async def test_what_may_be_other_news_is_no_change_but_a_message(newsroom: Newsroom) -> None:
    """Nobody's phone rings for a change."""
    await begin(newsroom)
    await newsroom.print("second", *STORY)
    await newsroom.print("other", AFTERMATH, title="Peers ask who knew of the hackers")
    await newsroom.wait(minutes=1)
    assert len(newsroom.slack.shown) == 1
    await newsroom.wait(minutes=9)
    first, listed = newsroom.slack.shown
    assert (listed.thread, listed.broadcast) == (first.ts, True)
    assert "perhaps other news" in listed.text
    assert "Peers ask" in listed.text
    # From then on that one changes.
    await newsroom.wait(minutes=1)
    await newsroom.print("third", *STORY)
    await newsroom.wait(minutes=1)
    assert [shown.changes for shown in newsroom.slack.shown] == [first.changes, 1]


async def test_what_comes_within_a_minute_is_one_change(newsroom: Newsroom) -> None:
    await begin(newsroom)
    await newsroom.print("second", *STORY)
    for name in ("third", "fourth", "fifth"):
        await newsroom.wait(seconds=10)
        await newsroom.print(name, *STORY)
    assert newsroom.slack.shown[0].changes == 1
    await newsroom.wait(seconds=31)
    [shown] = newsroom.slack.shown
    assert shown.changes == 2


async def test_forty_outlets_make_one_message_that_names_how_many(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    outlets = range(40)
    addresses = [web.url(f"/{number}/feed") for number in outlets]

    def print_story(number: int) -> None:
        headline = f"Headline {number}"
        web.serve(f"/{number}/page", article_html(headline, STORY))
        entry = item(
            headline, link=web.url(f"/{number}/page"), guid="1", published=product.clock(),
            summary="A teaser that names nobody.",
        )  # fmt: skip
        web.serve(f"/{number}/feed", rss([entry], title=f"Outlet {number}"))

    for number in outlets:
        web.serve(f"/{number}/feed", rss([], title=f"Outlet {number}"))
    toml = config_toml(
        addresses, slack=slack.api, slack_url=BOT, watchlist=WATCHED, group_by="story"
    )
    for number, address in enumerate(addresses):
        toml = toml.replace(f'url = "{address}"\n', f'url = "{address}"\nname = "O{number}"\n')
    print_story(0)
    await product.start(toml=toml)
    await product.round()
    assert "Headline 0" in slack.shown[0].text
    for number in outlets[1:]:
        print_story(number)
    product.clock.advance(minutes=1)
    await product.round()
    [shown] = slack.shown
    assert "Also in 39 outlets" in shown.text
    assert shown.changes == 1


async def test_a_development_alerts_anew_in_the_thread_and_is_what_changes_then(
    newsroom: Newsroom,
) -> None:
    await begin(newsroom)
    await newsroom.print("second", *STORY)
    await newsroom.wait(minutes=20)
    await newsroom.print("third", *STORY, MEN["Ni Gaobin"])
    first, development = newsroom.slack.shown
    assert (development.thread, development.broadcast) == (first.ts, True)
    assert "Development: it now names Ni Gaobin" in development.text
    assert "/second|" not in development.text
    await newsroom.wait(minutes=2)
    await newsroom.print("fourth", *STORY)
    assert (first.changes, development.changes) == (1, 1)
    assert "/fourth|" in development.text
    assert len(newsroom.slack.shown) == 2


async def test_a_deleted_message_is_followed_by_one_in_time(newsroom: Newsroom) -> None:
    await begin(newsroom)
    newsroom.slack.delete(newsroom.slack.shown[0])
    await newsroom.print("second", *STORY)
    await newsroom.wait(minutes=5)
    assert newsroom.slack.shown == []
    [state] = [each for each in states(newsroom) if each.follow_up]
    assert "message_not_found" in (state.last_error or "")
    with newsroom.product.db.read() as connection:
        assert channels.state(connection, "slack").failures == 0
    await newsroom.wait(minutes=5)
    [shown] = newsroom.slack.shown
    assert "Also in" in shown.text
    assert shown.thread is None
    # From now on that one is changed.
    await newsroom.print("third", *STORY)
    await newsroom.wait(minutes=2)
    [shown] = newsroom.slack.shown
    assert shown.changes == 1
    assert "/second|" in shown.text
    assert "/third|" in shown.text


@pytest.mark.parametrize(
    "behaviour", [rate_limited(90), api_error("ratelimited"), Behaviour(503, "down"), RESET]
)
async def test_a_change_is_made_when_slack_is_well_again(
    newsroom: Newsroom, behaviour: Behaviour
) -> None:
    await begin(newsroom)
    newsroom.slack.next(behaviour)
    await newsroom.print("second", *STORY)
    assert newsroom.slack.shown[0].changes == 0
    await newsroom.wait(seconds=80)
    if behaviour.headers:
        assert newsroom.slack.shown[0].changes == 0
    await newsroom.wait(seconds=90)
    [shown] = newsroom.slack.shown
    assert shown.changes == 1


async def test_a_sender_that_dies_after_a_change_changes_it_once_more(newsroom: Newsroom) -> None:
    slack, product = newsroom.slack, newsroom.product
    await newsroom.open(slack_url=BOT, slack_endpoint=slack.api)
    await newsroom.print("first", *STORY)
    await newsroom.print("second", *STORY)
    product.clock.advance(minutes=1)
    with product.db.write() as connection:
        found = claims.due_on(connection, product.clock(), "slack")
        assert [each.edits for each in found] != [None]
        [delivery] = claims.claim(connection, product.clock(), [Parcel((found[0].id,))])
    assert isinstance(delivery.content, Alert)
    assert delivery.edits is not None
    timezone = product.ctx.runtime.config.alerts.timezone
    message = render_alert(delivery.content, timezone=timezone)
    # Slack has made the change, and nobody has recorded it.
    assert product.ctx.runtime.sender.update("slack", message, delivery.edits.receipt).ok
    before = slack.shown[0].text
    with product.db.write() as connection:
        assert transitions.recover(connection, product.clock()) == 1
    await deliver(product)
    [shown] = slack.shown
    assert (shown.changes, shown.text) == (2, before)
    assert [state.status for state in states(newsroom)] == [DeliveryStatus.SENT]


async def test_a_channel_that_is_a_webhook_now_is_told_by_a_follow_up(newsroom: Newsroom) -> None:
    await begin(newsroom)
    toml = newsroom.toml(slack_endpoint=newsroom.slack.endpoint)
    await newsroom.product.start(toml=toml)
    await newsroom.print("second", *STORY)
    await newsroom.wait(minutes=2)
    assert len(newsroom.slack.shown) == 1
    posts = len(newsroom.slack.posts)
    await newsroom.wait(minutes=8)
    [follow_up] = newsroom.slack.posts[posts:]
    assert follow_up.path.startswith("/services/")
    assert "Also in" in str(follow_up.payload)


async def test_changes_neither_wait_for_a_rate_nor_for_quiet_hours(newsroom: Newsroom) -> None:
    await begin(newsroom, slack_options='rate = "1/10h"\nquiet_hours = "15:31-18:00"')
    await newsroom.print("second", *STORY)
    [shown] = newsroom.slack.shown
    assert shown.changes == 1

"""What was held back comes as one message, on real channels, whatever they answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.model.delivery import DeliveryStatus
from monitor.model.hold import Hold, HoldReason
from monitor.store.deliveries import lookups as deliveries
from monitor.store.deliveries import outbox, transitions
from monitor.store.deliveries.lookups import DeliveryState
from tests.support.clock import MONDAY
from tests.support.databases import BOTH
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.slack import RESET, Behaviour, SlackServer
from tests.support.smtp import SmtpServer
from tests.support.story import news
from tests.support.web import WebWorld, rss

database = BOTH

DIGEST = 'mode = "digest"\ndigest_at = "18:00"'
EVENING = MONDAY.replace(hour=18, minute=0)
QUIET = 'quiet_hours = "15:00-18:00"'


async def begin(product: Product, web: WebWorld, slack: SlackServer, options: str) -> None:
    web.serve("/feed", rss([]))
    toml = config_toml([web.url("/feed")], slack=slack.endpoint, slack_options=options)
    await product.start(toml=toml)


async def publish(product: Product, web: WebWorld, *names: str) -> None:
    """Put articles into the outbox whose headlines are to be told."""
    web.serve("/feed", rss([news(web, name, title=f"APT31 blamed {name}") for name in names]))
    await product.read()


def numbered(count: int, first: int = 0) -> list[str]:
    return [f"n{number:02}" for number in range(first, first + count)]


async def states(product: Product) -> list[DeliveryState]:
    found: list[DeliveryState] = await product.ctx.look(deliveries.states)
    return found


def told(slack: SlackServer) -> list[str]:
    return [str(post.payload) for post in slack.messages]


async def test_a_digest_is_one_message_at_its_time(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await begin(product, web, slack, DIGEST)
    await publish(product, web, *numbered(12))
    await product.deliver()
    assert slack.posts == []
    waiting = await states(product)
    assert {(state.hold, state.next_attempt) for state in waiting} == {
        (Hold(HoldReason.DIGEST), EVENING)
    }
    product.clock.now = EVENING
    await product.deliver()
    await product.deliver()
    [digest] = told(slack)
    assert "Digest of 25 March 2024" in digest
    assert all(f"APT31 blamed {name}" in digest for name in numbered(12))
    assert {state.status for state in await states(product)} == {DeliveryStatus.SENT}
    assert len({state.summary for state in await states(product)}) == 1
    await publish(product, web, *numbered(1, first=50))
    product.clock.advance(days=1)
    await product.deliver()
    assert "n50" in told(slack)[1]
    assert "n01" not in told(slack)[1]


async def test_a_digest_that_may_have_arrived_is_repeated_as_it_was(
    product: Product, web: WebWorld, smtp: SmtpServer
) -> None:
    web.serve("/feed", rss([]))
    toml = config_toml([web.url("/feed")], mail=smtp.channel("alice@example.org"))
    toml = toml.replace('name = "mail"\n', f'name = "mail"\n{DIGEST}\n')
    await product.start(toml=toml)
    await publish(product, web, *numbered(3))
    product.clock.now = EVENING
    smtp.next("drop-after")
    await product.deliver()
    # Too late for the digest that is under way.
    await publish(product, web, *numbered(4))
    product.clock.advance(minutes=16)
    await product.deliver()
    first, second = smtp.mails
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert first.part("plain") == second.part("plain")
    product.clock.advance(days=1)
    await product.deliver()
    assert len(smtp.mails) == 3
    assert smtp.mails[2].message["Message-ID"] != first.message["Message-ID"]
    assert "n03" in smtp.mails[2].part("plain")


async def test_a_digest_is_repeated_once_if_the_process_dies_before_it_is_recorded(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await begin(product, web, slack, DIGEST)
    await publish(product, web, *numbered(7))
    product.clock.now = EVENING
    deliverer = product.ctx.deliverer
    [delivery] = (await deliverer.claim())["slack"]
    result, _ = await deliverer._send("slack", delivery)
    assert result.ok
    deliverer._busy.clear()
    # The next start.
    with product.db.write() as connection:
        assert transitions.recover(connection, product.clock()) == 7
    for _ in range(3):
        await product.deliver()
        product.clock.advance(minutes=6)
    assert len(slack.messages) == 2
    assert told(slack)[0] == told(slack)[1]
    assert {state.status for state in await states(product)} == {DeliveryStatus.SENT}


async def test_a_digest_that_is_refused_for_good_is_dead_as_a_whole_and_can_be_replayed(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await begin(product, web, slack, DIGEST)
    await publish(product, web, *numbered(4))
    product.clock.now = EVENING
    slack.next(Behaviour(404, "no_service"))
    await product.deliver()
    found = await states(product)
    assert {state.status for state in found} == {DeliveryStatus.DEAD}
    with product.db.write() as connection:
        assert outbox.retry(connection, product.clock(), alert_id=found[0].alert_id) == 1
        assert outbox.retry(connection, product.clock()) == 3
    await product.deliver()
    assert len(slack.messages) == 2
    assert sorted("Digest of" in each for each in told(slack)) == [False, True]


@pytest.mark.parametrize(("count", "messages"), [(5, 5), (6, 1)])
async def test_what_came_in_quiet_hours_comes_as_one_message_if_it_is_much(
    product: Product, web: WebWorld, slack: SlackServer, count: int, messages: int
) -> None:
    await begin(product, web, slack, QUIET)
    await publish(product, web, *numbered(count))
    await product.deliver()
    assert slack.posts == []
    product.clock.now = EVENING
    await product.deliver()
    assert len(slack.messages) == messages
    everything = " ".join(told(slack))
    assert all(f"APT31 blamed {name}" in everything for name in numbered(count))
    assert ("This channel was quiet until 18:00" in everything) == (messages == 1)


async def test_a_rate_is_kept_and_what_is_more_comes_as_one(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await begin(product, web, slack, 'rate = "4/1h"')
    for number in range(9):
        await publish(product, web, *numbered(number + 1))
        await product.deliver()
        product.clock.advance(minutes=1)
    assert len(slack.messages) == 4
    held = [state for state in await states(product) if state.status is DeliveryStatus.PENDING]
    assert {state.hold for state in held} == {Hold(HoldReason.RATE)}
    # What was sent is in the database: a restart makes no room.
    await begin(product, web, slack, 'rate = "4/1h"')
    await product.deliver()
    assert len(slack.messages) == 4
    product.clock.now = MONDAY + timedelta(hours=1)
    await product.deliver()
    assert len(slack.messages) == 5
    summary = told(slack)[4]
    assert "This channel takes 4 messages in 1h" in summary
    assert all(f"APT31 blamed {name}" in summary for name in numbered(5, first=4))
    # The summary counts as one.
    await publish(product, web, *numbered(4, first=20))
    await product.deliver()
    assert len(slack.messages) == 5
    product.clock.advance(minutes=1)
    await product.deliver()
    assert len(slack.messages) == 6


async def test_a_retry_keeps_its_place_in_the_rate(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await begin(product, web, slack, 'rate = "2/1h"')
    slack.next(RESET, RESET)
    await publish(product, web, *numbered(2))
    await product.deliver()
    product.clock.advance(minutes=16)
    await product.deliver()
    assert len(slack.messages) == 2


async def test_what_could_not_be_delivered_for_a_day_is_told_as_one(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await begin(product, web, slack, "")
    slack.always(Behaviour(503, "down"))
    for number in range(8):
        await publish(product, web, *numbered(number + 1))
        product.clock.advance(hours=2)
        await product.deliver()
    product.clock.now = MONDAY + timedelta(hours=30)
    await product.deliver()
    product.clock.now = MONDAY + timedelta(hours=33)
    slack.always(Behaviour())
    # One to find out that the service is back, then all the others.
    for _ in range(3):
        await product.deliver()
        product.clock.advance(seconds=10)
    late, *news = sorted(told(slack), key=lambda each: "Delivered late" not in each)
    assert all(f"APT31 blamed {name}" in late for name in numbered(5))
    assert len(news) == 3
    assert {state.status for state in await states(product)} == {DeliveryStatus.SENT}


async def test_an_alert_is_given_up_after_a_week_of_tries_and_can_be_replayed(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await begin(product, web, slack, "")
    slack.always(Behaviour(503, "down"))
    await publish(product, web, "one")
    while not product.delivered or product.delivered[-1].status is DeliveryStatus.FAILED:
        # Nearly as late as counts for a daemon that was away, which is no time of tries.
        product.clock.advance(minutes=55)
        await product.deliver()
        assert product.clock() < MONDAY + timedelta(days=8)
    assert product.clock() >= MONDAY + timedelta(days=7)
    [dead] = await states(product)
    assert (dead.status, dead.last_error) == (
        DeliveryStatus.DEAD,
        product.delivered[-1].result.detail,
    )
    slack.always(Behaviour())
    with product.db.write() as connection:
        assert outbox.retry(connection, product.clock()) == 1
    await product.deliver()
    assert len(slack.messages) == 1


async def test_a_change_of_hours_counts_for_what_waits_already(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await begin(product, web, slack, DIGEST)
    await publish(product, web, *numbered(3))
    before = product.ctx.runtime.config
    toml = config_toml(
        [web.url("/feed")], slack=slack.endpoint, slack_options=DIGEST.replace("18:00", "16:00")
    )
    await product.start(toml=toml)
    await product.ctx.deliverer.reconfigured(before)
    assert {state.next_attempt for state in await states(product)} == {EVENING.replace(hour=16)}
    # What is on its way stays what it is.
    product.clock.now = EVENING.replace(hour=16)
    slack.next(Behaviour(503, "down"))
    await product.deliver()
    tried = [state.next_attempt for state in await states(product)]
    await begin(product, web, slack, "")
    await product.ctx.deliverer.reconfigured(before)
    assert [state.next_attempt for state in await states(product)] == tried


async def test_without_quiet_hours_nothing_waits_for_their_end(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await begin(product, web, slack, QUIET)
    await publish(product, web, *numbered(3))
    before = product.ctx.runtime.config
    await begin(product, web, slack, "")
    await product.ctx.deliverer.reconfigured(before)
    await product.deliver()
    assert len(slack.messages) == 3

"""One feed lists much at once: the first of it comes at once, the rest in one message."""

from __future__ import annotations

from datetime import timedelta

from monitor.model.delivery import DeliveryStatus
from monitor.model.hold import Hold, HoldReason
from monitor.pipeline.events import Delivered
from monitor.store.deliveries import bursts, lookups
from tests.support.clock import MONDAY
from tests.support.databases import BOTH
from tests.support.product import Product
from tests.support.program import POLLING, config_toml
from tests.support.slack import OK, Behaviour, SlackServer
from tests.support.story import news
from tests.support.web import WebWorld, rss

database = BOTH

SAID = "Officials named the hackers as APT31."
NEVER = POLLING + '\n[articles]\nfull_text = "never"\n'


async def begin(
    product: Product, web: WebWorld, slack: SlackServer, *feeds: str, burst: str = "2/10m"
) -> None:
    for feed in feeds:
        web.serve(feed, rss([]))
    toml = config_toml(list(map(web.url, feeds)), slack=slack.endpoint, polling=NEVER, burst=burst)
    await product.start(toml=toml)
    await product.round()


def publish(web: WebWorld, count: int, feed: str = "/feed", name: str = "story") -> None:
    items = [
        news(web, f"{name}{n}", summary=SAID, published=MONDAY, title=f"Report {name}{n}")
        for n in range(count)
    ]
    web.serve(feed, rss(items))


def told(product: Product) -> list[tuple[int, Hold | None]]:
    """How many alerts each message told, and what they had waited for."""
    return [
        (len(each.delivery.ids), each.delivery.hold)
        for each in product.steps
        if isinstance(each, Delivered) and each.status is DeliveryStatus.SENT
    ]


async def test_a_burst_is_two_messages_and_a_summary(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await begin(product, web, slack, "/feed", "/other")
    publish(web, 30)
    await product.read()
    await product.deliver()
    assert [count for count, _ in told(product)] == [1, 1]
    publish(web, 1, "/other", "urgent")
    await product.read()
    await product.deliver()
    assert "Report urgent0" in str(slack.messages[-1].payload)
    assert len(slack.messages) == 3
    # Whoever looks sees what it waits for.
    waiting = await product.ctx.look(lambda c: lookups.states(c, statuses=[DeliveryStatus.PENDING]))
    assert {each.hold and each.hold.reason for each in waiting} == {HoldReason.BURST}
    # A restart loses nothing, and hurries nothing.
    await product.ctx.deliverer.begin()
    await product.deliver()
    assert len(slack.messages) == 3
    product.clock.advance(seconds=11)
    await product.deliver()
    assert [count for count, _ in told(product)] == [1, 1, 1, 28]
    assert "28 alerts from" in str(slack.messages[-1].payload)


async def test_what_goes_on_coming_is_told_once_in_a_while(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await begin(product, web, slack, "/feed")
    for minute in range(12):
        publish(web, 5 * (minute + 1))
        await product.read()
        for _ in range(6):
            await product.deliver()
            product.clock.advance(seconds=10)
    product.clock.advance(minutes=10)
    await product.deliver()
    assert [count for count, _ in told(product)] == [1, 1, 3, 50, 1, 4]


async def test_run_once_waits_for_no_end_of_a_burst(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await begin(product, web, slack, "/feed")
    publish(web, 12)
    await product.round()
    assert [count for count, _ in told(product)] == [1, 1, 10]


async def test_run_once_does_not_repeat_a_refused_burst_at_once(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await begin(product, web, slack, "/feed")
    publish(web, 12)
    slack.next(OK, OK, *[Behaviour(500, "oops")] * 9)
    await product.round()
    counts = [len(each.delivery.ids) for each in product.delivered]
    assert counts == [1, 1, 10]


async def test_feeds_that_list_the_same_have_one_burst_between_them(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await begin(product, web, slack, "/feed", "/all")
    publish(web, 30)
    publish(web, 30, "/all")
    await product.read()
    for _ in range(12):
        await product.deliver()
        product.clock.advance(seconds=1)
    assert [count for count, _ in told(product)] == [1, 1, 28]
    # It was told as gathered of one of them, and counts as a message of both.
    since = product.clock() - timedelta(minutes=1)
    known = await product.ctx.look(lambda c: bursts.told(c, "slack", since))
    counts = sorted((len(each), sum(one.gathered for one in each)) for each in known.values())
    assert counts == [(3, 0), (3, 1)]


async def test_a_lone_story_is_told_though_its_feed_goes_on_with_what_another_lists(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await begin(product, web, slack, "/feed", "/all")
    for turn in range(5):
        publish(web, 6, "/feed", f"turn{turn}n")
        listed = [f"turn{turn}n{n}" for n in range(6)] + ["lonely"] * (turn == 2)
        items = [
            news(web, each, summary=SAID, published=MONDAY, title=f"Report {each}")
            for each in listed
        ]
        web.serve("/all", rss(items))
        await product.read()
        for seconds in (11, 289):
            await product.deliver()
            product.clock.advance(seconds=seconds)
    await product.deliver()
    assert any("lonely" in str(each.payload) for each in slack.messages)


async def test_what_is_gathered_before_quiet_hours_does_not_ring_in_them(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([]))
    begins = product.clock() + timedelta(minutes=1)
    begins -= timedelta(seconds=begins.second, microseconds=begins.microsecond)
    ends = begins + timedelta(hours=8)
    hours = f'quiet_hours = "{begins:%H:%M}-{ends:%H:%M}"'
    toml = config_toml(
        [web.url("/feed")],
        slack=slack.endpoint,
        polling=NEVER,
        burst="2/10m",
        slack_options=hours,
    )
    await product.start(toml=toml)
    await product.round()
    product.clock.advance(seconds=(begins - product.clock()).total_seconds() - 3)
    publish(web, 12)
    await product.read()
    await product.deliver()
    assert [count for count, _ in told(product)] == [1, 1]
    product.clock.advance(seconds=3)
    await product.deliver()
    assert [count for count, _ in told(product)] == [1, 1, 10]


async def test_who_wants_each_by_itself_gets_each_by_itself(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await begin(product, web, slack, "/feed", burst="off")
    publish(web, 12)
    await product.round()
    assert [count for count, _ in told(product)] == [1] * 12


async def test_nobody_keeps_anothers_report_waiting_by_listing_it(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await begin(product, web, slack, "/feed", "/other")
    publish(web, 30)
    await product.read()
    await product.deliver()
    assert len(slack.messages) == 2
    # The outlet itself lists one of those that wait.
    said = [news(web, "story17", summary=SAID, published=MONDAY, title="Report story17")]
    web.serve("/other", rss(said))
    await product.read()
    await product.deliver()
    assert len(slack.messages) == 3
    assert "Report story17" in str(slack.messages[-1].payload)
    product.clock.advance(seconds=11)
    await product.deliver()
    assert [count for count, _ in told(product)] == [1, 1, 1, 27]

"""One feed lists much at once: the first of it comes at once, the rest in one message."""

from __future__ import annotations

from monitor.model.delivery import DeliveryStatus
from monitor.model.hold import Hold, HoldReason
from monitor.pipeline.events import Delivered
from monitor.store.deliveries import lookups
from tests.support.clock import MONDAY
from tests.support.product import Product
from tests.support.program import POLLING, config_toml
from tests.support.slack import SlackServer
from tests.support.story import news
from tests.support.web import WebWorld, rss

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

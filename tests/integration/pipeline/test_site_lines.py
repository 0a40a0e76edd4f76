"""What a site puts on page after page is not what its articles are about."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from monitor.model.fate import FateKind
from monitor.pipeline.site_lines import forget_lines
from monitor.service.trace import Trace, traced
from monitor.store import articles, site_lines, upkeep
from tests.support.databases import BOTH
from tests.support.product import Product
from tests.support.slack import SlackServer
from tests.support.story import news
from tests.support.web import WebWorld, article_html, rss

database = BOTH

STANDING = "From our dossier: what we know about APT31 and Westminster"
TOPICS = ("harbour", "library", "orchard", "railway", "bakery", "museum", "tannery")


def paragraphs(topic: str) -> list[str]:
    return [
        f"The {topic} on the old square will open its doors again after eleven years of quarrels.",
        f"For the {topic} alone the council has set aside more money than for all roads.",
        STANDING,
        f"Whoever still remembers the {topic} of the nineties will not know it again, said Ruth.",
    ]


async def publish(product: Product, web: WebWorld, *topics: str) -> list[str]:
    """Have articles appear one after the other; those that matched."""
    items = []
    matched = []
    for topic in topics:
        web.serve(f"/{topic}", article_html(f"Headline {topic}", paragraphs(topic)))
        items.append(news(web, topic))
        web.serve("/feed", rss(items))
        await product.round()
        product.clock.advance(minutes=10)
        if product.reads[-1].matches:
            matched.append(topic)
    return matched


async def test_a_line_on_every_page_of_a_site_stops_to_count(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await product.start(web.url("/feed"))
    assert await publish(product, web, *TOPICS) == ["harbour", "library", "orchard"]
    last = product.reads[-1].article
    assert STANDING in last.body
    stored = await product.ctx.look(
        lambda c: [articles.by_id(c, number) for number in range(1, len(TOPICS) + 1)]
    )
    assert all(each is not None and STANDING in each.article.body for each in stored)


async def test_trace_sees_what_the_matcher_saw(product: Product, web: WebWorld) -> None:
    await product.start(web.url("/feed"))
    await publish(product, web, *TOPICS)
    runtime = product.ctx.runtime
    report = await product.ctx.look(
        lambda c: traced(c, web.url(f"/{TOPICS[-1]}"), runtime.config, runtime.matcher)
    )
    assert isinstance(report, Trace)
    assert report.verdict.kind is FateKind.NOTHING


async def test_a_page_read_again_counts_once(product: Product, web: WebWorld) -> None:
    await product.start(web.url("/feed"))
    web.serve("/harbour", article_html("Headline harbour", paragraphs("harbour")))
    for number in range(6):
        web.serve("/feed", rss([news(web, "harbour", summary=f"Edited {number} times.")]))
        await product.round()
        product.clock.advance(minutes=10)
    found = await product.ctx.look(lambda c: site_lines.memory(c, "127.0.0.1", ()))
    assert found.articles == 1
    assert product.reads[-1].matches


async def test_lines_that_a_site_has_dropped_are_forgotten(product: Product, web: WebWorld) -> None:
    await product.start(web.url("/feed"))
    await publish(product, web, "harbour")
    now = product.clock()

    async def left() -> int:
        counts = await product.ctx.look(upkeep.statistics)
        return int(counts["host_lines"])

    async def forget(days: int, *limit: int) -> bool:
        later = now + timedelta(days=days)
        return await product.ctx.store(lambda c: forget_lines(c, later, *limit))

    before = await left()
    assert before > 3
    assert not await forget(29)
    assert await left() == before
    # Looked through today: nobody looks again, whatever is there.
    assert not await forget(29)
    assert await forget(31, 2)
    assert await left() == before - 2
    assert not await forget(31)
    assert await left() == 0


async def test_lines_are_forgotten_of_one_host_after_the_other(
    product: Product, web: WebWorld
) -> None:
    await product.start(web.url("/feed"))
    now = product.clock()
    hosts = [f"{number}.example" for number in range(50)]

    def enter(connection: Connection) -> None:
        for host in hosts:
            site_lines.remember(connection, host, [1, 2], since=0, is_different=True, now=now)

    await product.ctx.store(enter)
    later = now + timedelta(days=40)
    turns = 1
    while await product.ctx.store(lambda c: forget_lines(c, later)):
        turns += 1
    assert turns == 3
    assert (await product.ctx.look(upkeep.statistics))["host_lines"] == 0
    # By a clock that was ahead; the right one does not wait for it.
    await product.ctx.store(enter)
    assert await product.ctx.store(lambda c: forget_lines(c, later - timedelta(hours=1)))

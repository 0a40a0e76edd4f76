"""One feed does not fill the disk, and nothing of a watched name is lost for that."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from monitor.articles.long_texts import LONGEST
from monitor.pipeline.notices import feed_bounds
from monitor.service.feeds import everything
from monitor.service.health import health
from monitor.store import feed_days, tables
from monitor.store.article_texts import BODY
from tests.support.databases import BOTH
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.slack import SlackServer
from tests.support.story import STORY, news
from tests.support.web import WebWorld, article_html, rss

database = BOTH

LONG = [f"Paragraph {n} of a report without end. {'Words and words. ' * 20}" for n in range(2000)]


async def begin(
    product: Product, web: WebWorld, slack: SlackServer, bounds: str = "", options: str = ""
) -> None:
    toml = config_toml([web.url("/feed")], slack=slack.endpoint, feed_options=options)
    await product.start(toml=toml.replace("[storage]", f"[storage]\n{bounds}"))


async def stored(product: Product) -> list[str]:
    query = select(BODY).order_by(tables.articles.c.id)
    return await product.ctx.look(lambda c: list(c.scalars(query)))


async def test_of_a_long_page_all_is_matched_and_what_proves_it_is_kept(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([news(web, "report")]))
    web.serve("/report", article_html("Report", [*LONG, *STORY]))
    await begin(product, web, slack)
    await product.round()
    assert "APT31" in str(slack.messages[0].payload)
    [body] = await stored(product)
    assert len(body) <= LONGEST
    assert STORY[1] in body
    # Read again from what is kept, it names whom it named.
    web.serve("/feed", rss([news(web, "report", title="Another headline")]))
    web.fail("/report", 503)
    await product.round()
    assert len(slack.messages) == 1


async def test_a_feed_that_says_too_much_in_a_day_is_kept_in_part(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    names = [f"page{n}" for n in range(12)]
    for name in names:
        web.serve(f"/{name}", article_html(name, [name, *LONG[:150], *STORY]))
    web.serve("/feed", rss([news(web, name) for name in names]))
    await begin(product, web, slack, 'max_feed_bytes = "200KiB"')
    await product.round()
    assert len(slack.messages) == len(names)
    bodies = await stored(product)
    assert sum(map(len, bodies)) < 270_000
    assert all(STORY[1] in body for body in bodies)
    now = product.clock()
    [(_, day)] = (await product.ctx.look(lambda c: feed_days.bounded(c, now))).items()
    assert (day.entries, day.left_out) == (12, 0)
    assert 6 <= day.shortened <= 9
    [feed] = health(product.db, now).feeds.bounded
    assert feed.kept == day
    await product.ctx.notify_of(lambda c: feed_bounds(c, now))
    await product.ctx.notify_of(lambda c: feed_bounds(c, now))
    assert [step.notice.title for step in product.steps if hasattr(step, "notice")] == [
        "1 feed not kept as a whole"
    ]


async def test_of_entries_without_end_those_are_kept_that_alert(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    said = {90: "APT31 did it.", 130: "Officials blamed APT31 again.", 140: "Once more APT31."}
    items = [
        news(web, f"n{n}", title=f"Report {n}", summary=said.get(n, "Of nobody."))
        for n in range(150)
    ]
    web.serve("/feed", rss(items))
    await begin(product, web, slack, "max_feed_entries = 100", 'full_text = "never"')
    await product.round()
    count = select(func.count()).select_from(tables.articles)
    assert await product.ctx.look(lambda c: c.scalar(count)) == 102
    assert len(slack.messages) == 3
    now = product.clock()
    with product.db.read() as connection:
        assert feed_days.today(connection, 1, now).left_out == 48
    await product.round()
    assert await product.ctx.look(lambda c: c.scalar(count)) == 102
    assert len(slack.messages) == 3
    # What was left out is not forgotten: it comes in when there is room again.
    product.clock.advance(days=1)
    await product.round()
    assert await product.ctx.look(lambda c: c.scalar(count)) == 150
    assert len(slack.messages) == 3


FILLER = "The committee met again on Tuesday to talk about the roads of the county. "
OTHERS = ["Peter Elsewhere", "Quentin Faraway", "Rosa Overthere", "Simon Nowhere", "Tessa Anywhere"]
ENTITIES = "\n".join(
    f"[[watchlists]]\nname = '{name}'\n[[watchlists.entities]]\nname = '{name}'\nkind = 'person'"
    for name in OTHERS
)
QUERY = "[[watchlists]]\nname = 'Asked'\n[[watchlists.queries]]\nname = 'q'\nquery = '{}'\n"
AMBIGUOUS = """
[[watchlists]]
name = "Ships"
[[watchlists.entities]]
name = "Orion"
kind = "organisation"
context = ["shipyard"]
"""
SAID_OF_MANY = FILLER.join(
    f"{name} said number {n} of much that nobody would ever read to its end, for it was long and "
    "did not say what was new to people who had been there before."
    for n in range(3)
    for name in OTHERS
)


@pytest.mark.parametrize("is_full", [False, True])
@pytest.mark.parametrize(
    ("watched", "said", "alerted"),
    [
        (AMBIGUOUS, "Orion was named in it. The shipyard would not comment.", ["Ships"]),
        (AMBIGUOUS, "The shipyard would not comment. Orion was named in it.", ["Ships"]),
        (
            QUERY.format("feed:ledger AND Zhao Guangzong"),
            "A man called Zhao Guangzong was there.",
            ["Asked"],
        ),
        (QUERY.format(" AND ".join(OTHERS)), SAID_OF_MANY, ["Asked"]),
        (ENTITIES, SAID_OF_MANY, OTHERS),
    ],
    ids=["context-behind", "context-before", "feed", "many-words", "many-watchlists"],
)
async def test_a_long_entry_alerts_whom_all_of_it_would(
    product: Product,
    web: WebWorld,
    slack: SlackServer,
    watched: str,
    said: str,
    alerted: list[str],
    is_full: bool,
) -> None:
    told = f"{FILLER * 150}{said} {FILLER * 5}"
    items = [news(web, "minutes", title="Minutes", summary=told)]
    if is_full:
        items += [news(web, f"n{n}", title=f"Report {n}", summary=FILLER * 150) for n in range(20)]
    web.serve("/feed", rss(items))
    bounds = 'max_feed_bytes = "20KiB"' if is_full else ""
    toml = config_toml([], slack=slack.endpoint, watchlist=watched)
    toml += f'\n[[feeds]]\nurl = "{web.url("/feed")}"\nname = "ledger"\nfull_text = "never"\n'
    await product.start(toml=toml.replace("[storage]", f"[storage]\n{bounds}"))
    await product.round()
    found = [each for each in product.reads if each.article.title == "Minutes"]
    assert {match.watchlist for match in found[-1].matches if match.alert} == set(alerted)
    summary = select(tables.articles.c.summary).where(tables.articles.c.title == "Minutes")
    [kept] = await product.ctx.look(lambda c: list(c.scalars(summary)))
    assert len(kept) < len(told)


@pytest.mark.parametrize(("bounds", "is_whole"), [("", True), ('max_feed_bytes = "20KiB"', False)])
async def test_an_entry_is_kept_whole_where_a_part_would_say_something_else(
    product: Product, web: WebWorld, slack: SlackServer, bounds: str, is_whole: bool
) -> None:
    # So many words of the trade far from the name make it one of the trade.
    far = FILLER * 400
    said = ["malware", "ransomware", "botnet", "phishing", "spyware", "rootkit"]
    told = (
        f"{far.join(f'Somebody spoke of {each}. ' for each in said)}{far}{far}Dragonfly was there."
    )
    web.serve("/feed", rss([news(web, "minutes", title="Minutes", summary=told)]))
    watched = "[[watchlists]]\nname = 'Trade'\n[[watchlists.entities]]\nname = 'Dragonfly'\n"
    watched += "kind = 'threat-actor'\n"
    options = 'full_text = "never"'
    toml = config_toml(
        [web.url("/feed")], slack=slack.endpoint, watchlist=watched, feed_options=options
    )
    await product.start(toml=toml.replace("[storage]", f"[storage]\n{bounds}"))
    await product.round()
    [kept] = await product.ctx.look(lambda c: list(c.scalars(select(tables.articles.c.summary))))
    # Of a feed without end that cannot be had, or it would fill the disk with such entries.
    assert (kept == told) == is_whole
    assert bool(slack.messages) == is_whole


async def test_how_much_is_kept_of_an_entry_is_no_edit_of_it(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    def publish(last: str) -> None:
        said = [f"Of nobody {n}. " * 400 for n in range(119)] + [f"Of nobody. {last} " * 400]
        items = [news(web, f"n{n}", title=f"No. {n}", summary=each) for n, each in enumerate(said)]
        web.serve("/feed", rss(items))

    publish("Nor anything.")
    bounds = 'max_feed_entries = 100\nmax_feed_bytes = "450KiB"'
    await begin(product, web, slack, bounds, 'full_text = "never"')
    kept = select(tables.articles.c.summary).order_by(tables.articles.c.id).limit(100)
    await product.round()
    before = await product.ctx.look(lambda c: list(c.scalars(kept)))
    for days, new in ((0, 0), (1, 20), (0, 0), (1, 0)):
        product.clock.advance(days=days)
        seen = len(product.reads)
        await product.round()
        assert len(product.reads) == seen + new
    assert await product.ctx.look(lambda c: list(c.scalars(kept))) == before
    # What is said in other words still is one.
    publish("But of something.")
    seen = len(product.reads)
    await product.round()
    assert len(product.reads) == seen + 1


async def test_what_a_feed_lists_is_one_of_its_problems(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([]))
    await begin(product, web, slack)
    await product.round()
    with product.db.write() as connection:
        feed_days.add(connection, 1, datetime.now(UTC), entries=3, size=2**21, shortened=2)
        [state] = everything(connection)
    [problem] = state.problems
    assert "3 new entries, 2 MiB" in problem
    assert "only the beginning and the proofs of 2 texts" in problem

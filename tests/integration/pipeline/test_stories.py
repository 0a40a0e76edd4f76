"""One story, one alert: what is told of rewrites, copies, translations and developments."""

from __future__ import annotations

from datetime import timedelta

from monitor.cli.trace import in_words
from monitor.pipeline.poll import poll
from monitor.service import regrouping, triage
from monitor.service.trace import traced
from monitor.store import feeds
from monitor.store import matches as store_matches
from tests.support.clock import MONDAY
from tests.support.march import WATCHLIST, outlets
from tests.support.newsroom import (
    GROUP,
    MEN,
    OPENING,
    Newsroom,
    deliver,
    poll_and_read,
)
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.slack import SERVER_ERROR, SlackServer
from tests.support.web import WebWorld, item, rss


async def test_forty_outlets_in_six_hours_make_one_alert_and_two_follow_ups_at_most(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    told = outlets()
    product.clock.now = MONDAY - timedelta(hours=1)
    for number, outlet in enumerate(told):
        web.serve(f"/{number}/feed", rss([], title=outlet.name))
    await product.start(
        toml=config_toml(
            [web.url(f"/{number}/feed") for number in range(len(told))],
            slack=slack.endpoint,
            watchlist=WATCHLIST,
            group_by="story",
        )
    )
    sources = await product.ctx.look(feeds.everything)
    for source in sources:
        await poll(product.ctx, source.id)
    first = None
    for number, outlet in enumerate(told):
        while product.clock() < outlet.at:
            product.clock.now = min(outlet.at, product.clock() + timedelta(minutes=5))
            await deliver(product)
        web.serve(f"/{number}/page", outlet.page())
        entry = item(
            outlet.headline, link=web.url(f"/{number}/page"), guid="1", published=outlet.at,
            summary="",
        )  # fmt: skip
        web.serve(f"/{number}/feed", rss([entry], title=outlet.name))
        await poll_and_read(product, web.url(f"/{number}/feed"))
        await deliver(product)
        first = first or len(slack.messages)
    for _ in range(66):
        product.clock.advance(hours=1)
        await deliver(product)
    found = await product.ctx.look(lambda c: store_matches.search(c, limit=99))
    assert first == 1
    assert [len(found), len({match.thread for match in found})] == [40, 1]
    texts = [str(post.payload) for post in slack.messages]
    # The Spanish one, minutes later, names them in its opening; a day later, all the others.
    assert len(texts) == 3
    assert "*Electoral Commission* was attributed to a separate group" in texts[0]
    assert "Development" in texts[1]
    assert "and 28 more" in texts[2]


async def test_a_new_name_is_a_development_and_comes_once_the_window_has_passed(
    newsroom: Newsroom,
) -> None:
    await newsroom.open()
    await newsroom.print("first", *OPENING, GROUP)
    await newsroom.wait(minutes=2)
    await newsroom.print("second", *OPENING, GROUP, MEN["Ni Gaobin"])
    await newsroom.wait(minutes=2)
    await newsroom.print("third", *OPENING, GROUP, MEN["Zhao Guangzong"])
    assert len(newsroom.told) == 1
    await newsroom.wait(minutes=7)
    # Both come in one message: the second stands under the first.
    assert len(newsroom.told) == 2
    development = newsroom.told[1]
    assert "Development: it now names Ni Gaobin" in development
    assert "it now names Zhao Guangzong" in development
    assert "Headline third" in development
    await newsroom.wait(hours=30)
    assert len(newsroom.told) == 2


async def test_a_development_long_after_comes_at_once_and_takes_along_what_was_to_follow(
    newsroom: Newsroom,
) -> None:
    await newsroom.open()
    await newsroom.print("first", *OPENING, GROUP)
    await newsroom.wait(minutes=11)
    await newsroom.print("copy", *OPENING, GROUP)
    # Nothing is quicker than the next look at the outbox.
    assert [len(newsroom.told), "Also in" in newsroom.told[-1]] == [2, True]
    await newsroom.wait(hours=3)
    await newsroom.print("another", *OPENING, GROUP)
    assert len(newsroom.told) == 2
    await newsroom.print("second", *OPENING, GROUP, MEN["Ni Gaobin"])
    assert len(newsroom.told) == 3
    assert "/another|" in newsroom.told[2]
    await newsroom.wait(hours=50)
    assert len(newsroom.told) == 3


async def test_what_waits_takes_along_what_comes_meanwhile(newsroom: Newsroom) -> None:
    await newsroom.open(slack_options='quiet_hours = "14:00-18:00"')
    await newsroom.print("first", *OPENING, GROUP)
    await newsroom.print("second", *OPENING, GROUP, MEN["Ni Gaobin"])
    await newsroom.print("third", *OPENING, GROUP)
    assert newsroom.told == []
    await newsroom.wait(hours=3)
    [told] = newsroom.told
    for name in ("first", "second", "third"):
        assert f"/{name}|" in told
    assert "it now names Ni Gaobin" in told


async def test_a_channel_that_was_not_told_gets_an_alert_when_it_is_grave_enough(
    newsroom: Newsroom,
) -> None:
    await newsroom.open(slack_options='min_severity = "high"')
    await newsroom.print("first", *OPENING, GROUP)
    assert newsroom.told == []
    await newsroom.print("second", *OPENING, GROUP, title="Ni Gaobin of APT31 under sanctions")
    assert len(newsroom.told) == 1


async def test_each_article_alerts_for_itself_where_that_is_wanted(newsroom: Newsroom) -> None:
    await newsroom.open(group_by="article")
    await newsroom.print("first", *OPENING, GROUP)
    await newsroom.print("second", *OPENING, GROUP)
    await newsroom.wait(hours=30)
    assert len(newsroom.told) == 2


async def test_a_name_that_an_edit_brings_is_a_development_of_its_own_story(
    newsroom: Newsroom,
) -> None:
    await newsroom.open()
    await newsroom.print("first", *OPENING, GROUP)
    await newsroom.wait(hours=1)
    await newsroom.print("first", *OPENING, GROUP, MEN["Ni Gaobin"], summary="It was edited.")
    assert len(newsroom.told) == 2
    assert "Development: it now names Ni Gaobin" in newsroom.told[1]
    await newsroom.wait(hours=1)
    await newsroom.print("first", *OPENING, GROUP, MEN["Ni Gaobin"], summary="Edited again.")
    await newsroom.wait(hours=30)
    assert len(newsroom.told) == 2


async def test_a_failed_alert_tells_of_what_came_until_it_is_accepted(
    newsroom: Newsroom,
) -> None:
    await newsroom.open()
    newsroom.slack.next(SERVER_ERROR)
    await newsroom.print("first", *OPENING, GROUP)
    await newsroom.print("second", *OPENING, GROUP)
    await newsroom.wait(minutes=5)
    accepted = [str(post.payload) for post in newsroom.slack.messages if post.status == 200]
    assert len(accepted) == 1
    assert "/second|" in accepted[0]
    await newsroom.wait(hours=30)
    assert len([post for post in newsroom.slack.messages if post.status == 200]) == 1


async def test_trace_says_that_the_story_was_told_and_why_it_belongs_to_it(
    newsroom: Newsroom,
) -> None:
    await newsroom.open()
    await newsroom.print("first", *OPENING, GROUP)
    await newsroom.print("second", *OPENING, GROUP)
    runtime = newsroom.product.ctx.runtime
    report = await newsroom.product.ctx.look(
        lambda c: traced(c, newsroom.web.url("/second"), runtime.config, runtime.matcher)
    )
    words = in_words(report, "UTC")
    verdict = words.splitlines()[0]
    assert verdict.startswith("Told as part of a story: first told was")
    assert "“Headline first”" in verdict
    assert "told to slack" in verdict
    assert "its story was told already: " in words
    assert "% of its text is that of" in words or "its text is that of" in words


async def test_what_was_put_together_or_split_by_hand_is_told_no_second_time(
    newsroom: Newsroom,
) -> None:
    await newsroom.open()
    db, now = newsroom.product.db, newsroom.product.clock
    await newsroom.print("first", *OPENING, GROUP)
    dam = "A dam in the north has burst, and the valley is under water."
    await newsroom.print("other", dam, "Engineers suspect that APT31 opened its gates from afar.")
    assert len(newsroom.told) == 2
    done = regrouping.merge(db, [1, 2], "Ines", now())
    await newsroom.wait(minutes=30)
    assert len(newsroom.told) == 2
    # A page that is read again, and later reports of either, tell nothing that was told.
    await newsroom.print("other", dam, "Engineers suspect that APT31 opened its gates once more.")
    await newsroom.print("copy", *OPENING, GROUP)
    await newsroom.wait(hours=30)
    alerts = [each for each in newsroom.told if "Also in" not in each]
    assert len(alerts) == 2
    found = await newsroom.product.ctx.look(lambda c: store_matches.search(c, story=1, limit=9))
    assert len(found) == 3
    split = regrouping.split(db, 1, 2, "Ines", now())
    await newsroom.wait(hours=2)
    undo_split = triage.undo(db, split.change or 0, "Ines", newsroom.product.ctx.runtime.config,
                             now())  # fmt: skip
    triage.undo(db, done.change or 0, "Ines", newsroom.product.ctx.runtime.config, now())
    await newsroom.wait(hours=30)
    assert undo_split.story == 1
    assert len([each for each in newsroom.told if "Also in" not in each]) == 2

"""What becomes of a story while what was to be told of it waits, fails, or is taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.model.alert import Silence
from monitor.pipeline import replan
from monitor.pipeline.events import Faulted
from monitor.store import alerts
from monitor.store.deliveries import outbox
from tests.integration.pipeline.test_escalation import (
    APART,
    HEADLINE,
    publish,
    start,
    wait,
    watchlist,
)
from tests.support.newsroom import (
    GROUP,
    MEN,
    OPENING,
    Newsroom,
    deliver,
    poll_and_read,
)
from tests.support.product import Product
from tests.support.pruning import prune as prune_all
from tests.support.slack import Behaviour, SlackServer
from tests.support.smtp import SmtpServer
from tests.support.story import news
from tests.support.web import WebWorld, article_html, rss

GRAVE = "Ni Gaobin of APT31 under sanctions"
REFUSED = Behaviour(404, "no_service")
SEVERITY = "severity = {high = 90, critical = 100}"
EASILY_CRITICAL = "severity = {high = 89, critical = 90}"


async def open_with(newsroom: Newsroom, more: str = "", **options: Any) -> None:
    """A newsroom whose second, graver report is a critical one."""
    await newsroom.open()
    toml = newsroom.toml(**options)
    assert SEVERITY in toml
    await newsroom.product.start(toml=toml.replace(SEVERITY, f"{EASILY_CRITICAL}\n{more}"))


async def test_a_critical_report_does_not_wait_with_the_lesser_first_one_of_its_story(
    newsroom: Newsroom,
) -> None:
    await open_with(
        newsroom, slack_options='quiet_hours = "14:00-18:00"\nquiet_unless = "critical"'
    )
    await newsroom.print("first", *OPENING, GROUP)
    assert newsroom.told == []
    await newsroom.print("second", *OPENING, GROUP, title=GRAVE)
    [told] = newsroom.told
    assert "its severity rose from" in told


async def test_a_critical_report_is_escalated_though_its_story_could_not_be_told_yet(
    newsroom: Newsroom, smtp: SmtpServer
) -> None:
    escalate = 'escalate_after = "30m"\nescalate_to = ["mail"]\nescalate_from = "critical"\n'
    await open_with(newsroom, escalate, mail=smtp.channel("oncall@example.org"))
    toml = newsroom.toml(mail=smtp.channel("oncall@example.org"))
    toml = toml.replace(SEVERITY, f"{EASILY_CRITICAL}\n{escalate}").replace(
        'channels = ["slack", "mail"]', 'channels = ["slack"]'
    )
    await newsroom.product.start(toml=toml)
    for _ in range(60):
        newsroom.slack.next(Behaviour(503, "down"))
    await newsroom.print("first", *OPENING, GROUP)
    await newsroom.print("second", *OPENING, GROUP, title=GRAVE)
    for _ in range(40):
        await newsroom.wait(minutes=1)
    assert len(smtp.mails) == 1


async def test_what_a_clock_that_was_ahead_has_sent_puts_no_development_off(
    newsroom: Newsroom,
) -> None:
    await newsroom.open()
    await newsroom.print("unrelated", "Nothing that anybody watches has happened here today.")
    newsroom.web.serve("/first", article_html("Headline first", (*OPENING, GROUP)))
    newsroom.items = [news(newsroom.web, "first", published=newsroom.product.clock())]
    newsroom.web.serve("/feed", rss(newsroom.items))
    await poll_and_read(newsroom.product, newsroom.web.url("/feed"))
    newsroom.product.clock.advance(days=365)
    await deliver(newsroom.product)
    assert len(newsroom.told) == 1
    newsroom.product.clock.advance(days=-365)
    await newsroom.print("second", *OPENING, GROUP, MEN["Ni Gaobin"])
    await newsroom.wait(minutes=11)
    assert len(newsroom.told) == 2
    assert "it now names Ni Gaobin" in newsroom.told[1]


SHADOWED = (watchlist("Places", "Parliament"), watchlist("Actors", "APT31", critical=2))


async def test_what_was_in_the_shadow_of_an_alert_is_told_when_that_is_refused_for_good(
    product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await start(product, web, slack, smtp, *SHADOWED, alerting=APART)
    slack.next(REFUSED)
    await publish(product, web, HEADLINE)
    await wait(product, 5)
    accepted = [str(post.payload) for post in slack.messages if post.status == 200]
    assert ["Places" in each for each in accepted] == [True]


@pytest.mark.parametrize("drop", [True, False])
async def test_what_was_in_the_shadow_of_an_alert_is_told_when_that_is_silenced(
    product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer, *, drop: bool
) -> None:
    await start(product, web, slack, smtp, *SHADOWED, alerting=APART)
    slack.next(Behaviour(503, "down"))
    await publish(product, web, HEADLINE)
    now = product.clock()
    with product.db.write() as connection:
        silence = Silence(
            0, "Ann", "noise", now, now + timedelta(hours=8), watchlists=("Actors",), drop=drop
        )
        replan.add(connection, silence, product.ctx.runtime.config)
    await wait(product, 30)
    accepted = [str(post.payload) for post in slack.messages if post.status == 200]
    assert ["Places" in each for each in accepted] == [True]


async def test_what_is_to_be_told_if_nobody_acknowledges_stays_that_when_a_rate_holds_it(
    product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    escalating = watchlist(
        "Actors", "APT31", more='escalate_after = "30m"\nescalate_to = ["pager"]\n'
        'channels = ["slack"]\n',
    )  # fmt: skip
    await start(product, web, slack, smtp, escalating)
    path = product._folder / "config.toml"
    await product.start(toml=path.read_text() + '\nrate = "1/1h"\n')
    await publish(product, web, HEADLINE)
    await wait(product, 31)
    assert len(smtp.mails) == 1
    web.serve("/feed", rss([news(web, "later", title="APT31 blamed for something else entirely")]))
    await product.read()
    await wait(product, 31)
    with product.db.write() as connection:
        [latest, _] = alerts.recent(connection)
        assert outbox.acknowledge(connection, latest.id, "Ann", product.clock()) == ("pager",)
    await wait(product, 60)
    assert len(smtp.mails) == 1


async def test_a_watchlist_that_is_gone_keeps_no_article_from_being_read_again(
    newsroom: Newsroom,
) -> None:
    await newsroom.open()
    await newsroom.print("first", *OPENING, GROUP, MEN["Ni Gaobin"])
    assert len(newsroom.told) == 1
    renamed = newsroom.toml().replace("Westminster", "Others").replace("Ni Gaobin", "Hao Two")
    await newsroom.product.start(toml=renamed)
    # The page names nobody whom the old watchlist knew.
    changed = (*OPENING, "A third sentence of some length that names nobody, and fills the page.")
    await newsroom.print("first", *changed, "Officials named Hao Two.", summary="Edited.")
    faults = [step for step in newsroom.product.steps if isinstance(step, Faulted)]
    assert faults == []
    assert len(newsroom.told) == 2


async def test_a_headline_that_changes_while_its_alert_waits_hides_none_that_comes_later(
    newsroom: Newsroom,
) -> None:
    await newsroom.open(slack_options='quiet_hours = "14:00-16:00"')
    text = (*OPENING, GROUP)
    await newsroom.print("first", *text, title="APT31 accused of attacks on parliament")
    await newsroom.print("first", *text, title="Minister summons ambassador over APT31 mails")
    await newsroom.wait(hours=1)
    assert len(newsroom.told) == 1
    await newsroom.wait(hours=1)
    await newsroom.print("first", *text, title="Correction: APT31 not behind the break-in at all")
    await newsroom.wait(minutes=11)
    assert len(newsroom.told) == 2
    assert "its headline is now" in newsroom.told[1]


async def test_a_report_that_turns_out_critical_when_its_page_is_read_is_a_development(
    newsroom: Newsroom,
) -> None:
    await open_with(newsroom)
    await newsroom.print("first", *OPENING, GROUP, MEN["Ni Gaobin"])
    await newsroom.print("second", *OPENING, GROUP)
    assert len(newsroom.told) == 1
    await newsroom.wait(hours=1)
    before = len(newsroom.told)
    await newsroom.print("second", *OPENING, GROUP, title=GRAVE, summary="Edited.")
    await newsroom.wait(minutes=11)
    assert any("its severity rose" in each for each in newsroom.told[before:])


async def test_a_story_whose_first_report_was_deleted_takes_others(newsroom: Newsroom) -> None:
    await newsroom.open()
    await newsroom.print("first", *OPENING, GROUP)
    await newsroom.wait(hours=20)
    await newsroom.print("second", *OPENING, GROUP, MEN["Ni Gaobin"])
    assert len(newsroom.told) == 2
    await newsroom.wait(hours=10)
    now = newsroom.product.clock()
    with newsroom.product.db.write() as connection:
        from sqlalchemy import update

        from monitor.store.tables import articles

        connection.execute(update(articles).values(next_read=None))
        day = now - timedelta(days=1)
        prune_all(connection, articles_before=day, matches_before=day)
    newsroom.items = newsroom.items[:1]
    await newsroom.print("third", *OPENING, GROUP, MEN["Ni Gaobin"])
    faults = [step for step in newsroom.product.steps if isinstance(step, Faulted)]
    assert faults == []


async def test_what_turns_out_critical_does_not_wait_for_the_end_of_quiet_hours(
    newsroom: Newsroom,
) -> None:
    await open_with(
        newsroom, slack_options='quiet_hours = "14:00-18:00"\nquiet_unless = "critical"'
    )
    text = (*OPENING, GROUP, MEN["Ni Gaobin"])
    await newsroom.print("first", *text)
    assert newsroom.told == []
    await newsroom.print("first", *text, title=GRAVE)
    assert len(newsroom.told) == 1
    assert "Critical" in newsroom.told[0]
    await newsroom.wait(hours=5)
    assert len(newsroom.told) == 1


@pytest.mark.parametrize("acknowledged", [False, True])
async def test_what_turns_out_critical_is_escalated_unless_somebody_sees_to_it(
    newsroom: Newsroom, smtp: SmtpServer, *, acknowledged: bool
) -> None:
    escalate = 'escalate_after = "30m"\nescalate_to = ["mail"]\nescalate_from = "critical"\n'
    await newsroom.open()
    toml = newsroom.toml(mail=smtp.channel("oncall@example.org"))
    severity = "severity = {high = 70.5, critical = 71}"
    toml = toml.replace(SEVERITY, f"{severity}\n{escalate}").replace(
        'channels = ["slack", "mail"]', 'channels = ["slack"]'
    )
    await newsroom.product.start(toml=toml)
    text = (*OPENING, GROUP, MEN["Ni Gaobin"])
    await newsroom.print("first", *text)
    if acknowledged:
        with newsroom.product.db.write() as connection:
            [alert] = alerts.recent(connection)
            outbox.acknowledge(connection, alert.id, "Ann", newsroom.product.clock())
    # It names the group more often, and nobody else.
    more = [f"Report {n} blames APT31." for n in range(4)]
    await newsroom.print("first", *text, *more, summary="Edited.")
    for _ in range(40):
        await newsroom.wait(minutes=1)
    assert len(smtp.mails) == (0 if acknowledged else 1)

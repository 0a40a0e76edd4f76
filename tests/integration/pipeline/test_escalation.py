"""Who is told when nobody acknowledges, and who is spared what a graver alert has told."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from monitor.cli.trace import in_words
from monitor.model.alert import Silence
from monitor.model.hold import Hold, HoldReason
from monitor.pipeline import replan
from monitor.service.trace import traced
from monitor.store import alerts
from monitor.store.deliveries import fallbacks, outbox, transitions
from monitor.store.deliveries import lookups as deliveries
from tests.support.clock import MONDAY
from tests.support.databases import BOTH
from tests.support.product import Product
from tests.support.program import POLLING
from tests.support.slack import SlackServer
from tests.support.smtp import SmtpServer
from tests.support.story import news
from tests.support.web import WebWorld, rss

database = BOTH

HEADLINE = "APT31 blamed for the break-in at Parliament"


def watchlist(name: str, entity: str, *, high: int = 1, critical: int = 99, more: str = "") -> str:
    return (
        f'\n[[watchlists]]\nname = "{name}"\nentities = ["{entity}"]\n'
        f"severity = {{ high = {high}, critical = {critical} }}\n{more}\n"
    )


APART = 'group_by = "article"\nmerge_watchlists = false'
ESCALATING = watchlist("Actors", "APT31", more='escalate_after = "30m"\nescalate_to = ["pager"]\n')


async def start(
    product: Product,
    web: WebWorld,
    slack: SlackServer,
    smtp: SmtpServer,
    *watchlists: str,
    alerting: str = 'group_by = "article"',
    channel: str = "",
) -> None:
    web.serve("/feed", rss([]))
    await product.start(
        toml="\n".join(
            [
                f'[[feeds]]\nurl = "{web.url("/feed")}"\n{POLLING}',
                f"[alerts]\n{alerting}",
                *watchlists,
                '[[channels]]\nname = "slack"\nurl = "slack://TOKENAAAA/TOKENBBBB/TOKENCCCC"\n'
                f'endpoint = "{slack.endpoint}"\n{channel}',
                f'[[channels]]\nname = "pager"\nurl = "{smtp.channel("oncall@example.org")}"',
            ]
        )
    )


async def publish(product: Product, web: WebWorld, *titles: str) -> None:
    web.serve(
        "/feed",
        rss([news(web, f"n{number}", title=title) for number, title in enumerate(titles)]),
    )
    await product.read()
    await product.deliver()


async def wait(product: Product, minutes: int) -> None:
    for _ in range(minutes):
        product.clock.advance(minutes=1)
        await product.deliver()


def acknowledge(product: Product, by: str = "Ann") -> tuple[str, ...]:
    with product.db.write() as connection:
        [alert] = alerts.recent(connection)
        return outbox.acknowledge(connection, alert.thread or alert.id, by, product.clock())


# --- escalation -------------------------------------------------------------------------------


async def test_more_people_are_told_when_nobody_acknowledges_in_time(
    product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await start(product, web, slack, smtp, ESCALATING)
    await publish(product, web, HEADLINE)
    assert "before pager is told after 30m: monitor alerts ack " in str(slack.messages[0].payload)
    await wait(product, 29)
    assert smtp.mails == []
    await wait(product, 1)
    [mail] = smtp.mails
    assert "Nobody has acknowledged it yet." in mail.part("plain")
    assert "Nobody has acknowledged it yet." in mail.part("html")
    # It is told nothing else of it.
    await wait(product, 120)
    assert (len(slack.messages), len(smtp.mails)) == (1, 1)


async def claim_and_die(product: Any) -> None:
    """Take what is due for sending, and be killed before it is sent."""
    await product.ctx.deliverer.claim()
    product.ctx.deliverer._busy.clear()
    with product.db.write() as connection:
        assert transitions.recover(connection, product.clock()) > 0


async def test_what_is_acknowledged_while_it_is_sent_in_vain_is_not_sent_again(
    product: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await start(product, web, slack, smtp, ESCALATING)
    await publish(product, web, HEADLINE)
    product.clock.advance(minutes=30)
    await product.ctx.deliverer.claim()
    product.ctx.deliverer._busy.clear()
    # It is being sent.
    assert acknowledge(product) == ()
    with product.db.write() as connection:
        assert transitions.recover(connection, product.clock()) == 1
    await wait(product, 30)
    assert smtp.mails == []


async def test_what_is_acknowledged_leaves_the_summary_that_it_was_part_of(
    product: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await start(product, web, slack, smtp, ESCALATING)
    titles = [f"APT31 blamed for break-in {number}" for number in range(9)]
    await publish(product, web, *titles)
    product.clock.advance(minutes=30)
    await claim_and_die(product)
    with product.db.write() as connection:
        for alert in alerts.recent(connection)[1:]:
            assert outbox.acknowledge(connection, alert.id, "Ann", product.clock()) == ("pager",)
        [left] = alerts.recent(connection)[:1]
    await wait(product, 5)
    [mail] = smtp.mails
    assert left.article.title in mail.part("plain")
    assert sum(title in mail.part("plain") for title in titles) == 1


async def test_what_is_acknowledged_is_not_told_in_place_of_the_pager_either(
    product: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    night = MONDAY + timedelta(hours=2)
    await start(
        product, web, slack, smtp, ESCALATING + 'channels = ["slack"]\n',
        channel=f'quiet_hours = "{MONDAY + timedelta(minutes=20):%H:%M}-{night:%H:%M}"',
    )  # fmt: skip
    await publish(product, web, HEADLINE)
    product.clock.advance(minutes=30)
    with product.db.write() as connection:
        [alert] = alerts.recent(connection)
        [pager] = [
            each
            for each in deliveries.states(connection, alert_ids=[alert.id])
            if each.channel == "pager"
        ]
        outbox.record_failed(connection, [pager.id], "503", night, product.clock())
        fallbacks.stand_in(
            connection, pager.id, "reserve", night, product.clock(),
            hold=Hold(HoldReason.QUIET_HOURS),
        )  # fmt: skip
    assert acknowledge(product) == ("pager", "reserve")


async def test_who_acknowledges_spares_the_others(
    product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await start(product, web, slack, smtp, ESCALATING)
    await publish(product, web, HEADLINE)
    await wait(product, 20)
    assert acknowledge(product) == ("pager",)
    await wait(product, 30)
    assert smtp.mails == []
    with product.db.read() as connection:
        [alert] = alerts.recent(connection)
    assert alert.acknowledged_by == "Ann"
    # The first who did stays on record.
    assert acknowledge(product, by="Bob") == ()
    with product.db.read() as connection:
        [alert] = alerts.recent(connection)
    assert alert.acknowledged_by == "Ann"


async def test_only_what_is_grave_enough_is_escalated(
    product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    mild = watchlist(
        "Actors", "APT31", high=98, more='escalate_after = "30m"\nescalate_to = ["pager"]\n'
    )
    await start(product, web, slack, smtp, mild)
    await publish(product, web, HEADLINE)
    assert "monitor alerts ack" not in str(slack.messages[0].payload)
    await wait(product, 60)
    assert (len(slack.messages), smtp.mails) == (1, [])


async def test_the_time_runs_from_when_people_were_told(
    product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    quiet = 'quiet_hours = "15:00-18:00"'
    await start(product, web, slack, smtp, ESCALATING, channel=quiet)
    await publish(product, web, HEADLINE)
    product.clock.now = MONDAY.replace(hour=18, minute=0)
    await product.deliver()
    await wait(product, 29)
    assert (len(slack.messages), smtp.mails) == (1, [])
    await wait(product, 2)
    assert len(smtp.mails) == 1


async def test_much_that_nobody_acknowledged_comes_as_one(
    product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await start(product, web, slack, smtp, ESCALATING)
    await publish(product, web, *(f"APT31 blamed for break-in {number}" for number in range(7)))
    await wait(product, 31)
    [mail] = smtp.mails
    assert mail.message["Subject"].startswith("Not acknowledged")


# --- inhibition -------------------------------------------------------------------------------


async def test_a_lesser_alert_of_the_same_story_stays_in_the_shadow_of_a_critical_one(
    product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    lists = (watchlist("Places", "Parliament"), watchlist("Actors", "APT31", critical=2))
    await start(product, web, slack, smtp, *lists, alerting=APART)
    await publish(product, web, HEADLINE)
    assert (len(slack.messages), len(smtp.mails)) == (1, 1)
    assert "Actors" in str(slack.messages[0].payload)
    with product.db.read() as connection:
        states = deliveries.states(connection)
    muted = [state for state in states if state.status == "replaced"]
    assert [state.channel for state in muted] == ["pager", "slack"]
    assert all(state.hold and state.hold.reason is HoldReason.INHIBITED for state in muted)
    runtime = product.ctx.runtime
    with product.db.read() as connection:
        report = traced(connection, web.url("/n0"), runtime.config, runtime.matcher)
    words = in_words(report, "UTC")
    assert re.match(r"Told to slack \([-\d: ]+\), pager \([-\d: ]+\)\.\n", words)
    assert "slack: replaced, inhibited by " in words


async def test_two_watchlists_that_are_equally_grave_are_both_told(
    product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    lists = watchlist("A", "Parliament"), watchlist("B", "APT31")
    await start(product, web, slack, smtp, *lists, alerting=APART)
    await publish(product, web, HEADLINE)
    assert len(slack.messages) == 2


async def test_a_channel_that_is_not_told_of_the_critical_one_is_told_of_the_lesser(
    product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    lists = (
        watchlist("Places", "Parliament"),
        watchlist("Actors", "APT31", critical=2, more='channels = ["slack"]'),
    )
    await start(product, web, slack, smtp, *lists)
    await publish(product, web, HEADLINE)
    assert (len(slack.messages), len(smtp.mails)) == (1, 1)
    assert "Places" in smtp.mails[0].part("plain")


async def test_inhibition_ends_and_can_be_switched_off(
    product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    lists = (watchlist("Places", "Parliament"), watchlist("Actors", "APT31", critical=2))
    await start(product, web, slack, smtp, *lists, alerting=f'{APART}\ninhibit_for = "0s"')
    await publish(product, web, HEADLINE)
    assert len(slack.messages) == 2


async def test_later_reports_of_a_story_are_told_once_where_it_was_told_by_a_critical_alert(
    product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    lists = (watchlist("Places", "Parliament"), watchlist("Actors", "APT31", critical=2))
    await start(product, web, slack, smtp, *lists, alerting="")
    await publish(product, web, HEADLINE)
    await publish(product, web, HEADLINE, HEADLINE)
    await wait(product, 15)
    assert len(slack.messages) == 2
    assert "Also in" in str(slack.messages[1].payload)


# --- with silences ----------------------------------------------------------------------------


def silence(product: Product, hours: int, **matching: Any) -> Silence:
    now = product.clock()
    wanted = Silence(0, "Ann", "noise", now, now + timedelta(hours=hours), **matching)
    with product.db.write() as connection:
        added, _ = replan.add(connection, wanted, product.ctx.runtime.config)
        return added


async def test_the_end_of_a_silence_tells_nobody_that_nobody_acknowledged(
    product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await start(product, web, slack, smtp, ESCALATING)
    await publish(product, web, HEADLINE)
    await wait(product, 10)
    added = silence(product, 8, watchlists=("Actors",))
    await wait(product, 60)
    assert smtp.mails == []
    with product.db.write() as connection:
        now = product.clock()
        config = product.ctx.runtime.config
        assert replan.expire(connection, added, config, now) == 0
    await wait(product, 10)
    assert smtp.mails == []
    assert acknowledge(product) == ("pager",)


async def test_a_critical_alert_that_is_silenced_mutes_no_other(
    product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    lists = (watchlist("Places", "Parliament"), watchlist("Actors", "APT31", critical=2))
    await start(product, web, slack, smtp, *lists)
    silence(product, 8, watchlists=("Actors",))
    await publish(product, web, HEADLINE)
    assert len(slack.messages) == 1
    assert "Places" in str(slack.messages[0].payload)


async def test_what_waits_for_the_end_of_a_burst_is_escalated_after_it_was_told(
    product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    early = ESCALATING.replace('"30m"', '"5s"')
    alerting = 'group_by = "article"\nburst = "2/10m"'
    await start(product, web, slack, smtp, early, alerting=alerting)
    await publish(product, web, *(f"{HEADLINE}, report {number}" for number in range(5)))
    product.clock.advance(seconds=6)
    await product.deliver()
    # The first two were told and not acknowledged; nobody could acknowledge the others.
    assert (len(slack.messages), len(smtp.mails)) == (2, 2)
    product.clock.advance(seconds=5)
    await product.deliver()
    assert (len(slack.messages), len(smtp.mails)) == (3, 2)
    product.clock.advance(seconds=30)
    await product.deliver()
    assert len(smtp.mails) > 2

"""A story that concerns several watchlists is one message on each channel."""

from __future__ import annotations

import json
from typing import Any

from monitor.model.delivery import DeliveryStatus
from monitor.store import alerts
from monitor.store.deliveries import lookups as deliveries
from monitor.store.deliveries import outbox
from tests.integration.pipeline.test_escalation import publish, silence, start, wait, watchlist
from tests.support.databases import BOTH
from tests.support.slack import BOT, Behaviour, SlackServer
from tests.support.smtp import SmtpServer
from tests.support.story import news, serve_story
from tests.support.web import WebWorld, rss

database = BOTH

HEADLINE = "APT31 read the mail of Parliament and of the Electoral Commission"
LISTS = (
    watchlist("Actors", "APT31", high=1),
    watchlist("Places", "Parliament", high=98),
    watchlist("Bodies", "Electoral Commission", high=98),
)
STORY = 'group_by = "story"'
TEXT = (
    "The group known as APT31 read the mail of members for three years, the ministry said.",
    "Officials summoned the ambassador and announced sanctions on two men and a firm in Wuhan.",
    "The embassy rejected the accusation and called for evidence to be shown in public.",
)


def shown(slack: SlackServer, number: int = -1) -> str:
    return json.dumps(slack.messages[number].payload, ensure_ascii=False)


async def test_an_article_on_three_watchlists_is_one_message_with_all_three(
    product: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await start(product, web, slack, smtp, *LISTS)
    await publish(product, web, HEADLINE)
    assert (len(slack.messages), len(smtp.mails)) == (1, 1)
    mail = smtp.mails[0].part("plain")
    for name, entity in (
        ("Actors", "APT31"), ("Places", "Parliament"), ("Bodies", "Electoral Commission")
    ):  # fmt: skip
        assert f"*{name}*" in shown(slack)
        [line] = [each for each in mail.splitlines() if f"· {name}: {entity}" in each]
        assert "score" in line
        assert f"for {name}:" in mail
    with product.db.read() as connection:
        states = deliveries.states(connection)
        assert len(alerts.recent(connection)) == 3
    assert {each.status for each in states} == {DeliveryStatus.SENT}
    assert len(states) == 6, "each alert knows where it was told"
    await wait(product, 30)
    assert (len(slack.messages), len(smtp.mails)) == (1, 1)


async def test_the_gravest_heads_the_message(
    product: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    lists = (watchlist("Places", "Parliament"), watchlist("Actors", "APT31", critical=2))
    await start(product, web, slack, smtp, *lists)
    await publish(product, web, HEADLINE)
    [mail] = smtp.mails
    assert mail.message["Subject"].startswith("Critical: ")
    assert mail.message["Subject"].endswith("Actors, Places")
    assert len(slack.messages) == 1, "the lesser is no message of its own, and not left out"


async def test_each_channel_gets_what_concerns_it(
    product: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    lists = (*LISTS[:2], watchlist("Bodies", "Electoral Commission", more='channels = ["pager"]'))
    await start(product, web, slack, smtp, *lists)
    await publish(product, web, HEADLINE)
    assert (len(slack.messages), len(smtp.mails)) == (1, 1)
    assert "Bodies" not in shown(slack)
    assert "Bodies" in smtp.mails[0].part("plain")


async def test_it_can_be_switched_off(
    product: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await start(product, web, slack, smtp, *LISTS, alerting="merge_watchlists = false")
    await publish(product, web, HEADLINE)
    assert (len(slack.messages), len(smtp.mails)) == (3, 3)


async def test_a_watchlist_that_joins_a_story_that_was_told_is_a_development_in_its_thread(
    product: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await start(product, web, slack, smtp, *LISTS, alerting=STORY)
    serve_story(web, "n0", TEXT)
    serve_story(web, "n1", (*TEXT, "It will be debated in Parliament on Tuesday."))
    await publish(product, web, "Hackers read mail")
    await publish(product, web, "Hackers read mail", "Hackers read mail, say ministers")
    assert len(smtp.mails) == 2
    told, joined = (each.message for each in smtp.mails)
    assert joined["Subject"].startswith("Development")
    assert "it concerns Places, too" in smtp.mails[1].part("plain")
    assert joined["References"] == joined["In-Reply-To"] == told["Message-ID"]
    await wait(product, 60)
    assert len(smtp.mails) == 2, "that is told, and nothing else is new"
    serve_story(web, "n2", (*TEXT, "It will be debated in Parliament on Tuesday."))
    titles = "Hackers read mail", "Hackers read mail, say ministers", "Mail was read by hackers"
    await publish(product, web, *titles)
    await wait(product, 60 * 25)
    assert len(smtp.mails) == 3, "one more says who else has it, for both watchlists"
    later = smtp.mails[2]
    assert "Mail was read by hackers" in later.part("plain")
    assert told["Message-ID"] in later.message["References"]


async def test_a_silence_for_one_watchlist_keeps_back_that_one_alone(
    product: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await start(product, web, slack, smtp, *LISTS)
    silence(product, 1, watchlists=("Places",))
    await publish(product, web, HEADLINE)
    assert len(slack.messages) == 1
    assert "Places" not in shown(slack)
    await wait(product, 61)
    assert len(slack.messages) == 2
    assert "Places" in shown(slack)
    assert "it concerns Places, too" in shown(slack)


async def test_a_silence_between_two_tries_takes_one_out_and_loses_nothing(
    product: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await start(product, web, slack, smtp, *LISTS)
    slack.next(Behaviour(503))
    posts = len(slack.posts)
    await publish(product, web, HEADLINE)
    assert (len(slack.posts) - posts, len(slack.messages)) == (1, 0)
    silence(product, 3, watchlists=("Actors",))
    await wait(product, 60)
    assert len(slack.messages) == 1
    assert "Actors" not in shown(slack)
    assert "Bodies" in shown(slack)
    await wait(product, 180)
    assert len(slack.messages) == 2
    assert "Actors" in shown(slack)


async def test_what_is_tried_again_is_the_same_message_whatever_comes_meanwhile(
    product: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    """The first may have arrived, and a receiver tells a repeat by its id."""
    await start(product, web, slack, smtp, *LISTS, alerting=STORY)
    serve_story(web, "n0", (*TEXT, "The Electoral Commission was attacked as well."))
    serve_story(web, "n1", (*TEXT, "It will be debated in Parliament on Tuesday."))
    smtp.next("drop-after")
    await publish(product, web, "Hackers read mail")
    await publish(product, web, "Hackers read mail", "Hackers read mail, say ministers")
    await wait(product, 30)
    tried, *told = (each.message for each in smtp.mails)
    first, again = sorted(told, key=lambda each: each["Message-ID"] != tried["Message-ID"])
    assert first["Message-ID"] == tried["Message-ID"] != again["Message-ID"]
    assert tried["Subject"].endswith("Actors, Bodies")
    assert first["Subject"].endswith("Actors, Bodies")
    assert again["Subject"].endswith("Places")


async def test_acknowledging_one_acknowledges_all_that_the_message_told(
    product: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    more = 'channels = ["slack"]\nescalate_after = "30m"\nescalate_to = ["pager"]'
    lists = (watchlist("Actors", "APT31", more=more), watchlist("Places", "Parliament", more=more))
    await start(product, web, slack, smtp, *lists)
    await publish(product, web, HEADLINE)
    assert "before pager is told after 30m" in shown(slack)
    with product.db.write() as connection:
        one = alerts.recent(connection)[0]
        told = outbox.acknowledge(connection, one.thread or one.id, "Ann", product.clock())
        assert all(each.acknowledged_by == "Ann" for each in alerts.recent(connection))
    assert told == ("pager",)
    await wait(product, 60)
    assert smtp.mails == []


async def test_an_escalation_of_several_is_one_message(
    product: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    more = 'channels = ["slack"]\nescalate_after = "30m"\nescalate_to = ["pager"]'
    lists = (watchlist("Actors", "APT31", more=more), watchlist("Places", "Parliament", more=more))
    await start(product, web, slack, smtp, *lists)
    await publish(product, web, HEADLINE)
    await wait(product, 31)
    [mail] = smtp.mails
    assert "Nobody has acknowledged it yet" in mail.part("plain")
    assert "Actors, Places" in mail.message["Subject"]


async def test_a_message_of_three_watchlists_counts_once_for_a_rate(
    product: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await start(product, web, slack, smtp, *LISTS, channel='rate = "2/1h"')
    await publish(product, web, HEADLINE)
    await wait(product, 1)
    await publish(product, web, HEADLINE, f"{HEADLINE} again")
    assert len(slack.messages) == 2
    assert "all at once" not in shown(slack)
    await publish(product, web, HEADLINE, f"{HEADLINE} again", f"{HEADLINE} a third time")
    assert len(slack.messages) == 2


async def test_a_graver_one_takes_the_others_along_through_quiet_hours(
    product: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    quiet = 'quiet_hours = "00:00-23:59"\nquiet_unless = "critical"'
    lists = (watchlist("Places", "Parliament"), watchlist("Actors", "APT31", critical=2))
    await start(product, web, slack, smtp, *lists, channel=quiet)
    await publish(product, web, HEADLINE)
    assert len(slack.messages) == 1
    assert "Places" in shown(slack)
    await start(product, web, slack, smtp, lists[0], channel=quiet)
    await publish(product, web, HEADLINE, "A day in Parliament")
    assert len(slack.messages) == 1, "alone it waits"


async def test_a_digest_tells_a_story_once_with_all_its_watchlists(
    product: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    more = 'channels = ["slack"]'
    lists = (
        watchlist("Actors", "APT31", more=more),
        watchlist("Places", "Parliament", more=more),
        watchlist("Bodies", "Electoral Commission", more=more),
    )
    digest = 'mode = "digest"\ndigest_at = "08:30"'
    await start(product, web, slack, smtp, *lists, channel=digest)
    await publish(product, web, HEADLINE)
    await wait(product, 1)
    product.clock.advance(hours=24)
    await product.deliver()
    [message] = slack.messages
    said = json.dumps(message.payload, ensure_ascii=False)
    assert "1 alert in 3 watchlists" in said
    assert said.count(HEADLINE) == 1
    assert "also for" in said


async def test_a_message_that_changes_goes_on_telling_of_every_watchlist(
    product: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await start(product, web, slack, smtp, *LISTS, alerting=STORY)
    path = product._folder / "config.toml"
    bot = path.read_text().replace("slack://TOKENAAAA/TOKENBBBB/TOKENCCCC", BOT)
    await product.start(toml=bot.replace(slack.endpoint, slack.api))
    text = (*TEXT, "The Electoral Commission was attacked as well.")
    for number in range(3):
        serve_story(web, f"n{number}", text if number != 2 else TEXT)
    await publish(product, web, "Hackers read mail")
    await wait(product, 2)
    await publish(product, web, "Hackers read mail", "Hackers read mail, say ministers")
    await wait(product, 2)
    [shown] = slack.shown
    assert shown.changes == 1, "one change, though it concerns two watchlists"
    assert "/n1|" in shown.text
    titles = "Hackers read mail", "Hackers read mail, say ministers", "Mail was read by hackers"
    await publish(product, web, *titles)
    await wait(product, 2)
    [shown] = slack.shown
    assert shown.changes == 2
    for words in ("Actors, Bodies", "*Bodies*", "/n2|"):
        assert words in shown.text
    with product.db.read() as connection:
        states = [each for each in deliveries.states(connection) if each.channel == "slack"]
    assert [each.follow_up for each in states] == [0, 0], "the changes are made"
    assert all(each.edited for each in states)


async def test_a_message_that_changes_goes_on_naming_what_another_watchlist_is_told_of(
    product: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await start(product, web, slack, smtp, *LISTS, alerting=STORY)
    path = product._folder / "config.toml"
    web.serve("/other", rss([]))
    bot = path.read_text().replace("slack://TOKENAAAA/TOKENBBBB/TOKENCCCC", BOT)
    bot = bot.replace(slack.endpoint, slack.api)
    await product.start(toml=f'[[feeds]]\nurl = "{web.url("/other")}"\nname = "Other"\n{bot}')
    for number in range(3):
        serve_story(web, f"n{number}", TEXT)
    titles = ["Hackers read mail", "Hackers read mail, say ministers"]
    await publish(product, web, *titles)
    await wait(product, 2)
    [first] = slack.shown
    assert "/n1|" in first.text
    titles[1] += " in Parliament"
    await publish(product, web, *titles)
    await wait(product, 2)
    first, joined = slack.shown
    assert "it concerns Places, too" in joined.text
    assert "/n1|" in joined.text
    # Of one outlet a message names one report.
    web.serve("/other", rss([news(web, "n2", title="Mail was read by hackers")]))
    await publish(product, web, *titles)
    await wait(product, 2)
    first, joined = slack.shown
    assert "/n2|" in first.text
    assert "/n1|" in first.text
    assert "/n2|" not in joined.text


async def test_a_watchlist_that_joins_answers_in_the_thread_in_slack(
    product: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await start(product, web, slack, smtp, *LISTS, alerting=STORY)
    path = product._folder / "config.toml"
    bot = path.read_text().replace("slack://TOKENAAAA/TOKENBBBB/TOKENCCCC", BOT)
    await product.start(toml=bot.replace(slack.endpoint, slack.api))
    serve_story(web, "n0", TEXT)
    serve_story(web, "n1", (*TEXT, "It will be debated in Parliament on Tuesday."))
    await publish(product, web, "Hackers read mail")
    await publish(product, web, "Hackers read mail", "Hackers read mail, say ministers")
    first, joined = slack.shown
    assert (first.thread, joined.thread) == (None, first.ts)
    assert "it concerns Places, too" in joined.text

"""A channel of which some targets took a message: a restart repeats it to none of these."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select

from monitor.store import tables
from monitor.store.database import Database
from monitor.store.deliveries import outbox
from tests.support.databases import BOTH
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.slack import BOT, OK, Behaviour, SlackServer, api_error
from tests.support.smtp import SmtpServer
from tests.support.story import news
from tests.support.web import WebWorld, rss

database = BOTH

ALICE, BOB, CAROL, DAVE = (f"{name}@example.org" for name in ("alice", "bob", "carol", "dave"))


async def restart(product: Product, toml: str) -> None:
    """What a process knew that has ended is gone; the next one begins with the database."""
    await product.ctx.runtime.fetcher.aclose()
    product.ctx.close()
    product.db.close()
    del product.ctx
    product.db = Database(product.db.url)
    await product.start(toml=toml)
    await product.ctx.deliverer.begin()
    product.clock.advance(minutes=16)


def mailed(smtp: SmtpServer) -> Counter[str]:
    return Counter(recipient for mail in smtp.mails for recipient in mail.recipients)


def kept(product: Product) -> list[object]:
    with product.db.read() as connection:
        return list(connection.scalars(select(tables.deliveries.c.accepted)))


async def test_each_recipient_has_a_mail_once_whoever_refused_it_before_a_restart(
    product: Product, web: WebWorld, smtp: SmtpServer
) -> None:
    toml = config_toml([web.url("/feed")], mail=smtp.channel(ALICE, BOB, CAROL))
    web.serve("/feed", rss([news(web, "x", title="APT31 attacks Parliament")]))
    smtp.refuse(BOB, "450 4.2.1 greylisted", "451 4.7.1 not yet", "250 OK")
    await product.start(toml=toml)
    await product.round()
    assert mailed(smtp) == Counter([ALICE, CAROL])
    assert kept(product) != [None]
    # The second try fails as well, in another process.
    await restart(product, toml)
    await product.deliver()
    assert mailed(smtp) == Counter([ALICE, CAROL])
    await restart(product, toml)
    await product.deliver()
    assert mailed(smtp) == Counter([ALICE, BOB, CAROL])
    assert kept(product) == [None]
    assert len({mail.message["Message-ID"] for mail in smtp.mails}) == 1


async def test_an_edit_of_the_recipients_between_two_tries_leaves_nobody_out(
    product: Product, web: WebWorld, smtp: SmtpServer
) -> None:
    toml = config_toml([web.url("/feed")], mail=smtp.channel(ALICE, BOB))
    web.serve("/feed", rss([news(web, "x", title="APT31 attacks Parliament")]))
    smtp.refuse(BOB, "450 4.2.1 greylisted", "250 OK")
    await product.start(toml=toml)
    await product.round()
    edited = config_toml([web.url("/feed")], mail=smtp.channel(DAVE, ALICE, BOB))
    await restart(product, edited)
    await product.deliver()
    assert mailed(smtp) == Counter([ALICE, BOB, DAVE])


async def test_what_was_given_up_for_one_recipient_is_replayed_to_that_one(
    product: Product, web: WebWorld, smtp: SmtpServer
) -> None:
    toml = config_toml([web.url("/feed")], mail=smtp.channel(ALICE, BOB))
    web.serve("/feed", rss([news(web, "x", title="APT31 attacks Parliament")]))
    smtp.refuse(BOB, "550 5.1.1 no such user", "250 OK")
    await product.start(toml=toml)
    await product.round()
    await restart(product, toml)
    await product.deliver()
    assert mailed(smtp) == Counter([ALICE])
    with product.db.write() as connection:
        assert outbox.retry(connection, product.clock()) == 1
    await product.deliver()
    assert mailed(smtp) == Counter([ALICE, BOB])


async def test_several_alerts_in_one_mail_reach_each_recipient_once(
    product: Product, web: WebWorld, smtp: SmtpServer
) -> None:
    toml = config_toml([web.url("/feed")], mail=smtp.channel(ALICE, BOB))
    toml = toml.replace('name = "mail"\n', 'name = "mail"\nmode = "digest"\ndigest_at = "08:00"\n')
    titles = [f"APT31 blamed {name}" for name in ("one", "two", "three")]
    web.serve("/feed", rss([news(web, title.split()[-1], title=title) for title in titles]))
    smtp.refuse(BOB, "450 4.2.1 greylisted", "250 OK")
    await product.start(toml=toml)
    await product.round()
    assert mailed(smtp) == Counter()
    product.clock.advance(hours=24)
    await product.deliver()
    assert mailed(smtp) == Counter([ALICE])
    await restart(product, toml)
    await product.deliver()
    assert mailed(smtp) == Counter([ALICE, BOB])
    assert all(title in smtp.mails[1].part("plain") for title in titles)
    assert kept(product) == [None] * 3


async def test_a_slack_message_can_be_changed_in_all_its_channels_after_a_restart(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    toml = config_toml([web.url("/feed")], slack=slack.api, slack_url=f"{BOT}/#ops")
    web.serve("/feed", rss([news(web, "x", title="APT31 attacks Parliament")]))
    slack.next(OK, api_error("ratelimited"))
    await product.start(toml=toml)
    await product.round()
    assert len(slack.shown) == 1
    await restart(product, toml)
    await product.deliver()
    assert len({shown.channel for shown in slack.shown}) == len(slack.shown) == 2
    with product.db.read() as connection:
        receipt = connection.scalar(select(tables.deliveries.c.receipt))
    assert receipt is not None
    assert all(shown.ts in receipt for shown in slack.shown)


@pytest.mark.parametrize("database", ["sqlite"])
async def test_a_topic_that_has_a_message_is_not_sent_it_by_the_next_process(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    host = slack.url.removeprefix("http://")
    toml = config_toml([web.url("/feed")], mail=f"ntfy://{host}/one/two/three")
    web.serve("/feed", rss([news(web, "x", title="APT31 attacks Parliament")]))
    slack.next(Behaviour(200, "{}"), Behaviour(503, "down"), Behaviour(200, "{}"))
    await product.start(toml=toml)
    await product.round()
    await restart(product, toml)
    slack.next(Behaviour(200, "{}"))
    await product.deliver()
    topics = [post.payload["topic"] for post in slack.posts]
    assert Counter(topics) == Counter(["one", "two", "three", topics[1]])

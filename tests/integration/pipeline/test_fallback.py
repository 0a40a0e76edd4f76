"""When a channel takes nothing another is told in its place: once, and not lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.model.alert import Silence
from monitor.model.delivery import DeliveryStatus
from monitor.pipeline import replan
from monitor.store.deliveries import lookups as deliveries
from tests.support.clock import MONDAY
from tests.support.databases import BOTH
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.slack import Behaviour, SlackServer
from tests.support.smtp import SmtpServer
from tests.support.story import news
from tests.support.web import WebWorld, rss

database = BOTH

DOWN = Behaviour(503, "down")


@pytest.fixture
async def begun(product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer) -> Any:
    """Slack is told of everything; mail stands in for it."""
    await start(product, web, slack, smtp)
    return product


async def start(
    product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer, *, mail: str = ""
) -> None:
    web.serve("/feed", rss([]))
    toml = config_toml(
        [web.url("/feed")],
        slack=slack.endpoint,
        mail=smtp.channel("alice@example.org"),
        slack_options='fallback = "mail"',
    )
    toml = toml.replace('channels = ["slack", "mail"]', "")
    await product.start(toml=toml.replace('name = "mail"\n', f'name = "mail"\n{mail}\n'))


async def publish(product: Product, web: WebWorld, *names: str) -> None:
    web.serve("/feed", rss([news(web, name, title=f"APT31 blamed {name}") for name in names]))
    await product.read()


async def wait(product: Product, minutes: int) -> None:
    """Let time pass, with a look at the outbox every minute and once more."""
    for _ in range(minutes):
        product.clock.advance(minutes=1)
        await product.deliver()
    await product.deliver()


async def statuses(product: Product) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for state in await product.ctx.look(deliveries.states):
        found.setdefault(state.channel, set()).add(state.status.value)
    return found


async def test_a_reserve_is_told_nothing_while_all_is_well(
    begun: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await publish(begun, web, "one")
    await wait(begun, 30)
    assert (len(slack.messages), smtp.mails) == (1, [])


async def test_what_is_refused_for_good_is_told_elsewhere_at_once(
    begun: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    slack.next(Behaviour(404, "no_service"))
    await publish(begun, web, "one")
    await begun.deliver()
    await begun.deliver()
    [mail] = smtp.mails
    assert "APT31 blamed one" in mail.part("plain")
    assert "Told here as slack takes no messages." in mail.part("plain")
    assert "Told here as slack takes no messages." in mail.part("html")
    assert await statuses(begun) == {"slack": {"replaced"}, "mail": {"sent"}}


async def test_what_is_refused_for_long_is_told_elsewhere_and_not_again_when_that_ends(
    begun: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    slack.always(DOWN)
    await publish(begun, web, "one", "two")
    await begun.deliver()
    await wait(begun, 14)
    assert smtp.mails == []
    await wait(begun, 17)
    assert len(smtp.mails) == 2
    slack.always(Behaviour())
    await wait(begun, 60)
    assert (len(slack.messages), len(smtp.mails)) == (0, 2)
    assert await statuses(begun) == {"slack": {"replaced"}, "mail": {"sent"}}


async def test_news_that_comes_while_a_channel_is_known_to_fail_does_not_wait(
    begun: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    slack.always(DOWN)
    await publish(begun, web, "a", "b", "c")
    await wait(begun, 40)
    told = len(smtp.mails)
    await publish(begun, web, "a", "b", "c", "fresh")
    await begun.deliver()
    await begun.deliver()
    assert len(smtp.mails) == told + 1
    assert "fresh" in smtp.mails[-1].part("plain")


async def test_much_of_it_comes_as_one_message(
    begun: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    slack.always(DOWN)
    await publish(begun, web, *(f"n{number:02}" for number in range(9)))
    await wait(begun, 40)
    [mail] = smtp.mails
    assert mail.message["Subject"].startswith("In place of slack")
    assert all(f"APT31 blamed n{number:02}" in mail.part("plain") for number in range(9))
    assert await statuses(begun) == {"slack": {"replaced"}, "mail": {"sent"}}


async def test_whoever_takes_it_first_spares_the_other(
    begun: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    slack.always(DOWN)
    smtp.refuse("alice@example.org", "451 try later")
    await publish(begun, web, "one")
    await wait(begun, 40)
    assert await statuses(begun) == {"slack": {"failed"}, "mail": {"failed"}}
    slack.always(Behaviour())
    await wait(begun, 20)
    assert len(slack.messages) == 1
    smtp.refuse("alice@example.org", "250 OK")
    await wait(begun, 40)
    assert (len(slack.messages), smtp.mails) == (1, [])
    assert await statuses(begun) == {"slack": {"sent"}, "mail": {"replaced"}}


async def both_due(begun: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer) -> None:
    """A channel and the one that stands in for it have failed, and are well again, and due."""
    slack.always(DOWN)
    smtp.refuse("alice@example.org", "451 try later")
    await publish(begun, web, "one")
    await wait(begun, 40)
    smtp.refuse("alice@example.org", "250 OK")
    slack.always(Behaviour())
    begun.clock.advance(hours=1)


async def test_a_reserve_waits_for_the_answer_that_its_channel_is_being_given(
    begun: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await both_due(begun, web, slack, smtp)
    claimed = await begun.ctx.deliverer.claim()
    assert set(claimed) == {"slack"}
    assert await begun.ctx.deliverer.claim() == {}
    await begun.ctx.deliverer.deliver("slack", claimed["slack"])
    await wait(begun, 20)
    assert (len(slack.messages), smtp.mails) == (1, [])
    assert await statuses(begun) == {"slack": {"sent"}, "mail": {"replaced"}}


async def test_a_reserve_is_told_once_its_channel_has_refused_again(
    begun: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await both_due(begun, web, slack, smtp)
    slack.always(DOWN)
    claimed = await begun.ctx.deliverer.claim()
    await begun.ctx.deliverer.deliver("slack", claimed["slack"])
    await begun.deliver()
    assert (slack.messages, len(smtp.mails)) == ([], 1)


async def test_a_reserve_does_not_wait_for_a_sender_that_died(
    begun: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await both_due(begun, web, slack, smtp)
    assert set(await begun.ctx.deliverer.claim()) == {"slack"}
    begun.clock.advance(minutes=6)
    await begun.deliver()
    begun.ctx.deliverer._busy.clear()
    await wait(begun, 20)
    assert (slack.messages, len(smtp.mails)) == ([], 1)
    assert await statuses(begun) == {"slack": {"replaced"}, "mail": {"sent"}}


async def test_a_machine_that_was_switched_off_asks_the_channel_itself_first(
    begun: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    slack.always(DOWN)
    await publish(begun, web, "a", "b", "c")
    await begun.deliver()
    begun.clock.advance(hours=12)
    slack.always(Behaviour())
    await begun.ctx.deliverer.begin()
    await begun.deliver()
    await wait(begun, 2)
    assert (len(slack.messages), smtp.mails) == (3, [])


async def test_what_a_process_had_in_hand_when_it_died_is_tried_there_first(
    begun: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await publish(begun, web, "one")
    assert set(await begun.ctx.deliverer.claim()) == {"slack"}
    begun.ctx.deliverer._busy.clear()
    # Nobody has refused it, however long ago it was due.
    begun.clock.advance(hours=10)
    await begun.ctx.deliverer.begin()
    await wait(begun, 60)
    assert (len(slack.messages), smtp.mails) == (1, [])


async def test_a_reserve_keeps_its_own_quiet_hours(
    product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await start(product, web, slack, smtp, mail='quiet_hours = "15:00-18:00"')
    slack.always(Behaviour(404, "no_service"))
    await publish(product, web, "one")
    await wait(product, 60)
    assert smtp.mails == []
    product.clock.now = MONDAY.replace(hour=18, minute=0)
    await product.deliver()
    assert len(smtp.mails) == 1


async def test_a_reserve_may_have_one_of_its_own(
    product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await start(product, web, slack, smtp, mail='fallback = "console"')
    slack.always(DOWN)
    smtp.refuse("alice@example.org", "550 no such user")
    await publish(product, web, "one")
    await wait(product, 60)
    assert "APT31 blamed one" in product.console.getvalue()
    assert await statuses(product) == {
        "slack": {"replaced"}, "mail": {"replaced"}, "console": {"sent"},
    }  # fmt: skip
    slack.always(Behaviour())
    await wait(product, 60)
    assert slack.messages == []


async def test_what_was_refused_for_good_before_there_was_a_fallback_is_not_told_now(
    product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    toml = config_toml([web.url("/feed")], slack=slack.endpoint)
    web.serve("/feed", rss([]))
    await product.start(toml=toml)
    slack.always(Behaviour(404, "no_service"))
    await publish(product, web, "old")
    await product.deliver()
    product.clock.advance(days=3)
    await start(product, web, slack, smtp)
    await wait(product, 5)
    assert smtp.mails == []
    [state] = await product.ctx.look(deliveries.states)
    assert state.status is DeliveryStatus.DEAD


async def test_a_single_round_tells_the_reserve_what_is_refused_for_good(
    begun: Any, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    slack.always(Behaviour(404, "no_service"))
    begun.clock.advance(minutes=1)
    web.serve("/feed", rss([news(web, "one", title="APT31 blamed one")]))
    begun.clock.advance(minutes=16)
    await begun.round()
    assert len(smtp.mails) == 1
    assert begun.clock() < MONDAY + timedelta(minutes=20)


async def test_what_is_silenced_comes_from_one_of_both_when_that_ends(
    product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    await start(product, web, slack, smtp, mail='quiet_hours = "15:00-18:00"')
    slack.always(DOWN)
    await publish(product, web, "one", "two")
    await wait(product, 20)
    assert await statuses(product) == {"slack": {"failed"}, "mail": {"pending"}}
    now = product.clock()
    added = Silence(0, "Ann", "we know", now, now + timedelta(hours=4))
    config = product.ctx.runtime.config
    await product.ctx.store(lambda c: replan.add(c, added, config))
    await wait(product, 20)
    assert await statuses(product) == {"slack": {"pending"}}
    slack.always(Behaviour())
    before = len(slack.posts)
    await wait(product, 240)
    assert (len(slack.posts) - before, smtp.mails) == (2, [])

"""A channel that is renamed, removed or dead: operators hear of it, and nothing stays behind."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from monitor.cli.main import app
from monitor.daemon.reload import Reloader
from monitor.errors import UsageError
from monitor.model.delivery import AlertFilter, DeliveryStatus
from monitor.pipeline.events import Noticed
from monitor.pipeline.reroute import reroute
from monitor.service import alerts
from monitor.service.check import check_config, waiting_in_vain
from monitor.service.doctor import Finding, examine
from monitor.service.health import health
from monitor.store.deliveries import lookups
from tests.support.databases import BOTH
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.slack import INVALID_PAYLOAD, NO_SERVICE, OK, SERVER_ERROR, SlackServer
from tests.support.smtp import SmtpServer
from tests.support.story import news
from tests.support.web import WebWorld, rss

database = BOTH


@pytest.fixture
async def begun(product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer) -> Product:
    """Slack is told of everything, mail hears what operators are told."""
    toml = config_toml([web.url("/feed")], slack=slack.endpoint, mail=smtp.channel("ops@x.org"))
    toml = toml.replace('channels = ["slack", "mail"]', 'channels = ["slack"]')
    await product.start(toml=toml + '\n[operations]\nchannels = ["mail"]\n')
    return product


async def publish(product: Product, web: WebWorld, *names: str) -> None:
    web.serve("/feed", rss([news(web, name, title=f"APT31 blamed {name}") for name in names]))
    await product.read()


def noticed(product: Product) -> list[str]:
    return [each.notice.text for each in product.steps if isinstance(each, Noticed)]


def runs(folder: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*arguments, "--config", str(folder / "config.toml")])
    error = done.exception
    return getattr(error, "exit_code", done.exit_code), f"{done.output}{error or ''}"


def _examined(config: Path) -> list[Finding]:
    return list(examine(config))


async def states(product: Product) -> set[tuple[str, DeliveryStatus]]:
    found = await product.ctx.look(lookups.states)
    return {(each.channel, each.status) for each in found if each.alert_id}


@pytest.mark.parametrize("database", ["sqlite"])
async def test_what_waits_for_a_renamed_channel_is_told_of_and_sent_on(
    begun: Product, web: WebWorld, slack: SlackServer, tmp_path: Path
) -> None:
    slack.always(SERVER_ERROR)
    await publish(begun, web, "one", "two")
    await begun.deliver()
    assert len(begun.delivered) == 2
    config = tmp_path / "config.toml"
    config.write_text(config.read_text().replace('"slack"', '"Team chat"'))
    reloader = Reloader(begun.ctx, config, told=_nothing, replaced=lambda _: None)
    await reloader.reload(asyncio.Event())
    # The reload says it at once, with the command that helps.
    [said] = noticed(begun)
    assert "no channel is called `slack`, but 2 deliveries wait for it" in said
    assert "`monitor alerts reroute slack 'Team chat'`" in said
    await reloader.reload(asyncio.Event())
    assert len(noticed(begun)) == 1
    await begun.ctx.deliverer.reconfigured(begun.ctx.runtime.config)
    # So does every command that is asked.
    assert "2 deliveries wait" in "".join(map(str, waiting_in_vain(check_config(config).loaded)))
    found_by_doctor = {each.of: each for each in await asyncio.to_thread(_examined, config)}
    assert "2 deliveries wait" in found_by_doctor["channel slack"].said
    assert "monitor alerts reroute slack" in str(found_by_doctor["channel slack"].todo)
    names = begun.ctx.runtime.config.channel_names
    found = await asyncio.to_thread(health, begun.db, begun.clock(), names)
    assert found.channels.failing == ()
    assert [(each.name, each.waiting) for each in found.channels.missing] == [("slack", 2)]
    [one, _] = alerts.listed(begun.db, now=begun.clock()).alerts
    with pytest.raises(UsageError, match="no channel is called `slack`, but 1 delivery waits"):
        alerts.retry(begun.db, one.id, names, begun.clock())
    for old, new, meant in (("slack", "Team chatt", "Team chat"), ("slak", "mail", "slack")):
        code, words = await asyncio.to_thread(runs, tmp_path, "alerts", "reroute", old, new)
        assert (code, f"did you mean `{meant}`?" in words) == (2, True), words
    slack.always(OK)
    code, words = await asyncio.to_thread(runs, tmp_path, "alerts", "reroute", "slack", "Team chat")
    assert (code, words) == (0, "2 deliveries for `slack` go to `Team chat`.\n")
    code, words = await asyncio.to_thread(runs, tmp_path, "alerts", "reroute", "slack", "Team chat")
    assert (code, words) == (0, "Nothing waits for `slack`.\n")
    await begun.deliver()
    assert len(slack.messages) == 2
    assert await states(begun) == {("Team chat", DeliveryStatus.SENT)}
    code, words = await asyncio.to_thread(
        runs, tmp_path, "alerts", "list", "--channel", "Team chat", "--state", "sent", "--since",
        "9999d", "--severity", "high", "--entity", "APT31", "--watchlist", "Westminster",
    )  # fmt: skip
    assert code == 0
    assert "in place of slack: sent" in words
    assert "does not exist" not in (await asyncio.to_thread(runs, tmp_path, "health"))[1]


async def _nothing() -> None:
    pass


async def test_a_dead_channel_is_told_of_at_the_first_refusal(
    begun: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer, tmp_path: Path
) -> None:
    slack.always(NO_SERVICE)
    await publish(begun, web, "one", "two", "three")
    await begun.deliver()
    # The others are not thrown after the first.
    assert len(slack.posts) == 1
    [said] = noticed(begun)
    assert "no_service: the webhook was removed" in said
    assert "2 deliveries wait and 1 was given up." in said
    assert "Nobody else is told in its place: it has no `fallback`." in said
    assert "`monitor alerts reroute slack NEW`" in said
    assert "tried again" not in said
    await begun.deliver()
    [mail] = smtp.mails
    assert "slack takes no messages" in mail.part("plain")
    for _ in range(3):
        begun.clock.advance(minutes=16)
        await begun.deliver()
    assert len(noticed(begun)) == 1
    dead = alerts.listed(
        begun.db,
        AlertFilter(channel="slack", statuses=(DeliveryStatus.DEAD,)),
        now=begun.clock(),
    )
    assert len(dead.alerts) == 3
    # All of it is sent another way, once.
    config = begun.ctx.runtime.config
    now = begun.clock()
    done = await begun.ctx.store(lambda c: reroute(c, "slack", "mail", config, now))
    assert (done.due, done.later, done.revived, done.known) == (3, 0, 3, 0)
    again = await begun.ctx.store(lambda c: reroute(c, "slack", "mail", config, now))
    assert (again.due, again.known) == (0, 0)
    await begun.deliver()
    assert len(smtp.mails) == 4
    assert await states(begun) == {("mail", DeliveryStatus.SENT)}


async def test_one_message_that_is_refused_says_nothing_of_its_channel(
    begun: Product, web: WebWorld, slack: SlackServer
) -> None:
    slack.next(INVALID_PAYLOAD)
    await publish(begun, web, "one", "two")
    await begun.deliver()
    assert len(slack.messages) == 1
    [said] = noticed(begun)
    assert "The message was given up; others are taken." in said


async def test_an_account_that_is_refused_is_told_of_at_once(
    begun: Product, web: WebWorld, smtp: SmtpServer, tmp_path: Path
) -> None:
    config: Any = tmp_path / "config.toml"
    toml = config.read_text().replace('channels = ["slack"]', 'channels = ["mail"]')
    await begun.start(toml=toml.replace('channels = ["mail"]\n\n[[ch', "channels = []\n\n[[ch"))
    smtp.refuse("ops@x.org", "550 no such user")
    await publish(begun, web, "one")
    await begun.deliver()
    assert any("550 no such user" in each for each in noticed(begun))

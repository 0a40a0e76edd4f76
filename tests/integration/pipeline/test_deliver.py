"""From the outbox to people, with services that refuse, a database that is locked, and faults."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from monitor.config.load import load_config
from monitor.errors import StoreError
from monitor.matching.matcher import Matcher
from monitor.messages.render import render_alert
from monitor.model.alert import Alert
from monitor.model.delivery import Message, Parcel
from monitor.model.match import Severity
from monitor.pipeline import deliver as delivering
from monitor.pipeline import message as messages
from monitor.pipeline.claim import BATCH
from monitor.pipeline.context import Context
from monitor.pipeline.events import Delivered, Faulted
from monitor.pipeline.runtime import compose
from monitor.store.deliveries import claims
from tests.support.databases import BOTH
from tests.support.delivering import publish
from tests.support.product import Product
from tests.support.program import config_toml, wait_until
from tests.support.slack import Behaviour, SlackServer, rate_limited
from tests.support.story import STORY, news, serve_story
from tests.support.web import WebWorld, rss

database = BOTH


def severity(product: Product) -> Severity:
    [match] = product.reads[-1].matches
    return Severity(match.severity)


def faults(product: Product) -> int:
    return sum(isinstance(step, Faulted) for step in product.steps)


def titles(slack: SlackServer) -> list[str]:
    return [str(post.payload) for post in slack.messages]


async def test_a_channel_has_one_sender_at_a_time(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await publish(product, web, *(f"n{number}" for number in range(25)))
    deliverer = product.ctx.deliverer
    first, second = await asyncio.gather(deliverer.claim(), deliverer.claim())
    assert (len(first["slack"]), second) == (BATCH, {})
    await deliverer.deliver("slack", first["slack"])
    await product.deliver()
    assert len(titles(slack)) == len(set(titles(slack))) == 25


async def test_a_step_delivers_what_is_due_on_its_channel_and_nothing_else(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await publish(product, web, "one", "two")
    assert not await delivering.deliver(product.ctx, "another")
    assert titles(slack) == []
    assert await delivering.deliver(product.ctx, "slack")
    assert len(titles(slack)) == 2
    assert not await delivering.deliver(product.ctx, "slack")
    assert len(titles(slack)) == 2


async def test_what_a_slow_service_outlasts_is_not_sent_by_two(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await publish(product, web, "one", "two", "three")
    claimed = (await product.ctx.deliverer.claim())["slack"]
    # Another sender takes over what seems abandoned, as its claim ran out.
    product.clock.advance(minutes=6)
    with product.db.write() as connection:
        now = product.clock()
        due = claims.due_on(connection, now, "slack")
        taken = claims.claim(connection, now, [Parcel((due[0].id,))])
    await product.ctx.deliverer.deliver("slack", claimed)
    assert [delivery.ids for delivery in taken] == [claimed[0].ids]
    assert len(slack.messages) == 2


@pytest.mark.parametrize("database", ["sqlite"])
async def test_an_answer_is_recorded_however_long_the_database_is_locked(
    product: Product, web: WebWorld, slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish(product, web, "one", "two")
    monkeypatch.setattr(delivering, "RECORD_AGAIN_SECONDS", 0.01)
    monkeypatch.setattr("monitor.store.sqlite_file.BUSY_TIMEOUT_MS", 1)
    product.db.close()  # The next connections are impatient.
    claimed = (await product.ctx.deliverer.claim())["slack"]
    other = sqlite3.connect(product.db.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        sending = asyncio.create_task(product.ctx.deliverer.deliver("slack", claimed))
        await asyncio.to_thread(
            wait_until, lambda: faults(product) >= 2, 20, lambda: "nothing was refused"
        )
        # What cannot be recorded must not be followed by more of it.
        assert len(slack.messages) == 1
    finally:
        other.execute("ROLLBACK")
        other.close()
    await sending
    assert len(slack.messages) == 2
    product.clock.advance(minutes=6)
    await product.deliver()
    assert len(slack.messages) == 2


@pytest.mark.parametrize("database", ["sqlite"])
async def test_an_answer_is_recorded_however_long_the_disk_is_full(
    product: Product, web: WebWorld, slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish(product, web, "one", "two")
    monkeypatch.setattr(delivering, "RECORD_AGAIN_SECONDS", 0.01)
    claimed = (await product.ctx.deliverer.claim())["slack"]
    log = product.db.path.with_name(f"{product.db.path.name}-wal")
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    # The system refuses every byte beyond what the database's log holds now, as a full disk does.
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, unlimited[1]))
    try:
        sending = asyncio.create_task(product.ctx.deliverer.deliver("slack", claimed))
        await asyncio.to_thread(
            wait_until, lambda: faults(product) >= 2, 20, lambda: "nothing was refused"
        )
        assert len(slack.messages) == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    await sending
    assert len(slack.messages) == 2
    assert product.db.damage() == []
    product.clock.advance(minutes=6)
    await product.deliver()
    assert len(slack.messages) == 2


@pytest.mark.parametrize("database", ["sqlite"])
@pytest.mark.parametrize("stopped", [True, False])
async def test_what_a_full_disk_kept_from_being_recorded_is_not_sent_by_the_next_process(
    product: Product, web: WebWorld, slack: SlackServer, stopped: bool
) -> None:
    await publish(product, web, "one", "two")
    await product.ctx.deliverer.begin()
    claimed = (await product.ctx.deliverer.claim())["slack"]
    log = product.db.path.with_name(f"{product.db.path.name}-wal")
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, unlimited[1]))
    stopping = asyncio.Event()
    try:
        sending = asyncio.create_task(product.ctx.deliverer.deliver("slack", claimed, stopping))
        await asyncio.to_thread(
            wait_until, lambda: faults(product) >= 1, 20, lambda: "nothing was refused"
        )
        stopping.set() if stopped else sending.cancel()
        with pytest.raises(StoreError if stopped else asyncio.CancelledError):
            await sending
        product.ctx.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    assert len(slack.messages) == 1
    product.clock.advance(hours=1)
    runtime, observe = product.ctx.runtime, product.steps.append
    product.ctx = Context(
        product.db, runtime, product.workers, observe=observe, clock=product.clock
    )
    # What was claimed with it, and not sent, is.
    assert await product.ctx.deliverer.begin() == 1
    await product.deliver()
    assert len(slack.messages) == len(set(titles(slack))) == 2
    await product.ctx.deliverer.begin()
    await product.deliver()
    assert len(slack.messages) == 2


async def test_one_poisonous_message_stops_no_other(
    product: Product, web: WebWorld, slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish(product, web, "one", "two", "three")
    render = render_alert

    def poisoned(alert: Alert, *, timezone: str) -> Message:
        if "one" in alert.article.title:
            raise ValueError("poison")
        return render(alert, timezone=timezone)

    monkeypatch.setattr(messages, "render_alert", poisoned)
    for _ in range(3):
        await product.deliver()
        product.clock.advance(minutes=16)
    assert len(slack.messages) == 2
    monkeypatch.undo()
    await product.deliver()
    assert len(slack.messages) == 3


async def test_a_service_that_asks_for_a_pause_gets_one(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    await publish(product, web, *(f"n{number}" for number in range(25)))
    slack.next(Behaviour(), rate_limited(120))
    for _ in range(5):
        await product.deliver()
        product.clock.advance(seconds=20)
    assert len(slack.posts) == 2
    product.clock.advance(seconds=40)
    for _ in range(3):
        await product.deliver()
    assert len(slack.messages) == 25


@pytest.mark.parametrize("wait", [2 * 86_400, 999_999_999])
async def test_a_pause_of_days_is_not_waited_for(
    product: Product, web: WebWorld, slack: SlackServer, wait: int
) -> None:
    await publish(product, web, "one", "two", "three")
    slack.next(rate_limited(wait))
    await product.deliver()
    assert len(slack.posts) == 1
    product.clock.advance(hours=1, minutes=1)
    await product.deliver()
    assert len(slack.messages) == 2
    product.clock.advance(hours=23)
    await product.deliver()
    assert len(slack.messages) == 3


async def test_a_single_round_tries_no_delivery_twice_and_leaves_a_dead_service_alone(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([news(web, name, title=f"APT31 {name}") for name in "abcdefghij"]))
    slack.always(Behaviour(503, "down"))
    await product.start(web.url("/feed"))
    observe = product.ctx.deliverer._observe

    def slowly(step: Any) -> None:
        observe(step)
        if isinstance(step, Delivered):
            # Long enough for a retry, and shorter than the service is left alone: however many
            # are claimed at a time.
            product.clock.advance(seconds=10)

    # All of it waits before the round begins, which else may take long enough for a retry.
    await product.read()
    product.ctx.deliverer._observe = slowly
    await product.round()
    tried = [step.delivery.ids for step in product.delivered]
    assert len(set(tried)) == len(tried) < 10


async def test_a_channel_for_graver_news_is_told_when_the_page_makes_it_graver(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    toml = config_toml([web.url("/feed")], slack=slack.endpoint)
    toml = toml.replace('name = "slack"\n', 'name = "slack"\nmin_severity = "critical"\n')
    toml = toml.replace(
        'name = "Westminster"\n',
        'name = "Westminster"\nalert_at = 20\nseverity = {high = 60, critical = 70}\n',
    )
    web.serve("/feed", rss([news(web, "story", summary="The report on APT31 is out.")]))
    web.fail("/story", 503)
    await product.start(toml=toml)
    await product.round()
    assert severity(product) is Severity.HIGH
    assert slack.messages == []
    more = "APT31 broke into Parliament; Zhao Guangzong of APT31 was sanctioned for the attack."
    serve_story(web, "story", [*STORY, more])
    product.clock.advance(minutes=6)
    await product.round()
    assert severity(product) is Severity.CRITICAL
    product.clock.advance(minutes=6)
    await product.round()
    assert len(slack.messages) == 1


async def test_a_reload_between_two_tries_repeats_nothing(
    product: Product, web: WebWorld, slack: SlackServer, tmp_path: Path
) -> None:
    toml = config_toml([web.url("/feed")], slack=slack.endpoint)
    toml = toml.replace("/TOKENCCCC", "/TOKENCCCC/#one/#two")
    web.serve("/feed", rss([news(web, "x", title="APT31 attacks Parliament")]))
    slack.next(Behaviour(), Behaviour(503, "down"))
    await product.start(toml=toml)
    await product.round()
    assert [post.payload.get("channel") for post in slack.posts] == ["#one", "#two"]
    path = tmp_path / "config.toml"
    path.write_text(toml + '\n[[channels]]\nname = "other"\nurl = "json://localhost/"\n')
    loaded = load_config(path, env={})
    product.ctx.runtime = compose(
        loaded, Matcher(loaded.config.watchlists), product.console, product.ctx.runtime
    )
    product.clock.advance(minutes=16)
    await product.deliver()
    assert [post.payload.get("channel") for post in slack.posts] == ["#one", "#two", "#two"]

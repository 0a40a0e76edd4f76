"""Buttons in Slack: pressed in a message that was really sent, answered by a real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import httpx
import pytest
from sqlalchemy import func, select

from monitor.channels.slack_interactions import WINDOW, UnsignedError, require_signed, signature
from monitor.config.web import Web
from monitor.model.audit import Source
from monitor.service import audit, silences, verdicts
from monitor.service.slack import pass_once
from monitor.store.access_tables import slack_requests
from monitor.store.database import Database
from monitor.web.server import PageServer
from tests.support.clock import Clock
from tests.support.page import Page
from tests.support.product import Product
from tests.support.program import config_toml, wait_until
from tests.support.slack import BOT, Shown, SlackServer
from tests.support.sockets import free_port
from tests.support.story import news, serve_story
from tests.support.web import WebWorld, rss

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
ANNA = {"id": "U0ANNA", "username": "anna", "name": "anna"}
BEN = {"id": "not an id", "username": "ben *<!channel>*"}


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what the server does on its own."""
    await asyncio.to_thread(wait_until, condition, 30, lambda: "it did not come to that")


class Desk:
    """A message in Slack, and the page that is told what is pressed in it."""

    def __init__(self, page: Page, slack: SlackServer, address: str) -> None:
        self.page = page
        self.slack = slack
        self.browser = httpx.AsyncClient(base_url=address, timeout=30)

    @property
    def shown(self) -> Shown:
        [shown] = self.slack.shown
        return shown

    @property
    def buttons(self) -> list[str]:
        """What can be pressed now."""
        blocks = [one for each in self.shown.payload["attachments"] for one in each["blocks"]]
        return [
            button["action_id"]
            for block in blocks
            if block["type"] == "actions"
            for button in block["elements"]
        ]

    async def send(self, body: bytes, *, late: int = 0, secret: str = SECRET) -> httpx.Response:
        """Send what Slack would send now."""
        at = str(int(self.page.clock().timestamp()) - late)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": signature(secret, at, body),
        }
        return await self.browser.post("/slack/actions", content=body, headers=headers)

    async def press(self, action: str, user: dict[str, str] = ANNA, told: int = 1) -> None:
        """Press a button, and wait until Slack was told so often what came of it."""
        self.page.clock.advance(seconds=1)
        before = len(self.slack.posts)
        answer = await self.send(self.slack.pressing(self.shown, action, user))
        assert (answer.status_code, answer.content) == (200, b"")
        await until(lambda: len(self.slack.posts) >= before + told)


@pytest.fixture
async def desk(
    product: Product, web: WebWorld, slack: SlackServer, tmp_path: Path
) -> AsyncIterator[Desk]:
    serve_story(web, "hack")
    web.serve("/feed", rss([news(web, "hack")]))
    toml = config_toml([web.url("/feed")], slack=slack.api, slack_url=BOT,
                       slack_options=f'signing_secret = "{SECRET}"')  # fmt: skip
    await product.start(toml=toml)
    await product.round()
    page = Page(tmp_path, product.clock, product.db.url)
    server = PageServer(page.app, Web(listen=f"127.0.0.1:{free_port()}"), page.site.stopping)
    await server.start()
    made = Desk(page, slack, server.address)
    yield made
    await made.browser.aclose()
    await server.stop()
    await page.aclose()


async def test_a_story_is_judged_and_taken_up_in_its_message(desk: Desk) -> None:
    assert desk.buttons == ["relevant", "not-relevant", "on-it", "silence"]
    text = str(desk.shown.payload["blocks"])
    await desk.press("relevant")
    assert desk.buttons == ["on-it", "silence", "undo"]
    assert "*Relevant*, says <@U0ANNA>" in desk.shown.text
    await desk.press("on-it", BEN)
    assert desk.buttons == ["silence", "undo"]
    # Nobody is called by somebody's name.
    assert "<!channel>" not in desk.shown.text
    assert "is on it" in desk.shown.text
    await desk.press("undo")
    assert desk.buttons == ["on-it", "silence"]
    # The message itself is as it was.
    assert str(desk.shown.payload["blocks"]) == text
    [verdict] = verdicts.listed(desk.page.site.db).items
    assert (verdict.who, verdict.worth) == ("anna", "relevant")
    changes = audit.recent(desk.page.site.db)
    assert {each.source for each in changes} == {Source.SLACK}
    assert [each.action for each in changes] == [
        "acknowledgement-undone", "acknowledged", "judged",
    ]  # fmt: skip


async def test_a_silence_asks_once_more_and_is_taken_back(desk: Desk) -> None:
    [confirm] = [
        button["confirm"]
        for each in desk.shown.payload["attachments"]
        for block in each["blocks"]
        if block["type"] == "actions"
        for button in block["elements"]
        if "confirm" in button
    ]
    assert "24 hours" in confirm["title"]["text"]
    await desk.press("silence")
    [silence] = silences.listed(desk.page.site.db, desk.page.clock())
    assert (silence.author, silence.watchlists) == ("anna", ("Westminster",))
    assert desk.buttons == ["relevant", "not-relevant", "on-it", "undo"]
    await desk.press("undo")
    assert silences.listed(desk.page.site.db, desk.page.clock()) == []
    assert desk.buttons == ["relevant", "not-relevant", "on-it", "silence"]


async def test_who_is_too_late_is_told_who_was_faster(desk: Desk) -> None:
    stale = desk.slack.pressing(desk.shown, "not-relevant", BEN)
    await desk.press("relevant")
    desk.page.clock.advance(seconds=1)
    before = len(desk.slack.posts)
    assert (await desk.send(stale)).status_code == 200
    await until(lambda: len(desk.slack.posts) >= before + 2)
    assert desk.slack.whispered == ["anna has said “relevant” meanwhile."]
    assert "*Relevant*, says anna" in desk.shown.text
    [verdict] = verdicts.listed(desk.page.site.db).items
    assert verdict.who == "anna"


async def test_what_slack_has_not_signed_just_now_and_once_is_refused(desk: Desk) -> None:
    body = desk.slack.pressing(desk.shown, "relevant", ANNA)
    forged = await desk.send(body, secret="x" * 32)
    assert (forged.status_code, "not signed" in forged.text) == (401, True)
    old = await desk.send(body, late=WINDOW + 1)
    assert (old.status_code, "too old" in old.text) == (401, True)
    ahead = await desk.send(body, late=-WINDOW - 1)
    assert ahead.status_code == 401
    bare = await desk.browser.post("/slack/actions", content=body)
    assert bare.status_code == 401
    assert verdicts.listed(desk.page.site.db).items == ()
    assert (await desk.send(body)).status_code == 200
    again = await desk.send(body)
    assert (again.status_code, "sent before" in again.text) == (401, True)
    assert len(verdicts.listed(desk.page.site.db).items) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"", b"payload=", b"payload={}", b"payload=[]", b"other=1", b"\xff",
        b"payload=" + b"[" * 9000,
        urlencode({"payload": '{"actions": [{"action_id": "drop", "value": "x"}]}'}).encode(),
    ],
)  # fmt: skip
async def test_a_signed_request_about_nothing_of_ours_is_refused(desk: Desk, body: bytes) -> None:
    assert (await desk.send(body)).status_code == 400


async def test_no_answer_goes_elsewhere_than_to_slack(desk: Desk, web: WebWorld) -> None:
    web.serve("/steal", "thanks")
    body = desk.slack.pressing(desk.shown, "on-it", ANNA)
    [payload] = parse_qs(body.decode())["payload"]
    elsewhere = payload.replace(desk.slack.url, web.url("").rstrip("/"))
    await desk.send(urlencode({"payload": elsewhere}).encode())
    await until(lambda: len(audit.recent(desk.page.site.db)) == 1)
    assert web.requests("/actions/0") == []


def test_what_is_not_signed_does_not_pass() -> None:
    now = Clock()()
    at = str(int(now.timestamp()))
    require_signed(["s"], at, signature("s", at, b""), b"", now)
    for secrets, given in (([], signature("s", at, b"")), (["s"], "v0=é"), (["s"], "")):
        with pytest.raises(UnsignedError, match="not signed"):
            require_signed(secrets, at, given, b"", now)


def test_a_request_passes_once_on_any_database_and_after_a_restart(db: Database) -> None:
    now = Clock()()
    pass_once(db, "v0=a", now)
    with closing(Database(db.url)) as another, pytest.raises(UnsignedError, match="sent before"):
        pass_once(another, "v0=a", now)
    # What is too old by then is forgotten.
    pass_once(db, "v0=b", now + timedelta(seconds=2 * WINDOW + 1))
    with db.read() as connection:
        assert connection.scalar(select(func.count()).select_from(slack_requests)) == 1

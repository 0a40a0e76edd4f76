"""What people answer in Slack itself: a request that Slack has signed, for each button pressed.

Slack waits three seconds for an answer; what was decided is told to it apart, by the address that
it gives for that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from monitor.channels import slack_interactions
from monitor.channels.slack_interactions import Pressed, SenselessError, UnsignedError
from monitor.errors import MonitorError, StoreError
from monitor.logs import get_logger
from monitor.service import slack
from monitor.web.identity import clean_name
from monitor.web.page_request import site_of
from monitor.web.routes import Routes
from monitor.web.site import Site

router = Routes()

#: So long the answer waits for what is decided, in seconds; it goes on afterwards.
PATIENCE = 2.0

log = get_logger(__name__)


class Buttons:
    """Those who press them, one after the other.

    Args:
        site: what pages need.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._under_way: set[asyncio.Task[None]] = set()

    async def press(self, pressed: Pressed) -> None:
        """Decide what a button says and tell Slack, in the background if that takes long."""
        task = asyncio.create_task(self._press(pressed))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        await asyncio.wait({task}, timeout=PATIENCE)

    async def _press(self, pressed: Pressed) -> None:
        site = self._site
        try:
            done = await site.ask(slack.decide, site.db, site.config, pressed, site.clock())
        except MonitorError as error:
            log.error("what was answered in Slack was not done", error=str(error))
            done = slack.Answered(None, "That was not done: the database cannot be used.")
        endpoints = [each.endpoint for each in site.config.channels if each.endpoint]
        if done.message is not None:
            payload = done.message | {"replace_original": True}
            await self._tell(lambda: slack_interactions.answer(pressed, payload, endpoints))
        if done.remark is not None:
            remark = {"text": done.remark, "response_type": "ephemeral", "replace_original": False}
            await self._tell(lambda: slack_interactions.answer(pressed, remark, endpoints))

    async def _tell(self, send: Callable[[], None]) -> None:
        try:
            await asyncio.to_thread(send)
        except MonitorError as error:
            log.warning("Slack was not told what was answered", error=str(error))


@router.post("/slack/actions")
async def press(request: Request) -> Response:
    """Somebody has pressed a button."""
    site = site_of(request)
    secrets = [
        each.signing_secret.get_secret_value()
        for each in site.config.channels
        if each.signing_secret is not None
        and slack_interactions.is_slack(each.url.get_secret_value())
    ]
    buttons: Buttons = request.app.state.buttons
    body = await request.body()
    timestamp = request.headers.get("x-slack-request-timestamp", "")
    given = request.headers.get("x-slack-signature", "")
    try:
        slack_interactions.require_signed(secrets, timestamp, given, body, site.clock())
        pressed = slack_interactions.pressed(body)
        await site.ask(slack.pass_once, site.db, given, site.clock())
    except (UnsignedError, SenselessError) as error:
        # Whoever sets it up wants to know; that is no secret.
        status = 401 if isinstance(error, UnsignedError) else 400
        log.warning("a request about a button was refused", why=error.what)
        return PlainTextResponse(f"{error}\n", status)
    except StoreError:
        log.warning("a request about a button is not remembered: the database cannot be used")
    name = clean_name(pressed.name) or "somebody in Slack"
    await buttons.press(replace(pressed, name=name))
    return Response(status_code=200)

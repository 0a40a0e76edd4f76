"""Slack, through Apprise's own plugin, against a server that speaks its protocol."""

from __future__ import annotations

import io
import logging
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from monitor.channels.sender import Sender
from monitor.config.schema import Channel
from monitor.messages import mrkdwn as form
from monitor.messages.render import render_alert, render_digest, render_follow_up, render_notice
from monitor.model.alert import Notice
from monitor.model.delivery import Message
from tests.support.alerts import CREATED, HOSTILE, alert, hostile_alert, hostile_follow_up
from tests.support.slack import (
    ACTION_PROHIBITED,
    CHANNEL_IS_ARCHIVED,
    CHANNEL_NOT_FOUND,
    INVALID_PAYLOAD,
    LATE,
    NO_SERVICE,
    OK,
    RESET,
    SERVER_ERROR,
    TOKENS,
    Behaviour,
    SlackServer,
    api_error,
    patience,
    rate_limited,
)

SECRETS = [part.casefold() for part in TOKENS.split("/")]
MESSAGE = render_alert(alert(), timezone="Europe/London")


def sender(slack: SlackServer, url: str = f"slack://{TOKENS}", **settings: str) -> Sender:
    channel = {"name": "slack", "url": url, "endpoint": slack.endpoint} | settings
    return Sender([Channel.model_validate(channel)], console=io.StringIO())


def no_secret_in(text: str) -> bool:
    return not any(secret in text.casefold() for secret in SECRETS)


# --- what arrives ---------------------------------------------------------------------------


@pytest.mark.parametrize("url", [f"slack://{TOKENS}", f"https://hooks.slack.com/services/{TOKENS}"])
def test_slack_gets_exactly_our_blocks(slack: SlackServer, url: str) -> None:
    result = sender(slack, url).send("slack", MESSAGE)
    assert result.ok
    (post,) = slack.messages
    assert post.path == f"/services/{TOKENS}"
    assert post.payload == form.payload(MESSAGE)
    assert post.payload["text"] == MESSAGE.title
    assert [block["type"] for block in post.payload["blocks"]] == ["header", "section"]
    (attachment,) = post.payload["attachments"]
    assert attachment["color"] == form.COLOURS[MESSAGE.severity]
    assert [block["type"] for block in attachment["blocks"]] == ["section"] * 4 + ["context"]
    assert attachment["blocks"][1]["text"] == {
        "type": "mrkdwn",
        "text": ">*Zhao Guangzong* and *Ni Gaobin* were sanctioned.",
        "verbatim": True,
    }


def test_a_hostile_alert_arrives_and_orders_nothing(slack: SlackServer) -> None:
    for message in (
        render_alert(hostile_alert(), timezone="UTC"),
        render_alert(hostile_follow_up().alert, timezone="UTC"),
        render_follow_up(hostile_follow_up(), timezone="UTC"),
    ):
        result = sender(slack).send("slack", message)
        assert result.ok, result.detail
        raw = slack.messages[-1].raw.decode()
        assert "<!" not in raw
        assert "<@" not in raw
        assert "@channel" not in raw


@pytest.mark.parametrize("text", [HOSTILE, "A" * 10_000, "&" * 10_000, "word " * 5_000])
def test_slack_takes_the_longest_alerts_and_notices(slack: SlackServer, text: str) -> None:
    notice = Notice(text, text, text, "\n".join([text] * 80), CREATED)
    sending = sender(slack)
    for message in (
        render_alert(hostile_alert(text), timezone="UTC"),
        render_follow_up(hostile_follow_up(text), timezone="UTC"),
        render_digest([hostile_alert(text)] * 50, title=text, note=text, timezone="UTC"),
        render_notice(notice, timezone="UTC"),
    ):
        result = sending.send("slack", message)
        assert result.ok, result.detail
    assert len(slack.messages) == 4


def test_a_bot_posts_to_each_of_its_channels(slack: SlackServer) -> None:
    url = "slack://xoxb-1234567-7654321-hushhushhush/#general/#ops"
    result = sender(slack, url, endpoint=f"{slack.url}/api").send("slack", MESSAGE)
    assert result.ok
    assert [post.payload["channel"] for post in slack.messages] == ["#general", "#ops"]
    assert {post.path for post in slack.messages} == {"/api/chat.postMessage"}
    assert slack.messages[0].payload["text"] == form.payload(MESSAGE)["text"]


# --- what it answers ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("behaviour", "retryable", "words"),
    [
        (INVALID_PAYLOAD, False, "400 invalid_payload"),
        (ACTION_PROHIBITED, False, "403 action_prohibited"),
        (NO_SERVICE, False, "404 no_service"),
        (CHANNEL_NOT_FOUND, False, "404 channel_not_found"),
        (CHANNEL_IS_ARCHIVED, False, "410 channel_is_archived"),
        (rate_limited(None), True, "429 rate_limited"),
        (SERVER_ERROR, True, "500 rollup_error"),
        (Behaviour(503, "<html>down</html>"), True, "503 Service Unavailable"),
        (Behaviour(408, ""), True, "408 Request Timeout"),
        (Behaviour(200, "<html>sign in to the wifi</html>"), True, "200"),
        (Behaviour(302, ""), True, "302"),
        (RESET, True, "broke the connection off"),
        (LATE, True, "did not answer in time"),
    ],
)
def test_refusals_are_told_apart(
    slack: SlackServer, behaviour: Behaviour, retryable: bool, words: str
) -> None:
    slack.next(behaviour)
    result = sender(slack, f"slack://{TOKENS}?{patience(behaviour)}").send("slack", MESSAGE)
    assert not result.ok
    assert result.retryable is retryable
    assert words in result.detail
    assert result.retry_after is None
    assert no_secret_in(result.detail)


def test_what_was_too_late_or_cut_off_is_said_to_have_perhaps_arrived(slack: SlackServer) -> None:
    slack.next(LATE, RESET)
    sending = sender(slack, f"slack://{TOKENS}?rto=0.2")
    for _ in range(2):
        assert "may have arrived" in sending.send("slack", MESSAGE).detail


def test_slack_is_left_alone_for_as_long_as_it_asks(slack: SlackServer) -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    past = format_datetime(datetime.now(UTC) - timedelta(seconds=90), usegmt=True)
    slack.next(rate_limited(30), rate_limited(soon), rate_limited(past), rate_limited("soon"))
    sending = sender(slack)
    waits = [sending.send("slack", MESSAGE).retry_after for _ in range(4)]
    assert waits[0] == 30.0
    assert waits[1] is not None
    assert 60 < waits[1] <= 90
    assert waits[2:] == [0.0, None]


@pytest.mark.parametrize(
    ("error", "retryable"),
    [("channel_not_found", False), ("invalid_auth", False), ("ratelimited", True)],
)
def test_the_web_apis_polite_no_is_a_no(slack: SlackServer, error: str, retryable: bool) -> None:
    slack.next(api_error(error))
    sending = sender(slack, "slack://xoxb-1234567-hushhushhush/#ops", endpoint=f"{slack.url}/api")
    result = sending.send("slack", MESSAGE)
    assert not result.ok
    assert result.retryable is retryable
    assert error in result.detail


def test_a_retry_repeats_nothing_to_a_target_that_has_it(slack: SlackServer) -> None:
    url = "slack://xoxb-1234567-hushhushhush/#general/#ops"
    endpoint = f"{slack.url}/api"
    slack.next(OK, api_error("ratelimited"))
    first = sender(slack, url, endpoint=endpoint).send("slack", MESSAGE)
    assert not first.ok
    slack.posts.clear()
    sending = sender(slack, url, endpoint=endpoint)
    assert sending.send("slack", MESSAGE, accepted=first.accepted).ok
    assert [post.payload["channel"] for post in slack.posts] == ["#ops"]


def test_nothing_listening_is_a_failure_that_may_pass() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{taken.getsockname()[1]}/services"
        channel = Channel.model_validate(
            {"name": "slack", "url": f"slack://{TOKENS}", "endpoint": endpoint}
        )
        result = Sender([channel], console=io.StringIO()).send("slack", MESSAGE)
    assert result.detail == "Slack: no connection to 127.0.0.1: nothing answers there"
    assert result.retryable


def test_each_of_many_at_once_gets_its_own_answer() -> None:
    with SlackServer() as limited, SlackServer() as gone, SlackServer() as well:
        limited.always(rate_limited(7))
        gone.always(NO_SERVICE)
        servers = {"limited": limited, "gone": gone, "well": well}
        sending = Sender(
            [
                Channel.model_validate(
                    {"name": name, "url": f"slack://{TOKENS}", "endpoint": server.endpoint}
                )
                for name, server in servers.items()
            ],
            console=io.StringIO(),
        )
        with ThreadPoolExecutor(12) as pool:
            names = list(servers) * 12
            results = list(pool.map(lambda name: sending.send(name, MESSAGE), names))
    for name, result in zip(names, results, strict=True):
        expected = {"limited": (False, True, 7.0), "gone": (False, False, None)}
        if name == "well":
            assert result.ok
        else:
            assert (result.ok, result.retryable, result.retry_after) == expected[name]


# --- what must not get out ------------------------------------------------------------------


@pytest.mark.parametrize(
    "behaviour",
    [
        OK,
        LATE,
        RESET,
        NO_SERVICE,
        SERVER_ERROR,
        Behaviour(400, f"bad token {TOKENS}"),
        Behaviour(400, f"bad token {TOKENS.upper()}"),
        Behaviour(404, f'{{"error": "no hook at https://hooks.slack.com/services/{TOKENS}"}}'),
    ],
)
def test_no_secret_reaches_a_result_or_a_log(
    slack: SlackServer, behaviour: Behaviour, caplog: pytest.LogCaptureFixture
) -> None:
    for name in (None, "apprise", "urllib3", "requests"):
        caplog.set_level(logging.DEBUG, logger=name)
    slack.next(behaviour)
    result = sender(slack, f"https://hooks.slack.com/services/{TOKENS}?{patience(behaviour)}").send(
        "slack", MESSAGE
    )
    assert no_secret_in(result.detail)
    assert no_secret_in(caplog.text)
    if not result.ok:
        assert "Slack" in caplog.text


def test_a_message_without_a_title_or_blocks_is_still_sent(slack: SlackServer) -> None:
    message = Message(title="", text="plain", html="<p>plain</p>", slack="plain", message_id="x")
    assert sender(slack).send("slack", message).ok
    assert slack.messages[0].payload["text"] == "plain"

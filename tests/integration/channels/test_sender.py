"""The sender itself: the console, other services, and addresses that cannot be understood."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from monitor.channels.sender import Sender, validate_channel
from monitor.config.schema import Channel
from monitor.errors import ChannelError
from monitor.messages.plain_text import wrapped
from monitor.messages.render import render_alert
from tests.support.alerts import alert
from tests.support.slack import OK, TOKENS, Behaviour, SlackServer, patience

MESSAGE = render_alert(alert(), timezone="Europe/London")
SECRET = "hushHUSH1234567890secret"


def channel(url: str, **settings: str) -> Channel:
    return Channel.model_validate({"name": "desk", "url": url, **settings})


@pytest.fixture
def web() -> Iterator[SlackServer]:
    with SlackServer() as server:
        yield server


# --- the console ----------------------------------------------------------------------------


def test_the_console_prints_the_text() -> None:
    stream = io.StringIO()
    result = Sender([], console=stream).send("console", MESSAGE)
    assert result.ok
    assert stream.getvalue() == wrapped(MESSAGE.text) + "\n"


def test_the_console_may_be_a_function() -> None:
    printed: list[str] = []
    assert Sender([], console=printed.append).send("console", MESSAGE).ok
    assert printed == [wrapped(MESSAGE.text) + "\n"]


def test_a_console_that_knows_only_ascii_gets_what_it_can_show() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    assert Sender([], console=stream).send("console", MESSAGE).ok
    assert b"HIGH ? score 75.5" in raw.getvalue()


def test_a_console_that_is_gone_is_a_failure_that_may_pass() -> None:
    stream = io.StringIO()
    stream.close()
    result = Sender([], console=stream).send("console", MESSAGE)
    assert not result.ok
    assert result.retryable


def test_a_configured_channel_called_console_is_the_users() -> None:
    stream = io.StringIO()
    mine = Channel.model_validate({"name": "console", "url": "json://127.0.0.1:1/"})
    assert not Sender([mine], console=stream).send("console", MESSAGE).ok
    assert stream.getvalue() == ""


def test_a_channel_that_is_not_configured_fails_but_may_come_back() -> None:
    result = Sender([], console=io.StringIO()).send("gone", MESSAGE)
    assert not result.ok
    assert result.retryable
    assert result.detail == 'no channel called "gone" is configured'


# --- other services -------------------------------------------------------------------------


def json_channel(web: SlackServer, behaviour: Behaviour = OK) -> Channel:
    return channel(f"json://{urlsplit(web.url).netloc}/hooks/{SECRET}?{patience(behaviour)}")


@pytest.mark.parametrize(
    ("behaviour", "retryable", "retry_after"),
    [
        (Behaviour(401, "who are you"), False, None),
        (Behaviour(413, ""), False, None),
        (Behaviour(503, "", {"Retry-After": "17"}), True, 17.0),
        (Behaviour(429, '{"message": "slow down", "retry_after": 3}'), True, None),
        (Behaviour(how="reset"), True, None),
        (Behaviour(how="late"), True, None),
        (Behaviour(400, f"no hook {SECRET} here"), False, None),
    ],
)
def test_any_other_services_refusals_are_told_apart_without_its_secrets(
    web: SlackServer,
    behaviour: Behaviour,
    retryable: bool,
    retry_after: float | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for name in (None, "apprise", "urllib3"):
        caplog.set_level(logging.DEBUG, logger=name)
    web.next(behaviour)
    sending = Sender([json_channel(web, behaviour)], console=io.StringIO())
    result = sending.send("desk", MESSAGE)
    assert (result.ok, result.retryable, result.retry_after) == (False, retryable, retry_after)
    assert SECRET not in result.detail + caplog.text


def test_a_name_nobody_knows_is_said_to_be_unknown() -> None:
    bad = channel("json://nobody.invalid/")
    result = Sender([bad], console=io.StringIO()).send("desk", MESSAGE)
    assert result.detail == (
        "JSON: the name nobody.invalid is not known; check the address and the network"
    )


# --- addresses ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        f"slack://{TOKENS}",
        f"https://hooks.slack.com/services/{TOKENS}",
        "slack://xoxb-1234567-7654321-hushhushhush/#general",
        "mailtos://joe:hush@mail.example.org/?from=joe@example.org&to=a@example.org,b@example.org",
        "json://localhost/hook",
        "discord://123456789/abcdefghijkl",
        "https://discord.com/api/webhooks/123456789/abcdefghijkl",
        "ntfys://topic-name",
    ],
)
def test_good_addresses_pass(url: str) -> None:
    validate_channel(channel(url))


@pytest.mark.parametrize(
    ("url", "what"),
    [
        (f"slak://{TOKENS}", 'no service is called "slak". Did you mean "slack://"?'),
        (f"slack://T0AAAAAAA/{SECRET}", "not a complete Slack address. Its shape is slack://{to"),
        ("slack://", "not an address"),
        ("slack", "not an address"),
        (f"xoxb-{SECRET}", "not an address"),
        (f"https://hooks.slack.com/services/{SECRET}", "not a whole Slack webhook"),
        (f"https://example.org/{SECRET}", "belongs to no known service"),
        (f"mailto://joe:{SECRET}@example.org/?to=a@example.org,nonsense", "not a mail address"),
        (f"mailto://{SECRET}:x@", "not a complete mail address"),
        (f"mailtos://u:{SECRET}@x@smtp.example.org?to=a@b.org", 'write "@" in the user'),
        (f"mailtos://u:{SECRET}@smtp.example.org?to=a@b.org;c@d.org", "parted by a semicolon"),
        (f"<https://hooks.slack.com/services/{SECRET}>", "no brackets or quotation marks"),
        (f"{SECRET}://x/y", "names no known service"),
        (f"json://[{SECRET}", "not a complete JSON address"),
        (f"slack://{TOKENS}?mode=nonsense", "not a complete Slack address"),
    ],
)
def test_bad_addresses_are_explained_without_their_secrets(
    url: str, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="apprise")
    with pytest.raises(ChannelError) as caught:
        validate_channel(channel(url))
    assert what in str(caught.value)
    assert str(caught.value).startswith('channel "desk": ')
    assert SECRET.casefold() not in str(caught.value).casefold() + caplog.text.casefold()
    result = Sender([channel(url)], console=io.StringIO()).send("desk", MESSAGE)
    assert not result.ok
    assert result.retryable, "the next edit of the config may mend it"
    assert SECRET.casefold() not in result.detail.casefold()


def test_an_endpoint_is_refused_where_it_would_be_ignored(web: SlackServer) -> None:
    with pytest.raises(ChannelError, match="only for Slack"):
        validate_channel(channel("json://localhost/", endpoint=web.endpoint))


def test_requests_of_others_are_left_alone(web: SlackServer) -> None:
    import requests

    web.next(OK)
    assert (
        Sender([channel(f"slack://{TOKENS}", endpoint=web.endpoint)], console=io.StringIO())
        .send("desk", MESSAGE)
        .ok
    )
    answer = requests.post(f"{web.endpoint}/T/B/X", json={"text": "mine"}, timeout=5)
    assert answer.text == "ok"


def test_deciding_and_rendering_wait_for_neither_apprise_nor_jinja() -> None:
    code = (
        "import sys, monitor.alerts.timing, monitor.channels.sender, monitor.messages.render;"
        "sys.exit(', '.join({'apprise', 'requests', 'jinja2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == "\n"

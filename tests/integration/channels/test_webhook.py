"""Webhooks of the user's own: what they get, and how they know who sent it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from monitor.channels.sender import Sender, validate_channel
from monitor.config.schema import Channel
from monitor.errors import ChannelError
from monitor.messages.render import render_alert, render_digest, render_follow_up, render_notice
from monitor.model.alert import Notice
from monitor.model.delivery import Message
from tests.support.alerts import CREATED, alert, coverage, follow_up, hostile_alert
from tests.support.slack import Behaviour, Post, SlackServer

ZONE = "Europe/London"
SECRET = "a-secret-that-nobody-guesses"

ACCEPTED = Behaviour(204, "")


@pytest.fixture
def server() -> Iterator[SlackServer]:
    with SlackServer() as server:
        server.always(ACCEPTED)
        yield server


def webhook(server: SlackServer, *, kind: str = "json", secret: str | None = SECRET) -> Channel:
    url = f"{kind}://{urlsplit(server.url).netloc}/hook"
    return Channel.model_validate({"name": "desk", "url": url, "signing_secret": secret})


def post(server: SlackServer, message: Message, channel: Channel | None = None) -> Post:
    sender = Sender([channel or webhook(server)], console=io.StringIO())
    assert sender.send("desk", message).ok
    return server.posts[-1]


def signature(key: bytes, got: Post) -> str:
    headers = {name.lower(): value for name, value in got.headers.items()}
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + got.raw
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def header(got: Post, name: str) -> str:
    return {each.lower(): value for each, value in got.headers.items()}[name]


def test_a_program_gets_an_alert_as_data(server: SlackServer) -> None:
    said = json.loads(post(server, render_alert(alert(), timezone=ZONE)).raw)
    assert said["kind"] == "alert"
    assert said["severity"] == alert().match.severity.value
    assert said["id"].endswith(alert().id)
    shown = said["alert"]
    assert shown["watchlist"] == alert().match.watchlist
    assert shown["link"] == alert().article.url
    assert shown["headline_text"] == alert().article.title
    assert shown["mentioned"]
    assert said["message"]


def test_every_kind_of_message_can_be_sent(server: SlackServer) -> None:
    kinds = {
        "follow-up": render_follow_up(follow_up(coverage("The Other Gazette")), timezone=ZONE),
        "digest": render_digest([alert()], title="Digest", note=None, timezone=ZONE),
        "notice": render_notice(Notice("1", "feeds", "Title", "Text", CREATED), timezone=ZONE),
        "alert": render_alert(hostile_alert(), timezone=ZONE),
    }
    for kind, message in kinds.items():
        assert json.loads(post(server, message).raw)["kind"] == kind


@pytest.mark.parametrize("kind", ["json", "xml", "form"])
def test_what_is_sent_is_signed(server: SlackServer, kind: str) -> None:
    message = render_alert(alert(), timezone=ZONE)
    got = post(server, message, webhook(server, kind=kind))
    assert header(got, "webhook-signature") == signature(SECRET.encode(), got)
    assert header(got, "webhook-id") == message.message_id
    assert abs(int(header(got, "webhook-timestamp")) - time.time()) < 60


def test_a_secret_of_the_standards_form_is_base64(server: SlackServer) -> None:
    key = bytes(range(24))
    secret = f"whsec_{base64.b64encode(key).decode()}"
    got = post(server, render_alert(alert(), timezone=ZONE), webhook(server, secret=secret))
    assert header(got, "webhook-signature") == signature(key, got)


def test_a_repeat_can_be_told_by_its_id_and_is_signed_anew(server: SlackServer) -> None:
    channel = webhook(server)
    sender = Sender([channel], console=io.StringIO())
    message = render_alert(alert(), timezone=ZONE)
    server.next(Behaviour(503, "busy"))
    assert not sender.send("desk", message).ok
    assert sender.send("desk", message).ok
    first, second = server.posts
    assert header(first, "webhook-id") == header(second, "webhook-id")
    assert header(second, "webhook-signature") == signature(SECRET.encode(), second)


def test_without_a_secret_nothing_is_signed(server: SlackServer) -> None:
    got = post(server, render_alert(alert(), timezone=ZONE), webhook(server, secret=None))
    assert "webhook-signature" not in {name.lower() for name in got.headers}


@pytest.mark.parametrize(
    ("url", "secret", "error"),
    [
        ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", SECRET, "only for Slack and for"),
        ("json://localhost/", "tiny-one", "too short"),
        ("slack://T000AAAAA/B000BBBBB/CCCCCCCCCCCCCCCCCCCCCCCC", "tiny-one", "too short"),
        ("json://localhost/", "whsec_???-this", "not base64"),
    ],
)
def test_a_secret_that_cannot_sign_is_refused_and_not_repeated(
    url: str, secret: str, error: str
) -> None:
    channel = Channel.model_validate({"name": "desk", "url": url, "signing_secret": secret})
    with pytest.raises(ChannelError, match=error) as refused:
        validate_channel(channel)
    assert secret.removeprefix("whsec_") not in str(refused.value)

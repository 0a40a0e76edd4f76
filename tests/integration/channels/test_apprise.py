"""Services other than Slack and mail, through Apprise's own plugins: form, size, no orders."""

from __future__ import annotations

import io
import json
import re
import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from lxml import html

from monitor.channels.apprise import within
from monitor.channels.sender import Sender
from monitor.config.schema import Channel
from monitor.messages.render import render_alert, render_digest, render_follow_up
from monitor.model.delivery import Message
from tests.support.alerts import (
    HOSTILE,
    alert,
    coverage,
    follow_up,
    hostile_alert,
    hostile_follow_up,
    mention,
    names,
)
from tests.support.slack import Behaviour, Post, SlackServer

MESSAGE = render_alert(alert(), timezone="Europe/London")


@dataclass(frozen=True)
class Kind:
    """A service: its address, what a reader sees of a post, and how much it takes."""

    url: str
    shown: Callable[[Post], str]
    limit: int


def _field(*path: str | int) -> Callable[[Post], str]:
    def shown(post: Post) -> str:
        value: Any = post.payload or json.loads(post.raw)
        for step in path:
            value = value[step]
        return str(value)

    return shown


def _teams(post: Post) -> str:
    (attachment,) = post.payload["attachments"]
    return str(attachment["content"]["body"][-1]["text"])


def _sms(post: Post) -> str:
    return parse_qs(post.raw.decode())["Body"][0]


KINDS = {
    "discord": Kind("discord://123456789/abcdefghijkl", _field("content"), 2000),
    "telegram": Kind(f"tgram://123456789:{'a' * 35}/1234/", _field("text"), 4096),
    "ntfy": Kind("ntfy://{host}/topic", _field("message"), 4096),
    "teams": Kind("workflows://{host}/ABCD/DEFG/", _teams, 7000),
    "mattermost": Kind("mmost://{host}/3ccdd113474722377935511fc85d3dd4", _field("text"), 4000),
    "rocket": Kind(
        f"rocket://{'a' * 36}/{'b' * 24}@{{host}}/#c?mode=webhook", _field("text"), 1000
    ),
    "json": Kind("json://{host}/hook", _field("message"), 32768),
    "sms": Kind(f"twilio://AC{'1' * 32}:{'2' * 32}@15551234567/15557654321", _sms, 160),
}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate for loopback."""
    folder: Path = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", folder / "key", "-out", folder / "cert"],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder


Deliver = Callable[[str, Message], Post]


@pytest.fixture
def deliver(monkeypatch: pytest.MonkeyPatch, certificate: Path) -> Iterator[Deliver]:
    """Sends a message to a service of that name; what arrives there."""
    from apprise.plugins.discord import NotifyDiscord
    from apprise.plugins.telegram import NotifyTelegram
    from apprise.plugins.twilio import NotifyTwilio

    with SlackServer() as plain, SlackServer() as secured:
        monkeypatch.setattr(NotifyDiscord, "notify_url", plain.url)
        monkeypatch.setattr(NotifyTelegram, "notify_url", f"{plain.url}/bot")
        monkeypatch.setattr(NotifyTwilio, "notify_sms_url", plain.url + "/{sid}")
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate / "cert", certificate / "key")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate / "cert"))
        secured._http.socket = tls.wrap_socket(secured._http.socket, server_side=True)

        def send(name: str, message: Message) -> Post:
            server = secured if name == "teams" else plain
            url = KINDS[name].url.format(host=server.url.removeprefix("http://"))
            channel = Channel.model_validate({"name": name, "url": url})
            server.next(Behaviour(200, '{"ok": true}'))
            result = Sender([channel], console=io.StringIO()).send(name, message)
            assert result.ok, result.detail
            return server.posts[-1]

        yield send


def seen(name: str, post: Post) -> str:
    """What a reader sees, without the marks that only the service's own program reads."""
    shown = KINDS[name].shown(post)
    if name in {"teams", "rocket"}:
        shown = re.sub(r"\\(\W)", r"\1", shown)
    if name == "telegram":
        shown = html.fromstring(f"<div>{shown}</div>").text_content()
    return shown.replace("\r\n", "\n")


@pytest.mark.parametrize("name", sorted(set(KINDS) - {"sms"}))
def test_every_service_gets_the_whole_of_an_ordinary_alert(deliver: Deliver, name: str) -> None:
    shown = seen(name, deliver(name, MESSAGE))
    for line in filter(None, MESSAGE.text.split("\n")):
        assert line.strip() in shown
    assert shown.startswith("HIGH · score 75.5 · Parliament"), "the headline is not said twice"


def test_a_webhook_gets_title_severity_and_text(deliver: Deliver) -> None:
    payload = deliver("json", MESSAGE).payload
    assert payload["title"] == MESSAGE.title
    assert payload["message"] == MESSAGE.text.rstrip()
    assert payload["type"] == "failure"


def test_a_text_message_says_what_the_subject_says(deliver: Deliver) -> None:
    shown = seen("sms", deliver("sms", MESSAGE))
    assert shown.startswith(MESSAGE.title)
    assert "Mentions APT31" in shown or len(shown) > 100


@pytest.mark.parametrize("name", sorted(KINDS))
@pytest.mark.parametrize(
    "message",
    [
        render_alert(hostile_alert("word & <b> " * 2_000), timezone="UTC"),
        render_follow_up(hostile_follow_up("&" * 500), timezone="UTC"),
        render_digest([alert()] * 300, title="Digest", note=None, timezone="UTC"),
        render_alert(hostile_alert("赵光宗" * 3_000), timezone="UTC"),
    ],
    ids=["words", "follow-up", "digest", "no spaces"],
)
def test_no_service_gets_more_than_it_takes(deliver: Deliver, name: str, message: Message) -> None:
    post = deliver(name, message)
    raw = KINDS[name].shown(post)
    assert 0 < len(raw) <= KINDS[name].limit
    # Nothing is cut within what escaping made of a character.
    assert not re.search(r"&[a-z]{0,5}…?$", raw) or name != "telegram"
    if len(message.text) > KINDS[name].limit:
        assert "…" in raw


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_headline_gives_no_orders(deliver: Deliver, name: str) -> None:
    title = (
        "@everyone <@123> <@&9> <at>ann@example.org</at> [your bank](https://evil.example) "
        "<https://evil.example|bank> [x]: https://evil.example bob@example.org"
    )
    post = deliver(name, render_alert(alert(title=title), timezone="UTC"))
    payload = dict(post.payload)
    if name == "json":
        # What a program is given beside the text is what the article says, word for word.
        payload.pop("alert")
    raw = post.raw.decode() if name == "sms" else json.dumps(payload, ensure_ascii=False)
    for order in ("@everyone", "<@", "<at>", "](", "<https://evil", "\\](", "]:", '"mention"'):
        assert order not in raw
    if name != "sms":
        assert "bob@example.org" in seen(name, post)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_service_takes_a_hostile_alert(deliver: Deliver, name: str) -> None:
    for message in (
        render_alert(hostile_alert(HOSTILE), timezone="UTC"),
        render_follow_up(hostile_follow_up(HOSTILE), timezone="UTC"),
    ):
        assert seen(name, deliver(name, message))


@pytest.mark.parametrize("name", ["teams", "rocket"])
def test_links_are_not_broken_by_escapes(deliver: Deliver, name: str) -> None:
    raw = KINDS[name].shown(deliver(name, MESSAGE))
    assert "\n\nhttps://news.example.org/apt31?a=1&b=2\n\n" in raw


def test_a_follow_up_arrives_where_there_are_no_blocks(deliver: Deliver) -> None:
    told = follow_up(coverage("Ledger Wire", development=names("Ni Gaobin")))
    shown = seen("discord", deliver("discord", render_follow_up(told, timezone="UTC")))
    assert shown.startswith("Also in Ledger Wire · Parliament\n")
    assert "NEW: it now names Ni Gaobin" in shown


def test_a_service_that_mails_gets_the_mails_html(monkeypatch: pytest.MonkeyPatch) -> None:
    from apprise.plugins.sendgrid import NotifySendGrid

    with SlackServer() as server:
        monkeypatch.setattr(NotifySendGrid, "notify_url", server.url)
        server.next(Behaviour(202, ""))
        url = "sendgrid://abcdefghijklmnop:monitor@example.org/alice@example.org"
        channel = Channel.model_validate({"name": "mail", "url": url})
        result = Sender([channel], console=io.StringIO()).send("mail", MESSAGE)
        assert result.ok, result.detail
        (post,) = server.posts
    assert post.payload["subject"] == MESSAGE.title
    assert post.payload["content"][0] == {"type": "text/html", "value": MESSAGE.html}


# --- cutting --------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", range(20, 400, 7))
def test_names_stay_whole_whatever_the_limit(limit: int) -> None:
    name = "Wuhan Xiaoruizhi Science and Technology"
    title = f"Sanctions on {name} and on {name} and others"
    given = alert(title=title)
    named = replace(given.match, mentions=(mention(name, name, title, "title"),))
    message = render_alert(replace(given, match=named), timezone="UTC")
    for text in (message.text, message.title):
        cut = within(text, limit, lambda part: len(part) <= limit, message.names)
        assert len(cut) <= limit
        left = cut.replace(name, "")
        assert not re.search("Wuhan|Xiaoruizhi|Science", left), cut


def test_the_first_paragraphs_are_kept_and_the_rest_is_said_to_be_missing() -> None:
    text = "one one\n\ntwo two\n\nthree three\n"
    assert within(text, 100, lambda part: True, ()) == text
    assert within(text, 20, lambda part: len(part) <= 20, ()) == "one one\n\ntwo two\n\n…"
    assert within(text, 18, lambda part: len(part) <= 18, ()) == "one one\n\n…"
    assert within(text, 6, lambda part: len(part) <= 6, ()) == "one…"

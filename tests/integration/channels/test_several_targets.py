"""Channels with several targets, of which some take a message and others do not."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import parse_qs

import pytest

from monitor.channels.apprise_plugins import plugin_called
from monitor.channels.sender import Sender
from monitor.config.schema import Channel
from monitor.messages.render import render_alert
from monitor.model.delivery import Message, SendResult
from tests.support.alerts import alert
from tests.support.slack import Behaviour, Post, SlackServer, rate_limited

MESSAGE = render_alert(alert(), timezone="UTC")


def field(name: str) -> Callable[[Post], str]:
    """What a post's JSON or form says."""

    def value(post: Post) -> str:
        payload = post.payload or json.loads(post.raw)
        return str(payload[name])

    return value


def form(name: str) -> Callable[[Post], str]:
    return lambda post: parse_qs(post.raw.decode())[name][0]


@dataclass(frozen=True)
class Kind:
    """A service: an address with two targets, and how a post and its answers look."""

    url: str
    target: Callable[[Post], str]
    taken: Behaviour
    busy: Behaviour
    gone: Behaviour
    second: str
    other: str
    """How the target asked second stands in the address, and another one in its place."""
    attribute: str = "notify_url"
    by_place: bool = False
    """The plugin says a target's place, not its name."""


def vonage(status: str) -> Behaviour:
    return Behaviour(200, json.dumps({"messages": [{"status": status, "error-text": "No"}]}))


KINDS = {
    "tgram": Kind(
        f"tgram://123456789:{'a' * 35}/1234/5678", field("chat_id"),
        Behaviour(200, '{"ok": true}'), rate_limited(3),
        Behaviour(403, '{"ok": false, "description": "bot was blocked"}'),
        "/5678", "/9012",
    ),
    "ntfy": Kind(
        "ntfy://{host}/one/two", field("topic"), Behaviour(200, "{}"), rate_limited(3),
        Behaviour(403, '{"error": "forbidden"}'), "/one", "/three",
    ),
    "twilio": Kind(
        f"twilio://AC{'1' * 32}:{'2' * 32}@15551234567/15557654321/15557654322", form("To"),
        Behaviour(201, "{}"), rate_limited(3), Behaviour(404, "{}"),
        "/15557654322", "/15557654323", "notify_sms_url",
    ),
    "plivo": Kind(
        f"plivo://{'1' * 20}@{'2' * 30}/15551234567/15557654321/15557654322", field("dst"),
        Behaviour(202, "{}"), rate_limited(3), Behaviour(404, "{}"),
        "/15557654322", "/15557654323", by_place=True,
    ),
    "vonage": Kind(
        "vonage://ACaaaa1111:bbbb2222@15551234567/15557654321/15557654322", form("to"),
        vonage("0"), vonage("1"), vonage("4"), "/15557654322", "/15557654323",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(KINDS))
def test_who_has_a_message_is_not_sent_it_again(
    name: str, slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, plugin = KINDS[name], plugin_called(name)
    monkeypatch.setattr(plugin, "request_rate_per_sec", 0)
    if "{host}" not in kind.url:
        path = {"tgram": "/bot", "twilio": "/{sid}", "plivo": "/{auth_id}"}.get(name, "/")
        monkeypatch.setattr(plugin, kind.attribute, slack.url + path)
    url = kind.url.format(host=slack.url.removeprefix("http://"))

    def send(
        message: Message = MESSAGE, *, before: SendResult | None = None, url: str = url
    ) -> SendResult:
        """One attempt, by a process that has made no other."""
        channel = Channel.model_validate({"name": "c", "url": url})
        sender = Sender([channel], console=io.StringIO())
        return sender.send("c", message, accepted=before.accepted if before else None)

    slack.next(kind.taken, kind.busy)
    first = send()
    assert (first.ok, first.retryable, first.refuses_all) == (False, True, False)
    one, two = map(kind.target, slack.posts)
    assert one != two

    slack.next(kind.busy)
    second = send(before=first)
    assert not second.ok
    slack.next(kind.gone)
    gone = send(before=second)
    # It has taken it for another.
    assert (gone.ok, gone.refuses_all) == (False, False)
    slack.next(kind.taken)
    assert send(before=gone).ok
    assert [kind.target(post) for post in slack.posts] == [one, two, two, two, two]

    # What is sent then is another message.
    slack.next(kind.taken, kind.taken)
    assert send(replace(MESSAGE, message_id="another"), before=gone).ok
    assert {kind.target(post) for post in slack.posts[5:]} == {one, two}
    assert len(slack.posts) == 7

    # Who is added meanwhile gets it, too; what a plugin knows by its place in the address only
    # may be another by now.
    slack.next(kind.taken, kind.taken, kind.taken)
    assert send(before=gone, url=url.replace(kind.second, kind.other)).ok
    targets = [kind.target(post) for post in slack.posts[7:]]
    assert targets[-1] not in {one, two}
    assert targets[:-1] == ([one] if kind.by_place else [])

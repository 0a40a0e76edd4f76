"""Services that send a message elsewhere: it follows whole, or it is said why not."""

from __future__ import annotations

import io
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from monitor.channels.outcome import RedirectRefusedError
from monitor.channels.sender import Sender
from monitor.channels.session import MOST_REDIRECTS, _Guard
from monitor.config.schema import Channel
from monitor.ip_ranges import is_reachable
from monitor.messages.render import render_alert
from monitor.model.delivery import SendResult
from tests.support.alerts import alert
from tests.support.slack import Behaviour, SlackServer

MESSAGE = render_alert(alert(), timezone="UTC")
ACCEPTED = Behaviour(204, "")


@pytest.fixture
def server() -> Iterator[SlackServer]:
    with SlackServer() as server:
        server.always(ACCEPTED)
        yield server


def to(where: str, status: int = 302) -> Behaviour:
    return Behaviour(status, "", {"Location": where})


def send(server: SlackServer) -> SendResult:
    url = f"json://user:password@{urlsplit(server.url).netloc}/hook?+X-Key=let-me-in"
    secret = "a-secret-that-nobody-guesses"
    desk = Channel.model_validate({"name": "desk", "url": url, "signing_secret": secret})
    return Sender([desk], console=io.StringIO()).send("desk", MESSAGE)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_the_message_follows_with_all_it_says(server: SlackServer, status: int) -> None:
    server.next(to("/moved", status), to(f"{server.url}/again", status))
    assert send(server).ok
    first, second, third = server.posts
    assert [each.path for each in server.posts] == ["/hook", "/moved", "/again"]
    assert first.raw == second.raw == third.raw
    assert len(first.raw) > 100
    # It is the same service still, which knows us by these.
    for name in ("webhook-signature", "Authorization", "X-Key", "Content-Type"):
        assert third.headers[name] == first.headers[name]


def test_another_host_gets_no_secret(server: SlackServer) -> None:
    with SlackServer() as other:
        other.always(ACCEPTED)
        server.next(to(f"{other.url}/elsewhere", 307))
        assert send(server).ok
        [got] = other.posts
    assert got.raw == server.posts[0].raw
    assert {name.lower() for name in got.headers} <= {
        "host", "connection", "user-agent", "accept", "accept-encoding", "content-type",
        "content-length",
    }  # fmt: skip


def test_it_follows_for_a_few_steps_only(server: SlackServer) -> None:
    server.always(to("/round"))
    result = send(server)
    assert (result.ok, len(server.posts)) == (False, MOST_REDIRECTS + 1)
    assert "redirects without end" in result.detail


@pytest.mark.parametrize(
    ("status", "where", "why"),
    [
        (303, "/thanks", "does not say that it took the message"),
        (302, "ftp://127.0.0.1/x", "to what is no web address"),
        (302, "http://[::1", "redirects to what is no"),
        (308, "javascript:alert(1)", "to what is no web address"),
    ],
)
def test_what_is_not_followed_is_said(
    server: SlackServer, status: int, where: str, why: str
) -> None:
    server.next(to(where, status))
    result = send(server)
    assert not result.ok
    # It is tried again, and operators are told at once.
    assert (result.retryable, result.refuses_all) == (True, True)
    assert why in result.detail, result.detail
    assert len(server.posts) == 1


def test_slack_too_follows_with_the_message(server: SlackServer) -> None:
    url = "slack://TOKENAAAA/TOKENBBBB/TOKENCCCC"
    slack = Channel.model_validate({"name": "slack", "url": url, "endpoint": server.endpoint})
    server.always(Behaviour())
    server.next(to("/services/moved", 301))
    assert Sender([slack], console=io.StringIO()).send("slack", MESSAGE).ok
    first, second = server.posts
    assert first.raw == second.raw


def test_nobody_is_led_into_a_private_network() -> None:
    public = _Guard()
    public.check("93.184.216.34")
    public.check("2606:2800:220:1::1")
    for inside in ("127.0.0.1", "10.0.0.1", "::1", "fe80::1%eth0", "::ffff:10.0.0.1"):
        with pytest.raises(RedirectRefusedError):
            public.check(inside)
    # Who has set up a channel in there may be sent on in there, and not to what lends out keys.
    own = _Guard()
    own.check("192.168.1.5")
    own.check("192.168.1.6")
    own.check("93.184.216.34")
    for never in ("169.254.169.254", "fd00:ec2::254", "0.0.0.0", "ff02::1"):
        assert not is_reachable(never, allow_private=True)
        with pytest.raises(RedirectRefusedError):
            own.check(never)

"""Services that refuse a message and answer 200 all the same."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest

from monitor.channels.apprise_plugins import plugin_called
from monitor.channels.sender import Sender
from monitor.config.schema import Channel
from monitor.messages.render import render_alert
from monitor.model.delivery import SendResult
from tests.support.alerts import alert
from tests.support.slack import Behaviour, SlackServer

MESSAGE = render_alert(alert(), timezone="Europe/London")
TOKEN = "a1b2c3d4" * 4
ADDRESSES = {
    "dingtalk": f"dingtalk://{TOKEN}",
    "wecombot": "wecombot://693a1111-7a0c-4bc4-97a0-0ec2f1fa5aaa",
    "feishu": f"feishu://{TOKEN}",
    "lark": "lark://693a1111-7a0c-4bc4-97a0-0ec2f1fa5aaa",
    "pushdeer": f"pushdeer://{{host}}/{TOKEN}",
    "schan": f"schan://{TOKEN}",
    "synology": f"synology://{{host}}/{TOKEN}",
    "vonage": "vonage://ACaaaa1111:bbbb2222@15551234567/15557654321",
    "msg91": f"msg91://tttt1111@{TOKEN}/15557654321",
}
TAKEN = {
    "dingtalk": {"errcode": 0, "errmsg": "ok"},
    "wecombot": {"errcode": 0, "errmsg": "ok"},
    "feishu": {"code": 0, "msg": "success", "data": {}},
    "lark": {"StatusCode": 0, "StatusMessage": "success"},
    "pushdeer": {"code": 0, "content": {"result": ["{}"]}},
    "schan": {"code": 0, "message": "", "data": {"error": "SUCCESS"}},
    "synology": {"success": True},
    "vonage": {"message-count": "1", "messages": [{"status": "0"}]},
    "msg91": {"type": "success", "message": "333163666e"},
}
REFUSED = {
    "dingtalk": {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"},
    "wecombot": {"errcode": 45009, "errmsg": "api freq out of limit"},
    "feishu": {"code": 11232, "msg": "frequency limited", "data": {}},
    "lark": {"code": 11232, "msg": "frequency limited", "data": {}},
    "pushdeer": {"code": 80501, "error": "Key not exists"},
    "schan": {"code": 40001, "message": "too many today"},
    "synology": {"error": {"code": 411, "errors": "create post too fast"}, "success": False},
    "vonage": {
        "message-count": "2",
        "messages": [{"status": "0"}, {"status": "1", "error-text": "Throughput Rate Exceeded"}],
    },
    "msg91": {"type": "error", "message": "Please provide a valid template"},
}
REMOVED = {
    "dingtalk": {"errcode": 300001, "errmsg": "token is not exist"},
    "wecombot": {"errcode": 93000, "errmsg": "invalid webhook url"},
    "feishu": {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"},
    "lark": {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"},
    "synology": {"error": {"code": 404, "errors": "invalid token"}, "success": False},
    "vonage": {"messages": [{"status": "4", "error-text": "Bad Credentials"}]},
}

Send = Callable[..., SendResult]


@pytest.fixture
def send(monkeypatch: pytest.MonkeyPatch, slack: SlackServer) -> Send:
    """Sends a message to a service that gives these answers."""

    def send(name: str, *answers: object) -> SendResult:
        plugin = plugin_called(name)
        # Apprise waits between the requests to one service.
        monkeypatch.setattr(plugin, "request_rate_per_sec", 0)
        if "{host}" not in ADDRESSES[name]:
            monkeypatch.setattr(plugin, "notify_url", f"{slack.url}/")
        url = ADDRESSES[name].format(host=slack.url.removeprefix("http://"))
        slack.next(*(Behaviour(200, json.dumps(each)) for each in answers))
        channel = Channel.model_validate({"name": "c", "url": url})
        before = len(slack.posts)
        result = Sender([channel], console=io.StringIO()).send("c", MESSAGE)
        assert len(slack.posts) == before + len(answers), result.detail
        return result

    return send


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_what_is_refused_under_200_is_not_called_sent(send: Send, name: str) -> None:
    taken = send(name, TAKEN[name])
    assert taken.ok, taken.detail
    refused = send(name, REFUSED[name])
    assert not refused.ok
    assert refused.retryable
    assert not refused.refuses_all
    said = json.dumps(REFUSED[name])
    assert refused.detail.split(": ", 1)[1].split(" ", 1)[-1] in said
    assert TOKEN not in refused.detail


@pytest.mark.parametrize("name", sorted(REMOVED))
def test_a_webhook_that_is_gone_is_the_channels_fault(send: Send, name: str) -> None:
    refused = send(name, REMOVED[name])
    assert (refused.ok, refused.refuses_all) == (False, True)


@pytest.mark.parametrize("answer", ["ok", [], {}, {"errcode": None}, {"messages": "none"}])
@pytest.mark.parametrize("name", ["dingtalk", "vonage"])
def test_an_answer_that_refuses_nothing_is_believed(send: Send, name: str, answer: object) -> None:
    assert send(name, answer).ok


def test_a_program_of_ones_own_may_answer_what_it_likes(slack: SlackServer) -> None:
    url = f"json://{slack.url.removeprefix('http://')}/hook"
    slack.next(Behaviour(200, json.dumps({"errcode": 1, "code": 7, "success": False})))
    channel = Channel.model_validate({"name": "c", "url": url})
    assert Sender([channel], console=io.StringIO()).send("c", MESSAGE).ok

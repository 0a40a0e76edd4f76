"""Slack by a bot's token: messages that change, and answers in their thread."""

from __future__ import annotations

import io

import pytest

from monitor.channels.sender import Sender
from monitor.config.schema import Channel
from monitor.messages.render import render_alert
from monitor.model.delivery import Message, PartlyAccepted
from tests.support.alerts import alert
from tests.support.slack import (
    BOT,
    LATE,
    OK,
    RESET,
    TOKENS,
    Behaviour,
    SlackServer,
    api_error,
    patience,
    rate_limited,
)

FIRST = render_alert(alert(), timezone="UTC")
LATER = render_alert(alert(title="APT31 and its second headline"), timezone="UTC")


def sender(slack: SlackServer, url: str = BOT) -> Sender:
    channel = {"name": "slack", "url": url, "endpoint": slack.api}
    return Sender([Channel.model_validate(channel)], console=io.StringIO())


def posted(slack: SlackServer, sending: Sender, before: PartlyAccepted | None = None) -> str:
    result = sending.send("slack", FIRST, accepted=before)
    assert result.ok
    assert result.receipt is not None
    assert "hush" not in result.receipt
    return result.receipt


def test_a_message_changes_whole_and_a_second_time_makes_no_difference(slack: SlackServer) -> None:
    sending = sender(slack)
    receipt = posted(slack, sending)
    for changes in (1, 2):
        assert sending.update("slack", LATER, receipt).ok
        [shown] = slack.shown
        assert shown.changes == changes
        assert "second headline" in shown.text
        assert "Ministers name" not in shown.text


def test_what_a_message_has_none_of_any_more_goes(slack: SlackServer) -> None:
    sending = sender(slack)
    receipt = posted(slack, sending)
    short = Message(title="", text="plain", html="", slack="plain", message_id="x")
    assert sending.update("slack", short, receipt).ok
    payload = slack.shown[0].payload
    assert (payload["text"], payload["blocks"], payload["attachments"]) == ("plain", [], [])


def test_a_message_in_two_channels_changes_in_both(slack: SlackServer) -> None:
    slack.next(OK, api_error("ratelimited"))
    # The first try reaches one of them only.
    first = sender(slack, f"{BOT}/#ops").send("slack", FIRST)
    assert first.receipt is None
    sending = sender(slack, f"{BOT}/#ops")
    receipt = posted(slack, sending, before=first.accepted)
    assert sending.update("slack", LATER, receipt).ok
    assert [shown.changes for shown in slack.shown] == [1, 1]
    assert len({shown.channel for shown in slack.shown}) == 2


@pytest.mark.parametrize(
    "error", ["message_not_found", "edit_window_closed", "cant_update_message", "is_inactive"]
)
def test_what_slack_will_not_change_is_refused_for_good(slack: SlackServer, error: str) -> None:
    sending = sender(slack)
    receipt = posted(slack, sending)
    slack.next(api_error(error))
    result = sending.update("slack", LATER, receipt)
    assert (result.ok, result.retryable) == (False, False)
    assert error in result.detail


def test_a_deleted_message_cannot_be_changed(slack: SlackServer) -> None:
    sending = sender(slack)
    receipt = posted(slack, sending)
    slack.delete(slack.shown[0])
    result = sending.update("slack", LATER, receipt)
    assert (result.ok, result.retryable) == (False, False)
    assert "message_not_found" in result.detail


@pytest.mark.parametrize(
    ("behaviour", "wait"),
    [(rate_limited(17), 17.0), (api_error("ratelimited"), None), (Behaviour(503, "x"), None),
     (LATE, None), (RESET, None)],
)  # fmt: skip
def test_a_change_that_may_go_well_later_is_tried_again(
    slack: SlackServer, behaviour: Behaviour, wait: float | None
) -> None:
    receipt = posted(slack, sender(slack))
    slack.next(behaviour)
    result = sender(slack, f"{BOT}?{patience(behaviour)}").update("slack", LATER, receipt)
    assert (result.ok, result.retryable, result.retry_after) == (False, True, wait)


def test_a_development_stands_in_the_thread_and_in_the_channel(slack: SlackServer) -> None:
    sending = sender(slack)
    receipt = posted(slack, sending)
    result = sending.send("slack", LATER, answers=receipt)
    assert result.ok
    first, second = slack.shown
    assert (second.thread, second.broadcast) == (first.ts, True)
    # It has a receipt of its own.
    assert result.receipt not in {None, receipt}


@pytest.mark.parametrize("error", ["thread_not_found", "cannot_reply_to_message"])
def test_a_development_whose_thread_is_gone_stands_by_itself(
    slack: SlackServer, error: str
) -> None:
    sending = sender(slack)
    receipt = posted(slack, sending)
    slack.next(api_error(error))
    assert sending.send("slack", LATER, answers=receipt).ok
    assert [shown.thread for shown in slack.shown] == [None, None]


def test_another_refusal_in_the_thread_is_one(slack: SlackServer) -> None:
    sending = sender(slack)
    receipt = posted(slack, sending)
    slack.next(api_error("is_archived"))
    result = sending.send("slack", LATER, answers=receipt)
    assert (result.ok, result.retryable) == (False, False)
    assert len(slack.shown) == 1


@pytest.mark.parametrize(
    "answer", ['{"ok": true}', '{"ok": true, "channel": ["C1"], "ts": 3}',
               '{"ok": true, "channel": "C1/../x", "ts": "1.2"}']
)  # fmt: skip
def test_an_answer_that_names_no_message_gives_no_receipt(slack: SlackServer, answer: str) -> None:
    slack.next(Behaviour(200, answer))
    result = sender(slack).send("slack", FIRST)
    assert (result.ok, result.receipt) == (True, None)


@pytest.mark.parametrize("receipt", ["", "{", "[1]", '[["a", "b"]]', "null", '[["#n", "C", "x"]]'])
def test_a_receipt_that_cannot_be_read_changes_nothing(slack: SlackServer, receipt: str) -> None:
    result = sender(slack).update("slack", LATER, receipt)
    assert (result.ok, result.retryable) == (False, False)
    assert slack.posts == []


def test_a_webhook_changes_nothing(slack: SlackServer) -> None:
    settings = {"name": "slack", "url": f"slack://{TOKENS}", "endpoint": slack.endpoint}
    sending = Sender([Channel.model_validate(settings)], console=io.StringIO())
    assert sending.send("slack", FIRST).receipt is None
    result = sending.update("slack", LATER, '[["#news", "C1", "1.2"]]')
    assert (result.ok, result.retryable) == (False, False)
    assert len(slack.posts) == 1

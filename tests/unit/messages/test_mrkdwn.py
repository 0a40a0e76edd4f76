"""Slack's mrkdwn: nothing in a headline may ping, link or format."""

from __future__ import annotations

import json
import re

import pytest

from monitor.messages import mrkdwn
from monitor.messages.sanitise import line_of
from monitor.model.delivery import Message


@pytest.mark.parametrize(
    "text",
    [
        "<!channel>", "<!here|here>", "<!subteam^S1>", "<@U024BE7LH>", "<#C024BE7LR>",
        "<https://evil.example|your bank>", "<!date^1392734382^{date}|x>", "a & b &lt;!channel&gt;",
    ],
)  # fmt: skip
def test_no_markup_of_slacks_survives(text: str) -> None:
    escaped = mrkdwn.escape(text)
    assert not set(escaped) & set("<>")
    assert not re.search(r"&(?!amp;|lt;|gt;)", escaped)


@pytest.mark.parametrize("text", ["@channel", "@here", "@everyone", "ask @bob", "#general"])
def test_names_that_slack_could_link_are_broken_invisibly(text: str) -> None:
    escaped = mrkdwn.escape(text)
    assert not re.search(r"[@#]\w", escaped)
    assert escaped.replace("\u200b", "") == text


@pytest.mark.parametrize(
    "text", ["*bold*", "_italic_", "~struck~", "`code`", "```block```", "*_both_*", "a *b* c"]
)
def test_formatting_marks_become_lookalikes(text: str) -> None:
    assert not set(mrkdwn.escape(text)) & set("*_~`")


def test_what_slack_leaves_alone_is_left_alone() -> None:
    assert mrkdwn.escape("snake_case 2*3 bob@example.org 12:30") == (
        "snake_case 2*3 bob@example.org 12:30"
    )


def test_a_colon_word_does_not_become_an_emoji() -> None:
    assert mrkdwn.escape(":bomb: at 10:30:15") == ":\u200bbomb: at 10:\u200b30:15"


def test_names_are_bold_and_stand_free_where_a_script_has_no_spaces() -> None:
    assert mrkdwn.marked(line_of("by APT31, again", [(3, 8)])) == "by *APT31*, again"
    assert mrkdwn.marked(line_of("与赵光宗有关", [(1, 4)])) == "与\u200b*赵光宗*\u200b有关"


def test_a_links_label_cannot_end_the_link() -> None:
    link = mrkdwn.link("https://a.example/?a=1&b=2", "x> y|z <!channel>")
    assert link.startswith("<https://a.example/?a=1&amp;b=2|")
    assert link.count("<") == link.count(">") == link.count("|") == 1


def test_a_list_keeps_its_limit_and_counts_what_it_leaves_off() -> None:
    assert mrkdwn.listed(["one", "two"], ", ", limit=100) == "one, two"
    assert mrkdwn.listed(["one"], ", ", left_off=2, limit=100) == "one, and 2 more"
    shown = mrkdwn.listed(["x" * 50] * 10, ", ", limit=200)
    assert len(shown) <= 200
    assert shown.endswith("and 7 more")


def message(*paragraphs: str, title: str = "High: headline · Parliament") -> Message:
    text = mrkdwn.PARAGRAPH.join(paragraphs)
    return Message(title=title, text="t", html="", slack=text, message_id="x")


def test_a_message_of_one_paragraph_has_no_blocks() -> None:
    payload = mrkdwn.payload(message("only this"))
    assert payload["text"] == "only this"
    assert not {"blocks", "attachments"} & payload.keys()


def test_a_message_has_a_header_a_lead_a_body_and_small_print() -> None:
    payload = mrkdwn.payload(message("High", "lead", "one", "two", "small", title="a <b>"))
    assert payload["text"] == "a &lt;b&gt;", "for notifications"
    assert payload["blocks"] == [
        {"type": "header", "text": {"type": "plain_text", "text": "High", "emoji": False}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "lead", "verbatim": True}},
    ]
    (attachment,) = payload["attachments"]
    kinds = [block["type"] for block in attachment["blocks"]]
    assert kinds == ["section", "section", "context"]
    assert payload["unfurl_links"] is payload["unfurl_media"] is False


def test_a_message_asks_for_no_answer() -> None:
    # Slack puts a warning sign beside a button whose press no server of the app's answers.
    assert '"button"' not in json.dumps(mrkdwn.payload(message("High", "lead", "one", "small")))


@pytest.mark.parametrize("size", [100, 2900])
def test_what_slack_would_refuse_is_left_out_before_the_small_print(size: int) -> None:
    payload = mrkdwn.payload(message("High", "lead", *["x" * size] * 40, "small"))
    blocks = payload["attachments"][0]["blocks"]
    assert len(blocks) <= mrkdwn.ATTACHED_LIMIT
    assert sum(len(json.dumps(block)) for block in blocks) < 11_000
    assert blocks[-2]["text"]["text"].startswith("… and more")
    assert blocks[-1]["elements"][0]["text"] == "small"


def test_a_header_is_plain_and_short() -> None:
    assert mrkdwn.plain("<!channel> @channel a & b") == "\u2039!channel\u203a @\u200bchannel a & b"
    assert len(mrkdwn.plain("@a " * 100)) <= mrkdwn.HEADER_LIMIT
    assert mrkdwn.plain("word " * 100).endswith("word…")

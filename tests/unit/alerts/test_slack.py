"""Slack's mrkdwn: nothing in a headline may ping, link or format."""

from __future__ import annotations

import re

import pytest

from monitor.alerts import slack
from monitor.alerts.harmless import line_of
from monitor.model import Message


@pytest.mark.parametrize(
    "text",
    [
        "<!channel>", "<!here|here>", "<!subteam^S1>", "<@U024BE7LH>", "<#C024BE7LR>",
        "<https://evil.example|your bank>", "<!date^1392734382^{date}|x>", "a & b &lt;!channel&gt;",
    ],
)  # fmt: skip
def test_no_markup_of_slacks_survives(text: str) -> None:
    escaped = slack.escape(text)
    assert not set(escaped) & set("<>")
    assert not re.search(r"&(?!amp;|lt;|gt;)", escaped)


@pytest.mark.parametrize("text", ["@channel", "@here", "@everyone", "ask @bob", "#general"])
def test_names_that_slack_could_link_are_broken_invisibly(text: str) -> None:
    escaped = slack.escape(text)
    assert not re.search(r"[@#]\w", escaped)
    assert escaped.replace("\u200b", "") == text


@pytest.mark.parametrize(
    "text", ["*bold*", "_italic_", "~struck~", "`code`", "```block```", "*_both_*", "a *b* c"]
)
def test_formatting_marks_become_lookalikes(text: str) -> None:
    assert not set(slack.escape(text)) & set("*_~`")


def test_what_slack_leaves_alone_is_left_alone() -> None:
    assert slack.escape("snake_case 2*3 bob@example.org 12:30") == (
        "snake_case 2*3 bob@example.org 12:30"
    )


def test_a_colon_word_does_not_become_an_emoji() -> None:
    assert slack.escape(":bomb: at 10:30:15") == ":\u200bbomb: at 10:\u200b30:15"


def test_names_are_bold_and_stand_free_where_a_script_has_no_spaces() -> None:
    assert slack.marked(line_of("by APT31, again", [(3, 8)])) == "by *APT31*, again"
    assert slack.marked(line_of("与赵光宗有关", [(1, 4)])) == "与\u200b*赵光宗*\u200b有关"


def test_a_links_label_cannot_end_the_link() -> None:
    link = slack.link("https://a.example/?a=1&b=2", "x> y|z <!channel>")
    assert link.startswith("<https://a.example/?a=1&amp;b=2|")
    assert link.count("<") == link.count(">") == link.count("|") == 1


def test_a_list_keeps_its_limit_and_counts_what_it_leaves_off() -> None:
    assert slack.listed(["one", "two"], ", ", limit=100) == "one, two"
    assert slack.listed(["one"], ", ", left_off=2, limit=100) == "one, and 2 more"
    shown = slack.listed(["x" * 50] * 10, ", ", limit=200)
    assert len(shown) <= 200
    assert shown.endswith("and 7 more")


def test_a_message_of_one_paragraph_has_no_blocks() -> None:
    message = Message(title="t", text="t", html="", slack="only this", message_id="x")
    assert slack.payload(message)["text"] == "only this"
    assert slack.payload(message)["attachments"] == []

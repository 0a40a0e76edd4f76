"""Alerts as their readers would see them, in a terminal that a message cannot take over."""

from __future__ import annotations

from email.message import EmailMessage
from io import StringIO
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from monitor.demo.show import mail_panel, mrkdwn, slack_panel


def shown(renderable: RenderableType, width: int = 70) -> str:
    console = Console(file=StringIO(), width=width, color_system=None, legacy_windows=False)
    console.print(renderable)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def styles(text: str) -> list[tuple[str, str]]:
    rich = mrkdwn(text)
    return [(rich.plain[span.start : span.end], str(span.style)) for span in rich.spans]


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("*APT31* was named", "APT31 was named"),
        ("_so_ ~not~ `here`", "so not here"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("<https://a.example/?x=1&amp;y=2|Head *line*>", "Head line"),
        ("<https://a.example/?x=1&amp;y=2>", "https://a.example/?x=1&y=2"),
        ("<!channel> and <@U1|Ann>", "@channel and @Ann"),
        ("R&amp;D &lt;b&gt; [red]x[/red]", "R&D <b> [red]x[/red]"),
        ("bell\x07 escape\x1b[31m c1\x9b", "bell escape[31m c1"),
    ],
)
def test_mrkdwn_reads_as_in_slack(source: str, plain: str) -> None:
    assert mrkdwn(source).plain == plain


def test_mrkdwn_styles() -> None:
    assert ("APT31", "bold") in styles("the *APT31* group")
    [(label, style)] = styles("<https://a.example/?x=1&amp;y=2|Headline>")
    assert label == "Headline"
    assert "link https://a.example/?x=1&y=2" in style


SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*Ni Gaobin* was named"}}


def test_a_quote_has_a_bar_as_long_as_it_is_in_scripts_without_spaces_too() -> None:
    quote = "> " + "名单" * 30 + "\u200b*赵光宗*\u200b" + "名单" * 10
    text = f"before\n{quote}\n&gt; too\nafter"
    lines = shown(slack_panel({"attachments": [{"text": text}]}), width=40).splitlines()
    inner = [line.strip("│ ┃").rstrip() for line in lines]
    assert "before" in inner
    assert "after" in inner
    barred = [line for line in inner if line.startswith("▎")]
    assert len(barred) > 3
    assert all(len(line) > 2 for line in barred)
    assert barred[-1] == "▎ too"
    assert len({cell_len(line) for line in lines}) == 1


PAYLOADS: list[dict[str, Any]] = [
    {"text": "*Ni Gaobin* was named"},
    {"blocks": [{"type": "divider"}, SECTION]},
    {"attachments": [{"title": "T", "text": "*Ni Gaobin* was named", "color": "#ff0000"}]},
    {"attachments": [{"blocks": [SECTION], "color": "not a colour [/]"}]},
    {"text": "", "blocks": [{"type": "section", "fields": [SECTION["text"]]}]},
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_every_form_of_payload(payload: dict[str, Any]) -> None:
    assert "Ni Gaobin was named" in shown(slack_panel(payload))


def test_beside_blocks_the_text_is_for_notifications_only() -> None:
    text = shown(slack_panel({"text": "for phones", "blocks": [SECTION]}))
    assert "Ni Gaobin was named" in text
    assert "for phones" not in text


def test_a_whole_block_kit_message() -> None:
    title = {"type": "plain_text", "text": "High &amp; rising"}
    button = {"type": "button", "text": {"type": "plain_text", "text": "Open"}, "url": "https://a"}
    blocks = [
        {"type": "header", "text": title},
        {"type": "context", "elements": [{"type": "image"}, {"type": "mrkdwn", "text": "*Post*"}]},
        {"type": "actions", "elements": [button]},
        {"type": "video"},
    ]
    text = shown(slack_panel({"attachments": [{"blocks": blocks, "footer": "score 88"}]}))
    for words in ("High & rising", "Post", "[ Open ]", "score 88"):
        assert words in text


@pytest.mark.parametrize(
    "payload",
    [{}, {"text": None}, {"blocks": 3}, {"attachments": [1, {"text": {"a": 1}, "blocks": [None]}]}],
)
def test_odd_payloads_are_shown_somehow(payload: dict[str, Any]) -> None:
    assert "Slack" in shown(slack_panel(payload))


def test_the_bar_is_as_long_as_the_attachment() -> None:
    long = {"attachments": [{"text": "word " * 60, "color": "#00ff00"}]}
    lines = [line for line in shown(slack_panel(long), width=50).splitlines() if "word" in line]
    assert len(lines) > 3
    assert all(line.startswith("│ ┃ ") for line in lines)


def test_a_mail_with_both_parts_shows_the_text() -> None:
    message = EmailMessage()
    message["From"] = "Monitor <monitor@demo.invalid>"
    message["To"] = "press.office@demo.invalid"
    message["Subject"] = "Zhào [bold]named[/bold]"
    message["Received"] = "not shown"
    message.set_content("Plain words \x1b]0;x\x07here\n")
    message.add_alternative("<p>HTML words</p>", subtype="html")
    text = shown(mail_panel(message))
    for words in ("Monitor <monitor@demo.invalid>", "Zhào [bold]named[/bold]", "Plain words"):
        assert words in text
    assert "HTML words" not in text
    assert "not shown" not in text
    assert "\x1b" not in text


def test_a_mail_with_html_only_or_nothing() -> None:
    message = EmailMessage()
    message.set_content("<p>One &amp; <b>two</b></p>", subtype="html")
    assert "One & two" in shown(mail_panel(message))
    assert "(no text)" in shown(mail_panel(EmailMessage()))

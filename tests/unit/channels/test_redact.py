"""Secrets of a channel's address do not get out."""

from __future__ import annotations

import pytest

from monitor.channels.redact import redact, secrets_of

SLACK = "https://hooks.slack.com/services/T0AAAAAAA/B0BBBBBBB/hushHUSH1234567890"


@pytest.mark.parametrize(
    ("url", "text", "expected"),
    [
        (SLACK, "to T0AAAAAAA/B0BBBBBBB/hushHUSH1234567890 failed", "to ***/***/*** failed"),
        (SLACK, "no such token HUSHhush1234567890", "no such token ***"),
        (SLACK, f"could not post to {SLACK}", "could not post to https://hooks.slack.com/***"),
        ("slack://T0AAAAAAA/B0BBBBBBB/hushhush", "bad T0AAAAAAA", "bad ***"),
        ("slack://T0AAAAAAA/B0BBBBBBB/hushhush", "bad slack://T0AAAAAAA/x", "bad slack://***"),
        ("tgram://123456789:AAbbCCddEE/-100/", "token 123456789:AAbbCCddEE", "token ***:***"),
        ("json://host.example/a?+X-Key=geheimnis", "geheimnis, host.example", "***, host.example"),
        ("mailtos://joe:p%40ss@m.example/?to=a@b.example", "joe p@ss p%40ss", "joe *** ***"),
        ("mailto://m.example/?user=joe&pass=hush&to=a@b.example", "joe hush", "joe ***"),
        ("xoxb-1234567-abcdefgh", "token xoxb-1234567-abcdefgh", "token ***"),
        ("xoxb-1234567-abcdefgh://x/y", "token xoxb-1234567-abcdefgh", "token ***"),
        ("json://[broken", "[broken", "***"),
    ],
)
def test_what_an_address_holds_is_hidden(url: str, text: str, expected: str) -> None:
    assert redact(text, secrets_of(url)) == expected


def test_words_of_the_service_stay() -> None:
    assert redact("invalid_payload, see https://api.slack.com", secrets_of(SLACK)) == (
        "invalid_payload, see https://api.slack.com/***"
    )

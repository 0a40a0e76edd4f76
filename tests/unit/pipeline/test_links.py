"""Links from messages to the page: there where people reach it, and signed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.alerts.links import is_signed, links, signature
from monitor.config.schema import Config
from monitor.model.delivery import Delivery
from monitor.model.link import LinkAction
from monitor.pipeline.message import message_of
from tests.support.alerts import alert, coverage, follow_up

KEY = b"k" * 32
PUBLIC = Config.model_validate(
    {"web": {"public_url": "https://watch.example.org/", "password": "correct horse"}}
)


def delivered(content: Any) -> Delivery:
    return Delivery((1,), "slack", content, 0, datetime(2024, 3, 25, tzinfo=UTC))


def test_an_alert_leads_to_its_story_and_to_four_answers() -> None:
    told = alert()
    message = message_of(delivered(told), PUBLIC, KEY)
    for form in (message.text, message.slack, message.html):
        assert f"https://watch.example.org/alerts/{told.id}" in form
        for action in LinkAction:
            assert f"/{action}?k={signature(KEY, told.id, action)}" in form
    assert "Open the story" in message.slack
    # Whoever has a browser need type nothing.
    assert "monitor alerts show" not in message.slack


def test_a_follow_up_leads_to_the_story() -> None:
    later = follow_up(coverage("The Holm Herald"))
    message = message_of(delivered(later), PUBLIC, KEY)
    assert f"https://watch.example.org/alerts/{later.alert.id}" in message.slack


@pytest.mark.parametrize(
    ("config", "key"),
    [
        (Config(), KEY),
        (PUBLIC, None),
        (Config.model_validate({"web": {**PUBLIC.web.model_dump(), "enabled": False}}), KEY),
    ],
)
def test_without_a_page_there_are_no_links(config: Config, key: bytes | None) -> None:
    message = message_of(delivered(alert()), config, key)
    assert "/alerts/" not in message.text
    assert "monitor alerts show" in message.slack


def test_a_link_says_what_it_was_made_for_and_nothing_else() -> None:
    signed = signature(KEY, "a", LinkAction.SILENCE)
    assert is_signed(KEY, "a", LinkAction.SILENCE, signed)
    assert not is_signed(KEY, "b", LinkAction.SILENCE, signed)
    assert not is_signed(KEY, "a", LinkAction.RELEVANT, signed)
    assert not is_signed(b"x" * 32, "a", LinkAction.SILENCE, signed)
    assert not is_signed(KEY, "a", LinkAction.SILENCE, "\udcff")
    assert len({each.url for each in links("https://x", KEY, "a")}) == 5

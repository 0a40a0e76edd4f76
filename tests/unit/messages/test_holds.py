"""Why people are not told, are told late, or are told here: said so that they understand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.config.schema import Channel
from monitor.messages.holds import held_words, hold_words, remark, silenced_words, summary_words
from monitor.model.alert import Silence
from monitor.model.delivery import Summary
from monitor.model.hold import HeldReason, Hold, HoldReason
from tests.support.alerts import alert
from tests.support.clock import MONDAY

SILENCE = Silence(3, "Ann", "we know", MONDAY, MONDAY + timedelta(hours=4))


def said(hold: Hold | None, **settings: Any) -> tuple[str, str | None]:
    channel = Channel.model_validate({"name": "slack", "url": "json://localhost/", **settings})
    return summary_words(Summary("s", (alert(),), hold, MONDAY), channel, "Europe/London")


def test_a_summary_says_why_it_is_one() -> None:
    assert said(Hold(HoldReason.DIGEST)) == ("Digest of 25 March 2024", None)
    assert said(Hold(HoldReason.QUIET_HOURS))[1] == "This channel was quiet until 15:30"
    assert said(Hold(HoldReason.RATE), rate="20/1h")[1] == (
        "This channel takes 20 messages in 1h; these came on top of that"
    )
    assert said(Hold(HoldReason.RATE))[1] == "They came faster than this channel takes messages"
    assert said(Hold(HoldReason.EXPIRED))[0] == "Delivered late"
    assert said(SILENCE.hold)[1] == "They were held back by silence 3, which has ended"
    assert said(Hold(HoldReason.FALLBACK, "{pager}")) == (
        "In place of {pager}", "Told here as {pager} takes no messages",
    )  # fmt: skip
    assert said(None) == ("What came together", None)


@pytest.mark.parametrize("reason", HoldReason)
def test_every_reason_has_words_and_a_title(reason: HoldReason) -> None:
    words = hold_words(Hold(reason, "0123456789abcdef"))
    assert words
    assert not {"-", "_", "{"} & set(words)
    title, note = said(Hold(reason, "mail"))
    assert title
    assert "{" not in title + (note or "")


@pytest.mark.parametrize(
    ("hold", "words"),
    [
        (Hold(HoldReason.QUIET_HOURS), "quiet hours"),
        (Hold(HoldReason.DIGEST), "digest"),
        (Hold(HoldReason.SILENCE, "3"), "silence 3"),
        (Hold(HoldReason.FALLBACK, "ops mail"), "fallback for ops mail"),
        (Hold(HoldReason.INHIBITED, "0123456789abcdef"), "inhibited by 01234567"),
    ],
)
def test_what_a_delivery_waits_for_is_named(hold: Hold, words: str) -> None:
    assert hold_words(hold) == words


def test_why_a_match_was_not_told() -> None:
    assert held_words(HeldReason.TOLD) == "its story was told already"
    assert held_words(HeldReason.TOLD, "it is alike") == "its story was told already: it is alike"
    # Why its article belongs to a story has nothing to do with these.
    assert held_words(HeldReason.BACKFILL, "it is alike") == held_words(HeldReason.BACKFILL)
    assert held_words(HeldReason.DROPPED, "it is alike", SILENCE, "Europe/London") == (
        silenced_words(SILENCE, "Europe/London")
    )


def test_until_when_by_whom_and_why_it_is_silenced() -> None:
    assert silenced_words(SILENCE, "Asia/Tokyo") == (
        "silenced until 2024-03-26 04:30 by Ann: we know"
    )


def test_whoever_gets_it_learns_what_is_expected_of_them() -> None:
    hour = timedelta(hours=1)
    assert remark(None, alert(), (), None) is None
    asked = remark(Hold(HoldReason.ACKNOWLEDGEMENT), alert(), ("boss",), hour)
    assert asked == "Nobody has acknowledged it yet. To do so: monitor alerts ack m-42"
    wish = remark(Hold(HoldReason.RATE), alert(), ("boss", "pager"), hour)
    assert wish == (
        "To acknowledge it, before boss and pager is told after 1h: monitor alerts ack m-42"
    )
    here = remark(Hold(HoldReason.FALLBACK, "slack"), alert(), ("boss", "pager"), hour)
    assert here == f"Told here as slack takes no messages. {wish}"

"""What became of a match: the same words wherever somebody asks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.messages.fates import fate_in_brief, fate_words, never_listed_words, waiting_words
from monitor.model.alert import Silence
from monitor.model.fate import Fate, FateKind, FirstTold, GivenUp, HeldBack, Told, Waiting
from monitor.model.hold import HeldReason, Hold, HoldReason
from tests.support.clock import MONDAY

SLACK = Told("slack", MONDAY)
LATER = MONDAY + timedelta(hours=7, minutes=30)
NIGHT = Waiting("night", Hold(HoldReason.QUIET_HOURS), LATER, None)
NEXT = Waiting("mail", None, MONDAY, None)
DEAD = GivenUp("pager", "no such webhook")
SILENCE = Silence(3, "Ann", "we know", MONDAY, LATER)
MUTED = Waiting("slack", SILENCE.hold, LATER, SILENCE)


@pytest.mark.parametrize(
    ("fate", "words", "brief"),
    [
        (
            Fate(FateKind.TOLD, told=(SLACK,)),
            "told to slack (2024-03-25 15:30)",
            "slack 2024-03-25 15:30",
        ),
        (
            Fate(FateKind.TOLD, told=(SLACK,), waits=(NIGHT, NEXT), dead=(DEAD,)),
            "told to slack (2024-03-25 15:30); could not be delivered to pager (no such webhook);"
            " is on its way to mail; waits for night (quiet hours until 2024-03-25 23:00)",
            "slack 2024-03-25 15:30; waits: night, mail; dead: pager",
        ),
        (
            Fate(FateKind.WAITS, waits=(NEXT,)),
            "an alert was made and is on its way to mail",
            "waits: mail",
        ),
        (
            Fate(FateKind.DEAD, dead=(DEAD,)),
            "an alert was made, but could not be delivered to pager (no such webhook)",
            "dead: pager",
        ),
        (
            Fate(FateKind.SILENCED, waits=(MUTED,)),
            "silenced until 2024-03-25 23:00 by Ann: we know",
            "silenced",
        ),
        (
            Fate(FateKind.REPLACED, replaced=("slack",)),
            "slack was told by a graver alert of the same story",
            "by a graver alert",
        ),
        (
            Fate(
                FateKind.STORY,
                story=FirstTold("abcdefghij", "BBC", "A break-in", Fate(FateKind.TOLD, (SLACK,))),
            ),
            "told as part of a story: first told was BBC, “A break-in” (alert abcdefgh: told to"
            " slack (2024-03-25 15:30))",
            "story",
        ),
        (
            Fate(
                FateKind.STORY,
                story=FirstTold("abc", "", None, Fate(FateKind.SILENCED, waits=(MUTED,))),
            ),
            "silenced until 2024-03-25 23:00 by Ann: we know; so is its story",
            "story",
        ),
        (
            Fate(FateKind.STORY, story=FirstTold("abc", "", None, None)),
            "told as part of a story: first told was “an article that was pruned” (alert abc: no"
            " channel took the alert)",
            "story",
        ),
        (
            Fate(FateKind.HELD, held=HeldBack(HeldReason.BACKFILL, None, None)),
            "not told: it was already old news when its feed was first polled",
            "",
        ),
        (
            Fate(FateKind.BELOW, score=41.5),
            "not told: it scores 41.5, below what alerts",
            "",
        ),
        (
            Fate(FateKind.NO_CHANNEL),
            "not told: no channel takes alerts of its severity",
            "",
        ),
    ],
)
def test_who_was_told_when_and_what_waits_for_what(fate: Fate, words: str, brief: str) -> None:
    assert fate_words(fate, "UTC") == words
    assert fate_in_brief(fate, "UTC") == brief


@pytest.mark.parametrize("kind", FateKind)
def test_every_fate_has_words(kind: FateKind) -> None:
    story = FirstTold("abc", "BBC", "A break-in", None)
    fate = Fate(
        kind, (SLACK,), (MUTED,), (DEAD,), ("slack",),
        HeldBack(HeldReason.TOLD, None, None), story, 10.0,
    )  # fmt: skip
    assert fate_words(fate, None)


def test_times_are_those_of_a_zone() -> None:
    told = Fate(FateKind.TOLD, told=(SLACK,))
    assert fate_words(told, "Asia/Tokyo") == "told to slack (2024-03-26 00:30)"


@pytest.mark.parametrize(
    ("hold", "words"),
    [
        (None, ""),
        (Hold(HoldReason.DIGEST), "digest until 2024-03-25 23:00"),
        (
            Hold(HoldReason.ACKNOWLEDGEMENT),
            "told 2024-03-25 23:00 unless somebody acknowledges it",
        ),
        (Hold(HoldReason.EXPIRED), "too old to come by itself until 2024-03-25 23:00"),
    ],
)
def test_what_an_unsent_delivery_waits_for(hold: Hold | None, words: str) -> None:
    assert waiting_words(hold, LATER, None, "UTC") == words


def test_an_address_nobody_listed() -> None:
    assert "none is of its site" in never_listed_words(0, 0)
    assert "2 of the 4 of its site cannot be read" in never_listed_words(4, 2)
    assert "though some of its site are read" in never_listed_words(4, 0)

"""Which alerts a silence mutes, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.alerts.silences import silenced_by, silencing_all, timing_under
from monitor.config.schema import Channel
from monitor.model.alert import Silence
from monitor.model.article import Article
from monitor.model.hold import Hold, HoldReason
from monitor.model.match import Match, Mention, Severity
from tests.support.clock import MONDAY


def silence(number: int = 1, hours: float = 4, **what: Any) -> Silence:
    return Silence(number, "Ann", "known", MONDAY, MONDAY + timedelta(hours=hours), **what)


def match(*names: str) -> Match:
    mentions = tuple(Mention(name, name, "body", 0, 1, name, name) for name in names)
    return Match("Westminster", 60.0, Severity.MEDIUM, True, mentions, ())


def muted(*silences: Silence, text: str = "", names: tuple[str, ...] = ("A",)) -> int | None:
    found = silenced_by(match(*names), Article("1", body=text), silences, MONDAY)
    return None if found is None else found.id


@pytest.mark.parametrize(
    ("phrase", "text", "is_said"),
    [
        ("art", "The art of war", True),
        ("art", "A party. Smart ART!", True),
        ("art", "A party of smart artists", False),
        ("apt3", "They named APT31", False),
        ("apt31", "(APT31)", True),
        ("ships sail", "Ships\n  SAIL at dawn", True),
        ("C++", "a C++ compiler", True),
        ("选举委员会", "英国选举委员会遭到攻击", True),
        ("STRASSE", "In der Straße", True),
        ("   ", "anything", False),
    ],
)
def test_words_are_whole_words_in_whatever_case(phrase: str, text: str, is_said: bool) -> None:
    assert (muted(silence(text=phrase), text=text) == 1) is is_said


def test_everyone_named_has_to_be_muted() -> None:
    one, other = silence(1, 2, entities=("A",)), silence(2, 9, entities=("B", "C"))
    assert muted(one, names=("A", "B")) is None
    assert muted(other, names=("A", "B")) is None
    # By both, until the first of them ends.
    assert muted(one, other, names=("A", "B")) == 1
    assert muted(one, other, silence(3, 5), names=("A", "B")) == 3
    assert muted(one, names=()) is None


def test_the_longest_counts_and_what_was_only_put_off_is_not_dropped() -> None:
    assert muted(silence(1, 5), silence(2, 3, drop=True)) == 1
    assert muted(silence(1, 5), silence(2, 7, drop=True)) == 2
    assert muted(silence(1, 5), silence(2, 5, drop=True)) == 1
    kept, dropped = silence(1, 9, entities=("A",)), silence(2, 5, entities=("B",), drop=True)
    assert muted(kept, dropped, names=("A", "B")) == 1


def test_what_is_told_together_is_muted_if_all_of_it_is() -> None:
    short, long, dropping = silence(1, 2), silence(2, 9), silence(3, 1, drop=True)
    assert silencing_all([]) is None
    assert silencing_all([short, None]) is None
    assert silencing_all([long, short]) == short
    assert silencing_all([dropping, long]) == long
    assert silencing_all([dropping, dropping]) == dropping


def test_what_comes_after_its_end_anyway_waits_for_that() -> None:
    quiet = Channel.model_validate(
        {"name": "x", "url": "json://localhost/", "quiet_hours": "15:00-18:00"}
    )
    for hours, hold in ((1, Hold(HoldReason.QUIET_HOURS)), (4, Hold(HoldReason.SILENCE, "1"))):
        when = timing_under(quiet, Severity.LOW, MONDAY, "UTC", silence(hours=hours))
        assert when.hold == hold
    ended = replace(silence(), ends=MONDAY)
    assert timing_under(None, Severity.LOW, MONDAY, "UTC", ended).hold is None

"""Answers: made of what is stored, and as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from monitor.model.alert import Silence
from monitor.model.hold import Hold, HoldReason
from monitor.service.json_values import HoldInWords, SilenceInWords, picked, plain
from tests.support.clock import MONDAY


@dataclass(frozen=True, slots=True)
class Answer:
    id: int
    waits_for: HoldInWords
    silenced: SilenceInWords = None
    lasts: timedelta = timedelta(0)


SILENCE = Silence(3, "Ann", "we know", MONDAY, MONDAY + timedelta(hours=7))


def test_reasons_read_as_words_and_times_within_them_as_their_readers_clocks_show() -> None:
    answer = Answer(1, Hold(HoldReason.QUIET_HOURS), SILENCE, timedelta(minutes=1))
    assert plain(answer, timezone="Europe/Berlin") == {
        "id": 1,
        "waits_for": "quiet hours",
        "silenced": "silenced until 2024-03-25 23:30 by Ann: we know",
        "lasts": timedelta(minutes=1),
    }
    assert plain(Answer(1, None)) == {
        "id": 1, "waits_for": None, "silenced": None, "lasts": timedelta(0),
    }  # fmt: skip


def test_an_answer_is_picked_from_the_first_source_that_knows() -> None:
    other = Answer(7, None, lasts=timedelta(hours=1))
    assert picked(Answer, SILENCE, other, waits_for=None) == Answer(3, None, None, other.lasts)
    with pytest.raises(TypeError):
        picked(Answer, SILENCE)

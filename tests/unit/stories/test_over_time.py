"""What time does to a story: it grows harder to join, and less is taken in without being listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model.story import ApartReason, JoinKind
from monitor.stories.clustering import QUIET, Placement, _joined_by_event, _Score, _score
from monitor.stories.correlate import EVENT_WINDOW, Pair, Report, _gate, compare
from monitor.stories.fingerprint import fingerprint
from tests.support.ferries import (
    FIRST,
    NOW,
    OTHER_TEXT,
    OTHER_TITLE,
    TEXT,
    TITLE,
    WATCHED,
    known,
    made,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


# --- how alike openings must be --------------------------------------------------------------


def test_for_some_hours_any_opening_will_do_then_more_and_more_is_asked_for() -> None:
    asked = [_gate(n * HOUR) for n in range(49)]
    assert not any(asked[:5])
    assert asked == sorted(asked)
    # It rises in even steps for two days, and no further.
    assert asked[44] == pytest.approx(2 * asked[24])
    assert asked[24] - asked[23] == pytest.approx(asked[6] - asked[5])
    assert _gate(9 * DAY) == asked[48] == pytest.approx(asked[44])


def test_of_two_days_of_an_affair_only_what_opens_alike_is_one_event() -> None:
    yesterday = known(made(OTHER_TITLE, OTHER_TEXT, "Sea News"), began=NOW)
    # The same affair, of which the opening tells something else.
    later = f"An inquiry into port security opened in the capital.\n\n{TEXT.splitlines()[-1]}"
    soon = compare(made("Inquiry opens", later, "Gazette", hours=2), yesterday)
    late = compare(made("Inquiry opens", later, "Gazette", hours=40), yesterday)
    assert soon.reason is not ApartReason.OTHER_TOP
    assert (late.kind, late.reason) == (None, ApartReason.OTHER_TOP)
    # What opens alike may come as late.
    alike = compare(made(TITLE, TEXT, "Gazette", hours=40), yesterday)
    assert alike.kind is JoinKind.SAME_EVENT


def test_nothing_is_the_same_event_days_later() -> None:
    hours = EVENT_WINDOW / HOUR
    other = made(OTHER_TITLE, OTHER_TEXT, "Sea News", hours=hours)
    assert compare(other, FIRST).kind is JoinKind.SAME_EVENT
    late = replace(other, at=other.at + timedelta(minutes=1))
    assert compare(late, FIRST).reason is ApartReason.TOO_LATE


def test_the_nearest_report_of_a_story_counts_as_much_as_all_that_are_near() -> None:
    def score(*odds: float) -> float:
        pairs = [Pair(FIRST, JoinKind.SAME_EVENT, log_odds=each) for each in odds]
        found = _score(made(TITLE, TEXT, "Sea News"), pairs)
        assert found is not None
        return found.log_odds

    assert score(4) == pytest.approx(4)
    assert score(4, 0) == pytest.approx((4 + 2) / 2) == score(0, 4)
    assert score(4, 0) > score(2, 2)


# --- what joins quietly ----------------------------------------------------------------------


def joined(log_odds: float, age: timedelta, first: float = 9.0) -> Placement:
    """A report whose headline the nearest one has taken up, so surely of a story so old."""
    pair = Pair(FIRST, JoinKind.SAME_EVENT, log_odds=log_odds)
    return _joined_by_event(made(TITLE, TEXT, "Sea News"), _Score(log_odds, pair, first, age))


def is_quiet(found: Placement) -> bool:
    assert found.correlation is not None
    return found.correlation.certain


def test_the_older_a_story_the_surer_must_be_what_joins_it_quietly() -> None:
    least = [
        min(odds for n in range(100) if is_quiet(joined(odds := QUIET - 3 + n / 20, days * DAY)))
        for days in (0, 1, 2)
    ]
    assert least == sorted(least)
    assert least[0] < least[2]


def test_what_is_hardly_like_the_first_report_is_listed() -> None:
    assert is_quiet(joined(9.0, HOUR))
    assert not is_quiet(joined(9.0, HOUR, first=0.0))


# --- where reports in other languages are looked for -----------------------------------------


def test_those_in_other_languages_are_looked_for_and_no_others() -> None:
    def told(language: str, hours: float = 0) -> Report:
        print_ = fingerprint(TITLE, TEXT, language=language, names=["Skerry Lines"])
        return Report("A", NOW + timedelta(hours=hours), WATCHED, print_, language)

    english = told("en")
    shelves = {key >> 8 for key in told("de").keys_abroad} | {
        key >> 8 for key in english.keys_abroad
    }
    for first, last in english.ranges_abroad:
        # A range does not reach into what is kept of another entity, figure or time.
        assert first >> 8 == last >> 8
    assert shelves & {first >> 8 for first, _ in english.ranges_abroad}

    def is_found(key: int) -> bool:
        return any(first <= key <= last for first, last in english.ranges_abroad)

    assert not any(map(is_found, english.keys_abroad))
    for language in ("de", "uk", "zh", "ar", "ja"):
        assert any(is_found(key) for key in told(language).keys_abroad)

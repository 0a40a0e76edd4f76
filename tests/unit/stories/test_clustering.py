"""Which story an article belongs to, why, and what in it is news."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.model.story import JoinKind, Role
from monitor.stories.clustering import (
    WINDOW,
)
from monitor.stories.near_duplicate import SAME_TEXT, told_apart, verdict
from tests.support.ferries import (
    ANOTHER_TEXT,
    ANOTHER_TITLE,
    FIRST,
    NOW,
    OTHER_TEXT,
    OTHER_TITLE,
    TEXT,
    TITLE,
    known,
    made,
    placed,
    why,
)

# --- copies -----------------------------------------------------------------------------------


def test_a_copy_joins_and_says_whose_text_it_is() -> None:
    assert why(made(TITLE, TEXT, "Elsewhere")) == "its text is that of The Holm Herald’s report"


def test_most_of_a_text_is_said_as_a_share() -> None:
    words = TEXT.split(" ")
    edited = " ".join([*words[:60], "in", "a", "line", "of", "its", "own", *words[75:]])
    found = why(made(TITLE, edited, "Elsewhere"))
    assert found is not None
    assert found.endswith(" % of its text is that of The Holm Herald’s report")
    assert 60 <= int(found.split(" ")[0]) < 100


def test_an_outlet_without_a_name_has_an_earlier_report() -> None:
    nameless = known(made(TITLE, TEXT, ""))
    assert why(made(TITLE, TEXT), nameless) == "its text is that of an earlier report"


@pytest.mark.parametrize("text", ["Rain", "Rain today", "雨", "Rain " * 7, "4", "Дождь сегодня"])
def test_a_copy_of_a_very_short_text_joins(text: str) -> None:
    assert why(made("", text), known(made("", text))) is not None


def test_nothing_is_no_copy_of_nothing() -> None:
    assert why(made("", ""), known(made("", ""))) is None
    assert why(made("…", "—"), known(made("!", "?"))) is None


def test_a_shared_quotation_is_no_copy() -> None:
    quotation = " “Our ships are fine, but we may not sail without passenger lists.”"
    assert why(made(ANOTHER_TITLE, ANOTHER_TEXT + quotation)) is None


def test_case_punctuation_and_markup_of_spaces_do_not_matter() -> None:
    shouted = TEXT.upper().replace(".", " !").replace("\n", "   ")
    assert made(TITLE, shouted).fingerprint.exact == FIRST.report.fingerprint.exact


def test_a_copy_that_comes_when_the_story_is_over_is_news() -> None:
    late = WINDOW / timedelta(hours=1)
    assert why(made(TITLE, TEXT, hours=late)) is not None
    assert why(made(TITLE, TEXT, hours=late + 0.01)) is None


def test_a_chain_of_reports_does_not_keep_a_story_open() -> None:
    yesterday = made(TITLE, TEXT, hours=-1)
    began = NOW - WINDOW
    assert why(made(TITLE, TEXT), known(yesterday, began=began)) is not None
    assert why(made(TITLE, TEXT, hours=0.01), known(yesterday, began=began)) is None


def test_of_equal_copies_the_oldest_story_is_joined() -> None:
    stories = [known(made(TITLE, TEXT), story) for story in (5, 3, 9)]
    assert placed(made(TITLE, TEXT), *stories).story == 3


def test_a_copy_is_preferred_to_a_report_of_the_same_event() -> None:
    stories = [known(made(OTHER_TITLE, OTHER_TEXT), 1), known(made(TITLE, TEXT), 2)]
    found = placed(made(TITLE, TEXT, "Elsewhere"), *stories)
    assert (found.story, found.role) == (2, Role.FIRM)
    assert found.correlation is not None
    assert found.correlation.kind is JoinKind.COPY


# --- what looks like a copy and is none -------------------------------------------------------


def test_news_above_the_old_text_is_a_follow_up() -> None:
    news = ANOTHER_TEXT.split("\n\n", maxsplit=1)[0]
    assert why(made(ANOTHER_TITLE, f"{news}\n\n{TEXT}", "Elsewhere")) is None


def test_a_note_above_the_old_text_is_none() -> None:
    note = "Update, 4 pm: sailings will start again on Tuesday, the company says."
    assert why(made(TITLE, f"{note}\n\n{TEXT}", "Elsewhere")) is not None


def test_notices_filled_in_from_one_template_are_not_copies() -> None:
    template = (
        "A warning has been issued for the {} district. Winds of up to {} kilometres an hour are "
        "expected from {} o'clock. Residents of {} should stay indoors, keep away from trees and "
        "follow the advice of the authorities. The warning ends at {} o'clock unless renewed."
    )
    one = made("Storm warning", template.format("Harrow", 95, 14, "Eastholm", 22))
    two = made("Storm warning", template.format("Lindale", 120, 9, "Westray", 17), hours=9)
    assert one.fingerprint.likeness(two.fingerprint) >= 0.5
    assert told_apart(one.fingerprint, two.fingerprint)
    assert told_apart(two.fingerprint, one.fingerprint)
    assert why(two, known(one)) is None


@pytest.mark.parametrize("number", range(4))
def test_it_does_not_matter_which_of_two_texts_came_first(number: int) -> None:
    news = ANOTHER_TEXT.split("\n\n")[number % 2]
    title = (TITLE, ANOTHER_TITLE)[number // 2]
    later = made(title, f"{news}\n\n{number} ships.\n\n{TEXT}", "Elsewhere").fingerprint
    there, back = verdict(FIRST.report.fingerprint, later), verdict(later, FIRST.report.fingerprint)
    assert there == back
    assert there[0] >= SAME_TEXT


def test_notices_with_other_codes_are_not_copies() -> None:
    notice = f"{TEXT}\n\nThe hole is known as "
    one, two = (made(TITLE, f"CVE-2026-{n} used. {notice}") for n in (11111, 22222))
    assert why(one, known(one)) is not None
    assert why(two, known(one)) is None

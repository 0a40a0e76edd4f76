"""Which story an article belongs to, why, and what in it is news."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.model.article import Article
from monitor.model.match import Match, Mention, Severity
from monitor.stories.correlate import (
    EVENT_WINDOW,
    SAME_EVENT,
    SAME_OUTLET,
    WINDOW,
    Known,
    Report,
    find_story,
    report_of,
    same_words,
    told_apart,
)
from monitor.stories.fingerprint import Fingerprint, fingerprint

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TITLE = "Ferry company Skerry Lines hit by ransomware, sailings cancelled"
TEXT = """Skerry Lines cancelled all sailings to the Outer Holms on Monday after ransomware locked
its booking system and the screens in its terminals.

The attackers, who call themselves Tidewater, demand 2.4 million euros, managing director Inga
Brodie told reporters in Stromvik. The ships themselves are not affected, she said, but without
passenger lists they may not leave the quay.

About 3,100 passengers were stranded, among them a school choir on its way to a contest. The
coastguard offered to carry food and medicines to the islands."""
OTHER_TITLE = "Islanders cut off as hackers paralyse ferries"
OTHER_TEXT = """No ferry has left for the Outer Holms since Monday morning. Hackers calling
themselves Tidewater have paralysed the booking computers of Skerry Lines and want 2.4 million
euros.

Some 3,100 passengers wait in Stromvik, a school choir among them. "Our ships are fine, but we may
not sail without passenger lists," managing director Inga Brodie said.

Food and medicines will be brought to the islanders by the coastguard."""
ANOTHER_TITLE = "Skerry Lines orders two electric ferries from Norwegian yard"
ANOTHER_TEXT = """Skerry Lines has ordered two electric ferries for its short routes from the yard
Havbruk in Norway, for 61 million euros the pair.

They will carry 40 cars each and charge their batteries while unloading. The first is to be
delivered in the spring of 2028. The transport ministry pays a third of the price."""
WATCHED = frozenset({"Skerry Lines"})


def made(
    title: str, text: str, outlet: str = "The Holm Herald", hours: float = 0, **kwargs: str
) -> Report:
    return Report(
        outlet,
        NOW + timedelta(hours=hours),
        WATCHED,
        fingerprint(title, text, names=["Skerry Lines"], **kwargs),
    )


def known(report: Report, story: int = 1, began: datetime = NOW) -> Known:
    return Known(story, began, report)


FIRST = known(made(TITLE, TEXT))


def why(report: Report, *stories: Known) -> str | None:
    joined = find_story(report, stories or [FIRST])
    return None if joined is None else joined.why


# --- copies -----------------------------------------------------------------------------------


def test_a_copy_joins_and_says_whose_text_it_is() -> None:
    assert why(made(TITLE, TEXT, "Elsewhere")) == "its text is that of The Holm Herald’s report"


def test_most_of_a_text_is_said_as_a_share() -> None:
    words = TEXT.split(" ")
    edited = " ".join([*words[:60], "in", "a", "line", "of", "its", "own", *words[75:]])
    said = why(made(TITLE, edited, "Elsewhere"))
    assert said is not None
    assert said.endswith(" % of its text is that of The Holm Herald’s report")
    assert 60 <= int(said.split(" ")[0]) < 100


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
    joined = find_story(made(TITLE, TEXT), stories)
    assert joined is not None
    assert joined.story == 3


def test_a_copy_is_preferred_to_a_report_of_the_same_event() -> None:
    stories = [known(made(OTHER_TITLE, OTHER_TEXT), 1), known(made(TITLE, TEXT), 2)]
    joined = find_story(made(TITLE, TEXT, "Elsewhere"), stories)
    assert joined is not None
    assert joined.story == 2


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
    assert why(two, known(one)) is None


def test_notices_with_other_codes_are_not_copies() -> None:
    notice = f"{TEXT}\n\nThe hole is known as "
    one, two = (made(TITLE, f"CVE-2026-{n} used. {notice}") for n in (11111, 22222))
    assert why(one, known(one)) is not None
    assert why(two, known(one)) is None


# --- reports of one event ---------------------------------------------------------------------


def test_another_outlets_own_report_joins_and_says_why() -> None:
    said = why(made(OTHER_TITLE, OTHER_TEXT, "Sea News", hours=0.75))
    assert said is not None
    assert said.startswith("like The Holm Herald’s report it names Skerry Lines and speaks of ")
    assert "Tidewater" in said
    assert said.endswith("; 45 minutes apart")


def test_hours_are_said_as_hours() -> None:
    said = why(made(OTHER_TITLE, OTHER_TEXT, "Sea News", hours=5))
    assert said is not None
    assert said.endswith("; 5 hours apart")


def test_another_event_with_the_same_company_does_not_join() -> None:
    assert why(made(ANOTHER_TITLE, ANOTHER_TEXT, "Sea News", hours=1)) is None


def test_without_a_watched_entity_in_common_only_copies_join() -> None:
    own_words = replace(made(OTHER_TITLE, OTHER_TEXT, "Sea News"), entities=frozenset({"Else"}))
    copy = replace(made(TITLE, TEXT, "Sea News"), entities=frozenset())
    assert why(own_words) is None
    assert why(copy) is not None


def test_an_event_is_over_sooner_than_its_copies() -> None:
    after = EVENT_WINDOW / timedelta(hours=1) + 0.01
    assert why(made(OTHER_TITLE, OTHER_TEXT, "Sea News", hours=after)) is None


def test_background_that_both_have_verbatim_does_not_make_one_event() -> None:
    background = " Skerry Lines, founded in 1924 by the brothers Magnus and Olaf Halcrow, runs \
eleven ships between Stromvik, Kirkvoe and the Outer Holms and belongs to a cooperative."
    one = fingerprint(TITLE, background + TEXT, names=["Skerry Lines"])
    two = fingerprint(ANOTHER_TITLE, background + ANOTHER_TEXT, names=["Skerry Lines"])
    bare = fingerprint(ANOTHER_TITLE, ANOTHER_TEXT, names=["Skerry Lines"])
    assert same_words(one, two)[0] <= same_words(one, bare)[0] + 0.1


def test_one_outlet_seldom_tells_an_event_twice() -> None:
    own = """A week that Kirkvoe will remember: pupils slept in the gymnasium, the bakery ran out of
yeast and a wedding at Sandness took place without the groom, who watched by telephone. Tidewater
has struck at railways in Portugal before. The coastguard brought insulin by helicopter while Inga
Brodie of Skerry Lines apologised to 3,100 stranded passengers in Stromvik, and the terminals of
the Outer Holms stayed dark: the ransomware had locked their screens."""
    again = made("Groom misses wedding as ferries stand still", own)
    share, _ = same_words(FIRST.report.fingerprint, again.fingerprint)
    assert SAME_EVENT < share < SAME_OUTLET
    assert why(replace(again, outlet="Sea News")) is not None
    assert why(again) is None


def test_pairs_of_characters_are_shown_as_words() -> None:
    one, two = (
        Report(outlet, NOW, WATCHED, fingerprint(title, text, language="zh"))
        for outlet, title, text in (
            ("甲报", "塞萨洛尼基码头发生火灾", "塞萨洛尼基码头周日发生火灾。消防员郑启文受伤。"),
            (
                "乙报",
                "码头起火一人受伤",
                "消防员郑启文在塞萨洛尼基码头的火灾中受伤。周日凌晨起火。",
            ),
        )
    )
    said = why(two, known(one))
    assert said is not None
    assert "塞萨洛尼基" in said
    assert "消防员郑启文" in said


# --- from articles ----------------------------------------------------------------------------


def test_a_report_takes_what_it_needs_of_an_article() -> None:
    mention = Mention("Skerry Lines", "Skerry Lines", "title", 14, 26, "Skerry Lines", TITLE)
    match = Match("ferries", 80, Severity.HIGH, True, (mention,), ())
    article = Article("1", TITLE, "", TEXT, outlet="The Holm Herald", published=NOW, language="en")
    assert report_of(article, [match], NOW + timedelta(hours=3)) == replace(
        FIRST.report, language="en"
    )


def test_an_article_without_text_or_date_has_its_summary_and_the_time_it_was_read() -> None:
    report = report_of(Article("1", TITLE, TEXT), [], NOW)
    assert report.at == NOW
    assert report.entities == frozenset()
    assert report.fingerprint.likeness(FIRST.report.fingerprint) == 1


def test_an_empty_fingerprint_is_like_nothing() -> None:
    assert Fingerprint().likeness(Fingerprint()) == 0
    assert Fingerprint().keys() == ()

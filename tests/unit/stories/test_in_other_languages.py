"""Which story a report in another language belongs to, and until when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.model.story import ApartReason, JoinKind, Role
from monitor.stories.clustering import LIKELY_ABROAD, QUIET_ABROAD, QUIET_NEXT, find_story
from monitor.stories.correlate import TRANSLATION_WINDOW, Known, Pair, Report, compare
from monitor.stories.fingerprint import fingerprint

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ENGLISH = """Skerry Lines cancelled all sailings to the Outer Holms after ransomware locked its
booking system. The attackers, who call themselves Tidewater, demand 2.4 million euros, managing
director Inga Brodie told reporters in Stromvik. About 3,100 passengers were stranded."""
GERMAN = """Nach einem Angriff mit Erpressungssoftware fährt bei Skerry Lines kein Schiff mehr. Die
Täter, die sich Tidewater nennen, fordern 2,4 Millionen Euro, sagte die Geschäftsführerin Inga
Brodie in Stromvik. Rund 3.100 Fahrgäste sitzen fest."""
OF_ANOTHER_EVENT = """Skerry Lines hat in Norwegen zwei Fähren für 61 Millionen Euro bestellt, sagte
die Geschäftsführerin Inga Brodie. Jede soll 140 Autos fassen."""


def report(
    text: str, language: str, at: datetime = NOW, *, watched: str = "Skerry Lines"
) -> Report:
    made = fingerprint("", text, language=language, names=["Skerry Lines"])
    return Report("The Holm Herald", at, frozenset({watched}), made, language=language)


def told(
    text: str, at: datetime = NOW, *, began: datetime = NOW, watched: str = "Skerry Lines"
) -> Pair:
    """What a German report has in common with one in English."""
    return compare(report(text, "de", at, watched=watched), Known(1, began, report(ENGLISH, "en")))


def test_names_and_figures_tell_that_it_is_of_the_same_event() -> None:
    pair = told(GERMAN)
    assert pair.kind is JoinKind.CROSS_LINGUAL
    assert {"Tidewater", "Brodie"} & set(pair.words)


def test_what_it_tells_says_how_surely_it_is_of_the_same_event() -> None:
    same, other = told(GERMAN).log_odds, told(OF_ANOTHER_EVENT).log_odds
    assert same is not None
    assert other is not None
    assert same > QUIET_ABROAD > LIKELY_ABROAD > other


def test_nobody_watched_in_common_tells_nothing() -> None:
    pair = told(GERMAN, watched="Tidewater")
    assert (pair.kind, pair.reason) == (None, ApartReason.TOO_LITTLE)


def test_a_language_without_a_lexicon_needs_proof_by_names_and_figures() -> None:
    english = Known(1, NOW, report(ENGLISH, "en"))
    assert compare(report(GERMAN, "lb"), english).kind is JoinKind.CROSS_LINGUAL
    assert compare(report(OF_ANOTHER_EVENT, "lb"), english).kind is None


@pytest.mark.parametrize("side", [-1, 1])
def test_neither_report_nor_story_may_be_too_long_ago(side: int) -> None:
    far = side * TRANSLATION_WINDOW
    further = far + side * SECOND
    assert told(GERMAN, NOW + far, began=NOW + far).kind is JoinKind.CROSS_LINGUAL
    for at, began in ((NOW + further, NOW + further), (NOW, NOW + further)):
        pair = told(GERMAN, at, began=began)
        assert (pair.kind, pair.reason) == (None, ApartReason.TOO_LATE)


@pytest.mark.parametrize(("day", "joins"), [(13, True), (21, False), (23, False), (25, False)])
def test_the_days_of_the_month_are_no_figures_that_tell(day: int, joins: bool) -> None:
    at = NOW.replace(day=day)
    days = f"{day - 1}, {day}, {day + 1}" if not joins else "22, 23, 24"
    english = f"Inga Brodie of Skerry Lines met Tidewater in Stromvik on {days} November."
    german = f"Inga Brodie von Skerry Lines traf Tidewater in Stromvik am {days} November."
    # So far apart names alone prove nothing; and of these languages no words are known.
    later = report(german, "lb", at + timedelta(hours=3))
    pair = compare(later, Known(1, at, report(english, "xx", at)))
    assert (pair.kind is JoinKind.CROSS_LINGUAL) is joins


def test_neither_of_two_events_is_a_copy_of_the_other() -> None:
    one, other = report(GERMAN, "de"), report(OF_ANOTHER_EVENT, "de")
    for new, old in ((one, other), (other, one)):
        assert compare(new, Known(1, NOW, old)).share < 1
    assert compare(one, Known(1, NOW, one)).kind is JoinKind.COPY


FRENCH = """Skerry Lines a annulé toutes ses traversées vers les Outer Holms après l'attaque d'un
rançongiciel contre son système de réservation. Les pirates, qui se font appeler Tidewater, exigent
2,4 millions d'euros de rançon, a déclaré la directrice Inga Brodie à Stromvik. Environ 3 100
passagers sont bloqués."""
ALIKE = """Inga Brodie, directora de Skerry Lines, habló en Stromvik de la extorsión: los piratas
Tidewater quieren un rescate y no viaja nadie."""


@pytest.mark.parametrize("certain", [True, False])
def test_what_surely_tells_what_was_listed_is_no_further_news(certain: bool) -> None:
    """A large event is told in a dozen languages: who was shown one headline knows the rest."""
    listed = Known(1, NOW, report(GERMAN, "de"), Role.FIRM, certain)
    sure, likely = report(FRENCH, "fr"), report(ALIKE, "es")
    assert (compare(sure, listed).log_odds or 0) > QUIET_NEXT
    assert QUIET_NEXT > (compare(likely, listed).log_odds or 0) > LIKELY_ABROAD
    for new, quiet in ((sure, True), (likely, False)):
        found = find_story(new, [listed])
        assert found.story == 1
        assert found.correlation is not None
        assert found.correlation.certain is quiet

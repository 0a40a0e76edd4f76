"""What holds of fingerprints and stories for any text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts.news import Told, developments, official_source
from monitor.model.match import Severity
from monitor.stories.clustering import WINDOW, find_story, is_still_told
from monitor.stories.correlate import Known, Report
from monitor.stories.fingerprint import SHARED_KEYS, fingerprint, unpack
from monitor.stories.near_duplicate import told_apart
from monitor.stories.same_event import same_event

NOW = datetime(2026, 11, 23, tzinfo=UTC)
WORDS = st.sampled_from(
    ["ferry", "harbour", "ransomware", "Tidewater", "Brodie", "3,100", "arrest", "61", "Monday",
     "sold", "港口", "台风", "обыск", "شركة"]
)  # fmt: skip
TEXTS = st.lists(WORDS, max_size=150).map(" ".join) | st.text(max_size=400)
LANGUAGES = st.sampled_from(["en", "de", "zh", "ru", "ar", "xx", None])
REPORTS = st.builds(
    lambda title, text, language, outlet, hours, entities: Report(
        outlet,
        NOW + timedelta(hours=hours),
        entities,
        fingerprint(title, text, language=language),
    ),
    TEXTS,
    TEXTS,
    LANGUAGES,
    st.sampled_from(["A", "B", ""]),
    st.floats(-100, 100),
    st.frozensets(st.sampled_from("xyz")),
)


@pytest.fixture(scope="module", autouse=True)
def word_lists() -> None:
    """Read once, so that no example has to wait for them."""
    for language in ("en", "de", "zh", "ru", "ar", "xx"):
        fingerprint("a", "b", language=language)


@given(REPORTS)
def test_a_copy_always_joins(report: Report) -> None:
    found = find_story(report, [Known(1, report.at, report)])
    assert (found.story is not None) == bool(report.fingerprint.exact)
    assert is_still_told(report, report) or not report.fingerprint.exact


@given(TEXTS, TEXTS, LANGUAGES)
def test_a_copy_shares_all_keys(title: str, text: str, language: str | None) -> None:
    one, two = (fingerprint(title, text, language=language) for _ in range(2))
    assert one == two
    assert one.text_keys() == two.text_keys()
    assert one.event_keys(["a", "b"]) == two.event_keys(["b", "a"])
    assert (len(one.text_keys()) >= SHARED_KEYS) == bool(one.exact)


@given(REPORTS, REPORTS)
@settings(max_examples=200)
def test_likeness_is_symmetric_and_a_share(one: Report, two: Report) -> None:
    first, second = one.fingerprint, two.fingerprint
    assert first.likeness(second) == second.likeness(first)
    assert 0 <= first.likeness(second) <= 1
    forth, back = (
        same_event(a.terms, b.terms, entities=0.5, same_outlet=False)
        for a, b in ((first, second), (second, first))
    )
    assert forth.opening == back.opening
    assert abs(forth.log_odds - back.log_odds) < 1e-9
    assert 0 <= forth.opening <= 1
    assert told_apart(first, second) == told_apart(second, first)
    assert not told_apart(first, first)


@given(REPORTS, st.lists(st.tuples(st.integers(1, 5), REPORTS), max_size=6), st.randoms())
def test_the_order_in_which_stories_are_looked_up_does_not_matter(
    new: Report, stories: list[tuple[int, Report]], random: object
) -> None:
    known = [Known(story, report.at, report) for story, report in stories]
    found = find_story(new, known)
    backwards = find_story(new, known[::-1])
    assert found == backwards
    assert found.story in {None, *(story for story, _ in stories)}
    why = found.correlation
    assert (found.story is None) == (why is None or why.kind is None)


@given(REPORTS, REPORTS)
def test_no_story_takes_what_comes_after_its_time(new: Report, old: Report) -> None:
    began = new.at - WINDOW - timedelta(seconds=1)
    assert find_story(new, [Known(1, began, old)]).story is None


@given(TEXTS, TEXTS, LANGUAGES)
def test_packing_loses_nothing(title: str, text: str, language: str | None) -> None:
    made = fingerprint(title, text, language=language)
    assert unpack(made.pack()) == made


@given(st.text(max_size=80))
def test_any_address_is_official_or_not(url: str) -> None:
    for each in (url, f"https://{url}", f"https://{url}.gov"):
        host = official_source(each)
        # Line breaks and tabs are no part of an address (WHATWG URL, as urlsplit reads it).
        assert host is None or host in each.lower().translate(dict.fromkeys(b"\r\n\t"))


ENTITIES = st.frozensets(st.sampled_from("abcde"))


@given(ENTITIES, ENTITIES, st.sampled_from(Severity), st.sampled_from(Severity), st.booleans())
def test_what_has_been_told_is_no_development(
    told: frozenset[str],
    named: frozenset[str],
    was: Severity,
    severity: Severity,
    official: bool,
) -> None:
    url = "https://a.gov/" if official else "https://a.example/"
    said = developments(Told(told, was), named, severity, url)
    rose = severity.rank > was.rank and severity.rank >= Severity.HIGH.rank
    assert (said == ()) == (named <= told and not rose and not official)
    grown = Told(told | named, max(was, severity, key=lambda s: s.rank), official)
    assert developments(grown, named, severity, url) == ()

"""Articles are grouped into stories as a careful reader would, or nearly.

The floors are the goals; `python -m benchmarks.stories` prints what is reached and what is wrong.
"""

from __future__ import annotations

from collections import Counter

import pytest

from monitor.messages.correlations import why
from monitor.model.story import Role
from monitor.stories.clustering import find_story
from monitor.stories.correlate import Known, Report
from monitor.stories.fingerprint import SHARED_KEYS
from tests.evaluation.stories_labelled import KEYS, Half, Pair, is_held_for_same, pairs, report

PRECISION = 0.98
RECALL = 0.92
OWN_WORDS = 0.85
"""Recall of reports of one event that share no sentence: the hardest part."""


@pytest.fixture(scope="module", params=["tuned", "held_back"])
def labelled(request: pytest.FixtureRequest) -> list[tuple[Pair, bool]]:
    half: Half = request.param
    return [(pair, is_held_for_same(pair)) for pair in pairs(half)]


def test_there_is_enough_to_judge_by() -> None:
    everything = [*pairs("tuned"), *pairs("held_back")]
    assert len({pair.id for pair in everything}) == len(everything) >= 300
    counts = Counter(pair.same for pair in everything)
    assert min(counts.values()) >= len(everything) / 3
    assert len({pair.first.article.language for pair in everything}) >= 12
    nameless = [pair.id for pair in everything if not pair.first.entities | pair.second.entities]
    assert nameless == []


def test_what_is_joined_is_one_story(labelled: list[tuple[Pair, bool]]) -> None:
    joined = [pair for pair, held in labelled if held]
    wrong = [pair.id for pair in joined if not pair.same]
    assert 1 - len(wrong) / len(joined) >= PRECISION, wrong


def test_what_is_one_story_is_joined(labelled: list[tuple[Pair, bool]]) -> None:
    same = [(pair, held) for pair, held in labelled if pair.same]
    missed = [pair.id for pair, held in same if not held]
    assert 1 - len(missed) / len(same) >= RECALL, missed


def test_reports_in_their_own_words_are_joined(labelled: list[tuple[Pair, bool]]) -> None:
    own = [(pair, held) for pair, held in labelled if pair.kind == "own words"]
    missed = [pair.id for pair, held in own if not held]
    assert 1 - len(missed) / len(own) >= OWN_WORDS, missed


def test_copies_are_joined(labelled: list[tuple[Pair, bool]]) -> None:
    copies = [(pair, held) for pair, held in labelled if pair.same and "own words" not in pair.kind]
    missed = [pair.id for pair, held in copies if not held]
    assert 1 - len(missed) / len(copies) >= 0.98, missed


def test_the_order_in_which_two_come_does_not_matter(labelled: list[tuple[Pair, bool]]) -> None:
    for pair, held in labelled:
        first = Known(1, report(pair.second).at, report(pair.second))
        assert (find_story(report(pair.first), [first]).story is not None) == held, pair.id


def test_why_is_said_in_words(labelled: list[tuple[Pair, bool]]) -> None:
    for pair, _ in labelled:
        first = Known(7, report(pair.first).at, report(pair.first))
        found = find_story(report(pair.second), [first])
        if found.story is not None:
            said = why(found.correlation)
            assert found.story == 7
            assert pair.first.article.outlet in said
            assert "text is that of" in said or "it names" in said


def shared(one: Report, other: Report) -> set[int]:
    """The keys by which two are found."""
    return max((set(getattr(one, kind)) & set(getattr(other, kind)) for kind in KEYS), key=len)


@pytest.mark.parametrize("half", ["tuned", "held_back"])
def test_told_one_after_the_other_events_are_neither_mixed_nor_told_often(half: Half) -> None:
    articles: dict[tuple[str, str], tuple[str, Report]] = {}
    for pair in pairs(half):
        if pair.same and "teaser of" not in pair.kind:
            group = pair.id.split("/")[0]
            event = pair.first.article.id.rsplit("-", 1)[0]
            for told in (pair.first, pair.second):
                articles[group, told.article.id] = (f"{group}/{event}", report(told))
    known: list[Known] = []
    events: dict[int, set[str]] = {}
    for event, new in sorted(articles.values(), key=lambda item: item[1].at):
        near = [
            k for k in known if k.role is Role.FIRST or len(shared(k.report, new)) >= SHARED_KEYS
        ]
        found = find_story(new, near)
        story = found.story if found.story is not None else len(events)
        began = min((k.began for k in known if k.story == story), default=new.at)
        events.setdefault(story, set()).add(event)
        known.append(Known(story, began, new, found.role))
    assert len(known) > 150
    mixed = [sorted(each) for each in events.values() if len(each) > 1]
    assert mixed == []
    different = set().union(*events.values())
    assert len(events) <= 1.1 * len(different)

"""Which entries are articles that a feed has listed before under other ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.feeds.edits import digest
from monitor.feeds.relisted import FEWEST, strangers, titles, twins
from monitor.model.feed import Entry
from monitor.model.reconciliation import Known, KnownArticle, KnownEntry, Listed
from tests.support.clock import MONDAY

HOUR = timedelta(hours=1)
NOTHING = Known({}, {}, had_entries=True)


def entry(number: int, **facts: object) -> Listed:
    made = Entry(
        f"new-{number}", link=f"https://new.example/{number}", title=f"Report {'x' * number}",
        published=MONDAY - number * HOUR, summary="What is known.",
    )  # fmt: skip
    made = replace(made, **facts)  # type: ignore[arg-type]
    return Listed(made, made.link, digest(made))


def before(*listed: Listed) -> list[KnownArticle]:
    """The articles that these are, as the feed listed them before."""
    return [
        KnownArticle(
            number, each.entry.title, each.entry.published, False,
            ((1, f"old-{number}", each.digest),),
        )
        for number, each in enumerate(listed, start=1)
    ]  # fmt: skip


LISTED = [entry(number) for number in range(1, 7)]


def test_what_should_be_known_by_its_time_is_a_stranger() -> None:
    assert strangers(LISTED, (), NOTHING, MONDAY) == LISTED
    undated = [replace(each, entry=replace(each.entry, published=None)) for each in LISTED]
    assert strangers(undated, (), NOTHING, MONDAY) == undated
    assert strangers(LISTED, (), NOTHING, None) == []
    assert strangers(LISTED, (), NOTHING, MONDAY - 7 * HOUR) == []
    by_id = replace(NOTHING, entries={"new-1": KnownEntry(1, 1, "", joined=False)})
    assert strangers(LISTED, (), by_id, MONDAY) == LISTED[1:]
    at_page = replace(NOTHING, articles={"https://new.example/1": ()})
    assert strangers(LISTED, (), at_page, MONDAY) == LISTED[1:]


@pytest.mark.parametrize(("unchanged", "found"), [(6, True), (7, False)])
def test_a_few_among_many_are_no_strangers(unchanged: int, found: bool) -> None:
    names = [str(number) for number in range(unchanged)]
    assert bool(strangers(LISTED, names, NOTHING, MONDAY)) is found
    assert strangers(LISTED[: FEWEST - 1], (), NOTHING, MONDAY) == []


def pairs(found: Sequence[Listed], gone: Sequence[KnownArticle]) -> dict[str, int]:
    return {identity: each.id for identity, each in twins(found, gone).items()}


def test_twins_have_the_same_words_or_headline_and_time() -> None:
    everyone = {f"new-{number}": number for number in range(1, 7)}
    assert pairs(LISTED, before(*LISTED)) == everyone
    retold = [entry(number, summary="Said in other words.") for number in range(1, 7)]
    assert pairs(retold, before(*LISTED)) == everyone
    another_zone = [entry(number, published=MONDAY) for number in range(1, 7)]
    assert pairs(another_zone, before(*LISTED)) == everyone
    both = [entry(n, published=MONDAY, summary="Said otherwise.") for n in range(1, 7)]
    assert pairs(both, before(*LISTED)) == {}


@pytest.mark.parametrize(("known", "found"), [(3, 3), (2, 0)])
def test_less_than_half_are_none(known: int, found: int) -> None:
    assert len(pairs(LISTED, before(*LISTED[:known]))) == found
    more = [*LISTED, entry(7)]
    assert pairs(more, before(*LISTED[:3])) == {}


def test_what_several_have_in_common_tells_none() -> None:
    alike = [entry(n, title="Notice", published=MONDAY) for n in range(1, 7)]
    assert pairs(alike, before(*alike)) == {}
    # What two entries could be is neither.
    again = replace(LISTED[0], entry=replace(LISTED[0].entry, identity="b"))
    found = pairs([*LISTED, again], before(*LISTED))
    assert found == {f"new-{number}": number for number in range(2, 7)}


def test_what_has_no_title_is_known_by_its_headline() -> None:
    made = Entry("1", title="", summary="London says it was attacked. More.", content="")
    assert titles(made) == {"London says it was attacked. More."}
    assert titles(replace(made, title="Attack")) == {"Attack"}
    assert titles(Entry("1", title="", summary="", content="")) == set()

"""What speaks for two reports being of one event, one feature at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import pytest

from monitor.stories.same_event import Evidence, headline_taken_up, same_event
from monitor.stories.term_vector import Place, TermVector

TEXT = Place(0)
NAME = Place.NAME | Place.LEAD
NUMBER = Place.NUMBER | Place.LEAD
HEADLINE = Place.TITLE | Place.OPENING | Place.TOP | Place.LEAD
WEIGHT = 6.0
#: What both reports tell, so that there is something to be a share of.
BOTH = dict.fromkeys(range(1, 9), (WEIGHT, HEADLINE | Place.HEAVY))


def report(
    *terms: tuple[int, Place],
    without: Iterable[int] = (),
    pairs: Iterable[tuple[int, int]] = ((1, 2),),
    around: int = 0,
    weight: float = WEIGHT,
) -> TermVector:
    """A report with what both tell, and terms of its own."""
    found = {key: value for key, value in BOTH.items() if key not in without}
    found |= {key: (weight, places) for key, places in terms}
    return TermVector(
        {key: weight for key, (weight, _) in found.items()},
        {key: int(places) for key, (_, places) in found.items()},
        dict.fromkeys(found, around),
        dict.fromkeys(pairs, 1),
    )


def compared(
    one: TermVector, other: TermVector, entities: float = 1.0, *, same_outlet: bool = False
) -> Evidence:
    found = same_event(one, other, entities=entities, same_outlet=same_outlet)
    back = same_event(other, one, entities=entities, same_outlet=same_outlet)
    assert found == pytest.approx(back)
    return found


def odds(one: TermVector, other: TermVector) -> float:
    return compared(one, other).log_odds


def falls(values: Iterable[float]) -> bool:
    return all(one > other for one, other in pairwise(values))


def test_the_more_of_an_opening_the_other_has_the_surer() -> None:
    found = []
    for n in range(6):
        own = [(100 + key, HEADLINE) for key in range(n)]
        other = report(*own, without=range(1, n + 1), pairs=())
        found.append(compared(report(pairs=()), other))
    assert falls(each.log_odds for each in found)
    assert [each.opening for each in found] == pytest.approx([1 - n / 8 for n in range(6)])


def test_what_stands_deep_in_the_other_text_is_not_in_its_opening() -> None:
    deep = report(*((key, TEXT) for key in range(1, 9)))
    assert compared(report(), deep).opening == 0
    assert odds(report(), deep) < odds(report(), report())


def test_what_only_one_says_at_its_top_speaks_against_whoever_says_it() -> None:
    more = report(*((100 + n, HEADLINE) for n in range(8)))
    assert odds(report(), more) < odds(report(), report())


def test_watched_entities_count_by_their_share() -> None:
    none, half, whole = (compared(report(), report(), n).log_odds for n in (0, 0.5, 1))
    assert none < half < whole
    assert half - none == pytest.approx(whole - half)


def test_an_outlet_seldom_tells_an_event_twice_in_other_words() -> None:
    other = compared(report(), report(), entities=0).log_odds
    same = compared(report(), report(), entities=1, same_outlet=True).log_odds
    # Whatever they name.
    assert same < other


# --- names ------------------------------------------------------------------------------------


def test_a_name_that_the_other_lacks_speaks_against_and_more_so_on_both_sides() -> None:
    known = report((50, NAME))
    one, other = report((50, NAME), (51, NAME)), report((50, NAME), (52, NAME))
    assert falls((odds(known, known), odds(known, one), odds(one, other)))


def test_the_names_of_whoever_has_more_that_are_new_count_most() -> None:
    few, many = report((50, NAME), (51, NAME)), report((50, NAME), (52, NAME), (53, NAME))
    known = report((50, NAME))
    assert odds(known, many) < odds(known, few)


def test_a_name_deep_in_the_text_is_no_name_of_the_lead() -> None:
    deep = report((50, NAME), (51, Place.NAME))
    known = report((50, NAME))
    assert odds(known, deep) == odds(known, known)


def test_names_at_the_top_that_both_have_anew_speak_against_but_for_those_beyond_three() -> None:
    def with_top_names(first: int, count: int) -> TermVector:
        return report(*((first + n, Place.TOP_NAME) for n in range(count)))

    found = [odds(with_top_names(60, n), with_top_names(70, n)) for n in range(4)]
    assert falls(found)
    assert odds(with_top_names(60, 4), with_top_names(70, 4)) == found[-1]
    # Where one has none that is new, the other may have any.
    assert odds(report(), with_top_names(70, 3)) == found[0]


# --- numbers ----------------------------------------------------------------------------------


def test_a_shared_number_speaks_for_and_the_more_the_rarer_until_it_is_enough() -> None:
    plain = odds(report(), report())
    light = odds(report((80, NUMBER), weight=2), report((80, NUMBER), weight=2))
    heavy = odds(report((80, NUMBER)), report((80, NUMBER)))
    assert plain < light < heavy
    one, two, three = (
        odds(shared := report(*((80 + n, NUMBER) for n in range(count))), shared)
        for count in (1, 2, 3)
    )
    assert one < two == three


def test_other_numbers_in_both_leads_speak_against() -> None:
    plain = odds(report(), report())
    other = odds(report((80, NUMBER)), report((81, NUMBER)))
    assert other < plain
    # Not where one has none, and not where the text of the other has it further down.
    assert odds(report((80, NUMBER)), report()) == plain
    deeper = report((81, NUMBER), (80, Place.NUMBER))
    assert odds(report((80, NUMBER)), deeper) > plain


def test_rare_names_and_numbers_of_its_own_in_each_tell_two_of_a_kind_apart() -> None:
    number = NUMBER | Place.TOP

    def ship(first: int, *, names: int = 2, places: Place = number) -> TermVector:
        # The number that both have keeps the other features of numbers out of it.
        own = [(first + n, NAME) for n in range(names)]
        return report(*own, (first + 5, places), (90, NUMBER))

    both = odds(ship(20), ship(30))
    one_has_no_name = odds(ship(20), ship(30, names=0))
    one_has_no_number = odds(ship(20), ship(30, places=TEXT))

    assert one_has_no_name - both > 2
    assert one_has_no_number - both == pytest.approx(2.5)
    # A name that is not rare tells nothing apart.
    common = [report(*((n + k, NAME) for k in range(3)), weight=4.9) for n in (20, 30)]
    figures = [report(*((n + k, NAME) for k in range(3)), (n + 5, number), (90, NUMBER),
                      weight=4.9) for n in (20, 30)]  # fmt: skip
    assert odds(*figures) > odds(*common) - 1


def test_many_numbers_of_which_none_is_shared_speak_against() -> None:
    plain = odds(report(), report())
    two = report((80, Place.NUMBER), (81, Place.NUMBER))
    assert odds(two, report((82, Place.NUMBER), (83, Place.NUMBER))) < plain
    # One alone may be anything.
    assert odds(two, report((82, Place.NUMBER))) == plain


# --- what counts for nothing ------------------------------------------------------------------


def test_pairs_of_words_speak_for_by_how_many_are_shared() -> None:
    pairs = ((1, 2), (2, 3), (3, 4), (4, 5))
    own = ((5, 6), (6, 7), (7, 8), (8, 1))
    whole = report(pairs=pairs)
    found = [odds(whole, report(pairs=(*pairs[n:], *own[:n]))) for n in range(5)]
    assert falls(found)


def test_passages_copied_verbatim_count_for_nothing() -> None:
    def told(around: int) -> TermVector:
        return report((80, NUMBER), around=around)

    apart = same_event(told(7), told(8), entities=1, same_outlet=False)
    copied = same_event(told(7), told(7), entities=1, same_outlet=False)
    assert copied.log_odds < apart.log_odds
    # The opening is compared all the same.
    assert copied.opening == apart.opening == 1


def test_a_pair_counts_unless_both_of_it_are_in_a_copied_passage() -> None:
    def told(copied: int) -> float:
        apart = [dict.fromkeys((1, 2), side) | {copied: 7} for side in (3, 4)]
        one, other = (replace(report(), around=each) for each in apart)
        return same_event(one, other, entities=1, same_outlet=False).log_odds

    neither = told(9)
    both = same_event(report(around=7), report(around=7), entities=1, same_outlet=False).log_odds
    assert told(1) == told(2)
    assert both < told(1) <= neither


def test_a_headline_that_says_little_is_neither_taken_up_nor_new() -> None:
    little = TermVector({1: 3.0}, {1: int(HEADLINE)}, {1: 0})
    assert headline_taken_up(little, report()) is None
    assert headline_taken_up(report(), report()) == 1
    half = report(*((key, TEXT) for key in range(1, 5)))
    assert headline_taken_up(report(), half) == pytest.approx(0.5)

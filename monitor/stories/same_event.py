"""How surely two reports in one language are of the same event, by what their words have in common.

A logistic regression over twelve features, fitted on real reports of real events
(`docs/explanation/stories.md` says which), and a thirteenth whose weight was set by hand. Most
features are taken both ways and the lesser counts: what the one says must stand in the other
*and* the reverse, so that a text which merely has all likely words is like nothing. Passages
copied verbatim, the background that agencies repeat, count for nothing in most.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from math import fsum
from typing import NamedTuple

from monitor.stories.term_vector import Place, TermVector

_INTERCEPT = -1.97
_OPENING = 9.99
"""Of headline and first words in the other's headline and lead."""
_PAIRS = 5.49
"""Cosine of the adjacent pairs of terms."""
_TOP = 4.75
"""Of headline and first sentences among the other's heaviest terms."""
_ENTITIES = 2.56
"""Jaccard index of the watched entities."""
_TITLE = 1.36
"""Of the headline among the other's heaviest terms."""
_NUMBERS = 0.18
"""For each nat that shared numbers weigh."""
_MOST_NUMBERS = 10.0
_SAME_OUTLET = -6.26
"""It seldom tells one event twice in other words."""
_NEW_NAMES_MOST, _NEW_NAMES_LEAST = -2.78, -0.17
"""Share of the names in the lead that the other lacks."""
_NEW_TOP_NAMES = -2.38 / 20
"""For each nat that the three heaviest names at the top weigh that the other lacks."""
_OTHER_NUMBERS = -1.22
"""Numbers in both leads, of which none stands in the other text."""
_NO_NUMBER_SHARED = -0.72
"""Two numbers or more each, and none in common."""
_OWN_NAMES_AND_NUMBERS = -2.5
"""Rare names in the lead and numbers at the top of each that the other text nowhere has: two ships,
two courts, two quakes, told in the words in which such things are told."""
_OTHER_DAY = -1.6
"""Days of the week at the top of both, of which none is in the other."""
_RARE_NAME, _RARE_NAMES = 5.0, 8.0
"""What a name weighs that tells one thing of a kind from another, and the three heaviest do."""

# Plain numbers: members of an enum take long to combine.
_LEAD = int(Place.LEAD)
_EARLY = int(Place.LEAD | Place.TITLE)
_TOP_PLACE = int(Place.TOP)
_HEAVY = int(Place.HEAVY | Place.TITLE)
_NAMES_COUNTED = 3
_LEAST_WEIGHT = 3.0
"""What weighs no more says nothing of how much of it is covered;"""
_UNKNOWN_COVER = 0.3
"""then it is taken for this."""
_SHOWN = 5


class Evidence(NamedTuple):
    """What speaks for two reports being of one event."""

    log_odds: float
    """Of the same event; 0 is as likely as not."""
    opening: float
    """The lesser share of an opening that the other has in headline and lead, 0 to 1."""


def same_event(
    one: TermVector,
    other: TermVector,
    *,
    entities: float,
    same_outlet: bool,
) -> Evidence:
    """How surely two reports are of the same event; symmetric.

    Args:
        one: a report's terms.
        other: those of another.
        entities: the Jaccard index of the watched entities they name, 0 to 1.
        same_outlet: whether one outlet printed both.
    """
    verbatim = _verbatim(one, other)
    both_say_when = one.weekdays and other.weekdays
    ways = ((one, other), (other, one))
    opening = min(_cover(a, a.at(Place.OPENING), b, _EARLY) for a, b in ways)
    log_odds = fsum(
        (
            _INTERCEPT,
            _OPENING * opening,
            _PAIRS * _cosine(one, other, verbatim),
            _TOP * min(_cover(a, a.at(Place.TOP), b, _HEAVY, verbatim) for a, b in ways),
            _TITLE * min(_cover(a, a.at(Place.TITLE), b, _HEAVY) for a, b in ways),
            _ENTITIES * entities,
            _SAME_OUTLET * same_outlet,
            _names(ways, verbatim),
            _numbers(one, other, verbatim),
            _OWN_NAMES_AND_NUMBERS * all(_has_its_own(a, b) for a, b in ways),
            _OTHER_DAY * bool(both_say_when and not one.weekdays & other.weekdays),
        )
    )
    return Evidence(log_odds, opening)


def headline_taken_up(new: TermVector, known: TermVector) -> float | None:
    """The share of a headline that another report has at its top, 0 to 1; None if it says little.

    What two reports of one affair have in common is mostly the affair: news is in the headline.
    """
    headline = new.at(Place.TITLE)
    if sum(new.weights[key] for key in headline) <= _LEAST_WEIGHT:
        return None
    return _cover(new, headline, known, _EARLY)


def shared_words(new: TermVector, known: TermVector) -> tuple[str, ...]:
    """The most telling words that two reports have in common, as the new one writes them."""
    shared = new.weights.keys() & (known.weights.keys() - _verbatim(new, known))
    forms = [(new.weights[key], word.form) for key, word in new.words.items() if key in shared]
    telling = sorted(_put_together(forms), key=lambda pair: -pair[0])
    return tuple(form for _, form in telling[:_SHOWN])


def _put_together(words: Iterable[tuple[float, str]]) -> list[tuple[float, str]]:
    """The words, with pairs of characters that overlap put together again."""
    found: list[tuple[float, str]] = []
    for weight, form in words:
        if found and len(form) == 2 and not form.isascii() and found[-1][1][-1] == form[0]:
            found[-1] = (found[-1][0] + weight, found[-1][1] + form[1])
        else:
            found.append((weight, form))
    return found


def _verbatim(one: TermVector, other: TermVector) -> Collection[int]:
    """Terms that stand in the middle of the same words in both."""
    mine, theirs = one.around, other.around
    return {key for key in mine.keys() & theirs.keys() if mine[key] and mine[key] == theirs[key]}


def _cover(
    one: TermVector,
    terms: Iterable[int],
    other: TermVector,
    places: int | None,
    without: Collection[int] = (),
) -> float:
    """Share of the weight of some terms of a report that another has in given, or all, places."""
    weights, theirs = one.weights, other.places
    whole = found = 0.0
    for key in terms:
        if key not in without:
            weight = weights[key]
            whole += weight
            if key in theirs and (places is None or theirs[key] & places):
                found += weight
    return found / whole if whole > _LEAST_WEIGHT else _UNKNOWN_COVER


def _cosine(one: TermVector, other: TermVector, verbatim: Collection[int]) -> float:
    """Cosine of the pairs of terms, but for those of verbatim passages."""
    mine, theirs = one.pair_weights, other.pair_weights
    found = fsum(
        mine[pair] * theirs[pair]
        for pair in mine.keys() & theirs.keys()
        if pair[0] not in verbatim or pair[1] not in verbatim
    )
    return found / (one.pair_norm * other.pair_norm) if found else 0.0


def _names(ways: Iterable[tuple[TermVector, TermVector]], verbatim: Collection[int]) -> float:
    """What names speak against, that one has at the top and the other lacks."""
    lacking, top = [], []
    for one, other in ways:
        names = [key for key in one.at(Place.NAME) if one.places[key] & _LEAD]
        lacking.append(1 - _cover(one, names, other, None, verbatim))
        new = [one.weights[key] for key in one.at(Place.TOP_NAME) if key not in other.weights]
        top.append(sum(sorted(new, reverse=True)[:_NAMES_COUNTED]))
    return (
        _NEW_NAMES_MOST * max(lacking) + _NEW_NAMES_LEAST * min(lacking) + _NEW_TOP_NAMES * min(top)
    )


def _has_its_own(one: TermVector, other: TermVector) -> bool:
    """Whether a report begins with rare names and with numbers that another nowhere has."""
    theirs = other.weights
    if not any(one.places[key] & _TOP_PLACE and key not in theirs for key in one.at(Place.NUMBER)):
        return False
    names = (one.weights[key] for key in one.at(Place.NAME)
             if one.places[key] & _LEAD and key not in theirs)  # fmt: skip
    heaviest = sorted((weight for weight in names if weight >= _RARE_NAME), reverse=True)
    return sum(heaviest[:_NAMES_COUNTED]) >= _RARE_NAMES


def _numbers(one: TermVector, other: TermVector, verbatim: Collection[int]) -> float:
    """What shared numbers speak for, and such that are not shared against."""
    mine, theirs = ({*each.at(Place.NUMBER)} for each in (one, other))
    early = [
        {key for key in numbers if each.places[key] & _LEAD}
        for each, numbers in ((one, mine), (other, theirs))
    ]
    apart = all(early) and not early[0] & theirs and not early[1] & mine
    none_shared = len(mine) > 1 and len(theirs) > 1 and not mine & theirs
    shared = fsum(
        # Texts whose languages are taken for different ones weigh by different lists.
        min(one.weights[key], other.weights[key])
        for key in mine & theirs
        if key not in verbatim
    )
    return (
        _NUMBERS * min(_MOST_NUMBERS, shared)
        + _OTHER_NUMBERS * apart
        + _NO_NUMBER_SHARED * none_shared
    )

"""How much of an article is about what is watched: what makes an alert critical by default."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from monitor.matching.score import LEAD_LENGTH

ALONE_TIMES, ALONE_EVERY = 8, 200
"""One that is named so often, and once every so many characters, is what all of it is about."""

TOGETHER_TIMES, TOGETHER_EVERY = 3, 400
"""Two that share a headline are each named less in what is about both."""


_TITLE, _SUMMARY = 0, 1
"""The numbers of an article's fields; another one is its body."""


class Placement(NamedTuple):
    """Where and how often an article names somebody."""

    in_title: bool
    in_opening: bool
    times: int


def placement(places: Iterable[tuple[int, int]]) -> Placement:
    """How it is placed what stands at some fields and offsets."""
    title = summary = body = 0
    opening = False
    for field, at in places:
        if field == _TITLE:
            title += 1
        elif field == _SUMMARY:
            summary += 1
        else:
            body += 1
            opening = opening or at < LEAD_LENGTH
    # The feed's teaser is mostly the page's first paragraph: count it once.
    return Placement(title > 0, opening or summary > 0, title + max(summary, body))


@dataclass(frozen=True, slots=True)
class Prominence:
    """Where and how often an article names one entity, or fulfils one query."""

    in_title: bool
    in_opening: bool
    count: int
    places: frozenset[tuple[int, int]]
    """Field and offset of each."""

    def is_named(self, times: int, every: int, length: int) -> bool:
        """Whether it is there from the headline on, so often and so densely."""
        placed = self.in_title and self.in_opening
        return placed and self.count >= times and self.count * every >= length


def is_all_about(found: Sequence[Prominence], length: int) -> bool:
    """Whether an article is about one of those found through and through, or about two at once.

    Args:
        found: those that are surely named.
        length: characters of headline and text.
    """
    if any(each.is_named(ALONE_TIMES, ALONE_EVERY, length) for each in found):
        return True
    both = [each for each in found if each.is_named(TOGETHER_TIMES, TOGETHER_EVERY, length)]
    # Two names for the same words are one.
    return any(not one.places & other.places for one, other in combinations(both, 2))

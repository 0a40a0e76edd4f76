"""Whether of two texts of which much is the same one is a copy of the other.

Three things look like copies and are none: a follow-up above an old text, notices filled in from
one template, and notices about different codes.
"""

from __future__ import annotations

from monitor.model.story import ApartReason
from monitor.stories.fingerprint import Fingerprint

SAME_TEXT = 0.6
"""Share of the shorter text that stands in the longer from which they are one text."""
_TOLD_APART = 6.0
"""What stands after the same words, but differs, must tell so much: two names, three figures."""
_TEMPLATE = 0.3
"""Share of a text in another from which they may be filled in from one template."""
_BEGINS_LIKE = 0.85
"""Share of a beginning in the other from which two texts begin alike whatever the headlines."""
_SAME_BEGINNING = 0.45
"""Below this two texts do not begin alike whatever the headlines."""
_FOLLOW_UP = 0.15
"""Share of a headline that only its own text takes up, from which what is new is the news."""
_ABOUT_THE_SAME = 0.7
"""Sum of the shares of beginning and headline below which a text with a new top is another."""


def verdict(one: Fingerprint, other: Fingerprint) -> tuple[float, ApartReason | None]:
    """How alike two texts are, and why they are about different things if they are.

    Returns:
        The share of the shorter text that stands in the other, 0 to 1: from `SAME_TEXT` on one
        is a copy of the other, unless a reason is returned. Below it they may be different texts
        of one event, unless a reason is returned.
    """
    if one.codes and other.codes and not one.codes & other.codes:
        return 0.0, ApartReason.OTHER_CODES
    likeness = one.likeness(other)
    if likeness >= SAME_TEXT:
        return likeness, _no_copy(one, other)
    if likeness >= _TEMPLATE and told_apart(one, other):
        return likeness, ApartReason.TEMPLATE
    return likeness, None


def told_apart(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two texts of which much is the same are about different things.

    So it is with notices filled in from one template: after the same words stand other names
    and figures.
    """
    different = 0.0
    for place, filling in one.slots.items():
        theirs = other.slots.get(place)
        if theirs is not None and theirs.value != filling.value:
            different += min(filling.weight, theirs.weight)
    return different >= _TOLD_APART


def _no_copy(one: Fingerprint, other: Fingerprint) -> ApartReason | None:
    """Why of two texts of which much is the same none is a copy; None if one is."""
    if one.exact == other.exact:
        return None
    begins = min(one.beginning_in(other), other.beginning_in(one))
    if begins < _BEGINS_LIKE:
        # What stands above the old text may be a tag or a note, and the article is a copy, or
        # news that the headline is about: then it is a follow-up.
        beyond = max(one.headline_beyond(other), other.headline_beyond(one))
        headlines = min(one.headline_in(other), other.headline_in(one))
        if begins < _SAME_BEGINNING or beyond > _FOLLOW_UP or begins + headlines < _ABOUT_THE_SAME:
            return ApartReason.FOLLOW_UP
    # Or the headline of each names what the other nowhere has: Brazil, and Italy.
    is_filled_in = one.has_headline_of_its_own(other) and other.has_headline_of_its_own(one)
    return ApartReason.TEMPLATE if is_filled_in or told_apart(one, other) else None

"""Invisible characters between letters: do they hide a name, or end a word?

Unicode lets a line break at a zero-width space, and a change of direction stands between two
pieces of text; but who wants to slip past a filter puts the same characters inside a name.
Folding leaves them out, so a name with some inside is found. Where they are inside no name, they
end a word, so that "x", one of them and "APT31" is a name after a word.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate

from monitor.matching.text.normalise import Folded, fold, is_word

_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+")
_ENDS_WORD = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Zero-width space and marks of direction; the others join, or are within a word by nature."""


def apart(folded: Folded, found: Iterable[tuple[int, int]]) -> Folded:
    """The text with a space for each invisible end of a word; the same when it has none.

    Args:
        folded: a text in which something invisible was left out.
        found: folded offsets of everything found in it, in any order: what is invisible inside
            of these stays left out.
    """
    text = folded.original
    ends = [
        place.span()
        for place in _INVISIBLE.finditer(text, 1, len(text) - 1)
        if _ENDS_WORD.search(place[0])
        and is_word(text[place.start() - 1])
        and is_word(text[place.end()])
    ]
    if not ends:
        return folded
    spans = sorted({folded.locate(start, end) for start, end in found})
    starts = [start for start, _ in spans]
    reach = list(accumulate((end for _, end in spans), max))

    def inside(place: tuple[int, int]) -> bool:
        before = bisect_left(starts, place[0])
        return before > 0 and reach[before - 1] > place[1]

    pieces, done = [], 0
    for start, end in ends:
        if not inside((start, end)):
            # As many spaces as there were characters, so that offsets stay what they are.
            pieces += [text[done:start], " " * (end - start)]
            done = end
    return fold("".join([*pieces, text[done:]])) if pieces else folded

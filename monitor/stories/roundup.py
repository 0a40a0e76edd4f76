"""Whether a text tells of many things: a newsletter, a list, a live blog of a whole day.

What it tells first may be an event that others report, but who was told of the list has not been
told of that. So such a text neither begins nor carries a story for others, nor joins one by its
words. It is known by its parts: in an article on one thing most hang together, by rare words that
one takes up from another nearby or from the headline; in a list no more than a few do. What is
no prose at all, but words in a row that any report might have, is taken for one, too.

Source of the idea: lexical cohesion between neighbouring passages (TextTiling, Hearst 1997).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from monitor.stories.opening_words import (
    COMMON,
    UNLISTED,
    Running,
    Stem,
    common_share,
    stem_weights,
)

_FEWEST_PARTS = 5
_ABOUT_ONE_THING = 0.3
"""Share of the parts that hang together in an article on one thing, at the least."""
_NEARBY = 2
"""So many parts further on one may take up words."""
_PART = 40
"""Words of a part, at the least: paragraphs that are shorter are taken together."""
_PROSE = 0.4
"""Share of common words in a text, of that in its language as it is used, at the least."""
_RARE, _RARE_IN_HEADLINE = 5.5, 4.0
"""Weight from which a word shows that two parts are about one thing, and part and headline."""
_FEWEST_RARE = 4
"""A part with fewer rare words says too little of what it is about."""


def is_roundup(
    title_parts: Running, parts: Running,
    title_stems: Iterable[Stem], text_stems: Iterable[Stem], text: str, language: str,
) -> bool:  # fmt: skip
    """Whether a text tells of many things.

    Args:
        title_parts: the pieces of its headline.
        parts: its own.
        title_stems: the stems of its headline.
        text_stems: its own.
        text: the text, with its paragraphs in lines of their own.
        language: an ISO 639-1 code.
    """
    if _is_no_prose(title_parts, parts, language):
        return True
    headline = {stem for stem, *_ in title_stems}
    found = [
        (rare, not headline.isdisjoint(each))
        for each in _parts(text_stems, text, language)
        if len(rare := {stem for stem, weight in each.items() if weight >= _RARE}) >= _FEWEST_RARE
    ]
    if len(found) < _FEWEST_PARTS:
        return False
    return max(Counter(_groups(found)).values()) < _ABOUT_ONE_THING * len(found)


def _is_no_prose(title: Running, parts: Running, language: str) -> bool:
    """Whether the words are hardly ever those that hold sentences together."""
    forms = (*title.forms, *parts.forms)
    words = [weight for kind, _, weight, _, _ in forms if kind == "word"]
    common = len([weight for weight in words if weight < COMMON])
    return len(words) >= _PART and common < _PROSE * common_share(language) * len(words)


def _groups(parts: Sequence[tuple[set[str], bool]]) -> list[int]:
    """For each part the number of the group that it hangs together with."""
    groups = list(range(len(parts)))
    headline = len(parts)
    for number, (rare, takes_up_headline) in enumerate(parts):
        nearby = range(max(0, number - _NEARBY), number)
        linked = {groups[other] for other in nearby if not rare.isdisjoint(parts[other][0])}
        if takes_up_headline:
            linked.add(headline)
        if linked:
            joined = headline if headline in linked else min(linked)
            linked.add(groups[number])
            groups = [joined if group in linked else group for group in groups]
    return groups


def _parts(found_stems: Iterable[Stem], text: str, language: str) -> list[dict[str, float]]:
    """The words of each part that are not common, and what they weigh."""
    weights = stem_weights(language)
    found: list[dict[str, float]] = [{}]
    words = end = 0
    for stem, _, kind, start, stops in found_stems:
        if words >= _PART and "\n" in text[end:start]:
            found.append({})
            words = 0
        words, end = words + 1, stops
        if kind != "number":
            weight = weights.get(stem, UNLISTED)
            if weight >= _RARE_IN_HEADLINE:
                found[-1][stem] = weight
    return found

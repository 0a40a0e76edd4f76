# ruff: noqa: RUF001 - quotes of every kind
"""Short forms that an article itself introduces.

Once "Zhao Guangzong" is named, "Zhao" alone is he; once "National Cyber Security Centre (NCSC)"
is, "NCSC" is that. Before, or in an article that never gives the full name, they prove nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from monitor.matching.names.expansion import Name, family_name
from monitor.matching.names.titles import titled
from monitor.matching.rules.surroundings import part_of_longer_name
from monitor.matching.text.normalise import Folded, bounded, fold_name, remembering
from monitor.matching.text.words import STOPWORDS
from monitor.model.match import Kind

_MOST = 1000
"""Short forms looked at in one article for one entity."""
_DEFINED = re.compile(
    r"['’]?s?\s*\(\s*(?:the\s+|or\s+)?[\"“'‘]?([A-Z][A-Za-z&.\-]{1,9})[\"”'’]?\s*\)"
)
_AROUND = 40
_LONG_NAME = 120


def short_forms(
    kind: Kind, name: Name, texts: Sequence[Folded], place: tuple[int, int]
) -> tuple[str, ...]:
    """The short forms that follow from `name` standing at the end `place` (field, offset)."""
    if kind is Kind.PERSON:
        family = family_name(name.text)
        return (family,) if len(family) > 1 else ()
    if kind is Kind.ORGANISATION:
        field, end = place
        _, finish = texts[field].locate(end - 1, end)
        found = _DEFINED.match(texts[field].original, finish)
        if found and _abbreviates(found[1], name.text):
            return (found[1],)
    return ()


def _abbreviates(short: str, name: str) -> bool:
    letters = [letter for letter in short.lower() if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in short)
    initials = iter("".join(word[0] for word in re.findall(r"\w+", fold_name(name))))
    return capitals >= 2 and all(letter in initials for letter in letters if letter.isalpha())


def defined_otherwise(name: Name, texts: Sequence[Folded], place: tuple[int, int, int]) -> bool:
    """True where a text puts an acronym in brackets behind a name that spells it, not ours.

    `place` is the acronym's field and folded offsets.
    """
    field, start, end = place
    begin, finish = texts[field].locate(start, end)
    text = texts[field].original
    if text[begin - 1 : begin] != "(" or text[finish : finish + 1] != ")":
        return False
    before = re.findall(r"\w+", text[max(0, begin - _LONG_NAME) : begin - 1])
    letters = [word[0].lower() for word in before if word[0].isupper()]
    wanted = [letter for letter in name.text.lower() if letter.isalpha()]
    return letters[-len(wanted) :] == wanted


def short_for(acronym: str, name: str) -> bool:
    """True for a longer name whose words begin with an acronym's letters, small ones or not."""
    words = re.findall(r"\w+", fold_name(name))
    telling = [word for word in words if word not in STOPWORDS]
    wanted = acronym.lower()
    return len(words) > 1 and wanted in {
        "".join(word[0] for word in words),
        "".join(word[0] for word in telling),
    }


def occurrences(kind: Kind, short: str, texts: Sequence[Folded]) -> Iterator[tuple[int, int, int]]:
    """Where a short form stands alone: field and folded offsets."""
    places = (
        (field, *place)
        for field, folded in enumerate(texts)
        for place in _occurrences(folded, kind, short)
    )
    return islice(places, _MOST)


@remembering
def _occurrences(folded: Folded, kind: Kind, short: str) -> Sequence[tuple[int, int]]:
    wanted = fold_name(short)
    found: list[tuple[int, int]] = []
    start = folded.text.find(wanted)
    while start >= 0 and len(found) < _MOST:
        end = start + len(wanted)
        # Most places of a surname that is a word are in lower case: they are done with first.
        small = kind is Kind.PERSON and not folded.original[folded.locate(start, end)[0]].isupper()
        if (
            not small
            and bounded(folded.text, start, end)
            and _alone(kind, short, folded, start, end)
        ):
            found.append((start, end))
        start = folded.text.find(wanted, end)
    return found


def _alone(kind: Kind, short: str, folded: Folded, start: int, end: int) -> bool:
    begin, finish = folded.locate(start, end)
    text = folded.original
    written = text[begin:finish]
    if kind is Kind.ORGANISATION:
        return written == short
    before, after = text[max(0, begin - _AROUND) : begin], text[finish : finish + _AROUND]
    if titled(before):
        before = ""
    return not part_of_longer_name(before, after)

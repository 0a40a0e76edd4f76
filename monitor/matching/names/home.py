"""Which countries an entity is of, as its configuration says."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from monitor.config.schema import Entity
from monitor.matching.names.gazetteer import Sort, cues_in
from monitor.matching.names.institutions_abroad import english_words, shared_in_english
from monitor.matching.text.normalise import fold_name
from monitor.model.match import Kind


@lru_cache(maxsize=5_000)
def home(entity: Entity) -> frozenset[str]:
    """The countries of an entity, by code; empty when its configuration names none.

    Its `country`, else those that its context words and aliases name, or the name of an institution
    that many countries have; else the one that most of the towns, parties and the like among its
    context words are in.
    """
    if entity.country:
        return frozenset({entity.country})
    if entity.kind not in {Kind.ORGANISATION, Kind.PLACE}:
        return frozenset()
    named: set[str] = set()
    others: dict[str, float] = defaultdict(float)
    for phrase in entity.context:
        for cue in cues_in(phrase):
            if cue.sort is Sort.NAME:
                named |= cue.countries
            elif cue.sort is not Sort.SHARED:
                for code in cue.countries:
                    others[code] += cue.sort.value
    if entity.kind is Kind.ORGANISATION:
        named |= without_country(entity.name)[1]
        told = [cue for alias in entity.aliases for cue in cues_in(alias)]
        named |= {code for cue in told if cue.sort is Sort.NAME for code in cue.countries}
    if named or not others or entity.kind is Kind.PLACE:
        return frozenset(named)
    most = max(others.values())
    most_said = {code for code, weight in others.items() if weight == most}
    return frozenset(most_said) if len(most_said) == 1 else frozenset()


@lru_cache(maxsize=5_000)
def without_country(name: str) -> tuple[str, frozenset[str]]:
    """What is left of an institution's English name without its country, and the country's code.

    Nothing and none where the rest is nothing that many countries have: of "Supreme Court of
    India" it is "Supreme Court", of "Bank of England" nothing.
    """
    for plain, part in parted(name):
        codes = [cue.countries for cue in cues_in(part) if cue.sort is Sort.NAME]
        if codes:
            return plain, codes[0]
    return "", frozenset()


def parted(name: str) -> Iterator[tuple[str, str]]:
    """An institution's English name without a part, and the part: it may be a country."""
    words = name.split()
    if english_words().isdisjoint(fold_name(name).split()):
        return
    for cut in range(1, min(len(words), _MOST)):
        for rest, part in ((words[cut:], words[:cut]), (words[:-cut], words[-cut:])):
            plain = _JOINED.sub("", " ".join(rest))
            if shared_in_english(plain):
                yield plain, " ".join(part)


_MOST = 5
"""Words of a name among which its country is."""
_JOINED = re.compile(r" (?:of|for|in)(?: the)?\Z")

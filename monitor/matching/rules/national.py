"""The mentions of an entity that are its own country's, and those of which that is not said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from monitor.config.schema import Entity
from monitor.matching.countries.country import (
    Surroundings,
    Verdict,
    Whose,
    anywhere,
    whose,
)
from monitor.matching.countries.cues import in_country
from monitor.matching.names.home import home
from monitor.matching.rules.findings import Findings, Hit
from monitor.matching.rules.surroundings import Reading
from monitor.matching.text.normalise import Folded
from monitor.model.match import Kind

_ANOTHER = re.compile(
    r"\b(?:Independent|National|Central|Federal|State|Provincial|Interim|Joint|Regional|Municipal|"
    r"County|Supreme|Special|Permanent|Territorial|Union|European|International|African|Arab|"
    r"World)[ \u00a0-]\Z"
)
"""What makes an institution's name another's: the Independent Electoral Commission, the European
Parliament."""
_REACH = 20
_ASKED = 50
"""Mentions that are asked whose they are; more of them are taken for what the last one was."""


def at_home(
    entity: Entity,
    hits: list[Hit],
    found: Findings,
    texts: Sequence[Folded],
    around: Surroundings,
) -> list[Hit]:
    """The hits but for those that the text puts in another country than the entity's.

    Its country is known when the configuration says so, or its `context` or aliases name one. Of
    an institution that many countries have, hits of which nothing says whose they are are marked
    so. A place is where the text says it is, and then it is the same one throughout, unless the
    article has the entity's own context.
    """
    if not (hits or found.longer) or entity.kind not in {Kind.ORGANISATION, Kind.PLACE}:
        return hits
    ours = home(entity)
    if not ours:
        return hits
    if entity.kind is Kind.ORGANISATION:
        return _national(entity, ours, hits, found, texts, around)
    abroad = [hit for hit in found.hits if in_country(texts[hit.field], hit.end) - ours]
    if abroad and not found.context:
        return []
    return [hit for hit in hits if hit not in abroad]


def _national(
    entity: Entity,
    ours: frozenset[str],
    hits: list[Hit],
    found: Findings,
    texts: Sequence[Folded],
    around: Surroundings,
) -> list[Hit]:
    others = []
    back = []
    for hit in (*found.longer, *hits):
        if not anywhere(entity, hit.name):
            continue
        if (cue := around.joined((hit.field, hit.start, hit.end))) is None:
            continue
        others.append(cue)
        if not cue.countries & ours:
            continue
        if hit.reading is Reading.WORDS or (hit.reading is Reading.LONGER and cue.start >= hit.end):
            # The Supreme Court of India is India's, for who watches that; so is India's supreme
            # court, as agencies write it.
            back.append(replace(hit, reading=Reading.NAME))
    kept = []
    asked = (*hits, *back)
    first = {hit.field: hit.start for hit in sorted(asked, key=_backwards)}
    verdict = Verdict(Whose.UNSAID)
    for number, hit in enumerate(asked):
        if _another(hit, texts):
            continue
        if number < _ASKED:
            place = hit.field, hit.start, hit.end
            verdict = whose(entity, hit.name, place, around, others, first)
        if verdict.whose is not Whose.ABROAD:
            kept.append(replace(hit, unsaid=verdict.whose is Whose.UNSAID, by=verdict.by))
    return kept


def _backwards(hit: Hit) -> tuple[int, int]:
    return hit.field, -hit.start


def _another(hit: Hit, texts: Sequence[Folded]) -> bool:
    folded = texts[hit.field]
    begin, _ = folded.locate(hit.start, hit.end)
    return _ANOTHER.search(folded.original, max(0, begin - _REACH), begin) is not None

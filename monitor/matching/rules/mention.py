"""Whether a place that was proposed for a name is a mention of it."""

from __future__ import annotations

from dataclasses import replace

from monitor.matching.names.align import align
from monitor.matching.names.expansion import INITIALS, Name
from monitor.matching.names.legal_forms import longer_organisation, with_legal_form
from monitor.matching.names.meanings import Use
from monitor.matching.rules.credits import credited
from monitor.matching.rules.findings import Hit
from monitor.matching.rules.namesakes import by_chance
from monitor.matching.rules.surroundings import Reading, read, written_apart_as
from monitor.matching.text.normalise import Folded, stretched
from monitor.model.match import Kind


def hit_at(
    use: Use, kind: Kind, field: int, folded: Folded, start: int, end: int, whole: bool
) -> Hit | None:
    """The mention at a place the automaton proposed, if it is one."""
    name = use.name
    assert name is not None
    if use.shape is not None:
        found = align(use.shape, folded, start, end)
        if found is None:
            return None
        start, end = found
    elif not whole:
        return None
    return _read(name, kind, field, folded, start, end)


def variant_at(
    name: Name, kind: Kind, field: int, folded: Folded, start: int, end: int, sure: bool | None
) -> Hit | None:
    """The mention at a place where a name stands in another form or script, if it is one."""
    if sure is None:
        return _read(name, kind, field, folded, start, end)
    if kind is Kind.PERSON and credited(folded.original, *folded.locate(start, end)):
        return None
    if sure:
        return Hit(field, start, end, name, Reading.CERTAIN)
    return Hit(field, start, end, replace(name, ambiguous=True), Reading.UNSURE)


def _read(name: Name, kind: Kind, field: int, folded: Folded, start: int, end: int) -> Hit | None:
    """The mention of a name that stands at a place, if it is one."""
    begin, finish = folded.locate(start, end)
    # "i sukcesem" and "wtedy" are proposed for I. Sukcesem and W. Tędy: each text has some.
    if name.source == INITIALS and by_chance(name.text, folded.original, begin, finish):
        return None
    longer = kind is Kind.ORGANISATION and longer_organisation(folded, end)
    if longer or stretched(begin, finish, end - start):
        return None
    written = folded.original[begin:finish]
    name = written_apart_as(name, kind, written)
    if name.spoken and written == name.text.capitalize():
        name = replace(name, exact_case=False)  # many newspapers write Nato
    reading = read(name, kind, folded.original, begin, finish)
    if reading is Reading.NONE:
        return None
    word = kind is Kind.ORGANISATION and name.ambiguous
    if word and with_legal_form(name.text, folded, start, end):
        reading = Reading.CERTAIN
    return Hit(field, start, end, name, reading)

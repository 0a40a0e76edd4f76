"""What each piece of text that is looked for means for the entity it was derived from.

Worked out twice: once when a watchlist is compiled, which keeps only the texts and whose they
are, and again when one of an entity's texts is met. Few ever are, and so a hundred thousand
names take little more memory than the automaton that finds them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.config.schema import Entity
from monitor.matching.names.align import Shape, anchors, shape
from monitor.matching.names.expansion import (
    BY_FATHER,
    ORDER,
    SHORT,
    Name,
    by_father,
    expand,
)
from monitor.matching.names.slavic_spellings import NEIGHBOURS, neighbours
from monitor.matching.names.spellings import in_parts, joined_or_apart, spellings, written_apart
from monitor.matching.text.normalise import fold_name, lettered
from monitor.model.match import Kind


@dataclass(frozen=True, slots=True)
class Use:
    """What finding a text means for one entity."""

    watched: int
    name: Name | None
    """The name found; None when the text is a context word or an exclude phrase."""
    excludes: bool = False
    contains: bool = False
    """An exclude phrase that contains one of the entity's names rules out only that place."""
    shape: Shape | None = None
    """The text is one word of this name; the rest is to be found beside it."""


Meanings = Mapping[str, tuple[Use, ...]]
"""By folded text; under `WRITTEN_FREELY` the names that are found by their words alone."""

WRITTEN_FREELY = ""


def meanings(entity: Entity, number: int) -> Meanings:
    """What is looked for on behalf of an entity, which is known by `number`, and what it means."""
    found: dict[str, tuple[Use, ...]] = {}
    for text, use in _uses(entity, number):
        if text or use.shape is not None:
            found[text] = (*found.get(text, ()), use)
    return found


def _uses(entity: Entity, number: int) -> Iterator[tuple[str, Use]]:
    names = expand(entity, orders=False)
    forms: set[str] = set()
    # Where two names share a spelling, the one that needs no context stands for it.
    for name in sorted(names, key=lambda name: name.ambiguous):
        if name.source == ORDER and not written_apart(name.text):
            continue  # alignment finds it
        use = Use(number, name)
        for spelling in spellings(name.text, entity.kind):
            if spelling not in forms and lettered(spelling):
                forms.add(spelling)
                # Run together, an ordinary phrase is ordinary no longer: OilRig.
                joined = name.ambiguous and " " in name.text and spelling.isalpha()
                yield spelling, Use(number, replace(name, ambiguous=False)) if joined else use
    yield from _written_freely(entity, number, names)
    for word in entity.context:
        yield fold_name(word), Use(number, None)
    for phrase in entity.exclude:
        folded = fold_name(phrase)
        contains = any(form in folded for form in forms)
        yield folded, Use(number, None, excludes=True, contains=contains)


def _written_freely(
    entity: Entity, number: int, names: Sequence[Name]
) -> Iterator[tuple[str, Use]]:
    """The names whose words are looked for, with what finds a fuzzy one."""
    for name in names:
        if name.derived and name.source != SHORT:
            continue
        if (form := shape(name, entity.kind, entity.fuzzy)) is None:
            continue
        if len(form.words) == 1 and not entity.fuzzy and " " in fold_name(name.text):
            continue  # without its legal form it is a name of its own, ordinary or not
        if len(form.words) > 1 and name.derived:
            continue
        part = Use(number, name, shape=form)
        yield WRITTEN_FREELY, part
        for text in in_parts(name.text) if entity.kind is Kind.PERSON else ():
            apart = shape(replace(name, text=text.title()), entity.kind, False)
            if apart and len(apart.words) == len(text.split()):  # none of them a small word
                yield WRITTEN_FREELY, Use(number, name, shape=replace(apart, whole=True))
        person = entity.kind is Kind.PERSON
        spelt = dict.fromkeys(joined_or_apart(name.text) if person else (), name.source)
        spelt |= dict.fromkeys(neighbours(name.text) if person else (), NEIGHBOURS)
        for text, source in sorted(spelt.items()):
            # Of one word a name of several is one that others bear, too.
            other = shape(replace(name, text=text, source=source), entity.kind, False)
            if other and (len(other.words) > 1 or len(form.words) == 1):
                yield WRITTEN_FREELY, Use(number, name, shape=other)
        if entity.kind is Kind.PERSON and (brief := by_father(name.text)):
            yield (
                WRITTEN_FREELY,
                Use(
                    number,
                    name,
                    shape=shape(replace(name, text=brief, source=BY_FATHER), entity.kind, False),
                ),
            )
        for anchor in anchors(form) if entity.fuzzy else ():
            yield anchor, part

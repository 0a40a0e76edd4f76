"""Which of the places where an index proposes names are worth a closer look.

Two words of a name stand near each other in many texts by chance, and most often a sentence ends
between them: that is seen at a glance, and aligning a name takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from monitor.matching.index.postings import Place
from monitor.matching.names.align import Shape, may_stand, same_word
from monitor.matching.names.expansion import small_parts
from monitor.matching.names.meanings import Use
from monitor.matching.spelling.semitic import written_as
from monitor.matching.text.characters import ABJAD
from monitor.matching.text.normalise import Folded
from monitor.matching.text.words import romanisations
from monitor.model.match import Kind


def in_folded(folded: Folded, place: Place) -> Place:
    """A place in the original text as one in the folded one."""
    if not folded.at:
        return place
    field, owner, start, end, other = place
    other = folded.position(other, other + 1)[0] if other >= 0 else other
    return field, owner, *folded.position(start, end), other


def by_word(places: Iterable[Place]) -> Iterator[tuple[int, int, int, int, Sequence[int]]]:
    """Places by the word that stands there, with where the others begin of which one goes with it.

    Without any where the word may be a name, or is one of another place's.
    """
    others: dict[tuple[int, int, int, int], list[int]] = {}
    seconds: set[tuple[int, int, int]] = set()
    for field, number, start, end, other in places:
        others.setdefault((field, number, start, end), []).append(other)
        seconds.add((field, number, other))
    for (field, number, start, end), some in others.items():
        unsure = min(some) < 0 or (field, number, start) in seconds
        yield field, number, start, end, () if unsure else some


def worth_it(
    uses: Sequence[Use], folded: Folded, start: int, end: int, others: Sequence[int]
) -> bool:
    """False where none of an entity's names can stand around a place, as others show."""
    unvowelled = without_vowels if ABJAD.match(folded.text, start) else None
    return any(
        use.shape is not None
        and (
            _more_than_two_words(use.shape)
            or may_stand(use.shape, folded, start, end, others, unvowelled)
        )
        for use in uses
    )


def _more_than_two_words(shape: Shape) -> bool:
    """True for a name that may be found by others than its two words, or in lower case."""
    name = shape.name.text
    two = len(shape.words) == 2 and shape.kind is Kind.PERSON
    return not two or shape.fuzzy or name.islower() or bool(small_parts(name))


@lru_cache(maxsize=5_000)
def without_vowels(wanted: str, found: str) -> bool:
    """Whether a word, in a script that leaves vowels out, is a name's word in any spelling."""
    if not ABJAD.match(found):
        return same_word(wanted, found)
    return any(written_as(word, found) for word in (wanted, *romanisations(wanted)))

"""Which of the places where an index proposes names are worth a closer look.

Two words of a name stand near each other in many texts by chance, and most often a sentence ends
between them: that is seen at a glance, and aligning a name takes ten times as long.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache

from monitor.matching.index.postings import Place
from monitor.matching.names.align import Same, Shape, may_stand, middle_names, same_word
from monitor.matching.names.expansion import small_parts
from monitor.matching.names.meanings import Use
from monitor.matching.names.titles import TITLES
from monitor.matching.spelling.semitic import written_as
from monitor.matching.text.characters import ABJAD
from monitor.matching.text.normalise import Folded
from monitor.matching.text.uncased import SMALL_WORDS
from monitor.matching.text.words import PARTICLES, canonical, romanisations
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
    shapes = [use.shape for use in uses if use.shape is not None]
    unvowelled = without_vowels if ABJAD.match(folded.text, start) else None
    wanted = {word for shape in shapes for word in shape.words}
    reached = {goes_on(wanted, folded, end, other, unvowelled) for other in others}
    if True in reached:
        return bool(shapes)
    if any(map(_more_than_two_words, shapes)):
        return True
    sides = (1, -1) if None in reached else (-1,)
    return any(may_stand(shape, folded, start, end, others, unvowelled, sides) for shape in shapes)


def goes_on(
    wanted: Collection[str], folded: Folded, end: int, other: int, unvowelled: Same | None
) -> bool | None:
    """Whether a name of two words can go on from the end of one to where the other begins.

    What `may_stand` says of that side, at a fraction of the cost; None where it takes a closer
    look. `wanted` are the words of the name.
    """
    between, written = folded.text[end:other], folded.original[end:other]
    if folded.at:
        begin, finish = folded.locate(end - 1, other + 1)
        written = folded.original[begin + 1 : finish - 1]
        if len(written) != len(between) or _LINE.search(written):
            return None
    inserted = at = 0
    passed: list[str] = []
    before = folded.text[max(0, end - _FULL) : end]
    while step := _STEP.match(between, at):
        stop, word = step.groups()
        if stop:
            if len(before) < _FULL or not (before.isalpha() and _STOP.match(written, at)):
                return None
            break
        at = step.end()
        if not word:
            return True if at == len(between) else None
        before, here = word, written[at - len(word) : at]
        passed.append(plain := canonical(word))
        if plain in PARTICLES or plain in TITLES:
            continue
        inserted += 1
        if here.islower() or here in SMALL_WORDS or (unvowelled and inserted > middle_names(word)):
            break
        if not unvowelled:
            return True  # it may be the name's, in another case
    else:
        return None
    # One that stands before what no name goes on with can be the other word, too.
    same = unvowelled or same_word
    return None if any(same(each, plain) for plain in passed for each in wanted) else False


_FULL = 3
"""Letters of a word from which it is no initial, behind which a full stop ends nothing."""
_STEP = re.compile(r"([.!?;:]?) ([^\W\d_]*)")
_STOP = re.compile(r"[.!?;:]\s")
_LINE = re.compile(r"[\n\r|]")


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
    if written_as(wanted, found):
        return True
    others = romanisations(wanted)
    return bool(others) and any(written_as(word, found) for word in others)

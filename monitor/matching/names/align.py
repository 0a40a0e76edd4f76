"""Whether the words around an anchor are a person's or an organisation's name, written freely.

A telling word of the name is found elsewhere; here the rest of the name is looked for beside it:
middle names added or left out, the other order, another romanisation, legal forms and small words
that come and go, and, for an entity with `fuzzy = true`, small misspellings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import OSA

from monitor.matching.names.expansion import BY_FATHER, Name, family_first
from monitor.matching.names.name_order import CELL, arranged, ends_name, says_father, turned_title
from monitor.matching.names.surnames import first_surname
from monitor.matching.names.titles import TITLES, without_titles
from monitor.matching.text.near_words import NearWords, Word, near_words
from monitor.matching.text.normalise import Folded, fold_name
from monitor.matching.text.sounds import romanised, sound
from monitor.matching.text.uncased import SMALL_WORDS
from monitor.matching.text.words import (
    LEGAL_FORMS,
    LEGAL_PHRASE,
    PARTICLES,
    STOPWORDS,
    WORD,
    canonical,
)
from monitor.model.match import Kind

_INSERTED, _INSERTED_UNCASED = 2, 1
"""Middle names a text may add: fewer where no capital shows that a word is a name."""
_ALIKE = 0.65
"""Share of a word's letters that must be right when `fuzzy` is on: two of three."""
_GAP = 4
_BREAK = re.compile(r"[.!?;:|()\[\]\"]\s|[\n\r|]|[\u3002\uff01\uff1f]")


@dataclass(frozen=True, slots=True)
class Shape:
    """A name taken apart for alignment."""

    name: Name
    kind: Kind
    words: tuple[str, ...]
    """Canonical words that carry the name, without particles, titles and legal forms."""
    written: tuple[str, ...]
    """The same words as they are written."""
    family: int
    """Which word a comma may follow when the name is turned round."""
    fuzzy: bool
    whole: bool = False
    """Whether all of the words must be there: they are syllables, and no middle names."""

    @property
    def plain(self) -> str:
        """The name with a space between its words, if it is as it is compared; else empty."""
        same = self.words is self.written and all(len(word) > 1 for word in self.words)
        return " ".join(self.words) if same and self.name.source != BY_FATHER else ""


def shape(name: Name, kind: Kind, fuzzy: bool) -> Shape | None:
    """How to align a name; None when there is nothing to align."""
    if kind not in {Kind.PERSON, Kind.ORGANISATION}:
        return None
    written = tuple(_telling(LEGAL_PHRASE.sub(" ", fold_name(name.text)), kind))
    if not written:
        return None
    words = tuple(canonical(word) for word in written)
    if words == written:
        written = words  # mostly the same: kept once
    family = 0 if family_first(name.text) else len(words) - 1
    if kind is Kind.ORGANISATION:
        family = 0  # commas stand anywhere
    return Shape(name, kind, words, written, family, fuzzy)


def _telling(folded: str, kind: Kind) -> list[str]:
    skipped = PARTICLES if kind is Kind.PERSON else STOPWORDS | LEGAL_FORMS
    found: dict[str, str] = {}
    for match in WORD.finditer(folded):
        word = canonical(match[0])
        if word and word not in skipped:
            found.setdefault(word, match[0])
    if kind is Kind.PERSON:
        return [found[word] for word in without_titles(list(found))]
    return list(found.values())


def anchors(shape: Shape) -> tuple[str, ...]:
    """Folded strings, one of which stands in every text that can align with a fuzzy name.

    Every word and the halves of the long ones, since whatever is misspelt, something mostly is
    not.
    """
    found: dict[str, None] = {}
    for word in shape.written:
        if len(word) >= _MIN_PIECE:
            found.setdefault(word)
        if len(word) >= _MIN_PIECE + 2:
            half = max(_MIN_PIECE, len(word) // 2)
            found.setdefault(word[:half])
            found.setdefault(word[-half:])
    return tuple(found)


_MIN_PIECE = 3


Same = Callable[[str, str], bool]
"""Whether a canonical word of the text can be a canonical word of the name."""


def align(
    shape: Shape,
    folded: Folded,
    start: int,
    end: int,
    same: Same | None = None,
    around: NearWords | None = None,
) -> tuple[int, int] | None:
    """Offsets, in the folded text, of the name around the anchor at `start:end`, if it is there.

    `same` says what counts as the same word; by default what the shape asks for. `around` is what
    `near_words` tells of the anchor, if that is known.
    """
    words = around or near_words(folded, start, end)
    same = same or (_alike if shape.fuzzy else same_word)
    wanted = _index(shape, canonical(words[0].text), same, ()) if words.stands else None
    if wanted is None:
        return None
    taken = {0: wanted}
    last = _reach(shape, words, taken, 1, folded, same)
    first = _reach(shape, words, taken, -1, folded, same)
    order = [taken[position] for position in sorted(taken) if first <= position <= last]
    between = folded.text[words[first].start : words[last].end]
    if not _enough(shape, order) or not _in_order(shape, order):
        return None
    by_father = shape.name.source == BY_FATHER
    if turned_title(shape, order, between) or (by_father and not says_father(between)):
        return None
    missing = by_father or len(order) < len(shape.words)
    begin, finish = words[first].start, words[last].end
    found = [(words[at], taken[at]) for at in sorted(taken)]
    replaced = missing and _replaced(shape, words, taken, (first, last), folded)
    if replaced or not arranged(shape, folded, found):
        return None
    if words[last].text.endswith("'s"):
        finish -= 2
    return begin, finish


def may_stand(
    shape: Shape,
    folded: Folded,
    start: int,
    end: int,
    others: Collection[int],
    unvowelled: Same | None,
    sides: Sequence[int] = (1, -1),
) -> bool:
    """False where `align` would find no name of two words around `start:end`, as others show.

    Most words of a name that stand near each other are those of two sentences, or have others
    between them that belong to no name. `others` are where those begin, behind the place, of
    which one may be the name's other word; `unvowelled` is what tells a word of the name in a
    script that has no cases; `sides` which to look at: behind the place (1), and before it (-1).
    """
    words = near_words(folded, start, end)
    return not words.stands or any(
        _reaches(shape, words, step, folded, others, unvowelled) for step in sides
    )


def _reaches(
    shape: Shape,
    words: NearWords,
    step: int,
    folded: Folded,
    others: Collection[int],
    unvowelled: Same | None,
) -> bool:
    """Whether to one side of a place something can be the name's, as `_reach` goes there."""
    same = unvowelled or same_word
    word, position, inserted = words[0], 0, 0
    while (following := words.get(position + step)) is not None:
        before, word, position = word, following, position + step
        if _breaks(shape, folded, before, word):
            return False
        for other in others:
            if word.start <= other < word.end:
                return True
        text = canonical(word.text)
        for wanted in shape.words:
            if same(wanted, text):
                return True
        comma = "," in folded.text[min(before.end, word.end) : max(before.start, word.start)]
        if comma or not _filler(shape, word, folded):
            return unvowelled is None and _written_as_name(word, folded)
        inserted += not _free(shape, word)
        if inserted > (middle_names(word.text) if unvowelled else 0):
            return unvowelled is None  # in another case it may be the name's
    return False


def stands_plainly(shape: Shape, folded: Folded, start: int) -> tuple[int, int] | None:
    """Offsets of the name at `start`, if it stands there word by word as it is watched.

    The same that `align` finds there, at a fraction of the cost. None means nothing.
    """
    name, text = shape.plain, folded.text
    end = start + len(name)
    if not name or folded.at or not text.startswith(name, start):
        return None
    if (start and WORD.match(text, start - 1)) or WORD.match(text, end, end + 1):
        return None
    return start, end


def same_word(wanted: str, found: str) -> bool:
    return wanted == found or (min(len(wanted), len(found)) > 1 and sound(wanted) == sound(found))


def _alike(wanted: str, found: str) -> bool:
    if same_word(wanted, found):
        return True
    if len(found) == 1:
        return wanted.startswith(found)  # an initial
    if wanted.isascii() != found.isascii():
        wanted, found = romanised(wanted), romanised(found)
    longer = max(len(wanted), len(found))
    if min(len(wanted), len(found)) < 2 or longer < 3:
        return False
    return bool(OSA.normalized_similarity(wanted, found) >= _ALIKE)


def _index(shape: Shape, word: str, same: Same, used: Collection[int]) -> int | None:
    """Which of the name's words a word of the text is, none of them twice."""
    for index, wanted in enumerate(shape.words):
        if index not in used and same(wanted, word):
            return index
    return None


def _reach(
    shape: Shape,
    words: NearWords,
    taken: dict[int, int],
    step: int,
    folded: Folded,
    same: Same,
) -> int:
    """How far to one side of the anchor nothing but the name and its fillers stands.

    Enters the words of the name it passes in `taken` and returns the position of the last.
    """
    (edge,) = taken if step > 0 else (min(taken),)
    inserted, position, word = 0, edge, words[edge]
    # Behind the last of the name's words there is nothing to enter.
    while len(taken) < len(shape.words) and (following := words.get(position + step)):
        before, word, position = word, following, position + step
        if _breaks(shape, folded, before, word):
            break
        text = canonical(word.text)
        index = _index(shape, text, same, taken.values())
        comma = "," in folded.text[min(before.end, word.end) : max(before.start, word.start)]
        if index is not None:
            apart = position - step not in taken
            if apart and (comma or _in_brackets(folded, words[edge], word)):
                break
            taken[position] = index
            edge, inserted = position, 0
        elif text in shape.words:
            continue  # a word of the name that comes again: the Red Cross and Red Crescent
        elif comma or not _filler(shape, word, folded):
            break
        elif not _free(shape, word):
            inserted += 1
            if shape.kind is not Kind.PERSON or inserted > middle_names(word.text):
                break
    return edge


def _in_brackets(folded: Folded, one: Word, other: Word) -> bool:
    """True where a bracket between two words is opened or closed only: Jane Roe (Leeds)."""
    between = folded.text[min(one.end, other.end) : max(one.start, other.start)]
    return between.count("(") != between.count(")")


def middle_names(word: str) -> int:
    """How many a text may add to a person's name, of which `word` is one."""
    return _INSERTED_UNCASED if word == word.upper() else _INSERTED


def _replaced(
    shape: Shape,
    words: NearWords,
    taken: dict[int, int],
    span: tuple[int, int],
    folded: Folded,
) -> bool:
    """True when another word stands where one of the name's is missing: somebody else's name."""
    first, last = span
    for position in range(first, last + 1):
        word = words[position]
        if not (position in taken or _free(shape, word) or canonical(word.text) in shape.words):
            return True
    return _another(shape, words, first, -1, folded) or _another(shape, words, last, 1, folded)


def _another(shape: Shape, words: NearWords, position: int, step: int, folded: Folded) -> bool:
    """True when the name goes on, past small words, with a word that is not its own."""
    word = words[position]
    while (following := words.get(position + step)) is not None:
        before, word, position = word, following, position + step
        if folded.text[min(before.end, word.end) : max(before.start, word.start)].strip(" '"):
            return False
        if shape.kind is Kind.PERSON and ends_name(folded, word.start, word.end, step):
            return False
        titled = step > 0 and canonical(word.text) in TITLES  # behind a name it is a surname
        if titled or not _free(shape, word):
            return _written_as_name(word, folded)
    return False


def _breaks(shape: Shape, folded: Folded, one: Word, other: Word) -> bool:
    """True when a sentence, a line or a cell of anything but a person's name ends between words."""
    first, second = (one, other) if one.start < other.start else (other, one)
    gap = folded.text[first.end : second.start]
    if gap in {" ", ", "} and not folded.at:
        return False
    if len(gap) > _GAP:
        return True
    if shape.kind is Kind.PERSON and CELL.fullmatch(gap):
        return False
    begin, finish = folded.locate(first.end - 1, second.start + 1)
    between = folded.original[begin + 1 : finish]
    if second.start - first.start <= 3 and between.startswith("."):
        between = between[1:]  # an initial's full stop
    return _BREAK.search(between) is not None


def _free(shape: Shape, word: Word) -> bool:
    text = canonical(word.text)
    if shape.kind is Kind.PERSON:
        return text in PARTICLES or text in TITLES
    return text in STOPWORDS or text in LEGAL_FORMS


def _filler(shape: Shape, word: Word, folded: Folded) -> bool:
    return _free(shape, word) or _written_as_name(word, folded)


def _written_as_name(word: Word, folded: Folded) -> bool:
    begin, finish = folded.locate(word.start, word.end)
    written = folded.original[begin:finish]
    return not (written.islower() or written[0].isdigit() or written in SMALL_WORDS)


def _enough(shape: Shape, order: Sequence[int]) -> bool:
    wanted = len(shape.words)
    if len(order) == wanted or shape.whole:
        return len(order) == wanted
    if shape.kind is not Kind.PERSON or len(order) < 2 or 2 * len(order) < wanted:
        return False
    if {0, first_surname(shape.words)} <= set(order):
        return True
    # A person's middle names may be left out, the first and the last may not.
    return {0, wanted - 1} <= set(order) or (shape.fuzzy and len(order) >= wanted - 2)


def _in_order(shape: Shape, order: Sequence[int]) -> bool:
    """True when the words stand in the name's order, or with its end moved to the front."""
    turns = sum(one > other for one, other in pairwise(order))
    if turns == 0:
        return True
    return turns == 1 and order[-1] < order[0] and shape.kind is Kind.PERSON

"""In what order, and between what, the words of a person's name stand in a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from monitor.matching.names.gazetteer import Sort, gazetteer
from monitor.matching.names.ordinary import frequency
from monitor.matching.names.titles import ALSO_NAMES, HONORIFICS, TITLES
from monitor.matching.text.local_language import SMALL_WORDS
from monitor.matching.text.normalise import Folded, fold_name
from monitor.matching.text.word_before import begins_sentence
from monitor.matching.text.words import canonical
from monitor.model.match import Kind

if TYPE_CHECKING:
    from monitor.matching.names.align import Shape

CELL = re.compile(r" ?[|\t] ?")
"""What stands between two cells of a table's row."""
_CELL_BEFORE = re.compile(r"(?:^|[\n\r|])\s*\Z")
_CELL_AFTER = re.compile(r"\s*(?:\Z|[\n\r|])")
_NEAR = 4
_SMALL = 4.8
"""Zipf frequency of words that begin sentences and are nobody's name."""
_OPENERS_LISTED = """
wenn als am im nach seit laut auch da quand lorsque selon pour avec dans comme cuando según con en
quando secondo per nel anche segundo gdy kiedy według także když toen volgens met când conform
wczoraj dziś potem wtedy jednak również wcześniej później tymczasem natomiast
včera dnes poté potom však také dříve později mezitím zatímco keď potom však neskôr
včeraj danes potem vendar jučer danas potom međutim kasnije
вчера сегодня позже позднее ранее также однако недавно накануне теперь сейчас тогда затем потом
вчора сьогодні пізніше раніше також однак згодом тепер тоді днес според тогава когато преди
tegnap ma amikor később eilen tänään myöhemmin kun dün bugün ancak ieri azi vakar šodien šiandien
gestern heute später dabei igår idag i går i dag gisteren vandaag
"""
_OPENERS = SMALL_WORDS | frozenset(map(fold_name, _OPENERS_LISTED.split()))
"""Words that begin sentences and are nobody's name."""
_ALSO_GIVEN = frozenset(
    ["jordan", "chad", "georgia", "israel", "india", "kenya", "america", "austria", "holland"]
)
"""Countries whose names people bear."""
_SON_OF = re.compile(r" (?:bin|ibn|ben|bint|бин|ибн|бен|بن|ابن|μπιν|בן) ")


class Placed(Protocol):
    """A word by its offsets in folded text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def arranged(shape: Shape, folded: Folded, found: Sequence[tuple[Placed, int]]) -> bool:
    """False where what stands between a name's words makes it a list, or pieces of a table.

    `found` are the name's words in the text, in its order, and which of the name each one is.
    """
    if shape.kind is not Kind.PERSON:
        return True
    gaps = [folded.text[one.end : other.start] for (one, _), (other, _) in pairwise(found)]
    for count, gap in enumerate(gaps, start=1):
        if "," in gap and not _surnames([index for _, index in found[:count]], shape):
            return False
    cells = any("|" in gap for gap in gaps)
    return not cells or _whole_cells(shape, folded, found)


def _surnames(front: Sequence[int], shape: Shape) -> bool:
    """True for what may stand before a comma.

    "Roe, Jane" is Jane Roe, and "López Obrador, Andrés" who has two surnames; "Jane, Roe" are
    two people.
    """
    last = len(shape.words) - 1
    both = len(front) <= last and list(front) == list(range(last - len(front) + 1, last + 1))
    return both or list(front) == [shape.family]


def _whole_cells(shape: Shape, folded: Folded, found: Sequence[tuple[Placed, int]]) -> bool:
    """True for a name of which each cell of a table's row has a part, and nothing else.

    As lists of people have them: "| ROE | Jane | 1985 |".
    """
    if len(found) < len(shape.words):
        return False
    low, high = folded.locate(found[0][0].start, found[-1][0].end)
    before, after = folded.original[max(0, low - _NEAR) : low], folded.original[high : high + _NEAR]
    return _CELL_BEFORE.search(before) is not None and _CELL_AFTER.match(after) is not None


def ends_name(folded: Folded, start: int, end: int, step: int) -> bool:
    """True for a word that no name goes on with, beside a person's name and with a capital.

    A title before it ("Russian President Vladimir Putin"), whose somebody is ("Mexico's",
    «президент России»), and the first word of a sentence ("When"). `step` is -1 before the name
    and 1 behind it.
    """
    word = folded.text[start:end]
    plain = canonical(word)
    if plain in HONORIFICS or step > 0:
        return plain in HONORIFICS
    if word.endswith("'s") or (plain in TITLES and plain not in ALSO_NAMES):
        return True
    if _country(folded, start, end):
        return True
    if frequency(plain) < _SMALL and plain not in _OPENERS:
        return False
    begin, _ = folded.locate(start, end)
    return begins_sentence(folded.original[max(0, begin - _NEAR) : begin])


def _country(folded: Folded, start: int, end: int) -> bool:
    """True for the name of a country, as it stands or in another case."""
    if folded.text[start:end] in _ALSO_GIVEN:
        return False
    cues = gazetteer().find(folded, start, end)
    return any((cue.start, cue.end, cue.sort) == (start, end, Sort.NAME) for cue in cues)


def says_father(between: str) -> bool:
    """True where a name in folded text says whose son or daughter its bearer is."""
    return _SON_OF.search(between) is not None


def turned_title(shape: Shape, order: Sequence[int], between: str) -> bool:
    """True where a family name that is also a title stands first: Major John is not John Major."""
    if shape.kind is not Kind.PERSON or not order or order[0] != shape.family != 0:
        return False
    family = shape.words[shape.family]
    return "," not in between and "|" not in between and family in TITLES - ALSO_NAMES

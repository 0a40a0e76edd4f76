"""The words of a text as arrays: where each begins and ends, and a hash of it.

A word here is what stands between two characters that no word has: as `WORD` says, but for
initials with full stops, which are words of their own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from monitor.matching.text.characters import ABJAD
from monitor.matching.text.hash_table import mixed
from monitor.matching.text.normalise import in_lower_case

if TYPE_CHECKING:
    import numpy.typing as npt

LONGEST = 40
"""Letters of a word from which it is nobody's name."""
_CHARACTER = re.compile(
    r"[^\s\u0000-\u0026\u0028-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf"
    r"\u2000-\u2018\u201a-\u206f\u3000-\u303f]"
)
_WORD, _GAP, _LOWER, _CAPITAL, _UNVOWELLED = range(5)
_CASED = 0x20000
"""No letter behind it has a case, and no space or sign that parts words stands there."""
_CODES = 0x110000
_BITS = (1 << 64) - 1
_BASE = hash("the base of the words' hashes") & _BITS | 1
"""Another one in each process: nobody can write words that are taken for others."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Some words of a text, in order."""

    starts: npt.NDArray[np.intp]
    ends: npt.NDArray[np.intp]
    places: npt.NDArray[np.intp] | None
    """Which of all the text's words each is; None where that was not counted."""
    hashes: npt.NDArray[np.uint64]
    unvowelled: bool
    """True where the text has letters of a script that leaves most vowels out."""


def tokens(text: str, *, lower: bool, capitals: Sequence[tuple[int, int]] = ()) -> Tokens:
    """The words of a text, without those that are too long for a name.

    Args:
        lower: keep what begins with a small letter.
        capitals: stretches of the text, as offsets, in which to leave out what begins with a
            small letter, a digit or a sign of English.
    """
    codes, kinds = _read(text)
    inside = kinds != _GAP
    # Between a character and the next: of the text itself, where the next one is.
    edges = (inside[1:] != inside[:-1]).nonzero()[0]
    starts, ends = edges[::2], edges[1::2]
    kept = ends - starts <= LONGEST
    if not lower:
        kept &= kinds[starts + 1] != _LOWER
    for begin, end in capitals:
        of = slice(*starts.searchsorted((begin, end)))
        first = starts[of] + 1
        kept[of] &= (kinds[first] == _CAPITAL) | (codes[first] > _ASCII)
    places = kept.nonzero()[0]
    starts, ends = starts[places], ends[places]
    return Tokens(starts, ends, places, _hashes(codes[1:], starts, ends), _unvowelled(codes, kinds))


def capitals_only(text: str) -> Tokens:
    """Those of English that begin with a capital letter, without those too long for a name.

    As `tokens` with all of the text as `capitals`, but that words are not counted.
    """
    codes, kinds = _read(text)
    gaps = kinds == _GAP
    names = kinds[1:] == _CAPITAL
    if codes.itemsize > 1:
        names |= (codes[1:] > _ASCII) & ~gaps[1:]
    starts = (gaps[:-1] & names).nonzero()[0]
    between = gaps.nonzero()[0]
    ends = between.take(between.searchsorted(starts) + 1) - 1
    kept = ends - starts <= LONGEST
    starts, ends = starts[kept], ends[kept]
    return Tokens(starts, ends, None, _hashes(codes[1:], starts, ends), _unvowelled(codes, kinds))


def _read(text: str) -> tuple[npt.NDArray[np.unsignedinteger[Any]], npt.NDArray[np.uint8]]:
    """The characters of a text between two spaces, and the kind of each."""
    padded = f" {text} "
    if text.isascii():
        plain = padded.encode()
        codes = np.frombuffer(plain, np.uint8)
        kinds = np.frombuffer(plain.translate(_ascii_kinds()), np.uint8)
    else:
        codes = np.frombuffer(padded.encode("utf-32-le", "surrogatepass"), "<u4")
        kinds = _kinds().take(codes)
    return codes, _without_quotes(text, codes, kinds)


def _without_quotes(
    text: str, codes: npt.NDArray[np.unsignedinteger[Any]], kinds: npt.NDArray[np.uint8]
) -> npt.NDArray[np.uint8]:
    """The kinds, but that an apostrophe before a word is a quotation mark, and parts it."""
    marks = [ord(mark) for mark in _APOSTROPHES if mark in text]
    if not marks:
        return kinds
    at = np.concatenate([(codes == mark).nonzero()[0] for mark in marks])
    opening = at[kinds[at - 1] == _GAP]
    if len(opening):
        kinds = kinds.copy()
        # Of several in a row each has one before it.
        while len(opening):
            kinds[opening] = _GAP
            opening = at[(kinds[at - 1] == _GAP) & (kinds[at] != _GAP)]
    return kinds


def _unvowelled(codes: npt.NDArray[np.unsignedinteger[Any]], kinds: npt.NDArray[np.uint8]) -> bool:
    return codes.itemsize > 1 and bool(kinds.max() == _UNVOWELLED)


_ASCII = 127
_APOSTROPHES = "'\u2019"


def _hashes(
    codes: npt.NDArray[np.unsignedinteger[Any]],
    starts: npt.NDArray[np.intp],
    ends: npt.NDArray[np.intp],
) -> npt.NDArray[np.uint64]:
    """Polynomials in the base, one a word."""
    if not len(starts):
        return np.zeros(0, np.uint64)
    powers, inverse = _powers()
    lengths = ends - starts
    total = int(lengths.sum())
    if len(codes) <= min(_FEW, _DENSE * total):
        # Of all the text at once, by their differences: the base is odd, and can be divided by.
        until = np.zeros(len(codes) + 1, np.uint64)
        (codes * powers[: len(codes)]).cumsum(out=until[1:])
        return np.maximum(mixed((until[ends] - until[starts]) * inverse[starts]), _ONE)
    before = lengths.cumsum() - lengths
    within = np.arange(total) - before.repeat(lengths)
    terms = codes.take(within + starts.repeat(lengths)) * powers.take(within)
    return np.maximum(mixed(np.add.reduceat(terms, before)), _ONE)


@cache
def _powers() -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """The powers of the base, and of what undoes it, from 0 on."""
    made = []
    for base in (_BASE, pow(_BASE, -1, 1 << 64)):
        factors = np.full(_FEW, base, np.uint64)
        factors[0] = 1
        made.append(np.cumprod(factors))
    return made[0], made[1]


_FEW = 1 << 15
"""Characters of a text up to which all of them are summed up: nearly all texts are shorter."""
_DENSE = 6
"""Characters for each of a word asked for, up to which all are summed up: it takes fewer steps."""
_ONE = np.uint64(1)


@cache
def _kinds() -> npt.NDArray[np.uint8]:
    """Of each character, whether it parts words, and what letter it is."""
    kinds = np.zeros(_CODES, np.uint8)
    for code in range(_CASED):
        character = chr(code)
        if not _CHARACTER.match(character):
            kinds[code] = _GAP
        elif in_lower_case(character):
            kinds[code] = _LOWER
        elif "A" <= character <= "Z":
            kinds[code] = _CAPITAL
        elif ABJAD.match(character):
            kinds[code] = _UNVOWELLED
    return kinds


def in_word(code: int) -> bool:
    """Whether words have a character."""
    return int(_kinds()[code]) != _GAP


def begins_name(code: int) -> bool:
    """Whether a word that begins with a character can be a name's in English."""
    return int(_kinds()[code]) == _CAPITAL or (code > _ASCII and in_word(code))


@cache
def _ascii_kinds() -> bytes:
    return _kinds()[:256].tobytes()


def prepare() -> None:
    """Fill the tables, so that the first text need not wait for them."""
    _ascii_kinds()
    _powers()

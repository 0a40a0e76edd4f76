# ruff: noqa: RUF001, RUF003 - letters that look alike are what this module is about
"""What each character folds to, and long texts folded character by character, quickly.

A table over all of Unicode, filled as characters are met. For nearly all one character stands;
where none or several do, the places are told, and whoever folds a text counts from there.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# Marks that spell the same word when they are left out: Latin, Greek and Cyrillic accents,
# Hebrew points, Arabic vowel signs. In the scripts of India and South-East Asia a mark is a
# letter, so those stay.
OPTIONAL_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]"
)

# Letters that no Unicode decomposition relates although readers and typists do.
_EQUIVALENT = {
    "ø": "o", "đ": "d", "ł": "l", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ə": "a",
    "ı": "i", "ŋ": "n", "ŧ": "t", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ў": "у", "ґ": "г", "ё": "е",
    "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ہ": "ه", "ـ": "",
    "´": "'", "\u2018": "'", "\u2019": "'", "\u201b": "'", "\u2032": "'", "`": "'", "\u02bc": "'",
    "\u02bb": "'", "\u02b9": "'", "\u02be": "'", "\u02bf": "'", "\uff07": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"', "«": '"', "»": '"',
    "\u2212": " ", "\u30fb": " ", "\u00b7": " ", "\u30a0": " ",
}  # fmt: skip


def _fold_character(character: str) -> str:  # noqa: PLR0911 - one return a class of characters
    if character in _EQUIVALENT:
        return _EQUIVALENT[character]
    category = unicodedata.category(character)
    if category in {"Zs", "Zl", "Zp", "Pd"} or character in "\t\n\r\v\f\x1c\x1d\x1e\x85":
        return " "
    if category == "Cf":
        return ""
    if category == "Cs":
        return "\ufffd"  # a lone surrogate is no text; the automaton refuses it
    if category == "Nd":
        return str(unicodedata.digit(character))
    plain = OPTIONAL_MARKS.sub("", unicodedata.normalize("NFKD", character).casefold())
    if len(plain) == 1 and plain in _EQUIVALENT:
        return _EQUIVALENT[plain]
    plain = "".join(_EQUIVALENT.get(c, c) for c in plain) if len(plain) > 1 else plain
    return unicodedata.normalize("NFC", plain)


class _Table(dict[int, str]):
    """What each character folds to, filled as characters are met; for `str.translate`."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


FOLDED = _Table()
ASCII = "".join(map(_fold_character, map(chr, range(128)))).encode().ljust(256)
"""Of each byte of ASCII text what it folds to: all of them are one for one."""

_COMMON = tuple((sign, FOLDED[ord(sign)]) for sign in "’“”—–‘\u00a0")
"""The signs that most texts in plain letters have, and what they fold to."""

ABJAD = re.compile("[\u0590-\u07ff]")
"""A letter of a script that leaves most vowels out: Hebrew, Arabic, Syriac."""

_CODES = 0x110000
_SHORT = 64
"""Characters below which setting up arrays takes longer than it saves."""
_LONG = 1500
"""Likewise where only spaces are looked for."""
_FOREIGN = 0x370
_HANGUL = 0xAC00, 0xD7A3
_INDIA = 0x900
_KATAKANA = 0x30A0, 0x30FF
_HEARD = (_INDIA, 0xAFF), (0xE00, 0xE7F), _KATAKANA, _HANGUL
_HAN = 0x3400
_JOINING = 0xE00
"""No character before it is of a script that joins words, or particles, to names."""
_NAMED_APART = (0x2000, 0x2BFF, 0xFEFF)
"""The punctuation and signs of any script's texts: quotes, dashes, bullets."""
_LOOK_ALIKE = (0x370, 0x52F)
"""Greek and Cyrillic letters."""
_LATIN_OR_DIGIT = re.compile("[A-Za-z0-9]")
_WORD, _SEPARATOR, _DIGIT, _LOOKS_LATIN, _JOINED, _TRANSCRIBED, _ODD, _MET = (
    1 << bit for bit in range(8)
)
"""What is known of a character: part of a word; may stand before a number; a digit; a Greek or
Cyrillic letter; of a script that joins words or particles to names; of one in which foreign names
are written as they are heard; not one for one; and that all this was looked up."""


def in_ascii(text: str) -> str | None:
    """A text with the signs of ASCII for common others; None if it has letters besides."""
    if not text.isascii():
        for sign, plain in _COMMON:
            if sign in text:
                text = text.replace(sign, plain)
        if not text.isascii():
            return None
    return text


def two_spaces(text: bytes) -> bool:
    """Whether two spaces stand beside each other."""
    if len(text) < _LONG:
        return b"  " in text
    import numpy as np

    return _beside_each_other(np.frombuffer(text, np.uint8) == ord(" "))


def _beside_each_other(there: npt.NDArray[np.bool_]) -> bool:
    return bool((there[1:] & there[:-1]).any())


class Scripts(NamedTuple):
    """Which scripts a text may have letters of: never False where one is there."""

    joined: bool = False
    """Any of those that join words or particles to names; see `normalise.JOINED`."""
    han: bool = False
    """Chinese characters."""
    hangul: bool = False
    transcribed: bool = False
    """Any in which names in Latin letters are written as they are heard: katakana, Hangul, Thai,
    those of India."""
    katakana: bool = False


FEW = Scripts()
"""Of texts in Latin, Greek, Cyrillic, Arabic and the like."""


class OneForOne:
    """A text in which each character is replaced by the one that stands for it."""

    __slots__ = ("mixed", "odd", "scripts", "text", "two_spaces")

    def __init__(self, text: str) -> None:
        self.odd: list[int] = []
        """Where no character or several stand; there is a space there."""
        self.scripts = FEW
        self.two_spaces: bool
        """True where two spaces stand beside each other."""
        self.mixed: list[int] = []
        """Where a Greek or Cyrillic letter stands beside another letter, a digit or its like."""
        if len(text) < _SHORT:
            self._fold_short(text)
        else:
            self._fold_long(text)

    def _fold_short(self, text: str) -> None:
        parts = [FOLDED[ord(character)] for character in text]
        self.text = "".join(parts)
        if len(self.text) != len(text) or "" in parts:
            self.odd = [place for place, part in enumerate(parts) if len(part) != 1]
            self.text = "".join(part if len(part) == 1 else " " for part in parts)
        self.two_spaces = "  " in self.text
        highest = max(text)
        if highest < chr(_FOREIGN):
            return
        if highest >= chr(_INDIA):
            self.scripts = Scripts(True, highest >= chr(_HAN), True, True, True)
        if _LATIN_OR_DIGIT.search(text):
            first, last = _LOOK_ALIKE
            self.mixed = [place for place, c in enumerate(text) if first <= ord(c) <= last]

    def _fold_long(self, text: str) -> None:
        import numpy as np

        table, kinds = _tables()
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        met = kinds.take(codes)
        if not int(met.min()):
            for code in np.unique(codes[met == 0]).tolist():
                table[code], kinds[code] = _looked_up(chr(code))
            met = kinds.take(codes)
        any_of_them = int(np.bitwise_or.reduce(met))
        if any_of_them & _ODD:
            self.odd = np.flatnonzero(met & _ODD).tolist()
        folded = table.take(codes)
        self.two_spaces = _beside_each_other(folded == ord(" "))
        self.text = folded.tobytes().decode("utf-32-le", "surrogatepass")
        if any_of_them & (_JOINED | _TRANSCRIBED):
            self.scripts = _scripts(folded, any_of_them)
        if any_of_them & _LOOKS_LATIN:
            self.mixed = _mixed(met)


def _scripts(codes: npt.NDArray[np.uint32], kinds: int) -> Scripts:
    def some(first: int, last: int) -> bool:
        return bool(((high >= first) & (high <= last)).any())

    high = codes[codes >= _HAN]
    han = some(_HAN, _HANGUL[0] - 1) or some(_HANGUL[1] + 1, _CODES)
    transcribed = kinds & _TRANSCRIBED != 0
    first, last = _KATAKANA
    katakana = transcribed and bool(((codes >= first) & (codes <= last)).any())
    return Scripts(kinds & _JOINED != 0, han, some(*_HANGUL), transcribed, katakana)


@cache
def _tables() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint8]]:
    """What each character folds to, and its kind; whole pages of them stay untouched."""
    import numpy as np

    return np.zeros(_CODES, dtype="<u4"), np.zeros(_CODES, dtype="u1")


def _looked_up(character: str) -> tuple[int, int]:
    """The code of what stands for a character, a space where that is not one, and what it is."""
    code, folded = ord(character), FOLDED[ord(character)]
    first, last, mark = _NAMED_APART
    named_apart = first <= code <= last or code == mark
    kinds = {
        _WORD: character.isalnum() or character == "_",
        _SEPARATOR: _SEPARATORS.match(character) is not None,
        _DIGIT: character.isdecimal(),
        _LOOKS_LATIN: _LOOK_ALIKE[0] <= code <= _LOOK_ALIKE[1],
        _JOINED: code >= _JOINING and not named_apart,
        _TRANSCRIBED: any(low <= ord(folded[:1] or "\0") <= high for low, high in _HEARD),
        _ODD: len(folded) != 1,
    }
    stands_for = ord(folded) if len(folded) == 1 else ord(" ")
    return stands_for, _MET | sum(kind for kind, is_one in kinds.items() if is_one)


_SEPARATORS = re.compile("[\\s\\-\u00a0\u2010-\u2015\u2212]")


def _mixed(met: npt.NDArray[np.uint8]) -> list[int]:
    """Where a Greek or Cyrillic letter stands beside another letter, or before a number."""
    import numpy as np

    letter = (met & _LOOKS_LATIN) != 0
    other = (met & (_LOOKS_LATIN | _WORD)) == _WORD
    beside = (letter[:-1] & other[1:]) | (other[:-1] & letter[1:])
    # A number may follow after a space: АРТ 31.
    digit = (met & _DIGIT) != 0
    beside[:-1] |= letter[:-2] & ((met[1:-1] & _SEPARATOR) != 0) & digit[2:]
    found: list[int] = np.flatnonzero(beside).tolist()
    return found

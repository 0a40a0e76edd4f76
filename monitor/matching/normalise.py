# ruff: noqa: RUF001 - letters that look alike are what this module is about
"""Text folded for comparison, with exact offsets back to the original.

Two spellings that a reader takes for the same fold to the same text: case, accents, width,
kinds of dash, quote and space, invisible characters, letters of another script that look the
same. Names and articles go through the same folding, so they meet in the middle.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache

from monitor.matching.korean import ends_here

# Marks that spell the same word when they are left out: Latin, Greek and Cyrillic accents,
# Hebrew points, Arabic vowel signs. In the scripts of India and South-East Asia a mark is a
# letter, so those stay.
_OPTIONAL_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]"
)

# Letters that no Unicode decomposition relates although readers and typists do.
_EQUIVALENT = {
    "ø": "o", "đ": "d", "ł": "l", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d",
    "ı": "i", "ŋ": "n", "ŧ": "t", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ў": "у", "ґ": "г", "ё": "е",
    "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ہ": "ه", "ـ": "",
    "´": "'", "\u2018": "'", "\u2019": "'", "\u201b": "'", "\u2032": "'", "`": "'", "\u02bc": "'",
    "\u02bb": "'", "\u02b9": "'", "\u02be": "'", "\u02bf": "'", "\uff07": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"', "«": '"', "»": '"',
    "\u2212": " ", "\u30fb": " ", "\u00b7": " ", "\u30a0": " ",
}  # fmt: skip

# Cyrillic and Greek letters drawn like Latin ones (Unicode TR 39 lists more; these are the
# letters found in ordinary fonts and keyboards).
_LOOK_ALIKES = str.maketrans(
    "АВЕКМНОРСТУХЅІЈаеорсухѕіјԁԛԝһΑΒΕΖΗΙΚΜΝΟΡΤΥΧονϲ",
    "ABEKMHOPCTYXSIJaeopcyxsijdqwhABEZHIKMNOPTYXovc",
)
_FOREIGN_LETTER = re.compile("[\u0370-\u052f]")
# From a word's beginning only, so that a long word is not tried from each of its letters.
_WORD_WITH_FOREIGN = re.compile(
    r"(?<!\w)[^\W\u0370-\u052f]*+[\u0370-\u052f]\w*(?:[\s\-\u00a0\u2010-\u2015\u2212]?\d+)?"
)
_LATIN_OR_DIGIT = re.compile("[A-Za-z0-9]")


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
    plain = _OPTIONAL_MARKS.sub("", unicodedata.normalize("NFKD", character).casefold())
    if len(plain) == 1 and plain in _EQUIVALENT:
        return _EQUIVALENT[plain]
    plain = "".join(_EQUIVALENT.get(c, c) for c in plain) if len(plain) > 1 else plain
    return unicodedata.normalize("NFC", plain)


class _Table(dict[int, str]):
    """What each character folds to, filled as characters are met; for `str.translate`."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


_TABLE = _Table()
# `str.translate` is fast for ASCII text only when the whole table is plain.
_ASCII = {code: _fold_character(chr(code)) for code in range(128)}

_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_SPACES = re.compile("  +")
_PARAGRAPH = "\x1f"
"""Stands in folded text for the second line break of two."""


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text and where its characters came from.

    `at[i]` is where a run begins in `text`, `origin[i]` the same place in the original. In an
    even run characters correspond one to one; a run with `span[i] > 0` is a unit: all its
    characters together stand for `span[i]` original ones.
    """

    text: str
    original: str
    at: list[int] = field(default_factory=list)
    origin: list[int] = field(default_factory=list)
    span: list[int] = field(default_factory=list)
    foreign: bool = False
    """True when there may be letters of another script than Latin."""
    invisible: bool = False
    """True when characters were left out."""

    def locate(self, start: int, end: int) -> tuple[int, int]:
        """The original offsets of `text[start:end]`, which must not be empty."""
        if not self.at:
            return start, end
        first = bisect_right(self.at, start) - 1
        begin = self.origin[first] + (0 if self.span[first] else start - self.at[first])
        last = bisect_right(self.at, end - 1) - 1
        if self.span[last]:
            finish = self.origin[last] + self.span[last]
        else:
            finish = self.origin[last] + end - self.at[last]
        # An accent written as a character of its own belongs to the letter before it.
        while finish < len(self.original) and _OPTIONAL_MARKS.match(self.original, finish):
            finish += 1
        return begin, finish

    def position(self, start: int, end: int) -> tuple[int, int]:
        """The folded offsets of `original[start:end]`, as near as they can be told."""
        if not self.at:
            return start, end

        def folded(offset: int) -> int:
            run = bisect_right(self.origin, offset) - 1
            inside = offset - self.origin[run]
            return self.at[run] + (0 if self.span[run] else inside)

        begin = folded(start)
        return begin, max(begin + 1, folded(end))


def fold(text: str) -> Folded:
    """Fold a text, keeping the way back to its offsets."""
    # No name goes on past a blank line; kept apart, paragraphs need no work on their offsets.
    apart = text.replace("\n\n", f"\n{_PARAGRAPH}")
    if not text.isascii():
        return _fold_parts(text, apart, _not_ascii(apart))
    folded = apart.translate(_ASCII)
    return Folded(folded, text) if "  " not in folded else _fold_parts(text, folded, [])


def fold_name(text: str) -> str:
    """Fold a name or phrase: as `fold`, without space at its ends."""
    if text.isascii():
        folded = text.translate(_ASCII)
        if "  " not in folded:
            return folded.strip()
    return fold(text).text.strip()


def _not_ascii(text: str) -> list[tuple[int, int]]:
    """The stretches of a text that are not ASCII."""
    plain = text.encode("ascii", "replace")
    if plain.count(b"?") * 8 > len(plain):
        return [found.span() for found in _NOT_ASCII.finditer(text)]
    # A byte search finds the few there are in an English text many times as fast.
    spans: list[tuple[int, int]] = []
    at = plain.find(b"?")
    while at >= 0:
        if text[at] > "\x7f":
            if spans and spans[-1][1] == at:
                spans[-1] = (spans[-1][0], at + 1)
            else:
                spans.append((at, at + 1))
        at = plain.find(b"?", at + 1)
    return spans


def _fold_parts(original: str, text: str, parts_to_fold: list[tuple[int, int]]) -> Folded:
    """Fold the parts that are not ASCII, and runs of spaces, and note where offsets shift.

    `text` has one character for each of `original`.
    """
    foreign = any(
        character >= _FOREIGN and not _is_sign(character)
        for start, end in parts_to_fold
        for character in text[start:end]
    )
    if foreign:
        text = _unmask(text)
        parts_to_fold = [found.span() for found in _NOT_ASCII.finditer(text)]
    single = text
    for character in "\n\t\r-":
        single = single.replace(character, " ")
    if "  " in single:
        parts_to_fold += [found.span() for found in _SPACES.finditer(single)]
        parts_to_fold.sort()
    pieces: list[str] = []
    invisible = False
    at, origin, span = [0], [0], [0]
    done = length = 0

    def run(where: int, unit: int) -> None:
        if at[-1] == length:  # the run before is empty
            origin[-1], span[-1] = where, unit
        elif unit or span[-1] or origin[-1] - at[-1] != where - length:
            at.append(length)
            origin.append(where)
            span.append(unit)

    for start, end in parts_to_fold:
        if start > done:
            run(done, 0)
            pieces.append(text[done:start].translate(_ASCII))
            length += start - done
        done = end
        segment = text[start:end]
        if segment[0] < "\x80":
            run(start, end - start)
            pieces.append(" ")
            length += 1
            continue
        folded, parts = _fold_segment(segment) if len(segment) <= 24 else _fold_run(segment)
        pieces.append(folded)
        if parts is None:
            run(start, 0)
            length += len(folded)
            continue
        for offset, part in enumerate(parts):
            if part:
                run(start + offset, 0 if len(part) == 1 else 1)
                length += len(part)
            else:
                invisible = True
    if done < len(text):
        run(done, 0)
        pieces.append(text[done:].translate(_ASCII))
    return Folded("".join(pieces), original, at, origin, span, foreign, invisible)


def _fold_run(segment: str) -> tuple[str, list[str] | None]:
    parts = [_TABLE[ord(character)] for character in segment]
    folded = "".join(parts)
    one_to_one = len(folded) == len(parts) and all(parts)
    return folded, None if one_to_one else parts


_fold_segment = lru_cache(maxsize=8192)(_fold_run)


_FOREIGN = "\u0370"


def _is_sign(character: str) -> bool:
    """True for the punctuation and signs of any script's texts: quotes, dashes, bullets."""
    return "\u2000" <= character <= "\u2bff" or character == "\ufeff"


def _unmask(text: str) -> str:
    """Replace look-alike letters, one for one, in words that use them to pass for Latin."""
    return _WORD_WITH_FOREIGN.sub(_unmask_word, text)


def _unmask_word(found: re.Match[str]) -> str:
    word = found[0]
    plain = word.translate(_LOOK_ALIKES)
    if plain == word or _FOREIGN_LETTER.search(plain):
        return word
    # Letters all of one foreign script are a word of that script, unless a number follows
    # capitals, as in the names of groups.
    if _LATIN_OR_DIGIT.search(word) and (re.search("[A-Za-z]", word) or word.upper() == word):
        return plain
    return word


def lettered(folded: str) -> bool:
    """True when there is a letter or digit in it: "..." is no name."""
    return folded.isalnum() or any(character.isalnum() for character in folded)


def is_word(character: str) -> bool:
    """True for a character that words of a script with spaces are made of."""
    if character < "\x80":
        return character.isalnum()
    return (character.isalnum() or unicodedata.category(character)[0] == "M") and not unspaced(
        character
    )


_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff"
    "\u2e80-\u2fdf\u3005-\u3007\u3031-\u3035\u3040-\u30ff\u3100-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua9e0-\ua9ff\uaa60-\uaa7f\uf900-\ufaff\uff66-\uff9f\U0001b000-\U0001b16f\U00020000-\U0003134f]"
)


def unspaced(character: str) -> bool:
    """True for a character of a script that puts no space between words."""
    return _UNSPACED.match(character) is not None


def hangul(character: str) -> bool:
    """True for a Korean syllable: words have spaces, but particles are joined to names."""
    return "\uac00" <= character <= "\ud7a3"


def in_lower_case(letter: str) -> bool:
    """True for a letter in lower case, in a script whose names begin in capitals."""
    return letter.islower() and not "\u10d0" <= letter <= "\u10ff"  # Georgian has but one case


#: A name may go on after a line break and an indentation, but not after a page of dashes.
_SLACK = 100


def stretched(begin: int, finish: int, folded_length: int) -> bool:
    """True when a place in the original has far more in it than what is compared there.

    Nobody reads "APT", a hundred thousand dashes and "31" as a name, and nobody can store it.
    """
    return finish - begin > 2 * folded_length + _SLACK


_GAPS = bytes(code if chr(code).isalnum() and code < 128 else 32 for code in range(256))


def gapped(folded: str) -> bytes:
    """Folded text with a space for each character but ASCII letters and digits.

    As long as the original: an ASCII name between two spaces here is a whole word there, or
    touches letters that are not ASCII.
    """
    return folded.encode("ascii", "replace").translate(_GAPS)


def bounded(text: str, start: int, end: int) -> bool:
    """True when `text[start:end]` is not part of a longer word."""
    # Asked of every place the automaton proposes: the two neighbours are mostly plain ASCII.
    before = text[start - 1] if start else " "
    if (before.isalnum() or before > "\x7f") and is_word(before) and is_word(text[start]):
        return False
    after = text[end] if end < len(text) else " "
    if not ((after.isalnum() or after > "\x7f") and is_word(after) and is_word(text[end - 1])):
        return True
    # A Korean particle is joined to its name; any other syllable makes a longer word.
    joined = hangul(after) and (hangul(text[end - 1]) or text[end - 1] < "\x7f")
    return joined and ends_here(text, end)

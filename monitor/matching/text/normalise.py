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
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, update_wrapper
from typing import Any, Concatenate, ParamSpec, TypeVar

from monitor.matching.text.characters import (
    ASCII,
    FEW,
    FOLDED,
    OPTIONAL_MARKS,
    OneForOne,
    Scripts,
    in_ascii,
    two_spaces,
)
from monitor.matching.text.korean import ends_here

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


_SPACES = re.compile("  +")
PARAGRAPH = "\x1f"
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
    invisible: bool = False
    """True when characters were left out."""
    plain: str = ""
    """The original with signs of ASCII for common others, if it has nothing besides; else empty."""
    scripts: Scripts = FEW
    """Which scripts there may be letters of."""
    remembered: dict[tuple[object, ...], Any] = field(
        default_factory=dict, repr=False, compare=False
    )
    """What was worked out of it: see `remembering`."""

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
        while finish < len(self.original) and OPTIONAL_MARKS.match(self.original, finish):
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


_Rest = ParamSpec("_Rest")
_Told = TypeVar("_Told")
_REMEMBERED = 2_000
"""Answers that are kept of one text: one of nothing but names must not fill the memory."""


def remembering(
    ask: Callable[Concatenate[Folded, _Rest], _Told],
) -> Callable[Concatenate[Folded, _Rest], _Told]:
    """Answer the same question about the same text once, however many names stand at a place.

    All other arguments are given by position, and are hashable.
    """

    def asked(folded: Folded, /, *rest: _Rest.args, **named: _Rest.kwargs) -> _Told:
        key = (ask, *rest)
        try:
            told: _Told = folded.remembered[key]
        except KeyError:
            if len(folded.remembered) >= _REMEMBERED:
                folded.remembered.clear()
            told = folded.remembered[key] = ask(folded, *rest, **named)
        return told

    update_wrapper(asked, ask)
    return asked


def fold(text: str) -> Folded:
    """Fold a text, keeping the way back to its offsets."""
    # No name goes on past a blank line; kept apart, paragraphs need no work on their offsets.
    apart = text.replace("\n\n", f"\n{PARAGRAPH}")
    if (ascii_only := in_ascii(apart)) is not None:
        folded = ascii_only.encode().translate(ASCII)
        if two_spaces(folded):
            return _shifted(text, apart, folded.decode(), [], ascii_only=ascii_only)
        return Folded(folded.decode(), text, plain=ascii_only)
    plain = OneForOne(apart)
    if plain.mixed and (unmasked := _unmask(apart, plain.mixed)) != apart:
        apart = unmasked
        plain = OneForOne(apart)
    if not (plain.odd or plain.two_spaces):
        return Folded(plain.text, text, scripts=plain.scripts)
    return _shifted(text, apart, plain.text, plain.odd, plain.scripts)


@lru_cache(maxsize=8192)
def fold_name(text: str) -> str:
    """Fold a name or phrase: as `fold`, without space at its ends."""
    if text.isascii() and "\n" not in text:
        # Thousands of names need no way back to their offsets.
        folded = text.encode().translate(ASCII)
        if b"  " not in folded:
            return folded.decode().strip()
    return fold(text).text.strip()


def _shifted(
    original: str,
    text: str,
    plain: str,
    odd: Sequence[int],
    scripts: Scripts = FEW,
    ascii_only: str = "",
) -> Folded:
    """Fold what is not one for one, and runs of spaces, and note where offsets shift.

    `text` and `plain`, which is folded one for one, have a character for each of `original`.
    """
    single = text
    for character in "\n\t\r-":
        single = single.replace(character, " ")
    parts = [(place, place + 1) for place in odd]
    if "  " in single:
        parts += [found.span() for found in _SPACES.finditer(single)]
        parts.sort()
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

    for start, end in parts:
        if start > done:
            run(done, 0)
            pieces.append(plain[done:start])
            length += start - done
        done = end
        folded = " " if text[start] < "\x80" else FOLDED[ord(text[start])]
        if folded:
            run(start, end - start)
            pieces.append(folded)
            length += len(folded)
        else:
            invisible = True
    if done < len(text):
        run(done, 0)
        pieces.append(plain[done:])
    whole = "".join(pieces)
    return Folded(whole, original, at, origin, span, invisible, ascii_only, scripts)


def _unmask(text: str, places: Sequence[int]) -> str:
    """Replace look-alike letters, one for one, in words that use them to pass for Latin.

    `places` are where a word may be one: in ascending order.
    """
    pieces: list[str] = []
    done = 0
    for place in places:
        if place < done:
            continue
        start = place
        while start > done and (text[start - 1].isalnum() or text[start - 1] == "_"):
            start -= 1
        if found := _WORD_WITH_FOREIGN.match(text, start):
            pieces += (text[done:start], _unmask_word(found))
            done = found.end()
    return "".join((*pieces, text[done:]))


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
    return folded[:1].isalnum() or any(map(str.isalnum, folded))


def is_word(character: str) -> bool:
    """True for a character that words of a script with spaces are made of."""
    if character < "\x80":
        return character.isalnum()
    return (character.isalnum() or unicodedata.category(character)[0] == "M") and not unspaced(
        character
    )


_NO_SPACES = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff"
    "\u2e80-\u2fdf\u3005-\u3007\u3031-\u3035\u3040-\u30ff\u3100-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua9e0-\ua9ff\uaa60-\uaa7f\uf900-\ufaff\uff66-\uff9f\U0001b000-\U0001b16f\U00020000-\U0003134f"
)
_UNSPACED = re.compile(f"[{_NO_SPACES}]")
JOINED = re.compile(f"[{_NO_SPACES}\uac00-\ud7a3]")
"""A character of a script in which words, or particles, are joined to names."""


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

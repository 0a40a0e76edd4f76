"""Which change of an entry's words is an edit.

Cheap where most texts are, for all that feeds list is looked at: text of ASCII alone takes a tenth
of the time.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from monitor.model.feed import Entry

_WORD = re.compile(r"[^\W\d_]+")
"""A word: letters of any script."""
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(r"\d+(?:-\d+)*(?![\d:])")
"""The number that a word may carry: APT31, Storm-0558, Unit 61398; but not the time in "Updated
14:05"."""
_GAP = re.compile(r"[\s\u2010-\u2015-]")
_APART = bytes(code if chr(code).isalpha() else 32 for code in range(256))
"""For ASCII alone: letters, and spaces in place of all else."""
_DIGITS_MARKED = bytes(ord("1") if chr(code) in "0123456789" else 32 for code in range(256))
_LONGEST_NUMBERED = 8
"""A number after a longer word is no part of a name."""


def digest(entry: Entry) -> str:
    """Of an entry's words: an edit changes it. 32 hexadecimal digits.

    Numbers count only as part of what may be a name, as "APT" may turn into "APT31"; that
    "12 comments" turns into "13 comments" is no edit.
    """
    # Ends with no digit, so that each run of them has an end.
    text = f"{entry.title} {entry.summary} {entry.content} "
    said: list[str] = []
    at = 0
    for begin in _numbers(text):
        if begin < at or (word := _word_before(text, at, begin)) is None:
            continue
        if number := _NUMBER.match(text, begin):
            said += (*_words(text[at : word.start]), text[word], number[0])
            at = number.end()
    said += _words(text[at:])
    return hashlib.sha256(" ".join(said).casefold().encode()).hexdigest()[:32]


def _word_before(text: str, at: int, end: int) -> slice | None:
    """The word that a number, which begins at `end`, is part of; none of it before `at`."""
    gap = end > at and _GAP.match(text, end - 1) is not None
    last = start = end - gap
    while start > at and _WORD.match(text, start - 1):
        start -= 1
    named = start < last and (text[start].isupper() and last - start <= _LONGEST_NUMBERED)
    return slice(start, last) if named or (start < last and not gap) else None


def _numbers(text: str) -> Iterator[int]:
    """Where each run of digits begins."""
    if not text.isascii():
        yield from (found.start() for found in _DIGITS.finditer(text))
        return
    marked = text.encode().translate(_DIGITS_MARKED)
    begin = marked.find(b"1")
    while begin >= 0:
        yield begin
        begin = marked.find(b"1", marked.find(b" ", begin))


def _words(text: str) -> list[str]:
    if text.isascii():
        return text.encode().translate(_APART).decode().split()
    return _WORD.findall(text)

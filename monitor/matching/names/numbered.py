"""Numbers that go on a series of names: "APT28, 29 and 31", "APT28/29/31"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

_NUMBERED = re.compile(r"([^\W\d_]{2,8})[ -]?\d{1,5}\Z")
_NEXT = r"(?:\s?[,/&]\s?(?:and |or |und |et |y |i |и )?| (?:and|or|und|et|y|i|и|as well as) )"
_NUMBER = re.compile(r"\d{1,5}")
_COUNTED = (
    r"(?: (?:other|others|more|additional|further|different|new|of|per|percent|people|thousand|"
    r"million|days?|weeks?|months?|years?|hours?|times|victims?|compan|countr|groups?|hackers?|"
    r"actors?|jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)|%)"
)
"""What numbers count: "APT28 and 5 other groups" does not name APT5."""


_PAIR = re.compile(rf"[0-9]{_NEXT}[0-9]")
"""Two numbers of a list: looked for first, since digits are few in most texts."""
_BEFORE = re.compile(r"(?<![^\W_])([^\W\d_]{2,8})[ -]?\d{1,5}\Z")
_FURTHER = re.compile(rf"(?:{_NEXT}\d{{1,5}}(?![\w%]|[.:]\w|,\d|{_COUNTED})){{1,20}}")
_NO_DIGITS = bytes(set(range(256)) - set(b"0123456789"))
_LIST = 2
"""Digits that a list of numbers has at least."""
_REACH = 16
"""Characters of a name's letters and number."""


def series(name: str) -> str:
    """The letters before a name's number, folded; empty for a name without one."""
    match = _NUMBERED.match(name)
    return match[1] if match else ""


class Numbered:
    """Lists of numbers that go on a watched name.

    Args:
        letters: what `series` says of watched names.
    """

    def __init__(self, letters: Iterable[str]) -> None:
        self._letters = frozenset(filter(None, letters))
        # Nearly all texts with digits are done with after this: it is the quickest there is.
        self._any = _quick(self._letters) if self._letters else None

    def find(self, folded: str) -> Iterator[tuple[str, int, int]]:
        """The names that lists of numbers stand for, with the offsets of their numbers."""
        if self._any is None or len(folded.encode().translate(None, _NO_DIGITS)) < _LIST:
            return
        if self._any.search(folded) is None:
            return
        done = 0
        for pair in _PAIR.finditer(folded):
            if pair.start() < done:
                continue
            first = _BEFORE.search(folded, max(done, pair.start() - _REACH), pair.start() + 1)
            if first is None or first[1] not in self._letters:
                continue
            further = _FURTHER.match(folded, first.end())
            done = further.end() if further else pair.end() - 1
            for number in _NUMBER.finditer(folded, first.end(), done) if further else ():
                yield f"{first[1]}{number[0]}", *number.span()


def _quick(letters: Iterable[str]) -> Any:
    import re2  # type: ignore[import-untyped]  # the package has no type information

    return re2.compile(rf"(?:{'|'.join(sorted(map(re2.escape, letters)))})[ -]?[0-9]")

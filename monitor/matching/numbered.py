"""Numbers that go on a series of names: "APT28, 29 and 31", "APT28/29/31"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_NUMBERED = re.compile(r"([^\W\d_]{2,8})[ -]?\d{1,5}\Z")
_NEXT = r"(?:\s?[,/&]\s?(?:and |or |und |et |y |i |и )?| (?:and|or|und|et|y|i|и|as well as) )"
_NUMBER = re.compile(r"\d{1,5}")
_COUNTED = (
    r"(?: (?:other|others|more|additional|further|different|new|of|per|percent|people|thousand|"
    r"million|days?|weeks?|months?|years?|hours?|times|victims?|compan|countr|groups?|hackers?|"
    r"actors?|jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)|%)"
)
"""What numbers count: "APT28 and 5 other groups" does not name APT5."""


def series(name: str) -> str:
    """The letters before a name's number, folded; empty for a name without one."""
    match = _NUMBERED.match(name)
    return match[1] if match else ""


class Numbered:
    """The series that watched names belong to, by the letters before their numbers.

    Args:
        names: folded names.
    """

    def __init__(self, names: Iterable[str]) -> None:
        found = set(filter(None, map(series, names)))
        self._list = (
            re.compile(
                rf"(?<![^\W_])({'|'.join(sorted(found))})[ -]?\d{{1,5}}"
                rf"((?:{_NEXT}-?\d{{1,5}}(?![\w%]|[.,:]\d|{_COUNTED})){{1,20}})"
            )
            if found
            else None
        )

    def find(self, folded: str) -> Iterator[tuple[str, int, int]]:
        """The names that lists of numbers stand for, with the offsets of their numbers."""
        if self._list is None:
            return
        for match in self._list.finditer(folded):
            for number in _NUMBER.finditer(folded, *match.span(2)):
                yield f"{match[1]}{number[0]}", *number.span()

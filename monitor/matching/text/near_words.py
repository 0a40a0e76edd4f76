"""The words of a text near a place, told as far as somebody asks for them.

Nearly always the words right beside a name settle whether it is one, and a text without vowels
or with many names has many places to ask of.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from monitor.matching.text.normalise import Folded, remembering
from monitor.matching.text.words import WORD

REACH = 120
"""Characters looked at to either side of a place, and of a word at most."""


class Word(NamedTuple):
    """A word in folded text, and where it stands."""

    text: str
    start: int
    end: int


class NearWords:
    """The words near `start:end` of a folded text, numbered from the one there, which is 0."""

    __slots__ = ("_after", "_ahead", "_before", "_edge", "_low", "_text", "_until", "stands")

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text = text
        self._low, self._until = max(0, start - REACH), end + REACH
        self._edge = max(self._low, text.rfind(" ", self._low, start) + 1)
        """Before it no word was told yet."""
        self._ahead = _words(text, self._edge, self._until + REACH)
        words: list[Word] = []
        at = -1
        for word in self._ahead:
            words.append(word)
            if word.start > start:
                break
            at += 1
        self.stands = at >= 0 and end <= words[at].end
        """Whether a word stands there that reaches to its end."""
        at = max(at, 0)
        self._before, self._after = words[:at][::-1], words[at:]

    def get(self, number: int) -> Word | None:
        """One of the words; None beyond the last of those that are near."""
        if number >= 0:
            while number >= len(self._after):
                word = next(self._ahead, None)
                if word is None or word.start > self._until:
                    return None
                self._after.append(word)
            return self._after[number]
        while ~number >= len(self._before):
            if not self._back():
                return None
        return self._before[~number]

    def __getitem__(self, number: int) -> Word:
        word = self.get(number)
        if word is None:
            raise IndexError(number)
        return word

    def _back(self) -> bool:
        """Tell further words before the place, if there are any."""
        while self._edge > self._low:
            finish = self._edge - 1
            gap = self._text.rfind(" ", self._low, finish)
            if gap < 0 < self._low:
                return False  # it begins farther away
            self._edge = gap + 1
            if words := list(_words(self._text, self._edge, finish)):
                self._before += reversed(words)
                return True
        return False


@remembering
def near_words(folded: Folded, start: int, end: int) -> NearWords:
    """The words near a place: the same ones for each name that is looked for there."""
    return NearWords(folded.text, start, end)


def _words(text: str, start: int, end: int) -> Iterator[Word]:
    for found in WORD.finditer(text, start, end):
        word = found[0].lstrip("'")  # a quotation mark before a name is no part of it
        if word:
            finish = found.end()
            yield Word(word, finish - len(word), finish)

"""The words of an English text that begin with a capital letter, and which of them are near.

As `word_arrays.capitals_only` and `meetings.neighbours` say, but without arrays: English has few
such words, and to set arrays up takes longer than to go from one of them to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from monitor.matching.index.meetings import NEAR_IN_CHARACTERS
from monitor.matching.index.vocabulary import NOTHING, Vocabulary
from monitor.matching.text.word_arrays import LONGEST, begins_name, capitals_only, in_word

_COMMON = ("\u2019", "'"), *((sign, " ") for sign in "\u201c\u201d\u2014\u2013\u2018\u2026")
"""Signs that most texts of news have, and what parts words as they do."""
_BOTH = len(b" A")
_REMEMBERED = 30_000
"""Words, and pairs of them, of which is kept what they can be: some 10 MB."""


class CapitalWord(NamedTuple):
    """What is known of a word that can be one of a watched name's."""

    row: int
    leading: int
    led: int
    alone: bool
    sure: bool
    """Whether its row of the vocabulary holds nothing but what it can be."""


Spot = tuple[int, int, CapitalWord]
"""Where such a word stands, and what is known of it."""


class CapitalWords:
    """What is known of words with a capital letter, as they are written; None of nobody's."""

    def __init__(self, known: Vocabulary) -> None:
        self.known = known
        self._words: dict[str, CapitalWord | None] = {}
        self.owners: dict[int, tuple[int, ...]] = {}
        """Whose names two of them can be: by one's row times 2 ** 32, and the other's."""

    def spots(self, text: str) -> list[Spot] | None:
        """The words of an English text that can be a watched name's, in order.

        None if there are letters beyond Latin-1, or signs that are not common.
        """
        plain = text
        if not text.isascii():
            for sign, stands_for in _COMMON:
                plain = plain.replace(sign, stands_for)
        try:
            kinds = b" %b " % plain.encode("latin-1").translate(_kinds())
        except UnicodeEncodeError:
            return None
        # An apostrophe before a word is a quotation mark, and so are several of them in a row. One
        # character is looked for in no time, two of which the first is a space are not.
        while b"'" in kinds and b" '" in kinds:
            kinds = kinds.replace(b" '", b"  ")
        before, *parts = kinds.split(b" A")
        found, new = _told(self._words, text, len(before), parts)
        if new:
            entered = self._enter(dict.fromkeys(text[start:end] for start, end in new))
            met = ((start, end, entered[text[start:end]]) for start, end in new)
            found += [(start, end, word) for start, end, word in met if word is not None]
            found.sort()
        return found

    def forget(self, words: Iterable[str]) -> None:
        """Ask again what words can be that were looked at closely, when they are met again."""
        for word in words:
            self._words.pop(word, None)

    def keep(self, owners: Mapping[int, tuple[int, ...]]) -> None:
        """Remember whose names pairs of words can be."""
        if len(self.owners) + len(owners) > _REMEMBERED:
            self.owners = {}
        self.owners.update(owners)

    def _enter(self, new: Iterable[str]) -> Mapping[str, CapitalWord | None]:
        """What new words can be, which is remembered."""
        words = [word for word in new if len(word) <= LONGEST]
        entered: dict[str, CapitalWord | None] = dict.fromkeys(new)
        text = " ".join(words)
        known = self.known
        rows = known.rows(text, capitals_only(text))
        somebodys = (rows > NOTHING).nonzero()[0]
        rows = rows[somebodys]
        columns = known.leading.values, known.led.values, known.alone.values
        told_of = (rows, *(column[rows] for column in columns), known.sure(rows))
        for at, *one in zip(somebodys.tolist(), *(each.tolist() for each in told_of), strict=True):
            entered[words[at]] = CapitalWord(*one)
        if len(self._words) + len(entered) > _REMEMBERED:
            self._words = {}  # another one, since there may be readers
        self._words.update(entered)
        return entered


def _told(
    words: Mapping[str, CapitalWord | None], text: str, start: int, parts: Sequence[bytes]
) -> tuple[list[Spot], list[tuple[int, int]]]:
    """The words that begin before each of the parts, and where those stand that are new."""
    found: list[Spot] = []
    new: list[tuple[int, int]] = []
    for part in parts:
        length = part.find(b" ")
        end = start + 1 + (length if length >= 0 else len(part))
        try:
            word = words[text[start:end]]
        except KeyError:
            new.append((start, end))
        else:
            if word is not None:
                found.append((start, end, word))
        start += _BOTH + len(part)
    return found, new


def beside(some: Sequence[Spot]) -> Iterator[tuple[int, int]]:
    """Which two of the spots, by their numbers, stand near each other and can be one name's."""
    near = -1
    for other, (start, finish, second) in enumerate(some):
        if start <= near:
            for one in range(other - 1, -1, -1):
                _, end, word = some[one]
                if start > end + NEAR_IN_CHARACTERS:
                    break
                if word.leading & second.led or second.leading & word.led:
                    yield one, other
        near = finish + NEAR_IN_CHARACTERS


@cache
def _kinds() -> bytes:
    """Of each character of Latin-1: what begins a name, other parts of words, what parts them."""
    kinds = bytearray(b" " * 256)
    for code in filter(in_word, range(256)):
        kinds[code] = ord("A" if begins_name(code) else "a")
    kinds[ord("'")] = ord("'")
    return bytes(kinds)

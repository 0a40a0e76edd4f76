"""What is kept of a text that is too long: its beginning, and what stands around names in the rest.

All of a text is matched. What is stored of it has a bound, or one feed could fill the disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LONGEST = 50_000
"""Bytes (UTF-8) that are kept of one text: some eight thousand English words."""

ESSENTIAL = 2_000
"""The same of a feed of which enough is kept that day."""

LEFT_OUT = "[…]"
"""Stands where something was left out."""

AROUND = 320
"""Characters kept to either side of a name: what speaks for it may stand 300 away."""

_CLOSE = 60
"""The same where there is no room for its sentence."""
_SLACK = 40
_GAP = f"\n{LEFT_OUT}\n"
_BETWEEN_WORDS = re.compile(r"[\s\u3001\u3002\uff01\uff0c\uff1f]")


@dataclass(frozen=True, slots=True)
class Proof:
    """Where a name stands in a text, and its sentence; in characters."""

    start: int
    end: int
    sentence_start: int
    sentence_end: int

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """What may be kept of it, the most first."""
        yield self._widest(text)
        yield self.sentence_start, self.sentence_end
        close = max(self.start - _CLOSE, self.sentence_start)
        yield close, min(self.end + _CLOSE, self.sentence_end)

    def _widest(self, text: str) -> tuple[int, int]:
        start = max(self.start - AROUND, 0)
        if start >= self.sentence_start:
            start = self.sentence_start
        elif start and (cut := _BETWEEN_WORDS.search(text, start, start + _SLACK)):
            start = min(cut.end(), self.sentence_start)
        end = min(self.end + AROUND, len(text))
        if end <= self.sentence_end:
            return start, self.sentence_end
        if end < len(text) and (cut := _BETWEEN_WORDS.search(text, end - _SLACK, end)):
            end = max(cut.start(), self.sentence_end)
        return start, end


def size(text: str) -> int:
    """Bytes that a text takes."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def shortened(text: str, longest: int, proofs: Sequence[Proof] = ()) -> str:
    """A text of at most so many bytes; of what is longer, the beginning and some passages.

    Args:
        text: what is to be kept.
        longest: bytes that it may take.
        proofs: what is kept wherever it stands, as far as half of the room goes, the first first.
    """
    if size(text) <= longest:
        return text
    most = longest - size(_GAP)
    beginning = _cut(text, most)
    passages: list[tuple[int, int]] = []
    if any(next(each.spans(text))[1] > len(beginning) for each in proofs):
        least = len(_cut(text, most - longest // 2))
        passages, spent = _passages(text, least, proofs, longest // 2)
        beginning = _cut(text, max(most - spent, 0))
    kept, last = [beginning], len(beginning)
    for start, end in passages:
        if end > last:
            kept.append(
                text[max(start, last) : end] if start <= last else f"{_GAP}{text[start:end]}"
            )
            last = end
    return "".join(kept) + (f"\n{LEFT_OUT}" if last < len(text) else "")


def _passages(
    text: str, after: int, proofs: Sequence[Proof], room: int
) -> tuple[list[tuple[int, int]], int]:
    """What is kept behind a beginning, in the order of the text, and how many bytes it takes."""
    kept: list[tuple[int, int]] = []
    left = room
    for proof in proofs:
        for start, end in proof.spans(text):
            new = list(_uncovered(kept, max(start, after), end))
            if sum(stop - begin for begin, stop in new) > left:
                continue
            cost = sum(size(text[begin:stop]) + size(_GAP) for begin, stop in new)
            if cost <= left:
                left -= cost
                kept = sorted([*kept, *new])
                break
    return kept, room - left


def _uncovered(kept: list[tuple[int, int]], start: int, end: int) -> Iterator[tuple[int, int]]:
    for begin, stop in kept:
        if stop <= start or begin >= end:
            continue
        if begin > start:
            yield start, begin
        start = stop
    if start < end:
        yield start, end


def _cut(text: str, most: int) -> str:
    """The beginning, at a space or the end of a line if there is one."""
    cut = text[:most].encode("utf-8", "replace")[:most].decode("utf-8", "ignore")
    ends = max(cut.rfind(" "), cut.rfind("\n"))
    return cut[:ends] if ends > len(cut) // 2 else cut

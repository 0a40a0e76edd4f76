"""What is kept of a text that is too long: its beginning, and the sentences with names in the rest.

All of a text is matched. What is stored of it has a bound, or one feed could fill the disk.
"""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 50_000
"""Bytes (UTF-8) that are kept of one text: some eight thousand English words."""

ESSENTIAL = 2_000
"""The same of a feed of which enough is kept that day."""

LEFT_OUT = "[…]"
"""Stands where something was left out."""


def size(text: str) -> int:
    """Bytes that a text takes."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def shortened(text: str, longest: int, said: Iterable[str] = ()) -> str:
    """A text of at most so many bytes; of what is longer, the beginning and some sentences.

    Args:
        text: what is to be kept.
        longest: bytes that it may take.
        said: sentences that are kept wherever they stand, as far as half of the room goes.
    """
    if size(text) <= longest:
        return text
    beginning = _cut(text, longest)
    wanted = [each for each in dict.fromkeys(said) if each and each not in beginning]
    if not wanted:
        return f"{_cut(text, longest - 2 - size(LEFT_OUT))}\n{LEFT_OUT}"
    kept, room = [], longest // 2
    for each in wanted:
        room -= size(each) + 1
        if room < 0:
            break
        kept.append(each)
    rest = "\n".join(kept)
    beginning = _cut(text, max(longest - size(rest) - size(LEFT_OUT) - 2, 0))
    return "\n".join(filter(None, [beginning, LEFT_OUT, rest]))


def _cut(text: str, most: int) -> str:
    """The beginning, at a space or the end of a line if there is one."""
    cut = text[:most].encode("utf-8", "replace")[:most].decode("utf-8", "ignore")
    ends = max(cut.rfind(" "), cut.rfind("\n"))
    return cut[:ends] if ends > len(cut) // 2 else cut

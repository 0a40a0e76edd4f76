# ruff: noqa: RUF001 - full stops of other scripts look like our commas and quotes
"""The sentence around a place in a text, for people to read as proof."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 400
"""Characters of a sentence that are shown at most, unless the mention itself is longer."""

_NEAR = 120
"""Characters before a place among which its sentence's beginning is looked for first."""

# A full stop ends a sentence only before a space and something that can begin one; the marks
# of scripts without spaces end it at once.
_END = re.compile(
    r"(?:[.!?…]+[\"'”’»)\]]*(?=\s+[^\sa-z,;:])|[。！？｡]+[」』”’）]*|[।॥؟۔܀።]+|[\r\n\u2028\u2029]+)"
)
_STOP = re.compile("[.!?…。！？｡।॥؟۔܀።\r\n\u2028\u2029]")
"""What an end begins with: looked for first, which takes a third of the time."""
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“])(?:[A-Z]|[A-Z](?:\.[A-Z])+|Mr|Mrs|Ms|Dr|Prof|Sir|St|Sen|Rep|Gen|Col|Lt|Sgt|Capt|Gov|"
    r"Inc|Ltd|Co|Corp|Jr|Sr|vs|No|Nr|Art|etc|e\.g|i\.e|approx|Hr|Fr|Sra?|M|Mme|Jan|Feb|Mar|Apr|Jun|"
    r"Jul|Aug|Sept?|Oct|Nov|Dec)\.$"
)


def around(text: str, start: int, end: int) -> tuple[int, int]:
    """Offsets of the sentence that holds `text[start:end]`.

    Looks at no more than `LONGEST` characters to either side, whatever the text is like; a
    longer sentence is cut at a space. A mention across two sentences gets both.
    """
    low = max(0, start - LONGEST)
    # Most sentences begin near by. From a space on, so that no end is cut in two.
    near = text.rfind(" ", low, max(low, start - _NEAR))
    begin = _begin(text, near, start, low) if near >= 0 else None
    if begin is None:
        begin = _begin(text, low, start, low)
    if begin is None:
        begin = low
    high = min(len(text), end + LONGEST)
    finish = high
    for found in _ends(text, end, min(len(text), high + 2)):
        if not _abbreviation(text, low, found):
            finish = min(found.end(), high)
            break
    begin, finish = _shorten(text, begin, finish, start, end)
    while begin < start and text[begin].isspace():
        begin += 1
    while finish > end and text[finish - 1].isspace():
        finish -= 1
    return begin, finish


def _begin(text: str, since: int, start: int, low: int) -> int | None:
    """Where the last sentence before `start` ends, if one does from `since` on."""
    # One character more than is searched, so that a full stop at the edge sees what follows.
    for found in reversed(list(_ends(text, since, start + 1))):
        if found.end() <= start and not _abbreviation(text, low, found):
            return found.end()
    return None


def _ends(text: str, low: int, high: int) -> Iterator[re.Match[str]]:
    """What can end a sentence in `text[low:high]`."""
    done = low
    for stop in _STOP.finditer(text, low, high):
        if stop.start() >= done and (found := _END.match(text, stop.start(), high)):
            done = found.end()
            yield found


def _abbreviation(text: str, low: int, found: re.Match[str]) -> bool:
    stop = found.start()
    return (
        text[stop] == "."
        and found.end() - stop == 1
        and _ABBREVIATION.search(text, max(low, stop - 12), stop + 1) is not None
    )


def _shorten(text: str, begin: int, finish: int, start: int, end: int) -> tuple[int, int]:
    if finish - begin <= LONGEST:
        return begin, finish
    spare = max(0, LONGEST - (end - start))
    before = min(start - begin, max(spare // 2, spare - (finish - end)))
    after = min(finish - end, spare - before)
    if start - before > begin:
        space = text.find(" ", start - before, start)
        begin = space + 1 if space >= 0 else start - before
    if end + after < finish:
        space = text.rfind(" ", end, end + after)
        finish = space if space >= 0 else end + after
    return begin, finish

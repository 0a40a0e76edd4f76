"""How things are said everywhere in the same way: lines, spans, moments, counts, lists."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

# Control characters (NUL included), but not tab, newline and the rest of white space; and
# lone surrogates, which can be neither stored nor sent.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
_UNPRINTABLE_ASCII = bytes(code for code in range(128) if UNPRINTABLE.match(chr(code)))


def printable(text: str) -> str:
    """Text without control characters."""
    # The same, many times as fast, where most texts are.
    if text.isascii():
        return text.encode().translate(None, _UNPRINTABLE_ASCII).decode()
    return UNPRINTABLE.sub("", text)


def one_line(text: str) -> str:
    """Text without control characters on one line, for titles and names."""
    return " ".join(printable(text).split())


def sentence(words: str) -> str:
    """Words with a capital and a full stop."""
    return f"{words[0].upper()}{words[1:]}."


def in_words(span: timedelta) -> str:
    """A span of time to the unit people would say it in, such as "12 minutes"."""
    for unit in (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)):
        if span >= 2 * unit:
            span = round(span / unit) * unit
            break
    return exactly(span)


def exactly(span: timedelta) -> str:
    """A span of time in its largest whole unit, such as "90 minutes"."""
    seconds = round(span.total_seconds())
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            return counted(seconds // size, unit)
    if seconds >= 120:
        return counted(round(seconds / 60), "minute")
    return counted(seconds, "second")


def every(span: timedelta) -> str:
    """How often something happens, such as "every hour" or "every 12 minutes"."""
    return f"every {exactly(span).removeprefix('1 ')}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number of things, such as "1 feed" or "2,000 feeds"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def moment(when: datetime, now: datetime) -> str:
    """A moment in UTC, with its day where that is not today."""
    when, now = when.astimezone(UTC), now.astimezone(UTC)
    return f"{when:%H:%M} UTC" if when.date() == now.date() else f"{when:%d %B %H:%M} UTC"

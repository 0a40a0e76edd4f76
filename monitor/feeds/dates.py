"""Dates as feeds write them: by RFC 822, by ISO 8601, and as people do in many languages.

A date that can be read in two ways (03/04/2026) is none: an entry without a date is better than
one that seems to be a month old.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

# The web is younger than 1990: an earlier date is a default (1970) or a mistake. A later one
# than 2200 is no time anybody meant, and the last years there are break arithmetic.
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_LONGEST = 100
"""Characters of a text that may be a date."""
_BUDDHIST = 543
"""Years that the calendar of Thailand is ahead."""

_TIME = re.compile(
    r"(?<!\d)(\d{1,2})\s?[:h\u6642\u65f6\u70b9\uc2dc]\s?(\d{1,2})(?:\s?[:\u5206\ubd84]\s?(\d{1,2}))?"
    r"(?:[.,]\d{1,9})?\s?[\u79d2\ucd08\u5206\ubd84]?",
)
_TIME_WITH_POINTS = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{2})(?:\.(\d{2}))?(?![\d.])")
_FULL_HOUR = re.compile(r"(?<!\d)(\d{1,2})()()\s?(?=[ap]m\b|[\u6642\u65f6\u70b9\uc2dc])")
_WITHOUT_COLON = re.compile(
    r"(?<!\d)([01]\d|2[0-3])([0-5]\d)()(?=\s?(?:gmt|utc?|z|[a-z]{2}t|[+\u2212-]\d{4})(?![^\W_]))"
)
"""Four figures are a time before a zone, and only after a day: 03 Apr 02 1500 GMT."""
_YEAR_FIRST = re.compile(
    r"(?<![\d./-])(\d{4})\s?[-/._\u5e74\ub144]\s?(\d{1,2})\s?[-/._\u6708\uc6d4]\s?(\d{1,2})(?!\d)"
    r"\s?[\u65e5\uc77c.]?t?",
)
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?:t?(\d{2})(\d{2})(\d{2})?)?(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?![\d:])\.?")
_RFC_822 = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):([0-5]\d):([0-5]\d) "
    r"(?:([+-])(0\d|1[0-4])([0-5]\d)|GMT|UTC)",
    re.ASCII,
)
_RFC_MONTHS = {
    name: number
    for number, name in enumerate(re.findall("...", "JanFebMarAprMayJunJulAugSepOctNovDec"), 1)
}
_MONTH_ONLY = re.compile(r"(\d{4})-(\d{2})")
_SECONDS_SINCE_1970 = re.compile(r"(\d{10})(?:\d{3}|\.\d+)?")
_NUMBERED_MONTH = re.compile(r"\b(?:th\xe1ng|thg)\s*(\d{1,2})\b")
_OFFSET = re.compile(r"(?:gmt|utc|ut|z)?\s?([+\u2212-])\s?(\d{1,2}):?(\d{2})?(?!\d)")
_PLACE = re.compile(r"\b([A-Za-z]+/[A-Za-z_]+(?:/[A-Za-z_]+)?)\b")
_FREE_POINT = re.compile(r"(?<!\d)\.|\.(?!\d)")
_WORD = re.compile(r"[^\s\d,\u060c;/:()\[\]+.\u2212-]+")
_NUMBER = re.compile(r"(?<!\d)(\d{4}|\d{1,2})(?!\d)")
_AFTERNOON = re.compile(r"(?<![^\W\d_])(?:pm|p\s?m|\u03bc\u03bc|nachm)(?![^\W\d_])"
                        r"|\u5348\u5f8c|\u4e0b\u5348|\uc624\ud6c4")  # fmt: skip
_MORNING = re.compile(r"(?<![^\W\d_])(?:am|a\s?m|\u03c0\u03bc|vorm)(?![^\W\d_])"
                      r"|\u5348\u524d|\u4e0a\u5348|\uc624\uc804")  # fmt: skip
_TWELVE_HOURS = re.compile(r"(?<![^\W\d_])[ap]\s?m(?![^\W\d_])")

_DAY_AND_YEAR = 2
"""Numbers of a day whose month has its name."""

_ZONES = {
    name: float(hours)
    for hours, names in (
        ("0", "gmt utc ut z wet"), ("-3.5", "nst"), ("-2.5", "ndt"), ("-3", "brt art adt uyt clst"),
        ("-4", "ast edt clt vet bot"), ("-5", "est cdt pet cot ect"), ("-6", "cst mdt"),
        ("-7", "mst pdt"), ("-8", "pst akdt"), ("-9", "akst hdt"), ("-10", "hst"),
        ("1", "cet bst mez wat west"), ("2", "cest mesz eet sast cat"),
        ("3", "eest msk eat trt idt"), ("3.5", "irst"), ("4", "gst samt msd"), ("5", "pkt uzt"),
        ("5.5", "ist"), ("5.75", "npt"), ("6", "almt bdt"), ("6.5", "mmt"), ("7", "ict wib novt"),
        ("8", "hkt sgt pht myt awst wita"), ("9", "jst kst wit"), ("9.5", "acst"),
        ("10", "aest chst"), ("10.5", "acdt"), ("11", "aedt"), ("12", "nzst fjt"), ("13", "nzdt"),
    )
    for name in names.split()
}  # fmt: skip
"""Hours ahead of UTC by a zone's name (RFC 822 §5.1, and those that newsrooms use)."""


def plausible(moment: datetime) -> datetime | None:
    """The time in UTC, or None when nobody can have meant it."""
    return moment.astimezone(UTC) if _EARLIEST <= moment < _LATEST else None


def parse_date(text: str, language: str | None = None) -> datetime | None:
    """The time in UTC that a text of a feed names, in whole seconds; midnight UTC of a mere day.

    Args:
        text: what stands where a date is expected.
        language: the feed's, to tell months of one name (Croatian and Czech "listopad") and the
            order of 03/04/2026 apart.

    Returns:
        None when the text names none, when it can be read in two ways, or when nobody can have
        meant it.
    """
    if len(text) > 4 * _LONGEST or len(text := " ".join(text.split())) > _LONGEST:
        return None
    try:
        moment = _quick(text) or _thorough(text, language or "")
        return None if moment is None else plausible(moment.replace(microsecond=0))
    except (ValueError, OverflowError):
        return None


def _quick(text: str) -> datetime | None:
    """What is written as the standards say, which is nearly all."""
    if (found := _RFC_822.fullmatch(text)) and (month := _RFC_MONTHS.get(found[2])):
        day, year, hour, minute, second = (int(found[number]) for number in (1, 3, 4, 5, 6))
        sign, hours, minutes = found[7], found[8], found[9]
        ahead = timedelta(hours=int(hours), minutes=int(minutes)) if sign else timedelta()
        zone = timezone(-ahead if sign == "-" else ahead)
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    if len(text) < 8 or (len(text) > 8 and text.isdecimal()):
        # Milliseconds since 1970 may begin like a day: 1796-05-05.
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _thorough(text: str, language: str) -> datetime | None:
    if found := _SECONDS_SINCE_1970.fullmatch(text):
        return datetime.fromtimestamp(int(found[1]), UTC)
    if found := _MONTH_ONLY.fullmatch(text):
        return datetime(int(found[1]), int(found[2]), 1, tzinfo=UTC)
    zone = _place(text)
    plain = unicodedata.normalize("NFKC", text).casefold()
    day, rest = _numeric(plain, language)
    if day is None and (found := _COMPACT.search(plain)):
        day = (int(found[1]), int(found[2]), int(found[3]))
        clock = f" {found[4]}:{found[5]}:{found[6] or '00'} " if found[4] else " "
        rest = plain[: found.start()] + clock + plain[found.end() :]
    hour, minute, second, rest, after = _time(rest, is_dated=day is not None)
    if day is None:
        day = _spelled(rest, language)
    if day is None:
        return None
    year, month, date = day
    if 2400 < year < 2700:
        year -= _BUDDHIST
    moment = datetime(year, month, date, tzinfo=zone or _zone(after))
    return moment + timedelta(hours=hour, minutes=minute, seconds=min(second, 59))


# --- days -----------------------------------------------------------------------------------


def _numeric(text: str, language: str) -> tuple[tuple[int, int, int] | None, str]:
    """Year, month and day written in figures, and what else there is in the text."""
    if found := _YEAR_FIRST.search(text):
        day = (int(found[1]), int(found[2]), int(found[3]))
    elif found := _YEAR_LAST.search(text):
        first, second, year = int(found[1]), int(found[3]), _year(found[4])
        month_first = _month_first(first, second, found[2], text, language)
        if month_first is None:
            return None, ""
        day = (year, first, second) if month_first else (year, second, first)
    else:
        return None, text
    return day, f"{text[: found.start()]} {text[found.end() :]}"


def _month_first(first: int, second: int, mark: str, text: str, language: str) -> bool | None:
    """Whether the first of two numbers is the month; None when that cannot be told."""
    if first > 12 or first == second:
        return False
    if second > 12:
        return True
    if mark == ".":
        return False
    main, _, region = language.lower().replace("_", "-").partition("-")
    if _TWELVE_HOURS.search(text) or region == "us":
        return True
    return False if region or (main and main != "en") else None


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


def _spelled(text: str, language: str) -> tuple[int, int, int] | None:
    """Year, month and day where the month has its name."""
    if found := _NUMBERED_MONTH.search(text):
        month: int | None = int(found[1])
        text = f"{text[: found.start()]} {text[found.end() :]}"
    else:
        month = _month(_FREE_POINT.sub("", text), language)
    numbers = _NUMBER.findall(text)
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) < 4]
    if month is None or not days:
        return None
    if years:
        return int(years[0]), month, int(days[0])
    if len(days) < 2:
        return None
    if int(days[0]) > 31:
        return _year(days[0]), month, int(days[1])
    return _year(days[1]), month, int(days[0])


def _month(text: str, language: str) -> int | None:
    words = _WORD.findall(text)
    # Some months have names of two words.
    pairs = [f"{first} {second}" for first, second in pairwise(words)]
    names, own = _months()
    main = own.get(language[:2].lower(), {})
    # A weekday stands before the month, and some are written as a month is ("mar., 25 nov.").
    for each in reversed((*words, *pairs)):
        if (month := main.get(each) or names.get(each)) is not None:
            return month
    return None


@cache
def _months() -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """Months by name: those whose name is one month's only, and each language's own."""
    own: dict[str, dict[str, int]] = {}
    for language, line in tomllib.loads(
        Path(__file__).with_name("months.toml").read_text("utf-8")
    ).items():
        own[language] = {
            name: number
            for number, names in enumerate(line.split(" | "), start=1)
            for name in names.split(", ")
        }
    meanings: dict[str, set[int]] = {}
    for names in own.values():
        for name, number in names.items():
            meanings.setdefault(name, set()).add(number)
    clear = {name: numbers.pop() for name, numbers in meanings.items() if len(numbers) == 1}
    return clear, own


# --- times and zones ------------------------------------------------------------------------


def _time(text: str, *, is_dated: bool) -> tuple[int, int, int, str, str]:
    """Hour, minute and second, the text without them, and what may name the zone.

    Args:
        text: what there is beside a day in figures, or all of it.
        is_dated: whether there was such a day.
    """
    plain = _FREE_POINT.sub("", text)
    patterns = (_TIME, _FULL_HOUR, _TIME_WITH_POINTS)
    found = next((match for each in patterns if (match := each.search(plain))), None)
    if found is None and (compact := _WITHOUT_COLON.search(plain)):
        numbers = len(_NUMBER.findall(plain[: compact.start()]))
        found = compact if is_dated or numbers >= _DAY_AND_YEAR else None
    if found is None:
        return 0, 0, 0, text, ""
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if hour > 24 or minute > 59 or second > 60:
        raise ValueError("no time of day")
    before, after = plain[: found.start()], plain[found.end() :]
    around = f"{before} {after}"
    if hour < 12 and _AFTERNOON.search(around):
        hour += 12
    elif hour == 12 and _MORNING.search(around):
        hour = 0
    offset = _OFFSET.search(after)
    # An offset's figures are not the day's.
    left = f"{before} {after[: offset.start()]} {after[offset.end() :]}" if offset else around
    return hour, minute, second, left, after


def _place(text: str) -> tzinfo | None:
    """The zone that a text names by a place of it, such as Europe/Berlin."""
    if (found := _PLACE.search(text)) is None:
        return None
    try:
        return ZoneInfo(found[1])
    except (ValueError, OSError, KeyError):
        return None


def _zone(text: str) -> tzinfo:
    """The zone that stands after a time; UTC where none does or nobody knows it."""
    if found := _OFFSET.search(text):
        ahead = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        if ahead <= timedelta(hours=14):
            return timezone(ahead if found[1] == "+" else -ahead)
    for word in _WORD.findall(text):
        if (hours := _ZONES.get(word)) is not None:
            return timezone(timedelta(hours=hours))
    return UTC

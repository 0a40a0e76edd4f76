"""The values of a configuration, as users write them: durations, sizes, times, addresses."""

from __future__ import annotations

import re
from datetime import time, timedelta
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, Strict

_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)\s*", re.IGNORECASE)
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_LONGEST = 36500 * _UNITS["d"]
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(B|kB|KB|KiB|MB|MiB|GB|GiB)?\s*")
_SIZE_UNITS = {
    "B": 1, "kB": 10**3, "KB": 10**3, "KiB": 2**10,
    "MB": 10**6, "MiB": 2**20, "GB": 10**9, "GiB": 2**30,
}  # fmt: skip


def parse_duration(value: object) -> timedelta:
    """Turn "30s", "15m", "2h", "7d" or "1w" into a timedelta.

    Raises:
        ValueError: it is not such a string.
    """
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str) and (found := _DURATION.fullmatch(value)):
        seconds = float(found[1]) * _UNITS[found[2].lower()]
        if seconds > _LONGEST:
            raise ValueError("longer than 100 years")
        return timedelta(seconds=seconds)
    raise ValueError('not a duration: write a number and a unit, such as "30s", "15m", "2h", "7d"')


def format_duration(value: timedelta) -> str:
    """The shortest way to write a duration that `parse_duration` reads back."""
    seconds = value.total_seconds()
    for unit in ("d", "h", "m"):
        if seconds and seconds % _UNITS[unit] == 0:
            return f"{int(seconds // _UNITS[unit])}{unit}"
    return f"{seconds:g}s"


def _size(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and (found := _SIZE.fullmatch(value)):
        # A number of hundreds of digits becomes infinite, which no int can hold.
        return int(min(float(found[1]) * _SIZE_UNITS[found[2] or "B"], 2.0**62))
    raise ValueError('not a size: write a number and a unit, such as "500KiB" or "10MiB"')


def _clock_time(value: object) -> time:
    if isinstance(value, time):
        return value
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        return time.fromisoformat(value)
    raise ValueError('not a time of day: write hours and minutes, such as "08:30"')


def _time_range(value: object) -> tuple[time, time]:
    if isinstance(value, tuple):
        return value
    if isinstance(value, str) and value.count("-") == 1:
        start, end = (_clock_time(part.strip()) for part in value.split("-"))
        if start == end:
            raise ValueError("starts and ends at the same time")
        return start, end
    raise ValueError('not a span of the day: write two times, such as "22:00-07:00"')


def _rate(value: object) -> tuple[int, timedelta]:
    if isinstance(value, tuple):
        return value
    if isinstance(value, str) and (found := re.fullmatch(r"\s*(\d+)\s*/\s*(.+)", value)):
        if len(found[1]) < 10 and (number := int(found[1])):
            return number, parse_duration(found[2])
        raise ValueError("must allow at least one, and fewer than a billion")
    raise ValueError('not a rate: write a number per span, such as "20/1h"')


def _http_url(value: str) -> str:
    value = value.strip()
    try:
        parts = urlsplit(value)
        host = parts.hostname
        _ = parts.port
    except ValueError as error:
        raise ValueError(f"not a web address: {error}") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError('not a web address: it must start with "https://" or "http://"')
    if any(char.isspace() or not char.isprintable() for char in value):
        raise ValueError("not a web address: it has a space in it; write it as %20")
    return value


def _css_selector(value: str) -> str:
    from cssselect import HTMLTranslator, SelectorError
    from lxml.etree import Element, XPath, XPathError

    value = _not_blank(value)
    try:
        XPath(HTMLTranslator().css_to_xpath(value))(Element("html"))
    except (SelectorError, XPathError) as error:
        reason = re.sub(r"got <EOF at \d+>", "and it ends there", str(error)).rstrip(".")
        raise ValueError(
            f'not a CSS selector, such as "article .body": {reason[:1].lower()}{reason[1:]}'
        ) from None
    return value


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            'not a known time zone: write a name such as "Europe/London" or "UTC"'
        ) from None
    return value


@cache
def _country_codes() -> frozenset[str]:
    table = files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text("utf-8")
    return frozenset(line[:2] for line in table.splitlines() if line and line[0] != "#")


def _country_code(value: str) -> str:
    code = {"UK": "GB", "EL": "GR"}.get(value.strip().upper(), value.strip().upper())
    if code not in _country_codes():
        raise ValueError(
            'not a country\'s code: write the two letters of ISO 3166, such as "GB" or "DE"'
        )
    return code


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return value.strip()


Duration = Annotated[
    timedelta, BeforeValidator(parse_duration), PlainSerializer(format_duration, str)
]
Size = Annotated[int, BeforeValidator(_size), Field(gt=0)]
"""Bytes."""
ClockTime = Annotated[time, BeforeValidator(_clock_time)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Weekdays = Annotated[
    tuple[Weekday, ...],
    BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
]
"""One may be written without brackets."""
TimeRange = Annotated[tuple[time, time], BeforeValidator(_time_range)]
Rate = Annotated[tuple[int, timedelta], BeforeValidator(_rate)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Text = Annotated[str, AfterValidator(_not_blank)]
CountryCode = Annotated[str, AfterValidator(_country_code)]
"""ISO 3166-1 alpha-2."""
CssSelector = Annotated[str, AfterValidator(_css_selector)]
# As TOML writes them: text that merely looks like one would be taken for one in some places only.
Flag = Annotated[bool, Strict()]
Whole = Annotated[int, Strict()]
Number = Annotated[float, Strict()]

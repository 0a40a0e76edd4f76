"""How long an answer is fresh, and how long its server asks to be left alone: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from monitor.model.feed import Validators

_CLOCKS_APART = timedelta(minutes=5)


def freshness(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """For how long an answer counts as fresh: RFC 9111 §4.2.1, for a cache of one's own.

    Args:
        headers: by lower-case name.
        now: the time, for an Expires without a Date.

    Returns:
        None when the server does not say, or says that it must be asked every time.
    """
    directives = {
        name.strip().lower(): value.strip().strip('"')
        for name, _, value in (
            part.partition("=") for part in headers.get("cache-control", "").split(",")
        )
    }
    if "no-store" in directives or "no-cache" in directives:
        return None
    age = _seconds(headers.get("age")) or 0
    if (max_age := _seconds(directives.get("max-age"))) is not None:
        return _span(max_age - age)
    try:
        expires = _aware(parsedate_to_datetime(headers.get("expires", "")))
        date = _aware(parsedate_to_datetime(headers["date"])) if headers.get("date") else now
    except (ValueError, OverflowError):
        return None
    return _span((expires - date).total_seconds() - age)


def clock_ahead(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How far our clock is ahead of the server's, which tells its time in Date.

    Args:
        headers: by lower-case name.
        now: the time when the answer came.

    Returns:
        None when it does not say, or the answer comes from a cache that says how old it is.
    """
    if "age" in headers or not headers.get("date"):
        return None
    try:
        return now - _aware(parsedate_to_datetime(headers["date"]))
    except (ValueError, OverflowError):
        return None


def believable(validators: Validators, now: datetime) -> Validators:
    """Validators that a server can be asked by.

    To one that gives a time in the future nothing has ever changed since: it would answer 304 for
    years.
    """
    try:
        modified = _aware(parsedate_to_datetime(validators.last_modified or ""))
    except (ValueError, OverflowError):
        return validators
    ahead = modified > now + _CLOCKS_APART
    return replace(validators, last_modified=None) if ahead else validators


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait according to a Retry-After header (RFC 9110 §10.2.3).

    Args:
        value: the header: whole seconds or an HTTP date; None when there was none.
        now: what a date is counted from.

    Returns:
        Seconds, never negative; None when there is no header or it makes no sense.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        number = _seconds(text)
        return None if number is None else float(number)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (_aware(when) - now).total_seconds())


def _aware(when: datetime) -> datetime:
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)


def _seconds(value: str | None) -> int | None:
    text = (value or "").strip()
    # More digits than a century has seconds are nonsense, and int() of thousands costs.
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None


def _span(seconds: float) -> timedelta | None:
    return timedelta(seconds=seconds) if seconds > 0 else None

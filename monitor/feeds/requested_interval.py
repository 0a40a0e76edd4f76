"""How often a feed's document asks to be polled: RSS 2.0 and RSS 1.0's syndication module.

The elements are few and flat: hours and days are looked for in the bytes before the first item.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from monitor.model.feed import Wishes

_HEAD = 65_536
_SKIP_HOURS = re.compile(rb"<skipHours>(.{0,2000}?)</skipHours>", re.DOTALL | re.IGNORECASE)
_SKIP_DAYS = re.compile(rb"<skipDays>(.{0,2000}?)</skipDays>", re.DOTALL | re.IGNORECASE)
_HOUR = re.compile(rb"<hour>\s*(\d{1,2})\s*</hour>", re.IGNORECASE)
_DAY = re.compile(rb"<day>\s*([A-Za-z]+)\s*</day>", re.IGNORECASE)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}


def wishes_of(body: bytes, about: Mapping[str, Any]) -> Wishes:
    """What a feed's document asks for.

    Args:
        body: the document, or its beginning.
        about: what it says of itself as `ttl`, `sy_updateperiod` and `sy_updatefrequency`.
    """
    head = body[:_HEAD]
    hours = _SKIP_HOURS.search(head)
    days = _SKIP_DAYS.search(head)
    return Wishes(
        ttl=_minutes(about.get("ttl")) or _period(about),
        # The specification counts hours from 0 to 23; older documents say 24 for midnight.
        skip_hours=tuple(sorted({int(hour) % 24 for hour in _HOUR.findall(hours[1])}))
        if hours
        else (),
        skip_days=tuple(
            sorted(
                {
                    _DAYS.index(name)
                    for day in _DAY.findall(days[1])
                    if (name := day.decode().lower()) in _DAYS
                }
            )
        )
        if days
        else (),
    )


def _minutes(value: object) -> timedelta | None:
    text = str(value or "").strip()
    if not (text.isascii() and text.isdigit() and 0 < len(text) <= 6) or int(text) == 0:
        return None
    return timedelta(minutes=int(text))


def _period(about: Mapping[str, Any]) -> timedelta | None:
    period = _PERIODS.get(str(about.get("sy_updateperiod", "")).strip().lower())
    frequency = str(about.get("sy_updatefrequency", "1")).strip()
    if period is None or not (frequency.isascii() and frequency.isdigit() and len(frequency) < 6):
        return None
    wish = period / max(1, int(frequency))
    # "Hourly, once" is what WordPress writes when nobody has thought about it.
    return None if wish == timedelta(hours=1) else wish

"""Answers as JSON: the same values as the commands print, times in ISO 8601, spans in seconds."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from starlette.responses import Response

from monitor.errors import UsageError
from monitor.service.cursors import decoded, encoded
from monitor.service.json_values import blanked, json_value, plain
from monitor.web.site import Site

T = TypeVar("T")

DEFAULT_LIMIT, MOST = 50, 500


def answer(
    site: Site, value: object, *, timezone: str | None = None, status: int = 200
) -> Response:
    """A value of `service/` as JSON, without what gives access."""
    clean = blanked(plain(value, timezone=timezone), site.redact)
    text = json.dumps(clean, ensure_ascii=False, default=json_value, separators=(",", ":"))
    # Half a character from somebody's page is no UTF-8.
    return Response(text.encode("utf-8", "replace"), status, media_type="application/json")


def listing(
    site: Site,
    items: Sequence[object],
    following: str | None,
    *,
    timezone: str | None = None,
    **more: Any,
) -> Response:
    """Some of a list, and where it goes on."""
    plainly = [plain(each, timezone=timezone) for each in items]
    return answer(site, {"items": plainly, "next": following, **more})


def sliced(
    items: Sequence[T], key: Callable[[T], str], cursor: str | None, limit: int
) -> tuple[list[T], str | None]:
    """Some of a list that is at hand as a whole, by a key that is another for each.

    Raises:
        UsageError: the cursor is none that was given out.
    """
    ordered = sorted(items, key=key)
    if cursor is not None:
        after = str(decoded(cursor, (str,))[0])
        ordered = [each for each in ordered if key(each) > after]
    page = ordered[:limit]
    return page, encoded(key(page[-1])) if len(ordered) > limit else None


def place(moment: datetime, last: float | str) -> str:
    """The cursor of a list by time."""
    return encoded(moment.isoformat(), last)


def read_place(cursor: str, kind: type[T]) -> tuple[datetime, T]:
    """The time and the last item's number or id of such a cursor.

    Raises:
        UsageError: it is none that was given out.
    """
    moment, last = decoded(cursor, (str, kind))
    try:
        when = datetime.fromisoformat(str(moment)).astimezone(UTC)
    except (ValueError, OverflowError):
        when = None
    if when is None or not isinstance(last, kind):
        raise UsageError("that is not a place in this list", hint="Begin at its first page.")
    return when, last

"""Where a list goes on: opaque to those who hand it back."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Sequence

from monitor.errors import UsageError

_LONGEST = 400


def encoded(*values: float | str) -> str:
    """A cursor of the last row's sort values and number."""
    packed = json.dumps(values, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decoded(cursor: str, kinds: Sequence[type]) -> tuple[float | int | str, ...]:
    """The values of a cursor, of these kinds; whole numbers pass for others.

    Raises:
        UsageError: it is none that was given out.
    """
    bad = UsageError("that is not a place in this list", hint="Begin at its first page.")
    if len(cursor) > _LONGEST or not cursor.isascii():
        raise bad
    try:
        packed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        values = json.loads(packed)
    except (binascii.Error, ValueError, RecursionError):
        raise bad from None
    if not isinstance(values, list) or len(values) != len(kinds):
        raise bad
    for value, kind in zip(values, kinds, strict=True):
        if isinstance(value, bool) or not isinstance(value, (kind, int) if kind is float else kind):
            raise bad
        if isinstance(value, float) and not math.isfinite(value):
            raise bad
        # SQLite's whole numbers have 64 bits.
        if isinstance(value, int) and abs(value) >= 2**63:
            raise bad
    return tuple(values)

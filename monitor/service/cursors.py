"""Where a list goes on: values of its last row, in a form that nobody takes apart.

Lists are cut by the values that they are sorted by, and not by a count of rows: what comes in
meanwhile moves nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from monitor.errors import UsageError

_LONGEST = 500


class BadCursorError(UsageError):
    """A cursor is not one that was given out for this list."""

    def __init__(self) -> None:
        super().__init__("the cursor is none of this list's", hint="Begin the list anew.")


def cursor(kind: str, *values: Any) -> str:
    """A cursor of a list of a kind, which `values_of` takes apart."""
    plain = json.dumps([kind, *values], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


def values_of(text: str, kind: str, *types: type) -> list[Any]:
    """The values in a cursor.

    Args:
        text: the cursor.
        kind: of which list it must be.
        types: what its values must be, one each.

    Raises:
        BadCursorError: it is none of that list's.
    """
    try:
        if len(text) > _LONGEST:
            raise BadCursorError
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise BadCursorError from None
    if not isinstance(found, list) or found[:1] != [kind] or len(found) != len(types) + 1:
        raise BadCursorError
    values = found[1:]
    for value, wanted in zip(values, types, strict=True):
        if isinstance(value, bool) or not isinstance(value, wanted):
            raise BadCursorError
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise BadCursorError
    return values

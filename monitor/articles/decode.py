"""Turn a page's bytes into text, whatever its server says about their encoding."""

from __future__ import annotations

import re

from monitor.charsets import BOMS, NOT_ASCII_BASED, guessed, known, tolerant

MAX_BYTES = 10 * 2**20
"""Bytes of a page that are looked at; what follows is cut off."""

_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})", re.IGNORECASE)
_META_CHARSET = re.compile(
    rb"<(?:meta\b[^>]{0,300}?charset|\?xml\b[^>]{0,100}?encoding)"
    rb"\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})",
    re.IGNORECASE,
)


def decode(data: bytes, content_type: str | None = None) -> str:
    """The text of a page's bytes; never raises.

    In order: a byte order mark; UTF-8 if the bytes are valid UTF-8 (accidental validity is
    rare, a wrong declaration is not); the charset of the Content-Type header, then of the
    page's own `<meta>`; detection. Bytes beyond `MAX_BYTES` are dropped.
    """
    data = data[:MAX_BYTES]
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    declared = _declared(data, content_type)
    for encoding in declared:
        if encoding in NOT_ASCII_BASED and (text := tolerant(data, encoding)) is not None:
            return text
    alone = set(declared) <= {"utf-8"}
    for encoding in ("utf-8", *declared):
        if (text := tolerant(data, encoding, alone=alone)) is not None:
            return text
    return data.decode(guessed(data), "replace")


def _declared(data: bytes, content_type: str | None) -> list[str]:
    labels = []
    if content_type and (found := _CHARSET.search(content_type)):
        labels.append(found[1])
    if found_in_page := _META_CHARSET.search(data[:4096]):
        labels.append(found_in_page[1].decode("ascii", "replace"))
    return [encoding for label in labels if (encoding := known(label))]

"""Turn a page's bytes into text, whatever its server says about their encoding."""

from __future__ import annotations

import codecs
import re

MAX_BYTES = 10 * 2**20
"""Bytes of a page that are looked at; what follows is cut off."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})", re.IGNORECASE)
_META_CHARSET = re.compile(
    rb"<(?:meta\b[^>]{0,300}?charset|\?xml\b[^>]{0,100}?encoding)"
    rb"\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})",
    re.IGNORECASE,
)
# Browsers read each of these labels as its superset (WHATWG Encoding Standard §4.2).
_SUPERSETS = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949",
    "big5": "big5hkscs",
}  # fmt: skip
# Encodings whose bytes may also be valid UTF-8 by accident: the declaration decides.
_NOT_ASCII_BASED = frozenset(
    {
        "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be",
        "iso2022_jp", "iso2022_kr", "hz",
    }
)  # fmt: skip
# Only these: Python also knows codecs such as "zip", "idna" or "unicode_escape", which a
# hostile declaration must not reach.
_TEXT_ENCODING = re.compile(
    r"utf-(8|16|32)(-[lb]e)?|cp(125\d|874|932|949|866)|iso8859-\d+|koi8-[rut]|gb18030|big5hkscs"
    r"|euc_jp|iso2022_(jp|kr)|hz|mac-(roman|cyrillic)"
)
_BAD_SHARE = 0.1
"""Share of undecodable among non-ASCII characters up to which an encoding is believed."""
_SAMPLE_BYTES = 2**16


def decode(data: bytes, content_type: str | None = None) -> str:
    """The text of a page's bytes; never raises.

    In order: a byte order mark; UTF-8 if the bytes are valid UTF-8 (accidental validity is
    rare, a wrong declaration is not); the charset of the Content-Type header, then of the
    page's own `<meta>`; detection. Bytes beyond `MAX_BYTES` are dropped.
    """
    data = data[:MAX_BYTES]
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    declared = _declared(data, content_type)
    for encoding in declared:
        if encoding in _NOT_ASCII_BASED and (text := _try(data, encoding)) is not None:
            return text
    for encoding in ("utf-8", *declared):
        if (text := _try(data, encoding)) is not None:
            return text
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE_BYTES]).best()
    guess = _known(best.encoding) if best else None
    return data.decode(guess or "cp1252", "replace")


def _declared(data: bytes, content_type: str | None) -> list[str]:
    labels = []
    if content_type and (found := _CHARSET.search(content_type)):
        labels.append(found[1])
    if found_in_page := _META_CHARSET.search(data[:4096]):
        labels.append(found_in_page[1].decode("ascii", "replace"))
    return [encoding for label in labels if (encoding := _known(label))]


def _known(label: str) -> str | None:
    try:
        name = codecs.lookup(label.lower().removeprefix("x-")).name
    except (LookupError, ValueError):
        return None
    name = _SUPERSETS.get(name, name)
    return name if _TEXT_ENCODING.fullmatch(name) else None


def _try(data: bytes, encoding: str) -> str | None:
    """The text if the bytes are of this encoding but for a few broken characters."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
    bad = text.count("\N{REPLACEMENT CHARACTER}")
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    return text if bad <= _BAD_SHARE * foreign else None

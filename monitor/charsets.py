"""The text in bytes whose encoding is only claimed: of feeds and of pages alike."""

from __future__ import annotations

import codecs
import re

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks, and the encoding that each stands for."""

FALLBACK = "cp1252"
"""What is assumed of Western text that declares nothing true (WHATWG Encoding Standard)."""

# Browsers read each of these labels as its superset (WHATWG Encoding Standard §4.2).
_SUPERSETS = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949",
    "big5": "big5hkscs",
}  # fmt: skip
NOT_ASCII_BASED = frozenset(
    {
        "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be",
        "iso2022_jp", "iso2022_kr", "hz",
    }
)  # fmt: skip
"""Encodings whose bytes may also be valid UTF-8 by accident: there the declaration decides."""
# Only these: Python also knows codecs such as "zip", "idna" or "unicode_escape", which a
# hostile declaration must not reach.
_TEXT_ENCODING = re.compile(
    r"utf-(8|16|32)(-[lb]e)?|cp(125\d|874|932|949|866)|iso8859-\d+|koi8-[rut]|gb18030|big5hkscs"
    r"|euc_jp|iso2022_(jp|kr)|hz|mac-(roman|cyrillic)"
)
_BAD_SHARE = 0.1
"""Share of undecodable among non-ASCII characters up to which an encoding is believed."""
_SAMPLE_BYTES = 2**16
_LEAST_TO_GUESS = 16
_FOREIGN_SHARE = 0.3
"""Share of letters outside of ASCII below which a text is in Latin script."""
_ASCII = bytes(range(128))
_LETTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TAG = re.compile(rb"<[^<>]*>")
_LANGUAGE = re.compile(rb"""(?:<(?:dc:)?language>|lang\s{0,3}=\s{0,3}["'])\s{0,9}([a-zA-Z]{2})\b""")
#: What texts in a language are written in where it is not what the West's are, the likeliest first.
_BY_LANGUAGE = {
    **dict.fromkeys(("pl", "cs", "sk", "hu", "sl", "hr", "bs", "ro", "sq"), ("cp1250",)),
    **dict.fromkeys(("lt", "lv", "et"), ("cp1257",)),
    **dict.fromkeys(("tr", "az"), ("cp1254",)),
    **dict.fromkeys(("ru", "uk", "be", "bg", "sr", "mk"), ("cp1251", "koi8-r", "cp866")),
    **dict.fromkeys(("ar", "fa", "ur"), ("cp1256",)),
    "vi": ("cp1258",), "el": ("cp1253",), "he": ("cp1255",), "th": ("cp874",),
    "zh": ("gb18030", "big5hkscs"), "ja": ("euc_jp", "cp932"), "ko": ("cp949",),
}  # fmt: skip


def known(label: str) -> str | None:
    """The codec for the label of an encoding that text may be written in, else None."""
    try:
        name = codecs.lookup(label.lower().removeprefix("x-")).name
    except (LookupError, ValueError):
        return None
    name = _SUPERSETS.get(name, name)
    return name if _TEXT_ENCODING.fullmatch(name) else None


def tolerant(data: bytes, encoding: str, *, alone: bool = False) -> str | None:
    """The text if the bytes are of this encoding but for a few broken characters.

    Args:
        data: the bytes.
        encoding: a codec from `known`.
        alone: nothing else is claimed of the bytes. Then UTF-8 is believed as soon as it has as
            many whole characters outside of ASCII as broken ones, for no other encoding's text
            looks like that.
    """
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
    bad = text.count("\N{REPLACEMENT CHARACTER}")
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    share = 0.5 if alone and encoding == "utf-8" else _BAD_SHARE
    return text if bad <= share * foreign else None


def guessed(data: bytes) -> str:
    """The encoding that bytes seem to be written in, from the language that they say they are in,
    else from what letters they would be."""
    found = _LANGUAGE.search(data[:4096])
    sample = _TAG.sub(b"", data[:_SAMPLE_BYTES])
    usual = _BY_LANGUAGE.get(found[1].decode().lower(), ()) if found else ()
    texts = {name: text for name in usual if (text := tolerant(sample, name)) is not None}
    if texts:
        # Read in another encoding of its script, most small letters are capital ones.
        return max(texts, key=lambda name: sum(map(str.islower, texts[name])))
    foreign = len(sample.translate(None, _ASCII))
    letters = sum(sample.count(bytes((letter,))) for letter in _LETTERS)
    if foreign < _LEAST_TO_GUESS or foreign < _FOREIGN_SHARE * (foreign + letters):
        # Of so few characters statistics know nothing.
        return FALLBACK
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return (known(best.encoding) if best else None) or FALLBACK

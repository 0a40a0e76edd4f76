"""The text of a feed's document, whatever its server and itself say of its encoding."""

from __future__ import annotations

import codecs
import re

from monitor.charsets import BOMS, NOT_ASCII_BASED, guessed, known, tolerant

_IN_HEADER = re.compile(r"""charset\s*=\s*["']?([\w.:-]{2,40})""", re.IGNORECASE)
_IN_DOCUMENT = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})["']""")
# What servers are set up to say of all that they have.
_BY_DEFAULT = {"cp1252"}
_WIDE = (
    (b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"), (b"{\0\0\0", "utf-32-le"), (b"\0\0\0{", "utf-32-be"),
    (b"{\0", "utf-16-le"), (b"\0{", "utf-16-be"),
)  # fmt: skip
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def header_charset(content_type: str | None) -> str | None:
    """The charset that a Content-Type header names (RFC 7303 §3), if any."""
    found = _IN_HEADER.search(content_type or "")
    return found[1] if found else None


def read_text(body: bytes, content_type: str | None = None) -> tuple[str, list[str]]:
    """A document's text, and what was wrong with its encoding in a user's words; never raises.

    UTF-8 is recognised by itself, for no other text happens to be UTF-8; one broken character in
    it is one broken character. Else what is declared is believed as far as the bytes allow, the
    document's declaration rather than a header that says what the server says of everything.
    """
    for mark, encoding in BOMS:
        if body.startswith(mark):
            return _told(body[len(mark) :].decode(encoding, "replace"), encoding, body)
    for start, encoding in _WIDE:
        if body.startswith(start):
            return _told(body.decode(encoding, "replace"), encoding, body)
    labels = _labels(body, content_type)
    declared = [name for label in labels if (name := known(label))]
    for encoding in declared:
        wide = tolerant(body, encoding) if encoding in NOT_ASCII_BASED else None
        # Of bytes of another encoding these make letters, but no markup.
        if wide is not None and ("<" in wide or "{" in wide):
            return _told(wide, encoding, body)
    alone = set(declared) <= {"utf-8"}
    for encoding in ("utf-8", *(each for each in declared if each not in NOT_ASCII_BASED)):
        if (text := tolerant(body, encoding, alone=alone)) is not None:
            return _told(text, encoding, body)
    encoding = guessed(body)
    read, problems = _told(body.decode(encoding, "replace"), encoding, body)
    claimed = labels[0] if labels else "utf-8"
    fault = f"the text is declared as {claimed} but is not; read as {_shown(encoding)}"
    return read, [fault, *problems]


def _labels(body: bytes, content_type: str | None) -> list[str]:
    header = header_charset(content_type)
    found = _IN_DOCUMENT.match(body[:1024].removeprefix(codecs.BOM_UTF8))
    own = found[1].decode() if found else None
    order = (own, header) if header and known(header) in _BY_DEFAULT else (header, own)
    return [label for label in order if label]


def _told(text: str, encoding: str, body: bytes) -> tuple[str, list[str]]:
    # Some documents hold the character itself: it was broken before they were written.
    own = _REPLACEMENT.encode(encoding, "ignore")
    broken = text.count(_REPLACEMENT) - (body.count(own) if own else 0)
    if broken <= 0:
        return text, []
    count = "1 character is" if broken == 1 else f"{broken:,} characters are"
    return text, [f"{count} broken ({_shown(encoding)}); shown as {_REPLACEMENT}"]


def _shown(encoding: str) -> str:
    name = encoding.replace("cp125", "windows-125")
    return name.replace("iso8859", "iso-8859") if name.startswith("iso8859") else name

"""A tree of a feed's document that is not well-formed XML: what the writer meant.

A bare "&", HTML that nobody escaped, elements that are never closed, prefixes that are never
declared: XML's own parsers give up there, and libxml2's recovery puts what follows a missing end
tag one level too deep. Here an end tag closes what is open under its name, and a new item the
one before it. Every step moves forward in the text, so the cost grows with its length only.
"""

from __future__ import annotations

import html.entities
import re
from collections import Counter
from collections.abc import Mapping

from lxml import etree

DEEPEST = 200
"""Nesting up to which elements are put into one another; what is deeper is put side by side."""

_MARKUP = re.compile(r"<(?:!\[CDATA\[|!--|[!?]|(/?)([A-Za-z_][A-Za-z0-9_.:-]{0,99}))")
_ATTRIBUTE = re.compile(
    r"""([A-Za-z_][A-Za-z0-9_.:-]{0,99})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"""
)
_REFERENCE = re.compile(r"&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|([A-Za-z][A-Za-z0-9]{0,31}));")
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_URI = re.compile(r"https?://[A-Za-z0-9._~/#-]+")
_EMPTY_IN_HTML = frozenset({"br", "hr", "img", "input", "wbr", "col", "embed", "param"})
_ITEMS = frozenset({"item", "entry"})
#: In no item's text, so that what is open when one begins was never closed.
_FIELDS = frozenset({"guid", "pubdate", "description", "dc:date", "dc:creator", "content:encoded"})
_WHOLE = "document"
_MOST_QUOTED = 4
"""Times a ">" may stand in the attributes of one tag."""

WELL_KNOWN = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "atom": "http://www.w3.org/2005/Atom",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
"""Namespaces by the prefix that everybody gives them."""


def read_soup(text: str, entities: Mapping[str, str]) -> etree._Element | None:
    """The root of a tree of all elements there are; None when there are none.

    Where several stand side by side, such as a message of a program before the document, the root
    is one that holds them all.

    Args:
        text: the document, without characters that XML forbids.
        entities: what the document's own entities stand for.
    """
    builder = _Builder(entities)
    at = 0
    ends: dict[str, bool] = {}
    while (found := _MARKUP.search(text, at)) is not None:
        builder.data(text[at : found.start()])
        at = found.end()
        match found[0]:
            case "<![CDATA[":
                end = _find(text, "]]>", at, ends)
                # One that never ends is no section, but its text is text.
                if end >= 0:
                    builder.literal(text[at:end])
                    at = end + 3
            case "<!--":
                end = _find(text, "-->", at, ends)
                at = len(text) if end < 0 else end + 3
            case "<!" | "<?":
                end = _find(text, ">", at, ends)
                at = len(text) if end < 0 else end + 1
            case _:
                at = _tag(text, found, builder, ends)
    builder.data(text[at:])
    return builder.close()


def _find(text: str, mark: str, at: int, ends: dict[str, bool]) -> int:
    """Where a mark stands next, looked for in vain once only."""
    if ends.get(mark):
        return -1
    end = text.find(mark, at)
    ends[mark] = end < 0
    return end


def _tag(text: str, found: re.Match[str], builder: _Builder, ends: dict[str, bool]) -> int:
    begin = found.end()
    end = _find(text, ">", begin, ends)
    if end < 0:
        return len(text)
    if found[1]:
        builder.end(found[2])
        return end + 1
    first = end
    for _ in range(_MOST_QUOTED):
        inside = text[begin:end]
        if inside.count('"') % 2 == 0 and inside.count("'") % 2 == 0:
            break
        further = _find(text, ">", end + 1, ends)
        if further < 0:
            end = first
            break
        end = further
    else:
        end = first
    inside = text[begin:end]
    builder.start(found[2], _ATTRIBUTE.findall(inside))
    if inside.endswith("/") or found[2].lower() in _EMPTY_IN_HTML:
        builder.end(found[2])
    return end + 1


class _Builder:
    """Puts elements into a tree, whatever is opened and closed."""

    def __init__(self, entities: Mapping[str, str]) -> None:
        self._tree = etree.TreeBuilder()
        self._entities = entities
        self._open: list[tuple[str, str]] = []
        """Names as written in lower case, and as the tree has them."""
        self._count: Counter[str] = Counter()
        self._namespaces = dict(WELL_KNOWN)
        self._tree.start(_WHOLE, {})

    def start(self, name: str, attributes: list[tuple[str, str, str, str]]) -> None:
        plain = name.lower()
        local = plain.rpartition(":")[2]
        if local in _ITEMS:
            self._close_from(_ITEMS)
        elif plain in _FIELDS:
            self._close_into(_ITEMS)
        values: dict[str, str] = {}
        for key, double, single, none in attributes:
            value = self.decoded(double or single or none)
            if key.startswith("xmlns"):
                self._namespaces.setdefault(key[6:], value)
            else:
                values.setdefault(self._qualified(key), value)
        tag = self._qualified(name)
        self._tree.start(tag, values)
        if len(self._open) >= DEEPEST:
            self._tree.end(tag)
            return
        self._open.append((plain, tag))
        self._count[plain] += 1

    def end(self, name: str) -> None:
        plain = name.lower()
        if not self._count[plain]:
            return
        while self._pop() != plain:
            pass

    def data(self, text: str) -> None:
        self.literal(self.decoded(text))

    def literal(self, text: str) -> None:
        if self._open and text:
            self._tree.data(text)

    def close(self) -> etree._Element | None:
        while self._open:
            self._pop()
        self._tree.end(_WHOLE)
        whole = self._tree.close()
        if len(whole) > 1:
            return whole
        return whole[0] if len(whole) else None

    def decoded(self, text: str) -> str:
        if "&" not in text:
            return text
        return _REFERENCE.sub(self._character, text)

    def _character(self, found: re.Match[str]) -> str:
        decimal, hexadecimal, name = found.groups()
        if name:
            own = self._entities.get(name)
            return own if own is not None else html.entities.html5.get(f"{name};", found[0])
        digits = decimal or hexadecimal
        point = int(digits, 10 if decimal else 16) if len(digits) <= 8 else 0
        possible = point in {9, 10, 13} or 0x20 <= point <= 0xD7FF or 0xE000 <= point <= 0x10FFFF
        return chr(point) if possible and point not in {0xFFFE, 0xFFFF} else ""

    def _qualified(self, name: str) -> str:
        """A name as the tree takes it, whatever it is made of."""
        prefix, colon, local = name.partition(":")
        if not colon:
            return prefix
        uri = self._namespaces.get(prefix) or self._namespaces.get(prefix.lower())
        if not uri or not _URI.fullmatch(uri):
            uri = f"unknown:{prefix}"
        return f"{{{uri}}}{local if _LOCAL.fullmatch(local) else 'unnamed'}"

    def _pop(self) -> str:
        plain, tag = self._open.pop()
        self._count[plain] -= 1
        self._tree.end(tag)
        return plain

    def _close_into(self, names: frozenset[str]) -> None:
        """Close all that is open within the innermost of some elements."""
        if any(self._count[name] for name in names):
            while self._open[-1][0].rpartition(":")[2] not in names:
                self._pop()

    def _close_from(self, names: frozenset[str]) -> None:
        """Close the innermost of some elements, too."""
        if any(self._count[name] for name in names):
            self._close_into(names)
            self._pop()

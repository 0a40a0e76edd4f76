"""Which items of a feed's document are as they were, so that only the others need be read.

Most of the time that a feed takes goes into the texts of its items, and of thirty only one or two
are new when a feed has changed. expat says where in the document each item begins and ends; what
is remembered of each, by a digest of its bytes, is its identity and its date. The document without
the items that are known byte for byte is still a feed, with all that stands around the items, so
what is made of the rest is what would have been made of it in the whole.

Anything unusual (a DOCTYPE, an encoding other than UTF-8, faulty XML, items elsewhere than where
they belong) is not split: such a document is always read as a whole.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any
from xml.parsers import expat

#: Of the form of what is remembered and of what is made of an item: whoever changes either
#: changes this, so that what an older version remembered is forgotten.
VERSION = 2
_MOST_BYTES = 2**20
_BOM = b"\xef\xbb\xbf"
_UTF_8 = {"utf-8", "utf8"}
_DECLARED = re.compile(rb"""\A<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)""")
_NAME = re.compile(rb"<([^\s/>]+)")
# All that is taken for an item, wherever it stands.
_ITEM_NAMES = {"item", "entry"}
#: How an item is reached from the root.
_WAYS = {"rss": ("channel", "item"), "RDF": ("item",), "feed": ("entry",)}


@dataclass(frozen=True, slots=True)
class Mark:
    """What is remembered of an item."""

    identity: str
    published: datetime | None


@dataclass(frozen=True, slots=True)
class Split:
    """A document and where its items are in it."""

    body: bytes
    spans: tuple[tuple[int, int], ...]

    def digests(self) -> tuple[str, ...]:
        """Of each item's bytes, in order."""
        return tuple(
            blake2b(self.body[start:end], digest_size=8).hexdigest() for start, end in self.spans
        )

    def without(self, left_out: Collection[int]) -> bytes:
        """The document without some of its items, by their numbers."""
        pieces, at = [], 0
        for number in sorted(left_out):
            start, end = self.spans[number]
            pieces.append(self.body[at:start])
            at = end
        return b"".join((*pieces, self.body[at:]))


def split(body: bytes, charset: str | None = None) -> Split | None:
    """Find the items of an RSS, RDF or Atom document.

    Args:
        body: the document.
        charset: what the Content-Type header says of its encoding.

    Returns:
        None when the document is to be read as a whole.
    """
    declared = _DECLARED.match(body.removeprefix(_BOM)[:200])
    encodings = {charset or "utf-8", declared[1].decode() if declared else "utf-8"}
    if not {each.lower() for each in encodings} <= _UTF_8:
        return None
    finder = _Finder(body)
    try:
        finder.parser.Parse(body, True)
    except (expat.ExpatError, _Unusual):
        return None
    return Split(body, tuple(finder.spans))


class _Unusual(Exception):  # noqa: N818  # nobody's error: it only ends the search
    """A document that is not to be split."""


class _Finder:
    """Receives expat's events and notes where items begin and end."""

    def __init__(self, body: bytes) -> None:
        self.spans: list[tuple[int, int]] = []
        # With namespaces, so that an undeclared prefix is the fault it is for the parser.
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype
        self._body = body
        self._depth = 0
        self._way: tuple[str, ...] = ()
        self._inside = False
        """Within what holds the items: the channel, or the root itself."""
        self._channels = 0
        self._begun: int | None = None

    def _start(self, name: str, _attributes: object) -> None:
        self._depth += 1
        local = name.rpartition(" ")[2]
        if self._depth == 1:
            if local not in _WAYS:
                raise _Unusual
            self._way = _WAYS[local]
            self._inside = len(self._way) == 1
        elif self._depth == 2 and local == "channel" == self._way[0]:
            self._inside = True
            self._channels += 1
            # A second one would be a feed within the feed.
            if self._channels > 1:
                raise _Unusual
        elif self._inside and self._depth == len(self._way) + 1 and local == self._way[-1]:
            self._begun = self.parser.CurrentByteIndex
        elif local in _ITEM_NAMES:
            raise _Unusual

    def _end(self, _name: str) -> None:
        if self._begun is not None and self._depth == len(self._way) + 1:
            at = self.parser.CurrentByteIndex
            name = _NAME.match(self._body, self._begun)
            # Of an element that is closed as it is opened expat tells no end tag.
            if name is None or not self._body.startswith(b"</" + name[1], at):
                raise _Unusual
            self.spans.append((self._begun, self._body.index(b">", at) + 1))
            self._begun = None
        elif self._depth == len(self._way) and len(self._way) > 1:
            self._inside = False
        self._depth -= 1

    def _doctype(self, *_: object) -> None:
        raise _Unusual


# --- what is remembered ---------------------------------------------------------------------


def remembered(digests: Sequence[str], marks: Sequence[Mark]) -> bytes:
    """Marks of a document's items in as few bytes as can be, to be kept until the next poll."""
    rows = [
        [digest, mark.identity, mark.published and round(mark.published.timestamp())]
        for digest, mark in zip(digests, marks, strict=True)
    ]
    return zlib.compress(json.dumps([VERSION, rows], ensure_ascii=False).encode())


def recalled(memory: bytes) -> Mapping[str, Mark]:
    """Marks by digest, from `remembered`; none if it was another version's or is damaged."""
    try:
        unpacked = zlib.decompressobj()
        version, rows = json.loads(unpacked.decompress(memory, _MOST_BYTES))
        if version != VERSION:
            return {}
        return {digest: Mark(identity, _moment(at)) for digest, identity, at in rows}
    except (zlib.error, ValueError, TypeError):
        return {}


def _moment(seconds: Any) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)

"""Feeds of what was found: Atom (RFC 4287) and JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from lxml import etree

_ATOM = "http://www.w3.org/2005/Atom"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed lists."""

    id: str
    """Stays the same, wherever the feed is served (RFC 4151)."""
    title: str
    url: str | None
    author: str
    published: datetime
    updated: datetime
    tags: tuple[str, ...]
    summary: str


@dataclass(frozen=True, slots=True)
class Feed:
    """Entries in their order, and what they are together."""

    id: str
    title: str
    entries: Sequence[Entry]
    address: str | None = None
    """Where it is served, if it is."""


def without_secrets(entries: Sequence[Entry], redact: Callable[[str], str]) -> list[Entry]:
    """Entries whose addresses give no access."""
    return [replace(each, url=redact(each.url) if each.url else None) for each in entries]


def as_atom(feed: Feed) -> bytes:
    """A feed as Atom."""
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "updated", max((each.updated for each in feed.entries), default=_EPOCH).isoformat())
    if feed.address is not None:
        etree.SubElement(root, f"{{{_ATOM}}}link", rel="self", href=_clean(feed.address))
    for each in feed.entries:
        entry = etree.SubElement(root, f"{{{_ATOM}}}entry")
        _add(entry, "id", each.id)
        _add(entry, "title", each.title or "(untitled)")
        _add(entry, "updated", each.updated.isoformat())
        _add(entry, "published", each.published.isoformat())
        if url := _followed(each.url):
            etree.SubElement(entry, f"{{{_ATOM}}}link", rel="alternate", href=_clean(url))
        _add(etree.SubElement(entry, f"{{{_ATOM}}}author"), "name", each.author or "unknown")
        for tag in each.tags:
            etree.SubElement(entry, f"{{{_ATOM}}}category", term=_clean(tag))
        _add(entry, "summary", each.summary)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return written


def as_json_feed(feed: Feed) -> bytes:
    """The same as JSON Feed."""
    shown: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "items": [_item(each) for each in feed.entries],
    }
    if feed.address is not None:
        shown["feed_url"] = feed.address
    return (json.dumps(shown, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _item(entry: Entry) -> dict[str, Any]:
    item = {
        "id": entry.id,
        "title": entry.title,
        "content_text": entry.summary,
        "date_published": entry.published.isoformat(),
        "date_modified": entry.updated.isoformat(),
        "authors": [{"name": entry.author}],
        "tags": entry.tags,
    }
    return item | ({"url": url} if (url := _followed(entry.url)) else {})


def _followed(url: str | None) -> str | None:
    # What is no web address is no link: a reader would follow "javascript:".
    return url if url and url.startswith(("https://", "http://")) else None


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{_ATOM}}}{name}").text = _clean(text)


def _clean(text: str) -> str:
    """Without what XML cannot hold (XML 1.0 §2.2)."""
    return "".join(
        char
        for char in text
        if char in "\t\n\r"
        or " " <= char <= "\ud7ff"
        or "\ue000" <= char <= "\ufffd"
        or char > "\uffff"
    )

"""Matches as Atom (RFC 4287)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from lxml import etree

from monitor.service.export import Exported, entities_of, proof_of
from monitor.service.matches import FoundMatch

_ATOM = "http://www.w3.org/2005/Atom"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def as_atom(found: Sequence[Exported]) -> bytes:
    """A feed with an entry for each match."""
    return feed_of([each.match for each in found], "tag:monitor,2026:matches", "Matches: monitor")


def feed_of(
    found: Sequence[FoundMatch], identity: str, title: str, address: str | None = None
) -> bytes:
    """Matches as a feed.

    Args:
        found: the matches, in the order of the entries.
        identity: the feed's own id.
        title: what it is called.
        address: where it is served, if it is.
    """
    feed = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})
    _add(feed, "id", identity)
    _add(feed, "title", title)
    _add(feed, "updated", max((each.created for each in found), default=_EPOCH).isoformat())
    if address is not None:
        etree.SubElement(feed, f"{{{_ATOM}}}link", rel="self", href=_clean(address))
    for each in found:
        entry = etree.SubElement(feed, f"{{{_ATOM}}}entry")
        _add(entry, "id", identity_of(each))
        _add(entry, "title", each.article.title or "(untitled)")
        _add(entry, "updated", each.created.isoformat())
        _add(entry, "published", (each.article.published or each.created).isoformat())
        if url := address_of(each):
            etree.SubElement(entry, f"{{{_ATOM}}}link", rel="alternate", href=_clean(url))
        author = etree.SubElement(entry, f"{{{_ATOM}}}author")
        _add(author, "name", each.article.outlet or "unknown")
        for entity in entities_of(each):
            etree.SubElement(entry, f"{{{_ATOM}}}category", term=_clean(entity))
        _add(entry, "summary", words_of(each))
    written: bytes = etree.tostring(feed, xml_declaration=True, encoding="utf-8")
    return written


def identity_of(match: FoundMatch) -> str:
    """Stays the same for a match, wherever the feed is served (RFC 4151)."""
    return f"tag:monitor,2026:{quote(match.watchlist, safe='')}/{match.id}"


def address_of(match: FoundMatch) -> str | None:
    """Where its article is, if a reader may follow that."""
    url = match.article.url
    # What is no web address is no link: a reader would follow "javascript:".
    return url if url and url.startswith(("https://", "http://")) else None


def words_of(match: FoundMatch) -> str:
    """Who is named, and the sentence that proves it."""
    names = ", ".join(entities_of(match))
    return f"{names}: “{proof_of(match)}” ({match.severity.value}, score {match.score:g})"


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

"""A watchlist's alerts as a feed of their own: Atom (RFC 4287) and JSON Feed 1.1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from lxml import etree

from monitor.config.schema import Config
from monitor.config.secrets import redactor
from monitor.service.database import Database
from monitor.service.export import entities_of, proof_of
from monitor.service.matches import FoundMatch, search
from monitor.service.watchlists import named

#: Entries in a feed.
LISTED = 100
_ATOM = "http://www.w3.org/2005/Atom"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def as_atom(db: Database, config: Config, watchlist: str, address: str) -> bytes:
    """What a watchlist found worth telling, the newest first, as Atom.

    Args:
        db: where it is.
        config: the configuration in force.
        watchlist: its name.
        address: where the feed is served.

    Raises:
        UsageError: there is no such watchlist.
    """
    found = _found(db, config, watchlist)
    feed = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})
    _add(feed, "id", address)
    _add(feed, "title", f"{watchlist}: monitor")
    _add(feed, "updated", max((each.created for each in found), default=_EPOCH).isoformat())
    etree.SubElement(feed, f"{{{_ATOM}}}link", rel="self", href=_clean(address))
    for each in found:
        entry = etree.SubElement(feed, f"{{{_ATOM}}}entry")
        _add(entry, "id", _id(each))
        _add(entry, "title", each.article.title or "(untitled)")
        _add(entry, "updated", each.created.isoformat())
        _add(entry, "published", (each.article.published or each.created).isoformat())
        if url := _url(each):
            etree.SubElement(entry, f"{{{_ATOM}}}link", rel="alternate", href=_clean(url))
        author = etree.SubElement(entry, f"{{{_ATOM}}}author")
        _add(author, "name", each.article.outlet or "unknown")
        for entity in entities_of(each):
            etree.SubElement(entry, f"{{{_ATOM}}}category", term=_clean(entity))
        _add(entry, "summary", _words(each))
    written: bytes = etree.tostring(feed, xml_declaration=True, encoding="utf-8")
    return written


def as_json_feed(db: Database, config: Config, watchlist: str, address: str) -> bytes:
    """The same as JSON Feed (https://www.jsonfeed.org/version/1.1/). Arguments as `as_atom`."""
    items = []
    for each in _found(db, config, watchlist):
        item = {
            "id": _id(each),
            "title": each.article.title,
            "content_text": _words(each),
            "date_published": (each.article.published or each.created).isoformat(),
            "date_modified": each.created.isoformat(),
            "authors": [{"name": each.article.outlet}],
            "tags": entities_of(each),
        }
        items.append(item | ({"url": url} if (url := _url(each)) else {}))
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{watchlist}: monitor",
        "feed_url": address,
        "items": items,
    }
    return (json.dumps(feed, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _found(db: Database, config: Config, watchlist: str) -> Sequence[FoundMatch]:
    named(config.watchlists, watchlist)
    return search(db, watchlist=watchlist, alerts_only=True, limit=LISTED)


def _id(match: FoundMatch) -> str:
    """Stays the same for a match, wherever the feed is served (RFC 4151)."""
    return f"tag:monitor,2026:{quote(match.watchlist, safe='')}/{match.id}"


def _url(match: FoundMatch) -> str | None:
    url = match.article.url
    # What is no web address is no link: a reader would follow "javascript:".
    return redactor(())(url) if url and url.startswith(("https://", "http://")) else None


def _words(match: FoundMatch) -> str:
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

"""A watchlist's alerts as a feed of their own: Atom (RFC 4287) and JSON Feed 1.1."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from monitor.config.schema import Config
from monitor.service.database import Database
from monitor.service.export import entities_of, shown
from monitor.service.export_atom import address_of, feed_of, identity_of, words_of
from monitor.service.matches import FoundMatch, search
from monitor.service.watchlists import named

#: Entries in a feed.
LISTED = 100


def as_atom(
    db: Database, config: Config, watchlist: str, address: str, redact: Callable[[str], str]
) -> bytes:
    """What a watchlist found worth telling, the newest first, as Atom.

    Args:
        db: where it is.
        config: the configuration in force.
        watchlist: its name.
        address: where the feed is served.
        redact: blanks out what gives access in addresses.

    Raises:
        UsageError: there is no such watchlist.
    """
    return feed_of(_found(db, config, watchlist, redact), address, f"{watchlist}: monitor", address)


def as_json_feed(
    db: Database, config: Config, watchlist: str, address: str, redact: Callable[[str], str]
) -> bytes:
    """The same as JSON Feed (https://www.jsonfeed.org/version/1.1/). Arguments as `as_atom`."""
    items = []
    for each in _found(db, config, watchlist, redact):
        item = {
            "id": identity_of(each),
            "title": each.article.title,
            "content_text": words_of(each),
            "date_published": (each.article.published or each.created).isoformat(),
            "date_modified": each.created.isoformat(),
            "authors": [{"name": each.article.outlet}],
            "tags": entities_of(each),
        }
        items.append(item | ({"url": url} if (url := address_of(each)) else {}))
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{watchlist}: monitor",
        "feed_url": address,
        "items": items,
    }
    return (json.dumps(feed, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _found(
    db: Database, config: Config, watchlist: str, redact: Callable[[str], str]
) -> Sequence[FoundMatch]:
    named(config.watchlists, watchlist)
    found = search(db, watchlist=watchlist, alerts_only=True, limit=LISTED)
    return [shown(each, redact) for each in found]

"""Matches as a feed."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from monitor.service.export import Exported, entities_of, proof_of
from monitor.service.matches import FoundMatch
from monitor.service.syndication import Entry, Feed
from monitor.service.syndication import as_atom as written


def as_atom(found: Sequence[Exported]) -> bytes:
    """A feed (RFC 4287) with an entry for each match."""
    entries = [entry_of(each.match) for each in found]
    return written(Feed("tag:monitor,2026:matches", "Matches: monitor", entries))


def entry_of(match: FoundMatch) -> Entry:
    """A match, with the sentence that proves it."""
    article = match.article
    names = tuple(entities_of(match))
    proof = f"{', '.join(names)}: “{proof_of(match)}”"
    return Entry(
        id=f"tag:monitor,2026:{quote(match.watchlist, safe='')}/{match.id}",
        title=article.title,
        url=article.url,
        author=article.outlet or "",
        published=article.published or match.created,
        updated=match.created,
        tags=names,
        summary=f"{proof} ({match.severity.value}, score {match.score:g})",
    )

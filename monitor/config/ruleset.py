"""By which rules a match was found: its watchlist's, and the program's.

An upgrade must not be taken for an edit, nor an edit for an upgrade.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import Any

from monitor import __version__
from monitor.config.clusters import Clusters
from monitor.config.schema import Watchlist

#: What decides whether an article matches, how much it scores, and whether that is told.
DECIDING = frozenset({"name", "alert_at", "feeds", "severity", "entities", "queries"})


def definition(watchlist: Watchlist) -> dict[str, Any]:
    """All that decides what a watchlist finds, to be kept."""
    return watchlist.model_dump(mode="json", include=set(DECIDING))


def ruleset(watchlist: Watchlist, version: str = __version__) -> str:
    """A digest of all that decides what a watchlist finds; 24 letters and digits."""
    digest = blake2b(version.encode(), digest_size=12)
    digest.update(watchlist.model_dump_json(include=set(DECIDING)).encode())
    for clusters in dict.fromkeys(each.clusters for each in watchlist.entities if each.expand):
        digest.update(_of_clusters(clusters))
    return digest.hexdigest()


@lru_cache(maxsize=8)
def _of_clusters(clusters: Clusters) -> bytes:
    # What the built-in lists say is part of the program.
    said = repr((clusters.builtin, clusters.own))
    return blake2b(said.encode(), digest_size=12).digest()

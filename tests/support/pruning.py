"""Retention, all of it in one transaction."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import Connection

from monitor.store.pruning import Pruning


def prune(
    connection: Connection, *, articles_before: datetime | None, matches_before: datetime | None
) -> Counter[str]:
    """Delete what is older than this; how much of each noun went."""
    gone = Counter({"articles": 0, "matches": 0, "entries": 0, "stories": 0})
    while True:
        pruning, so_far = Pruning(articles_before, matches_before), gone.total()
        while (doomed := pruning.look(connection)) is not None:
            for piece in doomed:
                gone.update(pruning.delete(connection, piece))
        if gone.total() == so_far:
            return gone

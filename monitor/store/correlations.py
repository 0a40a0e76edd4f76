"""Why a report joined a story or stands apart, as it is kept with the report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from monitor.model.story import ApartReason, Correlation, JoinKind


def correlation_of(kept: Mapping[str, Any] | None) -> Correlation | None:
    """What is kept in the column `correlation` of a report."""
    if kept is None:
        return None
    return Correlation(
        kind=JoinKind(kept["kind"]) if kept.get("kind") else None,
        certain=kept["certain"],
        outlet=kept["outlet"],
        apart=timedelta(seconds=kept["seconds"]),
        reason=ApartReason(kept["reason"]) if kept.get("reason") else None,
        share=kept.get("share"),
        log_odds=kept.get("log_odds"),
        entities=tuple(kept.get("entities", ())),
        words=tuple(kept.get("words", ())),
    )


def correlation_json(correlation: Correlation | None) -> dict[str, Any] | None:
    """The same, to be kept; what says nothing is left out."""
    if correlation is None:
        return None
    kept = {
        "kind": correlation.kind,
        "certain": correlation.certain,
        "outlet": correlation.outlet,
        "seconds": correlation.apart.total_seconds(),
        "reason": correlation.reason,
        "share": correlation.share,
        "log_odds": correlation.log_odds,
        "entities": correlation.entities,
        "words": correlation.words,
    }
    return {name: value for name, value in kept.items() if value not in (None, ())}

"""Matches as the matcher makes them."""

from __future__ import annotations

from monitor.model.match import Match, Mention, Reason, Severity


def found(score: float, watchlist: str = "w", *, alert_at: float = 50) -> Match:
    """That APT31 stands in a headline."""
    return Match(
        watchlist,
        score,
        Severity.MEDIUM,
        score >= alert_at,
        (Mention("APT31", "APT31", "title", 0, 5, "APT31", "APT31 again", 0),),
        (Reason("headline", score, "in the headline"),),
    )

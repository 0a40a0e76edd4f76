"""Why a report belongs to a story, or stands apart, as people read it."""

from __future__ import annotations

from datetime import timedelta

from monitor.model.story import ApartReason, Correlation, JoinKind

LISTED = "likely the same event, but not surely"

_APART = {
    ApartReason.TOO_LITTLE: "has too little in common with",
    ApartReason.OTHER_TOP: "tells other news at its top than",
    ApartReason.FOLLOW_UP: "tells other news above the text of",
    ApartReason.TEMPLATE: "has the words, but other names and figures than",
    ApartReason.OTHER_CODES: "is about another code, such as a CVE number, than",
    ApartReason.SAME_OUTLET: "is another text by the same outlet than",
    ApartReason.ROUNDUP: "tells, or is told by, a list of many things:",
    ApartReason.FIRST_REPORT: "is too little like the first report of the story of",
    ApartReason.CROWDED: "is one too many that is only likely of the story of",
    ApartReason.TOO_LATE: "comes too late for the story of",
    ApartReason.BY_HAND: "was split off by hand from",
}


def why_joined(correlation: Correlation | None) -> str | None:
    """How a report joined a story; None for one that began it."""
    if correlation is None or correlation.kind is None:
        return None
    return _joined(correlation)


def _joined(correlation: Correlation) -> str:
    """How a report joined a story: "like The Ledger’s report it names APT31; 2 hours apart"."""
    who = _who(correlation)
    match correlation.kind:
        case JoinKind.COPY:
            said = f"its text is that of {who}"
        case JoinKind.NEAR_DUPLICATE:
            # Of 99.6 % one must not say all.
            share = min(99, round(100 * (correlation.share or 0.0)))
            said = f"{share} % of its text is that of {who}"
        case JoinKind.BY_HAND:
            said = f"put together by hand with {who}"
        case _ if not correlation.entities and not correlation.words:
            # What an earlier version has stored may not say what both have in common.
            said = f"it tells of the event of {who}"
        case _:
            where = " in another language" if correlation.kind is JoinKind.CROSS_LINGUAL else ""
            names = ", ".join(correlation.entities)
            words = ", ".join(correlation.words)
            topic = f" and speaks of {words}" if words else ""
            said = f"like {who}{where} it names {names}{topic}; {_span(correlation.apart)} apart"
    return said if correlation.certain else f"{LISTED}: {said}"


def why_apart(correlation: Correlation) -> str:
    """Why a report began a story although there was one that it was like."""
    how = _APART.get(correlation.reason or ApartReason.TOO_LITTLE, "")
    said = f"a story of its own: it {how} {_who(correlation)}"
    both = ", ".join((*correlation.entities, *correlation.words))
    return f"{said}; both have {both}" if both else said


def why(correlation: Correlation | None) -> str:
    """Either of these; empty for a report that was like no other."""
    if correlation is None:
        return ""
    return why_apart(correlation) if correlation.kind is None else _joined(correlation)


def _who(correlation: Correlation) -> str:
    return f"{correlation.outlet}’s report" if correlation.outlet else "an earlier report"


def _span(apart: timedelta) -> str:
    minutes = round(apart.total_seconds() / 60)
    if minutes < 120:
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    return f"{round(minutes / 60)} hours"

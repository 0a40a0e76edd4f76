"""How sure we are that an article is about an entity, and why.

Pure arithmetic on what was found; `docs/explanation/scoring.md` gives the formula in words and
with examples. Every summand is a `Reason`, rounded to a tenth, so that what people read adds up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from monitor.model.article import Article
from monitor.model.match import Reason

NAME = 55.0
"""A name that is nobody else's reaches the default threshold by itself, wherever it stands."""
AMBIGUOUS_NAME = 15.0
"""An ambiguous name never does, even in the headline and often."""
CONTEXT = 40.0
TOOL = -25.0
TITLE = 20.0
LEAD = 10.0
LEAD_LENGTH = 600
"""Characters of the body that count as its opening."""
FREQUENT = 10.0
TOGETHER = 5.0
TOGETHER_MOST = 10.0
SOMEONE_ELSE = -25.0
STALE = -10.0
STALE_AFTER = timedelta(days=30)
AMBIGUOUS_MOST = 30.0
"""What an ambiguous name without context can score at most, whatever the weights."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an article holds for one entity."""

    entity: str
    name: str
    """The strongest name found."""
    ambiguous: bool
    """True when only ambiguous names were found."""
    ambiguity: str
    context: str
    """What makes an ambiguous name count here, in words; empty when nothing does."""
    in_title: bool
    in_lead: bool
    count: int
    as_tool: bool = False
    """True when the name only stands for a tool of its bearer ("the Winnti malware")."""
    excluded: str = ""
    """A phrase of the article that names someone else by the same name."""
    weight: float = 1.0
    unsaid: bool = False
    """True when only mentions were found of which nothing says whose institution is meant."""
    country: str = ""
    """What of the article says that it is the entity's country's institution, if that was asked."""
    query: bool = False
    """True when a query held, rather than an entity was named."""


def entity_reasons(evidence: Evidence, article: Article) -> tuple[Reason, ...]:
    """The summands for one entity, before capping to 0 to 100."""
    reasons: list[Reason] = []

    def add(factor: str, points: float, detail: str) -> None:
        if round(points, 1):
            reasons.append(Reason(factor, round(points, 1), detail))

    add(*_basis(evidence))
    if evidence.ambiguous and evidence.context:
        add("context", CONTEXT, evidence.context)
    if evidence.unsaid:
        so_far = sum(reason.points for reason in reasons)
        unsaid = f"whose “{evidence.name}” is not said: many countries have one"
        add("country", min(0.0, AMBIGUOUS_NAME - so_far), unsaid)
    if evidence.as_tool:
        add("tool", TOOL, "named only as a tool that bears its name")
    if evidence.in_title:
        add("title", TITLE, "named in the headline")
    if evidence.in_lead:
        add("opening", LEAD, "named in the summary or the opening")
    if evidence.count > 1:
        # 1, 2, 4, 8 mentions: each doubling adds half of what is left.
        share = 1 - 1 / evidence.count
        add("frequency", FREQUENT * share, f"found {evidence.count} times")
    if evidence.excluded:
        add("someone else", SOMEONE_ELSE, f"the article also speaks of “{evidence.excluded}”")
    if article.published and article.fetched and article.fetched - article.published > STALE_AFTER:
        add("freshness", STALE, "published more than 30 days before it was read")
    total = sum(reason.points for reason in reasons)
    for factor, weight, what in (
        ("entity weight", evidence.weight, "the entity"),
        ("feed weight", article.feed_weight, "the feed"),
    ):
        if weight != 1:
            add(factor, total * (weight - 1), f"{what} has weight {weight:g}")
            total = sum(reason.points for reason in reasons)
    if evidence.unsaid or (evidence.ambiguous and not evidence.context):
        add(
            "ambiguous alone",
            min(0.0, AMBIGUOUS_MOST - sum(reason.points for reason in reasons)),
            "an ambiguous name without context never counts for more",
        )
    return tuple(reasons)


def _basis(evidence: Evidence) -> tuple[str, float, str]:
    if evidence.query:
        return "query", NAME, f"the query “{evidence.name}” holds"
    if evidence.ambiguous:
        return "name", AMBIGUOUS_NAME, evidence.ambiguity or f"“{evidence.name}” is ambiguous"
    here = f", and “{evidence.country}” says whose it is" if evidence.country else ""
    return "name", NAME, f"“{evidence.name}” is a name of {evidence.entity}{here}"


def total(reasons: Sequence[Reason]) -> float:
    """The sum of the points, to one decimal."""
    return round(sum(reason.points for reason in reasons), 1)


def capped(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """The reasons with one more, if needed, that keeps their sum within 0 to 100."""
    score = total(reasons)
    if score > 100:
        return (*reasons, Reason("cap", round(100 - score, 1), "a score ends at 100"))
    if score < 0:
        return (*reasons, Reason("cap", round(-score, 1), "a score starts at 0"))
    return tuple(reasons)

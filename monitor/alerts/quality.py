"""What verdicts say of watchlists and names: precision, and what would make them better.

Few verdicts say little, so every share has an interval (E. B. Wilson, "Probable inference, the law
of succession, and statistical inference", JASA 22, 1927), and nothing is suggested before there is
enough. What is suggested comes from the older two thirds of the verdicts; the figures given with it
come from the newest third, which it was not made from.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.model.verdict import Verdict, VerdictReason, Worth

#: Below so many verdicts there are only counts.
FEWEST = 4
#: The least that a threshold must keep of what is relevant, for all that is known.
KEPT = 0.9
_Z = 1.959964
"""Of a two-sided interval of 95 %."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, and between what the true share lies."""

    of: int
    count: int

    @property
    def value(self) -> float | None:
        """None below `FEWEST`."""
        return self.count / self.of if self.of >= FEWEST else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Of 95 %; None below `FEWEST`."""
        return wilson(self.count, self.of) if self.of >= FEWEST else None


def wilson(count: int, of: int) -> tuple[float, float]:
    """Wilson's interval of 95 % of a share; from 0 to 1 if there is nothing."""
    if not of:
        return 0.0, 1.0
    share, square = count / of, _Z * _Z
    middle = share + square / (2 * of)
    half = _Z * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    whole = 1 + square / of
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)


def precision(verdicts: Sequence[Verdict]) -> Share:
    """How many of the judged stories were relevant."""
    return Share(len(verdicts), sum(each.worth is Worth.RELEVANT for each in verdicts))


def name_precision(verdicts: Sequence[Verdict]) -> dict[tuple[str, str], Share]:
    """For each entity and name, how often it was the watched one's.

    A story that was not relevant for another reason than its name says nothing of that.
    """
    found: dict[tuple[str, str], list[bool]] = {}
    for each in verdicts:
        own = each.worth is Worth.RELEVANT
        if own or (each.reason is not None and each.reason.about_name):
            for name in each.names:
                found.setdefault(name, []).append(own)
    return {name: Share(len(said), sum(said)) for name, said in found.items()}


class SuggestionKind(enum.StrEnum):
    """What would make a watchlist better."""

    RAISE_THRESHOLD = "raise-threshold"
    GIVE_CONTEXT = "give-context"
    """The name is somebody else's too: words that must stand with it tell them apart."""
    MIND_CASE = "mind-case"
    """The name is an ordinary word, too: it counts as it is written, or with such words."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What would make a watchlist better, and what it would have done lately."""

    kind: SuggestionKind
    watchlist: str
    entity: str | None
    name: str | None
    threshold: float | None
    relevant_kept: Share
    """Of the newest third of the verdicts, which it was not made from."""
    noise_gone: Share
    verdicts: int
    """From how many it was made."""


def suggestions(watchlist: str, alert_at: float, verdicts: Sequence[Verdict]) -> list[Suggestion]:
    """What would make a watchlist better; empty as long as that cannot be told.

    Args:
        watchlist: its name.
        alert_at: its threshold.
        verdicts: what stands, one a story, the oldest first.
    """
    told = [each for each in verdicts if each.score >= alert_at]
    cut = len(told) * 2 // 3
    older, newest = told[:cut], told[cut:]
    found = [_raised(watchlist, alert_at, older, newest), *_names(watchlist, older, newest)]
    return [each for each in found if each is not None]


def threshold(alert_at: float, verdicts: Sequence[Verdict]) -> float | None:
    """The highest threshold that surely keeps enough of what is relevant; None if none does."""
    relevant = [each.score for each in verdicts if each.worth is Worth.RELEVANT]
    noise = [each.score for each in verdicts if each.worth is not Worth.RELEVANT]
    for score in sorted(set(relevant), reverse=True):
        kept = sum(each >= score for each in relevant)
        if wilson(kept, len(relevant))[0] >= KEPT:
            candidate = math.floor(score)
            gone = any(each < candidate for each in noise)
            return float(candidate) if candidate > alert_at and gone else None
    return None


def _raised(
    watchlist: str, alert_at: float, older: Sequence[Verdict], newest: Sequence[Verdict]
) -> Suggestion | None:
    raised = threshold(alert_at, older)
    if raised is None:
        return None
    relevant = [each for each in newest if each.worth is Worth.RELEVANT]
    noise = [each for each in newest if each.worth is not Worth.RELEVANT]
    kept = Share(len(relevant), sum(each.score >= raised for each in relevant))
    gone = Share(len(noise), sum(each.score < raised for each in noise))
    # It must hold on what it was not made from.
    if not relevant or kept.count < KEPT * kept.of or not gone.count:
        return None
    return Suggestion(
        SuggestionKind.RAISE_THRESHOLD, watchlist, None, None, raised, kept, gone, len(older)
    )


def _names(watchlist: str, older: Sequence[Verdict], newest: Sequence[Verdict]) -> list[Suggestion]:
    later = name_precision(newest)
    found = []
    for name, share in name_precision(older).items():
        lately = later.get(name)
        if share.of < FEWEST or wilson(share.count, share.of)[1] >= 0.5:
            continue
        if lately is None or 2 * lately.count >= lately.of:
            continue
        alone = [each for each in newest if set(each.names) == {name}]
        relevant = [each for each in newest if each.worth is Worth.RELEVANT]
        noise = [each for each in newest if each.worth is not Worth.RELEVANT]
        kept = Share(len(relevant), sum(each not in alone for each in relevant))
        gone = Share(len(noise), sum(each in alone for each in noise))
        kind = SuggestionKind.GIVE_CONTEXT
        if _mostly_a_word(name, older):
            kind = SuggestionKind.MIND_CASE
        found.append(Suggestion(kind, watchlist, *name, None, kept, gone, share.of))
    return found


def _mostly_a_word(name: tuple[str, str], verdicts: Sequence[Verdict]) -> bool:
    said = [each.reason for each in verdicts if name in each.names]
    return said.count(VerdictReason.ORDINARY_WORD) > said.count(VerdictReason.ANOTHER)

"""Which story a report joins, if any: single-pass clustering that never joins by a middle one alone.

A report joins a story by what it has in common with the nearest of its reports, the mean of those
near, and its first. What is sure joins quietly; what is likely joins, but has to be listed in the
story's next message; all else begins a story. In doubt an alert too many is better than one lost.

Source of the setting: topic detection and tracking (Allan et al. 1998).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import inf

from monitor.articles.stories import (
    EVENT_WINDOW,
    Known,
    Pair,
    Report,
    are_foreign,
    compare,
    words_of,
)
from monitor.model import ApartReason, Correlation, JoinKind, Role

WINDOW = timedelta(hours=72)
"""So long after its first report a story takes copies; what comes later is told as news."""
SURE, LIKELY = 2.5, 1.5
"""Log-odds from which a report belongs to a story, and from which it likely does."""
_FADE = 1.0
"""So much less a day later: the same people do much in two days."""
_NEAREST = 8
"""Reports of a story that a new one is compared with, at the most."""
_VETO = -9.0
"""Log-odds of reports that cannot be of one event, whatever their words."""
_FIRST_AFTER, _FIRST_SLACK = timedelta(hours=12), 1.0
"""From then on a story's score is at most so much above that of its first report."""
_SHOWN = 5
_COPIES = frozenset({JoinKind.COPY, JoinKind.NEAR_DUPLICATE})


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a report belongs."""

    story: int | None
    """The story that it joins; None if it begins one."""
    role: Role
    correlation: Correlation | None
    """Why; None if it is like no other."""


ALONE = Placement(None, Role.FIRST, None)
"""Of a report that is like no other."""


def find_story(new: Report, known: Iterable[Known]) -> Placement:
    """The story that a report belongs to.

    A story takes no more reports once it has lasted for `WINDOW`, however many there were since:
    an affair of weeks is told again and again.

    Args:
        new: the report.
        known: earlier reports that share `SHARED_KEYS` of its keys, and the first reports of
            their stories; others do no harm.
    """
    pairs = [compare(new, each) for each in known if abs(new.at - each.began) <= WINDOW]
    copies = [pair for pair in pairs if pair.kind in _COPIES]
    if copies:
        best = max(copies, key=lambda pair: (_is_firm(pair), pair.share, -pair.known.story))
        return _joined(new, best, certain=_is_firm(best))
    scored = [
        (score, -story, mine)
        for story in sorted({pair.known.story for pair in pairs})
        if (score := _score(new, mine := _members(pairs, story))) is not None
    ]
    if scored:
        score, _, mine = max(scored, key=lambda each: each[:2])
        nearest = max(mine, key=_order)
        if score >= LIKELY:
            return _joined(new, nearest, certain=score >= SURE, log_odds=score)
    abroad = [pair for pair in pairs if pair.kind is JoinKind.CROSS_LINGUAL]
    if abroad:
        return _joined(new, min(abroad, key=lambda pair: pair.known.story), certain=True)
    return _apart(new, pairs)


def _is_firm(pair: Pair) -> bool:
    return pair.known.role is not Role.LOOSE


def _members(pairs: Sequence[Pair], story: int) -> list[Pair]:
    """The pairs with those reports of a story that others may join by way of."""
    return [pair for pair in pairs if pair.known.story == story and _is_firm(pair)]


def _odds(pair: Pair) -> float:
    if pair.kind is JoinKind.SAME_EVENT and pair.log_odds is not None:
        return pair.log_odds
    return _VETO


def _order(pair: Pair) -> tuple[float, float]:
    return _odds(pair), -pair.known.report.at.timestamp()


def _score(new: Report, members: Sequence[Pair]) -> float | None:
    """How surely a report belongs to a story; None if none of its reports can be compared."""
    near = [
        pair
        for pair in members
        if max(abs(new.at - pair.known.began), abs(new.at - pair.known.report.at)) <= EVENT_WINDOW
        and not are_foreign(new, pair.known.report)
    ]
    if not near:
        return None
    age = abs(new.at - near[0].known.began)
    odds = sorted(map(_odds, near), reverse=True)[:_NEAREST]
    score = (odds[0] + sum(odds) / len(odds)) / 2 - _FADE * (age / timedelta(days=1))
    if age > _FIRST_AFTER:
        firsts = (_odds(pair) for pair in near if pair.known.role is Role.FIRST)
        score = min(score, max(firsts, default=-inf) + _FIRST_SLACK)
    return score


def _joined(
    new: Report, pair: Pair, *, certain: bool, log_odds: float | None = None
) -> Placement:
    role = Role.FIRM if certain else Role.LOOSE
    return Placement(pair.known.story, role, _correlation(new, pair, certain, log_odds))


def _apart(new: Report, pairs: Sequence[Pair]) -> Placement:
    """Of its own, and why not with the nearest."""
    if not pairs:
        return ALONE
    nearest = max(pairs, key=lambda pair: (pair.share, _order(pair)))
    return Placement(None, Role.FIRST, _correlation(new, nearest, True, None, apart=True))


def _correlation(
    new: Report, pair: Pair, certain: bool, log_odds: float | None, *, apart: bool = False
) -> Correlation:
    old = pair.known.report
    return Correlation(
        None if apart else pair.kind,
        certain,
        old.outlet,
        abs(new.at - old.at),
        reason=(pair.reason or ApartReason.FIRST_REPORT) if apart else None,
        share=pair.share or None,
        log_odds=log_odds if log_odds is not None else pair.log_odds,
        entities=tuple(sorted(new.entities & old.entities)[:_SHOWN]),
        words=words_of(new, pair),
    )

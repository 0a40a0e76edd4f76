"""Which story a report joins, if any: single-pass clustering, but never by a middle one alone.

A report joins a story by what it has in common with the nearest of its reports, the mean of those
near, and its first. What is sure joins quietly; what is likely joins, but has to be listed in the
story's next message; all else begins a story. In doubt an alert too many is better than one lost.

Source of the setting: topic detection and tracking (Allan et al. 1998).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.model.story import ApartReason, Correlation, JoinKind, Role
from monitor.stories import near_duplicate
from monitor.stories.concepts import untold
from monitor.stories.correlate import (
    EVENT_WINDOW,
    Known,
    Pair,
    Report,
    are_foreign,
    compare,
    words_of,
)
from monitor.stories.same_event import headline_taken_up, same_event

WINDOW = timedelta(hours=72)
"""So long after its first report a story takes copies; what comes later is told as news."""
SURE, LIKELY = 2.5, 1.5
"""Log-odds from which a report belongs to a story, and from which it likely does: then it must be
so like the story's first report, too, and not only like a middle one."""
QUIET = 5.0
"""Log-odds from which a report is no other news of the same affair, once corrected:"""
_HEADLINE, _NEW_HEADLINE = 0.6, 3.0
"""by so much for each share of its headline that the nearest report has, or has not,"""
_UNTOLD, _UNTOLD_AFTER = 5.0, timedelta(hours=3)
"""by so much less for what the headline of each tells that the other does not tell at its top: a
release is not the acquittal before it. What happens next takes hours, so that counts in full when
the story is so old,"""
_QUIET_FADE = 0.5
"""and by so much for each day that the story is old."""
_QUIET_LEAST, _QUIET_FIRST = 3.5, 1.5
"""Log-odds that they must reach as they are, and those with the story's first report."""
_CARRIES = 4.5
"""Log-odds from which others join by way of a report that has to be listed."""
_FADE = 1.0
"""So much less a day later: the same people do much in two days."""
LIKELY_ABROAD, SURE_ABROAD, QUIET_ABROAD = -0.5, 1.0, 3.0
"""The same of a report in another language than those it is compared with: from which it likely
belongs to a story, from which it does, and from which it joins quietly."""
QUIET_NEXT = 5.0
"""From which it surely tells no more than a report that joined the story, or was listed with it."""
_NEAREST = 8
"""Reports of a story that a new one is compared with, at the most."""
_VETO = -9.0
"""Log-odds of reports that cannot be of one event, whatever their words."""
_FIRST_AFTER, _FIRST_SLACK = timedelta(hours=12), 1.0
"""From then on a story's score is at most so much above that of its first report."""
_DAY = timedelta(days=1)
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
    still_open = [each for each in known if abs(new.at - each.began) <= WINDOW]
    # Of two that are alike in all that counts the same is always named.
    pairs = [compare(new, each) for each in sorted(still_open, key=_identity)]
    copies = [pair for pair in pairs if pair.kind in _COPIES]
    if copies:
        best = max(copies, key=lambda pair: (_is_firm(pair), pair.share, -pair.known.story))
        return _joined(new, best)
    scores = [
        score
        for story in sorted({pair.known.story for pair in pairs})
        if (score := _score(new, _members(new, pairs, story))) is not None and _is_likely(score)
    ]
    if scores:
        best_score = max(scores, key=lambda each: (each.log_odds, -each.nearest.known.story))
        return _unlisted(new, _joined_by_event(new, best_score), pairs)
    abroad = _from_abroad(new, pairs)
    return _apart(new, pairs) if abroad is None else _unlisted(new, abroad, pairs)


def _unlisted(new: Report, found: Placement, pairs: Sequence[Pair]) -> Placement:
    """The same, but for what surely tells only what was listed: its headline says that already."""
    if found.story is None or found.correlation is None or found.correlation.certain:
        return found
    listed = (pair for pair in pairs if pair.known.story == found.story and not pair.known.certain)
    if not any(_tells_the_same(new, pair) for pair in listed):
        return found
    return replace(found, correlation=replace(found.correlation, certain=True))


def _tells_the_same(new: Report, pair: Pair) -> bool:
    if pair.kind is JoinKind.SAME_EVENT:
        age = abs(new.at - pair.known.began)
        return _odds(pair) + _headline(new, pair) - _next_news(new, pair, age) >= QUIET
    return pair.kind is JoinKind.CROSS_LINGUAL and _abroad_odds(pair) >= QUIET_NEXT


def _from_abroad(new: Report, pairs: Sequence[Pair]) -> Placement | None:
    """The story that a report belongs to by those in other languages; None if it is in none."""
    abroad = [pair for pair in pairs if pair.kind is JoinKind.CROSS_LINGUAL]
    proved = [pair for pair in abroad if pair.log_odds is None]
    if proved:
        best = max(proved, key=lambda pair: (_is_surely_told(pair), -pair.known.story))
        return _joined(new, best)
    firm = [pair for pair in abroad if _is_firm(pair)]
    stories = sorted({pair.known.story for pair in firm})
    members = [[pair for pair in firm if pair.known.story == story] for story in stories]
    if not members:
        return None
    best_members = max(members, key=_abroad_score)
    log_odds, nearest = _abroad_score(best_members), max(best_members, key=_abroad_odds)
    if log_odds < LIKELY_ABROAD:
        return None
    role = Role.FIRM if log_odds >= SURE_ABROAD else Role.LOOSE
    began = nearest.known.role is Role.FIRST
    certain = log_odds >= (QUIET_ABROAD if began else QUIET_NEXT)
    return Placement(nearest.known.story, role, _correlation(new, nearest, certain, log_odds))


def _abroad_odds(pair: Pair) -> float:
    return _VETO if pair.log_odds is None else pair.log_odds


def _abroad_score(members: Sequence[Pair]) -> float:
    odds = sorted(map(_abroad_odds, members), reverse=True)[:_NEAREST]
    return (odds[0] + sum(odds) / len(odds)) / 2


def is_still_told(before: Report, now: Report) -> bool:
    """Whether an article whose text has changed still tells what it told when it joined its story.

    A live blog at one address tells something else hours later: who was told of its story has not
    been told of that.
    """
    share, reason = near_duplicate.verdict(now.fingerprint, before.fingerprint)
    if share >= near_duplicate.SAME_TEXT:
        return reason is None
    terms = now.fingerprint.terms, before.fingerprint.terms
    return same_event(*terms, entities=1.0, same_outlet=False).log_odds >= SURE


def _identity(known: Known) -> tuple[int, datetime, str, int, list[str]]:
    report = known.report
    return known.story, report.at, report.outlet, report.fingerprint.exact, sorted(report.entities)


def _is_firm(pair: Pair) -> bool:
    return pair.known.role is not Role.LOOSE


def _is_surely_told(pair: Pair) -> bool:
    return _is_firm(pair) and pair.known.certain


def _members(new: Report, pairs: Sequence[Pair], story: int) -> list[Pair]:
    """The pairs with those reports of a story by way of which others may join it by their words."""
    return [
        pair
        for pair in pairs
        if pair.known.story == story
        and _is_firm(pair)
        and max(abs(new.at - pair.known.began), abs(new.at - pair.known.report.at)) <= EVENT_WINDOW
        and not are_foreign(new, pair.known.report)
    ]


def _odds(pair: Pair) -> float:
    if pair.kind is JoinKind.SAME_EVENT and pair.log_odds is not None:
        return pair.log_odds
    return _VETO


def _order(pair: Pair) -> tuple[float, float]:
    return _odds(pair), -pair.known.report.at.timestamp()


@dataclass(frozen=True, slots=True)
class _Score:
    """What speaks for a report belonging to a story."""

    log_odds: float
    nearest: Pair
    first: float
    """Log-odds of it and the story's first report being of one event."""
    age: timedelta
    """Of the story."""


def _score(new: Report, members: Sequence[Pair]) -> _Score | None:
    """How surely a report belongs to a story; None if none of its reports can be compared."""
    if not members:
        return None
    age = abs(new.at - members[0].known.began)
    odds = sorted(map(_odds, members), reverse=True)[:_NEAREST]
    log_odds = (odds[0] + sum(odds) / len(odds)) / 2 - _FADE * (age / _DAY)
    # A story that began in another language has a first report in this one; one that was put
    # together by hand has several first reports, of which any will do.
    begun = [pair for pair in members if pair.known.role is Role.FIRST]
    first = max(map(_odds, begun or [min(members, key=lambda pair: pair.known.report.at)]))
    if age > _FIRST_AFTER:
        log_odds = min(log_odds, first + _FIRST_SLACK)
    return _Score(log_odds, max(members, key=_order), first, age)


def _is_likely(score: _Score) -> bool:
    return score.log_odds >= SURE or min(score.log_odds, score.first) >= LIKELY


def _joined_by_event(new: Report, score: _Score) -> Placement:
    """Into the story, listed unless it is all but sure that it is no other news."""
    quiet = score.log_odds + _headline(new, score.nearest) - _QUIET_FADE * (score.age / _DAY)
    alike = score.log_odds >= _QUIET_LEAST and score.first >= _QUIET_FIRST
    certain = alike and quiet - _next_news(new, score.nearest, score.age) >= QUIET
    carries = (alike and quiet >= QUIET) or score.log_odds >= _CARRIES
    role = Role.FIRM if carries else Role.LOOSE
    correlation = _correlation(new, score.nearest, certain, score.log_odds)
    return Placement(score.nearest.known.story, role, correlation)


def _headline(new: Report, pair: Pair) -> float:
    """What a report's headline speaks for it telling nothing that a known one does not, in nats."""
    told = headline_taken_up(new.fingerprint.terms, pair.known.report.fingerprint.terms)
    return 0.0 if told is None else _NEW_HEADLINE * (told - _HEADLINE)


def _next_news(new: Report, pair: Pair, age: timedelta) -> float:
    """What the headlines of a report and a known one speak for it telling what came next."""
    here, there = (each.fingerprint.abroad.concepts for each in (new, pair.known.report))
    return _UNTOLD * (untold(here, there) + untold(there, here)) * min(1.0, age / _UNTOLD_AFTER)


def _joined(new: Report, pair: Pair) -> Placement:
    """Into the story of a report by way of it, as surely as that belongs to it."""
    role = Role.FIRM if _is_firm(pair) else Role.LOOSE
    # A copy of what was listed, with its headline, is no further news.
    certain = pair.kind in _COPIES or _is_surely_told(pair)
    return Placement(pair.known.story, role, _correlation(new, pair, certain, None))


def _apart(new: Report, pairs: Sequence[Pair]) -> Placement:
    """Of its own, and why not with the nearest."""
    nearest = max(filter(_is_near, pairs), key=lambda p: (p.share, _order(p)), default=None)
    if nearest is None:
        return ALONE
    return Placement(None, Role.FIRST, _correlation(new, nearest, True, None, apart=True))


def _is_near(pair: Pair) -> bool:
    """Whether there is anything to say of why two reports stand apart."""
    alike = pair.share > 0 or pair.log_odds is not None
    return alike or pair.reason is not ApartReason.TOO_LITTLE


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

"""What is kept of reports, and what comes of comparing them, is what it was.

The weights were fitted on all that goes into them together, so a number that changes by itself is a
fault, wherever it is. A deliberate change is recorded anew with `MONITOR_RECORD=1`; the difference
belongs in the review.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from itertools import groupby
from pathlib import Path

from monitor.stories.clustering import find_story
from monitor.stories.correlate import Known, Report, compare, words_of
from tests.evaluation import stories_abroad, stories_labelled
from tests.evaluation.stories_labelled import Told, report

RECORDED = Path(__file__).with_name("recorded.txt")
ABROAD = ("gravelfox", "jiulong", "hanbit", "castaing", "erdemir")
UNKNOWN = ("eu", "cy", "sw", "ga", "gl", "mt", "eo", "zu", "lb", "fo", "rm", "yo", "ha")
"""Languages without a lexicon, whose reports are compared by names and figures."""
COPIES_AND_FOLLOW_UPS = 7
"""Of the reports in one language every seventh: enough for each kind of change."""


def test_what_is_kept_and_compared_is_what_it_was() -> None:
    lines = [line for group in _groups() for line in _lines(group)]
    if os.environ.get("MONITOR_RECORD"):
        RECORDED.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    assert lines == RECORDED.read_text(encoding="utf-8").splitlines()


def _groups() -> Iterator[list[Report]]:
    abroad = stories_abroad.groups("held_back")
    for name in ABROAD:
        yield [report(each.told) for each in abroad[name]]
    for name in ABROAD[:3]:
        languages = sorted({each.told.article.language or "" for each in abroad[name]})
        unknown = dict(zip(languages, UNKNOWN, strict=False))
        yield [report(_in_language(each.told, unknown)) for each in abroad[name]]
    events = stories_labelled.events("tuned", follow_ups=True)
    for _, group in groupby(events, key=lambda each: each[0].partition("/")[0]):
        yield [report(told) for _, told in list(group)[::COPIES_AND_FOLLOW_UPS]]


def _in_language(told: Told, unknown: Mapping[str, str]) -> Told:
    language = unknown[told.article.language or ""]
    return replace(told, article=replace(told.article, language=language))


def _lines(group: Sequence[Report]) -> Iterator[str]:
    """What is kept of each, how it compares with those before it, and where it is put."""
    known: list[Known] = []
    for number, each in enumerate(sorted(group, key=lambda told: told.at)):
        kept = (each.packed, sorted(each.keys), sorted(each.ranges_abroad))
        yield f"{number} {each.language} {blake2b(repr(kept).encode(), digest_size=4).hexdigest()}"
        for other in known:
            pair = compare(each, other)
            kind = pair.kind.value if pair.kind else "-"
            reason = pair.reason.value if pair.reason else "-"
            odds = "-" if pair.log_odds is None else f"{pair.log_odds:.4f}"
            told = ", ".join(words_of(each, pair))
            yield f"  {other.story} {kind} {reason} {pair.share:.4f} {odds} {told}"
        place = find_story(each, known)
        yield f"  = {place.story} {place.role.value}"
        story = number if place.story is None else place.story
        began = each.at if place.story is None else known[story].began
        known.append(Known(story, began, each, place.role))

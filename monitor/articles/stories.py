"""Which articles tell the same story: copies and rewrites of a text, and reports of one event.

Where much of one text stands in another and both begin alike, one is a copy of the other, unless
they are notices filled in from one template. Where two outlets wrote their own words, they
report one event if they name a watched entity both, share the telling words of headline and
opening, and come close in time; passages copied verbatim (the background that agencies repeat)
count for nothing there. In doubt an article begins a story of its own: an alert too many is
better than one lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from monitor.articles.stories_fingerprint import Fingerprint
from monitor.model import Severity

WINDOW = timedelta(hours=72)
"""Copies come within so long of a text; what comes later is told as news."""
EVENT_WINDOW = timedelta(hours=48)
"""Reports of one event, each in its own words, come within so long of each other."""

SAME_TEXT = 0.6
"""Share of the shorter text that stands in the longer from which they are one text."""
SAME_EVENT = 0.3
"""Share of the telling words from which two reports that come at once are of one event."""
SAME_EVENT_LATE = 0.4
"""The same at the end of `EVENT_WINDOW`: the same actors do much in two days."""
_ENOUGH_WORDS = 5.0
"""So much must what they share tell: two rare names, or more words that are less rare."""
_LIGHTEST = 10.0
"""Reports whose own words tell less than this say too little to be compared by a share."""
_TOLD_APART = 3
"""So many figures, or names (which count double), stand in the same place but differ."""
_SHOWN = 5

_OFFICIAL = re.compile(
    r"(?:^|\.)(?:gov|mil|int)$"
    r"|(?:^|\.)(?:gov|gob|gouv|gub|govt|govern|go|gv|gc|mil)\.[a-z]{2}$"
    r"|(?:^|\.)(?:europa\.eu|bund\.de|admin\.ch|canada\.ca|government\.nl|overheid\.nl|un\.org)$"
)
_NOT_OFFICIAL = re.compile(r"^(?:www\.)?go\.[a-z]{2}$")


@dataclass(frozen=True, slots=True)
class Known:
    """An article, as far as it is needed to tell which story it belongs to."""

    story: int
    outlet: str
    at: datetime
    """When it was published or, when nobody says, read."""
    entities: frozenset[str]
    """The watched entities it names."""
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class Joined:
    """Which story an article belongs to, and why, in a user's words."""

    story: int
    why: str


@dataclass(frozen=True, slots=True)
class Told:
    """What people have been told of a story for a watchlist."""

    entities: frozenset[str]
    severity: Severity
    official: bool = False
    """Whether one of the reports told came from an official source."""


def find_story(
    fingerprint: Fingerprint, entities: frozenset[str], at: datetime, known: Iterable[Known]
) -> Joined | None:
    """The story that an article belongs to; None when it begins one of its own.

    Args:
        fingerprint: the article's.
        entities: the watched entities it names.
        at: when it was published or, when nobody says, read.
        known: earlier articles that share one of its fingerprint's keys; others do no harm.
    """
    near = [(each, abs(at - each.at)) for each in known if abs(at - each.at) <= WINDOW]
    compared = [(each, apart, fingerprint.likeness(each.fingerprint)) for each, apart in near]
    copies = [
        (likeness, -each.story, each)
        for each, _, likeness in compared
        if _is_copy(fingerprint, each.fingerprint, likeness)
    ]
    if copies:
        likeness, _, best = max(copies, key=lambda copy: copy[:2])
        return Joined(best.story, _why_copy(likeness, best))
    events = [
        (share, -each.story, each, words)
        for each, apart, likeness in compared
        if likeness < SAME_TEXT and entities & each.entities and apart <= EVENT_WINDOW
        for share, words in [same_words(fingerprint, each.fingerprint)]
        if share >= SAME_EVENT + (SAME_EVENT_LATE - SAME_EVENT) * (apart / EVENT_WINDOW)
        and not told_apart(fingerprint, each.fingerprint)
    ]
    if not events:
        return None
    _, _, best, words = max(events, key=lambda event: event[:2])
    shared = ", ".join(sorted(entities & best.entities)[:_SHOWN])
    return Joined(
        best.story,
        f"like {_who(best)} it names {shared} and speaks of {', '.join(words)}; "
        f"{_span(abs(at - best.at))} apart",
    )


def development(
    told: Told, entities: frozenset[str], severity: Severity, url: str | None
) -> str | None:
    """What is new in a story that people have been told of, in words; None if nothing is.

    Args:
        told: what they have been told, of this story and for this watchlist.
        entities: the watchlist's entities that the new article names.
        severity: the new match's.
        url: the new article's address.
    """
    news = []
    if unnamed := sorted(entities - told.entities):
        more = f" and {len(unnamed) - _SHOWN} more" if len(unnamed) > _SHOWN else ""
        news.append(f"it now names {', '.join(unnamed[:_SHOWN])}{more}")
    if severity.rank > told.severity.rank:
        news.append(f"its severity rose from {told.severity} to {severity}")
    if not told.official and (host := official_source(url)):
        news.append(f"an official source reports it: {host}")
    return "; ".join(news) or None


def official_source(url: str | None) -> str | None:
    """The host of an address if a government or an international body runs it, else None.

    Known by the names that registries keep for them (.gov, .mil, .int, .gov.uk, .gouv.fr,
    .go.jp, .europa.eu and so on), so a ministry under a plain name is not recognised.
    """
    try:
        host = (urlsplit(url or "").hostname or "").rstrip(".")
    except ValueError:
        return None
    return host if _OFFICIAL.search(host) and not _NOT_OFFICIAL.match(host) else None


def same_words(one: Fingerprint, other: Fingerprint) -> tuple[float, list[str]]:
    """The share of the telling words that two reports have in common, and some of them.

    Words that stand in a passage which both have verbatim are left out on both sides.
    """
    shared, verbatim = [], set()
    for stem, word in one.words.items():
        if (theirs := other.words.get(stem)) is not None:
            if word.around and word.around == theirs.around:
                verbatim.add(stem)
            else:
                shared.append((min(word.weight, theirs.weight), word.form))
    weight = sum(each for each, _ in shared)
    if weight < _ENOUGH_WORDS:
        return 0.0, []
    lighter = min(
        sum(word.weight for stem, word in each.words.items() if stem not in verbatim)
        for each in (one, other)
    )
    telling = sorted(_joined(shared), key=lambda pair: -pair[0])[:_SHOWN]
    return weight / max(lighter, _LIGHTEST), [form for _, form in telling]


def told_apart(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two texts are about different things by their codes, names and figures."""
    if one.codes and other.codes and not one.codes & other.codes:
        return True
    differences = 0
    for place, value in one.slots.items():
        theirs = other.slots.get(place)
        if theirs is not None and theirs != value:
            differences += 2 if value & 1 or theirs & 1 else 1
    return differences >= _TOLD_APART


def _is_copy(one: Fingerprint, other: Fingerprint, likeness: float) -> bool:
    if likeness < SAME_TEXT:
        return False
    if one.exact == other.exact:
        return True
    # A new beginning above the old text is a follow-up: what it begins with is news.
    return one.begins_like(other) and other.begins_like(one) and not told_apart(one, other)


def _joined(words: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """The words, with pairs of characters that overlap put together again."""
    found: list[tuple[float, str]] = []
    for weight, form in words:
        if found and len(form) == 2 and not form.isascii() and found[-1][1][-1] == form[0]:
            found[-1] = (found[-1][0] + weight, found[-1][1] + form[1])
        else:
            found.append((weight, form))
    return found


def _why_copy(likeness: float, known: Known) -> str:
    if likeness == 1:
        return f"its text is that of {_who(known)}"
    # Of 99.6 % one must not say all.
    return f"{min(99, round(100 * likeness))} % of its text is that of {_who(known)}"


def _who(known: Known) -> str:
    return f"{known.outlet}’s report" if known.outlet else "an earlier report"


def _span(apart: timedelta) -> str:
    minutes = round(apart.total_seconds() / 60)
    if minutes < 120:
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    return f"{round(minutes / 60)} hours"

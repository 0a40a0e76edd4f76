"""Which articles tell the same thing: copies and rewrites of a text, and reports of one event.

A fingerprint is a sample of a text's runs of words, small enough to keep and to look up by;
comparing two tells how much of the shorter text stands in the longer. Where two outlets wrote
their own words, who is named, the rare words of headline and opening, and the time decide.

Sources: sampling by the smallest hashes that keeps nested samples (FracMinHash, Irber et al.
2022), after Broder's resemblance and containment (1997).
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

WINDOW = timedelta(hours=72)
"""A story nobody has added to for so long is over."""
EVENT_WINDOW = timedelta(hours=36)
"""Reports of one event, each in its own words, come within so long of each other."""

SAMPLE = 96
"""Runs of words kept of a text, at the most."""
_RUN = 4
"""Words in a run; of characters in scripts without spaces between words it is `_RUN_UNSPACED`."""
_RUN_UNSPACED = 7
_ENOUGH = 5
"""Runs that two texts must share: fewer may be a quotation or an agency's tag."""
SAME_TEXT = 0.5
"""Share of the shorter text that stands in the longer from which they are one text."""
SAME_EVENT = 0.42
"""Share of the rarer words of headline and opening from which two reports are of one event."""
_LEAD = 700
"""Characters of a text that count as its opening."""
_MOST_WORDS = 60
_SPACE = 1 << 62
"""Hashes are below this: they fit a database's signed integers."""

_TOKEN = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003134f]"
)

Rarity = Callable[[str, str | None], float]
"""How rare a word of a language is: 0 for "the", about 6 for one that nobody uses."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of an article's text to know its like again."""

    runs: frozenset[int]
    """Hashes of runs of words, all of those below `limit`."""
    limit: int
    words: Mapping[str, float] = field(default_factory=dict)
    """The rarer words of headline and opening, with how much each tells."""

    def likeness(self, other: Fingerprint) -> float:
        """The share of the shorter text that stands in the longer, 0 to 1; symmetric."""
        limit = min(self.limit, other.limit)
        mine = [run for run in self.runs if run < limit]
        others = sum(run < limit for run in other.runs)
        shared = sum(run in other.runs for run in mine)
        if shared < _ENOUGH:
            return 0.0
        return shared / min(len(mine), others)


@dataclass(frozen=True, slots=True)
class Known:
    """An article of a story, as far as it is needed to tell whether another joins it."""

    story: int
    outlet: str
    at: datetime
    entities: frozenset[str]
    """The watched entities it names."""
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class Joined:
    """Which story an article belongs to, and why, in a user's words."""

    story: int
    why: str


def fingerprint(
    title: str, text: str, *, language: str | None, names: Iterable[str], rarity: Rarity
) -> Fingerprint:
    """The fingerprint of an article.

    Args:
        title: its headline.
        text: its text, or what is known of it.
        language: its code, to weigh words by.
        names: the watched names found in it: they tell nothing apart among articles that all
            name them.
        rarity: how much a word tells.
    """
    units = _units(text)
    spaced = not units or sum(map(_is_unspaced, units)) * 2 < len(units)
    length = _RUN if spaced else _RUN_UNSPACED
    hashes = sorted({_hash(units[i : i + length]) for i in range(len(units) - length + 1)})
    # Limits are powers of two apart, so that samples of texts of any length nest.
    limit = _SPACE
    while bisect_left(hashes, limit) > SAMPLE:
        limit //= 2
    known = {unit for name in names for unit in _units(name)}
    words: dict[str, float] = {}
    for word in _words(title, text[:_LEAD]):
        if word not in known and (weight := rarity(word, language) - 1.5) > 0:
            words.setdefault(word, round(weight, 2))
            if len(words) == _MOST_WORDS:
                break
    return Fingerprint(frozenset(hashes[: bisect_left(hashes, limit)]), limit, words)


def find_story(
    new: Fingerprint, entities: frozenset[str], at: datetime, known: Sequence[Known]
) -> Joined | None:
    """The story an article belongs to; None when it begins one of its own.

    Args:
        new: the article's fingerprint.
        entities: the watched entities it names.
        at: when it was published or, when nobody says, read.
        known: articles of recent stories that may be like it.
    """
    copies = [(new.likeness(each.fingerprint), each) for each in known if _near(at, each, WINDOW)]
    likeness, best = max(copies, key=lambda pair: pair[0], default=(0.0, None))
    if best is not None and likeness >= SAME_TEXT:
        return Joined(best.story, f"{likeness:.0%} of its text is that of {_who(best)}")
    events = [
        (_overlap(new.words, each.fingerprint.words), each)
        for each in known
        if entities & each.entities and _near(at, each, EVENT_WINDOW)
    ]
    alike, best = max(events, key=lambda pair: pair[0], default=(0.0, None))
    if best is None or alike < SAME_EVENT:
        return None
    shared = ", ".join(sorted(entities & best.entities)[:3])
    words = sorted(
        new.words.keys() & best.fingerprint.words, key=lambda word: (-new.words[word], word)
    )
    minutes = round(abs((at - best.at).total_seconds()) / 60)
    return Joined(
        best.story,
        f"like {_who(best)} it names {shared} and speaks of {', '.join(words[:5])}, "
        f"{_span(minutes)} apart",
    )


def _who(known: Known) -> str:
    return f"{known.outlet}'s report" if known.outlet else "an earlier report"


def _span(minutes: int) -> str:
    if minutes < 120:
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    return f"{round(minutes / 60)} hours"


def _near(at: datetime, known: Known, window: timedelta) -> bool:
    return abs(at - known.at) <= window


def _overlap(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """The weight that two sets of words share, of what the lighter one weighs."""
    lighter, heavier = sorted((one, other), key=lambda words: sum(words.values()))
    total = sum(lighter.values())
    shared = lighter.keys() & heavier.keys()
    if len(shared) < 3 or not total:
        return 0.0
    return sum(min(lighter[word], heavier[word]) for word in shared) / total


def _units(text: str) -> list[str]:
    """The words of a text, and in scripts without spaces its characters."""
    units: list[str] = []
    for word in _TOKEN.findall(text.casefold()):
        if _UNSPACED.search(word):
            units += word
        else:
            units.append(word)
    return units


def _words(title: str, lead: str) -> Iterable[str]:
    """Words to tell events apart by; in scripts without spaces, pairs of characters."""
    for word in _TOKEN.findall(f"{title}\n{lead}".casefold()):
        if _UNSPACED.search(word):
            yield from (word[i : i + 2] for i in range(len(word) - 1))
        elif len(word) > 2:
            yield word


def _is_unspaced(unit: str) -> bool:
    return _UNSPACED.match(unit) is not None


def _hash(units: Sequence[str]) -> int:
    # Not Python's own: it differs from process to process.
    digest = hashlib.blake2b(" ".join(units).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 2

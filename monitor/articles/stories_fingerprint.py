"""What is kept of an article's text to know its like again.

A fingerprint holds samples of the text's runs of words: those whose hashes are below a limit
that is a power of two, so that samples of texts of any length nest and a teaser is found in the
whole. Beside them it holds the telling words of headline and opening, for reports of one event
that share no sentence, and what stands for a name or a figure between ordinary words, to tell
apart two notices filled in from one template. It is the same in every process.

Sources: resemblance and containment of documents (Broder 1997); sampling by a limit on the
hash's value (FracMinHash, Irber et al. 2022).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import accumulate
from zlib import crc32

from monitor.articles.stories_words import (
    LEAD,
    LEAD_UNSPACED,
    MASK,
    SCRIPT,
    SPREAD,
    Filling,
    Word,
    codes,
    slots,
    telling_words,
    text_hash,
    tokens,
)

SAMPLE = 128
"""Runs of words kept of a text, at the most."""
SAMPLE_OPENING = 64
"""Runs kept of its opening, at the most."""
TEXT_KEYS = 12
"""Keys by which a text is looked up, at the most; as many again for its opening."""
WORD_KEYS = 16
"""Keys by which an event is looked up, at the most."""
MAX_TEXT = 200_000
"""Characters looked at; a text that goes on is known by these."""

_RUN = 4
"""Words in a run."""
_WORD, _CHARACTER = 7, 4
"""How long they count: in scripts without spaces seven characters make a run."""
_OPENING = 120
"""Runs that count as the opening."""
_HEAD = 48
"""Runs with which a text begins; in scripts without spaces `_HEAD_UNSPACED`."""
_HEAD_UNSPACED = 84
_ENOUGH = 5
"""Runs that two texts must share: fewer may be a quotation or an agency's tag."""
_ENOUGH_OPENING = 12
_SPACE = 1 << 32
_FORMAT = 1

_UNSPACED = re.compile(f"[{SCRIPT}]")
_UNIT = re.compile(f"[{SCRIPT}]|[^\\W_{SCRIPT}]+")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of an article's text to know its like again."""

    exact: int = 0
    """Hash of all words of headline and text; 0 when there are none."""
    runs: frozenset[int] = frozenset()
    """Hashes of runs of words, all of those below `limit`."""
    limit: int = _SPACE
    opening: frozenset[int] = frozenset()
    """The same of the opening."""
    opening_limit: int = _SPACE
    head: frozenset[int] = frozenset()
    """Hashes of the first runs, all of them."""
    words: Mapping[str, Word] = field(default_factory=dict)
    """The telling words of headline and opening, by their stems."""
    codes: frozenset[str] = frozenset()
    """Such as CVE-2026-1234, in headline and opening."""
    slots: Mapping[int, Filling] = field(default_factory=dict)
    """What stands after which words of the opening."""

    def likeness(self, other: Fingerprint) -> float:
        """The share of the shorter text, or opening, that stands in the other; symmetric."""
        if self.exact and self.exact == other.exact:
            return 1.0
        return max(
            _containment(self.runs, self.limit, other.runs, other.limit, _ENOUGH),
            _containment(
                self.opening,
                self.opening_limit,
                other.opening,
                other.opening_limit,
                _ENOUGH_OPENING,
            ),
        )

    def beginning_in(self, other: Fingerprint) -> float:
        """The share of its beginning that stands near the beginning of the other, 0 to 1."""
        tested = {run for run in self.head if run in other.head or run < other.opening_limit}
        found = len(tested & (other.head | other.opening))
        # Of a teaser no more can be found than it has.
        return min(1.0, found / max(1, min(len(tested), len(other.head))))

    def headline_in(self, other: Fingerprint) -> float:
        """The share of its headline's telling words that the other begins with, 0 to 1."""
        headline = [(stem, word.weight) for stem, word in self.words.items() if word.headline]
        found = sum(weight for stem, weight in headline if stem in other.words)
        return found / max(1.0, sum(weight for _, weight in headline))

    def headline_beyond(self, other: Fingerprint) -> float:
        """The share of the headline that its text takes up and the other does not begin with."""
        headline = [(stem, word) for stem, word in self.words.items() if word.headline]
        beyond = sum(
            word.weight
            for stem, word in headline
            # Figures in a headline change with every version of a text.
            if word.around and stem not in other.words and not stem.isdecimal()
        )
        return beyond / max(1.0, sum(word.weight for _, word in headline))

    def keys(self) -> tuple[int, ...]:
        """Where to look for its like: two that are alike nearly always share one.

        At most 2 × `TEXT_KEYS` + `WORD_KEYS` + 1 different numbers from 0 to 2³⁴.
        """
        found = {*sorted(self.runs)[:TEXT_KEYS], *sorted(self.opening)[:TEXT_KEYS]}
        telling = sorted((-word.weight, text_hash(stem)) for stem, word in self.words.items())
        found |= {_SPACE + key for _, key in telling[:WORD_KEYS]}
        if self.exact:
            found.add(2 * _SPACE + (self.exact & (_SPACE - 1)))
        return tuple(sorted(found))

    def pack(self) -> bytes:
        """Bytes to be stored, some 6 kB; `unpack` makes the same fingerprint of them."""
        parts = [
            _FORMAT,
            self.exact,
            [sorted(self.runs), self.limit, sorted(self.opening), self.opening_limit],
            sorted(self.head),
            [[stem, *word] for stem, word in self.words.items()],
            sorted(self.codes),
            [[place, *filling] for place, filling in self.slots.items()],
        ]
        packed = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
        return packed.encode("utf-8", "surrogatepass")


def unpack(packed: bytes) -> Fingerprint | None:
    """The fingerprint that was packed; None if another version of the program packed it."""
    parts = json.loads(packed.decode("utf-8", "surrogatepass"))
    if parts[0] != _FORMAT:
        return None
    _, exact, (runs, limit, opening, opening_limit), head, words, found_codes, found_slots = parts
    return Fingerprint(
        exact=exact,
        runs=frozenset(runs),
        limit=limit,
        opening=frozenset(opening),
        opening_limit=opening_limit,
        head=frozenset(head),
        words={stem: Word(*word) for stem, *word in words},
        codes=frozenset(found_codes),
        slots={place: Filling(*filling) for place, *filling in found_slots},
    )


def fingerprint(
    title: str, text: str, *, language: str | None = None, names: Iterable[str] = ()
) -> Fingerprint:
    """The fingerprint of an article.

    Args:
        title: its headline.
        text: its text, or what is known of it.
        language: its ISO 639 code, to weigh words by; None counts as English.
        names: the watched names found in it. They tell nothing apart among articles that all
            name them, so they are no telling words.
    """
    title, text = title[:MAX_TEXT], text[:MAX_TEXT]
    units, headline = _UNIT.findall(text.casefold()), _UNIT.findall(title.casefold())
    # A text of no more than a headline is known by its headline.
    hashes = _runs(units) or _runs(headline)
    runs, limit = _sample(hashes, SAMPLE)
    opening, opening_limit = _sample(hashes[:_OPENING], SAMPLE_OPENING)
    unspaced = len(_UNSPACED.findall(text[:LEAD])) > LEAD / 8
    lead = text[: LEAD_UNSPACED if unspaced else LEAD]
    tongue = (language or "en")[:2].lower()
    parts = tokens(lead, tongue)
    return Fingerprint(
        exact=_exact(headline, units),
        runs=runs,
        limit=limit,
        opening=opening,
        opening_limit=opening_limit,
        head=frozenset(hashes[: _HEAD_UNSPACED if unspaced else _HEAD]),
        words=telling_words(title[:LEAD], lead, parts, tongue, names),
        codes=codes(f"{title[:LEAD]}\n{lead}"),
        slots=slots(parts),
    )


def _exact(headline: Sequence[str], units: Sequence[str]) -> int:
    if not headline and not units:
        return 0
    words = f"{' '.join(headline)}\n{' '.join(units)}".encode("utf-8", "replace")
    return int.from_bytes(blake2b(words, digest_size=8).digest(), "big") | 1


def _runs(units: Sequence[str]) -> list[int]:
    """Hashes of the runs of words, in order."""
    text = " ".join(units).encode("utf-8", "replace")
    if len(text) == sum(map(len, units)) + len(units) - 1:
        starts = [0, *accumulate(len(unit) + 1 for unit in units)]
    else:
        starts = [0, *accumulate(len(unit.encode("utf-8", "replace")) + 1 for unit in units)]
    # `text_hash`, written out: this is where the time goes.
    return [
        crc32(text[starts[i] : starts[end] - 1]) * SPREAD & MASK
        for i, end in enumerate(_ends(units))
    ]


def _ends(units: Sequence[str]) -> Iterable[int]:
    """After which unit the run that begins with each ends."""
    if _UNSPACED.search("".join(units)) is None:
        return range(_RUN, len(units) + 1)
    ends: list[int] = []
    weights = [_CHARACTER if _UNSPACED.match(unit) else _WORD for unit in units]
    length, end = 0, 0
    for weight in weights:
        while end < len(units) and length < _RUN * _WORD:
            length += weights[end]
            end += 1
        if length < _RUN * _WORD:
            break
        ends.append(end)
        length -= weight
    return ends


def _sample(hashes: Sequence[int], most: int) -> tuple[frozenset[int], int]:
    """At most so many of the hashes, and the limit that all of them are below.

    Limits are powers of two, so that of two samples one, cut at the other's limit, is the
    sample that the other's would be of the same text.
    """
    kept, limit = frozenset(hashes), _SPACE
    while len(kept) > most:
        limit //= 2
        kept = frozenset(run for run in kept if run < limit)
    return kept, limit


def _containment(
    mine: frozenset[int], my_limit: int, other: frozenset[int], other_limit: int, enough: int
) -> float:
    limit = min(my_limit, other_limit)
    if my_limit > limit:
        mine = frozenset(run for run in mine if run < limit)
    elif other_limit > limit:
        other = frozenset(run for run in other if run < limit)
    shared = len(mine & other)
    return shared / min(len(mine), len(other)) if shared >= enough else 0.0

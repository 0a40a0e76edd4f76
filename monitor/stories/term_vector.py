"""The weighed terms of a report's headline and whole text: what two reports of one event share.

Terms are stems, or pairs of characters in scripts without spaces. A term weighs as much as its
inverse document frequency, estimated from how often its language uses it (`wordfreq`): there is
no corpus and nothing is learned. The watched names are no terms, since all reports that are
compared name them. Of each term it is known where it stands, and what surrounds it, so that
passages copied verbatim can be told from a report's own words.

Source of the weights: Spärck Jones 1972 (inverse document frequency).
"""

from __future__ import annotations

import math
import re
import struct
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntFlag
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from monitor.stories.opening_words import RAREST, UNLISTED, Stem, stem_weights, text_hash

MAX_TERMS = 256
MAX_PAIRS = 192
"""Adjacent pairs of terms kept."""
TERM_KEYS = 24
"""Terms by which a report is looked up, for each entity that it names."""

_TEXT = 20_000
"""Characters looked at; in scripts without spaces `_TEXT_UNSPACED`."""
_TEXT_UNSPACED = 7_000
_HEAVIEST = 200
_OPENING, _TOP = 25, 60
"""Words of the text that belong to the opening, and to the top."""
_TOP_NAME = 350
"""Characters of the text within which a name is one of the top."""
_REACH, _REACH_UNSPACED = 15, 5
"""Characters on either side by which one sees that a term stands in a copied passage."""

_YEAR = re.compile(r"(?:19|20)\d\d")
_YEARS, _DIGITS, _MANY_DIGITS = 0.15, {1: 0.2, 2: 0.05, 3: 0.01}, 0.004
"""Shares of texts that have a given year, or a given number of so many digits."""
_LIGHTEST = 1.0
"""What weighs less is left out."""
_LIGHTEST_PAIR = 6.0
_STEP = 20
"""Weights are kept in steps of 1/20."""
_MOST_TIMES = 255
_SIZES = struct.Struct("<HHB")
_MAY_BE_NAMES = frozenset({"word", "kana"})


class Place(IntFlag):
    """Where a term stands, and what it is."""

    TITLE = 1
    OPENING = 2
    """In the headline or the first `_OPENING` words."""
    TOP = 4
    """The same of the first `_TOP` words."""
    LEAD = 8
    """Within the first 700 characters, or in the headline."""
    NAME = 16
    """Written like a name, mostly."""
    TOP_NAME = 32
    NUMBER = 64
    """Of more than one digit, and no year."""
    HEAVY = 128
    """Among the heaviest terms of the text."""


# Plain numbers: members of an enum take a hundred times as long to combine.
_PLACES = tuple(map(int, Place))
_TITLE, _OPENING_PLACE, _TOP_PLACE, _LEAD, _NAME, _TOP_NAME_PLACE, _NUMBER, _HEAVY = _PLACES


class Word(NamedTuple):
    """A term in letters."""

    stem: str
    form: str
    """As it is written where it first stands in the text."""


@dataclass(frozen=True)
class TermVector:
    """The terms of a report, by their hashes."""

    weights: Mapping[int, float] = field(default_factory=dict)
    """Inverse document frequency of each, in nats: 1 to 10."""
    places: Mapping[int, int] = field(default_factory=dict)
    """Where each stands: a `Place`."""
    around: Mapping[int, int] = field(default_factory=dict)
    """Hash (16 bits) of what each stands in the middle of; 0 if it stands in the headline only."""
    pairs: Mapping[tuple[int, int], int] = field(default_factory=dict)
    """Terms that stand next to each other, and how often."""
    is_roundup: bool = False
    """Whether it tells of many things; see `monitor.stories.roundup`."""
    weekdays: int = 0
    """Those that its top names, a bit for each; see `monitor.stories.weekdays`."""
    words: Mapping[int, Word] = field(default_factory=dict, compare=False)
    """What they are, in the order of the text; not known of a report read from the database."""

    def at(self, place: Place) -> list[int]:
        """The terms that stand in a place, in the order of `terms`."""
        return self._by_place[int(place)]

    @cached_property
    def _by_place(self) -> dict[int, list[int]]:
        items = self.places.items()
        return {bit: [key for key, at in items if at & bit] for bit in _PLACES}

    @cached_property
    def pair_weights(self) -> dict[tuple[int, int], float]:
        """What each pair weighs."""
        weights = self.weights
        return {
            (one, two): (1 + math.log(count)) * (weights[one] + weights[two])
            for (one, two), count in self.pairs.items()
        }

    @cached_property
    def pair_norm(self) -> float:
        """The Euclidean norm of the weights of the pairs."""
        return math.sqrt(math.fsum(weight**2 for weight in self.pair_weights.values()))

    def keys(self, entities: Iterable[str], most_entities: int) -> set[int]:
        """32-bit keys under which it is found by reports of the same event.

        None for a report that was read from the database.

        Args:
            entities: the watched entities that it names.
            most_entities: of more the others are left out.
        """
        # The same of however many, so that two long lists still meet.
        chosen = sorted(entities, key=text_hash)[:most_entities]
        top = sorted(self.at(Place.TOP), key=lambda key: (-self.weights[key], key))[:TERM_KEYS]
        stems = [self.words[key].stem for key in top if key in self.words]
        return {text_hash(f"{entity}\n{stem}") for entity in chosen for stem in stems}

    def pack(self) -> bytes:
        """Bytes to be stored, at most 2.7 kB; `unpack` makes the same of them, but for words."""
        keys = list(self.weights)
        number = {key: index for index, key in enumerate(keys)}
        pairs = [(number[a], number[b], times) for (a, b), times in self.pairs.items()]
        # Hashes cannot be pressed together; what stands beside them can, by a third.
        small = bytes(
            (
                *(round(_STEP * weight) for weight in self.weights.values()),
                *(self.places[key] for key in keys),
                *(part for pair in pairs for part in pair),
            )
        )
        return (
            _SIZES.pack(len(keys), len(pairs), self.is_roundup | self.weekdays << 1)
            + struct.pack(_layout(len(keys)), *keys, *(self.around[key] for key in keys))
            + zlib.compress(small, 1)
        )


def _layout(terms: int) -> str:
    return f"<{terms}I{terms}H"


def unpack(packed: bytes) -> TermVector:
    """The terms that `TermVector.pack` packed."""
    count, _, flags = _SIZES.unpack_from(packed)
    layout = _layout(count)
    values = struct.unpack_from(layout, packed, _SIZES.size)
    small = zlib.decompress(packed[_SIZES.size + struct.calcsize(layout) :])
    keys, around = values[:count], values[count:]
    weights, places, rest = small[:count], small[count : 2 * count], small[2 * count :]
    return TermVector(
        {key: weight / _STEP for key, weight in zip(keys, weights, strict=True)},
        dict(zip(keys, places, strict=True)),
        dict(zip(keys, around, strict=True)),
        {
            (keys[a], keys[b]): times
            for a, b, times in zip(rest[::3], rest[1::3], rest[2::3], strict=True)
        },
        bool(flags & 1),
        flags >> 1,
    )


# --- from a text ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Seen:
    """The stems of a report, and what is known of each."""

    first: Mapping[str, Stem]
    """Where each first stands in the text; in the headline, if only there. In their order."""
    in_order: Sequence[str | None]
    """Those of the text in their order, None for those of watched names."""
    times: Mapping[str | None, int]
    """How often each stands in headline and text."""
    in_text: Mapping[str | None, int]
    names: Mapping[str, int]
    """How often each is written like a name in the text."""
    in_title: Collection[str | None]


def text_limit(*, unspaced: bool) -> int:
    """How many characters of a text are looked at."""
    return _TEXT_UNSPACED if unspaced else _TEXT


def term_vector(
    title: str, text: str, *, title_stems: Iterable[Stem], text_stems: Iterable[Stem],
    language: str, watched: Collection[str], lead: int, is_roundup: bool = False,
    weekdays: int = 0,
) -> TermVector:  # fmt: skip
    """The terms of a report.

    Args:
        title: the headline.
        text: the text, up to `text_limit`.
        title_stems: the headline's stems.
        text_stems: those of the text.
        language: an ISO 639-1 code, to weigh by.
        watched: stems of the watched names found in it, which are left out.
        lead: characters of the text that count as its lead.
        is_roundup: whether it tells of many things.
        weekdays: those that its top names, a bit for each.
    """
    seen = _read(title_stems, text_stems, watched)
    weights = _weights(seen.first.values(), language)
    opening = {*seen.in_title, *seen.in_order[:_OPENING]} & weights.keys()
    top = {*seen.in_title, *seen.in_order[:_TOP]} & weights.keys()
    times = seen.times
    told = {
        stem: (1 + math.log(times[stem])) * weight if times[stem] > 1 else weight
        for stem, weight in weights.items()
    }
    ranked = sorted(told, key=told.__getitem__, reverse=True)
    kept = _kept(ranked, top, seen, lead)
    hashes = {stem: text_hash(stem) for stem in kept}
    places = _places(kept, seen, lead)
    groups = ((opening, _OPENING_PLACE), (top, _TOP_PLACE), (ranked[:_HEAVIEST], _HEAVY))
    for group, place in groups:
        for stem in hashes.keys() & group:
            places[stem] |= place
    return TermVector(
        {hashes[stem]: weights[stem] for stem in kept},
        {hashes[stem]: places[stem] for stem in kept},
        {hashes[stem]: around for stem, around in _around(text, kept, seen)},
        _pairs(seen.in_order, weights, hashes),
        is_roundup,
        weekdays,
        {
            hashes[stem]: Word(stem, (text if stem in seen.in_text else title)[start:end])
            for stem, (*_, start, end) in seen.first.items()
            if stem in hashes
        },
    )


def _read(
    title_stems: Iterable[Stem], text_stems: Iterable[Stem], watched: Collection[str]
) -> _Seen:
    first: dict[str, Stem] = {}
    in_order: list[str | None] = []
    names: Counter[str] = Counter()
    for each in text_stems:
        stem, is_name, *_ = each
        if stem in watched:
            in_order.append(None)
            continue
        in_order.append(stem)
        if stem not in first:
            first[stem] = each
        if is_name:
            names[stem] += 1
    in_text = Counter(in_order)
    headline: list[str | None] = []
    for each in title_stems:
        if (stem := each[0]) not in watched:
            headline.append(stem)
            first.setdefault(stem, each)
    return _Seen(first, in_order, in_text + Counter(headline), in_text, names, {*headline})


def _kept(ranked: Iterable[str], top: Collection[str | None], seen: _Seen, lead: int) -> list[str]:
    """Those at the top first, then those of the lead, and the most telling of each."""
    groups: tuple[list[str], ...] = ([], [], [], [])
    for stem in ranked:
        _, _, _, start, _ = seen.first[stem]
        is_later = stem not in seen.in_title and start >= lead
        groups[2 * (stem not in top) + is_later].append(stem)
    return [stem for group in groups for stem in group][:MAX_TERMS]


def _places(kept: Iterable[str], seen: _Seen, lead: int) -> dict[str, int]:
    """Where each stands, and what it is, but for what depends on other terms."""
    places: dict[str, int] = {}
    top = min(lead, _TOP_NAME)
    for stem in kept:
        _, _, kind, start, _ = seen.first[stem]
        in_title, capitals = stem in seen.in_title, seen.names.get(stem, 0)
        place = _TITLE if in_title else 0
        if in_title or start < lead:
            place |= _LEAD
        if capitals and 2 * capitals >= seen.in_text[stem] and kind in _MAY_BE_NAMES:
            place |= _NAME
            if in_title or start < top:
                place |= _TOP_NAME_PLACE
        if kind == "number" and len(stem) > 1 and not _is_year(stem):
            place |= _NUMBER
        places[stem] = place
    return places


def _around(text: str, kept: Iterable[str], seen: _Seen) -> Iterator[tuple[str, int]]:
    for stem in kept:
        if stem in seen.in_text:
            _, _, kind, start, end = seen.first[stem]
            reach = _REACH_UNSPACED if kind == "pairs" else _REACH
            yield stem, text_hash(text[max(0, start - reach) : end + reach]) & 0xFFFF or 1
        else:
            yield stem, 0


def _pairs(
    in_order: Sequence[str | None], weights: Mapping[str, float], hashes: Mapping[str, int]
) -> dict[tuple[int, int], int]:
    told = [stem if stem in hashes else None for stem in in_order]
    counts = Counter(
        [
            (one, two)
            for one, two in pairwise(told)
            if one is not None and two is not None and weights[one] + weights[two] > _LIGHTEST_PAIR
        ]
    )
    weighed = {
        (one, two): (1 + math.log(times)) * (weights[one] + weights[two])
        for (one, two), times in counts.items()
    }
    heaviest = sorted(weighed, key=weighed.__getitem__, reverse=True)[:MAX_PAIRS]
    return {(hashes[one], hashes[two]): min(_MOST_TIMES, counts[one, two]) for one, two in heaviest}


def _is_year(stem: str) -> bool:
    return _YEAR.fullmatch(stem) is not None


def _weights(found: Iterable[Stem], language: str) -> dict[str, float]:
    """Inverse document frequencies of stems; what is too common to tell anything is left out."""
    known = stem_weights(language)
    weights: dict[str, float] = {}
    for stem, _, kind, _, _ in found:
        weight = _number_weight(stem) if kind == "number" else known.get(stem, UNLISTED)
        if weight > _LIGHTEST:
            weights[stem] = round(_STEP * weight) / _STEP
    return weights


def _number_weight(digits: str) -> float:
    if _is_year(digits):
        return -math.log(_YEARS + RAREST)
    return -math.log(_DIGITS.get(len(digits), _MANY_DIGITS) + RAREST)

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
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntFlag
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from monitor.stories.words import RAREST, Token, stem_weight, stems, text_hash

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
            _SIZES.pack(len(keys), len(pairs), self.is_roundup)
            + struct.pack(_layout(len(keys)), *keys, *(self.around[key] for key in keys))
            + zlib.compress(small, 1)
        )


def _layout(terms: int) -> str:
    return f"<{terms}I{terms}H"


def unpack(packed: bytes) -> TermVector:
    """The terms that `TermVector.pack` packed."""
    count, _, is_roundup = _SIZES.unpack_from(packed)
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
        bool(is_roundup),
    )


# --- from a text ------------------------------------------------------------------------------


@dataclass(slots=True)
class _Seen:
    """A stem, and what is known of it once the text has been read."""

    form: str
    is_number: bool
    at: int
    """Where it first stands in the text; -1 in the headline."""
    reach: tuple[int, int] | None = None
    """The piece of the text in the middle of which it first stands; None if in none."""
    times: int = 0
    capitals: int = 0
    in_text: int = 0
    in_title: bool = False
    may_be_name: bool = True


def text_limit(*, unspaced: bool) -> int:
    """How many characters of a text are looked at."""
    return _TEXT_UNSPACED if unspaced else _TEXT


def term_vector(
    title: str, text: str, *, title_parts: Sequence[Token], parts: Sequence[Token],
    language: str, watched: Collection[str], lead: int, is_roundup: bool = False,
) -> TermVector:  # fmt: skip
    """The terms of a report.

    Args:
        title: the headline.
        text: the text.
        title_parts: the headline's tokens.
        parts: those of the text, up to `text_limit`.
        language: an ISO 639-1 code, to weigh by.
        watched: stems of the watched names found in it, which are left out.
        lead: characters of the text that count as its lead.
        is_roundup: whether it tells of many things.
    """
    seen, in_order = _read(text, parts, language, watched)
    _read_title(seen, title, title_parts, language, watched)
    weights = {stem: w for stem, each in seen.items() if (w := _weight(stem, each, language))}
    title_stems = {stem for stem in weights if seen[stem].in_title}
    opening = title_stems.union(filter(None, in_order[:_OPENING])) & weights.keys()
    top = title_stems.union(filter(None, in_order[:_TOP])) & weights.keys()
    told = {stem: (1 + math.log(seen[stem].times)) * w for stem, w in weights.items()}
    heavy = set(sorted(told, key=lambda stem: -told[stem])[:_HEAVIEST])
    kept = sorted(
        weights, key=lambda stem: (stem not in top, seen[stem].at >= lead, -told[stem])
    )[:MAX_TERMS]  # fmt: skip
    # Each is needed several times.
    hashes = {stem: text_hash(stem) for stem in weights}
    places: dict[int, int] = {}
    for stem in kept:
        each = seen[stem]
        is_name = each.may_be_name and not each.is_number and 2 * each.capitals >= each.in_text
        is_name = is_name and each.capitals > 0
        found = (
            (each.in_title, _TITLE),
            (stem in opening, _OPENING_PLACE),
            (stem in top, _TOP_PLACE),
            (each.at < lead, _LEAD),
            (is_name, _NAME),
            (is_name and each.at < min(lead, _TOP_NAME), _TOP_NAME_PLACE),
            (each.is_number and len(stem) > 1 and not _is_year(stem), _NUMBER),
            (stem in heavy, _HEAVY),
        )
        places[hashes[stem]] = sum(place for holds, place in found if holds)
    return TermVector(
        {hashes[stem]: weights[stem] for stem in kept},
        places,
        {hashes[stem]: _around(text, seen[stem].reach) for stem in kept},
        _pairs(in_order, set(kept), weights, hashes),
        is_roundup,
        {hashes[stem]: Word(stem, each.form) for stem, each in seen.items() if stem in weights},
    )


def _around(text: str, reach: tuple[int, int] | None) -> int:
    return 0 if reach is None else text_hash(text[slice(*reach)]) & 0xFFFF or 1


def _read(
    text: str, parts: Iterable[Token], language: str, watched: Collection[str]
) -> tuple[dict[str, _Seen], list[str | None]]:
    """What the text says of each stem, and its stems in order, None for those of watched names."""
    seen: dict[str, _Seen] = {}
    in_order: list[str | None] = []
    for stem, capital, token in stems(parts, language):
        if stem in watched:
            in_order.append(None)
            continue
        in_order.append(stem)
        each = seen.get(stem)
        if each is None:
            pairs = token.kind == "pairs"
            reach = _REACH_UNSPACED if pairs else _REACH
            each = seen[stem] = _Seen(
                text[token.start : token.end], token.kind == "number", token.start,
                (max(0, token.start - reach), token.end + reach), may_be_name=not pairs,
            )  # fmt: skip
        each.times += 1
        each.in_text += 1
        each.capitals += capital
    return seen, in_order


def _read_title(
    seen: dict[str, _Seen], title: str, parts: Iterable[Token],
    language: str, watched: Collection[str],
) -> None:  # fmt: skip
    for stem, _, token in stems(parts, language):
        if stem not in watched:
            form = title[token.start : token.end]
            each = seen.setdefault(stem, _Seen(form, token.kind == "number", -1, in_text=1))
            each.times += 1
            each.at, each.in_title = -1, True


def _pairs(
    in_order: Sequence[str | None],
    kept: Collection[str],
    weights: Mapping[str, float],
    hashes: Mapping[str, int],
) -> dict[tuple[int, int], int]:
    told = [stem if stem in kept else None for stem in in_order]
    counts = Counter(
        (one, two)
        for one, two in pairwise(told)
        if one is not None and two is not None and weights[one] + weights[two] > _LIGHTEST_PAIR
    )
    weighed = {
        (one, two): (1 + math.log(times)) * (weights[one] + weights[two])
        for (one, two), times in counts.items()
    }
    heaviest = sorted(weighed, key=lambda pair: -weighed[pair])[:MAX_PAIRS]
    return {(hashes[one], hashes[two]): min(_MOST_TIMES, counts[one, two]) for one, two in heaviest}


def _is_year(stem: str) -> bool:
    return _YEAR.fullmatch(stem) is not None


def _weight(stem: str, seen: _Seen, language: str) -> float:
    """Inverse document frequency of a stem; 0 if it is too common to tell anything."""
    if not seen.is_number:
        weight = stem_weight(stem, language)
    elif _is_year(stem):
        weight = -math.log(_YEARS + RAREST)
    else:
        weight = -math.log(_DIGITS.get(len(stem), _MANY_DIGITS) + RAREST)
    return round(_STEP * weight) / _STEP if weight > _LIGHTEST else 0.0

"""What is kept of an article's text to know its like again.

A fingerprint holds samples of the text's runs of words: those whose hashes are below a limit
that is a power of two, so that samples of texts of any length nest and a teaser is found in the
whole. Beside them it holds the weighed terms of the text, for reports of one event that share no
sentence, and what stands for a name or a figure between ordinary words, to tell apart two notices
filled in from one template. It is the same in every process.

Sources: resemblance and containment of documents (Broder 1997); sampling by a limit on the
hash's value (FracMinHash, Irber et al. 2022).
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import accumulate
from zlib import crc32

from monitor.stories import concepts, term_vector
from monitor.stories.cross_lingual import Abroad, Name, abroad
from monitor.stories.opening_words import (
    LEAD,
    LEAD_UNSPACED,
    SCRIPT,
    Filling,
    codes,
    name_stems,
    running,
    slots,
    stems,
    text_hash,
    tokens,
)
from monitor.stories.roundup import is_roundup
from monitor.stories.term_vector import Place, TermVector
from monitor.stories.weekdays import weekdays

SAMPLE = 128
"""Runs of words kept of a text, at the most."""
OPENING = 120
"""Runs that count as the opening; all of them are kept."""
TEXT_KEYS = 12
"""Keys by which a text is looked up, at the most; as many again for its opening."""
KEYED_ENTITIES = 8
SHARED_KEYS = 2
"""So many keys in common make another article worth a comparison; one may be chance."""
MAX_TEXT = 200_000
"""Characters looked at; a text that goes on is known by these."""

_RUN = 4
"""Words in a run."""
_WORD, _CHARACTER = 7, 4
"""How long they count: in scripts without spaces seven characters make a run."""
_HEAD = 48
"""Runs with which a text begins; in scripts without spaces `_HEAD_UNSPACED`."""
_HEAD_UNSPACED = 84
_HEADLINE = _FIRST_LINE = 250
"""Characters of a headline that are one, and of the first line of a text that has none."""
_ENOUGH = 5
"""Runs that two texts must share: fewer may be a quotation or an agency's tag."""
_ENOUGH_OPENING = 12
_BEGINNING = int(Place.LEAD | Place.TITLE)
_SPACE = 1 << 32
_FORMAT = 6
_HEADER = struct.Struct("<BQBHHHHH")
"""Format, hash of all words, bits of the limit; length of what is needed of a report in another
language; how many runs, runs of the head, others, and slots."""
_SLOT_STEP = 10
"""What fills a slot is weighed in steps of 1/10."""
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

_UNSPACED = re.compile(f"[{SCRIPT}]")
_UNIT = re.compile(f"[{SCRIPT}]|[^\\W_{SCRIPT}]+")
_SPACED_UNIT = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of an article's text to know its like again."""

    exact: int = 0
    """Hash of all words of headline and text; 0 when there are none."""
    runs: frozenset[int] = frozenset()
    """Hashes of runs of words, all of those below `limit`."""
    limit: int = _SPACE
    opening: frozenset[int] = frozenset()
    """Hashes of the first `OPENING` runs, all of them."""
    head: tuple[int, ...] = ()
    """The first of these, in order."""
    terms: TermVector = field(default_factory=TermVector)
    """The weighed terms of headline and text."""
    codes: frozenset[str] = frozenset()
    """Such as CVE-2026-1234, in headline and opening."""
    slots: Mapping[int, Filling] = field(default_factory=dict)
    """What stands after which words of the opening."""
    abroad: Abroad = field(default_factory=Abroad)
    """What can be found of it in reports in other languages."""

    def likeness(self, other: Fingerprint) -> float:
        """The share of the shorter text, or opening, that stands in the other; symmetric."""
        if self.exact and self.exact == other.exact:
            return 1.0
        limit = min(self.limit, other.limit)
        mine = self.runs if limit == self.limit else _below(self.runs, limit)
        theirs = other.runs if limit == other.limit else _below(other.runs, limit)
        return max(
            _containment(mine, theirs, _ENOUGH),
            _containment(self.opening, other.opening, _ENOUGH_OPENING),
        )

    def beginning_in(self, other: Fingerprint) -> float:
        """The share of its beginning that stands near the beginning of the other, 0 to 1."""
        # Of a teaser no more can be found than it has.
        head = self.head[: len(other.head)]
        return sum(run in other.opening for run in head) / max(1, len(head))

    def headline_in(self, other: Fingerprint) -> float:
        """The share of its headline's terms that the other begins with, 0 to 1."""
        weights, theirs = self.terms.weights, other.terms.places
        headline = self.terms.at(Place.TITLE)
        found = sum(weights[key] for key in headline if theirs.get(key, 0) & _BEGINNING)
        return found / max(1.0, sum(weights[key] for key in headline))

    def headline_beyond(self, other: Fingerprint) -> float:
        """The share of the headline that its text takes up and the other does not begin with."""
        terms, theirs = self.terms, other.terms.places
        headline = terms.at(Place.TITLE)
        beyond = sum(
            terms.weights[key]
            for key in headline
            # Figures in a headline change with every version of a text.
            if terms.around[key]
            and not theirs.get(key, 0) & _BEGINNING
            and not terms.places[key] & Place.NUMBER
        )
        return beyond / max(1.0, sum(terms.weights[key] for key in headline))

    def has_headline_of_its_own(self, other: Fingerprint) -> bool:
        """Whether its headline names something that its text takes up and the other nowhere has."""
        terms, theirs = self.terms, other.terms.weights
        return any(
            terms.around[key] and key not in theirs and terms.places[key] & Place.NAME
            for key in terms.at(Place.TITLE)
        )

    def text_keys(self) -> tuple[int, ...]:
        """Where to look for its copies: they share `SHARED_KEYS` of these, or nearly always.

        Returns:
            At most 2 × `TEXT_KEYS` + 2 different numbers from 0 to 2³⁴.
        """
        found = {*sorted(self.runs)[:TEXT_KEYS], *sorted(self.opening)[:TEXT_KEYS]}
        if self.exact:
            found |= {2 * _SPACE + (self.exact & (_SPACE - 1)), 3 * _SPACE + (self.exact >> 32)}
        return tuple(sorted(found))

    def event_keys(self, entities: Iterable[str]) -> tuple[int, ...]:
        """Where to look for reports of the same event in other words, among other numbers.

        Args:
            entities: whom it names: only reports that name the same are looked at.

        Returns:
            `term_vector.TERM_KEYS` for each of at most `KEYED_ENTITIES` entities; none for a
            fingerprint that was unpacked.
        """
        return tuple(sorted(_SPACE + key for key in self.terms.keys(entities, KEYED_ENTITIES)))

    def pack(self) -> bytes:
        """Bytes to be stored, some 4 kB; `unpack` makes the same fingerprint of them."""
        rest = sorted(self.opening.difference(self.head))
        numbers = (*sorted(self.runs), *self.head, *rest)
        names, heard, run, pinyin, rows, figures, cased, told = self.abroad
        abroad = [names, sorted(heard), run, pinyin, rows, sorted(figures), cased]
        abroad += [concepts.pack(told), concepts.version()]
        text = _ENCODER.encode([sorted(self.codes), abroad]).encode("utf-8", "surrogatepass")
        first = zlib.compress(text, 1)
        sizes = (len(self.runs), len(self.head), len(rest), len(self.slots))
        fillings = self.slots.values()
        return b"".join(
            (
                _HEADER.pack(_FORMAT, self.exact, self.limit.bit_length(), len(first), *sizes),
                first,
                struct.pack(
                    _layout(len(numbers), len(self.slots)),
                    *numbers,
                    *self.slots,
                    *(filling.value for filling in fillings),
                    *(round(_SLOT_STEP * filling.weight) for filling in fillings),
                ),
                self.terms.pack(),
            )
        )


def _layout(numbers: int, slots: int) -> str:
    return f"<{numbers}I{slots}I{slots}H{slots}B"


def unpack(packed: bytes, *, whole: bool = True) -> Fingerprint | None:
    """The fingerprint that was packed; None if another version of the program packed it.

    Args:
        packed: what `Fingerprint.pack` made.
        whole: whether all of it is needed; else only its codes and what is found abroad.
    """
    if packed[0] != _FORMAT:
        return None
    _, exact, limit, length, runs, head, others, filled = _HEADER.unpack_from(packed)
    begins = _HEADER.size + length
    text = zlib.decompress(packed[_HEADER.size : begins]).decode("utf-8", "surrogatepass")
    found_codes, (names, heard, run, pinyin, rows, figures, cased, told, version) = json.loads(text)
    made = Fingerprint(
        codes=frozenset(found_codes),
        abroad=Abroad(
            names=tuple(map(Name._make, names)),
            heard=frozenset(heard),
            run=run,
            pinyin=pinyin,
            rows=rows,
            figures=frozenset(figures),
            cased=cased,
            concepts=concepts.unpack(told) if version == concepts.version() else {},
        ),
    )
    if not whole:
        return made
    layout, count = _layout(runs + head + others, filled), runs + head + others
    values = struct.unpack_from(layout, packed, begins)
    places, fillings, weights = (values[count + filled * n :][:filled] for n in range(3))
    return replace(
        made,
        exact=exact,
        runs=frozenset(values[:runs]),
        limit=1 << (limit - 1),
        opening=frozenset(values[runs:count]),
        head=values[runs : runs + head],
        slots={
            place: Filling(value, weight / _SLOT_STEP)
            for place, value, weight in zip(places, fillings, weights, strict=True)
        },
        terms=term_vector.unpack(packed[begins + struct.calcsize(layout) :]),
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
    whole = f"{title}\n{text}"
    spaced = whole.isascii() or _UNSPACED.search(whole) is None
    units, headline = _units(text, spaced), _units(title, spaced)
    # A text of no more than a headline is known by its headline.
    hashes = _runs(units, spaced) or _runs(headline, spaced)
    runs, limit = _sample(hashes)
    unspaced = not spaced and len(_UNSPACED.findall(text[:LEAD])) > LEAD / 8
    lead = text[: LEAD_UNSPACED if unspaced else LEAD]
    tongue = (language or "en")[:2].lower()
    begun = text[: term_vector.text_limit(unspaced=unspaced)]
    headline_parts, parts = tokens(title[:LEAD], tongue), tokens(lead, tongue)
    # A text without a headline has its first line for one.
    top = title[:_HEADLINE] or text.lstrip().partition("\n")[0][:_FIRST_LINE]
    top_parts, text_parts = running(top, tongue), running(begun, tongue)
    top_stems, text_stems = stems(top_parts, tongue), stems(text_parts, tongue)
    # The opening, in which they are looked for, holds none that is longer.
    names = [name[:LEAD] for name in names]
    watched = {stem for name in names for stem in name_stems(name, tongue)}
    return Fingerprint(
        exact=_exact(headline, units),
        runs=runs,
        limit=limit,
        opening=frozenset(hashes[:OPENING]),
        head=tuple(dict.fromkeys(hashes[: _HEAD_UNSPACED if unspaced else _HEAD])),
        terms=term_vector.term_vector(
            top, begun, title_stems=top_stems, text_stems=text_stems, language=tongue,
            watched=watched, lead=len(lead),
            is_roundup=is_roundup(top_parts, text_parts, top_stems, text_stems, begun, tongue),
            weekdays=weekdays(top, begun, tongue),
        ),
        codes=codes(f"{title[:LEAD]}\n{lead}"),
        slots=slots(parts),
        abroad=abroad(
            title[:LEAD], lead, tongue, names,
            title_parts=headline_parts, parts=parts, text=text,
        ),
    )  # fmt: skip


def _units(text: str, spaced: bool) -> list[str]:
    return (_SPACED_UNIT if spaced else _UNIT).findall(text.casefold())


def _exact(headline: Sequence[str], units: Sequence[str]) -> int:
    if not headline and not units:
        return 0
    words = f"{' '.join(headline)}\n{' '.join(units)}".encode("utf-8", "replace")
    return int.from_bytes(blake2b(words, digest_size=8).digest(), "big") | 1


def _runs(units: Sequence[str], spaced: bool) -> list[int]:
    """Hashes of the runs of words, in order."""
    if spaced:
        # `text_hash` of each, without making every run anew: this is where the time goes.
        data = " ".join(units).encode("utf-8", "replace")
        lengths = map(len, data.split(b" "))
        starts = list(accumulate((length + 1 for length in lengths), initial=0))
        return [crc32(data[a : b - 1]) for a, b in zip(starts, starts[_RUN:], strict=False)]
    found: list[int] = []
    weights = [_CHARACTER if _UNSPACED.match(unit) else _WORD for unit in units]
    length, end = 0, 0
    for start, weight in enumerate(weights):
        while end < len(units) and length < _RUN * _WORD:
            length += weights[end]
            end += 1
        if length < _RUN * _WORD:
            break
        found.append(text_hash(" ".join(units[start:end])))
        length -= weight
    return found


def _sample(hashes: Sequence[int]) -> tuple[frozenset[int], int]:
    """At most `SAMPLE` of the hashes, and the limit that all of them are below.

    Limits are powers of two, so that of two samples one, cut at the other's limit, is the
    sample that the other's would be of the same text.
    """
    # Most texts have many more: what is surely above the limit need not be looked at twice.
    limit = _SPACE >> max(0, (len(hashes) // SAMPLE).bit_length() - 2)
    kept = _below(hashes, limit)
    if len(kept) <= SAMPLE:
        kept, limit = frozenset(hashes), _SPACE
    while len(kept) > SAMPLE:
        limit //= 2
        kept = _below(kept, limit)
    return kept, limit


def _below(hashes: Collection[int], limit: int) -> frozenset[int]:
    # A list is quicker to make a set of than a generator.
    return frozenset(hashes if limit == _SPACE else [run for run in hashes if run < limit])


def _containment(mine: frozenset[int], theirs: frozenset[int], enough: int) -> float:
    shared = len(mine & theirs)
    return shared / min(len(mine), len(theirs)) if shared >= enough else 0.0

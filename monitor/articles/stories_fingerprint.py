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
import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple
from zlib import crc32

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

_RUN = 4.0
"""Words in a run."""
_CHARACTER = 4 / 7
"""How much of a word a character is in scripts without spaces: seven make a run."""
_OPENING = 120
"""Runs that count as the opening."""
_HEAD = 48
"""Runs with which a text begins; in scripts without spaces `_HEAD_UNSPACED`."""
_HEAD_UNSPACED = 84
_SAME_HEAD = 0.35
"""Share of them from which two texts begin alike: a new paragraph may stand before the rest."""
_LEAD = 900
"""Characters whose telling words are kept; in scripts without spaces `_LEAD_UNSPACED`."""
_LEAD_UNSPACED = 300
_MOST_WORDS = 200
_REACH = 15
"""Characters on either side by which one sees that a word stands in a copied passage."""
_REACH_UNSPACED = 5
_LEAST = 0.3
"""What tells less is left out; years and single digits tell so much."""
_NUMBER = 2.0
_MOST_DIGITS = 15
_ENOUGH = 5
"""Runs that two texts must share: fewer may be a quotation or an agency's tag."""
_ENOUGH_OPENING = 12
_SPACE = 1 << 32

_SCRIPT = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003134f"
)
_UNSPACED = re.compile(f"[{_SCRIPT}]")
_UNIT = re.compile(f"[{_SCRIPT}]|[^\\W_{_SCRIPT}]+")
_TOKEN = re.compile(
    r"(?P<number>\d+(?:[.,:]\d+)*)|(?P<kana>[\u30a1-\u30ff]{2,})"
    r"|(?P<pairs>[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff"
    r"\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003134f]+)"
    r"|(?P<particles>[\u3040-\u309f]+)|(?P<word>[^\W\d_\u3040-\u30ff]+)"
    r"|(?P<stop>[.!?\n…;\u3002\uff01\uff1f\u061f\u0964]|: )"
)
_CODE = re.compile(r"(?<![\w-])[A-Za-z]{1,8}(?:-\d{2,8}){1,3}(?![\w-])")
"""CVE-2026-1234, MS17-010, AA24-038: what one notice of a series is about."""
_ARABIC = re.compile("[\u0620-\u06ff]")
_ARABIC_PREFIX = re.compile("^(?:[وفبكل]?ال|لل|[وفبل](?=....))")
_YEAR = re.compile("(?:19|20)..")
_STEM = 6
"""Letters by which a word is known, so that its endings do not matter."""
_UNKNOWN = 3.0
"""How much a word tells that is in no list of frequent words."""
_RARE = 2.5
"""From so much on a word is taken for a name."""
_PAIR = 2.0
"""How much a pair of characters tells at the most: a word makes several."""
_COMMON = 5.5
"""Zipf frequency from which a word tells nothing."""


class Word(NamedTuple):
    """A telling word of headline or opening."""

    weight: float
    """How much it tells: 0 to 3."""
    around: int
    """Hash of what it stands in the middle of; 0 if it stands in the headline only."""
    headline: bool
    form: str
    """As it is written there."""


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
    """Hashes of the first `_HEAD` runs."""
    words: Mapping[str, Word] = field(default_factory=dict)
    """The telling words of headline and opening, by their stems."""
    codes: frozenset[str] = frozenset()
    """Such as CVE-2026-1234, in headline and opening."""
    slots: Mapping[int, int] = field(default_factory=dict)
    """What stands for a name (odd) or a figure (even) after which two ordinary words; hashes."""

    def likeness(self, other: Fingerprint) -> float:
        """The share of the shorter text, or opening, that stands in the other; symmetric."""
        if self.exact and self.exact == other.exact:
            return 1.0
        return max(
            _containment(self.runs, self.limit, other.runs, other.limit, _ENOUGH),
            _containment(
                self.opening, self.opening_limit, other.opening, other.opening_limit,
                _ENOUGH_OPENING,
            ),
        )  # fmt: skip

    def begins_like(self, other: Fingerprint) -> bool:
        """Whether what it begins with stands near the beginning of the other."""
        tested = {run for run in self.head if run in other.head or run < other.opening_limit}
        found = len(tested & (other.head | other.opening))
        # Of a teaser no more can be found than it has.
        return found >= _SAME_HEAD * min(len(tested), len(other.head))

    def keys(self) -> tuple[int, ...]:
        """Where to look for its like: two that are alike nearly always share one.

        At most 2 × `TEXT_KEYS` + `WORD_KEYS` + 1 numbers below 2⁶³.
        """
        found = {*sorted(self.runs)[:TEXT_KEYS], *sorted(self.opening)[:TEXT_KEYS]}
        telling = sorted(
            (-word.weight, crc32(stem.encode("utf-8", "replace")))
            for stem, word in self.words.items()
        )
        words = {_SPACE | key for _, key in telling[:WORD_KEYS]}
        exact = {2 * _SPACE | self.exact >> 32} if self.exact else set()
        return tuple(sorted(found | words | exact))

    def pack(self) -> bytes:
        """Bytes to be stored, some 6 kB; `unpack` makes the same fingerprint of them."""
        parts = [
            _FORMAT, self.exact, self.limit, sorted(self.runs), self.opening_limit,
            sorted(self.opening), sorted(self.head), [[stem, *word] for stem, word in self.words.items()],
            sorted(self.codes), sorted(self.slots.items()),
        ]  # fmt: skip
        packed = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
        return packed.encode("utf-8", "surrogatepass")


_FORMAT = 1


def unpack(packed: bytes) -> Fingerprint | None:
    """The fingerprint that was packed; None if another version of the program packed it."""
    parts = json.loads(packed.decode("utf-8", "surrogatepass"))
    if parts[0] != _FORMAT:
        return None
    _, exact, limit, runs, opening_limit, opening, head, words, codes, slots = parts
    return Fingerprint(
        exact, frozenset(runs), limit, frozenset(opening), opening_limit, frozenset(head),
        {stem: Word(*word) for stem, *word in words}, frozenset(codes), dict(slots),
    )  # fmt: skip


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
    unspaced = len(_UNSPACED.findall(text[:_LEAD])) > _LEAD / 8
    lead = " ".join(text[: _LEAD_UNSPACED if unspaced else _LEAD].split(" "))
    tongue = (language or "en")[:2].lower()
    known = {stem for name in names for stem, *_ in _telling(name, tongue)}
    words: dict[str, Word] = {}
    for stem, weight, start, end in _telling(lead, tongue):
        if weight >= _LEAST and stem not in known and stem not in words:
            reach = _REACH_UNSPACED if unspaced else _REACH
            around = _hash(lead[max(0, start - reach) : end + reach].casefold())
            words[stem] = Word(weight, around, False, lead[start:end])
    for stem, weight, start, end in _telling(title[:_LEAD], tongue):
        if weight >= _LEAST and stem not in known:
            around = words[stem].around if stem in words else 0
            words[stem] = Word(weight, around, True, title[start:end])
    return Fingerprint(
        _exact(headline, units),
        runs,
        limit,
        opening,
        opening_limit,
        frozenset(hashes[: _HEAD_UNSPACED if unspaced else _HEAD]),
        dict(islice(words.items(), _MOST_WORDS)),
        frozenset(code.upper() for code in _CODE.findall(f"{title[:_LEAD]}\n{lead}")),
        _slots(lead, tongue),
    )


def _exact(headline: Sequence[str], units: Sequence[str]) -> int:
    if not headline and not units:
        return 0
    words = f"{' '.join(headline)}\n{' '.join(units)}".encode("utf-8", "replace")
    return int.from_bytes(blake2b(words, digest_size=8).digest(), "big") >> 2 | 1


def _hash(text: str) -> int:
    """A hash that is the same in every process, which Python's own is not."""
    # Checksums of similar texts differ in few bits; the multiplication spreads those.
    return crc32(text.encode("utf-8", "replace")) * 0x9E3779B1 % _SPACE


def _runs(units: Sequence[str]) -> list[int]:
    """Hashes of the runs of words, in order."""
    if not any(map(_UNSPACED.match, units)):
        count = int(_RUN)
        return [_hash(" ".join(units[i : i + count])) for i in range(len(units) - count + 1)]
    found: list[int] = []
    length, end = 0.0, 0
    weights = [_CHARACTER if _UNSPACED.match(unit) else 1.0 for unit in units]
    for start, weight in enumerate(weights):
        while end < len(units) and length < _RUN - 0.01:
            length += weights[end]
            end += 1
        if length < _RUN - 0.01:
            break
        found.append(_hash(" ".join(units[start:end])))
        length -= weight
    return found


def _sample(hashes: Sequence[int], most: int) -> tuple[frozenset[int], int]:
    """At most so many of the hashes, and the limit that all of them are below.

    Limits are powers of two, so that of two samples one, cut at the other's limit, is the
    sample that the other's would be of the same text.
    """
    ordered = sorted(set(hashes))
    limit = _SPACE
    while bisect_left(ordered, limit) > most:
        limit //= 2
    return frozenset(ordered[: bisect_left(ordered, limit)]), limit


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


def _telling(text: str, language: str) -> Iterator[tuple[str, float, int, int]]:
    """The words of a text: stem, how much it tells, where it stands."""
    for found in _TOKEN.finditer(text):
        kind, start, end = found.lastgroup, found.start(), found.end()
        word = found[0].casefold()
        if kind == "word":
            if len(word) > 2:
                yield _stem(word), _weight(word, language), start, end
        elif kind == "number":
            digits = "".join(c for c in word if c.isdecimal()).lstrip("0")
            if len(digits) == 1 or _YEAR.fullmatch(digits):
                yield digits, _LEAST, start, end
            elif digits:
                # As ASCII: Arabic and Indian digits are the same numbers.
                yield str(int(digits[:_MOST_DIGITS])), _NUMBER, start, end
        elif kind == "kana":
            yield word, _weight(word, language), start, end
        elif kind == "pairs":
            for i in range(len(word) - 1):
                pair = word[i : i + 2]
                yield pair, min(_PAIR, _weight(pair, language)), start + i, start + i + 2


def _slots(text: str, language: str) -> dict[int, int]:
    """What stands for a name or a figure, by the two ordinary words before it; hashes of both.

    Odd for a name, even for a figure. What stands twice after the same words, but not the same,
    is left out.
    """
    slots: dict[int, int] = {}
    doubtful: set[int] = set()
    before, rare = ("", ""), list[str]()
    figures = True

    def close() -> None:
        if rare and before[0]:
            key, value = _hash(" ".join(before)), _hash(" ".join(rare)) | 1
            value -= figures
            if slots.setdefault(key, value) != value:
                doubtful.add(key)
        rare.clear()

    for found in _TOKEN.finditer(text):
        kind, word = found.lastgroup, found[0].casefold()
        if kind == "number" or (kind in {"word", "kana"} and _weight(word, language) >= _RARE):
            figures = kind == "number" if not rare else figures and kind == "number"
            rare.append(word)
            continue
        close()
        before = ("", "") if kind == "stop" else (before[1], word)
    close()
    return {key: value for key, value in slots.items() if key not in doubtful}


def _stem(word: str) -> str:
    if _ARABIC.match(word):
        return _ARABIC_PREFIX.sub("", word)[: _STEM - 1]
    return word[:_STEM]


def _weight(word: str, language: str) -> float:
    frequency = _frequencies(language).get(word)
    if frequency is None:
        return _UNKNOWN
    return round(max(0.0, min(_UNKNOWN, _COMMON - math.log10(frequency) - 9)), 1)


@cache
def _frequencies(language: str) -> Mapping[str, float]:
    from wordfreq import get_frequency_dict

    try:
        return get_frequency_dict(language, wordlist="small")
    except LookupError:
        return {}

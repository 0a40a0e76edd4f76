# ruff: noqa: RUF001 - endings of languages with letters that look alike
"""Whatever in a text points to a country: names, adjectives, capitals, towns, seats of power.

From kept data: `gazetteer.tsv`, which `tools/gazetteer.py` makes of CLDR and GeoNames, and
`whose.toml`, which is written by hand. Read when it is first needed.
"""

from __future__ import annotations

import enum
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from monitor.matching.names.ordinary import frequency
from monitor.matching.text.normalise import Folded, bounded, fold_name
from monitor.matching.text.patterns import lazy


class Sort(enum.Enum):
    """What a cue is; its value is what it weighs beside a mention."""

    NAME = 2.0
    CAPITAL = 2.1
    MARK = 3.0
    SHARED = 1.4
    TOWN = 1.5
    REGION = 1.6


@dataclass(frozen=True, slots=True)
class Cue:
    """Something that points to a country, or to one of several, by offsets in folded text."""

    start: int
    end: int
    countries: frozenset[str]
    """ISO 3166-1 codes."""
    sort: Sort


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    countries: frozenset[str]
    sort: Sort
    capital: bool
    """It only counts with a capital, in scripts that have them."""
    exact: bool = True
    """It counts as it stands."""
    open: bool = False
    """It counts with any ending."""
    inflected: bool = False
    """It counts with the ending of a case, or of an adjective."""


_CASES = (
    "s|es|ns|en|e|a|i|y|u|o|ie|ii|ia|iu|ei|em|om|ou|ach|ami|owi|iem|ze|ssa|sta|lla|lle|lta|n|in|an|"
    "ah|ban|ben|nak|nek|ra|re|rol|rel|tol|bol|t|ot|at|et|val|vel|al|ja|je|jo|ju|jas|os|us|ija|da|de|"
    "а|я|ы|и|і|е|у|ю|ой|ою|ей|ею|ии|ию|ией|ом|ем|ам|ах|ами|ій|ію|ією|ові|єм|ою|"
    "ς|σ|ας|ασ|ης|ησ|ου|ον|ην|αν"
)
_ADJECTIVES = (
    r"(?:(?:i|a|n|an|en|ian|nes|es|e)?isch(?:e[nrsm]?)?|(?:an|es|ens|n)?ers?|ians?|ans?|nians?|ean|"
    r"ese|ish|i|(?:an|ain|en|ien|een|ais|ois|ol|it|ard|in)(?:ne|e|se)?s?|(?:an|en|in|ien)[oaei]s?|"
    r"es[aei]?s?|ense?s?|ic[oaie]s?|ani|(?:ij|yj|i|a|an)?sk(?:i|a|ie|iego|iej|im|ich|imi|y|e|eho|"
    r"emu|ou|em|ych|ymi|ega|om)|aanse?|(?:и?й|ан|иан)?ск(?:ий|ая|ое|ие|ого|ой|ому|ую|им|ом|их|ими)|"
    r"(?:ій|ан)?ськ(?:ий|а|е|і|ого|ої|ому|у|им|их))"
)
_ENDING = lazy(rf"(?:{_CASES}|{_ADJECTIVES})\Z")
_VOWELS = "aeiouyаеиоуыяюіїє"
_STEM = 4
_WORD_REST = lazy(r"\w*")
_JOINED = lazy("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Scripts that write words together, or particles to them."""
_LONGEST_ENDING = 9
_PREFIXED = lazy("[\u0590-\u06ff]")


_BY_HAND = {
    "words": Sort.NAME, "marks": Sort.MARK, "leaders": Sort.MARK, "regions": Sort.REGION,
}  # fmt: skip
"""What the keys of `whose.toml` list."""


class Gazetteer:
    """An automaton over all cues."""

    def __init__(self) -> None:
        from ahocorasick_rs import AhoCorasick, Implementation

        entries = _Entries()
        entries.read_names()
        entries.read_by_hand()
        self._meant = list(entries.of.values())
        # The texts themselves are not kept: they are five times as large as all else.
        self._automaton = AhoCorasick(
            entries.of, implementation=Implementation.ContiguousNFA, store_patterns=False
        )

    def find(self, folded: Folded, low: int, high: int) -> list[Cue]:
        """The cues that begin in `folded.text[low:high]`, in order, the longest of each place."""
        text = folded.text[low:high]
        best: dict[int, tuple[int, int, Cue]] = {}
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            for cue, sureness in self._cues(number, folded, low + start, low + end):
                known = best.get(cue.start)
                key = (sureness, cue.end - cue.start)
                if known is None or key > known[:2]:
                    best[cue.start] = (*key, cue)
        return list(_apart(cue for _, (_, _, cue) in sorted(best.items())))

    def _cues(self, number: int, folded: Folded, start: int, end: int) -> Iterator[tuple[Cue, int]]:
        text = folded.text
        joined = _JOINED.match(text, end - 1) is not None
        inside = start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_")
        if inside and not joined and not _PREFIXED.match(text[start]):
            return
        rest = "" if joined else _WORD_REST.match(text, end)[0]  # type: ignore[index]
        if len(rest) > _LONGEST_ENDING:
            return
        whole = joined or not rest or bounded(text, start, end)
        for entry in self._meant[number]:
            if entry.capital and not _capital(folded, start, end):
                continue
            if entry.exact and whole:
                yield Cue(start, end, entry.countries, entry.sort), 2
            elif rest and (entry.open or (entry.inflected and _ENDING.match(rest))):
                yield Cue(start, end + len(rest), entry.countries, entry.sort), int(entry.open)


class _Entries:
    """What each text means that points to a country."""

    def __init__(self) -> None:
        self.of: dict[str, tuple[_Entry, ...]] = {}
        # A country's thousand towns mean the same.
        self._entry = lru_cache(maxsize=None)(_Entry)
        self._met: dict[tuple[_Entry, ...], tuple[_Entry, ...]] = {}

    def _add(self, text: str, entry: _Entry) -> None:
        if text:
            meant = (*self.of.get(text, ()), entry)
            self.of[text] = self._met.setdefault(meant, meant)

    def read_names(self) -> None:
        """Enter the names of `gazetteer.tsv`."""
        sorts = {
            "country": Sort.NAME,
            "capital": Sort.CAPITAL,
            "town": Sort.TOWN,
            "region": Sort.REGION,
        }
        text = files("monitor.matching.names").joinpath("gazetteer.tsv").read_text("utf-8")
        codes: dict[str, frozenset[str]] = {}
        for line in text.splitlines():
            code, kind, name = line.split("\t")
            countries = codes.setdefault(code, frozenset(code.split(",")))
            sort = sorts[kind]
            told = sort in {Sort.NAME, Sort.CAPITAL}
            long = len(name) > _STEM and name[-1].isalpha() and not _JOINED.match(name[-1])
            self._add(name, self._entry(countries, sort, True, inflected=told and long))
            if told and long and " " not in name and name[-1] in _VOWELS:
                self._add(
                    name[:-1], self._entry(countries, sort, True, exact=False, inflected=True)
                )
            for changed in _changed(name) if told and long else ():
                self._add(changed, self._entry(countries, sort, True))

    def read_by_hand(self) -> None:
        """Enter what `whose.toml` lists."""
        text = files("monitor.matching.names").joinpath("whose.toml").read_text("utf-8")
        table = tomllib.loads(text)
        shared = table.pop("shared")
        for phrase, code in table.pop("capitals").items():
            self._add_phrase(phrase, frozenset({code}), Sort.CAPITAL)
        for code, row in table.items():
            for key, sort in _BY_HAND.items():
                for phrase in row.get(key, "").split(";"):
                    self._add_phrase(phrase.strip(), frozenset({code}), sort)
        for phrase, codes in shared.items():
            self._add_phrase(phrase, frozenset(codes.split()), Sort.SHARED)
        for name, some in _families(table).items():
            if fold_name(name) not in self.of:
                self._add_phrase(name, frozenset(some), Sort.SHARED)

    def _add_phrase(self, phrase: str, countries: frozenset[str], sort: Sort) -> None:
        folded = fold_name(phrase.removesuffix("*"))
        capital = phrase.lower() != phrase
        inflected = sort is Sort.MARK and capital and folded.isalpha() and len(folded) > _STEM
        self._add(
            folded,
            self._entry(countries, sort, capital, open=phrase[-1:] == "*", inflected=inflected),
        )


def _families(table: Mapping[str, Mapping[str, str]]) -> dict[str, set[str]]:
    """The last names of those who are listed by two, and whose they are: Healey, for John Healey.

    What is met often is a word, or anybody's name.
    """
    found: dict[str, set[str]] = {}
    for code, row in table.items():
        for phrase in row.get("marks", "").split(";"):
            first, _, last = phrase.strip().partition(" ")
            if first.istitle() and last.isalpha() and last.istitle() and last.isascii():
                found.setdefault(last, set()).add(code)
    return {
        name: codes
        for name, codes in found.items()
        if len(codes) <= _SEVERAL and len(name) > _STEM and frequency(name.lower()) < _KNOWN
    }


_SEVERAL, _KNOWN = 2, 3.3
"""Countries that may share a last name, and the Zipf frequency from which it is met often."""


def _changed(name: str) -> Iterator[str]:
    """A name in the cases that change its stem: Bukareszt, w Bukareszcie; Praga, v Praze."""
    for was, becomes in _STEM_CHANGES:
        if name.endswith(was):
            yield name[: -len(was)] + becomes


_STEM_CHANGES = (
    ("t", "cie"), ("ta", "cie"), ("d", "dzie"), ("da", "dzie"), ("ga", "dze"), ("ga", "ze"),
    ("ha", "ze"), ("ka", "ce"), ("en", "niu"), ("en", "ni"), ("ek", "ku"), ("га", "зі"),
    ("ів", "ові"),
)  # fmt: skip


def _apart(cues: Iterator[Cue]) -> Iterator[Cue]:
    """The cues but those within another: "New York" has no York in it."""
    reach = 0
    for cue in cues:
        if cue.end > reach:
            yield cue
            reach = cue.end


def _capital(folded: Folded, start: int, end: int) -> bool:
    begin, finish = folded.locate(start, end)
    written = folded.original[begin:finish]
    return written != written.lower() or written == written.upper()


@cache
def gazetteer() -> Gazetteer:
    """All cues, read once: 0.2 s and 6 MB."""
    return Gazetteer()


def cues_in(text: str) -> list[Cue]:
    """The cues of a short text, such as a name or a feed's title."""
    from monitor.matching.text.normalise import fold

    folded = fold(text)
    return gazetteer().find(folded, 0, len(folded.text))

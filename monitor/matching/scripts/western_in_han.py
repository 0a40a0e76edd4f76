# ruff: noqa: RUF001 - Chinese characters
"""Names in Latin letters met in Chinese characters: a watched Donald Trump is 唐纳德·特朗普.

Between the words of such a name stands a dot, and nothing says where it begins and ends. So only
what is around a dot is looked at, and what stands behind an office: 法国总统马克龙. The index is
made when the first such text comes.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence

from monitor.matching.names.meanings import Use
from monitor.matching.scripts.latin_names import LatinNames
from monitor.matching.spelling.han_sounds import said_in_han
from monitor.matching.spelling.spelling_tree import SpellingTree
from monitor.matching.spelling.spellings_heard import distance_of, units
from monitor.matching.text.normalise import Folded, fold_name
from monitor.matching.text.patterns import lazy
from monitor.matching.text.words import PARTICLES, romanisations

_HAN = "\u3400-\u9fff"
_DOTS = frozenset("·‧・･•．∙")
_DOT = lazy(f"[{''.join(sorted(_DOTS))}]")
_MEET = lazy(rf"(?<=[{_HAN}])[^{_HAN}\w\n](?=[{_HAN}])")
_RUN = lazy(rf"[{_HAN}]*")
_RUN_BEFORE = lazy(rf"[{_HAN}]*\Z")
_OFFICE = lazy(
    "(?:总统|總統|首相|总理|總理|国务卿|國務卿|防长|防長|外长|外長|财长|財長|国王|國王|教皇|秘书长|秘書長|总书记)"
    rf"(?=[{_HAN}]{{2}})"
)
_LONGEST = 8
"""Characters of a word of a name."""
_GOES_ON = frozenset("斯尔爾特森克姆尼娜莎莉琳茨顿頓伦倫逊遜蒂耶娅婭托诺諾埃")
"""With what hardly begins anything else, a name goes on."""
_MOST, _UNUSUAL, _PLAIN = 2.0, 0.2, 4
"""How unusual a word may be for its spelling; of a name, this share of the sounds beyond some."""
_MOST_ALONE = 1.0
"""The same behind an office."""
_NONE = (float("inf"), 0, 0)
_CONSONANTS, _SOUNDS = 3, 4
"""Consonants that a whole name has at least, and sounds of a family's name behind an office."""
_AT_ONCE = 200
"""Places of one text that are looked at."""


class WesternInHan:
    """An index of persons' names by how they sound; of each it keeps whose it is.

    Args:
        uses: gives the names of an entity again, by its number.
        names: those that are watched.
    """

    def __init__(self, uses: Callable[[int], Sequence[Use]], names: LatinNames) -> None:
        self._uses, self._watched = uses, names
        self._names: Sequence[str] = ()
        self._growing = threading.Lock()
        self._trees: tuple[SpellingTree, SpellingTree] | None = None

    def compile(self) -> None:
        """Make ready to find the names as they are by now."""
        self._trees = None

    def find(self, folded: Folded) -> Iterator[tuple[Use, int, int, bool]]:
        """Every name in a text: its use, its offsets in the folded text, and whether it is sure."""
        if not len(self._watched):
            return
        dots = []
        if _DOT.search(folded.original):
            dots = [at for at in _MEET.finditer(folded.text) if _is_dot(folded, at.start())]
        offices = list(_OFFICE.finditer(folded.text))
        if not (dots or offices):
            return
        with self._growing:
            if self._trees is None:
                self._index()
            found = [*self._whole(folded.text, dots[:_AT_ONCE])]
            found += self._in_office(folded.text, offices[:_AT_ONCE])
        for name, begin, end, sure in found:
            for use in self._uses(self._watched.owners[name]):
                if use.shape is not None and self._names[name].startswith(
                    f"{use.shape.name.text}\n"
                ):
                    yield use, begin, end, sure

    def _index(self) -> None:
        self._firsts: dict[str, list[int]] = {}
        self._lasts: dict[str, list[int]] = {}
        self._names = self._watched.names()
        for number, name in enumerate(self._names):
            text, *words = name.split("\n")
            if not words[-1].isascii() or _consonants(words) < _CONSONANTS:
                continue
            for first in dict.fromkeys((words[0], *romanisations(words[0]))):
                self._firsts.setdefault(first, []).append(number)
            for last in _families(text, words):
                self._lasts.setdefault(last, []).append(number)
        self._trees = SpellingTree(self._firsts), SpellingTree(self._lasts)

    def _whole(
        self, text: str, dots: Sequence[re.Match[str]]
    ) -> Iterator[tuple[int, int, int, bool]]:
        assert self._trees is not None
        given, family = self._trees
        for number, dot in enumerate(dots):
            if number and _between(text, dots[number - 1].end(), dot.start()):
                continue  # not the first dot of a name
            last = number
            while last + 1 < len(dots) and _between(text, dots[last].end(), dots[last + 1].start()):
                last += 1
            before = _run_before(text, dot.start())
            after = _run_after(text, dots[last].end())
            begin = dot.start()
            firsts = {
                cut: found
                for cut in range(1, len(before) + 1)
                if (found := given.find(said_in_han(before[-cut:]), _MOST))
            }
            if not firsts:
                continue
            best: dict[int, tuple[float, int, int]] = {}
            for end in _ends(text, dots[last].end(), after):
                lasts = family.find(said_in_han(after[:end]), _MOST)
                for cut, given_names in firsts.items():
                    for name, unusual in self._of(given_names, lasts, before[-cut:], after[:end]):
                        # What follows may sound like its last letter again.
                        best[name] = min(best.get(name, _NONE), (unusual, end, cut))
            for name, (_, end, cut) in best.items():
                yield name, begin - cut, dots[last].end() + end, True

    def _of(
        self, firsts: Sequence[str], lasts: Sequence[str], given: str, family: str
    ) -> Iterator[tuple[int, float]]:
        """The names that are both, and how unusual they are spelt, if not too much."""
        for first in firsts:
            for last in lasts:
                both = set(self._firsts[first]).intersection(self._lasts[last])
                if not both:
                    continue
                unusual = distance_of(first, said_in_han(given))
                unusual += distance_of(last, said_in_han(family))
                sounds = len(units(first)) + len(units(last))
                if unusual <= _UNUSUAL * max(0, sounds - _PLAIN):
                    yield from ((name, unusual) for name in sorted(both))

    def _in_office(
        self, text: str, offices: Sequence[re.Match[str]]
    ) -> Iterator[tuple[int, int, int, bool]]:
        assert self._trees is not None
        for office in offices:
            start = office.end()
            after = _run_after(text, start)
            best: dict[str, tuple[float, int]] = {}
            for end in _ends(text, start, after):
                sounds = said_in_han(after[:end])
                if end < 2 or len(sounds) < _SOUNDS:
                    break
                for last in self._trees[1].find(sounds, _MOST_ALONE):
                    best[last] = min(best.get(last, _NONE[:2]), (distance_of(last, sounds), end))
            for last, (_, end) in best.items():
                for name in self._lasts[last]:
                    yield name, start, start + end, False


def _is_dot(folded: Folded, at: int) -> bool:
    begin, end = folded.locate(at, at + 1)
    return folded.original[begin:end] in _DOTS


def _between(text: str, start: int, end: int) -> bool:
    """Whether there is nothing but a word of a name between two dots."""
    return 0 < end - start <= _LONGEST and _RUN.fullmatch(text, start, end) is not None


def _run_before(text: str, end: int) -> str:
    found = _RUN_BEFORE.search(text, max(0, end - _LONGEST), end)
    return found[0] if found else ""


def _run_after(text: str, start: int) -> str:
    found = _RUN.match(text, start, start + _LONGEST)
    return found[0] if found else ""


def _ends(text: str, start: int, run: str) -> Iterator[int]:
    """Where a name can end in a run of characters, the longest first."""
    for end in range(len(run), 0, -1):
        following = text[start + end : start + end + 1]
        if following not in _GOES_ON or not following:
            yield end


def _consonants(words: Sequence[str]) -> int:
    return sum(not unit.vowel for word in (words[0], words[-1]) for unit in units(word))


def _families(text: str, words: Sequence[str]) -> Iterator[str]:
    """How the last word of a name may stand: with the small words before it, and without."""
    last = words[-1].replace("yy", "y")
    yield last
    written = fold_name(text).replace("-", " ").split()
    joined = last
    for word in reversed(written[1:-1]):
        if word not in PARTICLES:
            break
        joined = word + joined
        yield joined

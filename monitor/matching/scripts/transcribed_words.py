"""Which two words of a text are a name in another script, as it is heard: looked up in trees.

Which words begin and end a name is remembered, so that a text costs what its new words do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from monitor.matching.scripts.hangul import FAMILIES
from monitor.matching.spelling.bengali import ENDINGS
from monitor.matching.spelling.spelling_tree import SpellingTree
from monitor.matching.spelling.spellings_heard import units
from monitor.matching.spelling.syllabaries import said
from monitor.matching.spelling.thai import heard as thai
from monitor.matching.spelling.thai import starts as thai_starts
from monitor.matching.text.hash_table import Table, mixed
from monitor.matching.text.korean import ends_here
from monitor.matching.text.normalise import fold_name
from monitor.matching.text.word_arrays import Tokens, tokens
from monitor.matching.text.words import PARTICLES, romanisations

if TYPE_CHECKING:
    import numpy.typing as npt

OF_INDIA = "\u0900-\u0963\u0980-\u09e3\u0a00-\u0a65\u0a80-\u0ae3"
_RUN = rf"(?:[\u30a1-\u30fa\u30fc]+|[\uac00-\ud7a3]+|[\u0e01-\u0e4e]+|[{OF_INDIA}]+)"
WORD = re.compile(_RUN)
_LAST_RUN = re.compile(rf"{_RUN}\Z")
_SHORTEST = 3
"""Consonants of a name at least."""
_LONGEST = 24
"""Characters of a word that is looked at."""
Named = tuple[tuple[int, int, int], ...]
"""The names that two words are, each with where in the words it begins and ends."""
Starts = tuple[tuple[int, frozenset[int]], ...]
"""Where in a word a name can begin, and which names."""
_SHORTEST_SAID = 3
"""Sounds of a given name at least; where it has no more, the family's has twice as many."""
_MOST, _MOST_AMONG_WORDS = 2.0, 0.6
"""How unusual one word may be: less, too, where any two words stand beside each other."""
_REMEMBERED = 50_000
"""Words met lately of which it stays known whose they can be."""
_MET, _BEGINS, _NO_END = 1, 2, 4
"""What is known of a word: that it was met, that a name begins in it, that none ends in it."""
_ONE = np.uint64(1)
_STEPS = 150_000
"""Steps in the trees that one text may cost: some 0.6 s, which only a text made for it does. An
article of news costs a third of it at most, when all of its words are new and 100,000 names are
watched; with a fifth of these steps one mention of eight was not found in such articles."""
_THAI = 16
"""Letters in which a Thai given name ends that no space parts from what stands before it."""


@lru_cache(maxsize=5_000)
def first_words(text: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """How the first word of a name may stand: Volodymyr; Jens-Frederik, which is one word, too."""
    found = (words[0], *romanisations(words[0]))
    joined = len(words) > 2 and "-" in text.partition(" ")[0]
    return (*dict.fromkeys(found), words[0] + words[1]) if joined else tuple(dict.fromkeys(found))


@lru_cache(maxsize=5_000)
def last_words(text: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """How the last word of a name may stand: with the small words before it, and without."""
    written = fold_name(text).replace("-", " ").split()
    family = words[-1]
    found = [family]
    if len(words) == 3 and words[0] in FAMILIES:
        found.append(words[1] + words[2])
    joined = family
    at = len(written) - 1
    while at > 1 and written[at] != family:
        at -= 1
    while at > 1 and written[at - 1] in PARTICLES:
        at -= 1
        joined = written[at] + joined
        found.append(joined)
    return tuple(found)


def is_katakana(word: str) -> bool:
    return "\u3000" < word[0] < "\uac00"


def _is_thai(word: str) -> bool:
    return "\u0e00" <= word[0] < "\u0e80"


def _ends(word: str) -> Iterator[int]:
    """Where a name at the beginning of a word can end, before what the language joins to it."""
    if word[0] >= "\uac00":
        yield from (cut for cut in range(len(word), 1, -1) if ends_here(word, cut))
        return
    yield len(word)
    for ending in ENDINGS if "\u0980" <= word[0] < "\u0a00" else ():
        if word.endswith(ending):
            yield len(word) - len(ending)


def _has_transcription(words: Sequence[str]) -> bool:
    ends = words[0], words[-1]
    consonants = sum(not unit.vowel for word in ends for unit in units(word))
    return words[-1].isascii() and consonants >= _SHORTEST


def _most(word: str) -> float:
    return _MOST if is_katakana(word) or _is_thai(word) else _MOST_AMONG_WORDS


def _tells(first: str, last: str) -> bool:
    """True unless two words are so short that they may be any two."""
    sure = is_katakana(first) or _is_thai(first)
    return sure or len(said(first)) > _SHORTEST_SAID or len(said(last)) >= 2 * _SHORTEST_SAID


class TranscribedWords:
    """Names by their first and last words, which trees of spellings find.

    Args:
        names: of each its text and its folded words, in lines.
        named: says whether two words are a name's, by its number.
    """

    def __init__(self, names: Sequence[str], named: Callable[[int, str, str], bool]) -> None:
        self._named = named
        self._firsts: dict[str, list[int]] = {}
        self._lasts: dict[str, list[int]] = {}
        for number, name in enumerate(names):
            text, *words = name.split("\n")
            if not _has_transcription(words):
                continue
            for first in first_words(text, tuple(words)):
                self._firsts.setdefault(first, []).append(number)
            for last in last_words(text, tuple(words)):
                self._lasts.setdefault(last, []).append(number)
        self._given = SpellingTree(self._firsts)
        self._family = SpellingTree(self._lasts)
        self._begin: dict[str, Starts] = {}
        """Of words that were met how names can begin in them: with nearly all of them none does."""
        self._end: dict[str, Starts] = {}
        self._found: dict[tuple[str, str], Named] = {}
        self._met = Table(_REMEMBERED)
        """What is known of words that stand beside each other, by their hashes."""
        self._nobodys = Table(_REMEMBERED)
        """Two words beside each other that are nobody's name, by the hashes of both."""

    def beside(self, text: str) -> dict[tuple[str, str], Named]:
        """Which two words of a text with a space between them are a name, and whose."""
        words = tokens(text, lower=True)
        if words.hashes.size > self._met.left:
            self._met = Table(max(_REMEMBERED, words.hashes.size))
        until = self._steps() + _STEPS
        met = self._known(text, words, until)
        near = words.starts[1:] == words.ends[:-1] + 1
        pairs = (near & ((met[:-1] & _BEGINS) != 0) & ((met[1:] & _NO_END) == 0)).nonzero()[0]
        # Texts are made of the same pairs, nearly all of them nobody's: no call of Python for each.
        both = np.maximum(mixed(mixed(words.hashes[pairs]) + words.hashes[pairs + 1]), _ONE)
        new = (self._nobodys.get(both) == 0).nonzero()[0]
        found: dict[tuple[str, str], Named] = {}
        nobodys: list[int] = []
        for place, at in zip(new.tolist(), pairs[new].tolist(), strict=True):
            start, end = int(words.starts[at]), int(words.ends[at])
            if text[end] != " ":
                continue
            pair = text[start:end], text[end + 1 : int(words.ends[at + 1])]
            if pair in found:
                continue
            found |= self._pair(pair, until)
            if self._found.get(pair) == ():
                nobodys.append(place)
            if met[at + 1] and not self._end.get(pair[1], True):
                self._met.change(words.hashes[at + 1], int(met[at + 1]) | _NO_END)
        if nobodys:
            self._forget(np.unique(both[nobodys]))
        return found

    def _forget(self, pairs: npt.NDArray[np.uint64]) -> None:
        """Ask for some pairs, by their hashes, no more."""
        if len(pairs) > self._nobodys.left:
            self._nobodys = Table(max(_REMEMBERED, len(pairs)))
        self._nobodys.enter(pairs, np.ones(len(pairs), np.int32))

    def _known(self, text: str, words: Tokens, until: int) -> npt.NDArray[np.int32]:
        """What is known of each word of a text; of words that were met in vain 0."""
        met = self._met.get(words.hashes)
        new = (met == 0).nonzero()[0]
        if not len(new):
            return met
        hashes, once = np.unique(words.hashes[new], return_index=True)
        learnt = np.zeros(len(hashes), np.int32)
        for place in once.argsort().tolist():
            at = new[once[place]]
            if self._steps() >= until:
                break
            word = text[words.starts[at] : words.ends[at]]
            learnt[place] = _MET | (_BEGINS if self._starts_of(word) else 0)
        known = learnt.nonzero()[0]
        self._met.enter(hashes[known], learnt[known])
        return self._met.get(words.hashes)

    def pairs(self, words: Sequence[str], reach: int) -> dict[tuple[str, str], Named]:
        """Which of a text's words are a name, and whose.

        Args:
            words: in their order, with what stands beside them but spaces.
            reach: behind a word how far the last of a name is looked for.
        """
        until = self._steps() + _STEPS
        begin = {
            word for word in dict.fromkeys(words) if self._steps() < until and self._starts_of(word)
        }
        found: dict[tuple[str, str], Named] = {}
        for ahead in range(1, reach + 1):
            beside = zip(words, words[ahead:], strict=False)
            for pair in dict.fromkeys(each for each in beside if each[0] in begin):
                found |= self._pair(pair, until)
        return found

    def _pair(self, pair: tuple[str, str], until: int) -> dict[tuple[str, str], Named]:
        """Whose name two words are, if anybody's, by what of them is its."""
        names = self._found.get(pair)
        if names is None and self._steps() < until:
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            names = self._found[pair] = tuple(self._names_of(*pair))
        if names:
            first, last = _LAST_RUN.search(pair[0]), WORD.match(pair[1])
            if first and last:
                return {(first[0], last[0]): names}
        return {}

    def _steps(self) -> int:
        return self._given.steps + self._family.steps

    def _starts_of(self, word: str) -> Starts:
        starts = self._begin.get(word)
        if starts is None:
            if len(self._begin) >= _REMEMBERED:
                self._begin.clear()
            starts = self._begin[word] = tuple(self._starts(word))
        return starts

    def _ends_of(self, word: str) -> Starts:
        ends = self._end.get(word)
        if ends is None:
            if len(self._end) >= _REMEMBERED:
                self._end.clear()
            ends = self._end[word] = tuple(self._ending(word))
        return ends

    def _names_of(self, written: str, following: str) -> Iterator[tuple[int, int, int]]:
        word, last = _LAST_RUN.search(written), WORD.match(following)
        ends = self._ends_of(last[0]) if last else ()
        if not ends or word is None:
            return
        for cut, given in self._starts_of(written):
            for end, names in ends:
                for name in sorted(given & names):
                    first, family = word[0][cut:], following[:end]
                    if _tells(first, family) and self._named(name, first, family):
                        yield name, cut, end

    def _starts(self, written: str) -> Iterator[tuple[int, frozenset[int]]]:
        run = _LAST_RUN.search(written)
        if run is None:
            return
        word = run[0]
        if _is_thai(word):
            cuts: Iterable[int] = thai_starts(word, _THAI)
        else:
            cuts = (0,) if len(word) <= _LONGEST else ()
        for cut in cuts:
            sounds = said(word[cut:])
            if len(sounds) >= _SHORTEST_SAID and (found := self._given.find(sounds, _most(word))):
                yield cut, frozenset(each for first in found for each in self._firsts[first])

    def of_family(self, word: str) -> list[int]:
        """The names whose last word is written so in katakana."""
        return sorted(
            {name for end, names in self._ends_of(word) if end == len(word) for name in names}
        )

    def _ending(self, word: str) -> Iterator[tuple[int, frozenset[int]]]:
        if _is_thai(word):
            heard = thai(word[:_LONGEST])
            begun = self._family.begins(heard.sounds, _most(word))
            for end in sorted({end for _, end in begun} & heard.ends.keys()):
                yield heard.ends[end], self._of(each for each, at in begun if at == end)
        elif len(word) <= _LONGEST:
            for end in (len(word),) if is_katakana(word) else _ends(word):
                sounds = said(word[:end])
                if len(sounds) > _SHORTEST_SAID and (
                    found := self._family.find(sounds, _most(word))
                ):
                    yield end, self._of(found)

    def _of(self, families: Iterable[str]) -> frozenset[int]:
        return frozenset(each for last in families for each in self._lasts[last])

"""Names met in another script than the one they are watched in.

A watched "Vladimir Putin" is found as Владимира Путина, ვლადიმერ პუტინი or فلاديمير بوتين, and
"Zhao Guangzong" as 赵光宗: the text's words are romanised (`anyascii`) and compared by sound.
Only fields that hold other scripts are looked at, so ordinary text costs nothing.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from ahocorasick_rs import AhoCorasick, Implementation
from anyascii import anyascii

from monitor.matching.align import Shape, align, same_word
from monitor.matching.han import goes_on
from monitor.matching.meanings import Use
from monitor.matching.normalise import Folded
from monitor.matching.sounds import is_pinyin, romanised, skeleton, sound
from monitor.matching.words import WORD, canonical
from monitor.model.match import Kind

_SPACED = re.compile(
    "[\u0370-\u058f\u0590-\u07ff\u0900-\u0dff\u10a0-\u10ff\u1200-\u137f\u1c80-\u1cbf]"
)
_ABJAD = re.compile("[\u0590-\u07ff]")
"""Scripts that leave most vowels out: Hebrew, Arabic, Syriac."""
_HAN = re.compile("[\u4e00-\u9fff\u3400-\u4dbf]{2,}")
_KEY = 3
_BONES = 4
"""Consonants by which names are looked up."""
_ENDING = 3
"""Letters that a case ending adds at most."""
_VOWELS = "aeio"


class Foreign:
    """An index of names by what they sound like; of each it keeps whose it is.

    Args:
        uses: gives the names of an entity again, by its number.
    """

    def __init__(self, uses: Callable[[int], Sequence[Use]]) -> None:
        self._uses = uses
        self._by_sound: dict[str, array[int]] = {}
        self._by_skeleton: dict[str, array[int]] = {}
        self._in_pinyin: dict[str, array[int]] = {}
        self.compile()

    def add(self, shape: Shape, number: int) -> None:
        """Enter a name of entity `number`; it is found from the next `compile` on."""
        if len(shape.words) < 2:
            return
        anchor = canonical(shape.anchor)
        for key in dict.fromkeys(heard[:_KEY] for heard in _ways(anchor)):
            _add(self._by_sound, key, number)
        _add(self._by_skeleton, skeleton(anchor)[:_BONES], number)
        if shape.kind is Kind.PERSON and all(map(is_pinyin, shape.words)):
            for joined in _joined(shape):
                _add(self._in_pinyin, joined, number)

    def compile(self) -> None:
        """Make ready to find what was added."""
        self._han = list(self._in_pinyin.items())
        self._pinyin = AhoCorasick(
            list(self._in_pinyin), implementation=Implementation.ContiguousNFA
        )

    def find(self, folded: Folded) -> Iterator[tuple[Use, int, int, bool]]:
        """Every name in another script: its tag, folded offsets, and whether it is sure."""
        text = folded.text
        if not folded.foreign:
            return
        if _SPACED.search(text):
            yield from self._find_words(folded)
        if self._han:
            for run in _HAN.finditer(text):
                yield from self._find_syllables(run[0], run.start())

    def _find_words(self, folded: Folded) -> Iterator[tuple[Use, int, int, bool]]:
        for found in WORD.finditer(folded.text):
            word = found[0]
            if not _SPACED.match(word):
                continue
            if _ABJAD.match(word):
                candidates = self._by_skeleton.get(skeleton(_bare(word))[:_BONES], ())
            else:
                candidates = self._by_sound.get(_heard(word)[:_KEY], ())
            for use in (use for number in candidates for use in self._uses(number)):
                if (shape := use.shape) is None or len(shape.words) < 2:
                    continue
                span = align(shape, folded, *found.span(), _same_abroad)
                if span and not _hers(shape, folded.text, span):
                    yield use, *span, True

    def _find_syllables(self, run: str, offset: int) -> Iterator[tuple[Use, int, int, bool]]:
        syllables = [anyascii(character).lower() for character in run]
        starts: dict[int, int] = {}
        length = 0
        for position, syllable in enumerate(syllables):
            starts[length] = position
            length += len(syllable)
        starts[length] = len(run)
        spoken = "".join(syllables)
        for name, begin, finish in self._pinyin.find_matches_as_indexes(spoken, overlapping=True):
            if begin in starts and finish in starts:
                first, last = starts[begin], starts[finish]
                if goes_on(run, last):
                    continue
                # Two syllables are shared by many words; three hardly by any.
                joined, numbers = self._han[name]
                for use in (use for number in numbers for use in self._uses(number)):
                    if use.shape and joined in _joined(use.shape):
                        yield use, offset + first, offset + last, last - first > 2


def _add(index: dict[str, array[int]], key: str, number: int) -> None:
    found = index.get(key)
    if found is None:
        index[key] = array("I", (number,))
    elif found[-1] != number:
        found.append(number)


def _joined(shape: Shape) -> set[str]:
    """A Chinese person's name in one word, in both orders."""
    *rest, last = shape.words
    return {"".join(shape.words), last + "".join(rest)}


def _hers(shape: Shape, text: str, span: tuple[int, int]) -> bool:
    """True for a Slavic woman's name that only a case ending would make the watched man's.

    Олександра Гриценко встановила: the surname stands as it is, and the verb says "she".
    """
    if not _SHE.match(text, span[1]):
        return False
    given = [word for position, word in enumerate(shape.words) if position != shape.family]
    if any(romanised(word)[-1:] in _VOWELS for word in given):
        return False
    found = [match[0] for match in WORD.finditer(text, *span)]
    family = _heard(shape.words[shape.family])
    return any(_heard(word) == family for word in found) and any(
        word[-1] in "ая" and _heard(word[:-1]) in map(_heard, given) for word in found
    )


_SHE = re.compile(r" \w+л(?:а|ась|ася)\b")  # noqa: RUF001 - Cyrillic


def _same_abroad(wanted: str, found: str) -> bool:
    if found.isascii():
        return same_word(wanted, found)
    if _ABJAD.match(found):
        bones = skeleton(_bare(found))
        return len(bones) > 1 and bones == skeleton(wanted)
    if any(same_word(wanted, romanised(found[:-cut])) for cut in (1, 2)):
        return True
    heard = _heard(found)
    return any(heard == meant or _inflected(heard, meant) for meant in _ways(wanted))


def _inflected(heard: str, meant: str) -> bool:
    stem = meant.rstrip(_VOWELS) if len(meant) > _KEY + 1 else meant
    return len(stem) >= _KEY and heard.startswith(stem) and len(heard) <= len(stem) + _ENDING


def _ways(word: str) -> tuple[str, ...]:
    """What a name's word may sound like abroad; an H that we hardly hear is a Г there: Bohdan."""
    return (_heard(word),) if "h" not in word else (_heard(word), _heard(word.replace("h", "g")))


def _bare(word: str) -> str:
    """An Arabic word without the article and what is joined to it: الهاشمي, والهاشمي."""
    found = _ARTICLE.match(word)
    return word[found.end() :] if found else word


_ARTICLE = re.compile("[وبف]?ال(?=.{3})")


@lru_cache(maxsize=20_000)
def _heard(word: str) -> str:
    """What a word sounds like to those who tell neither n from ng nor g from h.

    Russian writes Чжао Гуанцзун for Zhao Guangzong and Г for many an H.
    """
    return sound(word.replace("чж", "zh").replace("цз", "z")).replace("ng", "n").replace("h", "g")

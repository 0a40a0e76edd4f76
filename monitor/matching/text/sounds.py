"""What words sound like, whoever wrote them in Latin letters or in others.

Rouhani and Rohani, Sergei and Sergey, Путин and Putin are one name to a reader. Rules of
spelling, not of any one name: each makes two ways to write a sound the same.
"""

# ruff: noqa: RUF001 - Greek letters that look like Latin ones
from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

from anyascii import anyascii

from monitor.matching.text.patterns import lazy
from monitor.matching.text.words import canonical, canonical_all, romanisations

_LETTERS = (
    ("tsch", "ch"), ("tch", "ch"), ("sch", "sh"), ("dzh", "j"), ("dj", "j"), ("zh", "j"),
    ("ph", "f"), ("kh", "h"), ("gh", "g"), ("th", "t"), ("dh", "d"), ("ck", "k"), ("q", "k"),
    ("x", "ks"),
)  # fmt: skip
_SOUNDS = (
    ("c", re.compile(r"c(?=[eiy])"), "s"),
    ("c", re.compile(r"c(?!h)"), "k"),
    ("h", re.compile(r"(?<=[aeiou])h(?=[^aeiouy\n])"), ""),
    ("", re.compile(r"oo|ou|ue"), "u"),
    ("oe", re.compile("oe"), "o"),
    ("ae", re.compile("ae"), "a"),
    ("", re.compile(r"ee|ie|ei|ey|iy|ij|yi|yj"), "i"),
    ("y", re.compile("y"), "i"),
    ("j", re.compile(r"(?<=.)j(?=[aeou])"), "i"),
    ("w", re.compile("w"), "v"),
    ("z", re.compile("z"), "s"),
    ("u", re.compile("u"), "o"),
    ("", re.compile(r"(.)\1+"), r"\1"),
)
"""Applied in order, each where its letters are; what is left is compared. To one word, or to many
of which each is a line."""


@lru_cache(maxsize=20_000)
def sound(word: str) -> str:
    """What a word sounds like, whoever wrote it in Latin letters: Rouhani, Rohani, Роухани."""
    return sound_as_written(canonical(romanised(word)))


@lru_cache(maxsize=20_000)
def sound_as_written(word: str) -> str:
    """As `sound`, of a word in Latin letters, which is not taken for another romanisation first."""
    return _sounded(word)


def _sounded(word: str) -> str:
    for letters, to in _LETTERS:
        word = word.replace(letters, to)
    for letters, pattern, to in _SOUNDS:
        if letters in word:
            word = pattern.sub(to, word)
    return word


@lru_cache(maxsize=20_000)
def romanised(word: str) -> str:
    """A word in Latin letters, as the `anyascii` tables write it."""
    return word if word.isascii() else _romanised(word)


def _romanised(word: str, kept: str = "") -> str:
    for letters, latin in _TOGETHER:
        word = word.replace(letters, latin)
    return re.sub(rf"[^a-z0-9{kept}]", "", anyascii(word).lower())


_TOGETHER = (
    ("ου", "u"),
    ("μπ", "b"),
    ("ντ", "d"),
    ("γκ", "g"),
    ("τζ", "j"),
    ("αυ", "av"),
    ("ευ", "ev"),
    ("\u0902", "n"),
)
"""Letters that stand for one sound together or, in Hindi, after another; the tables go letter by
letter."""


def of_other_letters(word: str) -> bool:
    """True for a folded word without a Latin letter."""
    return not word.isascii() and _LATIN.search(word) is None


_LATIN = lazy("[a-z]")


@lru_cache(maxsize=20_000)
def heard(word: str) -> str:
    """What a word sounds like to those who tell neither n from ng nor g from h.

    Russian writes Чжао Гуанцзун for Zhao Guangzong and Г for many an H.
    """
    return _loosely(sound(word.replace("чж", "zh").replace("цз", "z")))


def heard_as_written(word: str) -> str:
    """As `heard`, of a word in Latin letters, which is not taken for another romanisation first."""
    return _loosely(sound_as_written(word))


def heard_all(words: Sequence[str]) -> list[str]:
    """As `heard`, of many canonical words at once: some twentieth of the time.

    None of the words may have a line break in it.
    """
    if not words:
        return []
    text = "\n".join(words)
    if not text.isascii():
        said = text.replace("чж", "zh").replace("цз", "z").split("\n")
        foreign = [word for word in said if not word.isascii()]
        latin = _romanised("\n".join(foreign), "\n").split("\n") if foreign else []
        if len(latin) != len(foreign):  # a sign that is written as a line break
            return [heard(word) for word in words]
        spelt = iter(latin)
        text = "\n".join(word if word.isascii() else next(spelt) for word in said)
    return _loosely(_sounded("\n".join(canonical_all(text.split("\n"))))).split("\n")


def ways_all(words: Sequence[str]) -> list[tuple[str, ...]]:
    """As `ways`, of many canonical words at once."""
    spelt: list[str] = []
    counts: list[int] = []
    for word in words:
        before = len(spelt)
        spelt.append(word)
        if "h" in word:
            spelt.append(word.replace("h", "g"))
        if "j" in word:
            spelt.append(word.replace("j", "i"))
        if word.endswith("v"):
            spelt.append(word[:-1] + "f")
        counts.append(len(spelt) - before)
    said = iter(heard_all(spelt))
    found = []
    for word, count in zip(words, counts, strict=True):
        own = dict.fromkeys(islice(said, count))
        for other in romanisations(romanised(word)):
            own[heard_as_written(other)] = None
            if other[-1] == "j":  # Siergiej, Siergieja
                own[heard_as_written(other[:-1] + "i")] = None
        found.append(tuple(own))
    return found


def _loosely(said: str) -> str:
    return said.replace("ng", "n").replace("h", "g")


def ways(word: str) -> tuple[str, ...]:
    """What a name's word may sound like abroad, as `heard` tells: Vladimir and Volodymyr.

    An H that we hardly hear is a Г there: Bohdan; a Greek writes the V at an end as Φ: Λαβρόφ.
    """
    found = {heard(word): None}
    if "h" in word:
        found[heard(word.replace("h", "g"))] = None
    if "j" in word:  # which we hear before some vowels only: Ondrej, Ondrejom
        found[heard(word.replace("j", "i"))] = None
    if word.endswith("v"):
        found[heard(word[:-1] + "f")] = None
    for other in romanisations(romanised(word)):
        found[heard_as_written(other)] = None
        if other[-1] == "j":
            found[heard_as_written(other[:-1] + "i")] = None
    return tuple(found)


def syllables(word: str) -> tuple[str, str] | None:
    """The two syllables of a Chinese given name written as one word; None if it is none."""
    found = _PINYIN.fullmatch(word)
    return (found[1], found[2]) if found else None


_SYLLABLE = (
    r"(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|iao|ian|uai|uan|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|uo|ui|ue|"
    r"a|e|i|o|u)"
)
_PINYIN = lazy(rf"({_SYLLABLE})({_SYLLABLE})")
_ONE_SYLLABLE = lazy(_SYLLABLE)


def is_pinyin(word: str) -> bool:
    """True when a word can be one or two Chinese syllables."""
    return one_syllable(word) or syllables(word) is not None


@lru_cache(maxsize=1000)
def one_syllable(word: str) -> bool:
    """True when a word can be a Chinese family name."""
    return _ONE_SYLLABLE.fullmatch(word) is not None

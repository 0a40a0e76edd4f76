"""What Thai letters sound like, in few Latin letters, and where in a run a name can end.

Thai transcribes by spelling: letters that are not said stay, marked as mute. Vowels may stand
before the consonant that they follow, and some are not written.
"""

from __future__ import annotations

from typing import NamedTuple

_LETTERS = "กขฃคฅฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ"
_SAID = "kkkkkknjcSsSydttttndttttnbppppppmyrrwssshr-h"
_CONSONANTS = dict(zip(_LETTERS, _SAID, strict=True))
_BEFORE = {"เ": "e", "แ": "e", "โ": "o", "ไ": "ai", "ใ": "ai"}
_VOWELS = {
    "ะ": "a", "ั": "a", "า": "a", "ำ": "am", "ิ": "i", "ี": "i", "ึ": "u", "ื": "u", "ุ": "u", "ู": "u",
}  # fmt: skip
_IGNORED = frozenset("\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e\u0e2f\u0e46")
_CLUSTER = frozenset("กขคตทปพผบดฟส")
_CLUSTERED = frozenset("รล")


class Heard(NamedTuple):
    """What a run of Thai letters sounds like."""

    sounds: str
    ends: dict[int, int]
    """Where a syllable may end: by how many sounds, how many letters."""


def heard(run: str) -> Heard:
    """What a run of Thai letters sounds like, letter by letter."""
    sounds = ""
    ends: dict[int, int] = {}
    at = 0
    while at < len(run):
        letter = run[at]
        held = ""
        if letter in _BEFORE:
            held = _BEFORE[letter]
            at += 1
            if at >= len(run):
                break
            letter = run[at]
        if letter in _CONSONANTS:
            sounds += _CONSONANTS[letter].strip("-")
            at += 1
            cluster = held and letter in _CLUSTER and run[at : at + 1] in _CLUSTERED
            if cluster and run[at : at + 1]:
                sounds += _CONSONANTS[run[at]]
                at += 1
            at, vowel = _vowel(run, at, held)
            if letter == "ญ" and not vowel:
                sounds = sounds[:-1] + "n"  # as it ends a syllable
            if not vowel and letter == "อ" and sounds.endswith("@"):
                sounds = sounds[:-1] + "o"  # between consonants it is a vowel
            else:
                sounds = _joined(sounds, vowel or "@")
        else:
            at += 1
        if at >= len(run) or not (run[at] in _VOWELS or run[at] in _IGNORED):
            ends[len(sounds)] = at
    return Heard(sounds, ends)


def _vowel(run: str, at: int, held: str) -> tuple[int, str]:
    """Where a syllable's vowel ends, and what it is."""
    vowel = ""
    while at < len(run) and (run[at] in _VOWELS or run[at] in _IGNORED):
        vowel += _VOWELS.get(run[at], "")
        at += 1
    if held == "e" and vowel == "i" and run[at : at + 1] == "ย":
        at += 1
        closed = run[at : at + 1] in _CONSONANTS
        return _skip(run, at), "i" if closed else "ia"
    if held == "e" and vowel == "a":
        return at, "au"
    if held == "e" and not vowel and run[at : at + 1] == "อ":
        return _skip(run, at + 1), "@"
    return at, held or vowel


def _skip(run: str, at: int) -> int:
    while at < len(run) and run[at] in _IGNORED:
        at += 1
    return at


def _joined(sounds: str, vowel: str) -> str:
    """The sounds with one more vowel; a doubled consonant is one."""
    if sounds[-2:-1] == "@" and sounds[-3:-2] == sounds[-1:]:
        sounds = sounds[:-2]
    return sounds + vowel


def starts(run: str, letters: int) -> list[int]:
    """Where among its last letters a word can begin in a run, the earliest first."""
    low = max(0, len(run) - letters)
    return [
        at
        for at in range(low, len(run) - 1)
        if (run[at] in _CONSONANTS and run[at - 1 : at] not in _BEFORE) or run[at] in _BEFORE
    ]

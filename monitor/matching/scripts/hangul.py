# ruff: noqa: E501 - long tables
"""Korean names met in Hangul: a watched "Kim Jong Un" is found as 김정은.

People spell their names in Latin letters as they like: Lee, Yi and Rhee are 이. So a name is
written in Hangul in each way that its spelling can stand for, and these are looked for. Only
fields that hold Hangul are looked at, so other text costs nothing.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, product

from ahocorasick_rs import AhoCorasick, Implementation

from monitor.matching.names.align import Shape
from monitor.matching.names.meanings import Use
from monitor.matching.text.normalise import bounded, fold_name
from monitor.model.match import Kind

_MOST = 60
"""Ways to write a name at most."""
_FAMILIES = """
김 kim gim|이 lee yi rhee i ri li ree|리 ri li|박 park pak bak|최 choi choe|정 jung jeong chung chong jong|강 kang gang
조 cho jo|윤 yoon yun|최 chey|장 jang chang|임 lim im|림 rim lim|한 han|오 oh o|서 seo suh so|신 shin sin|권 kwon gwon|황 hwang
안 ahn an|송 song|류 ryu ryoo|유 yoo yu you ryu|홍 hong|전 jeon jun chun chon jon|고 ko koh go|문 moon mun|양 yang|량 ryang
손 son sohn|배 bae pae|백 baek paek paik|허 heo hur huh ho|남 nam|심 shim sim|노 noh roh no|로 ro|하 ha|곽 kwak gwak
성 sung seong song|차 cha|주 joo ju chu|우 woo u wu|구 koo ku gu|민 min|진 jin chin|나 na|라 ra|엄 eom um om|채 chae
원 won|천 cheon chon chun|방 bang pang|공 kong gong|현 hyun hyeon hyon|변 byun byeon pyon|염 yeom yom|추 choo chu
석 seok sok suk|설 seol sol|길 gil kil|연 yeon yon|금 keum kum|기 ki|반 ban pan|맹 maeng|제 je|탁 tak|태 thae tae|함 ham
태 thae|현 hyon|명 myung myong|표 pyo|왕 wang|옥 ok|육 yook yuk|인 in|좌 jwa|지 ji chi|봉 bong|사 sa|국 kook guk
"""
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = {"": 0, "ㄱ": 1, "ㄴ": 4, "ㄷ": 7, "ㄹ": 8, "ㅁ": 16, "ㅂ": 17, "ㅇ": 21}
_BEGINS = {
    "k": "ㄱㅋ", "g": "ㄱ", "kh": "ㅋ", "kk": "ㄲ", "n": "ㄴ", "d": "ㄷ", "t": "ㄷㅌ", "th": "ㅌ", "r": "ㄹㅇ", "l": "ㄹㅇ",
    "m": "ㅁ", "b": "ㅂ", "p": "ㅂㅍ", "ph": "ㅍ", "s": "ㅅ", "ss": "ㅆ", "sh": "ㅅ", "j": "ㅈ", "ch": "ㅈㅊ", "z": "ㅈ", "h": "ㅎ", "": "ㅇ",
}  # fmt: skip
_SOUNDS = {
    "a": "ㅏ", "ah": "ㅏ", "ae": "ㅐ", "ai": "ㅐ", "ay": "ㅐ", "ya": "ㅑ", "yae": "ㅒ", "eo": "ㅓ", "e": "ㅔ", "yeo": "ㅕ", "ye": "ㅖㅕ",
    "o": "ㅗㅓ", "oh": "ㅗ", "wa": "ㅘ", "wae": "ㅙ", "oe": "ㅚ", "yo": "ㅛㅕ", "you": "ㅕㅠ", "u": "ㅜㅡㅓ", "uh": "ㅓ", "oo": "ㅜ", "wo": "ㅝ",
    "woo": "ㅜ", "we": "ㅞ", "wi": "ㅟ", "yu": "ㅠㅕ", "yoo": "ㅠ", "eu": "ㅡ", "ui": "ㅢ", "eui": "ㅢ", "i": "ㅣ", "ee": "ㅣㅢ", "yi": "ㅣ", "ou": "ㅕㅜ",
    "weo": "ㅝ", "ie": "ㅣ", "yeu": "ㅠ",
}  # fmt: skip
_ENDS = {
    "": "", "k": "ㄱ", "g": "ㄱ", "ck": "ㄱ", "n": "ㄴ", "l": "ㄹ", "r": "ㄹ", "m": "ㅁ", "p": "ㅂ", "b": "ㅂ", "ng": "ㅇ", "h": "",
}  # fmt: skip
_FIRST, _VOWEL = 588, 28


def _longest_first(spellings: Sequence[str]) -> str:
    return "|".join(sorted(spellings, key=len, reverse=True))


_SYLLABLE = re.compile(
    rf"({_longest_first(list(_BEGINS))})({_longest_first(list(_SOUNDS))})({_longest_first(list(_ENDS))})"
)
_OF_FAMILY: dict[str, str] = {}
for _entry in _FAMILIES.replace("|", "\n").split("\n"):
    for _spelling in _entry.split()[1:]:
        _OF_FAMILY[_spelling] = _OF_FAMILY.get(_spelling, "") + _entry[0]
FAMILIES = frozenset(_OF_FAMILY)
"""Family names as Koreans spell them in Latin letters, folded."""


@lru_cache(maxsize=5_000)
def _syllable(word: str) -> tuple[str, ...]:
    """The Hangul syllables that a word in Latin letters can stand for; empty if it is none."""
    found = _SYLLABLE.fullmatch(word)
    if found is None:
        return ()
    first, sound, last = found.groups()
    final = _FINALS[_ENDS[last]]
    return tuple(
        chr(0xAC00 + _INITIALS.index(i) * _FIRST + _VOWELS.index(v) * _VOWEL + final)
        for i, v in product(_BEGINS[first], _SOUNDS[sound])
    )


@lru_cache(maxsize=5_000)
def in_hangul(name: str) -> tuple[str, ...]:
    """The ways to write a Korean name of three syllables in Hangul, the family's first.

    Empty for any other name.
    """
    words = fold_name(name).replace(",", " ").split()
    if not 2 <= len(words) <= 3 or not all(word.isascii() for word in words):
        return ()
    family, *given = words
    joined = _GIVEN.match(name)  # Min-ho Lee, though Min is a family's name, too
    if joined or family not in _OF_FAMILY:
        *given, family = words
    found: dict[str, None] = {}
    for one, other in _two_syllables(given) if family in _OF_FAMILY else ():
        ways = product(_OF_FAMILY[family], _syllable(one), _syllable(other))
        found |= dict.fromkeys(map("".join, ways))
    return tuple(islice(found, _MOST))


_GIVEN = re.compile(r"\w+[\-\u2010-\u2015]\w+ \w+\Z")


def _two_syllables(given: Sequence[str]) -> Iterator[tuple[str, str]]:
    if len(given) == 2:
        yield given[0], given[1]
        return
    for cut in range(1, len(given[0])):
        if _syllable(given[0][:cut]) and _syllable(given[0][cut:]):
            yield given[0][:cut], given[0][cut:]


class Hangul:
    """An index of Korean names by what they are in Hangul; of each it keeps whose it is.

    Args:
        uses: gives the names of an entity again, by its number.
    """

    def __init__(self, uses: Callable[[int], Sequence[Use]]) -> None:
        self._uses = uses
        self._whose: dict[str, array[int]] = {}
        self.compile()

    def add(self, shape: Shape, number: int) -> None:
        """Enter a name of entity `number`; it is found from the next `compile` on."""
        ends = {shape.words[0], shape.words[-1]}
        if shape.kind is Kind.PERSON and not ends.isdisjoint(_OF_FAMILY):
            for written in in_hangul(shape.name.text):
                numbers = self._whose.setdefault(written, array("I"))
                if not numbers or numbers[-1] != number:
                    numbers.append(number)

    def compile(self) -> None:
        """Make ready to find what was added."""
        self._names = list(self._whose)
        self._automaton = AhoCorasick(self._names, implementation=Implementation.ContiguousNFA)

    def find(self, text: str) -> Iterator[tuple[Use, int, int, bool]]:
        """Every name in folded text: its use, its offsets, and that it is sure."""
        if not self._names:
            return
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if not bounded(text, start, end):
                continue
            written = self._names[number]
            for use in (use for owner in self._whose[written] for use in self._uses(owner)):
                if use.shape and written in in_hangul(use.shape.name.text):
                    yield use, start, end, True

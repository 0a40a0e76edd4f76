# ruff: noqa: E501, RUF001 - long tables of letters of other scripts
"""What a word in katakana, Hangul, Thai or a script of India sounds like, in few Latin letters.

Those who transcribe a name write what they hear with the syllables that they have: for a consonant
without a vowel one with a vowel nobody says, one sign for R and L, no long vowels. What is left
here is what they tell apart: "zyS" are the consonants of j, y and sh, "@" is a vowel of no clear
sound. `transcribed` says which of these sounds a spelling can stand for.
"""

from __future__ import annotations

import re
from functools import lru_cache

from monitor.matching.spelling import thai

_ROWS = (
    "アァ a|イィ i|ウゥ u|エェ e|オォ o|カヵ ka|キ ki|ク ku|ケヶ ke|コ ko|ガ ga|ギ gi|グ gu|ゲ ge|ゴ go|サ sa|シ Si|ス su|セ se|ソ so|"
    "ザ za|ジ ji|ズ zu|ゼ ze|ゾ zo|タ ta|チ ci|ツ tu|テ te|ト to|ダ da|ヂ ji|ヅ zu|デ de|ド do|ナ na|ニ ni|ヌ nu|ネ ne|ノ no|"
    "ハ ha|ヒ hi|フ hu|ヘ he|ホ ho|バ ba|ビ bi|ブ bu|ベ be|ボ bo|パ pa|ピ pi|プ pu|ペ pe|ポ po|マ ma|ミ mi|ム mu|メ me|モ mo|"
    "ヤャ ya|ユュ yu|ヨョ yo|ラ ra|リ ri|ル ru|レ re|ロ ro|ワヮ wa|ヲ o|ン n|ヴ bu|ヷ ba|ヸ bi|ヹ be|ヺ bo|ー |ッ "
)
_KANA = {
    letter: row.partition(" ")[2] for row in _ROWS.split("|") for letter in row.partition(" ")[0]
}
_SMALL = {
    "ァ": "a",
    "ィ": "i",
    "ゥ": "u",
    "ェ": "e",
    "ォ": "o",
    "ャ": "a",
    "ュ": "u",
    "ョ": "o",
    "ヮ": "a",
}
_TWICE = re.compile(r"(.)\1+")
_GLIDE = re.compile("(?<=[bcdghjkmnprstzS])y")


def _katakana(word: str) -> str:
    said: list[str] = []
    for letter in word:
        sound = _KANA.get(letter, "")
        before = said[-1] if said else ""
        if letter in _SMALL and before[-1:] in {"i", "u", "e", "o"}:
            # Together with a small vowel, the one before it is not said: ティ, フォ, シャ.
            said[-1] = before[:-1] or {"u": "w", "i": "y"}.get(before, "")
            sound = _SMALL[letter]
        said.append(sound)
    return "".join(said)


_INITIALS = (
    "g",
    "k",
    "n",
    "d",
    "t",
    "r",
    "m",
    "b",
    "p",
    "s",
    "s",
    "",
    "j",
    "j",
    "c",
    "k",
    "t",
    "p",
    "h",
)
_VOWELS = (
    "a", "e", "ya", "ye", "@", "e", "y@", "ye", "o", "wa", "we", "we", "yo", "u", "w@", "we", "wi", "yu", "@", "wi", "i",
)  # fmt: skip
_FINALS = {
    0: "",
    1: "k",
    2: "k",
    4: "n",
    7: "t",
    8: "r",
    16: "m",
    17: "p",
    19: "t",
    20: "t",
    21: "ng",
}
_SYLLABLES, _FIRST, _VOWEL = 0xAC00, 588, 28


def _hangul(word: str) -> str:
    said = []
    for letter in word:
        code = ord(letter) - _SYLLABLES
        first = _INITIALS[code // _FIRST]
        vowel = _VOWELS[code % _FIRST // _VOWEL]
        if first == "s" and vowel[0] in "yi":
            first = "S"
        if first and vowel[0] == "y":
            vowel = vowel[1:]
        said.append(first + vowel + _FINALS.get(code % _VOWEL, "t"))
    return "".join(said)


_OF_INDIA = (
    "अ@ आa इi ईi उu ऊu ऋri ऍe ऎe एe ऐe ऑo ऒo ओo औo कk खk गg घg ङn चc छc जj झj ञn टt ठt डd ढd णn तt थt दd धd नn पp फp बb "
    "भb मm यy रr लr ळr वv शS षS सs हh ाa िi ीi ुu ूu ृri ॅe ॆe ेe ैe ॉo ॊo ोo ौo ँn ंn ःh"
)
_OFFSETS = {
    ord(each[0]) - 0x900: (each[1:], ord(each[0]) in range(0x915, 0x93A))
    for each in _OF_INDIA.split()
}
"""The scripts of India have their letters in one order: by place in its block, the sound of a
letter and whether it is a consonant, after which an @ is said if nothing else follows."""
_SILENT, _NUKTA, _VOWEL_SIGNS = 0x4D, 0x3C, range(0x3E, 0x4D)
_NASAL, _LABIALS = 0x02, range(0x2A, 0x2F)
_BLOCK = 0x80
_BENGALI = (("অ\u09cd\u09af\u09be", "এ"), ("\u09cd\u09af\u09be", "\u09c7"))
"""What stands for the A of Harris, of signs that are otherwise read one by one."""


def _of_india(word: str) -> str:
    said = []
    for letters, simpler in _BENGALI:
        word = word.replace(letters, simpler)
    places = [ord(letter) % _BLOCK for letter in word]
    for at, place in enumerate(places):
        sound, consonant = _OFFSETS.get(place, ("", False))
        if place == _NASAL and places[at + 1 : at + 2] and places[at + 1] in _LABIALS:
            sound = "m"  # ट्रंप, Trump
        said.append(sound)
        following = [each for each in places[at + 1 : at + 3] if each != _NUKTA][:1]
        if consonant and not (
            following and (following[0] == _SILENT or following[0] in _VOWEL_SIGNS)
        ):
            said.append("@")
    return "".join(said)


@lru_cache(maxsize=20_000)
def said(word: str) -> str:
    """What a word all in one such script sounds like."""
    first = word[:1]
    if "\u0e00" <= first < "\u0e80":
        return thai.heard(word).sounds
    if first >= "\uac00":
        sounds = _hangul(word)
    else:
        sounds = _katakana(word) if first >= "\u30a0" else _of_india(word)
    return _TWICE.sub(r"\1", _GLIDE.sub("", sounds))

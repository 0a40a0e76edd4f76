# ruff: noqa: E501, RUF001 - long tables of letters of other scripts
"""What a word in katakana sounds like, in few Latin letters.

Those who transcribe a name write what they hear with the syllables that they have: for a consonant
without a vowel one with a vowel nobody says, one sign for R and L, no long vowels. What is left
here is what they tell apart: "S" is sh. `transcribed` says which of these sounds a spelling can stand for.
"""

from __future__ import annotations

import re
from functools import lru_cache

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


@lru_cache(maxsize=20_000)
def said(word: str) -> str:
    """What a word all in katakana sounds like."""
    return _TWICE.sub(r"\1", _GLIDE.sub("", _katakana(word)))

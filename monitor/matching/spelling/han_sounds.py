"""What Chinese characters sound like where they spell a name from abroad: 特朗普 is t@ranp@.

The sounds are those of `syllabaries`. Chinese writes such names with some hundreds of characters,
one a syllable; what most of them stand for is how they are read (`anyascii`), and the others, in
which the reading of old or of another dialect is kept, are listed.
"""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii

_OTHERWISE = (
    "京tin 加ka 嘉ga 基ki 希hi 休hyu 欣hin 兴hin 乔jo 詹jam 威wi 维wi 韦we 沃wo "
    "华wa 怀wai 惠hwi 埃e 艾e 爱e 奥o 欧o 尔r 耳r 恩en 姆m@ 约yo 翰han 史s@ 圣s@n "
    "盖ge 凯ke 齐ci 切ce 彻c@ 莱re 来re 赖rai 戴de 贾ja 杰je 金kin 哲je 什S@ 舍Se "
    "谢Se 夏Sa 沙Sa 莎Sa 申Sen 肖So 施S@ 舒Su 逊son 森s@n 塞se 赛se 茨c@ 夫v@ "
    "弗v@ 费ve 菲vi 法va 范van 芬ven 冯von 佛vo 雷re 瑞re 里ri 蕾re 泽ze 佐zo "
    "纽nyu 柳ryu 留ryu 迪di 蒂ti 吉ji 季ji 亨hen 黑he 赫h@ 泰te 达da 代de 科ko "
    "果go 戈go 哥ko 诺no 罗ro 洛ro 卢ru 鲁ru 勒r@ 热je 日ji 让jan 若jo 雅ya 亚ya "
    "娅ya 耶ye 叶ye 杨yan 扬yan 尤yu 于yu 內ne 内ne 麦mak 登d@n 敦d@n 顿t@n "
    "廷tin 伦r@n 丁din 琼jon 庄jon 张jan 昌can 丘cyu 秋cyu 奇ci 钦cin 唐don "
    "喬jo 維wi 葉ye 爾r 奧o 歐o 蓋ge 凱ke 齊ci 萊re 賴rai 賈ja 傑je 謝Se 費ve "
    "範van 馮von 澤ze 紐nyu 亞ya 盧ru 魯ru 羅ro 約yo 愛e 興hin 華wa 懷wai 聖s@n "
    "倫r@n 頓t@n 瓊jon 張jan 莊jon 達da 諾no 麥mak 楊yan 彭pen 蓬pon 伯b@ "
)
_SOUNDS = {each[0]: each[1:] for each in _OTHERWISE.split()}
_INITIALS = {
    "zh": "j", "ch": "c", "sh": "S", "f": "v", "l": "r", "q": "c", "x": "s",
}  # fmt: skip
_FINALS = {
    "e": "@", "ei": "e", "ao": "o", "ou": "o", "en": "@n", "ang": "an", "eng": "@n", "ong": "on",
    "ia": "ya", "ie": "e", "iao": "yo", "iu": "yu", "ian": "yan", "iang": "yan", "ing": "in",
    "iong": "yon", "ua": "wa", "uo": "o", "uai": "wai", "uan": "wan", "uang": "wan", "ue": "we",
}  # fmt: skip
_HISSED = frozenset(["z", "c", "s", "zh", "ch", "sh", "r"])
_READING = re.compile("(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?)([a-z]+)")
_TWICE = re.compile(r"(.)\1+")


@lru_cache(maxsize=5_000)
def _sound(character: str) -> str:
    if character in _SOUNDS:
        return _SOUNDS[character]
    read = _READING.fullmatch(anyascii(character).lower())
    if read is None:
        return "?"
    initial, final = read.groups()
    if initial in {"w", "y"} and final in {"u", "i", "in", "ing"}:
        initial = initial if (initial, final) == ("y", "u") else ""
    if final == "i" and initial in _HISSED:
        final = "@"
    return _INITIALS.get(initial, initial) + _FINALS.get(final, final)


def said_in_han(word: str) -> str:
    """What Chinese characters sound like as those of a name from abroad."""
    for old, newer in _OF_OLD:
        word = word.replace(old, newer)
    sounds = _GLIDE.sub("", "".join(map(_sound, word)))
    return _TWICE.sub(r"\1", _LABIAL.sub("m", sounds))


_OF_OLD = (
    ("基米尔", "迪米尔"),
    ("亚历山大", "阿莱克桑达"),
    ("大卫", "戴维德"),
    ("彼得", "皮特"),
    ("尼古拉", "尼科拉"),
)
"""Names as they were first brought to China, and as they would be written today."""
_LABIAL = re.compile("n(?=[pb])")
_GLIDE = re.compile("(?<=[bcdghjkmnprstvzS])y")
